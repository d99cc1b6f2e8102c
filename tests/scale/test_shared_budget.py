"""The cap of an engagement over several processes: what may be spent is put aside before it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from discovery_agent.discovery.shared_budget import SharedBudget
from discovery_agent.errors import SpendLimitReached
from discovery_agent.storage import Database
from tests.storage.filling import started
from tests.storage.postgres import Postgres

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONGEST = 300.0


class Processes:
    """Two processes with a connection of their own to one database, and the budget that each has for the same engagement."""

    def __init__(self, first: Database, second: Database, engagement: str) -> None:
        self.databases = first, second
        self.engagement = engagement
        self.now = NOW

    def budgets(self, cap: float | None) -> tuple[SharedBudget, SharedBudget]:
        one, two = (SharedBudget(each, self.engagement, cap, longest_seconds=LONGEST, now=lambda: self.now) for each in self.databases)
        return one, two

    async def spent(self) -> float:
        async with self.databases[0].reading() as unit:
            return (await unit.charges.of(self.engagement, self.now)).spent


@pytest.fixture
async def processes(postgres: Postgres) -> AsyncIterator[Processes]:
    url = await postgres.migrated()
    first, second = await Database.open(url), await Database.open(url)
    yield Processes(first, second, await started(first))
    await first.aclose()
    await second.aclose()


async def test_many_calls_of_two_processes_at_once_are_never_worth_more_than_the_cap(processes: Processes) -> None:
    under_way = most = 0.0

    async def call(budget: SharedBudget) -> None:
        nonlocal under_way, most
        try:
            async with budget.hold(0.3) as hold:
                under_way += 0.3
                most = max(most, under_way + await processes.spent())
                hold.cost = 0.2
                under_way -= 0.3
        except SpendLimitReached:
            return

    await asyncio.gather(*(call(budget) for budget in processes.budgets(1.0) for _ in range(6)))
    assert 0.3 < most <= 1.0 + 1e-9
    assert await processes.spent() == pytest.approx(0.8)  # a fifth call might cost 0.3, and there is room for 0.2


async def test_a_call_waits_for_those_of_another_process_where_there_may_be_room_afterwards(processes: Processes) -> None:
    one, two = processes.budgets(1.0)
    async with one.hold(0.7) as first:
        waiting = asyncio.create_task(_spend(two, 0.7))
        await asyncio.sleep(0)
        assert not waiting.done()
        first.cost = 0.1
    await waiting
    assert await processes.spent() == pytest.approx(0.8)


async def test_a_call_that_the_cap_has_no_room_for_says_what_is_spent(processes: Processes) -> None:
    one, two = processes.budgets(1.0)
    await _spend(one, 0.9)
    with pytest.raises(
        SpendLimitReached, match=r"no room for the next call: USD 0\.9000 is spent, and the call may cost up to USD 0\.2000"
    ):
        await _spend(two, 0.2)


async def test_a_call_under_way_when_its_process_died_counts_in_full_and_keeps_nobody_waiting_for_ever(processes: Processes) -> None:
    one, two = processes.budgets(1.0)
    async with processes.databases[0].unit() as unit:  # what is left of the one that died
        await unit.charges.hold(processes.engagement, 0.7, NOW + timedelta(seconds=LONGEST))
    processes.now = NOW + timedelta(seconds=LONGEST + 1)
    with pytest.raises(SpendLimitReached, match=r"USD 0\.7000 is spent"):
        await _spend(one, 0.7)
    await _spend(two, 0.3)


async def test_what_was_spent_without_a_cap_counts_against_one_that_is_set_later(processes: Processes) -> None:
    await _spend(processes.budgets(None)[0], 0.9)
    with pytest.raises(SpendLimitReached):
        await _spend(processes.budgets(1.0)[1], 0.2)


async def test_a_call_whose_price_cannot_be_told_counts_with_the_most_that_it_can_cost(processes: Processes) -> None:
    async with processes.budgets(1.0)[0].hold(0.4) as hold:
        hold.cost = None
    assert await processes.spent() == pytest.approx(0.4)


async def _spend(budget: SharedBudget, usd: float) -> None:
    async with budget.hold(usd) as hold:
        hold.cost = usd
