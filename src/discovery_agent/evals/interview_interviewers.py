"""Interviewers to be measured: our own, and a list of fixed questions to be better than."""

from __future__ import annotations

from datetime import UTC, datetime

from discovery_agent.analysts.protocol import Analyst, QuestionBrief
from discovery_agent.discovery.interviewing.cleaning import turn_text
from discovery_agent.discovery.interviewing.script import INTERVIEWER, Script
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import ConversationKind, Stakeholder, Utterance
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement, StoredUtterance
from discovery_agent.domain.interview.answers import read_answer
from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.moves import MoveKind, Person, Stop
from discovery_agent.evals.interview import Asked
from discovery_agent.evals.interview_personas import Persona

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_RECENT = 6

FIXED_QUESTIONS = (
    "What is your role, and what do you do?",
    "What do you want to achieve with this project?",
    "What are the biggest problems today?",
    "How does the work go today, step by step?",
    "How do you measure success?",
    "What are the current figures?",
    "What is the target, and by when should it be reached?",
    "How many cases are there a month?",
    "What data do you have?",
    "How good is the quality of the data?",
    "Which systems are involved?",
    "What limits do we have to keep, such as laws or budgets?",
    "What are the risks?",
    "Who decides, and who has to agree?",
    "Is there anything else that we should know?",
)
"""A questionnaire such as anybody would write in ten minutes, for every role alike. Written before our own questions were read."""


class FixedInterviewer:
    """Asks a list from top to bottom, whatever the answers."""

    name = "fixed list"

    def __init__(self, questions: tuple[str, ...] = FIXED_QUESTIONS) -> None:
        self._questions = questions
        self._next = 0

    @property
    def stop(self) -> Stop | None:
        """The list is the budget."""
        return Stop.BUDGET_SPENT if self._next >= len(self._questions) else None

    async def ask(self) -> Asked | None:
        """The next question of the list."""
        if self._next >= len(self._questions):
            return None
        self._next += 1
        return Asked(self._questions[self._next - 1])

    async def hear(self, answer: str) -> None:
        """Answers change nothing."""


class PolicyInterviewer:
    """The product's interviewer in a new engagement: the policy chooses, an analyst words it, and each answer is read at once.

    As in the product, what is known besides the talk itself is that of the last assessment, and here there is none yet.
    """

    def __init__(self, persona: Persona, budget: int, bench: Workbench, phrasing: Analyst) -> None:
        self._table = bench.slots
        self._phrasing = phrasing
        self._script = _script_of(persona, budget)
        people = (Stakeholder(name=persona.name, role=persona.role, department=persona.department),)
        self._known = Known(subject=f"{persona.organisation} {persona.purpose}", people=people)

    @property
    def name(self) -> str:
        """The policy with whoever words the questions."""
        return f"policy, worded by {self._phrasing.name}"

    @property
    def stop(self) -> Stop | None:
        """As progress shows it."""
        return self._script.progress(self._known, self._table).stop

    async def ask(self) -> Asked | None:
        """The policy's next move, worded."""
        script = self._script
        move = script.next_move(self._known, self._table)
        if move.kind is MoveKind.RECAP:
            return None
        last = script.said[-1] if script.said else None
        brief = QuestionBrief(
            move=move,
            person=script.person,
            organisation=script.engagement.organisation,
            purpose=script.engagement.purpose,
            recent=tuple(Utterance(index=one.index, speaker=one.speaker, text=one.text) for one in script.said[-_RECENT:]),
            asked=tuple(one.text for one in script.said if one.move is not None),
            answer=last.text if last else None,
            reading=last.reading if last else None,
            progress=script.progress(self._known, self._table),
            first=last is None,
        )
        said = turn_text("".join([piece async for piece in self._phrasing.phrase(brief)]))
        script.said.append(StoredUtterance(index=len(script.said), speaker=INTERVIEWER, text=said, move=move))
        subject = f"{move.slot} {move.about}".strip()
        return Asked(said, kind=move.kind, slot=subject, note=f"{move.kind.value} {subject}, worth {move.worth:.2f}")

    async def hear(self, answer: str) -> None:
        """Read the answer."""
        asked = self._script.said[-1].move
        assert asked is not None
        reading = read_answer(answer, asked, self._table)
        speaker = self._script.person.name
        self._script.said.append(StoredUtterance(index=len(self._script.said), speaker=speaker, text=answer, reading=reading))


def _script_of(persona: Persona, budget: int) -> Script:
    """An interview that has not begun, in an engagement that holds nothing else."""
    record = ConversationRecord(
        id="interview",
        engagement_id="engagement",
        kind=ConversationKind.INTERVIEW,
        title=persona.name,
        state=ConversationState.OPEN,
        budget=budget,
        created_at=_LONG_AGO,
    )
    engagement = Engagement(
        id="engagement", title=persona.organisation, organisation=persona.organisation, purpose=persona.purpose, created_at=_LONG_AGO
    )
    person = Person(name=persona.name, role=persona.role, department=persona.department)
    return Script(record=record, engagement=engagement, person=person)
