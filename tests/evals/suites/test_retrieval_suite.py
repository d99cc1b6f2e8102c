"""The retrieval suite: the fused ranking is scored, and each search by itself is counted beside it."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.retrieval import Citation, PageKind, Passage
from discovery_agent.errors import ModelUnavailable
from discovery_agent.evals.harness.outcomes import Outcome
from discovery_agent.evals.harness.suite import Split
from discovery_agent.evals.retrieval import read_questions
from discovery_agent.evals.suites.retrieval import RetrievalSuite
from discovery_agent.knowledge.pages import load_pages
from discovery_agent.knowledge.search import Ranking
from discovery_agent.settings import data_folder
from tests.cli.running import ROOT

SUITE = RetrievalSuite(ROOT / "evals")
CASE = SUITE.cases(Split.DEV)[0]
WANTED = next(one for one in read_questions(CASE.source) if one.id == CASE.id)


def passage(page: str, heading: str) -> Passage:
    return Passage(citation=Citation(page=page, title="T", headings=(heading,), start=0, end=1), kind=PageKind.RISK, text="x")


class Shelf:
    """A knowledge base that always finds the same."""

    corpus_pages = tuple(load_pages(data_folder("knowledge") / "pages"))

    def __init__(self, *found: str, notes: tuple[str, ...] = ()) -> None:
        passages = {"right": passage(WANTED.relevant[0].page, WANTED.relevant[0].heading), "wrong": passage("p", "Other")}
        ranked = [(name, 1.0) for name in found]
        self._ranking = Ranking(by_words=ranked, by_meaning=ranked[:1], passages=passages)
        self._notes = notes

    def rankings(self, queries, **_):
        return [[self._ranking] for _ in queries], self._notes


def shelved(bench: Workbench, shelf: Shelf) -> Workbench:
    bench.__dict__["knowledge"] = shelf
    return bench


async def test_the_place_of_the_first_answer_decides(bench: Workbench) -> None:
    attempt = await SUITE.run(CASE, shelved(bench, Shelf("wrong", "right")), 0)
    assert attempt.scores["mrr"] == 0.5 and attempt.scores["recall_at_5"] == pytest.approx(1 / len(WANTED.answers))
    assert attempt.counts["meaning.mrr"] == 0 and attempt.counts["words.mrr"] == 0.5
    assert [one.kind for one in attempt.notes].count("found") == 1


async def test_without_vectors_a_question_is_an_error(bench: Workbench) -> None:
    with pytest.raises(ModelUnavailable):
        await SUITE.run(CASE, shelved(bench, Shelf("right", notes=("No vectors.",))), 0)


async def test_a_question_that_failed_counts_as_not_found_in_the_figures(bench: Workbench) -> None:
    attempt = await SUITE.run(CASE, shelved(bench, Shelf("right")), 0)
    good = Outcome(suite=SUITE.name, arm="rules", case=CASE.id, repeat=0, scores=attempt.scores, counts=attempt.counts)
    bad = Outcome(suite=SUITE.name, arm="rules", case="other", repeat=0, scores={"mrr": 0.0}, error="No vectors.")
    fused = SUITE.figures([good, bad])["fused"]
    assert isinstance(fused, dict) and fused["mrr"] == 0.5
