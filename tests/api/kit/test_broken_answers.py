from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from api.kit.metrics import Metrics
from api.kit.requests import RequestEnvelope


async def breaks_off(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("half-way")


async def test_an_answer_that_breaks_off_leaves_a_trace_in_the_log() -> None:
    sent = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message["type"])

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": b"",
        "raw_path": b"/",
    }
    with capture_logs() as logs:
        await RequestEnvelope(breaks_off, Metrics("test"))(scope, receive, send)
    assert sent == ["http.response.start"]
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["request_failed"]
