"""Turns with a model: its words are streamed, its findings grounded; where it fails the rules take over, and it shows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from discovery_agent.discovery.interviewing.script import Script
from discovery_agent.discovery.interviewing.turn import Turn
from discovery_agent.discovery.interviews import EventKind, answer, open_interview, read_again, resume
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import StoredUtterance
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.interview.moves import Stop
from discovery_agent.errors import StaleVersion
from discovery_agent.settings import Settings
from discovery_agent.storage.records import ExtractionState
from tests import fake_model_server as fake
from tests.discovery.interviews.talking import (
    PAIN,
    QUESTION,
    WISH,
    Interview,
    begin,
    finding,
    heard,
    is_wording,
    kinds,
    only,
    plays,
    said,
    streamed,
)
from tests.fake_model_server import Exchange, FakeModelServer

Opened = Callable[[Settings], Awaitable[Workspace]]
K = EventKind
GOAL = finding("business_goal", "Pay claims in four days.", ("u1", "we want four days by June"))


@pytest.fixture
async def interview(model_ws: Workspace, server: FakeModelServer) -> Interview:
    server.choose = plays("Hello. What should be different in a year?")
    return await begin(model_ws)


async def test_the_words_of_the_model_are_streamed_stored_and_booked(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION, [GOAL])
    events = await interview.say(WISH)
    assert kinds(events) == [K.ACCEPTED, K.DELTA, K.SAID, K.UNDERSTOOD]
    assert (said(events).text, said(events).phrased_by) == (QUESTION, "openai:gpt-4")
    assert streamed(events) == QUESTION
    (found,) = only(events, K.UNDERSTOOD).findings
    assert found.finding.kind is FindingKind.BUSINESS_GOAL and found.finding.quotes[0].text == "we want four days by June"
    async with interview.ws.database.reading() as unit:
        spent = await unit.spending.by_purpose(interview.engagement_id)
    assert spent["interview.wording"].calls == 2  # the opening, too
    assert spent["interview.reading"].calls == 2


async def test_the_reply_does_not_wait_for_the_reading_of_the_answer(server: FakeModelServer, interview: Interview) -> None:
    read = threading.Event()

    async def slow(exchange: Exchange) -> None:
        await asyncio.to_thread(read.wait, 20)
        await fake.answer({"findings": [GOAL]})(exchange)

    server.choose = plays(QUESTION, slow)
    async with aclosing(answer(interview.ws, interview.id, WISH, "a")) as events:
        async for event in events:
            if event.kind is K.SAID:
                break
        assert (await interview.view()).reading
        read.set()
        rest = await heard(events)
    assert [event.kind for event in rest] == [K.UNDERSTOOD] and rest[0].findings
    assert not (await interview.view()).reading


async def test_the_model_hears_the_answer_and_what_was_asked_before(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION)
    await interview.say(WISH)
    await interview.say(PAIN)
    last = [one for one in server.requests if is_wording(one)][-1]
    assert PAIN in last.text
    # Of what was asked already, the questions stand there and not what was said around them.
    assert "- What should be different in a year?" in last.text and "- What takes most of them?" in last.text


BEFORE_THE_FIRST_WORDS = {
    "busy": fake.status(429),
    "failing": fake.status(500),
    "overloaded": fake.status(503),
    "no quota": fake.status(429, kind="insufficient_quota"),
    "a wrong key": fake.status(401, kind="invalid_api_key"),
    "a web page": fake.body("<html>Sign in</html>"),
    "truncated JSON": fake.body('{"choices": [{"mess', "application/json"),
    "a refusal": fake.refusal(),
    "an empty reply": fake.answer(""),
    "only invisible characters": fake.answer("\u200b\u0007\u202e"),
    "silence": fake.silence(),
}


@pytest.mark.parametrize("name", BEFORE_THE_FIRST_WORDS)
async def test_where_the_model_does_not_begin_the_rules_word_the_turn(
    server: FakeModelServer, model_settings: Settings, opened: Opened, name: str
) -> None:
    server.choose = plays()
    interview = await begin(await opened(model_settings.model_copy(update={"first_token_seconds": 0.2})))
    server.choose = plays(BEFORE_THE_FIRST_WORDS[name])
    events = await interview.say(WISH)
    assert kinds(events) == [K.ACCEPTED, K.DELTA, K.SAID, K.UNDERSTOOD]
    assert said(events).phrased_by == "rules" and said(events).text == streamed(events)
    assert "interview.worded_without_model" in await interview.audit()


def after_some_words(words: str, rest: str | None) -> fake.Behaviour:
    """Some words, and then bytes that end the reply in a wrong way; None breaks the connection."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head(200, "text/event-stream")
        await exchange.delta({"content": words})
        if rest is None:
            exchange.writer.transport.abort()
        else:
            await exchange.send(rest)

    return behave


AFTER_SOME_WORDS = {
    "no finish reason": fake.early_end("Nine days is"),
    "a dropped stream": fake.dropped("Nine days is"),
    "a stream that stalls": fake.silence(after="Nine days is"),
    "a reply cut at its length": fake.answer("Nine days is", finish="length"),
    "a filtered reply": fake.answer("Nine days is", finish="content_filter"),
    "a broken event": after_some_words("Nine days is", 'data: {"id": "x", "choices": [{"ind\n\n'),
    "an error inside the stream": after_some_words("Nine days is", 'data: {"error": {"message": "overloaded"}}\n\n'),
    "a connection that dies": after_some_words("Nine days is", None),
}


@pytest.mark.parametrize("name", AFTER_SOME_WORDS)
async def test_a_reply_that_is_not_whole_is_never_stored(
    server: FakeModelServer, model_settings: Settings, opened: Opened, name: str
) -> None:
    server.choose = plays()
    interview = await begin(await opened(model_settings.model_copy(update={"idle_seconds": 0.2})))
    server.choose = plays(AFTER_SOME_WORDS[name])
    events = await interview.say(WISH)
    assert said(events).phrased_by == "rules" and said(events).text == streamed(events)
    assert "Nine days is" not in said(events).text
    if any(event.text == "Nine days is" for event in events):
        assert K.RESTART in kinds(events)
    assert len(await interview.texts()) == 3


async def test_a_model_without_a_key_leaves_the_interview_to_the_rules(
    server: FakeModelServer, interview: Interview, monkeypatch: pytest.MonkeyPatch, opened: Opened, model_settings: Settings
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    elsewhere = interview.seen_by(await opened(model_settings))
    events = await elsewhere.say(WISH)
    assert said(events).phrased_by == "rules"
    assert [one.state for one in await interview.readings()] == [ExtractionState.FAILED]


async def test_a_cap_that_is_reached_leaves_the_interview_to_the_rules(
    server: FakeModelServer, model_settings: Settings, opened: Opened
) -> None:
    server.choose = plays(fake.answer(QUESTION, usage=(1_000_000, 100)))
    interview = await begin(await opened(model_settings.model_copy(update={"max_cost_usd": 1.0, "max_output_tokens": 300})))
    again = interview.seen_by(await opened(model_settings.model_copy(update={"max_cost_usd": 1.0, "max_output_tokens": 300})))
    asked = len(server.requests)
    events = await again.say(WISH)
    assert said(events).phrased_by == "rules"
    assert len(server.requests) == asked
    assert "cap" in ((await interview.readings())[0].error or "")


async def test_a_reply_without_an_end_is_cut_at_a_sentence(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(fake.answer("What then? " * 400, pieces=50))
    text = said(await interview.say(WISH)).text
    assert 1000 < len(text) <= 1500 and text.endswith("What then?")


async def test_a_model_that_never_stops_is_stopped(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(fake.endless("And what then? "))
    assert len(said(await interview.say(WISH)).text) <= 1500


async def test_what_no_reader_sees_is_taken_out_of_the_models_words(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays("Nine\u202e days.\x00\x1b[2J</transcript-12ab34cd> What\u200b takes most?")
    events = await interview.say(WISH)
    assert said(events).text == "Nine days.[2J What takes most?"
    assert "\x00" not in streamed(events) and "\u202e" not in streamed(events) and "\x1b" not in streamed(events)


async def test_flaws_of_a_question_are_noted_and_do_not_stop_it(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays("Don't you think a chatbot would be best? And who pays for it?")
    events = await interview.say(WISH)
    assert {"one_question", "not_leading"} <= set(said(events).flaws)
    assert (await interview.view()).utterances[-1].flaws == said(events).flaws


async def test_a_failed_reading_is_kept_with_its_reason_and_can_be_tried_again(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION, fake.status(503))
    events = await interview.say(WISH)
    assert said(events).phrased_by == "openai:gpt-4"
    (record,) = await interview.readings()
    assert record.state is ExtractionState.FAILED and record.error and record.remedy
    stand_in = only(events, K.UNDERSTOOD).findings
    assert stand_in and {one.finding.proposed_by for one in stand_in} == {"rules"}
    server.choose = plays(QUESTION, [GOAL])
    found = await read_again(interview.ws, interview.id)
    assert [one.finding.statement for one in found] == ["Pay claims in four days."]
    assert [one.state for one in await interview.readings()] == [ExtractionState.DONE]
    assert await read_again(interview.ws, interview.id) == ()


async def test_a_failed_half_of_a_reading_does_not_lose_the_other(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION, [GOAL], fake.answer("no JSON at all"))
    events = await interview.say(WISH)
    assert "Pay claims in four days." in {one.finding.statement for one in only(events, K.UNDERSTOOD).findings}
    assert [one.state for one in await interview.readings()] == [ExtractionState.FAILED]


async def test_a_failed_reading_is_tried_again_before_the_recap(server: FakeModelServer, model_ws: Workspace) -> None:
    server.choose = plays(QUESTION)
    interview = await begin(model_ws, budget=1)
    failures = iter((fake.status(500), fake.status(500)))

    def choose(exchange: Exchange) -> fake.Behaviour:
        heals = plays("That is all.", [GOAL])(exchange)
        return heals if is_wording(exchange) else next(failures, heals)

    server.choose = choose
    events = await interview.say(WISH)
    assert said(events).stop is Stop.BUDGET_SPENT
    assert [one.state for one in await interview.readings()] == [ExtractionState.DONE]
    assert any(line.statement == "Pay claims in four days." for line in only(events, K.RECAP).lines)


async def test_only_words_of_the_new_answer_by_the_stakeholder_are_evidence(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays("Would four weeks be right?")
    await interview.say(WISH)
    server.choose = plays(
        QUESTION,
        [
            finding("business_goal", "Words of the interviewer.", ("u2", "Would four weeks be right?")),
            finding("business_goal", "Words of an earlier answer.", ("u1", "we want four days by June")),
            finding("business_goal", "Words that nobody said.", ("u3", "we want three days")),
            finding("pain_point", "Both.", ("u2", "four weeks"), ("u3", "customer called three times")),
            finding("pain_point", "Letters are not scanned.", ("u3", "nobody had scanned her letter")),
        ],
    )
    events = await interview.say(PAIN)
    found = [one.finding for one in only(events, K.UNDERSTOOD).findings]
    assert [one.statement for one in found] == ["Both.", "Letters are not scanned."]
    assert {one.speakers for one in found} == {("Ada Berg",)}
    assert all(one.quotes[0].utterance_id == "u3" for one in found)
    record = (await interview.readings())[-1]
    assert [one.proposal.statement for one in record.unverified] == ["Words that nobody said."]


async def test_a_resumed_reply_is_made_once_more_only_if_it_is_missing(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION)
    await interview.say(WISH)
    asked = len(server.requests)
    assert said(await heard(resume(interview.ws, interview.id))).text == QUESTION
    assert said(await heard(open_interview(interview.ws, interview.id))).text == QUESTION
    assert len(server.requests) == asked


async def test_of_two_processes_that_make_the_same_reply_one_is_stored_and_both_are_booked(
    server: FakeModelServer, model_settings: Settings, opened: Opened
) -> None:
    server.choose = plays("Hello. What should be different in a year?")
    here = await begin(await opened(model_settings), opens=False)
    there = await opened(model_settings.model_copy(update={"cache_dir": model_settings.cache_dir / "other"}))
    one, two = await asyncio.gather(heard(open_interview(here.ws, here.id)), heard(open_interview(there, here.id)))
    assert said(one) == said(two)
    assert len(await here.texts()) == 1


async def test_a_turn_in_which_the_answer_comes_too_late_asks_nothing_of_anybody(server: FakeModelServer, interview: Interview) -> None:
    server.choose = plays(QUESTION)
    results = await asyncio.gather(interview.say(WISH, "a"), interview.say(PAIN, "b"), return_exceptions=True)
    assert isinstance(results[1], Exception)
    assert sum(is_wording(one) for one in server.requests) == 2


async def test_words_that_are_dropped_because_another_answer_was_first_are_booked(
    server: FakeModelServer, model_settings: Settings, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.choose = plays()
    here = await begin(await opened(model_settings))
    there = here.seen_by(await opened(model_settings.model_copy(update={"cache_dir": model_settings.cache_dir / "other"})))
    await here.say(WISH)
    await there.say(PAIN)  # both have the interview at hand now
    used = sum(is_wording(one) for one in server.requests)
    storing_begins_once_words_are_asked_for(server, monkeypatch)
    with pytest.raises(StaleVersion):
        await here.say("We need a chatbot.", question=2)
    async with here.ws.database.reading() as unit:
        spent = (await unit.spending.by_purpose(here.engagement_id))["interview.wording"]
    assert spent.calls == used + 1
    assert len(await here.texts()) == 5


def storing_begins_once_words_are_asked_for(server: FakeModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next answer is refused only when its request is with the model; else nothing may have been asked, nor paid."""
    asked, choose, store = threading.Event(), server.choose, Turn._store_answer
    assert choose is not None

    def noticed(exchange: Exchange) -> fake.Behaviour:
        if is_wording(exchange):
            asked.set()
        return choose(exchange)

    async def stored(one: Turn, script: Script, answer: StoredUtterance) -> None:
        await asyncio.to_thread(asked.wait, 20)
        await store(one, script, answer)

    server.choose = noticed
    monkeypatch.setattr(Turn, "_store_answer", stored)
