"""Whoever receives webhooks, in this process: answers what it is told to, and keeps what it was sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebhookTarget:
    port: int = 0
    status: int = 204
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    is_silent: bool = False
    is_endless: bool = False
    received: list[Received] = field(default_factory=list)
    sent_bytes: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.received.append(Received(first.split()[1], headers, body))
        if self.is_silent:
            await self.closed.wait()
        elif not self.hangs_up:
            await self._reply(writer)
        writer.close()

    async def _reply(self, writer: asyncio.StreamWriter) -> None:
        headers = {"Connection": "close", **self.headers}
        if not self.is_endless:
            headers["Content-Length"] = str(len(self.answer))
        head = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*head, "", ""]).encode() + self.answer)
        try:
            await writer.drain()
            while self.is_endless:
                writer.write(b"x" * 8192)
                await writer.drain()
                self.sent_bytes += 8192
        except ConnectionError:
            pass


@asynccontextmanager
async def open_webhook_target() -> AsyncIterator[WebhookTarget]:
    target = WebhookTarget()
    listener = await asyncio.start_server(target.serve, "127.0.0.1", 0)
    target.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield target
        target.closed.set()
