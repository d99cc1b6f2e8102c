"""The retrieval suite: questions with the sections that answer them, and how soon each search finds one.

Two layouts: our own questions over the corpus (`evals/retrieval/questions/*.yaml`), whose answers are sections of pages; and
folders in the layout of BEIR (`corpus.jsonl`, `queries.jsonl`, `qrels.tsv`), whose answers are whole passages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.domain.retrieval import Citation, fuse
from discovery_agent.errors import ConfigurationError, place
from discovery_agent.evals.harness.reading import Name, read_yaml
from discovery_agent.evals.harness.statistics import PairedEstimate, paired_estimate
from discovery_agent.files.front_matter import Body
from discovery_agent.knowledge.cutting import sections
from discovery_agent.knowledge.pages import Page, PageFront
from discovery_agent.knowledge.search import WEIGHT_OF_MEANING, WEIGHT_OF_WORDS, Ranking

DEPTH = 5
"""How many distinct answers count for recall; also what the product shows."""

ARMS = ("words", "meaning", "fused")
Slice = Literal["keyword", "paraphrase", "jargon", "number", "everyday", "situation", "public"]
Answer = tuple[str, str]
"""Page and heading; the heading is empty where a whole page is the answer."""


class RelevantSection(BaseModel):
    """A section that answers a question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: str = Field(description="The page's file below `pages`, without its ending.")
    heading: str = Field(description="The nearest heading of the section; the page's title for its introduction.")


class RetrievalCase(BaseModel):
    """One question with every section that answers it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name
    question: str = Field(min_length=3)
    slice: Slice
    relevant: tuple[RelevantSection, ...] = Field(min_length=1)

    @property
    def answers(self) -> frozenset[Answer]:
        """The sections as they are compared with what was found."""
        return frozenset((one.page, one.heading) for one in self.relevant)


class RetrievalQuestions(BaseModel):
    """A file of questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provenance: str = Field(min_length=10, description="Who wrote the questions, and from what.")
    questions: tuple[RetrievalCase, ...] = Field(min_length=1)


@dataclass(frozen=True)
class CaseResult:
    """How each arm did on one question."""

    case: RetrievalCase
    recall: Mapping[str, float]
    """Share of the answers among the first five."""
    reciprocal_rank: Mapping[str, float]
    """1 / place of the first answer; 0 if it was not found."""
    first: Mapping[str, tuple[Answer, ...]]
    """The first five, for the reader."""


def load_questions(folder: Path, pages: Sequence[Page]) -> list[RetrievalCase]:
    """Every question of a folder or file, checked against the pages it names.

    Raises:
        ConfigurationError: a file is wrong, an id is there twice, or a page or heading does not exist.
    """
    cases: dict[str, RetrievalCase] = {}
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))
    for file in files:
        for case in read_questions(file):
            if case.id in cases:
                raise _wrong(file, f"The id `{case.id}` is there twice.")
            check_answers(case, pages, file)
            cases[case.id] = case
    if not cases:
        raise ConfigurationError("No question was found.", where=str(folder), remedy="Give --cases FOLDER.")
    return list(cases.values())


def read_questions(file: Path) -> tuple[RetrievalCase, ...]:
    """The questions of a file, unchecked against the pages that they name.

    Raises:
        ConfigurationError: it is wrong; names file, line or field.
    """
    return read_yaml(file, RetrievalQuestions).questions


def check_answers(case: RetrievalCase, pages: Sequence[Page], file: Path) -> None:
    """Refuse a question whose answer is not there.

    Raises:
        ConfigurationError: a page or a heading that it names does not exist.
    """
    by_id = {page.id: page for page in pages}
    for one in case.relevant:
        if one.page not in by_id or one.heading not in _headings(by_id[one.page]):
            raise _wrong(file, f"{case.id}: there is no section `{one.heading}` in the page `{one.page}`.")


@lru_cache(maxsize=1024)
def _headings(page: Page) -> frozenset[str]:
    return frozenset(section.headings[-1] if section.headings else page.front.title for section in sections(page))


def _wrong(file: Path, what: str) -> ConfigurationError:
    return ConfigurationError(what, where=place(file), remedy="Correct the file of questions.")


def load_beir(folder: Path) -> tuple[list[Page], list[RetrievalCase]]:
    """A public set: each passage as a page, each query with its relevant passages.

    Raises:
        ConfigurationError: a file is missing or wrong.
    """
    try:
        corpus = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
        queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
        judged = [line.split("\t") for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:] if line.strip()]
        pages = [_as_page(one["_id"], one.get("title") or "Untitled", one["text"]) for one in corpus]
        relevant: dict[str, list[RelevantSection]] = {}
        for query, passage, grade in judged:
            if int(grade) > 0:
                relevant.setdefault(query, []).append(RelevantSection(page=passage, heading=""))
        cases = [
            RetrievalCase(id=one["_id"], question=one["text"], slice="public", relevant=tuple(relevant[one["_id"]]))
            for one in queries
            if one["_id"] in relevant
        ]
    except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
        raise ConfigurationError(f"The set cannot be read: {error}.", where=str(folder), remedy="It has the layout of BEIR.") from error
    return pages, cases


def _as_page(name: str, title: str, text: str) -> Page:
    front = PageFront(title=title[:300], kind=PageKind.DOCUMENT, phase=(Phase.DISCOVERY,), audience=(Audience.LEAD,), sources=())
    return Page(name, front, text, Body(text, 0, 1))


def section_of(citation: Citation) -> Answer:
    """The section of our corpus that a passage belongs to."""
    return citation.page, citation.headings[-1] if citation.headings else citation.title


def page_of(citation: Citation) -> Answer:
    """The page that a passage belongs to."""
    return citation.page, ""


def score(cases: Sequence[RetrievalCase], rankings: Sequence[Ranking], answer_of: Callable[[Citation], Answer]) -> list[CaseResult]:
    """How soon each arm finds the answers. Several passages of one answer count once, at the first."""
    results: list[CaseResult] = []
    for case, ranking in zip(cases, rankings, strict=True):
        words = [reference for reference, _ in ranking.by_words]
        meaning = [reference for reference, _ in ranking.by_meaning]
        both = [reference for reference, _ in fuse([meaning, words], [WEIGHT_OF_MEANING, WEIGHT_OF_WORDS])]
        found = {
            arm: list(dict.fromkeys(answer_of(ranking.passages[reference].citation) for reference in references))
            for arm, references in zip(ARMS, (words, meaning, both), strict=True)
        }
        results.append(
            CaseResult(
                case,
                {arm: len(case.answers.intersection(answers[:DEPTH])) / len(case.answers) for arm, answers in found.items()},
                {
                    arm: next((1 / rank for rank, answer in enumerate(answers, start=1) if answer in case.answers), 0.0)
                    for arm, answers in found.items()
                },
                {arm: tuple(answers[:DEPTH]) for arm, answers in found.items()},
            )
        )
    return results


@dataclass(frozen=True)
class ArmScore:
    """Means over questions."""

    recall: float
    reciprocal_rank: float
    questions: int


def means(results: Sequence[CaseResult]) -> dict[str, ArmScore]:
    """The score of each arm."""
    return {
        arm: ArmScore(
            float(np.mean([one.recall[arm] for one in results])),
            float(np.mean([one.reciprocal_rank[arm] for one in results])),
            len(results),
        )
        for arm in ARMS
    }


def difference(results: Sequence[CaseResult], other: str, of: Callable[[CaseResult], Mapping[str, float]]) -> PairedEstimate:
    """Fused less another arm, question by question. Every question is a unit of its own: none shares a text with another."""
    return paired_estimate([of(one)["fused"] - of(one)[other] for one in results])
