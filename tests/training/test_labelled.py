"""The labelled sentences that the rules analyst learns from are in their format, and use labels that exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from training.__main__ import criterion_labels
from training.annotated import load_annotated, load_talk
from training.cases import load_cases
from training.conversations import load

from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.evals.cases import find_cases, load_case
from discovery_agent.evals.verdict import load_verdict_cases
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests.cli.running import ROOT

LABELS = set(criterion_labels(load_tables(data_folder("knowledge")).ladder))


def test_every_label_of_a_case_is_a_value_of_the_ladder() -> None:
    used = {label for case in [*load_cases(), *load_talk()] for labels in case.labels for label in labels}
    assert used <= LABELS, used - LABELS
    assert used == LABELS, "values that nothing teaches"


def test_every_verdict_is_a_class() -> None:
    known = {solution.value for solution in SolutionClass}
    for case in load_cases():
        assert case.verdict is None or case.verdict in known, case.title
        assert case.acceptable <= known, case.title


def test_no_held_out_transcript_teaches() -> None:
    taught = {sentence.plain for one in [*load(), *load_annotated()] for sentence in one.sentences}
    taught |= {sentence.plain for case in [*load_cases(), *load_talk()] for sentence in case.sentences}
    for folder in find_cases(ROOT / "evals" / "extraction" / "held_out"):
        _, conversation = load_case(folder)
        for utterance in conversation.utterances:
            long = utterance.text if len(utterance.text.split()) >= 8 else None
            assert long not in taught


def test_no_case_of_the_verdict_suite_teaches() -> None:
    taught = {case.text for case in load_cases()}
    assert not taught & {case.text for case in load_verdict_cases(ROOT / "evals" / "verdict" / "cases")}


@pytest.mark.parametrize("content", ["no bar here\n", "input=fields | before any head\n"])
def test_a_line_that_is_not_in_the_format_is_told_with_its_place(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.txt:1: a line is"):
        load_cases(tmp_path)


def test_a_sentence_that_its_transcript_does_not_hold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("## b2b-churn\ncause=effort | Nobody ever said this.\n", encoding="utf-8")
    with pytest.raises(ValueError, match="does not say: Nobody ever said this"):
        load_talk(path)
