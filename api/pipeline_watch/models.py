from datetime import datetime

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.models import Model, one_of
from api.pipeline_watch.enums import PipelineState, Watched


class PipelineWatch(Model):
    """What admins were last told of one part of the pipeline; migrations make the rows."""

    __tablename__ = "pipeline_watch"

    watched: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), server_default=text("'healthy'"))
    since: Mapped[datetime]

    __table_args__ = (one_of("watched", Watched), one_of("state", PipelineState), {"schema": "ops"})
