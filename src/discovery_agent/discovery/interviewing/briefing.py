"""What whoever words a turn is told."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.analysts.protocol import QuestionBrief
from discovery_agent.discovery.interviewing.script import Script
from discovery_agent.domain.conversation import Utterance
from discovery_agent.domain.engagement import StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.domain.interview.moves import Move, Progress
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.domain.interview.wording import NO_THING, thing_of

_RECENT = 6
_MOST_GOALS = 2
_MOST_FIGURES = 4
_GOALS = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL)


def understood_of(script: Script, subject: str, table: SlotTable, findings: Sequence[StoredFinding]) -> tuple[str, ...]:
    """What was understood in this interview, in a few lines: what the work handles, the goals, the figures."""
    live = [one.finding for one in findings if one.finding.status is not FindingStatus.REJECTED]
    goals = [one.statement for one in live if one.kind in _GOALS]
    figures = [one.statement for one in live if one.kind is FindingKind.KPI]
    thing = thing_of(table, subject, script.exchanges)
    lines = [f"The work is about {thing[1]}."] if thing != NO_THING else []
    lines += [f"Goal: {one}" for one in dict.fromkeys(goals[:_MOST_GOALS])]
    lines += [f"Figure: {one}" for one in dict.fromkeys(figures[:_MOST_FIGURES])]
    return tuple(lines)


def brief_of(script: Script, move: Move, progress: Progress, understood: tuple[str, ...] = ()) -> QuestionBrief:
    """The brief for a move; `progress` is that before it is asked."""
    last = script.said[-1] if script.said and script.said[-1].move is None else None
    return QuestionBrief(
        move=move,
        person=script.person,
        organisation=script.engagement.organisation,
        purpose=script.engagement.purpose,
        recent=tuple(Utterance(index=one.index, speaker=one.speaker, text=one.text) for one in script.said[-_RECENT:]),
        asked=tuple(one.text for one in script.said if one.move is not None),
        understood=understood,
        answer=last.text if last else None,
        reading=last.reading if last else None,
        progress=progress,
        first=not script.said,
        private_until_release=script.engagement.private_until_release,
    )
