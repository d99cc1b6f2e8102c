"""The questions suite: what is read from a collection, and how agreement is computed."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.domain.question_check import Criterion
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.questions import (
    COLUMNS,
    Agreement,
    in_tuning_half,
    key_of,
    load_collection,
    load_readings,
    model_agreement,
    preference_scores,
    reading_agreement,
)
from tests.cli.conftest import agent, work  # noqa: F401
from tests.cli.running import ROOT, Inside

DATA = Path(os.environ.get("DISCOVERY_TEST_DATA") or ROOT.parent / "shared" / "data") / "interviewing" / "followup_questions"
READINGS = ROOT / "evals" / "questions" / "readings.yaml"
SINGLE, DOUBLE = "What matters to you?", "What matters to you, and why does it?"


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def judged(question: str, **verdicts: str) -> dict[str, str]:
    named = {name.replace("_", " "): value for name, value in verdicts.items()}
    return {"Interviewee_Speech": "It is fine.", "Interviewer_Response": question} | dict.fromkeys(COLUMNS, "") | named


def compared(first: str, second: str, better: str = "1") -> dict[str, str]:
    return {"Q1": first, "Q2": second, "A1": better, "A3_Q1": "5", "A3_Q2": "2"}


def test_no_means_bad_and_a_blank_beside_it_means_met(tmp_path: Path) -> None:
    write(tmp_path, "side.csv", [judged(DOUBLE, One_Req_at_a_Time="No"), judged(SINGLE)])
    one_request = next(one for one in model_agreement(load_collection(tmp_path).judged) if one.name == "One Req at a Time")
    assert (one_request.cases, one_request.bad, one_request.flagged, one_request.both) == (2, 1, 1, 1)


def test_a_file_whose_verdicts_are_all_blank_judges_nothing(tmp_path: Path) -> None:
    write(tmp_path, "blank.csv", [judged(SINGLE), judged("")])
    collection = load_collection(tmp_path)
    assert (collection.judged, collection.unjudged, collection.empty_rows) == ((), 1, 1)
    assert collection.questions == (SINGLE,)


def test_people_s_preferences_are_compared_where_rules_flag_exactly_one(tmp_path: Path) -> None:
    write(tmp_path, "pairs.csv", [compared(SINGLE, DOUBLE), compared(DOUBLE, SINGLE), compared(SINGLE, SINGLE)])
    scores = {one.criterion: one for one in preference_scores(load_collection(tmp_path).preferences)}
    one = scores[Criterion.ONE_QUESTION]
    assert (one.pairs, one.unflagged_preferred, one.flagged) == (2, 1, 2)
    assert one.flagged_clarity == 3.5 and one.other_clarity == (5 + 2 + 5 + 2) / 4


def test_agreement_beyond_chance_follows_cohen() -> None:
    # Cohen's kappa of the table 20, 5 / 10, 15: observed 0.7, by chance 0.5.
    both = Agreement("x", cases=50, bad=25, flagged=30, both=20)
    assert both.agreement == 0.7 and both.kappa == pytest.approx(0.4)
    assert (both.precision, both.recall, both.majority) == (20 / 30, 20 / 25, 0.5)


def test_agreement_beyond_chance_is_left_open_where_a_side_never_varies() -> None:
    never = Agreement("x", cases=10, bad=0, flagged=0, both=0)
    assert (never.agreement, never.kappa, never.precision, never.recall) == (1.0, None, None, None)


def test_spaces_and_case_do_not_change_the_key_or_the_half_of_a_question() -> None:
    assert key_of("What  matters\nto you?") == key_of("what matters to you?")
    assert in_tuning_half("What  matters to you?") is in_tuning_half("what matters to you?")


def test_only_questions_that_were_read_count_for_our_own_reading() -> None:
    readings = {key_of(DOUBLE): frozenset({Criterion.ONE_QUESTION})}
    by_name = {one.name: one for one in reading_agreement([DOUBLE, SINGLE], readings)}
    assert by_name["one_question"].cases == by_name["one_question"].both == 1


@pytest.mark.parametrize("text", ["- a", "key: [no_such_criterion]", "key: {"])
def test_wrong_readings_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "readings.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_readings(tmp_path / "readings.yaml")


def test_a_preference_that_names_neither_question_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "pairs.csv", [compared(SINGLE, DOUBLE, better="3")])
    with pytest.raises(ConfigurationError):
        load_collection(tmp_path)


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        load_collection(tmp_path)


def test_without_the_collection_the_suite_is_skipped_and_says_so(agent: Inside) -> None:  # noqa: F811
    for arguments in ((), ("--cases", "nowhere")):
        outcome = agent("eval", "run", "questions", *arguments)
        assert outcome.code == Exit.OK and "Skipped" in outcome.out


def test_the_command_prints_every_comparison_that_the_folder_allows(agent: Inside, tmp_path: Path) -> None:  # noqa: F811
    write(tmp_path, "side.csv", [judged(DOUBLE, One_Req_at_a_Time="No"), judged(SINGLE)])
    write(tmp_path, "pairs.csv", [compared(SINGLE, DOUBLE)])
    outcome = agent("eval", "run", "questions", "--cases", tmp_path)
    assert all(words in outcome.out for words in ("One Req at a Time", "kappa", "Rules offer no verdict", "preferences"))
    figures = json.loads(agent("eval", "run", "questions", "--cases", tmp_path, "--json").out)
    assert figures["judged"] == 2 and figures["pairs"] == 1


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the public collection is not at {DATA}")
def test_what_the_rules_flag_in_the_public_collection_is_really_so() -> None:
    collection = load_collection(DATA)
    held_back = [one for one in collection.questions if not in_tuning_half(one)]
    by_name = {one.name: one for one in reading_agreement(held_back, load_readings(READINGS))}
    for name in ("one_question", "open", "short"):
        precision = by_name[name].precision
        assert precision is not None and precision >= 0.8, name
    one_request = next(one for one in model_agreement(collection.judged) if one.name == "One Req at a Time")
    assert one_request.precision == 1.0
