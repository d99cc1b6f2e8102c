"""What whoever words a turn is told."""

from __future__ import annotations

from discovery_agent.analysts.protocol import QuestionBrief
from discovery_agent.discovery.interviewing.script import Script
from discovery_agent.domain.conversation import Utterance
from discovery_agent.domain.interview.moves import Move, Progress

_RECENT = 6


def brief_of(script: Script, move: Move, progress: Progress) -> QuestionBrief:
    """The brief for a move; `progress` is that before it is asked."""
    last = script.said[-1] if script.said and script.said[-1].move is None else None
    return QuestionBrief(
        move=move,
        person=script.person,
        organisation=script.engagement.organisation,
        purpose=script.engagement.purpose,
        recent=tuple(Utterance(index=one.index, speaker=one.speaker, text=one.text) for one in script.said[-_RECENT:]),
        asked=tuple(one.text for one in script.said if one.move is not None),
        answer=last.text if last else None,
        reading=last.reading if last else None,
        progress=progress,
        first=not script.said,
        private_until_release=script.engagement.private_until_release,
    )
