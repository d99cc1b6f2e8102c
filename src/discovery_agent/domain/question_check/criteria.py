"""The criteria a question is judged by, and a verdict on each."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conversation import Value


class Criterion(StrEnum):
    """What a good question of an interviewer does. The value names the good case."""

    ASKS = "asks"
    """Holds a question at all."""
    ONE_QUESTION = "one_question"
    """Asks one thing at a time."""
    OPEN = "open"
    """Cannot be answered with yes or no."""
    SHORT = "short"
    """Is understood at the first hearing."""
    NOT_LEADING = "not_leading"
    """Does not suggest its answer, and lets no judgement show."""
    NO_SOLUTION = "no_solution"
    """Does not ask the stakeholder to design or choose a solution."""
    PLAIN = "plain"
    """Uses common words."""
    FITS_ROLE = "fits_role"
    """Needs no technical knowledge that this role lacks."""
    OWN_WORDS = "own_words"
    """Takes up words of the answer before it. A change of subject does not, and need not be a mistake."""
    NOT_ASKED_BEFORE = "not_asked_before"
    """Was not asked in nearly the same words."""


class Verdict(StrEnum):
    """How a question does on one criterion."""

    GOOD = "good"
    BAD = "bad"
    NOT_JUDGED = "not_judged"
    """The criterion does not apply, or only the meaning could tell."""


class CriterionVerdict(Value):
    """The verdict on one criterion."""

    criterion: Criterion
    verdict: Verdict
    triggers: tuple[str, ...] = Field(default=(), description="The words that made it bad, as they stand in the question.")


class QuestionCheck(Value):
    """One verdict for each criterion, in the order of `Criterion`."""

    text: str
    verdicts: tuple[CriterionVerdict, ...]

    def __getitem__(self, criterion: Criterion) -> CriterionVerdict:
        """The verdict on a criterion."""
        return next(one for one in self.verdicts if one.criterion is criterion)

    def bad(self, criterion: Criterion) -> bool:
        """Whether the question fails a criterion."""
        return self[criterion].verdict is Verdict.BAD

    @property
    def mistakes(self) -> tuple[CriterionVerdict, ...]:
        """Every criterion that it fails."""
        return tuple(one for one in self.verdicts if one.verdict is Verdict.BAD)
