"""The retrieval suite: what counts as found, and the questions that measure it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.retrieval import Citation, Passage
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.retrieval import CaseResult, RetrievalCase, difference, load_beir, load_questions, means, score, section_of
from discovery_agent.knowledge.pages import load_pages
from discovery_agent.knowledge.search import Ranking
from discovery_agent.settings import data_folder
from tests.cli.conftest import agent, work  # noqa: F401
from tests.cli.running import ROOT, Inside
from tests.knowledge.shelves import page

QUESTIONS = ROOT / "evals" / "retrieval" / "questions"


def passage(page_id: str, *headings: str, start: int = 0) -> Passage:
    citation = Citation(page=page_id, title="Title", headings=headings, start=start, end=start + 1)
    return Passage(citation=citation, kind=PageKind.KPI, text="x")


def ranking(meaning: str, words: str) -> Ranking:
    """Rankings over passages named by letters; `a` and `A` are two passages of one section."""
    passages = {letter: passage("p", letter.lower(), start=ord(letter)) for letter in meaning + words}
    return Ranking(passages, [(letter, 1.0) for letter in meaning], [(letter, 1.0) for letter in words])


def case(*headings: str) -> RetrievalCase:
    return RetrievalCase.model_validate(
        {"id": "q", "question": "What?", "slice": "keyword", "relevant": [{"page": "p", "heading": heading} for heading in headings]}
    )


def test_recall_counts_answers_among_the_first_five_and_a_section_once() -> None:
    (result,) = score([case("f", "z")], [ranking("aAbBcCdDeEf", "fz")], section_of)
    assert result.recall["meaning"] == 0 and result.reciprocal_rank["meaning"] == pytest.approx(1 / 6)
    assert result.recall["words"] == 1 and result.reciprocal_rank["words"] == 1


def test_what_both_searches_find_comes_first_when_fused() -> None:
    (result,) = score([case("b")], [ranking("ab", "cb")], section_of)
    assert result.first["fused"][0] == ("p", "b") and result.reciprocal_rank["fused"] == 1


def test_an_answer_that_is_not_found_counts_as_nothing_and_stays_in_the_mean() -> None:
    results = score([case("a"), case("y")], [ranking("a", "a"), ranking("a", "")], section_of)
    assert means(results)["fused"].recall == 0.5 and means(results)["fused"].questions == 2


def test_a_difference_that_is_always_there_is_sure_and_one_that_is_chance_is_not() -> None:
    def result(fused: float, words: float) -> CaseResult:
        recall = {"fused": fused, "words": words, "meaning": 0.0}
        return CaseResult(case("a"), recall, recall, {})

    sure = difference([result(1, 0)] * 20, "words", lambda one: one.recall)
    assert sure.mean == 1 and sure.p < 0.001
    chance = difference([result(1, 0), result(0, 1)] * 10, "words", lambda one: one.recall)
    assert chance.mean == 0 and chance.low < 0 < chance.high and chance.p > 0.9
    assert difference([result(1, 1)] * 5, "words", lambda one: one.recall).p == 1


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "q.yaml").write_text(text, encoding="utf-8")
    return folder


HEAD = "provenance: Invented for a test.\nquestions:\n"
ONE = '- {id: q1, question: "What is matched?", slice: keyword, relevant: [{page: p, heading: Match}]}\n'
GOOD = HEAD + ONE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("heading: Match", "heading: Nothing"), "no section `Nothing`"),
        (GOOD.replace("page: p", "page: gone"), "no section `Match` in the page `gone`"),
        (GOOD + ONE, "there twice"),
        (GOOD.replace("slice: keyword", "slice: odd"), "slice"),
        (GOOD.replace("relevant: [{page: p, heading: Match}]", "relevant: []"), "relevant"),
        ("- [", "not valid YAML"),
        (ONE, "valid dictionary"),
        (HEAD, "questions"),
    ],
)
def test_a_wrong_question_is_refused(tmp_path: Path, text: str, says: str) -> None:
    pages = [page("p", "# Title\n\nIntroduction.\n\n## Match\n\nThree ways.")]
    with pytest.raises(ConfigurationError, match=says):
        load_questions(write(tmp_path / "q", text), pages)
    assert load_questions(write(tmp_path / "q", GOOD), pages)


def test_there_are_at_least_120_questions_over_every_slice_and_kind_each_with_an_answer_that_exists() -> None:
    pages = list(load_pages(data_folder("knowledge") / "pages"))
    cases = load_questions(QUESTIONS, pages)
    assert len(cases) >= 120
    slices = Counter(one.slice for one in cases)
    assert set(slices) == {"keyword", "paraphrase", "jargon", "number", "everyday", "situation"} and min(slices.values()) >= 15
    kinds = {one.id: one.front.kind for one in pages}
    assert {kinds[answer.page] for one in cases for answer in one.relevant} == set(PageKind) - {PageKind.DOCUMENT}
    assert len({one.question for one in cases}) == len(cases)


def beir(folder: Path) -> Path:
    folder.mkdir()
    corpus = [
        {"_id": "d1", "title": "Match", "text": "Three-way match of invoices."},
        {"_id": "d2", "title": "", "text": "Patients forget."},
    ]
    queries = [{"_id": "q1", "text": "invoices"}, {"_id": "q2", "text": "nobody judged this"}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n", encoding="utf-8")
    return folder


def test_a_set_in_the_layout_of_beir_is_read(tmp_path: Path) -> None:
    pages, cases = load_beir(beir(tmp_path / "set"))
    assert [one.id for one in pages] == ["d1", "d2"]
    assert [(one.id, one.answers) for one in cases] == [("q1", {("d1", "")})]
    (tmp_path / "set" / "qrels.tsv").unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_beir(tmp_path / "set")


def test_the_suite_runs_over_a_public_set_and_prints_each_arm(agent: Inside, tmp_path: Path) -> None:  # noqa: F811
    done = agent("eval", "run", "retrieval", "--cases", beir(tmp_path / "set"))
    assert done.code == Exit.OK and "fused" in done.out and "vectors" in done.out
    figures = json.loads(agent("eval", "run", "retrieval", "--cases", tmp_path / "set", "--json").out)
    assert figures["slices"]["all"]["fused"] == {"recall": 1.0, "reciprocal_rank": 1.0, "questions": 1}
    assert figures["embedding_model"] == "local:all-MiniLM-L6-v2"


def test_fused_is_best_overall_on_our_questions(agent: Inside) -> None:  # noqa: F811
    all_ = json.loads(agent("eval", "run", "retrieval", "--cases", QUESTIONS, "--json").out)["slices"]["all"]
    for figure in ("recall", "reciprocal_rank"):
        assert all_["fused"][figure] > max(all_["words"][figure], all_["meaning"][figure])
