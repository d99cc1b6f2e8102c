"""What one line of a result file says of a request: its reply, or why there is none.

The lines come in any order, in two files: what was answered, and what failed. A line is
`{"custom_id": ..., "response": {"status_code": ..., "body": {...}}, "error": {"code": ..., "message": ...}}`, one of the two parts null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from discovery_agent.models.answer import believable

_CODE = re.compile(r"\w[\w.-]{1,59}")


class Outcome(StrEnum):
    """Why a request has no reply that can be used; the value is how it is told."""

    EXPIRED = "the day was over before the server came to it"
    BUSY = "the server was busy or failing"
    MALFORMED = "the reply did not have the form that was asked for"
    MISSING = "the results said nothing of it"
    TOO_LONG = "the reply hit its length limit"
    REFUSED = "the model or its filter declined"
    REJECTED = "the server rejected the request"
    CANCELLED = "the batch was cancelled"
    LOST = "the server no longer had the file of replies"

    @property
    def is_worth_repeating(self) -> bool:
        """Whether the same request may be answered if it is handed in again."""
        return self in (Outcome.EXPIRED, Outcome.BUSY, Outcome.MALFORMED, Outcome.MISSING)


class Unanswered(NamedTuple):
    """Why a request has no reply, and what the server said to it."""

    outcome: Outcome
    said: str = ""


class Tokens(NamedTuple):
    """What a reply took, as the server counted."""

    read: int
    written: int
    reused: int


class Answered(NamedTuple):
    """A reply in the form that was asked for."""

    text: str


class Line(NamedTuple):
    """What one line says."""

    key: str
    result: Answered | Unanswered
    tokens: Tokens | None
    """None where the server reports none; a reply that cannot be used is paid for all the same."""


class NotALine(ValueError):
    """The line cannot be read."""


def key_of(line: bytes) -> tuple[str, dict[str, Any]]:
    """Which request a line is of, and all that it says.

    Raises:
        NotALine: it is damaged.
    """
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise NotALine from None
    if not isinstance(said, dict) or not isinstance(said.get("custom_id"), str):
        raise NotALine
    return said["custom_id"], said


def read_line(key: str, said: Mapping[str, Any], form: type[BaseModel]) -> Line:
    """What a line says of a request whose reply must have a form."""
    response = _part(said, "response")
    body = _part(response, "body")
    status = response.get("status_code")
    if status == 200 and not said.get("error"):
        return Line(key, _reply(body, form), _tokens(body))
    error = _part(said, "error") or _part(body, "error")
    return Line(key, _failure(status, str(error.get("code") or "")), _tokens(body))


def _reply(body: Mapping[str, Any], form: type[BaseModel]) -> Answered | Unanswered:
    choices = body.get("choices")
    choice: Mapping[str, Any] = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message, finish = _part(choice, "message"), choice.get("finish_reason")
    text = message.get("content")
    if finish == "length":
        return Unanswered(Outcome.TOO_LONG)
    if finish == "content_filter":
        return Unanswered(Outcome.REFUSED, "The reply was filtered.")
    if not isinstance(text, str) or not text.strip():
        if message.get("refusal"):
            return Unanswered(Outcome.REFUSED)
        return Unanswered(Outcome.MALFORMED, "The reply was empty.")
    if finish is None:
        return Unanswered(Outcome.MALFORMED, "The reply broke off before its end.")
    try:
        form.model_validate_json(text.strip())
    except ValidationError as error:
        return Unanswered(Outcome.MALFORMED, f"{error.error_count()} mistakes in its form.")
    return Answered(text.strip())


def _failure(status: object, code: str) -> Unanswered:
    """Told by its code only: what a server says in words may quote what was said to it."""
    known = code if _CODE.fullmatch(code) else f"status {status}"
    if code == "batch_expired":
        return Unanswered(Outcome.EXPIRED)
    if code == "batch_cancelled":
        return Unanswered(Outcome.CANCELLED)
    if code == "context_length_exceeded" or status == 413:
        return Unanswered(Outcome.TOO_LONG)
    if code in ("content_filter", "content_policy_violation"):
        return Unanswered(Outcome.REFUSED, "The request was filtered.")
    if isinstance(status, int) and 400 <= status < 500 and status not in (408, 409, 425, 429):
        return Unanswered(Outcome.REJECTED, known)
    return Unanswered(Outcome.BUSY, known)


def _tokens(body: Mapping[str, Any]) -> Tokens | None:
    usage = _part(body, "usage")
    read, written = believable(usage.get("prompt_tokens")), believable(usage.get("completion_tokens"))
    if read is None or written is None:
        return None
    reused = believable(_part(usage, "prompt_tokens_details").get("cached_tokens"))
    return Tokens(read, written, min(reused or 0, read))


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = of.get(name)
    return part if isinstance(part, dict) else {}
