"""Calls over one connection keep the pace of a server that limits them; the server is real, only time is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
from pydantic import BaseModel

from discovery_agent.errors import ModelUnavailable, SpendLimitReached
from discovery_agent.models.budget import Budget
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message
from discovery_agent.models.retrying import Timing
from discovery_agent.settings import Settings
from tests import fake_model_server as fake
from tests.fake_model_server import FakeModelServer


class Word(BaseModel):
    """A small reply."""

    word: str


class IdleClock:
    """A clock that moves on to the next who sleeps when the server has had nothing to do for a moment."""

    def __init__(self, server: FakeModelServer) -> None:
        self.now = 0.0
        self._server = server
        self._due: list[float] = []

    async def sleep(self, seconds: float) -> None:
        until, quiet = self.now + seconds, 0
        self._due.append(until)
        try:
            while self.now < until:
                seen = len(self._server.requests)
                await asyncio.sleep(0.002)
                quiet = quiet + 1 if not self._server.under_way and len(self._server.requests) == seen else 0
                if quiet >= 5 and until == min(self._due):
                    self.now = max(self.now, until)
        finally:
            self._due.remove(until)

    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, sleep=self.sleep, chance=lambda: 0.5)


@pytest.fixture
def clock(server: FakeModelServer) -> IdleClock:
    return IdleClock(server)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(
        model="openai:gpt-4", cache_dir=tmp_path / "cache", max_output_tokens=256, input_price_usd=1, output_price_usd=2, call_seconds=300
    )


@asynccontextmanager
async def model(settings: Settings, clock: IdleClock, **changes: object) -> AsyncIterator[ChatModel]:
    made = ChatModel(settings.model_copy(update=changes), timing=clock.timing())
    try:
        yield made
    finally:
        await made.aclose()


async def ask_all(model: ChatModel, number: int, *, at_once: int, name: str = "window") -> list[object]:
    limit = asyncio.Semaphore(at_once)

    async def one(number: int) -> object:
        async with limit:
            return (await model.structured([Message("user", f"{name} {number}")], Word)).value.word

    return await asyncio.gather(*(one(number) for number in range(number)), return_exceptions=True)


def turned_away(server: FakeModelServer, answered: int) -> int:
    return len(server.requests) - answered


@pytest.mark.parametrize(("number", "at_once"), [(80, 8), (200, 200)])
async def test_a_batch_loses_no_window_to_a_limit_that_the_server_tells(
    server: FakeModelServer, clock: IdleClock, settings: Settings, number: int, at_once: int
) -> None:
    server.say(fake.limited({"word": "yes"}, requests_per_minute=40, clock=lambda: clock.now))
    async with model(settings, clock) as chat:
        assert await ask_all(chat, number, at_once=at_once) == ["yes"] * number
    assert turned_away(server, number) == 0
    assert clock.now == pytest.approx((number / 40 - 1) * 61, abs=5)


@pytest.mark.parametrize("at_once", [8, 60])
async def test_a_batch_loses_no_window_to_a_limit_that_the_server_keeps_to_itself(
    server: FakeModelServer, clock: IdleClock, settings: Settings, at_once: int
) -> None:
    server.say(fake.limited({"word": "yes"}, requests_per_minute=10, clock=lambda: clock.now, tells=False))
    async with model(settings, clock) as chat:
        assert await ask_all(chat, 60, at_once=at_once) == ["yes"] * 60
    assert turned_away(server, 60) <= 90  # each minute those that are under way when the limit is reached, and not all that wait


async def test_a_limit_on_tokens_is_kept_by_what_replies_really_take(server: FakeModelServer, clock: IdleClock, settings: Settings) -> None:
    server.say(fake.limited({"word": "yes"}, requests_per_minute=1000, tokens_per_minute=1200, clock=lambda: clock.now))
    async with model(settings, clock) as chat:
        assert await ask_all(chat, 40, at_once=8) == ["yes"] * 40
    assert turned_away(server, 40) <= 8
    assert clock.now < 8 * 61  # ten calls of 120 tokens fit into a minute, where each may take three hundred before it ends


async def test_a_pace_that_is_set_is_kept_where_the_server_tells_nothing(
    server: FakeModelServer, clock: IdleClock, settings: Settings
) -> None:
    server.say(fake.limited({"word": "yes"}, requests_per_minute=10, clock=lambda: clock.now, tells=False))
    async with model(settings, clock, requests_per_minute=10) as chat:
        assert await ask_all(chat, 30, at_once=30) == ["yes"] * 30
    assert turned_away(server, 30) == 0


async def test_engagements_share_the_pace(server: FakeModelServer, clock: IdleClock, settings: Settings) -> None:
    server.say(fake.limited({"word": "yes"}, requests_per_minute=10, clock=lambda: clock.now))
    async with model(settings, clock, requests_per_minute=10) as chat:
        others = [chat.for_engagement(name, Budget(None)) for name in ("first", "second", "third")]
        outcomes = await asyncio.gather(*(ask_all(one, 10, at_once=10) for one in others))
    assert outcomes == [["yes"] * 10] * 3
    assert turned_away(server, 30) == 0


async def test_the_words_of_an_interview_wait_for_no_batch(server: FakeModelServer, clock: IdleClock, settings: Settings) -> None:
    server.choose = lambda exchange: fake.answer("And then?" if "turn" in exchange.text else {"word": "yes"})
    async with model(settings, clock, requests_per_minute=10) as chat:
        batch = asyncio.create_task(ask_all(chat, 100, at_once=100))
        while len(server.requests) < 10:
            await asyncio.sleep(0.001)
        async with aclosing(chat.stream([Message("user", "a turn")], first_seconds=70)) as words:
            assert "".join([piece async for piece in words]) == "And then?"
        assert len(server.requests) <= 20
        await batch
    assert clock.now == pytest.approx(10 * 61)


async def test_waiting_for_the_pace_takes_no_time_from_a_call(server: FakeModelServer, clock: IdleClock, settings: Settings) -> None:
    server.say(fake.answer({"word": "yes"}))
    async with model(settings, clock, requests_per_minute=1, call_seconds=50) as chat:
        assert await ask_all(chat, 4, at_once=4) == ["yes"] * 4
        assert chat.meter.seconds < 50  # and none of it is said to be the server's
    assert clock.now == 3 * 61


async def test_a_server_that_turns_everybody_away_for_an_hour_fails_all_at_once(
    server: FakeModelServer, clock: IdleClock, settings: Settings
) -> None:
    server.say(fake.status(429, retry_after="3600"))
    async with model(settings, clock) as chat:
        outcomes = await ask_all(chat, 50, at_once=8)
    assert all(isinstance(one, ModelUnavailable) for one in outcomes)
    assert len(server.requests) <= 8
    assert clock.now == 0


async def test_the_cap_on_cost_holds_while_calls_wait_are_turned_away_and_are_cancelled(
    server: FakeModelServer, clock: IdleClock, settings: Settings
) -> None:
    server.say(fake.limited({"word": "yes"}, requests_per_minute=10, clock=lambda: clock.now, tells=False, usage=(100, 200)))
    budget = Budget(0.015)  # thirty calls of USD 0.0005
    async with model(settings, clock) as chat:
        engagements = [chat.for_engagement(f"number {number}", budget) for number in range(4)]
        batches = [asyncio.create_task(ask_all(one, 20, at_once=5)) for one in engagements]
        while len(server.requests) < 15:
            await asyncio.sleep(0.001)
        batches[0].cancel()
        outcomes = await asyncio.gather(*batches, return_exceptions=True)
    assert isinstance(outcomes[0], asyncio.CancelledError)
    kinds = [one for batch in outcomes[1:] if isinstance(batch, list) for one in batch]
    assert all(one == "yes" or isinstance(one, SpendLimitReached) for one in kinds)
    assert any(isinstance(one, SpendLimitReached) for one in kinds)
    assert budget.spent_usd <= 0.015 + 1e-9
    assert budget.spent_usd >= 0.015 - 0.001
