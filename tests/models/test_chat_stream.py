"""Free text as it comes, and each way in which it can fail; the server is real, only its clock is not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from itertools import count

import pytest

from discovery_agent.errors import (
    ModelAccessDenied,
    ModelError,
    ModelRefused,
    ModelReplyTruncated,
    ModelUnavailable,
    SpendLimitReached,
)
from discovery_agent.models.billing import Meter
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message, PromptMark
from discovery_agent.models.retrying import Timing
from discovery_agent.settings import Settings
from tests import fake_model_server as fake
from tests.fake_model_server import FakeModelServer
from tests.models.conftest import Waits

Connect = Callable[..., ChatModel]
ASK = (Message("system", "Ask one question."), Message("user", "They lose orders."))
SAID = "That sounds costly. When did it last happen?"


async def heard(pieces: AsyncIterator[str]) -> tuple[list[str], ModelError | None]:
    """What came, and the error that ended it."""
    parts: list[str] = []
    try:
        async for piece in pieces:
            parts.append(piece)
    except ModelError as error:
        return parts, error
    return parts, None


async def test_words_come_as_they_are_sent_and_are_metered(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer(SAID, usage=(1000, 50)))
    meter = Meter()
    parts, error = await heard(connect().stream(ASK, meter=meter))
    assert error is None
    assert "".join(parts) == SAID
    assert (meter.usage.calls, meter.usage.input_tokens, meter.usage.output_tokens) == (1, 1000, 50)
    assert meter.usage.cost_usd == pytest.approx(1000 / 1e6 + 50 * 2 / 1e6)
    sent = server.requests[0].body
    assert sent["stream"] is True
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert "response_format" not in sent and "tools" not in sent


async def test_the_first_words_do_not_wait_for_the_others(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.silence(after="That sounds costly."))
    async with aclosing(connect().stream(ASK)) as pieces:
        assert await anext(pieces) == "That sounds costly."


async def test_letters_of_several_bytes_and_odd_line_ends_arrive_whole(server: FakeModelServer, connect: Connect) -> None:
    async def behave(exchange: fake.Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        data = 'event: message\r\ndata:{"choices":[{"index":0,"delta":{"content":"Größe 🧾"},"finish_reason":"stop"}]}'.encode()
        for place in range(0, len(data), 7):
            exchange.writer.write(data[place : place + 7])
            await exchange.writer.drain()
            await asyncio.sleep(0)

    server.say(behave)
    parts, error = await heard(connect().stream(ASK))
    assert error is None and "".join(parts) == "Größe 🧾"


async def test_a_whole_reply_is_paid_for_once_and_then_comes_whole(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer(SAID))
    first, _ = await heard(connect().stream(ASK, prompt=PromptMark("ask", "a")))
    meter = Meter()
    again, _ = await heard(connect().stream(ASK, prompt=PromptMark("ask", "a"), meter=meter))
    assert ("".join(first), again) == (SAID, [SAID])
    assert (meter.usage.calls, meter.usage.cached_calls) == (0, 1)
    await heard(connect().stream(ASK, prompt=PromptMark("ask", "b")))
    assert len(server.requests) == 2


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
async def test_a_busy_server_is_asked_again_before_the_first_words(
    server: FakeModelServer, connect: Connect, waits: Waits, code: int
) -> None:
    server.say(fake.status(code), fake.status(code, retry_after="7"), fake.answer(SAID))
    parts, error = await heard(connect().stream(ASK))
    assert error is None and "".join(parts) == SAID
    assert waits.seconds == [0.25, 7.0]


async def test_attempts_end_when_the_wait_for_the_first_words_is_over(server: FakeModelServer, connect: Connect, waits: Waits) -> None:
    server.say(fake.status(503, retry_after="20"))
    parts, error = await heard(connect().stream(ASK, first_seconds=30))
    assert not parts and isinstance(error, ModelUnavailable)
    assert waits.seconds == [20.0]
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (fake.status(429, kind="insufficient_quota"), "quota"),
        (fake.stream_error("insufficient_quota", "no credit"), "quota"),
        (fake.status(401, kind="invalid_api_key"), "key"),
        (fake.status(404, kind="model_not_found"), "model"),
    ],
)
async def test_what_another_try_cannot_help_fails_at_once_and_shuts_the_door(
    server: FakeModelServer, connect: Connect, behaviour: fake.Behaviour, words: str
) -> None:
    server.say(behaviour, fake.answer(SAID))
    model = connect()
    for _ in range(2):
        _, error = await heard(model.stream(ASK))
        assert isinstance(error, ModelAccessDenied) and words in error.what and error.remedy
    assert len(server.requests) == 1


DAMAGED_BEFORE = {
    "a web page": fake.body("<html>Sign in</html>"),
    "truncated JSON": fake.body('{"choices": [{"mess', "application/json"),
    "an unlabelled body": fake.body("hello", "text/plain"),
    "nothing": fake.body("", "text/event-stream"),
    "no words and no end": fake.early_end(""),
    "events of another form": fake.body('data: {"choices": ["hello"]}\n\n', "text/event-stream"),
    "an event that is no object": fake.body("data: 12\n\n", "text/event-stream"),
}


@pytest.mark.parametrize("name", DAMAGED_BEFORE)
async def test_a_reply_damaged_before_its_first_words_is_asked_for_once_more(server: FakeModelServer, connect: Connect, name: str) -> None:
    server.say(DAMAGED_BEFORE[name], fake.answer(SAID))
    parts, error = await heard(connect().stream(ASK))
    assert error is None and "".join(parts) == SAID
    server.say(DAMAGED_BEFORE[name])
    _, error = await heard(connect().stream((Message("user", "Once more."),)))
    assert isinstance(error, ModelUnavailable)
    assert len(server.requests) == 4


DAMAGED_AFTER = {
    "a broken event": 'data: {"id": "x", "choices": [{"ind\n\n',
    "no finish reason": "data: [DONE]\n\n",
    "an error inside": 'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n',
    "a dropped connection": None,
}


@pytest.mark.parametrize("name", DAMAGED_AFTER)
async def test_a_reply_that_fails_after_its_first_words_is_an_error_and_never_begun_again(
    server: FakeModelServer, connect: Connect, settings: Settings, name: str
) -> None:
    first_words_read = threading.Event()

    async def behave(exchange: fake.Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        await exchange.delta({"content": "That sounds"})
        await asyncio.to_thread(first_words_read.wait, 10)
        end = DAMAGED_AFTER[name]
        if end is None:
            exchange.writer.transport.abort()
        else:
            await exchange.send(end)

    server.say(behave, fake.answer(SAID))
    async with aclosing(connect().stream(ASK)) as pieces:
        assert await anext(pieces) == "That sounds"
        first_words_read.set()
        with pytest.raises(ModelUnavailable) as caught:
            await anext(pieces)
    assert caught.value.remedy
    assert len(server.requests) == 1
    assert not list(settings.cache_dir.rglob("*.json"))


async def test_a_reply_that_hit_its_limit_is_truncated(server: FakeModelServer, connect: Connect, settings: Settings) -> None:
    server.say(fake.answer("That sounds", finish="length"))
    parts, error = await heard(connect().stream(ASK))
    assert parts and isinstance(error, ModelReplyTruncated)
    assert not list(settings.cache_dir.rglob("*.json"))


async def test_a_filtered_reply_is_refused(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer("That", finish="content_filter"))
    _, error = await heard(connect().stream(ASK))
    assert isinstance(error, ModelRefused) and "filtered" in error.what


@pytest.mark.parametrize("behaviour", [fake.refusal(), fake.answer("")])
async def test_an_empty_reply_is_asked_for_once_more(server: FakeModelServer, connect: Connect, behaviour: fake.Behaviour) -> None:
    server.say(behaviour)
    parts, error = await heard(connect().stream(ASK))
    assert not parts and isinstance(error, ModelRefused) and "declined" in error.what
    assert len(server.requests) == 2


@pytest.mark.parametrize("behaviour", [fake.silence(), fake.silence(after=""), fake.pings_only()])
async def test_a_server_that_never_begins_is_noticed(server: FakeModelServer, connect: Connect, behaviour: fake.Behaviour) -> None:
    server.say(behaviour)
    _, error = await heard(connect(first_token_seconds=0.4, max_attempts=2).stream(ASK))
    assert isinstance(error, ModelUnavailable) and "did not begin" in error.what
    assert len(server.requests) == 2


async def test_a_server_that_stalls_is_noticed(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.silence(after="That sounds"))
    parts, error = await heard(connect(idle_seconds=0.05).stream(ASK))
    assert parts == ["That sounds"]
    assert isinstance(error, ModelUnavailable) and "in the middle" in error.what
    assert len(server.requests) == 1


async def test_a_reply_that_never_ends_is_stopped_by_the_time_of_the_whole_call(server: FakeModelServer, settings: Settings) -> None:
    server.say(fake.endless())
    ticks = count()
    model = ChatModel(settings.model_copy(update={"call_seconds": 100}), timing=Timing(clock=lambda: float(next(ticks))))
    async with asyncio.timeout(20):
        parts, error = await heard(model.stream(ASK, first_seconds=30))
    await model.aclose()
    assert parts and isinstance(error, ModelUnavailable) and "DISCOVERY_CALL_SECONDS" in error.what + (error.remedy or "")
    assert model.meter.usage.output_tokens > 0


async def test_a_reader_who_leaves_early_pays_for_what_came_and_frees_the_budget(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.silence(after="That sounds"))
    model = connect(max_cost_usd=1.0)
    async with aclosing(model.stream(ASK)) as pieces:
        await anext(pieces)
    assert model.meter.usage.calls == 1
    assert model.budget.spent_usd > 0
    async with model.budget.hold(1.0 - model.budget.spent_usd):
        pass


async def test_cancelling_passes_through(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.silence())
    task = asyncio.create_task(heard(connect().stream(ASK)))
    while not server.requests:
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_cap_on_cost_holds(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer(SAID))
    with pytest.raises(SpendLimitReached):
        await heard(connect(max_cost_usd=0.000001).stream(ASK))
    assert not server.requests


async def test_a_server_that_cannot_report_usage_is_counted_here(server: FakeModelServer, connect: Connect) -> None:
    server.choose = lambda exchange: (
        fake.status(400, message="unknown field stream_options") if "stream_options" in exchange.body else fake.answer(SAID)
    )
    meter = Meter()
    parts, _ = await heard(connect().stream(ASK, meter=meter))
    assert "".join(parts) == SAID
    assert meter.usage.input_tokens > 5 and meter.usage.output_tokens > 5


async def test_what_was_said_and_the_key_appear_in_no_error(server: FakeModelServer, connect: Connect) -> None:
    said = "Piotr forgets the invoices of Borealis, and Zoë pays them three weeks late."
    server.say(fake.status(422, message=f"bad request sk-test-0123456789abcdef: {said}"))
    _, error = await heard(connect().stream((Message("user", said),)))
    assert isinstance(error, ModelRefused)
    assert "Borealis" not in str(error) and "0123456789" not in str(error)
