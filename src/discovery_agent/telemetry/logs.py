"""The log of `serve` and `worker`: one line an event, as JSON or for eyes, from our own modules and from every library alike."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from discovery_agent.settings import Settings
from discovery_agent.telemetry.context import NAMES, known
from discovery_agent.telemetry.hiding import OURS, field_of, message_of, stack_of, stack_text
from discovery_agent.telemetry.metrics import metrics

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

FIELDS = ("method", "route", "status", "seconds", "kind", "state")
"""What an event of ours may carry besides its message, given as `extra` of a log call. Anything else is left out."""
_NAME = "discovery-agent log"


class _Hiding(logging.StreamHandler[TextIO]):
    """Writes what our modules log at the level that was set, and of libraries warnings and errors only.

    Below that, libraries write down what they send and store: at DEBUG the client of the model server logs whole prompts.
    """

    def __init__(self, stream: TextIO, level: str) -> None:
        super().__init__(stream)
        self.name = _NAME
        self._least = {True: logging.getLevelNamesMapping()[level], False: max(logging.WARNING, logging.getLevelNamesMapping()[level])}

    def filter(self, record: logging.LogRecord) -> bool:
        ours = record.name == OURS or record.name.startswith(OURS + ".")
        return record.levelno >= self._least[ours]

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, and count it where somebody reads counts."""
        super().emit(record)
        if record.levelno >= logging.WARNING and (to := metrics()) is not None:
            to.logged.labels(record.levelname.lower()).inc()
            if record.levelno >= logging.ERROR and record.exc_info:
                to.problems.inc()

    def handleError(self, record: logging.LogRecord) -> None:
        """What cannot be written is dropped: logging's own words on it would hold the arguments."""


def start_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Log as the settings say, to standard error unless another stream is given. The second call replaces the first."""
    import structlog

    stop_logs()
    out = stream or sys.stderr
    handler = _Hiding(out, settings.log_level)
    as_json = settings.log_format == "json"
    before: list[Processor] = [
        _keep_what_is_safe,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time" if as_json else "timestamp"),
        _stack_as_data if as_json else _stack_as_text,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty(), sort_keys=False, pad_event_to=0, pad_level=False)
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _in_order, renderer],
            use_get_message=False,
            pass_foreign_args=True,
        )
    )
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger(OURS).setLevel(settings.log_level)
    logging.captureWarnings(True)
    sys.excepthook, threading.excepthook, sys.unraisablehook = _uncaught, _uncaught_in_thread, _unraisable


def stop_logs() -> None:
    """Undo `start_logs`."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if one.name == _NAME]:
        root.removeHandler(handler)
        logging.getLogger(OURS).setLevel(logging.NOTSET)
        logging.captureWarnings(False)
        sys.excepthook, threading.excepthook, sys.unraisablehook = sys.__excepthook__, threading.__excepthook__, sys.__unraisablehook__


def _keep_what_is_safe(_logger: Any, _method: str, event: EventDict) -> Mapping[str, Any]:
    record: logging.LogRecord = event["_record"]
    kept: MutableMapping[str, Any] = {"_record": record, "_from_structlog": event.get("_from_structlog", False)}
    kept["event"] = message_of(record, event.get("positional_args"))
    kept.update(known(), process=record.process)
    kept.update({name: field_of(record.__dict__[name]) for name in FIELDS if name in record.__dict__})
    return kept


def _error_of(event: EventDict) -> BaseException | None:
    record: logging.LogRecord = event["_record"]
    return record.exc_info[1] if record.exc_info else None


def _stack_as_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if (error := _error_of(event)) is not None:
        event["stack"] = stack_of(error)
    return event


def _stack_as_text(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if (error := _error_of(event)) is not None:
        event["exception"] = stack_text(error)
    return event


def _in_order(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Time, level, event and logger first, then what it belongs to, then the rest."""
    first = ("timestamp", "time", "level", "event", "logger", *NAMES)
    return {name: event[name] for name in (*(one for one in first if one in event), *(one for one in event if one not in first))}


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(OURS).critical("The program ended by an error that nobody foresaw", exc_info=error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    logging.getLogger(OURS).error("A thread ended by an error that nobody foresaw", exc_info=args.exc_value)


def _unraisable(args: Any) -> None:
    logging.getLogger(OURS).warning("An error where nobody can be told of it", exc_info=args.exc_value)
