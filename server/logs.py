"""What engineers read on stderr: one line an event, no personal data, no values of a traceback."""

import logging
import secrets
import sys
import threading
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from server.masking import MASK, mask, mask_text

# These log whole messages, parameters of SQL, bodies of calls or stacks as text when things go wrong. Whoever calls
# them logs the fact.
SILENT = ("spyne", "zeep", "sqlalchemy.engine", "sqlalchemy.pool", "urllib3", "pika")
QUIET = ("apscheduler", "alembic", "werkzeug", "asyncio")
UNMASKED = frozenset(("timestamp", "level", "logger", "incident", "error", "frames", "caused_by"))
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: people read incident numbers aloud
DEEPEST = 20


def incident() -> str:
    """A new number by which a person at the screen and an engineer at the log mean the same failure."""
    return f"{datetime.now(UTC):%y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(6))}"


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """From here on every logger, ours or not, writes masked lines to stderr: JSON, or words on a terminal."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    safe: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, describe_exception, mask_event]
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*safe, _renderer(out)])
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # A line that cannot be formatted would be printed with its arguments and a traceback of values.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Puts type, incident number and frames as file:line in the place of an exception, never its message."""
    error = _exception(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is None:
        return event
    event["error"] = _type_name(error)
    event["frames"] = _frames(error)
    causes = _causes(error)
    if causes:
        event["caused_by"] = [_type_name(cause) for cause in causes]
    event.setdefault("incident", incident())
    for one in (error, *causes):  # libraries log str(error) as their event: it holds values
        text = str(one)
        if text and text in str(event.get("event", "")):
            event["event"] = str(event["event"]).replace(text, _type_name(one))
    return event


def mask_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Masks every value of the event but those this module made itself."""
    masked: MutableMapping[str, Any] = {
        name: value if name in UNMASKED else mask(value, name) for name, value in event.items()
    }
    masked["event"] = mask_text(str(event.get("event", "")))
    return masked


def _renderer(out: TextIO) -> Processor:
    if out.isatty():
        return structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=lambda _value: MASK)


def _exception(given: Any) -> BaseException | None:
    if given is True:
        given = sys.exc_info()
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(path: str) -> str:
    """The file without the folders of this machine."""
    for mark in ("/site-packages/", "/lib/python3"):
        if mark in path:
            return path.rpartition(mark)[2]
    return "/".join(path.split("/")[-3:])


def _causes(error: BaseException) -> list[BaseException]:
    causes: list[BaseException] = []
    following = error.__cause__ or error.__context__
    while following is not None and following not in causes and len(causes) < DEEPEST:
        causes.append(following)
        following = following.__cause__ or following.__context__
    return causes


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    structlog.get_logger("hub").critical("uncaught exception", exc_info=error)
