"""The pace of calls to one model server: requests and tokens a minute, kept by all calls together.

A call waits here for its turn before it is sent. Turns of a conversation, which a person waits for, go before calls of a batch;
otherwise who came first goes first, and a call that is tried again keeps its place. What the server allows is read from
its responses; where it turns a call away for a while, all calls wait for that while, and after it one goes first to try.

aiolimiter, which keeps a rate too, does not fit: it lets the smallest amount go first, so that large calls starve; its rate is fixed
when it is made, while ours is learned; it knows no pause; a full bucket lets twice the rate go within a minute; and its clock is the loop's.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count

from discovery_agent.errors import ModelUnavailable
from discovery_agent.models.faults import Fault, Retry
from discovery_agent.models.rate_limits import Allowance, Taken, told
from discovery_agent.models.retrying import Timing
from discovery_agent.telemetry.model_calls import waits_for

_log = logging.getLogger(__name__)

# So many calls of a batch go out before the server has answered one, which tells its limits; then one more with each answer.
_AT_FIRST = 16
_TELL_OF_PAUSES_FROM_SECONDS = 60.0


class Precedence(IntEnum):
    """Who goes first."""

    TURN = 0
    """A person waits for it."""
    BATCH = 1


@dataclass(frozen=True, order=True)
class Place:
    """A call's place in the line."""

    precedence: Precedence
    number: int


@dataclass
class Turn:
    """Leave to send one call. `tokens` is what it really took; None if that is not known."""

    requested: Taken
    reserved: Taken
    tokens: int | None = None


@dataclass(order=True)
class _Waiting:
    place: Place
    count: Callable[[], int] = field(compare=False)
    patience: float = field(compare=False)
    turn: asyncio.Future[Turn] = field(compare=False)
    _tokens: int | None = field(default=None, compare=False)

    def tokens(self) -> int:
        if self._tokens is None:
            self._tokens = self.count()
        return self._tokens


@dataclass
class _Line:
    """Who waits in one event loop."""

    loop: asyncio.AbstractEventLoop
    waiting: list[_Waiting] = field(default_factory=list)
    under_way: int = 0
    waker: asyncio.Task[None] | None = None
    wakes_at: float = 0.0


class Pacer:
    """Gives calls their turns. For one event loop at a time; what it has learned and what was let go holds on in the next one."""

    def __init__(self, requests_per_minute: int | None, tokens_per_minute: int | None, timing: Timing) -> None:
        self._requests = Allowance(requests_per_minute)
        self._tokens = Allowance(tokens_per_minute)
        self._timing = timing
        self._numbers = count()
        self._line: _Line | None = None
        self._closed_until = self._refused_until = -math.inf
        self._most_under_way = _AT_FIRST
        self._turned_away = False
        """The server has turned calls away of late, so that also turns of conversations go out few at first."""

    @property
    def waiting(self) -> int:
        """Calls that wait for their turn."""
        return sum(not one.turn.done() for one in self._line.waiting) if self._line else 0

    def seconds_for(self, calls: int, tokens: int) -> float | None:
        """The least time that so many calls take at the pace that is known; None if none is."""
        needed = [60.0 * amount / allowance.limit for amount, allowance in self._amounts(calls, tokens) if allowance.limit]
        return max(needed, default=None)

    def _amounts(self, calls: int, tokens: int) -> tuple[tuple[int, Allowance], tuple[int, Allowance]]:
        return (calls, self._requests), (tokens, self._tokens)

    def place(self, precedence: Precedence) -> Place:
        """A place at the end of the line, behind all of the same precedence."""
        return Place(precedence, next(self._numbers))

    @asynccontextmanager
    async def turn(self, place: Place, tokens: Callable[[], int], patience: float) -> AsyncIterator[Turn]:
        """Wait for a turn, and have it while the call is under way.

        `tokens` counts the most that the call can take; it is asked once, and only where tokens are limited. A person waits
        `patience` seconds at most. A call of a batch waits as long as it takes, but for a server that says it will turn calls away
        for longer than that.

        Raises:
            Fault: the wait would be longer.
        """
        line = self._here()
        turn = await self._wait(line, place, tokens, patience)
        try:
            yield turn
        except Fault as fault:
            if fault.wait_seconds is not None:
                self._turn_away(fault.wait_seconds)
                fault.waits_in_line = True
            raise
        finally:
            line.under_way -= 1
            if turn.tokens is not None:
                self._tokens.correct(turn.reserved, turn.tokens)
            self._let_go(line)

    def heard(self, success: bool, headers: Mapping[str, str]) -> None:
        """Take over what the head of a response tells. What cannot be read is passed over."""
        now = self._timing.clock()
        if success:
            self._most_under_way += 1
            self._turned_away = self._turned_away and self._most_under_way < _AT_FIRST
        for what, allowance in (("requests", self._requests), ("tokens", self._tokens)):
            said = told(headers, what)
            allowance.hear(said, now)
            if said.remaining == 0 and said.reset_seconds:
                self._close(said.reset_seconds, f"no {what} are left")
        if self._line:
            self._let_go(self._line)

    def _here(self) -> _Line:
        loop = asyncio.get_running_loop()
        if self._line is None or self._line.loop is not loop:
            self._line = _Line(loop)
        return self._line

    async def _wait(self, line: _Line, place: Place, tokens: Callable[[], int], patience: float) -> Turn:
        if (refused := self._refused_until - self._timing.clock()) >= patience:
            raise _not_yet(refused)
        waiting = _Waiting(place, tokens, patience, line.loop.create_future())
        heapq.heappush(line.waiting, waiting)
        self._let_go(line)
        try:
            if waiting.turn.done():
                return waiting.turn.result()
            with waits_for("pace"):
                async with asyncio.timeout(patience if place.precedence is Precedence.TURN else None):
                    return await waiting.turn
        except TimeoutError:
            self._give_back(line, waiting)
            raise _not_yet(patience) from None
        except asyncio.CancelledError:
            self._give_back(line, waiting)
            raise

    def _give_back(self, line: _Line, waiting: _Waiting) -> None:
        """Leave the line, also where the turn had come in the same moment."""
        if not waiting.turn.cancel() and not waiting.turn.cancelled() and waiting.turn.exception() is None:
            turn = waiting.turn.result()
            self._requests.correct(turn.requested, 0)
            self._tokens.correct(turn.reserved, 0)
            line.under_way -= 1
        self._let_go(line)

    def _let_go(self, line: _Line) -> None:
        """Give turns to all that may go now, and see to it that the next one is looked at when it may."""
        now = self._timing.clock()
        while line.waiting:
            first = line.waiting[0]
            if not first.turn.done():
                at = self._may_go_at(line, first, now)
                if at is None:
                    return  # one that is under way looks again when it ends
                if at > now:
                    self._wake(line, at)
                    return
                line.under_way += 1
                tokens = 0 if self._tokens.limit is None else first.tokens()
                first.turn.set_result(Turn(self._requests.take(1, now), self._tokens.take(tokens, now)))
            heapq.heappop(line.waiting)
        if line.waker:
            line.waker.cancel()
            line.waker = None

    def _may_go_at(self, line: _Line, first: _Waiting, now: float) -> float | None:
        """When to look at it again; None when another call has to end or be answered before."""
        if now < self._closed_until:
            return self._closed_until
        careful = self._turned_away or (first.place.precedence is Precedence.BATCH and self._requests.limit is None)
        if careful and line.under_way >= self._most_under_way:
            return None
        tokens = 0 if self._tokens.limit is None else first.tokens()
        return max(self._requests.free_at(1, now), self._tokens.free_at(tokens, now))

    def _wake(self, line: _Line, at: float) -> None:
        if line.waker and not line.waker.done():
            if line.wakes_at <= at:
                return  # it looks early, and again
            line.waker.cancel()
        line.wakes_at = at
        line.waker = line.loop.create_task(self._look_at(line, at))

    async def _look_at(self, line: _Line, at: float) -> None:
        while (left := at - self._timing.clock()) > 0:
            await self._timing.sleep(left)
        if line.waker is asyncio.current_task():
            line.waker = None
        self._let_go(line)

    def _turn_away(self, seconds: float) -> None:
        """Close the line for as long as the server says; who cannot wait so long is told so now. After it one goes first to try."""
        self._turned_away, self._most_under_way = True, 1
        self._close(seconds, "the server turns calls away")
        until = self._timing.clock() + seconds
        if until <= self._refused_until:
            return
        self._refused_until = until
        for waiting in self._line.waiting if self._line else ():
            if waiting.patience <= seconds and not waiting.turn.done():
                waiting.turn.set_exception(_not_yet(seconds))

    def _close(self, seconds: float, why: str) -> None:
        until = self._timing.clock() + seconds
        if seconds >= _TELL_OF_PAUSES_FROM_SECONDS and until > self._closed_until + _TELL_OF_PAUSES_FROM_SECONDS:
            _log.warning("No calls go to the model server for %.0f seconds: %s.", seconds, why)
        self._closed_until = max(self._closed_until, until)


def _not_yet(seconds: float) -> Fault:
    what = f"The model server takes no call for {seconds:.0f} seconds: the limit on calls or tokens a minute is reached."
    return Fault(ModelUnavailable(what, remedy="Try again later; what was done is kept."), Retry.NEVER)
