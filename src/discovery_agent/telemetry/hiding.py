"""What a log may say: where and what kind, never the words of anybody, a name, or a secret.

A log is read by more people than an engagement is, and is kept longer. So values are let through only where it is known what they are:
our own messages are (they hold ids, paths and counts), errors are named by their kind and by words of ours, and of what other libraries
write only the template and its numbers are kept.
"""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from discovery_agent.errors import ConfigurationError, IndexUnavailable, ModelError, SpendLimitReached, StorageError

OURS = "discovery_agent"
HIDDEN = "[hidden]"
_SECRETS = (
    (re.compile(r"(/enter/)(?!\{)[^\s?#\"']+"), r"\1" + HIDDEN),
    (re.compile(r"(//)[^/\s@\"']+@"), r"\1" + HIDDEN + "@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 " + HIDDEN),
    (re.compile(r"\b(?:sk|key|org|proj)-[\w*-]{6,}"), HIDDEN),
    (re.compile(r"(?i)\b((?:[\w-]*session|cookie|api[_-]?key|password|passwd|secret|token)\s*[=:]\s*)[^\s;,&\"']+"), r"\1" + HIDDEN),
)
_PLAIN = (bool, int, float, type(None))
_SPOKEN_UP_TO_A_COLON = (ModelError, IndexUnavailable, SpendLimitReached)
"""Behind the first colon of these may stand what a server or a library said, which may repeat what was said to it."""
_WHOLE = (StorageError,)
_PLACEHOLDER = re.compile(r"%(?:\([^)]*\))?[-+ #0-9.*]*[hlL]?[a-zA-Z]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WARNED = re.compile(r"(?P<place>[^\n]*?:\d+): (?P<kind>\w+): ")
_SITE = re.compile(r"^.*?(?:site-packages|/lib/python[\d.]+|/src)/")
_MOST_FRAMES = 40
_MOST_CAUSES = 6


def without_secrets(text: str) -> str:
    """The text without keys, passwords and secrets of links, by their form; a second net, not the first."""
    key = os.environ.get("OPENAI_API_KEY")
    if key and len(key) > 3:
        text = text.replace(key, HIDDEN)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    # One event is one line, and no sign of it steers a terminal.
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def message_of(record: logging.LogRecord, args: object) -> str:
    """What a record may say; `args` are what its message is filled with."""
    said = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    if record.name == OURS or record.name.startswith(OURS + "."):
        return without_secrets(_our_message(said, args))
    return without_secrets(_foreign_message(record, said, args))


def _our_message(said: str, args: object) -> str:
    if not isinstance(args, tuple) or not args:
        return said
    try:
        return said % tuple(described(one) if isinstance(one, BaseException) else one for one in args)
    except (TypeError, ValueError):
        return said


def _foreign_message(record: logging.LogRecord, said: str, args: object) -> str:
    if record.name == "py.warnings" and (warned := _WARNED.match(str(args[0]) if isinstance(args, tuple) and args else said)):
        return f"{warned['kind']} at {_SITE.sub('', warned['place'])}"
    if not args:
        # Put together before it came here, perhaps of values: where it was written is all that is certain.
        return f"A message of {record.name} at {Path(record.pathname).name}:{record.lineno}, whose words are not kept"
    values = iter(args if isinstance(args, tuple) else (args,))

    def filled(_: re.Match[str]) -> str:
        value = next(values, None)
        return str(value) if isinstance(value, int | float) else "…"

    return _PLACEHOLDER.sub(filled, said)


def described(error: BaseException) -> str:
    """An error by its kind and, where they hold no value, its words."""
    kind = type(error).__name__
    if isinstance(error, _WHOLE):
        return f"{kind}: {error.where}: {error.what}" if error.where else f"{kind}: {error.what}"
    if isinstance(error, _SPOKEN_UP_TO_A_COLON):
        return f"{kind}: {error.what.partition(': ')[0]}"
    if isinstance(error, ConfigurationError) and error.where:
        return f"{kind} in {Path(error.where).name}"
    if isinstance(error, OSError) and error.strerror:
        return f"{kind}: {error.strerror}"
    return kind


def stack_of(error: BaseException) -> list[dict[str, Any]]:
    """The error and what caused it, outermost first: kind and frames, without messages and without values of variables."""
    return [{"kind": described(one), "frames": list(_frames(one))} for one in _chain(error)]


def stack_text(error: BaseException) -> str:
    """The same as lines."""
    lines: list[str] = []
    for one in stack_of(error):
        lines.append(f"{'caused by ' if lines else ''}{one['kind']}")
        lines += [f"  at {frame}" for frame in one["frames"]]
    return "\n".join(lines)


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    seen: set[int] = set()
    while one is not None and id(one) not in seen and len(seen) < _MOST_CAUSES:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _frames(error: BaseException) -> Iterator[str]:
    found = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    for code, line in found[-_MOST_FRAMES:]:
        yield f"{_SITE.sub('', code.co_filename)}:{line} in {code.co_name}"


def field_of(value: object) -> object:
    """A value of a field, which our own calls give: numbers as they are, texts without secrets, errors by their kind."""
    if isinstance(value, _PLAIN):
        return value
    return described(value) if isinstance(value, BaseException) else without_secrets(str(value))


__all__ = ["HIDDEN", "OURS", "described", "field_of", "message_of", "stack_of", "stack_text", "without_secrets"]
