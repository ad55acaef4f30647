"""What every request passes through before a route sees it: an id, a bounded body, one form of path."""

import re
import time
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit.documentation import DocumentedApp
from api.kit.error_responses import answer_unexpected, error_response
from api.kit.errors import (
    MAX_BODY_BYTES,
    ApiError,
    BodyTooLargeError,
    MethodNotAllowedError,
    ValidationFailedError,
)
from api.kit.logs import log
from api.kit.metrics import Metrics

SLOW_SECONDS = 1.0
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# What multipart puts around a file: boundaries and headers.
_FRAME_BYTES = 65_536
_FILES = ("/openapi.json", "/docs/")


@dataclass(frozen=True, slots=True)
class Uploads:
    """The one path whose bodies are files: handed on as they come, and larger than others."""

    path: re.Pattern[str]
    most_bytes: int

    def covers(self, scope: Scope) -> bool:
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        is_form = kind.partition(b";")[0].strip().lower() == b"multipart/form-data"
        return is_form and scope["method"] == "POST" and bool(self.path.fullmatch(scope["path"]))


class RequestEnvelope:
    """Outermost layer of both services; as plain ASGI it costs the hot paths next to nothing."""

    def __init__(self, app: ASGIApp, metrics: Metrics, uploads: Uploads | None = None) -> None:
        self.app = app
        self.uploads = uploads
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        reply = _Reply(send, request_id)
        started = time.perf_counter()
        self.metrics.in_flight.inc()
        try:
            await self._answer(scope, receive, reply)
        except Exception as error:  # noqa: BLE001 - the last resort: nothing else may reach the caller
            # Logged in any case: an answer that breaks off half-way must leave a trace here.
            answer = answer_unexpected(error, request_id)
            if not reply.has_started:
                await answer(scope, receive, reply)
        finally:
            self.metrics.in_flight.dec()
            seconds = time.perf_counter() - started
            self.metrics.observe_request(scope, reply.status, seconds)
        # Reads that go well are not logged: they are the hot path and tell nothing.
        if scope["method"] not in _SAFE_METHODS or reply.status >= 500 or seconds > SLOW_SECONDS:  # noqa: PLR2004
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=reply.status,
                milliseconds=round(seconds * 1000, 1),
            )

    async def _answer(self, scope: Scope, receive: Receive, reply: "_Reply") -> None:
        scope["path"] = _with_trailing_slash(scope["path"])
        refusal: ApiError | None = _unreadable_address(scope) or _method_not_allowed(scope)
        if refusal is None and self.uploads is not None and self.uploads.covers(scope):
            receive = _Bounded(receive, _declared_bytes(scope), self.uploads.most_bytes)
        elif refusal is None and scope["method"] not in _SAFE_METHODS:
            body = await _read_body(scope, receive)
            if body is None:
                refusal = BodyTooLargeError()
            else:
                receive = _Replay(body, receive)
        if refusal is not None:
            await error_response(refusal, reply.request_id)(scope, receive, reply)
            return
        await self.app(scope, receive, reply)


class _Reply:
    """Adds the request id to the answer and remembers how it went."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.send = send
        self.request_id = request_id
        self.status = 0

    @property
    def has_started(self) -> bool:
        return self.status != 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.request_id.encode())]
        await self.send(message)


class _Bounded:
    """Hands a body on as it comes, until more has come than a file may have and its frame needs."""

    def __init__(self, receive: Receive, declared: int, most_bytes: int) -> None:
        self.receive = receive
        self.most_bytes = most_bytes
        self.left = most_bytes + _FRAME_BYTES
        self.is_too_large = declared > self.left

    async def __call__(self) -> Message:
        message = {"type": "http.request"} if self.is_too_large else await self.receive()
        self.left -= len(message.get("body", b""))
        if self.is_too_large or self.left < 0:
            told = f"The file is larger than {self.most_bytes} bytes: send a smaller one"
            raise BodyTooLargeError(told)
        return message


class _Replay:
    """Gives the body read ahead to the route, then whatever the connection still says.

    A body that is not UTF-8 is refused only here, to a route that reads it: whoever may not call the
    route is told that first.
    """

    def __init__(self, body: bytes, receive: Receive) -> None:
        self.body: bytes | None = body
        self.receive = receive

    async def __call__(self) -> Message:
        if self.body is None:
            return await self.receive()
        if not _is_utf8(self.body):
            raise ValidationFailedError.of("body", "The body is not UTF-8: send text in no other encoding")
        message = {"type": "http.request", "body": self.body, "more_body": False}
        self.body = None
        return message


async def _read_body(scope: Scope, receive: Receive) -> bytes | None:
    """Read the whole body; None once it is larger than allowed."""
    if _declared_bytes(scope) > MAX_BODY_BYTES:
        return None
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return body


def _declared_bytes(scope: Scope) -> int:
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(declared[:20]) if declared.isdigit() else 0


def _is_utf8(body: bytes) -> bool:
    """Tell UTF-8, the one encoding of JSON, from UTF-16 and UTF-32, which Python's parser takes as well."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    # Without a byte order mark the wider encodings of ASCII pass for UTF-8 full of NUL.
    return b"\x00" not in body


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return uuid4().hex


def _with_trailing_slash(path: str) -> str:
    """Routes end in a slash; the other form is answered alike, because a redirect loses the token."""
    return path if path.endswith("/") or path.startswith(_FILES) else f"{path}/"


def _method_not_allowed(scope: Scope) -> MethodNotAllowedError | None:
    """An address spelled out is no id: `PUT /tasks/transfer/` must not pass for `PUT /tasks/{task_id}/`."""
    app = scope.get("app")
    allowed = app.methods_by_path.get(scope["path"]) if isinstance(app, DocumentedApp) else None
    return None if allowed is None or scope["method"] in allowed else MethodNotAllowedError(allowed)


def _unreadable_address(scope: Scope) -> ValidationFailedError | None:
    query = scope.get("query_string", b"")
    if "\x00" in scope["path"] or b"\x00" in unquote_to_bytes(query):
        return ValidationFailedError.of("query", "The address holds a NUL character: remove it")
    return None
