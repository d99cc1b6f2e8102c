"""`interview`: the chat with one stakeholder, held from a program."""

from __future__ import annotations

import os
import signal
from asyncio import CancelledError, Event
from pathlib import Path

import pytest

from discovery_agent import Reply, Settings, aio, analyze, interview
from discovery_agent.discovery.loop_thread import LoopThread
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.errors import InvalidRequest

ANSWER = "We want returns handled in four days instead of nine by the end of June, because customers leave us over it."


def test_questions_are_answered_one_by_one_up_to_a_recap_that_the_person_decides_on() -> None:
    with interview("Returns", person="Ingrid Halden", role="sponsor", questions=3) as talk:
        asked: list[str] = []
        for question in talk:
            asked.append(question)
            reply = talk.answer(ANSWER if len(asked) == 1 else "I don't know.")
            if len(asked) == 1:
                assert reply.question == talk.question != question
                assert any(one.kind is FindingKind.KPI and one.quotes[0].text in ANSWER for one in reply.understood)
        assert 1 < len(asked) <= 3 and len(set(asked)) == len(asked) and talk.is_over and talk.question is None
        right, wrong, *rest = talk.recap
        talk.correct(right, "Handle returns in five days")
        talk.strike(wrong)
        talk.confirm()
        talk.finish(rating=4, release=True)
        assert talk.is_closed
    states = {one.id: one.status for one in talk.findings}
    assert FindingStatus.CORRECTED in states.values() and not set(wrong.finding_ids) & set(states)
    assert all(states[id_] is FindingStatus.CONFIRMED for line in rest for id_ in line.finding_ids)


def test_what_was_said_is_a_conversation_to_be_analysed() -> None:
    with interview(person="Ada Berg", role="sponsor") as talk:
        talk.answer(ANSWER)
        talk.stop()
    analysis = analyze(talk.conversation)
    assert {one.speakers for one in analysis.findings} == {("Ada Berg",)}
    assert analysis.conversations[0].conversation.title == "Interview with Ada Berg"


def test_an_interview_that_is_kept_goes_on_where_it_was_left(work: Path) -> None:
    with interview("Returns", person="Ada Berg", data_dir=work / "here") as talk:
        talk.answer(ANSWER)
        waiting = talk.question
    with interview("Returns", person="ada berg", settings=Settings.load(data_dir=work / "here")) as again:
        assert (again.id, again.question, again.findings) == (talk.id, waiting, talk.findings)
    with interview("Returns", person="Ada Berg") as other:
        assert not other.findings, "Without a place to be kept it begins anew."
    assert not (Path(Settings.load().data_dir) / "discovery.db").exists()


async def test_it_is_held_where_an_event_loop_runs_and_its_twin_can_be_awaited() -> None:
    with interview(person="Ada Berg") as waited:
        said = waited.answer(ANSWER)
    async with aio.interview(person="Ada Berg") as awaited:
        replies: list[Reply] = []
        async for _ in awaited:
            if replies:
                await awaited.stop()
            else:
                replies.append(await awaited.answer(ANSWER))
        reply = replies[0]
        assert reply.said == said.said
        assert [one.statement for one in reply.understood] == [one.statement for one in said.understood]
        awaited.confirm(*awaited.recap)
        await awaited.finish(rating=3, release=False)
        assert awaited.is_closed


def test_what_cannot_be_done_is_told() -> None:
    with pytest.raises(InvalidRequest, match="sponsor, business"):
        interview(person="Ada", role="boss")
    with pytest.raises(InvalidRequest, match="title"), interview(" ", person="Ada"):
        pass
    talk = interview(person="Ada")
    with pytest.raises(InvalidRequest, match="not begun"):
        talk.answer("Yes.")
    with talk:
        with pytest.raises(InvalidRequest, match="not come to its recap"):
            talk.confirm()
        with pytest.raises(InvalidRequest, match="not answered"):
            list(talk)
        with pytest.raises(InvalidRequest):
            talk.answer("   ")
    with pytest.raises(InvalidRequest, match="was left"):
        talk.answer("Yes.")


def test_ctrl_c_stops_what_is_waited_for() -> None:
    ended: list[str] = []

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGINT)  # while the test waits below
        try:
            await Event().wait()
        except CancelledError:
            ended.append("cancelled")
            raise

    loop = LoopThread("test")
    with pytest.raises(KeyboardInterrupt):
        loop.run(work())
    loop.stop()
    assert ended == ["cancelled"]
