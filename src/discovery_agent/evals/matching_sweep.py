"""Which thresholds tell best whether a finding is what the annotator meant, on pairs that a person labelled.

python -m discovery_agent.evals.matching_sweep [FILE]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from discovery_agent.domain.findings import FindingKind
from discovery_agent.evals.extraction import QUOTE_SHARE, STATEMENT_COSINE, Embed, best_share, may_be_paired
from discovery_agent.evals.harness.metrics import Record
from discovery_agent.evals.harness.reading import read_yaml

PAIRS = Path("evals") / "extraction" / "matching_pairs.yaml"

SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
COSINES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 1.01)
"""The last is never reached: the shared words decide alone."""

BEFORE = (0.5, 0.62)
"""Set by eye, until there were labelled pairs."""


class GoldSide(Record):
    """What the annotator listed."""

    id: str
    statement: str
    quotes: tuple[str, ...] = Field(min_length=1)


class FoundSide(Record):
    """What an analyst proposed."""

    by: Literal["rules", "model"]
    statement: str
    quotes: tuple[str, ...] = Field(min_length=1)


class MatchingPair(Record):
    """A gold finding beside one of the same kind from the same transcript."""

    id: str
    transcript: str
    kind: FindingKind
    gold: GoldSide
    finding: FoundSide
    same: bool = Field(description="Whether a careful reader says that it is the same thing.")
    stands_for: float = Field(gt=0, description="How many pairs of its stratum there are for each that was drawn.")


class MatchingPairs(Record):
    """The file of labelled pairs."""

    provenance: str = Field(min_length=10)
    pairs: tuple[MatchingPair, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Likeness:
    """How near the two sides of a pair are."""

    share: float
    cosine: float
    same: bool
    stands_for: float = 1.0


@dataclass(frozen=True)
class SweepRow:
    """How a pair of thresholds does on the labelled pairs."""

    share: float
    cosine: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0.0


def likenesses(pairs: Sequence[MatchingPair], embed: Embed) -> list[Likeness]:
    """Shared words of the quotes and likeness of the statements, pair by pair."""
    left, right = embed([one.gold.statement for one in pairs]), embed([one.finding.statement for one in pairs])
    cosines = (left * right).sum(axis=1)
    return [
        Likeness(best_share(one.gold.quotes, one.finding.quotes), float(cosine), one.same, one.stands_for)
        for one, cosine in zip(pairs, cosines, strict=True)
    ]


def row(pairs: Sequence[Likeness], share: float, cosine: float) -> SweepRow:
    """One pair of thresholds."""
    paired = [one for one in pairs if may_be_paired(one.share, one.cosine, share, cosine)]
    right = sum(one.same for one in paired)
    same = sum(one.same for one in pairs)
    return SweepRow(share, cosine, right / len(paired) if paired else 1.0, right / same if same else 1.0)


def as_they_come(pairs: Sequence[Likeness], share: float, cosine: float) -> SweepRow:
    """As `row`, with each pair counted for all those that it stands for: near misses are rarer in a transcript than among the pairs."""
    paired = sum(one.stands_for for one in pairs if may_be_paired(one.share, one.cosine, share, cosine))
    right = sum(one.stands_for for one in pairs if one.same and may_be_paired(one.share, one.cosine, share, cosine))
    same = sum(one.stands_for for one in pairs if one.same)
    return SweepRow(share, cosine, right / paired if paired else 1.0, right / same if same else 1.0)


def sweep(pairs: Sequence[Likeness]) -> list[SweepRow]:
    """Every pair of thresholds, in order."""
    return [row(pairs, share, cosine) for share in SHARES for cosine in COSINES]


def table(pairs: Sequence[Likeness]) -> str:
    """The sweep in Markdown: F1 of each pair of thresholds, then precision and recall of the best and of the chosen one."""
    rows = {(one.share, one.cosine): one for one in sweep(pairs)}
    best = max(rows.values(), key=lambda one: one.f1)
    chosen = row(pairs, QUOTE_SHARE, STATEMENT_COSINE)
    lines = ["| F1 | " + " | ".join(f"cosine {cosine:.2f}" if cosine <= 1 else "words alone" for cosine in COSINES) + " |"]
    lines += ["|---" * (len(COSINES) + 1) + "|"]
    lines += [f"| share {share:.1f} | " + " | ".join(f"{rows[share, cosine].f1:.3f}" for cosine in COSINES) + " |" for share in SHARES]
    lines += [
        "",
        "| thresholds | share | cosine | precision | recall | F1 | F1, pairs counted as they come |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in (("best of the table", best), ("in use", chosen), ("in use before", row(pairs, *BEFORE))):
        common = as_they_come(pairs, one.share, one.cosine).f1
        figures = (one.share, one.cosine), (one.precision, one.recall, one.f1, common)
        lines.append(
            f"| {name} | {' | '.join(f'{value:.2f}' for value in figures[0])} | {' | '.join(f'{value:.3f}' for value in figures[1])} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the sweep over the pairs in a file."""
    from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

    pairs = read_yaml(Path(sys.argv[1]) if len(sys.argv) > 1 else PAIRS, MatchingPairs).pairs
    same = sum(one.same for one in pairs)
    print(f"{len(pairs)} pairs, {same} of them the same thing.\n\n{table(likenesses(pairs, MiniLMEmbeddings().embed))}")


if __name__ == "__main__":
    main()
