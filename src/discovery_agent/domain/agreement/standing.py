"""Where the agreement stands: the rounds so far, who answered, and how they ended."""

from __future__ import annotations

from pydantic import Field

from discovery_agent.domain.agreement.rounds import AnswerKind, Outcome, OutcomeKind, Round, RoundAnswer
from discovery_agent.domain.conversation import Value


class Agreement(Value):
    """All rounds of an engagement, the oldest first, with the answers of each."""

    rounds: tuple[Round, ...] = ()
    answers: dict[str, tuple[RoundAnswer, ...]] = Field(
        default_factory=dict[str, tuple[RoundAnswer, ...]], description="Id of a round -> what was answered, in the order of the answers."
    )
    outcomes: tuple[Outcome, ...] = Field(default=(), description="How rounds ended, the oldest first; also those opened again since.")

    @property
    def latest(self) -> Round | None:
        """The newest round."""
        return self.rounds[-1] if self.rounds else None

    @property
    def current(self) -> Round | None:
        """The round that is open; None if none is."""
        return self.latest if self.latest and self.latest.closed_at is None else None

    @property
    def outcome(self) -> Outcome | None:
        """How the rounds ended; None while they go on, and again once a new round was opened."""
        latest = self.latest
        return next((one for one in self.outcomes if latest and one.id == latest.id), None)

    @property
    def agreed(self) -> bool:
        """Whether everybody who was asked endorsed the objective, and the lead closed the round."""
        return self.outcome is not None and self.outcome.kind is OutcomeKind.AGREED

    @property
    def ended(self) -> bool:
        """Whether the objective is agreed, or dissent is recorded."""
        return self.outcome is not None

    def answers_to(self, round_id: str) -> tuple[RoundAnswer, ...]:
        """What was answered in a round."""
        return self.answers.get(round_id, ())


def waiting(one: Round, answers: tuple[RoundAnswer, ...], present: frozenset[str]) -> tuple[str, ...]:
    """Who was asked, is still a stakeholder, and has not answered."""
    answered = {answer.stakeholder_id for answer in answers}
    return tuple(asked for asked in one.asked if asked in present and asked not in answered)


def objections(one: Round, answers: tuple[RoundAnswer, ...]) -> tuple[RoundAnswer, ...]:
    """The critiques and vetoes of those who were asked. Removing the person who objects does not take the objection away."""
    return tuple(answer for answer in answers if answer.stakeholder_id in one.asked and answer.answer is not AnswerKind.ENDORSE)


def nobody_objects(one: Round, answers: tuple[RoundAnswer, ...], present: frozenset[str]) -> bool:
    """Whether everybody who was asked and is still a stakeholder endorses the draft, and nobody who was removed stands against it.

    Somebody who was removed before they answered is not waited for.
    """
    kinds = {answer.stakeholder_id: answer.answer for answer in answers}
    asked = [each for each in one.asked if each in present]
    return bool(asked) and not objections(one, answers) and all(kinds.get(each) is AnswerKind.ENDORSE for each in asked)
