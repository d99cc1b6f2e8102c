"""What a model server allows a minute: what its headers tell, and how much of it the calls of the last minute have used."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

MINUTE_SECONDS = 61.0
"""A minute as it is counted here: a call reaches the server a moment after it was let go, some sooner than others."""

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_SPAN = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)(ms|us|µs|ns|d|h|m|s)")
_SECONDS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
# A reset further off is no length of time, such as a point in time in seconds since 1970.
_LONGEST_RESET_SECONDS = 7 * 86_400.0


class Told(NamedTuple):
    """What the server tells of one limit; None where it does not, or where what it sent cannot be read."""

    limit: float | None = None
    """That a minute allows."""
    remaining: float | None = None
    reset_seconds: float | None = None
    """Until all of it is there again."""


def told(headers: Mapping[str, str], what: str) -> Told:
    """What the headers of a response tell of the limit on `requests` or `tokens`."""
    limit = _number(headers.get(f"x-ratelimit-limit-{what}"))
    remaining = _number(headers.get(f"x-ratelimit-remaining-{what}"))
    reset = seconds_of(headers.get(f"x-ratelimit-reset-{what}"))
    return Told(limit or None, remaining, reset)  # a limit of 0 is how some say that there is none


def seconds_of(value: str | None) -> float | None:
    """A length of time as servers write it: `1s`, `6m0s`, `120ms`, `1h2m3s`, or a plain number of seconds; None for anything else."""
    value = (value or "").strip()
    seconds = _number(value)
    if seconds is None and value and not _SPAN.sub("", value):
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _SPAN.findall(value))
    return seconds if seconds is not None and seconds <= _LONGEST_RESET_SECONDS else None


def _number(value: str | None) -> float | None:
    value = (value or "").strip()
    return float(value) if _NUMBER.fullmatch(value) else None


@dataclass
class Taken:
    """What one call has of an allowance, until a minute after it was let go."""

    amount: float
    until: float


class Allowance:
    """One limit, on requests or on tokens: in any minute no more is let go than it says.

    It is kept by what was let go in the last minute, and not by a bucket that leaks: a full bucket lets twice the limit go within
    a minute, which servers that count by the minute turn away. All of it may go at once.
    """

    def __init__(self, own: float | None) -> None:
        self._own = own
        self._servers: float | None = None
        self._log: deque[Taken] = deque()
        self._used = 0.0
        self._elsewhere = 0.0
        self._elsewhere_until = 0.0

    @property
    def limit(self) -> float | None:
        """The lower one of ours and the server's; None where neither is known."""
        known = [one for one in (self._own, self._servers) if one is not None]
        return min(known, default=None)

    def free_at(self, amount: float, now: float) -> float:
        """When to look again whether there is room; `now` if there is. More than the limit fits where nothing else is used."""
        limit = self.limit
        if limit is None:
            return now
        self._forget(now)
        elsewhere = self._elsewhere if now < self._elsewhere_until else 0.0
        if self._used + elsewhere + min(amount, limit) <= limit:
            return now
        ends = [self._log[0].until] if self._log else []
        return min([*ends, self._elsewhere_until] if elsewhere else ends)

    def take(self, amount: float, now: float) -> Taken:
        """Let so much go now."""
        self._forget(now)
        taken = Taken(amount, now + MINUTE_SECONDS)
        self._log.append(taken)
        self._used += amount
        return taken

    def correct(self, taken: Taken, amount: float) -> None:
        """It was another amount than was thought when it was let go."""
        if self._log and taken.until >= self._log[0].until:
            self._used += amount - taken.amount
        taken.amount = amount

    def hear(self, said: Told, now: float) -> None:
        """Take over what the server tells. What is gone and was not let go here, others took who use the same account."""
        self._servers = said.limit or self._servers
        limit = said.limit or self.limit
        if limit is None or said.remaining is None:
            return
        self._forget(now)
        self._elsewhere = max(0.0, limit - said.remaining - self._used)
        self._elsewhere_until = now + (MINUTE_SECONDS if said.reset_seconds is None else said.reset_seconds)

    def _forget(self, now: float) -> None:
        while self._log and self._log[0].until <= now:
            self._used -= self._log.popleft().amount
