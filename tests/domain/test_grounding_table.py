"""The table of altered and harmless quotes, and how LangExtract's aligner fares on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from discovery_agent.domain.conversation import Conversation, Utterance
from discovery_agent.domain.findings import ProposedQuote, Quote
from discovery_agent.domain.grounding import Rejection, ground

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "grounding_table.yaml").read_text(encoding="utf-8"))
CONVERSATION = Conversation(
    id="table",
    title="Table",
    source="grounding_table.yaml",
    format="yaml",
    utterances=tuple(Utterance(index=index, speaker=speaker, text=text) for index, (speaker, text) in enumerate(TABLE["conversation"])),
)
ALTERED = [case for case in TABLE["cases"] if case["expect"] == "reject"]
HARMLESS = [case for case in TABLE["cases"] if case["expect"] == "accept"]


def ground_case(case: dict[str, Any]) -> Quote | Rejection:
    proposal = ProposedQuote(utterance_id=f"u{case['utterance']}", text=case["quote"], speaker=case.get("speaker"))
    return ground(proposal, CONVERSATION)


def name(case: dict[str, Any]) -> str:
    return f"{case['kind']}: {case['quote']}"


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(ALTERED) >= 60
    assert len(HARMLESS) >= 40


@pytest.mark.parametrize("case", ALTERED, ids=name)
def test_an_altered_quote_is_rejected_for_the_right_reason(case: dict[str, Any]) -> None:
    result = ground_case(case)
    assert isinstance(result, Rejection)
    assert result.reason.value == case.get("reason", result.reason.value)
    assert result.explanation


@pytest.mark.parametrize("case", HARMLESS, ids=name)
def test_a_harmless_quote_grounds_with_its_place(case: dict[str, Any]) -> None:
    result = ground_case(case)
    assert isinstance(result, Quote), result
    utterance = CONVERSATION.utterances[case.get("found", case["utterance"])]
    assert result.utterance_id == utterance.id
    assert result.text == utterance.text[result.start : result.end]
    assert result.grounding.value == case.get("grounding", result.grounding.value)


def test_no_altered_quote_gets_through_where_an_aligner_locates_most(
    record_property: Callable[[str, object], None],
) -> None:
    resolver = pytest.importorskip("langextract.resolver")
    data = pytest.importorskip("langextract.core.data")
    source = "\n".join(f"{utterance.speaker}: {utterance.text}" for utterance in CONVERSATION.utterances)

    def located(case: dict[str, Any]) -> bool:
        if not any(character.isalnum() for character in case["quote"]):
            return False
        extraction = data.Extraction(extraction_class="quote", extraction_text=case["quote"])
        aligned = resolver.WordAligner().align_extractions([[extraction]], source)
        return aligned[0][0].char_interval is not None

    ours = sum(isinstance(ground_case(case), Quote) for case in ALTERED)
    theirs = sum(map(located, ALTERED))
    kept = sum(isinstance(ground_case(case), Quote) for case in HARMLESS)
    theirs_kept = sum(map(located, HARMLESS))
    line = (
        f"grounding table: altered quotes accepted {ours} of {len(ALTERED)} (LangExtract locates {theirs}); "
        f"harmless quotes accepted {kept} of {len(HARMLESS)} (LangExtract {theirs_kept})"
    )
    record_property("grounding_table", line)
    print(line)
    assert ours == 0
    assert kept == len(HARMLESS)
    assert theirs > ours
