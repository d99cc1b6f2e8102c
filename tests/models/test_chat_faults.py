"""One test for each way in which a model server fails; the server is real, only its clock is not."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from itertools import count

import pytest
from pydantic import BaseModel, Field

from discovery_agent.errors import ModelAccessDenied, ModelRefused, ModelReplyInvalid, ModelReplyTruncated, ModelUnavailable
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message
from discovery_agent.models.retrying import Timing
from discovery_agent.settings import Settings
from tests import fake_model_server as fake
from tests.fake_model_server import FakeModelServer
from tests.models.conftest import KEY, Waits

Connect = Callable[..., ChatModel]
ASK = (Message("system", "Count."), Message("user", "How many invoices are late?"))
GOOD = {"count": 12, "why": "They said so."}


class Count(BaseModel):
    """A small reply."""

    count: int = Field(ge=0)
    why: str


async def test_a_good_answer_is_streamed_checked_and_metered(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer(GOOD, usage=(1000, 50)))
    reply = await connect().structured(ASK, Count)
    assert reply.value == Count(count=12, why="They said so.")
    assert not reply.cached
    assert (reply.usage.calls, reply.usage.input_tokens, reply.usage.output_tokens) == (1, 1000, 50)
    assert reply.usage.cost_usd == pytest.approx(1000 / 1e6 + 50 * 2 / 1e6)
    sent = server.requests[0].body
    assert sent["stream"] is True
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert sent["response_format"]["json_schema"]["schema"]["required"] == ["count", "why"]
    assert "tools" not in sent


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
async def test_a_busy_server_is_asked_again(server: FakeModelServer, connect: Connect, waits: Waits, code: int) -> None:
    server.say(fake.status(code), fake.status(code), fake.answer(GOOD))
    reply = await connect().structured(ASK, Count)
    assert reply.value.count == 12
    assert waits.seconds == [0.25, 0.5]
    assert len(server.requests) == 3


async def test_retries_stop_when_the_attempts_are_used_up(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.status(503))
    with pytest.raises(ModelUnavailable, match="3 attempts"):
        await connect(max_attempts=3).structured(ASK, Count)
    assert len(server.requests) == 3


async def test_retry_after_is_honoured(server: FakeModelServer, connect: Connect, waits: Waits) -> None:
    server.say(fake.status(429, retry_after="7"), fake.status(429, retry_after_ms="1500"), fake.answer(GOOD))
    await connect().structured(ASK, Count)
    assert waits.seconds == [7.0, 1.5]


async def test_a_wait_past_the_deadline_is_not_begun(server: FakeModelServer, connect: Connect, waits: Waits) -> None:
    server.say(fake.status(429, retry_after="3600"))
    with pytest.raises(ModelUnavailable, match="deadline"):
        await connect().structured(ASK, Count)
    assert waits.seconds == []
    assert len(server.requests) == 1


async def test_a_server_that_cannot_be_reached_is_unavailable(
    server: FakeModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, waits: Waits
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await connect(max_attempts=2).structured(ASK, Count)
    assert len(waits.seconds) == 1


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (fake.status(429, kind="insufficient_quota"), "quota"),
        (fake.status(401, kind="invalid_api_key"), "key"),
        (fake.status(403, kind="forbidden"), "access"),
        (fake.status(404, kind="model_not_found"), "model"),
        (fake.stream_error("insufficient_quota", "no credit"), "quota"),
    ],
)
async def test_what_another_try_cannot_help_fails_at_once(
    server: FakeModelServer, connect: Connect, behaviour: fake.Behaviour, words: str
) -> None:
    server.say(behaviour)
    with pytest.raises(ModelRefused, match=words) as caught:
        await connect().structured(ASK, Count)
    assert caught.value.remedy
    assert len(server.requests) == 1


async def test_a_key_that_was_turned_away_is_not_tried_again_for_every_window(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.status(401, kind="invalid_api_key"), fake.answer(GOOD))
    model = connect()
    for text in ("first", "second", "third"):
        with pytest.raises(ModelAccessDenied, match="key"):
            await model.structured((Message("user", text),), Count)
    assert len(server.requests) == 1


async def test_a_key_counts_as_turned_away_until_a_call_succeeds(server: FakeModelServer, connect: Connect, waits: Waits) -> None:
    server.say(fake.status(401, message="Incorrect API key provided"), fake.answer(GOOD), fake.status(401), fake.answer("Good morning."))
    model = connect()
    shown = model.for_engagement("e_claims", model.budget)
    with pytest.raises(ModelAccessDenied) as caught:
        await model.structured(ASK, Count)
    assert "Incorrect API key provided. Set OPENAI_API_KEY" in str(caught.value)
    waits.now += 3600
    assert shown.denied is None and shown.turned_away is not None, "it may be tried again, but nothing says that it works"
    await model.structured(ASK, Count)
    assert shown.turned_away is None
    with pytest.raises(ModelAccessDenied):
        await model.structured((Message("user", "again"),), Count)
    assert shown.turned_away is not None
    waits.now += 3600
    assert "".join([piece async for piece in model.stream(ASK)]) == "Good morning."
    assert shown.turned_away is None


async def test_refused_content_does_not_stop_other_calls(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.status(400, kind="content_filter"), fake.answer(GOOD))
    model = connect()
    with pytest.raises(ModelRefused):
        await model.structured((Message("user", "first"),), Count)
    assert (await model.structured((Message("user", "second"),), Count)).value.count == 12


DAMAGED = {
    "a web page": fake.body("<html>Sign in</html>"),
    "truncated JSON": fake.body('{"choices": [{"mess', "application/json"),
    "an unlabelled body": fake.body("hello", "text/plain"),
    "a broken event": fake.broken_event(),
    "no finish reason": fake.early_end('{"count": 12, "why": "x"}'),
}


@pytest.mark.parametrize("name", DAMAGED)
async def test_a_damaged_answer_is_asked_for_once_more(server: FakeModelServer, connect: Connect, name: str) -> None:
    server.say(DAMAGED[name], fake.answer(GOOD))
    assert (await connect().structured(ASK, Count)).value.count == 12


@pytest.mark.parametrize("name", DAMAGED)
async def test_a_server_that_always_answers_damaged_is_a_typed_error(server: FakeModelServer, connect: Connect, name: str) -> None:
    server.say(DAMAGED[name])
    with pytest.raises(ModelUnavailable):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 2


async def test_a_dropped_stream_is_started_again_and_never_doubled(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.dropped('{"count": 99, '), fake.answer(GOOD))
    assert (await connect().structured(ASK, Count)).value.count == 12
    assert len(server.requests) == 2


async def test_a_stream_that_drops_again_and_again_is_a_typed_error(server: FakeModelServer, connect: Connect, settings: Settings) -> None:
    server.say(fake.dropped('{"count": 99, '))
    with pytest.raises(ModelUnavailable, match="lost"):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 2
    assert not list(settings.cache_dir.rglob("*.json"))


async def test_an_error_inside_the_stream_is_asked_again(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.stream_error("server_error", "overloaded"), fake.answer(GOOD))
    assert (await connect().structured(ASK, Count)).value.count == 12


@pytest.mark.parametrize("finish", ["length"])
async def test_an_answer_that_hit_its_limit_is_truncated(server: FakeModelServer, connect: Connect, finish: str) -> None:
    server.say(fake.answer('{"count": 1', finish=finish))
    with pytest.raises(ModelReplyTruncated):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 1


async def test_a_request_longer_than_the_model_reads_is_truncated(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.status(400, kind="context_length_exceeded", message="This model's maximum context length is 8192 tokens."))
    with pytest.raises(ModelReplyTruncated):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 1


async def test_a_wrong_answer_is_repaired_by_showing_its_mistakes(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer({"count": -1}), fake.answer(GOOD))
    reply = await connect().structured(ASK, Count)
    assert reply.value.count == 12
    assert reply.usage.calls == 2
    said = server.requests[1].body["messages"]
    assert [message["role"] for message in said] == ["system", "user", "assistant", "user"]
    assert "why: Field required" in said[-1]["content"]


async def test_an_answer_that_stays_wrong_fails_after_one_round(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer("I found twelve."))
    with pytest.raises(ModelReplyInvalid):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 2


@pytest.mark.parametrize("behaviour", [fake.refusal(), fake.answer("")])
async def test_a_model_that_declines_twice_has_refused(server: FakeModelServer, connect: Connect, behaviour: fake.Behaviour) -> None:
    server.say(behaviour)
    with pytest.raises(ModelRefused, match="declined"):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 2


async def test_a_filtered_answer_is_refused_at_once(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.answer('{"count": 1', finish="content_filter"))
    with pytest.raises(ModelRefused, match="filtered"):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", [fake.silence(), fake.silence(after=""), fake.pings_only()])
async def test_a_server_that_never_begins_is_noticed(server: FakeModelServer, connect: Connect, behaviour: fake.Behaviour) -> None:
    server.say(behaviour)
    with pytest.raises(ModelUnavailable, match="did not begin"):
        await connect(first_token_seconds=0.4, max_attempts=2).structured(ASK, Count)
    assert len(server.requests) == 2


async def test_a_server_that_stalls_is_noticed(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.silence(after='{"count"'), fake.answer(GOOD))
    with pytest.raises(ModelUnavailable, match="in the middle"):
        async with asyncio.timeout(5):
            await connect(idle_seconds=0.05, max_attempts=1).structured(ASK, Count)
    assert (await connect(idle_seconds=5).structured(ASK, Count)).value.count == 12


async def test_the_time_of_the_whole_call_ends_a_stall(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.silence(after='{"count"'))
    with pytest.raises(ModelUnavailable, match="DISCOVERY_CALL_SECONDS"):
        await connect(idle_seconds=50, call_seconds=0.5).structured(ASK, Count)
    assert len(server.requests) == 1


async def test_an_answer_that_never_ends_is_stopped_by_the_time_of_the_whole_call(server: FakeModelServer, settings: Settings) -> None:
    server.say(fake.endless())
    ticks = count()
    model = ChatModel(settings.model_copy(update={"call_seconds": 100}), timing=Timing(clock=lambda: float(next(ticks))))
    async with asyncio.timeout(20):
        with pytest.raises(ModelUnavailable, match="DISCOVERY_CALL_SECONDS"):
            await model.structured(ASK, Count)
    await model.aclose()
    assert len(server.requests) == 1
    assert model.meter.usage.output_tokens > 0


async def test_a_rejected_response_format_falls_back_to_a_forced_tool_and_is_remembered(server: FakeModelServer, connect: Connect) -> None:
    server.choose = lambda exchange: (
        fake.status(400, kind="invalid_request_error", message="'response_format' is not supported")
        if "response_format" in exchange.body
        else fake.answer(GOOD, finish="tool_calls")
    )
    model = connect()
    assert (await model.structured(ASK, Count)).value.count == 12
    assert (await model.structured((*ASK, Message("user", "Again.")), Count)).value.count == 12
    assert ["response_format" in request.body for request in server.requests] == [True, False, False]
    tool = server.requests[1].body
    assert [one["function"]["name"] for one in tool["tools"]] == ["Count"]
    assert tool["tool_choice"]["function"]["name"] == "Count"


async def test_a_request_rejected_in_both_forms_says_what_the_server_said(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.status(400, kind="invalid_request_error", message="max_tokens is too large"))
    with pytest.raises(ModelRefused, match="too large"):
        await connect().structured(ASK, Count)
    assert len(server.requests) == 2


async def test_a_server_that_cannot_report_usage_is_counted_here(server: FakeModelServer, connect: Connect) -> None:
    server.choose = lambda exchange: (
        fake.status(400, message="unknown field stream_options") if "stream_options" in exchange.body else fake.answer(GOOD)
    )
    reply = await connect().structured(ASK, Count)
    assert reply.usage.input_tokens > 30
    assert reply.usage.output_tokens > 5


async def test_cancelling_passes_through(server: FakeModelServer, connect: Connect) -> None:
    server.say(fake.silence())
    task = asyncio.create_task(connect().structured(ASK, Count))
    while not server.requests:
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_keys_appear_in_no_error_and_no_log(server: FakeModelServer, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.say(fake.status(401, message=f"Incorrect API key provided: {KEY}. Bearer abcdef is wrong, too"))
    with pytest.raises(ModelRefused) as caught:
        await connect().structured(ASK, Count)
    seen = f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"
    assert KEY not in seen
    assert "abcdef" not in seen
    assert KEY not in caplog.text


async def test_what_was_said_appears_in_no_error_and_no_log(
    server: FakeModelServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = "Piotr forgets the invoices of Borealis,\nand Zoë pays them three weeks late."
    echo = json.dumps([{"loc": ["body", "messages"], "msg": "Input should be short", "input": [{"role": "user", "content": said}]}])
    server.say(fake.status(422, message=echo))
    with pytest.raises(ModelRefused, match="Input should be short") as caught:
        await connect().structured((Message("user", said),), Count)
    for word in ("Piotr", "Borealis", "three weeks"):
        assert word not in str(caught.value)
        assert word not in caplog.text
