"""An interview as it stands after the latest turn: what both kinds of interview, waiting and awaited, show of it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from discovery_agent.discovery.interviewing.script import conversation_of
from discovery_agent.discovery.interviews import Confirm, Correct, Decision, InterviewView, Reject
from discovery_agent.domain.conversation import Conversation, Value
from discovery_agent.domain.engagement import ConversationState
from discovery_agent.domain.findings import Finding, FindingStatus
from discovery_agent.domain.interview.moves import Progress, RecapLine
from discovery_agent.errors import InvalidRequest


class Reply(Value):
    """What an answer led to."""

    said: str = Field(description="What the interviewer says next: a question, or the words before the recap.")
    question: str | None = Field(description="The same, if it is a question; None once no more is asked.")
    understood: tuple[Finding, ...] = Field(description="What was found in the answer.")
    progress: Progress


class InterviewState:
    """What is known of an interview. `_view` is set by each turn."""

    _view: InterviewView | None = None

    def __init__(self) -> None:
        self._decisions: dict[str, Decision] = {}

    @property
    def _now(self) -> InterviewView:
        if self._view is None:
            raise InvalidRequest("The interview has not begun.", remedy="Enter it first: `with interview(...) as talk:`.")
        return self._view

    @property
    def id(self) -> str:
        """Of the conversation, by which it is found in its database."""
        return self._now.record.id

    @property
    def engagement_id(self) -> str:
        """Of the engagement that it belongs to."""
        return self._now.record.engagement_id

    @property
    def question(self) -> str | None:
        """The question that waits for an answer; None once no more is asked."""
        latest = self._now.utterances[-1] if self._now.utterances else None
        return latest.text if latest and latest.move is not None and not self.is_over else None

    @property
    def is_over(self) -> bool:
        """Whether no more is asked: the recap is next, or the interview is closed."""
        return self._now.record.state is not ConversationState.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether the recap was finished."""
        return self._now.record.state is ConversationState.CLOSED

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was understood so far and nobody rejected, in the order of saying, each with the words that prove it."""
        found = (one.finding for one in self._now.understood)
        return tuple(one for one in found if one.status is not FindingStatus.REJECTED)

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return self._now.progress

    @property
    def recap(self) -> tuple[RecapLine, ...]:
        """The lines to go through, once the questions are over."""
        return self._now.recap

    @property
    def conversation(self) -> Conversation:
        """All that was said, to be analysed: `analyze(talk.conversation)`."""
        return conversation_of(self._now.record, self._now.person, self._now.utterances)

    def confirm(self, *lines: RecapLine) -> None:
        """Lines of the recap are right; without any, all that nothing was decided on. It counts once `finish` is called."""
        undecided = (one for one in self.recap if one.id not in self._decisions)
        self._decide(lines or undecided, Confirm())

    def correct(self, line: RecapLine, text: str) -> None:
        """A line of the recap should say something else."""
        self._decide((line,), Correct(text=text))

    def strike(self, *lines: RecapLine) -> None:
        """Lines of the recap are wrong, and nothing takes their place."""
        self._decide(lines, Reject())

    def _decide(self, lines: Iterable[RecapLine], decision: Decision) -> None:
        if not self.is_over:
            raise InvalidRequest("The interview has not come to its recap.", remedy="Answer its questions, or call `stop`.")
        self._decisions |= {line.id: decision for line in lines}
