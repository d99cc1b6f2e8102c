"""The retrieval suite: questions, and how soon the search of the knowledge base finds the sections that answer them.

It measures the search and no analyst, so that the arms of a comparison agree unless they search another corpus.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.errors import ModelUnavailable
from discovery_agent.evals.harness.metrics import SuiteName, SuiteTable, load_table
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome, Span
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.retrieval import ARMS, CaseResult, RetrievalCase, check_answers, read_questions, score, section_of
from discovery_agent.evals.suites.case_files import digest_of, distinct, yaml_files
from discovery_agent.knowledge.search import RANKED

FOLDERS = {Split.DEV: "questions", Split.HELD_OUT: "held_out"}


class RetrievalSuite:
    """Questions over the corpus, each searched for by itself."""

    name = SuiteName.RETRIEVAL

    def __init__(self, root: Path) -> None:
        """`root` is the folder of all suites, such as `evals`."""
        self._folder = root / self.name.value
        self.table: SuiteTable = load_table(self._folder)

    def cases(self, split: Split) -> Sequence[CaseRef]:
        """The questions of a split; none of ours are held back, because nothing was fitted to them."""
        found = [
            CaseRef(id=one.id, split=split, source=file, slices={"kind": one.slice}, digest=digest_of(one))
            for file in yaml_files(self._folder / FOLDERS[split])
            for one in read_questions(file)
        ]
        distinct((one.id, one.source) for one in found)
        return found

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        """One search, scored as it is fused; keywords and vectors by themselves are counted beside it.

        Raises:
            ConfigurationError: the corpus has no such section any more.
            ModelUnavailable: there are no vectors to search by.
        """
        wanted = self._by_id[case.id]
        return await asyncio.to_thread(_searched, wanted, case.source, bench)

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Means of each way to search, over all questions; a question that failed counts as not found."""
        if not outcomes:
            return {}
        return {
            arm: {name: sum(one.counts.get(f"{arm}.{name}", 0.0) for one in outcomes) / len(outcomes) for name in ("recall_at_5", "mrr")}
            for arm in ARMS
        }

    @cached_property
    def _by_id(self) -> Mapping[str, RetrievalCase]:
        return {one.id: one for split in Split for file in yaml_files(self._folder / FOLDERS[split]) for one in read_questions(file)}


def _searched(case: RetrievalCase, source: Path, bench: Workbench) -> Attempt:
    check_answers(case, bench.knowledge.corpus_pages, source)
    found, notes = bench.knowledge.rankings([case.question], depth=RANKED)
    if notes:
        raise ModelUnavailable(notes[0], remedy="Without vectors the search is another.")
    (result,) = score([case], [found[0][0]], section_of)
    return Attempt(
        scores={"recall_at_5": result.recall["fused"], "mrr": result.reciprocal_rank["fused"]},
        counts={
            **{f"{arm}.recall_at_5": result.recall[arm] for arm in ARMS},
            **{f"{arm}.mrr": result.reciprocal_rank[arm] for arm in ARMS},
        },
        notes=tuple(_notes(result)),
    )


def _notes(result: CaseResult) -> list[Note]:
    first = result.first["fused"]
    return [
        Note(
            kind="found" if answer in first else "missed",
            key=f"{answer[0]} # {answer[1]}",
            text=result.case.question,
            spans=(Span(text=answer[1], where=answer[0]),),
        )
        for answer in sorted(result.case.answers)
    ]
