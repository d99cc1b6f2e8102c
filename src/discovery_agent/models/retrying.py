"""The one layer of retries: waits with jitter, inside a budget of attempts and a deadline."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from discovery_agent.errors import ModelError
from discovery_agent.models.faults import Fault, Retry
from discovery_agent.telemetry.model_calls import retried

T = TypeVar("T")

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class Timing:
    """Where time and chance come from; tests give their own, so that they never wait."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    """A number from 0 to 1."""


@dataclass
class Deadline:
    """When a call must be over, on the clock. An attempt moves it by what it waited for other things than the server."""

    at: float
    asked_to_wait: float = 0.0
    """What the server asked this call to wait before its next attempt: of the wait for the attempt's turn, this much counts."""


async def with_retries(attempt: Callable[[Deadline], Awaitable[T]], *, max_attempts: int, seconds: float, timing: Timing) -> T:
    """Try until it works, the attempts are used up, or the deadline would pass.

    `attempt` is given the deadline. Waits double from half a second to half a minute, each by a
    random share of 50 to 100 %; a wait that the server asks for is kept to, with up to a tenth on top.

    Raises:
        Fault: the last one, its error saying how many attempts were made.
    """
    deadline = Deadline(timing.clock() + seconds)
    damaged = 0
    for number in range(1, max_attempts + 1):
        try:
            return await attempt(deadline)
        except Fault as fault:
            damaged += fault.retry is Retry.ONCE
            if fault.wait_seconds is None:
                wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (number - 1)) * (0.5 + 0.5 * timing.chance())
            else:
                wait = fault.wait_seconds * (1 + 0.1 * timing.chance())
            if fault.retry is Retry.NEVER or damaged > 1 or number == max_attempts:
                fault.error = _after(fault.error, number)
                raise
            if timing.clock() + wait >= deadline.at:
                fault.error = _after(fault.error, number, f" The next could begin in {wait:.0f} seconds, past the deadline.")
                raise
            retried(fault)
            if fault.waits_in_line:
                deadline.asked_to_wait = wait
                continue  # who sleeps here instead would lose the place in the line
        await timing.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


def _after(error: ModelError, attempts: int, more: str = "") -> ModelError:
    if attempts == 1 and not more:
        return error
    count = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    return type(error)(f"{error.what} ({count}.){more}", where=error.where, remedy=error.remedy)
