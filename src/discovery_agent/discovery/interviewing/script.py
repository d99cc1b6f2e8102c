"""One interview as it stands: everything that a turn needs, loaded once and carried on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Conversation, ConversationKind, Stakeholder, Utterance
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement, StoredUtterance
from discovery_agent.domain.interview import policy
from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.moves import Exchange, Move, MoveKind, Person, Progress
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.errors import InvalidRequest, NotFound
from discovery_agent.storage.unit import Unit

INTERVIEWER = "Interviewer"
"""Who asks, by name: readers of conversations know that such a speaker is no stakeholder."""


@dataclass
class Script:
    """An interview with all that was said. `said` grows as the interview does."""

    record: ConversationRecord
    engagement: Engagement
    person: Person
    said: list[StoredUtterance] = field(default_factory=list[StoredUtterance])

    @property
    def budget(self) -> int:
        """Most questions."""
        return self.record.budget or self.engagement.question_budget

    @property
    def waits_for_reply(self) -> bool:
        """Whether it is the interviewer's turn."""
        return self.record.state is ConversationState.OPEN and (not self.said or self.said[-1].move is None)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Each question with its answer, if there is one."""
        found: list[Exchange] = []
        for utterance in self.said:
            if utterance.move is not None:
                found.append(Exchange(move=utterance.move, said=utterance.text))
            elif found:
                found[-1] = found[-1].model_copy(update={"answer": utterance.text, "reading": utterance.reading})
        return tuple(found)

    def by_key(self, client_key: str) -> StoredUtterance | None:
        """The answer that was sent under a key."""
        return next((one for one in reversed(self.said) if one.client_key == client_key), None)

    def answers(self) -> list[StoredUtterance]:
        """What the stakeholder said."""
        return [one for one in self.said if one.move is None]

    def next_move(self, known: Known, table: SlotTable) -> Move:
        """What the interviewer does next."""
        return policy.next_move(self.person, self.budget, self.exchanges, known, table)

    def progress(self, known: Known, table: SlotTable, *, asking: Move | None = None) -> Progress:
        """How far it has come; with `asking`, as soon as that was asked."""
        exchanges = (*self.exchanges, Exchange(move=asking, said=asking.question)) if asking else self.exchanges
        progress = policy.progress(self.person, self.budget, exchanges, known, table)
        stop = next((one.stop for one in reversed(self.said) if one.stop), None)
        return progress.model_copy(update={"stop": stop, "share": 1.0}) if stop else progress

    def excerpt(self, answer: StoredUtterance, before: int) -> Conversation:
        """The conversation around an answer: it, its question, and so many utterances before."""
        first = max(0, answer.index - before)
        return conversation_of(self.record, self.person, [one for one in self.said if first <= one.index <= answer.index])


def conversation_of(record: ConversationRecord, person: Person, said: Sequence[StoredUtterance]) -> Conversation:
    """Some of an interview, or all of it, as analysts read conversations."""
    return Conversation(
        id=record.id,
        title=record.title,
        kind=ConversationKind.INTERVIEW,
        source=record.source,
        format=record.format,
        held_on=record.held_on,
        participants=(Stakeholder(name=person.name, role=person.role, department=person.department),),
        utterances=tuple(Utterance(index=one.index, speaker=one.speaker, text=one.text, start=one.start, end=one.end) for one in said),
    )


async def load_script(unit: Unit, conversation_id: str) -> Script:
    """An interview by its id.

    Raises:
        NotFound: there is none.
    """
    record = await unit.conversations.find(conversation_id)
    if record.stakeholder_id is None:
        raise NotFound("There is no such interview here.")
    stakeholder = await unit.stakeholders.get(record.engagement_id, record.stakeholder_id)
    # Whoever is renamed meanwhile stays one speaker: the name from the beginning counts here.
    called = next((one.name for one in await unit.conversations.participants(record.engagement_id, conversation_id)), stakeholder.name)
    return Script(
        record=record,
        engagement=await unit.engagements.get(record.engagement_id),
        person=Person(name=called, role=stakeholder.role, department=stakeholder.department),
        said=await unit.conversations.utterances(record.engagement_id, conversation_id),
    )


async def read_script(ws: Workspace, conversation_id: str) -> Script:
    """An interview by its id, as it is stored now.

    Raises:
        NotFound: there is none.
    """
    async with ws.database.reading() as unit:
        return await load_script(unit, conversation_id)


def require_open(script: Script) -> None:
    """Return if answers are still taken.

    Raises:
        InvalidRequest: the questions are over.
    """
    if script.record.state is not ConversationState.OPEN or (script.said and _is_recap(script.said[-1])):
        raise InvalidRequest(
            "The questions of this interview are over.", where="conversation", remedy="Go through the recap, or begin another interview."
        )


def _is_recap(utterance: StoredUtterance) -> bool:
    return utterance.move is not None and utterance.move.kind is MoveKind.RECAP
