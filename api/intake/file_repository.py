from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from api.intake.models import UploadedFile
from api.kit.db import Session


async def files_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[UploadedFile]]:
    """Read the files of some tickets, the first uploaded first."""
    rows = await session.scalars(
        select(UploadedFile)
        .where(UploadedFile.ticket_id.in_(ticket_ids), UploadedFile.deleted_at.is_(None))
        .order_by(UploadedFile.uploaded_file_id)
    )
    found: dict[int, list[UploadedFile]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found


async def find_file(session: Session, ticket_id: int, uploaded_file_id: int) -> UploadedFile | None:
    found = await session.scalars(
        select(UploadedFile).where(
            UploadedFile.uploaded_file_id == uploaded_file_id,
            UploadedFile.ticket_id == ticket_id,
            UploadedFile.deleted_at.is_(None),
        )
    )
    return found.one_or_none()


async def insert_file(session: Session, values: dict[str, Any]) -> UploadedFile:
    found = await session.scalars(insert(UploadedFile).values(**values).returning(UploadedFile))
    return found.one()


async def is_recorded(session: Session, storage_key: str) -> bool:
    """Tell whether a row names these bytes, be it one of a deleted file."""
    found = await session.scalar(
        select(UploadedFile.ticket_id).where(UploadedFile.storage_key == storage_key)
    )
    return found is not None
