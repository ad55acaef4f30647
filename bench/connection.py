"""One keep-alive connection that costs the measured service as little company as can be."""

import json
import socket
import time
from typing import Any, Self
from urllib.parse import urlencode


class Connection:
    def __init__(self, port: int, token: str) -> None:
        self.headers = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def request(self, path: str, query: dict[str, str]) -> bytes:
        target = f"{path}?{urlencode(query)}" if query else path
        return f"GET {target} HTTP/1.1\r\n{self.headers}".encode()

    def post(self, path: str, body: dict[str, Any], token: str) -> bytes:
        """A request of another caller than the connection's own."""
        encoded = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        sized = f"Content-Type: application/json\r\nContent-Length: {len(encoded)}\r\n\r\n"
        return (head + sized).encode() + encoded

    def time(self, request: bytes) -> float:
        """Seconds until the whole answer is here.

        Raises:
            RuntimeError: the answer is no success.
        """
        started = time.perf_counter()
        self.ask(request)
        return time.perf_counter() - started

    def ask(self, request: bytes) -> bytes:
        """The body of an answer.

        Raises:
            RuntimeError: the answer is no success.
        """
        head, body = self._exchange(request)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(
                f"{request.splitlines()[0].decode()} was answered {head[:12]!r}: {body[:300]!r}"
            )
        return body

    def get(self, path: str) -> Any:
        return json.loads(self._exchange(self.request(path, {}))[1])

    def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        self.socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._receive()
        return head, body

    def _receive(self) -> bytes:
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise RuntimeError("the service closed the connection")
        return chunk
