"""Counts what a program asks of PostgreSQL, on the wire, whatever driver or layers it asks through."""

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlsplit

from psycopg.conninfo import conninfo_to_dict

SSL_REQUEST = (80877103).to_bytes(4, "big")
EXECUTE, SIMPLE_QUERY, SYNC = b"E", b"Q", b"S"


@dataclass(frozen=True)
class Asked:
    """Statements executed, and how often the program had to wait for the server."""

    statements: int
    round_trips: int


class StatementCounter:
    """A proxy before the server. `url` leads through it; `since_last()` tells what passed."""

    def __init__(self, database_url: str) -> None:
        self._server = conninfo_to_dict(database_url)
        self._database_url = database_url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._counts = {EXECUTE: 0, SIMPLE_QUERY: 0, SYNC: 0}
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        user = quote(str(self._server.get("user", "")), safe="")
        password = quote(str(self._server.get("password", "")), safe="")
        path = urlsplit(self._database_url).path
        self.url = f"postgresql://{user}:{password}@127.0.0.1:{listening.result()}{path}"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def since_last(self) -> Asked:
        counts, self._counts = self._counts, dict.fromkeys(self._counts, 0)
        return Asked(counts[EXECUTE] + counts[SIMPLE_QUERY], counts[SYNC] + counts[SIMPLE_QUERY])

    async def _listen(self) -> int:
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _relay(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        host, port = str(self._server.get("host", "127.0.0.1")), int(self._server.get("port") or 5432)
        if host.startswith("/"):
            replies, server = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            replies, server = await asyncio.open_connection(host, port)
        answering = asyncio.create_task(_pump(replies, back))
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._forward_start(client, back, server)
            await self._forward_messages(client, server)
        server.close()
        await answering

    async def _forward_start(
        self, client: asyncio.StreamReader, back: asyncio.StreamWriter, server: asyncio.StreamWriter
    ) -> None:
        while True:
            size = await client.readexactly(4)
            rest = await client.readexactly(int.from_bytes(size, "big") - 4)
            if rest[:4] != SSL_REQUEST:
                server.write(size + rest)
                return
            # What is encrypted cannot be counted.
            back.write(b"N")

    async def _forward_messages(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        while True:
            head = await client.readexactly(5)
            server.write(head + await client.readexactly(int.from_bytes(head[1:], "big") - 4))
            if head[:1] in self._counts:
                self._counts[head[:1]] += 1


async def _pump(replies: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await replies.read(1 << 16):
            back.write(chunk)
    # A driver that says goodbye waits for the other side to hang up.
    back.close()
