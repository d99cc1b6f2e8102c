from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from discovery_agent.errors import ConfigurationError, ModelUnavailable, SpendLimitReached
from discovery_agent.models.budget import Budget
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.connection import server_name
from discovery_agent.models.messages import Message, PromptMark
from discovery_agent.settings import Settings
from tests import fake_model_server as fake
from tests.fake_model_server import FakeModelServer
from tests.models.conftest import Waits

Connect = Callable[..., ChatModel]


class Word(BaseModel):
    """A small reply."""

    word: str


def ask(text: str = "Say a word.") -> tuple[Message, ...]:
    return (Message("user", text),)


async def test_the_same_call_is_answered_from_the_cache(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer({"word": "yes"}))
    first = await connect().structured(ask(), Word)
    again = await connect().structured(ask(), Word)
    assert again.value == first.value
    assert again.cached
    assert (again.usage.calls, again.usage.cached_calls, again.usage.cost_usd) == (0, 1, 0.0)
    assert len(server.requests) == 1


async def test_another_question_schema_or_prompt_is_another_call(server: FakeModelServer, connect: Connect) -> None:
    class Other(BaseModel):
        word: str
        more: str | None = None

    server.say(fake.answer({"word": "yes"}))
    model = connect()
    await model.structured(ask(), Word)
    await model.structured(ask("Another?"), Word)
    await model.structured(ask(), Other)
    await model.structured(ask(), Word, prompt=PromptMark("ask", "2"))
    await connect(model="openai:gpt-4o").structured(ask(), Word)
    assert len(server.requests) == 5


async def test_another_server_is_another_call_even_on_the_same_machine(
    server: FakeModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.say(fake.answer({"word": "yes"}))
    await connect().structured(ask(), Word)
    with FakeModelServer() as other:
        monkeypatch.setenv("OPENAI_BASE_URL", other.base_url)
        other.say(fake.answer({"word": "no"}))
        assert (await connect().structured(ask(), Word)).value.word == "no"


async def test_the_key_of_a_call_ignores_credentials_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://name:secret@models.example:8443/a/v1/")
    assert server_name() == "https://models.example:8443/a/v1"


async def test_a_damaged_file_in_the_cache_is_a_miss(server: FakeModelServer, connect: Connect, settings: Settings) -> None:
    server.say(fake.answer({"word": "yes"}))
    await connect().structured(ask(), Word)
    (file,) = settings.cache_dir.rglob("*.json")
    for damage in (b"", b'{"key": "other"}', file.read_bytes()[:-20], b"\xff\xfe"):
        file.write_bytes(damage)
        assert not (await connect().structured(ask(), Word)).cached
    assert (await connect().structured(ask(), Word)).cached
    assert not list(settings.cache_dir.rglob("*.part"))


async def test_errors_are_never_kept(server: FakeModelServer, connect: Connect, settings: Settings) -> None:
    server.say(fake.status(503))
    with pytest.raises(ModelUnavailable):
        await connect(max_attempts=1).structured(ask(), Word)
    assert not list(settings.cache_dir.rglob("*.json"))


async def test_a_cache_that_cannot_be_written_loses_nothing(
    server: FakeModelServer, connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    server.say(fake.answer({"word": "yes"}))
    model = connect(cache_dir=blocked)
    for text in ("One.", "Two.", "Three."):
        assert (await model.structured(ask(text), Word)).value.word == "yes"
    assert len([record for record in caplog.records if record.name == "discovery_agent.models.cache"]) == 1


async def test_the_same_call_made_twice_at_once_is_paid_for_once(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer({"word": "yes"}))
    model = connect()
    replies = await asyncio.gather(*(model.structured(ask(), Word) for _ in range(5)))
    assert [reply.cached for reply in replies] == [False, True, True, True, True]
    assert len(server.requests) == 1


async def test_calls_run_side_by_side(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer({"word": "yes"}, together=8))  # no answer begins before all eight requests have come
    model = connect()
    replies = await asyncio.gather(*(model.structured(ask(f"Number {number}"), Word) for number in range(8)))
    assert len(replies) == len(server.requests) == 8


async def test_the_cap_on_cost_holds_under_concurrency(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer({"word": "yes"}, usage=(1000, 1000)))  # USD 0.003 a call
    model = connect(max_cost_usd=0.02, max_output_tokens=2000)
    outcomes = await asyncio.gather(*(model.structured(ask(f"Number {number}"), Word) for number in range(30)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert all(isinstance(one, SpendLimitReached) for one in refused)
    assert model.budget.spent_usd <= 0.02
    assert len(server.requests) == len(outcomes) - len(refused) == 6  # waited for room instead of giving up early
    assert model.meter.usage.cost_usd == pytest.approx(model.budget.spent_usd)


@pytest.mark.parametrize("usage", [(-1_000_000, -1_000_000), (10**400, 20), (1000, 10**18)])
async def test_counts_that_cannot_be_are_counted_here_so_that_the_cap_holds(
    server: FakeModelServer, connect: Connect, usage: tuple[int, int]
) -> None:
    server.say(fake.answer({"word": "yes"}, usage=usage))
    model = connect(max_cost_usd=1.0)
    await model.structured(ask(), Word)
    assert 0 < model.budget.spent_usd < 0.01
    assert 0 < model.meter.usage.input_tokens < 2000 and 0 < model.meter.usage.output_tokens < 100


async def test_waiting_for_room_under_the_cap_takes_no_time_from_the_call(
    server: FakeModelServer, settings: Settings, waits: Waits
) -> None:
    server.say(fake.answer({"word": "yes"}))
    budget = Budget(0.03)
    model = ChatModel(settings, timing=waits.timing(), budget=budget)
    async with budget.hold(0.02):
        waiting = asyncio.create_task(model.structured(ask(), Word))
        while not budget.waiting:
            await asyncio.sleep(0)
        waits.now += 10 * settings.call_seconds
        assert server.requests == []
    assert (await waiting).value.word == "yes"
    await model.aclose()


async def test_a_failed_call_gives_its_money_back(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.status(500))
    model = connect(max_cost_usd=1.0, max_attempts=2)
    with pytest.raises(ModelUnavailable):
        await model.structured(ask(), Word)
    assert model.budget.spent_usd == 0
    assert model.meter.usage.calls == 0


async def test_an_answer_that_broke_off_is_booked_as_far_as_it_came(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.dropped("half of an answer"))
    model = connect(max_attempts=1)
    with pytest.raises(ModelUnavailable):
        await model.structured(ask(), Word)
    assert model.meter.usage.calls == 1
    assert model.budget.spent_usd > 0


async def test_a_budget_without_room_raises_and_one_with_room_later_waits() -> None:
    budget = Budget(1.0)
    with pytest.raises(SpendLimitReached):
        async with budget.hold(1.5):
            pass
    release = asyncio.Event()

    async def spend(cost: float) -> None:
        async with budget.hold(0.8) as hold:
            await release.wait()
            hold.cost = cost

    first, second = asyncio.create_task(spend(0.1)), asyncio.create_task(spend(0.2))
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(first, second)
    assert budget.spent_usd == pytest.approx(0.3)


def test_a_cap_without_a_price_is_a_mistake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    unpriced = settings.model_copy(
        update={"model": "openai:nobody-knows-it", "input_price_usd": None, "output_price_usd": None, "max_cost_usd": 1.0}
    )
    with pytest.raises(ConfigurationError, match="price"):
        ChatModel(unpriced)


def test_a_provider_that_is_not_known_is_a_mistake(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_BASE_URL"):
        ChatModel(settings.model_copy(update={"model": "elsewhere:model"}))


async def test_without_a_key_nothing_is_called(server: FakeModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        await connect().structured(ask(), Word)
    assert server.requests == []


def test_one_model_serves_two_event_loops(server: FakeModelServer, settings: Settings) -> None:
    server.say(fake.answer({"word": "yes"}))
    model = ChatModel(settings)

    async def once(text: str) -> None:
        await model.structured(ask(text), Word)
        await model.aclose()

    asyncio.run(once("first"))
    asyncio.run(once("second"))
    assert len(server.requests) == 2


async def test_nothing_is_sent_to_a_tracing_service(server: FakeModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain_core.tracers.langchain import LangChainTracer

    tracers: list[object] = []
    monkeypatch.setattr(LangChainTracer, "__init__", lambda self, **_: tracers.append(self))
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    server.say(fake.answer({"word": "yes"}))
    await connect().structured(ask(), Word)
    assert tracers == []
