"""A blueprint on its way: what all of its sections are written from, and the small pieces that they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.blueprint.claims import Assumption, Claim, Part, Row
from discovery_agent.domain.blueprint.document import BacklogItem, Choice, Course, KpiTarget, Plan
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.said_limit import SaidLimit
from discovery_agent.domain.blueprint.targets import distinct
from discovery_agent.domain.blueprint.texts import LONGEST_STATEMENT, goal_in_short, listed, sentence, short
from discovery_agent.domain.blueprint.threads import Thread, Threads
from discovery_agent.domain.findings import Finding

_OF_THE_SPEAKER = re.compile(
    r"\b(?!US\b)(?i:I|I['’](?:m|d|ll|ve)|my|mine|me|myself|we|we['’](?:re|d|ll|ve)|our|ours|us|them|they|their|she|he|her|his|him)\b"
)


@dataclass(frozen=True)
class Draft:
    """Everything that is decided before a section is written."""

    material: Material
    course: Course
    threads: Threads
    items: dict[str, tuple[BacklogItem, ...]]
    """Epic -> its items."""
    plan: Plan | None
    choices: tuple[Choice, ...]
    assumptions: tuple[Assumption, ...]
    limits: tuple[SaidLimit, ...] = ()
    """Budgets and dates that people set for the work, held against the plan."""

    @property
    def currency(self) -> str:
        """That of the plan."""
        return self.plan.inputs.currency if self.plan else self.material.tables.economics.currency

    @property
    def kpis(self) -> tuple[KpiTarget, ...]:
        """The KPIs of the first version, then those of the goals that come later."""
        return distinct(kpi for thread in self.threads.all for kpi in thread.kpis)

    @property
    def first_kpis(self) -> tuple[KpiTarget, ...]:
        """The KPIs of the first version."""
        return distinct(kpi for thread in self.threads.first for kpi in thread.kpis)


def said(finding: Finding, longest: int = LONGEST_STATEMENT) -> Claim:
    """A finding as a claim; words in which somebody speaks of themselves or of others have who said them."""
    return Claim(text=told(finding, longest), findings=(finding.id,))


def told(finding: Finding, longest: int = LONGEST_STATEMENT) -> str:
    """What was said, in a sentence: "my people look it up" tells nothing without whose people they are."""
    speaker = finding.speakers[0] if finding.speakers else ""
    if not speaker or not _OF_THE_SPEAKER.search(finding.statement):
        return sentence(finding.statement, longest)
    return f"{short(finding.statement, longest).rstrip('.')} ({speaker})."


def limit_claims(limits: Iterable[SaidLimit]) -> list[Claim]:
    """How the plan stands to each budget and date that people set."""
    return [
        Claim(
            text=one.text,
            findings=one.findings,
            assumptions=one.assumptions,
            how=short(f"the plan's simulation held against it: {one.text} {one.settled}", 490),
        )
        for one in limits
    ]


def in_words(finding: Finding, longest: int = LONGEST_STATEMENT) -> str:
    """Its first quote with who said it."""
    quote = finding.quotes[0]
    return f"“{short(quote.text, longest)}”" + (f" ({quote.speaker})" if quote.speaker else "")


def part(part_id: str, heading: str, claims: Iterable[Claim]) -> Part | None:
    """A part of claims; None without any."""
    found = tuple(claims)
    return Part(id=part_id, heading=heading, claims=found) if found else None


def table(part_id: str, heading: str, columns: Sequence[str], rows: Iterable[Row]) -> Part | None:
    """A part that is a table; None without rows."""
    found = tuple(rows)
    return Part(id=part_id, heading=heading, columns=tuple(columns), rows=found) if found else None


def parts(*found: Part | None) -> tuple[Part, ...]:
    """Those that are there."""
    return tuple(one for one in found if one)


def titles(threads: Iterable[Thread]) -> str:
    """The goals of threads in a line."""
    return listed([f"“{goal_in_short(one.goal.statement, 80)}”" for one in threads])
