"""What a conflict is, and how one is made of the quotes of its sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value, content_id
from discovery_agent.domain.findings import Finding, Quote

# Positions, priorities and measures are compared pair by pair, so only so many of each side are.
MOST_COMPARED = 200


_ALTERNATIVES = 4
"""Values that a question names, where people hold more."""


class ConflictKind(StrEnum):
    """What the parties differ on."""

    TARGET = "target"
    DIRECTION = "direction"
    METRIC_DEFINITION = "metric_definition"
    PRIORITY = "priority"
    BUDGET_OR_TIME = "budget_or_time"
    SCOPE = "scope"
    OWNERSHIP = "ownership"
    FACT = "fact"
    """How things are today: a baseline, or a criterion of the verdict."""


class ConflictSide(Value):
    """What one side holds, in its own words."""

    speakers: tuple[str, ...]
    holds: str
    quotes: tuple[Quote, ...] = Field(min_length=1)
    more: int = Field(default=0, ge=0, description="How many further quotes of this side are left out here.")


class Conflict(Value):
    """A disagreement between stakeholders."""

    id: str
    kind: ConflictKind
    about: str
    real: bool = Field(description="Whether both sides cannot hold; False if only the words differ.")
    crux: str = Field(description="The one statement on which they part, as a question.")
    sides: tuple[ConflictSide, ...] = Field(min_length=2)
    kpi_id: str | None = None
    criterion: str | None = None
    decides: bool = Field(default=False, description="Whether the verdict depends on who is right.")


def make_conflict(
    kind: ConflictKind,
    about: str,
    sides: Mapping[str, Sequence[Quote]],
    *,
    real: bool,
    crux: str,
    kpi_id: str | None = None,
) -> Conflict | None:
    """A conflict if the quotes of the sides come from different people; None if one person said it all."""
    read = [
        ConflictSide(
            speakers=tuple(dict.fromkeys(quote.speaker for quote in quotes if quote.speaker)),
            holds=holds,
            quotes=tuple(dict.fromkeys(quotes)),
        )
        for holds, quotes in sides.items()
    ]
    if len(read) < 2 or not differ([side.speakers for side in read]):
        return None
    return Conflict(
        id=content_id("x", kind.value, about, *(side.holds for side in read)),
        kind=kind,
        about=about,
        real=real,
        crux=crux,
        sides=tuple(read),
        kpi_id=kpi_id,
    )


def quotes_of(findings: Iterable[Finding], words: str | None = None) -> list[Quote]:
    """The quotes of these findings; of a finding whose quotes partly hold `words`, those that do.

    A KPI may take today's value from one speaker and the target from another: only the latter stands for the target.
    """
    found: list[Quote] = []
    for finding in findings:
        holding = [quote for quote in finding.quotes if words and _plain(words) in _plain(quote.text)]
        found.extend(holding or finding.quotes)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def differ(speakers: Sequence[tuple[str, ...]]) -> bool:
    """Whether at least two sides have somebody whom the other has not."""
    return any(set(one) - set(other) and set(other) - set(one) for at, one in enumerate(speakers) for other in speakers[at + 1 :])


def either(sides: Iterable[str]) -> str:
    """What the sides hold, as alternatives: the first few of them, where there are many."""
    held = list(sides)
    if len(held) <= _ALTERNATIVES + 1:
        return " or ".join(held)
    return f"{' or '.join(held[:_ALTERNATIVES])} or one of {len(held) - _ALTERNATIVES} other values"
