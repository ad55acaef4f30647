from collections.abc import Sequence

from sqlalchemy import select

from api.insights.operational.models import InsightThreshold
from api.kit.db import Session


async def list_thresholds(session: Session) -> Sequence[InsightThreshold]:
    statement = select(InsightThreshold).order_by(InsightThreshold.insight_threshold_id)
    return (await session.scalars(statement)).all()


async def lock_thresholds(session: Session) -> Sequence[InsightThreshold]:
    statement = select(InsightThreshold).order_by(InsightThreshold.insight_threshold_id).with_for_update()
    return (await session.scalars(statement)).all()
