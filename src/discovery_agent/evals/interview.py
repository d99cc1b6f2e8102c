"""The interview suite: how much of what a stakeholder knows an interviewer finds out, and how well it asks.

The stakeholders are simulated (`interview_simulator`), the interviewers are those of `interview_interviewers`. The persona is the
unit: each is interviewed several times, the figures of one persona are the means of its interviews, and averages are over personas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from discovery_agent.domain.interview.moves import MoveKind, Stop
from discovery_agent.domain.question_check import Criterion, QuestionCheck, check_question
from discovery_agent.errors import DiscoveryError
from discovery_agent.evals.harness.statistics import PairedEstimate, paired_estimate
from discovery_agent.evals.interview_matching import Embed
from discovery_agent.evals.interview_personas import Persona
from discovery_agent.evals.interview_simulator import Reply, Simulator

AFTER = (5, 10, 15)
"""Coverage is shown after so many questions."""

MISTAKES = (
    Criterion.ONE_QUESTION,
    Criterion.OPEN,
    Criterion.SHORT,
    Criterion.NOT_LEADING,
    Criterion.NO_SOLUTION,
    Criterion.PLAIN,
    Criterion.FITS_ROLE,
)
"""What the checker counts. A contradiction and an offer are put so that yes or no answers them; `OPEN` leaves those out."""

_ASKED_TO_CHOOSE = (MoveKind.CONTRADICTION, MoveKind.OFFER)


@dataclass(frozen=True)
class Asked:
    """One turn of an interviewer."""

    said: str
    kind: MoveKind = MoveKind.ASK
    slot: str = ""
    """What it serves, and what about: two plain questions with the same are a repeat."""
    note: str = ""
    """For the reader of transcripts: why this was asked."""


class Interviewer(Protocol):
    """Asks, hears the answer, and decides when it is enough."""

    @property
    def name(self) -> str:
        """Shown as the arm's name."""
        ...

    @property
    def stop(self) -> Stop | None:
        """Why it asked no more, if it did not."""
        ...

    async def ask(self) -> Asked | None:
        """The next turn; None at the end.

        Raises:
            ModelError: a model that phrases failed.
        """
        ...

    async def hear(self, answer: str) -> None:
        """The answer to the last turn."""
        ...


@dataclass(frozen=True)
class Turn:
    """A question, how the checker sees it, and what it brought out."""

    asked: Asked
    check: QuestionCheck
    reply: Reply

    def mistake(self, criterion: Criterion) -> bool:
        """Whether the question fails a criterion that applies to its kind."""
        return self.check.bad(criterion) and not (criterion is Criterion.OPEN and self.asked.kind in _ASKED_TO_CHOOSE)


@dataclass(frozen=True)
class InterviewResult:
    """One interview of one persona."""

    persona: Persona
    interviewer: str
    budget: int
    turns: tuple[Turn, ...]
    stop: Stop | None
    error: str | None = None

    def coverage(self, questions: int) -> float:
        """Share of the hidden facts that are out after so many questions. An interview that ended earlier stays where it was."""
        return sum(len(turn.reply.told) for turn in self.turns[:questions]) / len(self.persona.hidden)

    @property
    def area(self) -> float:
        """Mean coverage after 1, 2, ... `budget` questions: how much was out, and how early."""
        return sum(self.coverage(at) for at in range(1, self.budget + 1)) / self.budget

    @property
    def missed(self) -> tuple[str, ...]:
        """Ids of what never came out."""
        told = {one for turn in self.turns for one in turn.reply.told}
        return tuple(one for one in self.persona.hidden if one not in told)

    @property
    def repeats(self) -> tuple[int, ...]:
        """Numbers of the turns that ask again: the same subject by a plain question, or nearly the same sentence."""
        seen: set[str] = set()
        found: list[int] = []
        for at, turn in enumerate(self.turns):
            plain = turn.asked.kind is MoveKind.ASK and turn.asked.slot
            if turn.check.bad(Criterion.NOT_ASKED_BEFORE) or (plain and turn.asked.slot in seen):
                found.append(at)
            if plain:
                seen.add(turn.asked.slot)
        return tuple(found)

    @property
    def told_already(self) -> int:
        """Turns whose answer the stakeholder had given before."""
        return sum(bool(turn.reply.again) for turn in self.turns)

    @property
    def empty(self) -> int:
        """Turns that brought out nothing new."""
        return sum(not turn.reply.told for turn in self.turns)

    def mistakes(self, criterion: Criterion) -> int:
        """Questions that fail a criterion."""
        return sum(turn.mistake(criterion) for turn in self.turns)


@dataclass(frozen=True)
class PersonaResult:
    """All interviews of one persona by one interviewer; at least one."""

    persona: Persona
    runs: tuple[InterviewResult, ...]

    def mean(self, of: Callable[[InterviewResult], float]) -> float:
        """The mean of a figure over the interviews."""
        return sum(of(run) for run in self.runs) / len(self.runs)


Arms = Mapping[str, Sequence[PersonaResult]]
"""Results by the name of the interviewer, over the same personas in the same order; the arm that is measured comes first."""


async def hold_interview(persona: Persona, interviewer: Interviewer, embed: Embed, budget: int, turns: list[Turn]) -> None:
    """One interview, at most `budget` questions long; each turn is added to `turns` once it is answered.

    Raises:
        ModelError: a model that phrases failed.
    """
    simulator = Simulator(persona, embed)
    answer: str | None = None
    while len(turns) < budget and (asked := await interviewer.ask()) is not None:
        check = check_question(asked.said, role=persona.role, answer=answer, earlier=[turn.asked.said for turn in turns], opening=not turns)
        reply = simulator.answer(asked.said)
        turns.append(Turn(asked, check, reply))
        answer = reply.text
        await interviewer.hear(answer)


async def run_interview(persona: Persona, interviewer: Interviewer, embed: Embed, budget: int) -> InterviewResult:
    """As `hold_interview`; one that fails halfway keeps what came out until then, and says so."""
    turns: list[Turn] = []
    error: str | None = None
    try:
        await hold_interview(persona, interviewer, embed, budget, turns)
    except DiscoveryError as failed:
        error = failed.what
    return InterviewResult(persona, interviewer.name, budget, tuple(turns), interviewer.stop, error)


def paired_difference(
    ours: Sequence[PersonaResult], theirs: Sequence[PersonaResult], of: Callable[[InterviewResult], float]
) -> PairedEstimate:
    """One arm less another, persona by persona, over the same personas in the same order. ValueError if they differ, or if there are none."""
    if not ours or [one.persona.name for one in ours] != [one.persona.name for one in theirs]:
        raise ValueError("the arms must have interviewed the same people")
    return paired_estimate([one.mean(of) - other.mean(of) for one, other in zip(ours, theirs, strict=True)])
