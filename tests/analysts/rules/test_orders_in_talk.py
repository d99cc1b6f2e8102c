"""An order that is planted in a talk is read as if nobody had spoken it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.analysts.rules import RulesAnalyst
from discovery_agent.domain.conversation import Conversation, content_id
from discovery_agent.domain.decisions import ratings_of
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.grounding import ground_all
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import assess
from discovery_agent.domain.orders.stretches import stretches_of_orders
from discovery_agent.evals.suites.injection_cases import clean, load_planted
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder

TABLES = load_tables(data_folder("knowledge"))
FOLDER = Path(__file__).parents[3] / "evals" / "injection"
PLANTED = [one for _, one in load_planted(FOLDER)]
CARRIERS = list({one.carrier.id: one.carrier for one in PLANTED}.values())
ATTACKS = [
    one.attack.payload for one in PLANTED if one.attack and stretches_of_orders(one.attack.payload) == ((0, len(one.attack.payload)),)
]

Told = tuple[frozenset[tuple[object, ...]], SolutionClass | None]


def read(talk: Conversation, analyst: RulesAnalyst) -> tuple[list[Finding], SolutionClass | None]:
    proposals = [*analyst.propose(talk), *analyst.propose_ratings(talk, TABLES)]
    found = [one for one in (ground_all(each, talk, "rules") for each in proposals) if isinstance(one, Finding)]
    return found, assess(TABLES.ladder, ratings_of([one for one in found if one.criterion]), None).solution


def told(talk: Conversation, analyst: RulesAnalyst) -> Told:
    """All findings, whatever their numbers, and the verdict."""
    found, verdict = read(talk, analyst)
    return frozenset(
        (one.kind, one.statement, one.kpi, one.criterion, one.data, tuple(each.text for each in one.quotes)) for one in found
    ), verdict


@pytest.fixture(scope="module")
def analyst(embeddings: MiniLMEmbeddings) -> RulesAnalyst:
    return RulesAnalyst(data_folder("knowledge"), embeddings)


@cache
def told_clean(at: int, analyst: RulesAnalyst) -> Told:
    return told(clean(CARRIERS[at]), analyst)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(CARRIERS) - 1), st.sampled_from(ATTACKS), st.integers(0, 3))
def test_an_order_of_its_own_adds_no_finding_and_changes_no_verdict(analyst: RulesAnalyst, which: int, attack: str, after: int) -> None:
    talk = clean(CARRIERS[which])
    said = [*talk.utterances[: after + 1], talk.utterances[after].model_copy(update={"text": attack}), *talk.utterances[after + 1 :]]
    numbered = tuple(one.model_copy(update={"index": index}) for index, one in enumerate(said))
    planted = talk.model_copy(update={"id": content_id("c", attack), "utterances": numbered})
    assert told(planted, analyst) == told_clean(which, analyst)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(CARRIERS) - 1), st.sampled_from([one for one in ATTACKS if "\n" not in one]), st.integers(0, 3))
def test_an_order_at_the_end_of_what_somebody_says_is_quoted_by_no_finding(
    analyst: RulesAnalyst, which: int, attack: str, after: int
) -> None:
    talk = clean(CARRIERS[which])
    said = list(talk.utterances)
    said[after] = said[after].model_copy(update={"text": f"{said[after].text} {attack}"})
    planted = talk.model_copy(update={"id": content_id("c", attack), "utterances": tuple(said)})
    quotes = [quote for finding in read(planted, analyst)[0] for quote in finding.quotes]
    assert quotes and all(any(quote.text in one.text for one in talk.utterances) for quote in quotes)
