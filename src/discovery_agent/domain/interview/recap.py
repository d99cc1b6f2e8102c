"""The closing recap: what was understood, in lines that can be confirmed or corrected one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from discovery_agent.domain.conversation import content_id
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Quote, Stance
from discovery_agent.domain.interview.moves import RecapLine

MOST_LINES = 14
"""So many lines everybody is asked to go through; further ones are there for those who want to."""
# Statements that share this part of their words say the same.
SAME_STATEMENT = 0.75

_HEADINGS: dict[FindingKind, str] = {
    FindingKind.BUSINESS_GOAL: "What you want to reach",
    FindingKind.OPERATIONAL_GOAL: "What you want to reach",
    FindingKind.KPI: "Figures",
    FindingKind.PAIN_POINT: "What gets in the way",
    FindingKind.PROCESS_STEP: "How the work runs",
    FindingKind.CRITERION: "How the work runs",
    FindingKind.DATA_SOURCE: "Where the data is",
    FindingKind.CONSTRAINT: "Limits to keep",
    FindingKind.RISK: "What worries you",
    FindingKind.POSITION: "Where you stand",
    FindingKind.DECISION: "What is decided",
    FindingKind.ASSUMPTION: "What you assume",
    FindingKind.OPEN_QUESTION: "What is still open",
}
ABOUT_DATA = "Where the data is"
# Each heading gets a line before any gets a second one, in the order in which lines would be missed most.
_CLAIM = {
    FindingKind.BUSINESS_GOAL: 0,
    FindingKind.OPERATIONAL_GOAL: 0,
    FindingKind.KPI: 0,
    FindingKind.PAIN_POINT: 1,
    FindingKind.CONSTRAINT: 1,
    FindingKind.DECISION: 1,
    FindingKind.DATA_SOURCE: 2,
    FindingKind.PROCESS_STEP: 2,
    FindingKind.RISK: 2,
    FindingKind.POSITION: 2,
    FindingKind.ASSUMPTION: 3,
    FindingKind.OPEN_QUESTION: 3,
    FindingKind.CRITERION: 4,
}
_WORD = re.compile(r"[^\W_]+")


@dataclass
class _Line:
    """Findings that say the same thing; the first one's statement stands for all."""

    first: Finding
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def heading(self) -> str:
        return ABOUT_DATA if self.first.data else _HEADINGS[self.first.kind]

    @property
    def rank(self) -> tuple[int, bool, float]:
        kept = self.first.status in (FindingStatus.CONFIRMED, FindingStatus.CORRECTED)
        return _CLAIM[self.first.kind], not kept, -self.first.confidence


def recap_lines(findings: Sequence[Finding]) -> tuple[RecapLine, ...]:
    """The lines of the recap, grouped under headings, goals and figures first: `MOST_LINES` of them, then the `further` ones.

    What was rejected is left out. A finding that repeats another, or that reads the same sentence as a fact on the work
    (a criterion), joins its line, so one answer of the stakeholder counts for both.
    """
    live = [one for one in findings if one.status is not FindingStatus.REJECTED]
    lines: list[_Line] = []
    for finding in sorted(live, key=lambda one: (_CLAIM[one.kind], -one.confidence)):
        line = next((line for line in lines if _same(line.first, finding)), None)
        if line is None:
            lines.append(line := _Line(finding))
        line.findings.append(finding)
    chosen = {id(line) for line in _chosen(lines)}
    order = list(dict.fromkeys(_HEADINGS.values()))
    lines.sort(key=lambda line: (id(line) not in chosen, order.index(line.heading), _place(line.first.quotes[0])))
    return tuple(_recap_line(line, further=id(line) not in chosen) for line in lines)


def _chosen(lines: Sequence[_Line]) -> list[_Line]:
    """The lines that everybody goes through: in turn the best one of each heading, until there are enough."""
    piles: dict[str, list[_Line]] = {}
    for line in sorted(lines, key=lambda line: line.rank):
        piles.setdefault(line.heading, []).append(line)
    chosen: list[_Line] = []
    while len(chosen) < MOST_LINES and any(piles.values()):
        for pile in piles.values():
            if pile and len(chosen) < MOST_LINES:
                chosen.append(pile.pop(0))
    return chosen


def _recap_line(line: _Line, *, further: bool) -> RecapLine:
    ids = tuple(dict.fromkeys(one.id for one in line.findings))
    return RecapLine(
        id=content_id("r", *sorted(ids)),
        heading=line.heading,
        statement=_statement(line.first),
        quote=line.first.quotes[0].text,
        finding_ids=ids,
        further=further,
    )


def _statement(finding: Finding) -> str:
    if finding.kind is FindingKind.POSITION and finding.stance:
        return f"{'For' if finding.stance is Stance.FOR else 'Against'}: {finding.statement}"
    if finding.data and finding.note:
        return finding.note
    return finding.statement


def _same(one: Finding, other: Finding) -> bool:
    if FindingKind.CRITERION in (one.kind, other.kind) and _overlap(one.quotes, other.quotes):
        return True
    if one.kpi and other.kpi and one.kpi.metric.lower() != other.kpi.metric.lower():
        return False
    if _HEADINGS[one.kind] != _HEADINGS[other.kind] or one.stance is not other.stance:
        return False
    mine, theirs = set(_WORD.findall(one.statement.lower())), set(_WORD.findall(other.statement.lower()))
    if _figures(mine) != _figures(theirs):
        return False
    return bool(mine and theirs) and len(mine & theirs) / len(mine | theirs) >= SAME_STATEMENT


def _figures(words: set[str]) -> set[str]:
    return {word for word in words if any(character.isdigit() for character in word)}


def _overlap(some: Sequence[Quote], others: Sequence[Quote]) -> bool:
    return any(
        one.conversation_id == other.conversation_id
        and one.utterance_id == other.utterance_id
        and one.start < other.end
        and other.start < one.end
        for one in some
        for other in others
    )


def _place(quote: Quote) -> tuple[str, int, int]:
    number = re.search(r"\d+", quote.utterance_id)
    return quote.conversation_id, int(number.group()) if number else 0, quote.start
