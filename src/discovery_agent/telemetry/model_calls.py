"""One attempt at calling the model, as metrics and a span: how long, how much, and how it ended. Never what was said."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from discovery_agent.telemetry.metrics import metrics
from discovery_agent.telemetry.traces import Part, leaf

_KINDS = frozenset(
    {
        "ModelUnavailable",
        "ModelRefused",
        "ModelAccessDenied",
        "ModelReplyInvalid",
        "ModelReplyTruncated",
        "SpendLimitReached",
        "ConfigurationError",
        "RecordingMissing",
    }
)


class Paid(Protocol):
    """What an attempt is booked at."""

    @property
    def input_tokens(self) -> int:
        """Tokens that were read."""
        ...

    @property
    def output_tokens(self) -> int:
        """Tokens that were written."""
        ...

    @property
    def cost_usd(self) -> float | None:
        """What it cost, where the price is known."""
        ...


class Attempt:
    """What is known of an attempt, told by whoever makes it."""

    def __init__(self, span: Part) -> None:
        self._span = span

    def took(
        self,
        seconds: float,
        first_seconds: float | None,
        usage: Paid,
        *,
        reused_tokens: int,
        finish: str | None,
        error: BaseException | None,
    ) -> None:
        """How it ended, and what it took; `first_seconds` is when the first words came."""
        outcome = "ok" if error is None else "cancelled" if isinstance(error, asyncio.CancelledError | GeneratorExit) else "failed"
        kind = kind_of(error) if outcome == "failed" else ""
        self._span.note(
            gen_ai__usage__input_tokens=usage.input_tokens,
            gen_ai__usage__output_tokens=usage.output_tokens,
            gen_ai__usage__cache_read__input_tokens=reused_tokens or None,
            gen_ai__response__time_to_first_chunk=first_seconds,
            discovery__cost_usd=usage.cost_usd,
            discovery__outcome=outcome,
            discovery__finish_reason=finish,
        )
        if kind:
            self._span.fail(kind)
        if (to := metrics()) is None:
            return
        to.attempts.labels(outcome, kind).inc()
        to.attempt_seconds.labels(outcome).observe(seconds)
        if first_seconds is not None:
            to.first_token_seconds.observe(first_seconds)
        for direction, number in (("input", usage.input_tokens), ("reused", reused_tokens), ("output", usage.output_tokens)):
            to.tokens.labels(direction).inc(number)
        to.cost.inc(usage.cost_usd or 0.0)


@contextmanager
def model_attempt(model: str, number: int) -> Iterator[Attempt]:
    """Attempt `number` at a call, from 1, while the server works at it; `model` is as configured, such as `openai:gpt-5`."""
    provider, _, name = model.partition(":")
    to = metrics()
    if to is not None:
        to.open_calls.inc()
    try:
        with leaf(
            f"chat {name}",
            gen_ai__operation__name="chat",
            gen_ai__provider__name=provider,
            gen_ai__request__model=name,
            discovery__attempt=number,
        ) as span:
            yield Attempt(span)
    finally:
        if to is not None:
            to.open_calls.dec()


@contextmanager
def waits_for(reason: str) -> Iterator[None]:
    """A call waits: for `budget`, or for its `pace`."""
    to = metrics()
    if to is None:
        yield
        return
    to.waiting.labels(reason).inc()
    try:
        yield
    finally:
        to.waiting.labels(reason).dec()


def retried(error: BaseException) -> None:
    """An attempt failed and is made again."""
    if (to := metrics()) is not None:
        to.retries.labels(kind_of(error)).inc()


def reply_reused() -> None:
    """A reply was there already."""
    if (to := metrics()) is not None:
        to.reused.inc()


def kind_of(error: BaseException | None) -> str:
    """The kind of an error as a label; what is not of ours is one kind."""
    inner = getattr(error, "error", error)
    name = type(inner).__name__
    return name if name in _KINDS else "other"
