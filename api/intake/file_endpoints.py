from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from api.identity.auth import AnyPerson
from api.intake import files
from api.intake.endpoints import MayDecide, TicketReference
from api.intake.errors import FileNotKnownError
from api.intake.file_names import disposition_of
from api.intake.file_types import TEXT
from api.intake.schemas import AttachedFile
from api.intake.uploads import ReceivedFile, receive
from api.kit.db import ReadSession, Session
from api.kit.errors import ConflictError, responses
from api.kit.idempotency import OnceOnly
from api.kit.schemas import PathId

router = APIRouter(tags=["tickets"])
_BINARY = {"type": "string", "format": "binary"}
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": _BINARY}}
            }
        },
    }
}
_DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {"application/octet-stream": {"schema": _BINARY, "example": "the bytes of the file"}},
    }
}


async def receive_file(
    request: Request, ticket: TicketReference, principal: AnyPerson, may_decide: MayDecide
) -> AsyncIterator[ReceivedFile]:
    """Take the file in only from whom may attach it, and without a connection held while it comes."""
    state = request.app.state
    async with state.database.read_sessions() as session:
        await files.check_may_change(session, principal, ticket, decides=may_decide)
    async with receive(request, state.upload_rules, state.file_store, state.database) as received:
        yield received


# Entered before the session and left after its commit.
Received = Annotated[ReceivedFile, Depends(receive_file, scope="function")]


@router.post(
    "/tickets/{ticket}/attachments/",
    status_code=201,
    response_model=AttachedFile,
    responses={
        **responses(FileNotKnownError, ConflictError),
        200: {"model": AttachedFile, "description": "The ticket has this file under this name already"},
    },
    openapi_extra=_UPLOAD,
)
async def attach_file(
    *,
    request: Request,
    ticket: TicketReference,
    received: Received,
    session: Session,
    principal: AnyPerson,
    may_decide: MayDecide,
    once: OnceOnly,
) -> Response:
    """Keep a file with a ticket: its requester while it is new, the desk until it is settled."""
    most: int = request.app.state.settings.attachments_per_ticket
    return await once.answer(
        lambda: files.attach_file(session, principal, ticket, received, decides=may_decide, most=most),
        body_digest=received.digest,
    )


@router.get(
    "/tickets/{ticket}/attachments/{attachment_id}/",
    response_class=StreamingResponse,
    responses={**responses(FileNotKnownError), **_DOWNLOAD},
)
async def download_file(
    *,
    request: Request,
    ticket: TicketReference,
    attachment_id: PathId,
    session: ReadSession,
    principal: AnyPerson,
) -> StreamingResponse:
    """Give a file out to whoever may read its ticket, to be saved and never to be shown."""
    store = request.app.state.file_store
    file, pieces = await files.read_file(session, store, principal, ticket, attachment_id)
    headers = {
        "Content-Type": f"{TEXT}; charset=utf-8" if file.file_type == TEXT else file.file_type,
        "Content-Length": str(file.file_size),
        "Content-Disposition": disposition_of(file.file_name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "ETag": f'"{file.sha256}"',
    }
    return StreamingResponse(pieces, headers=headers)


@router.delete(
    "/tickets/{ticket}/attachments/{attachment_id}/",
    status_code=204,
    responses=responses(FileNotKnownError, ConflictError),
)
async def remove_file(
    ticket: TicketReference,
    attachment_id: PathId,
    session: Session,
    principal: AnyPerson,
    may_decide: MayDecide,
) -> None:
    """Take a file away from a ticket."""
    await files.remove_file(session, principal, ticket, attachment_id, decides=may_decide)
