"""The ladder of sufficiency: solution classes from the simplest to own to the costliest, and what each asks for.

A **criterion** is a question about the work with a few possible values ("in what form does the input arrive?").
A **condition** is a statement about criteria that is true, false or, while evidence is lacking, unknown. A **rung**
is a solution class with the conditions under which it suffices. The table itself is data: `knowledge/ladder.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from discovery_agent.domain.conversation import Role, Value

Values = Mapping[str, str]
"""What is known: criterion -> value."""


class SolutionClass(StrEnum):
    """What could be built, or left unbuilt."""

    PROCESS_CHANGE = "process_change"
    RULES_AUTOMATION = "rules_automation"
    ANALYTICS = "analytics"
    PREDICTIVE_ML = "predictive_ml"
    GENERATIVE_AI = "generative_ai"
    HYBRID = "hybrid"

    @property
    def needs_ai(self) -> bool:
        """Whether it holds a learned model."""
        return self in (SolutionClass.PREDICTIVE_ML, SolutionClass.GENERATIVE_AI, SolutionClass.HYBRID)

    @property
    def label(self) -> str:
        """The class in words that a reader knows."""
        return _LABELS[self]


_LABELS = {
    SolutionClass.PROCESS_CHANGE: "change of process",
    SolutionClass.RULES_AUTOMATION: "automation by rules",
    SolutionClass.ANALYTICS: "analytics",
    SolutionClass.PREDICTIVE_ML: "predictive model",
    SolutionClass.GENERATIVE_AI: "generative AI",
    SolutionClass.HYBRID: "rules with an AI step",
}


class CriterionValue(Value):
    """One possible value of a criterion."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    means: str = Field(min_length=1, description="The value in words that a stakeholder would use.")
    likely: float = Field(gt=0, description="How often it is so where nothing is known; shares are scaled to 1.")


class Criterion(Value):
    """A question about the work that bears on the verdict."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1, description="In a few words, for tables.")
    question: str = Field(min_length=1, description="How to ask a stakeholder for it.")
    roles: tuple[Role, ...] = Field(min_length=1, description="Who can know it, best first.")
    values: tuple[CriterionValue, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        ids = [value.id for value in self.values]
        if len(set(ids)) != len(ids):
            raise ValueError(f"criterion `{self.id}` names a value twice")
        return self

    def value(self, value_id: str) -> CriterionValue | None:
        """The value of that id."""
        return next((value for value in self.values if value.id == value_id), None)

    @property
    def weights(self) -> dict[str, float]:
        """Value -> how likely it is where nothing is known; sums to 1."""
        total = sum(value.likely for value in self.values)
        return {value.id: value.likely / total for value in self.values}


class Condition(Value):
    """What a rung asks for, in conjunctive form: at least one of its `any_of` must hold.

    Each of `any_of` maps one criterion to the values that satisfy it.
    """

    any_of: tuple[tuple[str, frozenset[str]], ...] = Field(min_length=1)
    lacks: str = Field(min_length=1, description="What to say when it does not hold: 'the input is free text'.")

    def holds(self, known: Values) -> bool | None:
        """True, false, or None where what is known does not tell (strong Kleene disjunction)."""
        unknown = False
        for criterion, accepted in self.any_of:
            value = known.get(criterion)
            if value is None:
                unknown = True
            elif value in accepted:
                return True
        return None if unknown else False

    @property
    def criteria(self) -> frozenset[str]:
        """The criteria it looks at."""
        return frozenset(criterion for criterion, _ in self.any_of)


class Rung(Value):
    """A solution class and the conditions that must all hold for it to suffice.

    `hybrid` stands where its AI step stands, so it may occur more than once, told apart by `step`.
    """

    solution: SolutionClass
    step: SolutionClass | None = Field(default=None, description="The AI step of a hybrid.")
    means: str = Field(min_length=1)
    conditions: tuple[Condition, ...] = Field(min_length=1)

    @property
    def id(self) -> str:
        """`hybrid+generative_ai` for a hybrid, else the solution class."""
        return f"{self.solution.value}+{self.step.value}" if self.step else self.solution.value

    def holds(self, known: Values) -> bool | None:
        """Whether it suffices, given what is known (strong Kleene conjunction)."""
        results = [condition.holds(known) for condition in self.conditions]
        if False in results:
            return False
        return None if None in results else True


class Ladder(Value):
    """All rungs, lowest first, over one set of criteria."""

    criteria: tuple[Criterion, ...] = Field(min_length=1)
    rungs: tuple[Rung, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        known = {criterion.id: {value.id for value in criterion.values} for criterion in self.criteria}
        if len(known) != len(self.criteria):
            raise ValueError("a criterion is defined twice")
        if len({rung.id for rung in self.rungs}) != len(self.rungs):
            raise ValueError("a rung is defined twice")
        for rung in self.rungs:
            if (rung.solution is SolutionClass.HYBRID) != (rung.step is not None):
                raise ValueError(f"rung `{rung.id}`: a hybrid, and only a hybrid, names its AI step")
            for condition in rung.conditions:
                for criterion, accepted in condition.any_of:
                    if criterion not in known:
                        raise ValueError(f"rung `{rung.id}` asks for the unknown criterion `{criterion}`")
                    if strange := sorted(accepted - known[criterion]):
                        raise ValueError(f"rung `{rung.id}`: `{criterion}` has no value `{strange[0]}`")
        return self

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of that id; KeyError if there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def lowest(self, known: Values) -> Rung | None:
        """The lowest rung whose conditions all hold, everything being known; None if none does."""
        return next((rung for rung in self.rungs if rung.holds(known)), None)
