"""The files kept with a ticket: who may add, read and take them away."""

from collections.abc import Iterator

from api.identity.principal import Principal
from api.intake import file_repository
from api.intake.changes import SETTLED
from api.intake.errors import FileNotKnownError, TooManyFilesError
from api.intake.file_store import FileStore
from api.intake.models import Ticket, UploadedFile
from api.intake.schemas import AttachedFile
from api.intake.service import TICKET_UPDATED, find_visible, is_requester, show_file, tell
from api.intake.uploads import ReceivedFile
from api.kit.clock import utc_now
from api.kit.db import ReadSession, Session
from api.kit.errors import ForbiddenError, InvalidStateError
from api.tickets.enums import TicketStatus


async def check_may_change(
    session: Session, principal: Principal, reference: int | str, *, decides: bool, lock: bool = False
) -> Ticket:
    """Find a ticket whose files the caller may change.

    Raises:
        TicketNotFoundError: there is none that the caller may see.
        ForbiddenError: it is neither the caller's own nor theirs to decide.
        InvalidStateError: it is too late.
    """
    ticket = await find_visible(session, principal, reference, lock=lock)
    status = TicketStatus(ticket.status)
    if decides:
        if status in SETTLED:
            message = f"The ticket is {status}: its files stay as they are"
            raise InvalidStateError(message)
        return ticket
    if not is_requester(principal, ticket):
        message = "Only its requester, a coordinator or an admin may change a ticket's files"
        raise ForbiddenError(message)
    if status is not TicketStatus.NEW:
        message = f"The ticket is {status}: ask the coordinator to add or remove a file"
        raise InvalidStateError(message)
    return ticket


async def attach_file(
    session: Session,
    principal: Principal,
    reference: int | str,
    received: ReceivedFile,
    *,
    decides: bool,
    most: int,
) -> tuple[AttachedFile, int]:
    """Keep a received file with a ticket, or find the same one there; the status code tells which."""
    ticket = await check_may_change(session, principal, reference, decides=decides, lock=True)
    kept = (await file_repository.files_of(session, [ticket.id]))[ticket.id]
    for file in kept:
        if (file.sha256, file.file_name) == (received.sha256, received.file_name):
            return show_file(ticket, file), 200
    if len(kept) >= most:
        message = f"The ticket has {most} files already, the most allowed: remove one, or send an archive"
        raise TooManyFilesError(message)
    file = await file_repository.insert_file(
        session,
        {
            "ticket_id": ticket.id,
            "storage_key": received.storage_key,
            "file_name": received.file_name,
            "file_type": received.file_type,
            "file_size": received.file_size,
            "sha256": received.sha256,
            "uploaded_by": principal.key,
            "upload_date": utc_now(),
        },
    )
    await _note_change(session, ticket)
    return show_file(ticket, file), 201


async def remove_file(
    session: Session, principal: Principal, reference: int | str, file_id: int, *, decides: bool
) -> None:
    """Take a file away from a ticket; its bytes stay in the store, where nobody is led to them."""
    ticket = await check_may_change(session, principal, reference, decides=decides, lock=True)
    file = await _find_file(session, ticket, file_id)
    file.deleted_at = utc_now()
    await _note_change(session, ticket)


async def read_file(
    session: ReadSession, store: FileStore, principal: Principal, reference: int | str, file_id: int
) -> tuple[UploadedFile, Iterator[bytes]]:
    """Open a file to whoever may read its ticket."""
    ticket = await find_visible(session, principal, reference)
    file = await _find_file(session, ticket, file_id)
    return file, await store.read(file.storage_key)


async def _find_file(session: Session, ticket: Ticket, file_id: int) -> UploadedFile:
    file = await file_repository.find_file(session, ticket.id, file_id)
    if file is None:
        raise FileNotKnownError
    return file


async def _note_change(session: Session, ticket: Ticket) -> None:
    now = utc_now()
    ticket.update_date = now
    ticket.version += 1
    await tell(session, ticket, TICKET_UPDATED, now)
