"""A process that is killed in a turn: what was stored stays, what is missing is made up for once, nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from discovery_agent.discovery.interviews import EventKind, answer, resume
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings
from discovery_agent.storage.records import ExtractionState
from tests import fake_model_server as fake
from tests.discovery.interviews.talking import PAIN, QUESTION, WISH, begin, finding, heard, kinds, only, plays, said
from tests.fake_model_server import FakeModelServer

Opened = Callable[[Settings], Awaitable[Workspace]]
K = EventKind
GOAL = finding("business_goal", "Pay claims in four days.", ("u1", "we want four days by June"))

_ANSWERS = """
import asyncio, os, signal, sys
from discovery_agent.discovery.interviews import answer
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings

async def main():
    ws = await Workspace.open(Settings.load())
    conversation, text, dies_at = sys.argv[1:]
    async for event in answer(ws, conversation, text, "killed"):
        if event.kind == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def answer_and_die(settings: Settings, conversation_id: str, text: str, dies_at: EventKind) -> None:
    """Answer in a process of its own, which is killed when it hears of something."""
    environment = os.environ | {
        f"DISCOVERY_{name.upper()}": str(value) for name, value in settings.model_dump(exclude_defaults=True).items() if value is not None
    }
    done = subprocess.run(
        [sys.executable, "-c", _ANSWERS, conversation_id, text, dies_at.value],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("dies_at", [K.ACCEPTED, K.DELTA])
async def test_killed_before_its_reply_was_stored_the_answer_gets_one_reply(shared: Settings, opened: Opened, dies_at: EventKind) -> None:
    interview = await begin(await opened(shared))
    answer_and_die(shared, interview.id, WISH, dies_at)
    view = await interview.view()
    assert view.pending and [one.text for one in view.utterances][1:] == [WISH]
    events = await heard(resume(interview.ws, interview.id))
    assert said(events).index == 2
    assert any(one.finding.kpi for one in (await interview.view()).understood)
    assert len(await interview.readings()) == 1
    again = await heard(resume(interview.ws, interview.id))
    assert said(again) == said(events)
    assert len(await interview.texts()) == 3


async def test_killed_while_the_model_words_the_reply_only_the_reply_is_made_anew(
    server: FakeModelServer, model_settings: Settings, opened: Opened
) -> None:
    server.choose = plays()
    interview = await begin(await opened(model_settings))
    server.choose = plays(fake.silence(after="Nine days is"), [GOAL])
    answer_and_die(model_settings, interview.id, WISH, K.DELTA)
    server.choose = plays(QUESTION, [GOAL])
    events = await heard(resume(interview.ws, interview.id))
    assert said(events).text == QUESTION
    assert [one.finding.statement for one in (await interview.view()).understood] == ["Pay claims in four days."]
    assert len(await interview.texts()) == 3


async def test_killed_before_the_answer_was_read_it_is_read_at_the_next_occasion(
    server: FakeModelServer, model_settings: Settings, opened: Opened
) -> None:
    server.choose = plays()
    interview = await begin(await opened(model_settings))
    server.choose = plays(QUESTION, fake.silence())
    answer_and_die(model_settings, interview.id, WISH, K.SAID)
    assert await interview.readings() == []
    server.choose = plays(QUESTION, [GOAL])
    events = await heard(resume(interview.ws, interview.id))
    assert kinds(events) == [K.SAID, K.UNDERSTOOD]
    assert [one.finding.statement for one in only(events, K.UNDERSTOOD).findings] == ["Pay claims in four days."]
    assert [one.state for one in await interview.readings()] == [ExtractionState.DONE]


async def test_the_sender_of_an_answer_whose_reply_was_lost_sends_it_again(settings: Settings, opened: Opened) -> None:
    interview = await begin(await opened(settings))
    answer_and_die(settings, interview.id, WISH, K.ACCEPTED)
    events = await heard(answer(interview.ws, interview.id, WISH, "killed"))
    assert kinds(events)[:3] == [K.ACCEPTED, K.DELTA, K.SAID]
    assert len(await interview.texts()) == 3
    assert said(await interview.say(PAIN)).index == 4
