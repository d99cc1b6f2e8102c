"""What is known before the next question: from transcripts, other interviews, and this one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import Field

from discovery_agent.domain.agenda import DECIDES, AgendaItem
from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.conversation import Stakeholder, Value, content_id
from discovery_agent.domain.decisions import Decisions
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Quote
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.interview.moves import Offer
from discovery_agent.domain.interview.slots import KPI_FIELDS
from discovery_agent.domain.necessity import FIRM, Contradiction

WORTH_OF_CONTRADICTION = 0.9


class KnownContradiction(Value):
    """Things that were said and cannot all hold."""

    id: str
    about: str = Field(description="The figure or the fact, in a few words.")
    sides: tuple[Quote, ...] = Field(min_length=2, description="One quote of each side.")
    speakers: tuple[str, ...] = ()
    worth: float = Field(default=WORTH_OF_CONTRADICTION, ge=0)


class Known(Value):
    """What is known so far. Cheap to build, see `known_from`; an empty one is right for a new engagement."""

    subject: str = Field(default="", description="Title and purpose of the engagement, as its lead wrote them.")
    kinds: dict[FindingKind, int] = Field(default_factory=dict[FindingKind, int], description="How many findings there are.")
    criteria: tuple[str, ...] = Field(default=(), description="Criteria of the ladder that somebody's words settled.")
    dimensions: tuple[str, ...] = Field(default=(), description="Dimensions of the data of which somebody spoke.")
    kpi: tuple[str, ...] = Field(default=(), description="Fields that some KPI has, such as `baseline`.")
    settled: tuple[str, ...] = Field(default=(), description="Slots that other interviews settled, from the readings of their answers.")
    agenda: tuple[AgendaItem, ...] = ()
    contradictions: tuple[KnownContradiction, ...] = ()
    offers: tuple[Offer, ...] = ()
    people: tuple[Stakeholder, ...] = ()
    share_quotes: bool = Field(default=False, description="Whether stakeholders may be shown each other's words.")


def known_from(
    findings: Iterable[Finding],
    tree: GoalTree,
    decisions: Decisions | None,
    *,
    subject: str = "",
    offers: Sequence[Offer] = (),
    people: Sequence[Stakeholder] = (),
    settled: Iterable[str] = (),
    share_quotes: bool = False,
) -> Known:
    """What is known, from findings and the latest decisions; one pass over both.

    What a person rejected does not count. A criterion counts as known if the agenda no longer asks for it.
    """
    kinds: dict[FindingKind, int] = {}
    criteria: dict[str, None] = {}
    dimensions: dict[str, None] = {}
    for finding in findings:
        if finding.status is FindingStatus.REJECTED:
            continue
        kinds[finding.kind] = kinds.get(finding.kind, 0) + 1
        if finding.criterion and finding.confidence >= FIRM:
            criteria[finding.criterion.criterion] = None
        if finding.data:
            dimensions[finding.data.dimension] = None
    said = [node.kpi for node in tree.kpis]
    kpi = [name for name in KPI_FIELDS if any(name not in one.gaps for one in said)]
    agenda = decisions.agenda if decisions else ()
    asked_for = {item.asks for item in agenda}
    return Known(
        subject=subject,
        kinds=kinds,
        criteria=tuple(one for one in criteria if one not in asked_for),
        dimensions=tuple(one for one in dimensions if one not in asked_for),
        kpi=tuple(kpi),
        settled=tuple(dict.fromkeys(settled)),
        agenda=agenda,
        contradictions=tuple(_contradictions(decisions)) if decisions else (),
        offers=tuple(offers),
        people=tuple(people),
        share_quotes=share_quotes,
    )


def _contradictions(decisions: Decisions) -> Iterable[KnownContradiction]:
    """Real conflicts, then facts on which somebody contradicted themselves; each once, and none on which people chose a side."""
    facts = [one for goal in decisions.goals for one in goal.necessity.contradictions]
    ended = {one.settled.conflict_id for one in facts if one.settled and not one.open}
    seen: set[str] = set()
    for conflict in decisions.conflicts:
        if conflict.real and conflict.id not in ended:
            seen.add(conflict.about)
            yield _of_conflict(conflict)
    for one in facts:
        if one.open and one.name not in seen:
            seen.add(one.name)
            yield from _of_fact(one)


def _of_conflict(conflict: Conflict) -> KnownContradiction:
    speakers = dict.fromkeys(name for side in conflict.sides for name in side.speakers)
    return KnownContradiction(
        id=conflict.id,
        about=conflict.about,
        sides=tuple(side.quotes[0] for side in conflict.sides),
        speakers=tuple(speakers),
        worth=WORTH_OF_CONTRADICTION * (DECIDES if conflict.decides else 1),
    )


def _of_fact(one: Contradiction) -> Iterable[KnownContradiction]:
    quotes = [next((quote for rating in side.ratings for quote in rating.quotes), None) for side in one.sides]
    sides = tuple(quote for quote in quotes if quote)
    if len(sides) < 2:
        return
    yield KnownContradiction(
        id=content_id("x", "fact", one.criterion, *(quote.text for quote in sides)),
        about=one.name,
        sides=sides,
        speakers=tuple(dict.fromkeys(quote.speaker for quote in sides if quote.speaker)),
        worth=WORTH_OF_CONTRADICTION * (DECIDES if one.decides else 1),
    )
