"""What an objective is composed from: the goal tree, the register of conflicts, and what is known of who said what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from discovery_agent.domain.agreement.names import SOMEBODY, Names
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.conflicts import ConflictSide
from discovery_agent.domain.findings import Finding, Quote
from discovery_agent.domain.goals import GoalTree

LONGEST_SIDE = 100
"""Characters of what one side holds, where it stands in an objective."""


@dataclass(frozen=True)
class Ground:
    """One engagement at one moment."""

    tree: GoalTree
    register: tuple[RegisteredConflict, ...] = ()
    findings: Mapping[str, Finding] = field(default_factory=dict[str, Finding])
    """Findings of business goals, constraints and positions; those of KPIs are known by their ids only."""
    constraints: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Name of a person -> their department, or else their role."""
    names: Names = field(default_factory=lambda: Names(()))

    def open(self, kpi_id: str | None) -> list[RegisteredConflict]:
        """Conflicts about a KPI that are real and not settled; for None those that are about no KPI."""
        return [one for one in self.register if one.conflict.kpi_id == kpi_id and one.open and one.real]

    def settled(self, kpi_id: str | None) -> list[RegisteredConflict]:
        """Conflicts about a KPI that the parties have settled."""
        return [one for one in self.register if one.conflict.kpi_id == kpi_id and one.state is ConflictState.SETTLED]

    def label(self, person: str) -> str:
        """A person without their name."""
        return self.labels.get(person, SOMEBODY)

    def nameless(self, text: str) -> str:
        """A text on one line that names nobody and does not break the list that it stands in."""
        plain = " ".join(self.names.replaced(text, self.label).split())
        return plain.replace(";", ",").strip(" ,").removesuffix(".")

    def both_views(self, sides: Sequence[ConflictSide]) -> str:
        """`four hours (Service) or one working day (IT)`; without departments where they tell nothing apart."""
        return " or ".join(f"{holds} ({label})" if label else holds for holds, label in self.views(sides))

    def views(self, sides: Sequence[ConflictSide]) -> list[tuple[str, str]]:
        """What each side holds with its department; without departments where they tell nothing apart."""
        labels = [self._labels(side) for side in sides]
        if len(set(labels)) == 1:
            labels = [""] * len(labels)
        return [(self.side(side.holds), label) for side, label in zip(sides, labels, strict=True)]

    def _labels(self, side: ConflictSide) -> str:
        return " and ".join(list(dict.fromkeys(self.labels[name] for name in side.speakers if name in self.labels))[:2])

    def side(self, holds: str) -> str:
        """What a side holds, without names and at a bearable length."""
        return shortened(self.nameless(holds), LONGEST_SIDE)

    def saying(self, quotes: Iterable[Quote]) -> tuple[str, ...]:
        """Ids of the findings that stand on any of these quotes."""
        wanted = {(one.conversation_id, one.utterance_id, one.start) for one in quotes}
        return tuple(
            one.id
            for one in self.findings.values()
            if any((quote.conversation_id, quote.utterance_id, quote.start) in wanted for quote in one.quotes)
        )

    def voices(self, finding_ids: Iterable[str]) -> int:
        """How many people said any of these findings."""
        return len({name for one in finding_ids if one in self.findings for name in self.findings[one].speakers})


def shortened(text: str, longest: int) -> str:
    """At most so many characters, cut at a word and marked."""
    return text if len(text) <= longest else text[: longest - 2].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"
