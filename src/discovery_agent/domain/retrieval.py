"""What the knowledge base holds and gives back: kinds of page, passages, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value
from discovery_agent.domain.page_labels import Audience, PageKind, Phase


class Citation(Value):
    """Where a passage stands, so that anybody can look it up."""

    page: str = Field(description="The page's file below its folder, without its ending, such as `archetypes/invoice-intake`.")
    title: str
    headings: tuple[str, ...] = Field(default=(), description="Headings above the passage, outermost first.")
    start: int = Field(ge=0, description="Offset of the first character in the text of the page's file.")
    end: int = Field(ge=0, description="Offset after the last character.")
    engagement: str | None = Field(default=None, description="Whose document it is; None for the general corpus.")
    file: str | None = Field(default=None, description="Name of the file as it was added, of a document.")

    @property
    def label(self) -> str:
        """Title and headings in a line."""
        return " › ".join((self.title, *(heading for heading in self.headings if heading != self.title)))

    @property
    def section(self) -> tuple[str | None, str, tuple[str, ...]]:
        """The section it belongs to; passages of a long section share it."""
        return self.engagement, self.page, self.headings


class Passage(Value):
    """A piece of a page that can be understood by itself, as it is retrieved and cited."""

    citation: Citation
    kind: PageKind
    text: str
    instructs: bool = Field(default=False, description="It reads like orders to a language model, so none is shown it.")


class Retrieved(Value):
    """A passage that was found, and how."""

    passage: Passage
    score: float = Field(description="Sum of reciprocal ranks over the two searches; compares within one search only.")
    similarity: float | None = Field(default=None, description="Cosine of the query's vector and the passage's; None if unknown.")
    vector_rank: int | None = Field(default=None, description="Place among passages by meaning, from 1; None if not among them.")
    keyword_rank: int | None = Field(default=None, description="Place among passages by words, from 1; None if not among them.")


class PassageFilter(Value):
    """Which passages may be found. Nothing named means all; a passage needs one of the values named for each."""

    kinds: tuple[PageKind, ...] = ()
    phases: tuple[Phase, ...] = ()
    audiences: tuple[Audience, ...] = ()
    pages: tuple[str, ...] = ()


FUSION_CONSTANT = 10
"""What is added to each rank. The paper's 60 suits rankings of hundreds; among the few places that count here, ranks have to tell more. Chosen
once on a public set (recall@5 .83 and not .80); on our own questions 5 to 60 differ by less than chance."""


def fuse(rankings: Sequence[Sequence[str]], weights: Sequence[float], constant: int = FUSION_CONSTANT) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: each ranking gives an item `weight / (constant + rank)`; the sums decide. Best first.

    Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
    SIGIR 2009. Equal sums keep the order of the first ranking that has them, so the result never wavers.

    >>> [item for item, _ in fuse([["a", "b"], ["b", "c"]], [1, 1])]
    ['b', 'a', 'c']
    """
    sums: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, item in enumerate(ranking, start=1):
            sums[item] = sums.get(item, 0.0) + weight / (constant + rank)
    return sorted(sums.items(), key=lambda pair: -pair[1])


class Purpose(StrEnum):
    """What a passage explains."""

    VERDICT = "verdict"
    GAP = "gap"
    QUESTION = "question"


class CitedPassage(Value):
    """A passage as a report cites it."""

    id: str = Field(description="`k1`, `k2`, ...: unique within one analysis.")
    found: Retrieved
    sources: tuple[str, ...] = Field(default=(), description="Public sources that its page names.")


class Advice(Value):
    """Which passages explain one verdict, gap or question."""

    purpose: Purpose
    subject: str = Field(description="Id of the goal, dimension or agenda item; empty for the verdict on the whole.")
    passages: tuple[str, ...] = Field(description="Ids of cited passages, most telling first.")


class UnusedPassage(Value):
    """A passage that fits a goal and is cited nowhere: for the interviewer to bring in."""

    goal: str
    found: Retrieved


class KnowledgeUse(Value):
    """What the knowledge base gave to one analysis."""

    cited: tuple[CitedPassage, ...] = ()
    advice: tuple[Advice, ...] = ()
    unused: tuple[UnusedPassage, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="What went wrong on the way.")

    def explaining(self, purpose: Purpose, subject: str) -> tuple[CitedPassage, ...]:
        """The passages that explain something."""
        by_id = {one.id: one for one in self.cited}
        return tuple(by_id[id_] for one in self.advice if one.purpose is purpose and one.subject == subject for id_ in one.passages)
