"""What can go wrong in a call to a model server, told apart by what to do about it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from discovery_agent.errors import ModelAccessDenied, ModelError, ModelRefused, ModelReplyTruncated, ModelUnavailable
from discovery_agent.models.redaction import redact

if TYPE_CHECKING:
    from openai import APIError, APIStatusError

_TOO_LONG = re.compile(r"context.{0,3}(length|window)|prompt is too long|too many tokens|maximum context", re.IGNORECASE)
_CHECK_ADDRESS = "Check OPENAI_BASE_URL: the address must speak the OpenAI chat completions protocol."


class Retry(Enum):
    """Whether the same call can be tried again."""

    NEVER = auto()
    ONCE = auto()
    """The reply was damaged: a second try tells an accident from a habit."""
    BACK_OFF = auto()
    """The server is busy or out of reach: again after a wait, as often as is allowed."""


class Fault(Exception):
    """One attempt failed. Never leaves this package: `error` does."""

    def __init__(
        self,
        error: ModelError,
        retry: Retry,
        *,
        wait_seconds: float | None = None,
        rejected: str | None = None,
        started: bool = False,
    ) -> None:
        super().__init__(error.what)
        self.error = error
        self.retry = retry
        self.wait_seconds = wait_seconds
        """What the server asks to wait."""
        self.waits_in_line = False
        """Whether the next attempt waits for that by itself, with all other calls (`pacing`)."""
        self.rejected = rejected
        """What the server said when it rejected the form of the request (status 400 or 422)."""
        self.started = started
        """Whether the server may have begun to answer, and so may ask to be paid."""


class NotAnEventStream(Exception):
    """The server answered with something else than a stream of events."""


def no_answer(seconds: float, *, started: bool) -> Fault:
    """The server fell silent."""
    what = "stopped in the middle of its answer" if started else "did not begin to answer"
    return Fault(
        ModelUnavailable(
            f"The model server {what} within {seconds:g} seconds.",
            remedy="Try again, or raise DISCOVERY_IDLE_SECONDS." if started else "Try again, or raise DISCOVERY_FIRST_TOKEN_SECONDS.",
        ),
        Retry.BACK_OFF,
        started=True,
    )


def out_of_time(seconds: float) -> Fault:
    """The server still answered, or was still waited for, when the time of the whole call was over."""
    what = f"The model server did not finish its answer within the {seconds:g} seconds that a call may take with all its attempts."
    return Fault(ModelUnavailable(what, remedy="Try again, or raise DISCOVERY_CALL_SECONDS."), Retry.NEVER, started=True)


def broken(what: str, *, remedy: str = "Try again.") -> Fault:
    """The reply arrived, but damaged."""
    return Fault(ModelUnavailable(what, remedy=remedy), Retry.ONCE, started=True)


def fault_of(error: Exception, *, started: bool, sent: Sequence[str] = ()) -> Fault:
    """The fault behind whatever the client raised; `started` if part of an answer had come.

    `sent` is what was said to the server, which is kept out of the error.
    """
    import openai

    for one in _causes(error):
        if isinstance(one, NotAnEventStream):
            return broken(f"The model server answered with {one} and not with a stream of events.", remedy=_CHECK_ADDRESS)
    if isinstance(error, openai.APIStatusError):
        return _status_fault(error, sent)
    if isinstance(error, openai.APIConnectionError):
        what = "The connection to the model server was lost." if started else "The model server cannot be reached."
        retry = Retry.ONCE if started else Retry.BACK_OFF
        return Fault(ModelUnavailable(what, remedy="Check the network and OPENAI_BASE_URL."), retry, started=started)
    if isinstance(error, openai.APIError):  # an error sent inside the stream
        return _no_quota(error, sent) or _broke_off(error.message, sent)
    if any(type(one).__module__.startswith(("httpx", "httpcore")) for one in _causes(error)):
        return broken("The connection to the model server was lost.", remedy="Try again, or check the network.")
    return broken(f"The answer of the model server cannot be read ({type(error).__name__}).", remedy=f"Try again. {_CHECK_ADDRESS}")


def error_event(body: object, sent: Sequence[str] = ()) -> Fault:
    """The fault behind an error that the server sent as an event, after it had begun to answer."""
    parts: dict[str, object] = dict(body) if isinstance(body, dict) else {"message": body}
    said = str(parts.get("message") or "")
    if "insufficient_quota" in (parts.get("code"), parts.get("type")) or "insufficient_quota" in said:
        return _out_of_quota(said, sent)
    return _broke_off(said, sent)


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__


def _no_quota(error: APIError, sent: Sequence[str]) -> Fault | None:
    if "insufficient_quota" not in (error.code, error.type) and "insufficient_quota" not in error.message:
        return None
    return _out_of_quota(error.message, sent)


def _out_of_quota(said: str, sent: Sequence[str]) -> Fault:
    what = f"The account at the model provider has no quota left: {_sentence(said, sent)}"
    return Fault(ModelAccessDenied(what, remedy="Add credit or raise the limit at the provider; nothing is lost."), Retry.NEVER)


def _broke_off(said: str, sent: Sequence[str]) -> Fault:
    return Fault(
        ModelUnavailable(f"The model server broke off: {_sentence(said, sent)}", remedy="Try again."), Retry.BACK_OFF, started=True
    )


def _status_fault(error: APIStatusError, sent: Sequence[str]) -> Fault:
    status, said = error.status_code, _sentence(error.message, sent)
    if out_of_quota := _no_quota(error, sent):
        return out_of_quota
    if status in (408, 409, 425, 429) or status >= 500:
        what = f"The model server is busy or failing (status {status})."
        return Fault(
            ModelUnavailable(what, remedy="Try again later; what was done is kept."), Retry.BACK_OFF, wait_seconds=_retry_after(error)
        )
    if status == 401:
        return _denied(f"The model server does not accept the key: {said}", "Set OPENAI_API_KEY to a valid key.")
    if status == 403:
        return _denied(f"The key has no access to this model: {said}", "Use another key or another DISCOVERY_MODEL.")
    if status == 404:
        return _denied(f"The model server does not know the model or the address: {said}", "Check DISCOVERY_MODEL and OPENAI_BASE_URL.")
    if status == 413 or error.code == "context_length_exceeded" or _TOO_LONG.search(error.message):
        what = "The request is longer than the model can read."
        return Fault(ModelReplyTruncated(what, remedy="Lower DISCOVERY_WINDOW_TOKENS."), Retry.NEVER)
    if error.code in ("content_filter", "content_policy_violation"):
        return _refused(f"The model server filtered the request: {said}", "Leave the passage out, or use another model.")
    refused = _refused(f"The model server rejected the request (status {status}): {said}", "Check DISCOVERY_MODEL and the settings.")
    if status in (400, 422):
        refused.rejected = error.message
    return refused


def _sentence(said: str, sent: Sequence[str]) -> str:
    """What the server said, fit to be shown, with a full stop: a remedy follows."""
    shown = redact(said, sent)
    return shown if shown.endswith((".", "!", "?")) else f"{shown}."


def _denied(what: str, remedy: str) -> Fault:
    return Fault(ModelAccessDenied(what, remedy=remedy), Retry.NEVER)


def _refused(what: str, remedy: str) -> Fault:
    return Fault(ModelRefused(what, remedy=remedy), Retry.NEVER)


def _retry_after(error: APIStatusError) -> float | None:
    """Seconds that the server asks to wait, from its headers."""
    headers = error.response.headers
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            return max(0.0, float(milliseconds) / 1000)
        value = headers.get("retry-after")
        if value is None:
            return None
        if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
            return float(value)
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
