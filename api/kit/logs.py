"""JSON logs, written by a thread of their own so that no request waits for a terminal or a disk."""

import logging
import logging.handlers
import queue
import sys
from collections.abc import Iterable

import structlog

log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("sluice")


def start_logging(level: str, also: Iterable[str] = ()) -> logging.handlers.QueueListener:
    """Send everything through a queue to standard error; the caller stops the listener at shutdown.

    What the libraries named in `also` have to say goes the same way, from warnings up.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    written = logging.StreamHandler(sys.stderr)
    written.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_name_context, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(waiting, written)
    for name in ("sluice", *also):
        logger = logging.getLogger(name)
        logger.handlers = [_Handover(waiting)]
        logger.setLevel(level if name == "sluice" else max(logging.WARNING, logging.getLevelName(level)))
        logger.propagate = False
    listener.start()
    return listener


def follow_request(request_id: str) -> None:
    """Log whatever else this task does under the id of the request that led to it."""
    structlog.contextvars.bind_contextvars(request_id=request_id)


def current_request_id() -> str | None:
    """Name the request that is being answered; what it leads to elsewhere is logged under its id too."""
    request_id: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return request_id


class _Handover(logging.handlers.QueueHandler):
    """Hands the record over untouched: the formatter of the other end needs its structure.

    That formatter runs in a thread that knows nothing of requests and jobs, so a library's line takes
    along what it belongs to.
    """

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        record.belongs_to = structlog.contextvars.get_contextvars()
        return record


def _name_context(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {**event["_record"].belongs_to, **event}
