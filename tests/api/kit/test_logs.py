"""What the lines of the log look like, whoever writes them."""

import json
import logging

import pytest
import structlog

from api.kit.logs import follow_request, log, start_logging


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_librarys_line_names_the_request_it_belongs_to(capsys: pytest.CaptureFixture[str]) -> None:
    listener = start_logging("INFO", also=("procrastinate",))
    with structlog.contextvars.bound_contextvars():
        follow_request("request-7")
        log.info("ours")
        logging.getLogger("procrastinate.worker").warning("theirs %s", 1)
        structlog.contextvars.unbind_contextvars("request_id")
    listener.stop()
    lines = lines_of(capsys)
    assert [(line["event"], line["request_id"]) for line in lines] == [
        ("ours", "request-7"),
        ("theirs 1", "request-7"),
    ]
    assert all(line["timestamp"] for line in lines)


def test_a_library_is_heard_from_warnings_up(capsys: pytest.CaptureFixture[str]) -> None:
    listener = start_logging("DEBUG", also=("procrastinate",))
    logging.getLogger("procrastinate").info("Starting job")
    logging.getLogger("procrastinate").error("Job failed", exc_info=OSError("no route"))
    listener.stop()
    [line] = lines_of(capsys)
    assert (line["event"], line["level"]) == ("Job failed", "error")
    assert "no route" in str(line["exception"])
