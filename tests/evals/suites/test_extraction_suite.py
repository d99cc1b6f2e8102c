"""The extraction suite: what of a transcript is found, missed and wrong, figure by figure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import FindingKind, ProposedFinding, ProposedQuote
from discovery_agent.errors import ModelUnavailable
from discovery_agent.evals.cases import ExtractionCase, find_cases, load_case
from discovery_agent.evals.extraction import QUOTE_SHARE, STATEMENT_COSINE
from discovery_agent.evals.harness.outcomes import Attempt, Outcome
from discovery_agent.evals.harness.reading import read_yaml
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.matching_sweep import PAIRS, MatchingPairs, likenesses, row, sweep, table
from discovery_agent.evals.suites.case_files import digest_of
from discovery_agent.evals.suites.extraction import ExtractionSuite
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from tests.cli.running import ROOT
from tests.evals.suites.words import FakeModel, with_model

SUITE = ExtractionSuite(ROOT / "evals")
FOLDER = ROOT / "evals" / "extraction" / "cases" / "hospital_pharmacy"
GOLD, TALK = load_case(FOLDER)
REQUIRED = [one for one in GOLD.gold if not one.optional]


@pytest.fixture
def case() -> CaseRef:
    return CaseRef(id=GOLD.id, split=Split.DEV, source=FOLDER, digest="as it is")


def proposed(kind: FindingKind, statement: str, quotes: Sequence[str]) -> ProposedFinding:
    found = [(next(one for one in TALK.utterances if quote in one.text), quote) for quote in quotes]
    return ProposedFinding(
        kind=kind,
        statement=statement,
        confidence=0.9,
        quotes=tuple(ProposedQuote(utterance_id=one.id, text=quote, speaker=one.speaker) for one, quote in found),
    )


def all_gold(_talk: Conversation) -> list[ProposedFinding]:
    return [proposed(one.kind, one.statement, one.quotes) for one in REQUIRED if one.kind is not FindingKind.KPI]


async def run(case: CaseRef, bench: Workbench, model: FakeModel) -> Attempt:
    return await SUITE.run(case, with_model(bench, model), 0)


def outcome(attempt: Attempt, case: str = "hospital_pharmacy") -> Outcome:
    return Outcome(suite=SUITE.name, arm="head", case=case, repeat=0, scores=attempt.scores, counts=attempt.counts, notes=attempt.notes)


async def test_whoever_proposes_the_gold_findings_finds_them_all(case: CaseRef, bench: Workbench) -> None:
    attempt = await run(case, bench, FakeModel(finds=all_gold))
    assert attempt.scores["goals_f1"] == attempt.scores["goals_recall"] == attempt.scores["business_goal_f1"] == 1
    assert attempt.scores["false_facts"] == 0 and attempt.scores["quotes_grounded"] == 1
    assert {one.key for one in attempt.notes if one.kind == "found"} == {one.id for one in REQUIRED if one.kind is not FindingKind.KPI}
    assert {one.text.partition(":")[0] for one in attempt.notes if one.kind == "missed"} == {"KPI"}
    assert {one.key for one in attempt.notes if one.kind == "missed"} == {one.id for one in REQUIRED if one.kind is FindingKind.KPI}


async def test_whoever_finds_nothing_has_a_score_on_every_metric_that_others_have(case: CaseRef, bench: Workbench) -> None:
    silent = await run(case, bench, FakeModel())
    full = await run(case, bench, FakeModel(finds=all_gold))
    assert silent.scores.keys() == full.scores.keys() <= {one.name for one in SUITE.table.metrics}
    assert silent.scores["goals_f1"] == silent.scores["kpi_fields"] == 0
    assert all(math.isfinite(value) for value in silent.scores.values())


async def test_a_quote_that_nobody_said_is_not_found_and_lowers_the_share_that_holds(case: CaseRef, bench: Workbench) -> None:
    goal = next(one for one in REQUIRED if one.kind is FindingKind.BUSINESS_GOAL)
    invented = ProposedFinding(
        kind=goal.kind,
        statement=goal.statement,
        confidence=0.9,
        quotes=(ProposedQuote(utterance_id="u1", text="We all want this very much."),),
    )
    attempt = await run(case, bench, FakeModel(finds=lambda _: [invented, *all_gold(TALK)[:1]]))
    assert attempt.scores["quotes_grounded"] == 0.5


async def test_a_finding_on_a_trap_is_a_false_fact_with_its_words(case: CaseRef, bench: Workbench) -> None:
    trap = GOLD.traps[0]
    attempt = await run(case, bench, FakeModel(finds=lambda _: [proposed(trap.kinds[0], "It is so.", [trap.quote])]))
    (note,) = [one for one in attempt.notes if one.kind == "trap"]
    assert attempt.scores["false_facts"] == 1
    assert note.spans[0].text == trap.quote and trap.reason.replace("_", " ") in note.text


async def test_two_arms_that_quote_the_same_wrong_words_share_a_key(case: CaseRef, bench: Workbench) -> None:
    words = TALK.utterances[0].text
    keys = []
    for statement in ("Raise profits.", "More money for everybody."):
        attempt = await run(case, bench, FakeModel(finds=lambda _, told=statement: [proposed(FindingKind.RISK, told, [words])]))
        keys.append([one.key for one in attempt.notes if one.kind == "wrong"])
    assert keys[0] == keys[1] and len(keys[0]) == 1


async def test_a_stretch_that_cannot_be_read_is_an_error_and_no_low_score(case: CaseRef, bench: Workbench) -> None:
    def broken(_talk: Conversation) -> list[ProposedFinding]:
        raise ModelUnavailable("The server is down.")

    with pytest.raises(ModelUnavailable):
        await run(case, bench, FakeModel(finds=broken))


async def test_pooled_figures_add_transcripts_up(case: CaseRef, bench: Workbench) -> None:
    full = await run(case, bench, FakeModel(finds=all_gold))
    silent = await run(case, bench, FakeModel())
    pooled = SUITE.figures([outcome(full), outcome(silent, "other")])["pooled"]
    assert isinstance(pooled, dict)
    assert pooled["goals"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3)}


async def test_the_rules_analyst_is_measured_as_any_other(case: CaseRef, bench: Workbench) -> None:
    attempt = await SUITE.run(case, bench, 0)
    assert attempt.scores["goals_f1"] > 0.5 and attempt.scores["quotes_grounded"] == 1


def test_a_case_of_another_wording_is_another_case() -> None:
    changed = GOLD.model_copy(update={"gold": GOLD.gold[1:]})
    raw = (FOLDER / GOLD.transcript).read_bytes()
    assert len({digest_of(GOLD, raw), digest_of(changed, raw), digest_of(GOLD, raw + b" ")}) == 3


@pytest.fixture(scope="module")
def pairs(embeddings: MiniLMEmbeddings):
    found = read_yaml(ROOT / PAIRS, MatchingPairs).pairs
    assert len({one.id for one in found}) == len(found) >= 120
    assert sum(one.same for one in found) >= 40
    return likenesses(found, embeddings.embed)


def test_the_thresholds_in_use_are_within_a_hundredth_of_the_best_on_labelled_pairs(pairs) -> None:
    best = max(one.f1 for one in sweep(pairs))
    assert row(pairs, QUOTE_SHARE, STATEMENT_COSINE).f1 >= best - 0.01


def test_the_sweep_shown_in_the_project_is_the_current_one(pairs) -> None:
    assert table(pairs) in (ROOT / "evals" / "extraction" / "matching.md").read_text(encoding="utf-8")


def test_labelled_pairs_are_of_dev_transcripts_with_the_gold_that_they_name() -> None:
    dev = [read_yaml(folder / "case.yaml", ExtractionCase) for folder in find_cases(ROOT / "evals" / "extraction" / "cases")]
    gold = {one.id: {each.id: each.statement for each in one.gold} for one in dev}
    for one in read_yaml(ROOT / PAIRS, MatchingPairs).pairs:
        assert gold[one.transcript][one.gold.id] == one.gold.statement
