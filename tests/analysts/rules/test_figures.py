"""Plain figures become facts where nobody doubts them and no KPI or constraint holds them already."""

from __future__ import annotations

from collections import defaultdict

from discovery_agent.analysts.rules.figures import figures_in
from discovery_agent.analysts.rules.modality import modalities
from discovery_agent.analysts.rules.sentences import sentences_of
from discovery_agent.domain.findings import FindingKind, ProposedFinding
from tests.analysts.rules.talk import conversation, texts


def figures(script: str, **judged: float) -> list[ProposedFinding]:
    sentences = sentences_of(conversation(script))
    kinds = [defaultdict(float, judged) for _ in sentences]
    return figures_in(sentences, modalities(sentences), kinds)


def test_a_number_of_cases_is_a_fact_of_its_speaker_also_where_it_contradicts() -> None:
    found = figures("""
        Anna: We get about 9,000 claims a month.
        Ben: No, it's 6,000 claims a month, I pulled it from the system.
    """)
    assert [one.kind for one in found] == [FindingKind.CRITERION] * 2
    assert [one.quotes[0].speaker for one in found] == ["Anna", "Ben"]
    assert all(one.criterion is None and one.data is None for one in found)


def test_questions_and_targets_are_no_facts() -> None:
    assert (
        figures("""
        Anna: Do we get 9,000 claims a month?
        Ben: We want a claim settled in five days.
    """)
        == []
    )


def test_what_is_found_as_a_kpi_is_not_found_again() -> None:
    assert texts(figures("Mia: A repair takes eight days.")) == ["A repair takes eight days"]
    assert figures("Mia: A repair takes eight days.", kpi=0.9) == []
