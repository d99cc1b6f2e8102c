"""Which goals a conversation may bear on, found by words: the same as by comparing every conversation with every goal."""

from __future__ import annotations

import random

import pytest
from benchmarks.organisation import MadeUpEmbeddings, conversations, findings

from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.relevance import MOST_GOALS, Relevance
from discovery_agent.knowledge.likeness import Likeness
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder


@pytest.mark.parametrize(("count", "share"), [(3, 1.0), (12, 1.0), (12, 0.4), (30, 0.2)])
def test_goals_found_by_words_are_those_that_comparing_all_finds(count: int, share: float) -> None:
    tables = load_tables(data_folder("knowledge"))
    chance = random.Random(count)
    found: list[Finding] = [one for talk in conversations(count) for one in findings(talk, tables) if chance.random() < share]
    goals = [[one] for one in found if one.kind is FindingKind.OPERATIONAL_GOAL]
    evidence = [one for one in found if one.kind is FindingKind.CRITERION]
    texts = list(dict.fromkeys(text for one in found for text in (one.statement, one.quotes[0].text)))
    relevance = Relevance(goals, Likeness(texts, MadeUpEmbeddings().embed(texts)), found)
    relevance.share(evidence)
    for conversation in {one.quotes[0].conversation_id for one in found}:
        compared = [goal for goal in range(len(goals)) if relevance._compared(conversation, goal)]
        assert relevance._open_to(conversation) == compared[:MOST_GOALS]
