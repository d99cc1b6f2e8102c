"""What interviews may build on: prepared with each assessment, and read quickly before each question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Stakeholder
from discovery_agent.domain.decisions import Decisions
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.domain.findings import Finding
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.interview.known import Known, known_from
from discovery_agent.domain.interview.moves import Offer
from discovery_agent.domain.retrieval import KnowledgeUse

KNOWN = "known"
"""Section of one item: what interviews need of an assessment."""
# An interview asks a dozen questions: of a long agenda it needs the beginning.
MOST_QUESTIONS = 200
MOST_CONTRADICTIONS = 60
MOST_OFFERS = 40
_LIVE = "known"


async def interview_known(ws: Workspace, engagement_id: str) -> Known:
    """What is known in an engagement before the next question, by its newest assessment; an empty one without any.

    Of interviews that are still private, nothing is known but to themselves. Three short reads; what the assessment says is
    parsed once, by each process.

    Raises:
        NotFound: there is no such engagement.
    """
    cache: dict[str, tuple[str, Known]] = ws.live.setdefault(_LIVE, {})
    async with ws.database.reading() as unit:
        engagement = await unit.engagements.get(engagement_id)
        people = await unit.stakeholders.list(engagement_id)
        heads = await unit.assessments.list(engagement_id)
        newest = heads[0].id if heads else ""
        held = cache.get(engagement_id)
        if held is None or held[0] != newest:
            rows, _ = await unit.assessments.section(engagement_id, newest, KNOWN, 0, 1) if newest else ([], 0)
            held = cache[engagement_id] = (newest, Known.model_validate(rows[0]) if rows else Known())
    known = held[1]
    named = {person.name: person for person in known.people} | {one.name: one for one in map(as_stakeholder, people)}
    return known.model_copy(
        update={
            "subject": _subject(engagement),
            "people": tuple(named.values()),
            "share_quotes": engagement.share_quotes,
        }
    )


def known_section(
    findings: Iterable[Finding],
    tree: GoalTree,
    decisions: Decisions,
    knowledge: KnowledgeUse,
    people: Sequence[Stakeholder],
    settled: Iterable[str],
) -> dict[str, list[dict[str, Any]]]:
    """The section of an assessment that `interview_known` reads."""
    offers = [
        Offer(label=one.found.passage.citation.label, text=one.found.passage.text, page=one.found.passage.citation.page)
        for one in knowledge.unused[:MOST_OFFERS]
    ]
    known = known_from(findings, tree, decisions, offers=offers, people=people, settled=settled)
    known = known.model_copy(update={"agenda": known.agenda[:MOST_QUESTIONS], "contradictions": known.contradictions[:MOST_CONTRADICTIONS]})
    return {KNOWN: [known.model_dump(mode="json")]}


def as_stakeholder(record: StakeholderRecord) -> Stakeholder:
    """A stakeholder of an engagement as the domain knows people."""
    return Stakeholder(name=record.name, role=record.role, department=record.department)


def _subject(engagement: Engagement) -> str:
    return " ".join(text for text in (engagement.title, engagement.purpose) if text)
