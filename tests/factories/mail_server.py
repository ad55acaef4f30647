"""A mail server in this process, that takes mail or behaves as badly as it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class MailServer:
    """How it answers, and what it took."""

    port: int = 0
    rcpt: str = "250 OK"
    data: str = "250 OK"
    hangs_up: bool = False
    is_silent: bool = False
    takes_password: bool = True
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        if self.is_silent:
            await self.closed.wait()
        elif self.data.startswith("250"):
            mail = message_from_bytes(envelope.content or b"", policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.recipients += envelope.rcpt_tos
        return self.data

    def authenticate(self, *_: Any) -> AuthResult:
        return AuthResult(success=self.takes_password, handled=False)


@asynccontextmanager
async def open_mail_server() -> AsyncIterator[MailServer]:
    server = MailServer()
    listener = await asyncio.get_running_loop().create_server(
        lambda: SMTP(server, authenticator=server.authenticate, auth_require_tls=False, hostname="mail.test"),
        "127.0.0.1",
        0,
    )
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server
        server.closed.set()
