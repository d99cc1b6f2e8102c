"""A turn of an interview with the rules analyst: stored, streamed, joined, resumed, never doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from discovery_agent.discovery.interviewing.floor import floor_of
from discovery_agent.discovery.interviews import (
    EventKind,
    answer,
    open_interview,
    resume,
    start_interview,
    stop_interview,
    view_interview,
)
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import ConversationState
from discovery_agent.domain.interview.moves import AnswerKind, MoveKind, Stop
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.settings import Settings
from tests.discovery.interviews.talking import PAIN, WISH, Interview, begin, heard, kinds, only, said, streamed

Opened = Callable[[Settings], Awaitable[Workspace]]
K = EventKind


async def test_an_interview_opens_with_a_greeting_and_one_question(ws: Workspace) -> None:
    interview = await begin(ws, opens=False)
    assert (await interview.view()).pending
    events = await heard(open_interview(ws, interview.id))
    assert kinds(events) == [K.DELTA, K.SAID]
    opening = said(events)
    assert opening.index == 0 and opening.speaker == "Interviewer" and opening.phrased_by == "rules"
    assert "Ada Berg" in opening.text and opening.text.count("?") == 1
    assert streamed(events) == opening.text
    assert not (await interview.view()).pending


async def test_opening_again_says_the_same_words_whole_and_stores_nothing(interview: Interview) -> None:
    before = await interview.texts()
    events = await heard(open_interview(interview.ws, interview.id))
    assert kinds(events) == [K.SAID]
    assert said(events).text == before[0]
    assert await interview.texts() == before


async def test_an_answer_is_stored_then_answered_then_understood(interview: Interview) -> None:
    events = await interview.say(WISH, "a")
    assert kinds(events) == [K.ACCEPTED, K.DELTA, K.SAID, K.UNDERSTOOD]
    accepted = only(events, K.ACCEPTED).utterance
    assert accepted and accepted.text == WISH and accepted.speaker == "Ada Berg" and accepted.client_key == "a"
    assert accepted.reading and accepted.reading.kind is AnswerKind.SUBSTANTIAL
    assert said(events).index == 2 and streamed(events) == said(events).text
    understood = only(events, K.UNDERSTOOD).findings
    assert any(one.finding.kpi and one.finding.kpi.target and one.finding.kpi.target.value == 4 for one in understood)
    view = await interview.view()
    assert set(view.understood) == set(understood)
    assert [one.text for one in view.utterances][1:] == [WISH, said(events).text]


async def test_progress_never_goes_back(interview: Interview) -> None:
    shares = [only(await interview.say(text), K.SAID).progress for text in (WISH, PAIN, "It depends.", "I don't know.")]
    found = [one.share for one in shares if one]
    assert found == sorted(found) and len(found) == 4


async def test_the_same_answer_sent_twice_counts_once(interview: Interview) -> None:
    first = await interview.say(WISH, "a")
    again = await interview.say(WISH, "a")
    assert kinds(again) == [K.ACCEPTED, K.SAID]
    assert said(again) == said(first)
    assert len(await interview.texts()) == 3


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u202e", "...", "x" * 20_001])
async def test_an_answer_without_words_or_with_too_many_is_refused_and_changes_nothing(interview: Interview, text: str) -> None:
    with pytest.raises(InvalidRequest):
        await interview.say(text)
    assert len(await interview.texts()) == 1
    assert kinds(await interview.say(WISH)) == [K.ACCEPTED, K.DELTA, K.SAID, K.UNDERSTOOD]


async def test_the_longest_answer_is_taken(interview: Interview) -> None:
    events = await interview.say(("The clerk types the letter. " * 715)[:20_000])
    assert said(events)


@pytest.mark.parametrize("key", ["", "k" * 81])
async def test_a_key_of_no_right_length_is_refused(interview: Interview, key: str) -> None:
    with pytest.raises(InvalidRequest):
        await heard(answer(interview.ws, interview.id, WISH, key))


async def test_what_no_reader_sees_is_not_stored(interview: Interview) -> None:
    events = await interview.say("We \x00lose\u202e orders\u200b.\r\n\x1b[31mMany\ud800 of them.")
    accepted = only(events, K.ACCEPTED).utterance
    assert accepted and accepted.text == "We lose orders.\n[31mMany of them."


async def test_any_language_and_any_text_is_answered(interview: Interview) -> None:
    for text in ("Die Schäden liegen neun Tage.", "我们每周处理三百件。", "🤷", "a", "?" * 50 + "a", "<script>alert(1)</script> {{7*7}}"):
        if any(sign.isalnum() for sign in text):
            assert said(await interview.say(text)).text


async def test_an_answer_to_another_question_than_the_latest_is_refused(interview: Interview) -> None:
    await interview.say(WISH, question=0)
    with pytest.raises(StaleVersion):
        await interview.say(PAIN, question=0)
    assert said(await interview.say(PAIN, question=2)).index == 4


async def test_of_two_answers_at_once_one_wins(interview: Interview) -> None:
    results = await asyncio.gather(interview.say(WISH, "a"), interview.say(PAIN, "b"), return_exceptions=True)
    assert [type(one) for one in results] == [list, StaleVersion]
    texts = await interview.texts()
    assert WISH in texts and PAIN not in texts and len(texts) == 3


async def test_of_two_processes_that_take_an_answer_one_wins(shared: Settings, opened: Opened) -> None:
    here = await begin(await opened(shared))
    there = here.seen_by(await opened(shared))
    await here.say(PAIN)
    await there.view()
    results = await asyncio.gather(
        here.say(WISH, "a", question=2), there.say("We need a chatbot.", "b", question=2), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in results) == ["StaleVersion", "list"]
    texts = await here.texts()
    assert len(texts) == 5 and texts == await there.texts()


async def test_a_device_that_was_away_goes_on_where_another_stopped(shared: Settings, opened: Opened) -> None:
    here = await begin(await opened(shared))
    there = here.seen_by(await opened(shared))
    await here.say(WISH)
    await there.say(PAIN)
    events = await here.say("The clerk reads the letter and types it into the system.")
    assert said(events).index == 6
    assert len(await there.texts()) == 7


async def test_of_two_processes_that_open_an_interview_one_greets_and_both_hear_it(shared: Settings, opened: Opened) -> None:
    here = await begin(await opened(shared), opens=False)
    other = await opened(shared)
    one, two = await asyncio.gather(heard(open_interview(here.ws, here.id)), heard(open_interview(other, here.id)))
    assert said(one) == said(two)
    assert streamed(one) in ("", said(one).text) and streamed(two) in ("", said(two).text)
    assert len(await here.texts()) == 1


async def test_a_second_listener_joins_the_turn_and_hears_it_from_the_beginning(interview: Interview) -> None:
    first = answer(interview.ws, interview.id, WISH, "a")
    events = [await anext(first)]
    joined = asyncio.create_task(heard(resume(interview.ws, interview.id)))
    same_key = asyncio.create_task(interview.say(WISH, "a"))
    events += await heard(first)
    assert await joined == events
    assert await same_key == events
    assert len(await interview.texts()) == 3


async def test_the_turn_goes_on_when_its_listener_leaves(interview: Interview) -> None:
    async with aclosing(answer(interview.ws, interview.id, WISH, "a")) as events:
        assert (await anext(events)).kind is K.ACCEPTED
    await interview.ws.settle()
    view = await interview.view()
    assert len(view.utterances) == 3 and not view.pending and view.understood


async def test_a_listener_that_is_cancelled_stops_nothing(interview: Interview) -> None:
    task = asyncio.create_task(interview.say(WISH, "a"))
    while not interview.ws._tasks:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await interview.ws.settle()
    assert len(await interview.texts()) == 3


async def test_the_next_answer_need_not_wait_until_the_last_one_is_understood(interview: Interview) -> None:
    async with aclosing(answer(interview.ws, interview.id, WISH, "a")) as events:
        async for event in events:
            if event.kind is K.SAID:
                break
        assert said(await interview.say(PAIN, "b")).index == 4


async def test_resuming_where_nothing_is_missing_says_the_last_words_again(interview: Interview) -> None:
    await interview.say(WISH)
    before = await interview.texts()
    events = await heard(resume(interview.ws, interview.id))
    assert said(events).text == before[-1]
    assert await interview.texts() == before


async def test_an_interview_comes_to_its_recap_when_the_budget_is_spent(ws: Workspace) -> None:
    interview = await begin(ws, budget=2)
    assert said(await interview.say(WISH)).move
    events = await interview.say(PAIN)
    assert kinds(events) == [K.ACCEPTED, K.DELTA, K.SAID, K.UNDERSTOOD, K.RECAP]
    closing = said(events)
    assert closing.move and closing.move.kind is MoveKind.RECAP and closing.stop is Stop.BUDGET_SPENT and "?" not in closing.text
    view = await interview.view()
    assert view.record.state is ConversationState.RECAP
    assert view.recap == only(events, K.RECAP).lines and view.recap
    assert view.progress.stop is Stop.BUDGET_SPENT and view.progress.share == 1
    with pytest.raises(InvalidRequest, match="over"):
        await interview.say("One more thing.")


async def test_whoever_says_stop_comes_to_the_recap(interview: Interview) -> None:
    await interview.say(WISH)
    events = await interview.say("I want to stop now.")
    assert said(events).stop is Stop.STAKEHOLDER
    assert (await interview.view()).recap


async def test_stopping_by_the_button_comes_to_the_recap_once(interview: Interview) -> None:
    await interview.say(WISH)
    record = await stop_interview(interview.ws, interview.id)
    assert record.state is ConversationState.RECAP
    assert await stop_interview(interview.ws, interview.id) == record
    view = await interview.view()
    assert len(view.utterances) == 4 and view.utterances[-1].stop is Stop.STAKEHOLDER
    assert view.progress.stop is Stop.STAKEHOLDER
    assert view.recap


async def test_stopping_during_a_turn_waits_for_its_reply(interview: Interview) -> None:
    turn = asyncio.create_task(interview.say(WISH))
    while not interview.ws._tasks:
        await asyncio.sleep(0)
    assert (await stop_interview(interview.ws, interview.id)).state is ConversationState.RECAP
    await turn
    assert len(await interview.texts()) == 4


async def test_an_interview_can_be_stopped_before_anything_was_said(ws: Workspace) -> None:
    interview = await begin(ws, opens=False)
    await stop_interview(ws, interview.id)
    view = await interview.view()
    assert view.record.state is ConversationState.RECAP and view.recap == ()


async def test_starting_again_comes_back_to_the_open_interview(interview: Interview) -> None:
    again = await start_interview(interview.ws, interview.engagement_id, interview.stakeholder_id)
    assert again.id == interview.id


async def test_two_who_start_at_once_start_one_interview(shared: Settings, opened: Opened) -> None:
    here = await begin(await opened(shared), opens=False)
    other = await opened(shared)
    async with here.ws.database.unit() as unit:
        await unit.conversations.delete(here.engagement_id, here.id)
    records = await asyncio.gather(*(start_interview(one, here.engagement_id, here.stakeholder_id) for one in (here.ws, other) * 3))
    assert len({record.id for record in records}) == 1


async def test_a_closed_interview_is_followed_by_a_new_one(interview: Interview) -> None:
    async with interview.ws.database.unit() as unit:
        record = await unit.conversations.get(interview.engagement_id, interview.id)
        await unit.conversations.update(record.model_copy(update={"state": ConversationState.CLOSED}))
    again = await start_interview(interview.ws, interview.engagement_id, interview.stakeholder_id, budget=3)
    assert again.id != interview.id and again.budget == 3
    assert (await start_interview(interview.ws, interview.engagement_id, interview.stakeholder_id)).id == again.id


@pytest.mark.parametrize("budget", [0, 61])
async def test_a_budget_out_of_range_is_refused(interview: Interview, budget: int) -> None:
    with pytest.raises(InvalidRequest):
        await start_interview(interview.ws, interview.engagement_id, interview.stakeholder_id, budget=budget)


async def test_an_unknown_interview_is_not_found(ws: Workspace) -> None:
    for call in (answer(ws, "i-none", "Hello.", "a"), open_interview(ws, "i-none"), resume(ws, "i-none")):
        with pytest.raises(NotFound):
            await heard(call)
    for awaited in (view_interview(ws, "i-none"), stop_interview(ws, "i-none")):
        with pytest.raises(NotFound):
            await awaited


async def test_somebody_who_is_renamed_meanwhile_stays_one_speaker(interview: Interview) -> None:
    await interview.say(WISH)
    async with interview.ws.database.unit() as unit:
        person = await unit.stakeholders.get(interview.engagement_id, interview.stakeholder_id)
        await unit.stakeholders.update(person.model_copy(update={"name": "Ada Lund"}))
    floor_of(interview.ws).forget(interview.id)
    await interview.say(PAIN)
    assert {one.speaker for one in (await interview.view()).utterances} == {"Interviewer", "Ada Berg"}


async def test_whatever_the_rules_stumble_over_the_answer_is_kept_and_the_interview_goes_on(
    interview: Interview, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("discovery_agent.discovery.interviewing.turn.read_answer", stumbles)
    monkeypatch.setattr("discovery_agent.discovery.interviewing.wording.check_question", stumbles)
    monkeypatch.setattr("discovery_agent.analysts.rules.analyst.phrase_turn", stumbles)
    monkeypatch.setattr("discovery_agent.analysts.rules.analyst.sentences_of", stumbles)
    events = await interview.say(WISH)
    assert kinds(events) == [K.ACCEPTED, K.DELTA, K.SAID, K.UNDERSTOOD]
    move = said(events).move
    assert move and said(events).text == move.question
    assert [one.state for one in await interview.readings()] == ["failed"]
