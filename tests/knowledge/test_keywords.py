"""Search by words: stems, figures, filters, and scores that compare across indexes."""

from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.knowledge.keywords import KeywordIndex, WordStatistics

TEXTS = [
    "Invoices are matched by hand.",
    "Error rate 3.5 % of 10,000 claims.",
    "Claims take 35 days; 10 clerks.",
    "Patients forget appointments.",
]


def found(query: str, texts: list[str] = TEXTS, **more: object) -> list[int]:
    return [number for number, _ in KeywordIndex.build(range(len(texts)), texts).search(query, 10, **more)]  # type: ignore[arg-type]


def test_other_forms_of_a_word_count_and_figures_stay_whole() -> None:
    assert found("matching invoice") == [0]
    assert found("3.5") == [1]
    assert found("10,000") == [1]
    assert found("how many days") == [2]


def test_words_that_nobody_used_find_nothing() -> None:
    assert found("zeppelin") == [] and found("") == [] and found("the of and") == []
    assert found("anything", []) == []


def test_what_is_not_allowed_is_not_found() -> None:
    assert found("claims", allowed=np.array([True, False, True, True])) == [2]


def test_it_reads_what_it_wrote(tmp_path: Path) -> None:
    index = KeywordIndex.build([7, 9, 11, 12], TEXTS)
    index.save(tmp_path / "k")
    assert KeywordIndex.load(tmp_path / "k").search("claims", 10) == index.search("claims", 10) != []
    KeywordIndex.build([], []).save(tmp_path / "none")
    assert KeywordIndex.load(tmp_path / "none").search("claims", 10) == []


_sentences = st.lists(
    st.lists(st.sampled_from("claim day clerk invoice match error rate pay".split()), min_size=1, max_size=12).map(" ".join),
    min_size=1,
    max_size=12,
)


@given(_sentences, st.lists(st.sampled_from("claim day clerk invoice zeppelin".split()), min_size=1, unique=True).map(" ".join))
def test_scores_are_those_of_bm25s(texts: list[str], query: str) -> None:
    stemmer = Stemmer.Stemmer("english")
    reference = bm25s.BM25(method="lucene")
    reference.index(bm25s.tokenize(texts, stemmer=stemmer, show_progress=False), show_progress=False)
    known = [word for word in stemmer.stemWords(query.split()) if word in reference.vocab_dict]
    expected = reference.get_scores(known) if known else np.zeros(len(texts))
    ours = dict(KeywordIndex.build(range(len(texts)), texts).search(query, len(texts)))
    assert [ours.get(number, 0.0) for number in range(len(texts))] == pytest.approx(list(expected), abs=1e-5)


def test_a_word_weighs_the_same_in_a_small_shelf_as_in_a_large_one() -> None:
    many = KeywordIndex.build(
        range(400), [f"Refund {number} is about stock." if number < 3 else f"Stock {number}." for number in range(400)]
    )
    few = KeywordIndex.build(range(2), ["Refund of stock.", "Else."])
    common = many.statistics(["refund stock"]).plus(few.statistics(["refund stock"]))
    assert common == WordStatistics(402, {"refund": 4, "stock": 401})
    alone, together = few.search("refund stock", 1)[0][1], few.search("refund stock", 1, None, common)[0][1]
    best = many.search("refund stock", 1, None, common)[0][1]
    assert alone < best / 2 and together == pytest.approx(best, rel=0.3)
