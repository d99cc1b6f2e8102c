"""The interview in the terminal: asked, answered, left, taken up again, closed."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.engagements import create_engagement, list_engagements, list_stakeholders
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings
from tests.cli.running import SCRIPT, Inside

WISH = "Claims wait nine days, and we want four days by June."


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What the stakeholder types, and then the end of the input."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_an_interview_from_its_first_question_to_its_release(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, WISH, "", "/help", "/stop", *["", "n", "We want it within a week."] * 5)
    first = agent("interview", "--engagement", "Claims", "--name", "Ada Berg", "--role", "business")
    assert first.code == Exit.OK
    assert "Ada Berg" in first.out and "/stop" in first.out and "1 of at most 15 questions" in first.out
    assert "You said: “" in first.out
    typed(monkeypatch, *["y"] * 20, "9", "four", "3", "y")
    second = agent("interview", "--name", "ada  berg")
    assert second.code == Exit.OK
    assert "Please type a digit from 1 to 4." in second.out
    assert "Thank you. The interview is closed." in second.out


def test_whoever_leaves_goes_on_where_they_stopped(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, WISH, "/leave")
    first = agent("interview", "-e", "Claims", "--name", "Ada Berg")
    question = first.out.rsplit("> ", 1)[0].strip().splitlines()[-2]
    typed(monkeypatch)
    second = agent("interview", "-e", "Claims", "--name", "Ada Berg")
    assert "Welcome back. 1 answer is kept" in second.out
    assert question in second.out
    assert second.code == Exit.OK


def test_too_long_an_answer_is_asked_for_again(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "x" * 20_001, WISH)
    said = agent("interview", "-e", "Claims", "--name", "Ada Berg")
    assert "20,000 are the most" in said.out and "2 of at most 15" in said.out


def test_the_engagement_has_to_be_named_where_there_are_several(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    async def make() -> None:
        async with await Workspace.open(Settings.load()) as ws:
            await create_engagement(ws, "Claims")
            await create_engagement(ws, "Dispatch")

    asyncio.run(make())
    typed(monkeypatch)
    said = agent("interview", "--name", "Ada Berg")
    assert said.code == Exit.USAGE and "Claims" in said.err and "Dispatch" in said.err


def test_it_says_which_engagement_it_is_and_asks_somebody_new_for_their_role(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "Claims handling", "Ada Berg", "boss", "end user", "/leave")
    first = agent("interview")
    assert "Engagement: Claims handling (new, in " in first.out and str(Settings.load().data_dir) in first.out
    assert "Please type one of" in first.out and "end_user" in first.out
    typed(monkeypatch, "ADA BERG", "/leave")
    second = agent("interview")
    assert second.out.index("Engagement: Claims handling (in ") < second.out.index("Your name")
    assert "Your role" not in second.out, "It is known."

    async def roles() -> list[str]:
        async with await Workspace.open(Settings.load()) as ws:
            (engagement,), _ = await list_engagements(ws, 0, 10)
            return [one.role.value for one in await list_stakeholders(ws, engagement.id)]

    assert asyncio.run(roles()) == ["end_user"]


def test_nobody_to_interview_is_said_plainly(agent: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "  ")
    said = agent("interview", "-e", "Claims")
    assert said.code == Exit.USAGE and "Nobody is named" in said.err


def test_ctrl_c_keeps_everything(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    command = [SCRIPT, "interview", "-e", "Claims", "--name", "Ada Berg"]
    keyboard, terminal = os.openpty()
    with (
        open(keyboard, "wb", buffering=0),
        open(terminal, "rb", buffering=0) as typed_in,
        subprocess.Popen(
            command, cwd=work, env=environment, stdin=typed_in, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout
        seen = ""
        while "\n> " not in seen:  # it waits for the first answer
            piece = process.stdout.read(1)
            assert piece, process.stderr.read() if process.stderr else ""
            seen += piece
        process.send_signal(signal.SIGINT)
        try:
            rest, errors = process.communicate(timeout=60)
        finally:
            process.kill()  # one that goes on would be waited for
    assert process.returncode == Exit.INTERRUPTED
    assert "kept" in rest and "Traceback" not in errors
