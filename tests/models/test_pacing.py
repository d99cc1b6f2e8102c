"""The pace, on a clock that passes only when all wait."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.errors import ModelUnavailable
from discovery_agent.models.faults import Fault, Retry
from discovery_agent.models.pacing import Pacer, Place, Precedence
from discovery_agent.models.retrying import Timing
from tests import virtual_time

BATCH, TURN = Precedence.BATCH, Precedence.TURN


@dataclass
class Call:
    """A call to be: when it comes, what it is thought to take at most and what it takes, and what becomes of it."""

    comes: float = 0.0
    precedence: Precedence = BATCH
    at_most: int = 10
    takes: int = 10
    lasts: float = 1.0
    gives_up_after: float | None = None
    patience: float = 1e9
    went: float | None = field(default=None, compare=False)

    async def make(self, pacer: Pacer) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.comes)
        async with asyncio.timeout(self.gives_up_after):
            async with pacer.turn(pacer.place(self.precedence), lambda: self.at_most, self.patience) as turn:
                self.went = loop.time()
                await asyncio.sleep(self.lasts)
                pacer.heard(True, {})
                turn.tokens = self.takes


async def make(pacer: Pacer, calls: Sequence[Call]) -> list[BaseException | None]:
    return await asyncio.gather(*(call.make(pacer) for call in calls), return_exceptions=True)


def calls() -> st.SearchStrategy[list[Call]]:
    tokens = st.integers(1, 120).flatmap(lambda most: st.tuples(st.just(most), st.integers(0, most)))
    one = st.builds(
        lambda comes, precedence, tokens, lasts, gives_up: Call(comes, precedence, tokens[0], tokens[1], lasts, gives_up),
        st.floats(0, 200),
        st.sampled_from(Precedence),
        tokens,
        st.floats(0, 90),
        st.none() | st.floats(0.1, 100),
    )
    return st.lists(one, max_size=40)


@settings(max_examples=150, deadline=None)
@given(calls(), st.integers(1, 8), st.integers(20, 200))
def test_in_no_minute_more_goes_than_is_allowed_and_everything_goes(plan: list[Call], requests: int, tokens: int) -> None:
    pacer = Pacer(requests, tokens, virtual_time.timing())
    outcomes = virtual_time.run(make(pacer, plan))

    for call, outcome in zip(plan, outcomes, strict=True):
        assert outcome is None or isinstance(outcome, TimeoutError)
        assert call.went is not None or call.gives_up_after is not None
    assert pacer.waiting == 0
    gone = sorted((call for call in plan if call.went is not None), key=lambda call: call.went or 0)
    for number, first in enumerate(gone):
        in_a_minute = [one for one in gone[number:] if (one.went or 0) < (first.went or 0) + 60]
        assert len(in_a_minute) <= requests
        assert sum(min(one.takes, tokens) for one in in_a_minute) <= tokens


@settings(max_examples=150, deadline=None)
@given(calls(), st.integers(1, 8), st.integers(20, 200))
def test_who_came_first_goes_first_and_nobody_before_a_turn_that_waits(plan: list[Call], requests: int, tokens: int) -> None:
    virtual_time.run(make(Pacer(requests, tokens, virtual_time.timing()), plan))

    gone = [call for call in plan if call.went is not None]
    for precedence in Precedence:
        by_arrival = sorted((call for call in gone if call.precedence is precedence), key=lambda call: call.comes)
        assert all((one.went or 0) <= (next_one.went or 0) for one, next_one in pairwise(by_arrival) if one.comes < next_one.comes)
    for turn in (call for call in gone if call.precedence is TURN):
        assert not [one for one in gone if one.precedence is BATCH and turn.comes < (one.went or 0) < (turn.went or 0)]


def test_a_thousand_calls_take_the_minutes_they_need_and_a_turn_waits_for_none_of_them() -> None:
    batch, turn = [Call(at_most=0) for _ in range(1000)], Call(comes=90, precedence=TURN)
    virtual_time.run(make(Pacer(100, None, virtual_time.timing()), [*batch, turn]))
    assert max(call.went or 0 for call in batch) == pytest.approx(10 * 61, rel=0.02)
    assert turn.went == pytest.approx(2 * 61)  # when the next one may go at all


def test_the_work_for_a_call_does_not_grow_with_those_that_wait() -> None:
    def looks(number: int) -> float:
        seen = 0

        def clock() -> float:
            nonlocal seen
            seen += 1
            return asyncio.get_running_loop().time()

        virtual_time.run(make(Pacer(50, 10_000, Timing(clock=clock)), [Call() for _ in range(number)]))
        return seen / number

    assert looks(4000) <= 1.1 * looks(400)


def test_a_pause_that_the_server_asks_for_holds_for_all_and_one_goes_first_after_it() -> None:
    pacer = Pacer(None, None, virtual_time.timing())
    later = [Call(comes=5 + number) for number in range(4)]

    async def all_of_them() -> None:
        fault, _ = await asyncio.gather(turned_away(pacer, pacer.place(BATCH), after=1, wait=29), make(pacer, later))
        assert fault.waits_in_line

    virtual_time.run(all_of_them())
    assert [call.went for call in later] == [30, 31, 31, 32]  # one; with its answer there may be two; and so on


def test_a_call_that_was_turned_away_keeps_its_place() -> None:
    pacer, other = Pacer(1, None, virtual_time.timing()), Call(comes=1)

    async def again() -> float:
        place = pacer.place(BATCH)
        await turned_away(pacer, place, after=2, wait=10)
        async with pacer.turn(place, lambda: 1, 300):
            return asyncio.get_running_loop().time()

    async def both() -> float:
        return (await asyncio.gather(again(), make(pacer, [other])))[0]

    assert virtual_time.run(both()) == 61
    assert other.went == 122  # though it waited already when the first one came again


def test_who_cannot_wait_as_long_as_the_server_says_is_told_at_once() -> None:
    pacer = Pacer(1, None, virtual_time.timing())
    waiting, coming = Call(patience=300), Call(comes=2, patience=300)

    async def all_of_them() -> list[BaseException | None]:
        away = turned_away(pacer, pacer.place(BATCH), after=1, wait=3600)
        outcomes = await asyncio.gather(away, make(pacer, [waiting, coming]))
        assert asyncio.get_running_loop().time() == 2
        return outcomes[1]

    for outcome in virtual_time.run(all_of_them()):
        assert isinstance(outcome, Fault)
        assert isinstance(outcome.error, ModelUnavailable)
        assert "3600 seconds" in outcome.error.what or "3599 seconds" in outcome.error.what


def test_a_person_waits_for_a_turn_as_long_as_is_said_and_a_batch_as_long_as_it_takes() -> None:
    batch, turn = [Call(patience=5) for _ in range(3)], Call(comes=1, precedence=TURN, patience=5)
    outcomes = virtual_time.run(make(Pacer(1, None, virtual_time.timing()), [*batch, turn]))
    assert [call.went for call in batch] == [0, 61, 122]
    assert isinstance(outcomes[-1], Fault)
    assert turn.went is None


def test_nothing_left_with_the_time_when_there_is_again_is_a_pause_for_all() -> None:
    pacer, turn, call = Pacer(None, None, virtual_time.timing()), Call(comes=1, precedence=TURN), Call(comes=1)

    async def all_of_them() -> None:
        pacer.heard(True, {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m30s"})
        await make(pacer, [turn, call])

    virtual_time.run(all_of_them())
    assert (turn.went, call.went) == (90, 90)


def test_limits_that_change_on_the_way_hold_from_then_on() -> None:
    pacer = Pacer(None, None, virtual_time.timing())
    plan = [Call(comes=0.5 * number) for number in range(60)]

    async def all_of_them() -> None:
        async def server() -> None:
            await asyncio.sleep(2.9)
            pacer.heard(True, {"x-ratelimit-limit-requests": "10"})
            await asyncio.sleep(130)
            pacer.heard(True, {"x-ratelimit-limit-requests": "1000"})

        await asyncio.gather(server(), make(pacer, plan))

    virtual_time.run(all_of_them())
    went = [call.went or 0 for call in plan]
    assert [sum(start <= one < start + 61 for one in went) for start in (0, 61, 122)] == [10, 10, 40]
    assert max(went) == pytest.approx(132.9)


def test_calls_that_begin_before_anything_is_known_are_few_but_for_turns_of_people() -> None:
    batch, turns = [Call(lasts=2) for _ in range(40)], [Call(precedence=TURN, lasts=2) for _ in range(40)]
    virtual_time.run(make(Pacer(None, None, virtual_time.timing()), batch))
    assert [sum(call.went == second for call in batch) for second in (0, 2)] == [16, 24]
    virtual_time.run(make(Pacer(None, None, virtual_time.timing()), turns))
    assert all(call.went == 0 for call in turns)


def test_what_was_let_go_counts_in_the_next_event_loop_and_who_waited_in_the_last_one_is_forgotten() -> None:
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pacer = Pacer(2, None, Timing(clock=lambda: now, sleep=sleep))

    async def once(then: float) -> float:
        nonlocal now
        async with pacer.turn(pacer.place(BATCH), lambda: 0, 300):
            went, now = now, now + then
        return went

    async def left_waiting() -> None:
        await once(0)
        tasks = [asyncio.create_task(never_sleeping.turn(never_sleeping.place(BATCH), lambda: 0, 300).__aenter__()) for _ in range(3)]
        await asyncio.sleep(0)
        del tasks

    async def forever(_: float) -> None:
        await asyncio.get_running_loop().create_future()

    never_sleeping = Pacer(1, None, Timing(clock=lambda: now, sleep=forever))
    assert asyncio.run(once(1)) == 0
    assert asyncio.run(once(1)) == 1
    assert asyncio.run(once(1)) == 61
    asyncio.run(left_waiting())
    now += 61

    async def after() -> None:
        async with never_sleeping.turn(never_sleeping.place(BATCH), lambda: 0, 300):
            assert never_sleeping.waiting == 0

    asyncio.run(after())


def test_the_least_time_of_a_batch_follows_from_the_tighter_limit() -> None:
    assert Pacer(None, None, Timing()).seconds_for(100, 100_000) is None
    assert Pacer(10, None, Timing()).seconds_for(100, 100_000) == 600
    assert Pacer(10, 5000, Timing()).seconds_for(100, 100_000) == 1200


async def turned_away(pacer: Pacer, place: Place, *, after: float, wait: float) -> Fault:
    """A call that the server answers with how long to wait."""
    fault = Fault(ModelUnavailable("The model server is busy.", remedy="Try again later."), Retry.BACK_OFF, wait_seconds=wait)
    with suppress(Fault):
        async with pacer.turn(place, lambda: 1, 300):
            await asyncio.sleep(after)
            raise fault
    return fault
