"""Jobs, windows and turns of interviews, as metrics and spans."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from discovery_agent.telemetry.context import known
from discovery_agent.telemetry.metrics import metrics
from discovery_agent.telemetry.traces import part

_ACTIVE_SECONDS = 600.0
_heard: dict[str, float] = {}
"""Interview -> when it had its latest turn in this process."""


@contextmanager
def job_run(kind: str) -> Iterator[None]:
    """One run of a job, from where it stands to its end or to that of the process."""
    begun = time.perf_counter()
    with part(f"job {kind}", discovery__job__kind=kind):
        try:
            yield
        finally:
            if (to := metrics()) is not None:
                to.job_seconds.labels(kind).observe(time.perf_counter() - begun)


def job_ended(kind: str, state: str) -> None:
    """A job came to its end."""
    if (to := metrics()) is not None:
        to.jobs_ended.labels(kind, state).inc()


@contextmanager
def window_read(first: int, last: int) -> Iterator[None]:
    """A stretch of a conversation, by the numbers of its utterances, is being read."""
    outcome = "failed"
    with part("window", discovery__window__first=first, discovery__window__last=last):
        try:
            yield
            outcome = "read"
        finally:
            if (to := metrics()) is not None:
                to.windows.labels(outcome).inc()


def answer_read(whole: bool) -> None:
    """An answer of an interview was read, or could not be."""
    if (to := metrics()) is not None:
        to.windows.labels("read" if whole else "failed").inc()


@contextmanager
def turn_taken() -> Iterator[None]:
    """A turn of an interview: from the answer to what was understood of it."""
    to = metrics()
    if to is not None:
        to.turns_open.inc()
        if interview := known().get("interview"):
            _heard[interview] = time.monotonic()
    outcome = "failed"
    try:
        with part("interview turn"):
            yield
        outcome = "whole"
    finally:
        if to is not None:
            to.turns_open.dec()
            to.turns.labels(outcome).inc()


def active_interviews() -> int:
    """Interviews that had a turn in the last ten minutes in this process."""
    before = time.monotonic() - _ACTIVE_SECONDS
    for one in [name for name, at in _heard.items() if at < before]:
        del _heard[one]
    return len(_heard)


def turn_begun() -> Callable[[], None]:
    """Now; to be called when the reply is whole."""
    begun = time.perf_counter()

    def replied() -> None:
        if (to := metrics()) is not None:
            to.turn_seconds.observe(time.perf_counter() - begun)

    return replied
