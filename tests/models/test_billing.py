"""Money and pace together, on a clock that passes only when all wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.errors import ModelUnavailable, SpendLimitReached
from discovery_agent.models.answer import Answer
from discovery_agent.models.billing import Bill, Billing, Meter
from discovery_agent.models.budget import Budget
from discovery_agent.models.faults import Fault, Retry
from discovery_agent.models.pacing import Pacer, Precedence
from discovery_agent.models.retrying import Deadline, with_retries
from discovery_agent.models.tokens import TokenCounter
from tests import virtual_time

LONGEST_REPLY = 100


@dataclass(frozen=True)
class Plan:
    """What a call takes, how often it is turned away before, how often it breaks off, and when whoever asked gives it up."""

    engagement: int
    written: int
    lasts: float
    turned_away: int
    breaks_off: int
    gives_up_after: float | None


def plans() -> st.SearchStrategy[list[Plan]]:
    one = st.builds(
        Plan,
        engagement=st.integers(0, 3),
        written=st.integers(0, LONGEST_REPLY),
        lasts=st.floats(0, 50),
        turned_away=st.integers(0, 2),
        breaks_off=st.integers(0, 1),
        gives_up_after=st.none() | st.floats(0.1, 200),
    )
    return st.lists(one, min_size=1, max_size=30)


@settings(max_examples=150, deadline=None)
@given(plans(), st.floats(0.0001, 0.01), st.none() | st.integers(1, 20), st.none() | st.integers(200, 2000))
def test_a_cap_holds_at_every_moment_and_every_call_ends(plan: list[Plan], cap: float, requests: int | None, tokens: int | None) -> None:
    timing, budget = virtual_time.timing(), Budget(cap)
    pacer = Pacer(requests, tokens, timing)
    billing = [
        Billing(budget, lambda read, written, _reused: (read + 2 * written) / 1e6, TokenCounter(None), timing, LONGEST_REPLY, pacer)
        for _ in range(4)
    ]
    meters = [Meter() for _ in billing]
    highest = 0.0

    async def call(one: Plan) -> None:
        nonlocal highest
        bill = Bill(["Three invoices of the last quarter are late, and nobody can say why."], (meters[one.engagement],))
        trouble = ["turned away"] * one.turned_away + ["breaks off"] * one.breaks_off

        async def attempt(deadline: Deadline) -> None:
            nonlocal highest
            answer = Answer()
            async with billing[one.engagement].paid(bill, answer, deadline):
                highest = max(highest, budget.spent_usd)
                kind = trouble.pop() if trouble else ""
                if kind == "turned away":
                    raise Fault(ModelUnavailable("Busy.", remedy="Wait."), Retry.BACK_OFF, wait_seconds=20)
                answer.input_tokens, answer.output_tokens = 20, one.written // 2
                await asyncio.sleep(one.lasts)
                if kind == "breaks off":
                    raise Fault(ModelUnavailable("Broke off.", remedy="Again."), Retry.ONCE, started=True)
                answer.output_tokens = one.written
                pacer.heard(True, {})

        async with asyncio.timeout(one.gives_up_after):
            await with_retries(attempt, max_attempts=4, seconds=300, timing=timing)

    async def all_of_them() -> list[BaseException | None]:
        return await asyncio.gather(*(call(one) for one in plan), return_exceptions=True)

    for one, outcome in zip(plan, virtual_time.run(all_of_them()), strict=True):
        assert outcome is None or isinstance(outcome, SpendLimitReached) or (isinstance(outcome, TimeoutError) and one.gives_up_after)
    assert highest <= budget.spent_usd <= cap + 1e-9
    assert budget.spent_usd == pytest.approx(sum(meter.usage.cost_usd or 0.0 for meter in meters))
    assert budget.waiting == pacer.waiting == 0


def test_a_call_that_waits_for_its_turn_holds_its_money_and_one_that_gives_up_gives_it_back() -> None:
    timing, budget = virtual_time.timing(), Budget(0.0003)
    pacer = Pacer(1, None, timing)
    billing = Billing(budget, lambda *_: 0.0002, TokenCounter(None), timing, LONGEST_REPLY, pacer)

    async def call(gives_up_after: float | None = None) -> float:
        async with asyncio.timeout(gives_up_after):
            async with billing.paid(Bill(["Late."], ()), Answer(), Deadline(timing.clock() + 300)):
                pass
        return timing.clock()

    async def both() -> tuple[float | BaseException, float | BaseException]:
        async with pacer.turn(pacer.place(Precedence.BATCH), lambda: 0, 300):
            pass  # the only one of this minute
        return await asyncio.gather(call(gives_up_after=30), call(), return_exceptions=True)

    gave_up, went = virtual_time.run(both())
    assert isinstance(gave_up, TimeoutError)
    assert went == 61
    assert budget.spent_usd == 0.0002
