"""`assess`: the verdict for one description, in words and as JSON, and clear words where there is none."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from tests.cli.running import Inside

CASE = (
    "Two clerks type the same twelve fields from the order form into the ERP, three hundred times a day. "
    "The rules are on one page and have no exceptions. The boss wants a chatbot."
)


def test_the_answer_comes_first_then_the_ladder_with_quotes(agent: Inside) -> None:
    outcome = agent("assess", CASE)
    assert outcome.code == Exit.OK
    assert outcome.out.startswith("No AI is needed")
    assert "The ladder" in outcome.out and "« " in outcome.out
    assert "Rules analyst" in outcome.err


def test_json_holds_the_verdict_and_its_proof_and_nothing_else(agent: Inside) -> None:
    told = json.loads(agent("assess", CASE, "--json").out)
    assert told["necessity"]["solution"] == "rules_automation"
    assert {rung["solution"] for rung in told["necessity"]["ladder"]} >= {"process_change", "generative_ai", "hybrid"}
    for rating in told["necessity"]["ratings"]:
        assert all(quote["text"] in CASE for quote in rating["quotes"])


def test_a_file_and_standard_input_are_read(agent: Inside, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "case.txt").write_text(CASE, encoding="utf-8")
    from_file = agent("assess", "case.txt").out
    monkeypatch.setattr(sys, "stdin", io.StringIO(CASE))
    assert from_file == agent("assess", "-").out == agent("assess", CASE).out


@pytest.mark.parametrize(
    ("given", "words"),
    [("gone.txt", "no such file"), (".", "folder"), ("   ", "empty"), ("?!", "empty")],
)
def test_what_cannot_be_assessed_ends_with_3_and_says_why(agent: Inside, given: str, words: str) -> None:
    outcome = agent("assess", given)
    assert outcome.code == Exit.NOTHING_READ
    assert words in outcome.err and "Traceback" not in outcome.text


def test_too_little_said_is_called_open_with_the_question_that_decides(agent: Inside) -> None:
    outcome = agent("assess", "We have a problem with suppliers.")
    assert outcome.out.startswith("Open: too little is known")
    assert "most decisive question first" in outcome.out and "1. " in outcome.out


def test_words_that_look_like_markup_are_shown_as_they_are(agent: Inside) -> None:
    outcome = agent(
        "assess", "The clerks type [red]the same twelve fields[/red] from the form into the ERP, always by the same written rules."
    )
    assert outcome.code == Exit.OK and "[red]the same" in outcome.out
