"""Cases of the agreement suite: what is agreed, what is disputed, and what was said against the last draft.

A case is a register as it stands before a round. Nothing in it has to be found: conflicts are given, and an analyst only words the objective.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from discovery_agent.analysts.protocol import Critique, ObjectiveBrief
from discovery_agent.domain.agreement.compose import Composition, compose_objective
from discovery_agent.domain.agreement.ground import Ground
from discovery_agent.domain.agreement.names import Names
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.conflicts import Conflict, ConflictKind, ConflictSide
from discovery_agent.domain.conversation import Stakeholder
from discovery_agent.domain.findings import Amount, Direction, Finding, FindingKind, Grounding, Kpi, Quote, finding_id
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode
from discovery_agent.evals.harness.metrics import Record

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Said(Record):
    """A sentence of a stakeholder that a part stands on."""

    by: str = Field(description="Name of the person.")
    words: str = Field(min_length=3, description="What they said, word for word.")


class Figure(Record):
    """A quantity as it was said."""

    value: float
    unit: str | None = None
    text: str = Field(min_length=1)


class Measure(Record):
    """A KPI."""

    id: str
    metric: str
    unit: str | None = None
    direction: Direction | None = None
    baseline: Figure | None = None
    target: Figure | None = None
    deadline: str | None = None
    said: tuple[Said, ...] = Field(min_length=1)


class Goal(Record):
    """A business goal with what measures it, or an operational goal."""

    id: str
    statement: str
    said: tuple[Said, ...] = Field(min_length=1)
    measures: tuple[Measure, ...] = ()


class Limit(Record):
    """A constraint that the objective must keep."""

    id: str
    statement: str
    said: tuple[Said, ...] = Field(min_length=1)


class Side(Record):
    """What one side of a dispute holds."""

    holds: str
    said: tuple[Said, ...] = Field(min_length=1)


class Dispute(Record):
    """A conflict in the register: about a field of a measure, or about what comes first, the budget or the scope."""

    id: str
    kind: ConflictKind
    about: str
    measure: str | None = Field(default=None, description="Id of the measure; None for a conflict that is about none.")
    crux: str
    sides: tuple[Side, ...] = Field(min_length=2)
    state: Literal["open", "settled"] = "open"
    chosen: str | None = Field(default=None, description="Of a settled one: what was agreed on, as a side holds it.")
    resolution: str = Field(default="", description="Of a settled one: how, in the lead's words.")


class Objection(Record):
    """What a stakeholder said against the last draft, and what a statement that answers it holds."""

    by: str
    words: str
    part: str | None = Field(default=None, description="Id of the part that it is about; None for the whole draft.")
    veto: bool = False
    minority: bool = Field(default=False, description="Whether it is the view of one against all others.")
    answered_by: tuple[tuple[str, ...], ...] = Field(
        default=(), description="Groups of words: a statement that answers it, or names it as open, holds one of each group."
    )
    gone: tuple[str, ...] = Field(default=(), description="Words of the last draft that must not stand there any more.")

    @model_validator(mode="after")
    def _can_be_checked(self) -> Self:
        if not (self.answered_by or self.gone):
            raise ValueError("an objection needs `answered_by` or `gone`, or nobody can tell whether it was answered")
        return self


class AgreementCase(Record):
    """One engagement before a round towards its shared objective."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    domain: str
    provenance: str = Field(min_length=10)
    organisation: str
    purpose: str
    people: tuple[Stakeholder, ...] = Field(min_length=2)
    goals: tuple[Goal, ...] = Field(min_length=1)
    means: tuple[Goal, ...] = ()
    limits: tuple[Limit, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    before: str = Field(default="", description="The draft of the last round; empty before the first.")
    objections: tuple[Objection, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        parts = [*self.goals, *self.means, *self.limits, *self.disputes, *(one for goal in self.goals for one in goal.measures)]
        ids = [one.id for one in parts]
        if len(ids) != len(set(ids)):
            raise ValueError("an id is there twice")
        measures = {one.id for goal in self.goals for one in goal.measures}
        if unknown := {one.measure for one in self.disputes if one.measure} - measures:
            raise ValueError(f"a dispute is about an unknown measure: {', '.join(sorted(unknown))}")
        if unknown := {one.part for one in self.objections if one.part} - set(ids):
            raise ValueError(f"an objection is about an unknown part: {', '.join(sorted(unknown))}")
        names = {one.name for one in self.people}
        said = [one for part in parts if not isinstance(part, Dispute) for one in part.said]
        said += [one for dispute in self.disputes for side in dispute.sides for one in side.said]
        if unknown := {one.by for one in (*said, *self.objections)} - names:
            raise ValueError(f"somebody speaks who is not among `people`: {', '.join(sorted(unknown))}")
        if self.objections and not self.before:
            raise ValueError("objections need the draft that they are about, `before`")
        return self


class Told:
    """A case as the product holds it: findings with their quotes, a goal tree, a register."""

    def __init__(self, case: AgreementCase) -> None:
        self._case = case
        self._findings: dict[str, Finding] = {}

    def composition(self) -> Composition:
        """The rules' own draft with all that another wording of it is checked against."""
        case = self._case
        goals = tuple(
            BusinessGoalNode(
                id=goal.id,
                statement=goal.statement,
                finding_ids=self._found(FindingKind.BUSINESS_GOAL, goal.statement, goal.said),
                operational_goals=tuple(self._means(one) for one in case.means) if at == 0 else (),
                kpis=tuple(self._kpi(one) for one in goal.measures),
            )
            for at, goal in enumerate(case.goals)
        )
        limits = [self._found(FindingKind.CONSTRAINT, one.statement, one.said)[0] for one in case.limits]
        register = tuple(self._registered(one) for one in case.disputes)
        ground = Ground(
            tree=GoalTree(business_goals=goals),
            register=register,
            findings=self._findings,
            constraints=tuple(self._findings[one] for one in limits),
            labels={one.name: one.department or one.role.value for one in case.people},
            names=Names([one.name for one in case.people], f"{case.organisation} {case.purpose}"),
        )
        composed = compose_objective(ground)
        assert composed is not None  # a case has at least one goal
        return composed

    def brief(self, composition: Composition) -> ObjectiveBrief:
        """What an analyst is told, as in the product: without names, vetoes first."""
        case, names = self._case, composition.names
        texts = {one.id: one.text for one in composition.draft.parts}
        return ObjectiveBrief(
            parts=composition.draft.parts,
            organisation=case.organisation,
            purpose=names.replaced(case.purpose),
            longest=composition.longest,
            before=names.replaced(case.before),
            critiques=tuple(
                Critique(words=names.replaced(one.words), part=texts.get(one.part) if one.part else None, veto=one.veto)
                for one in sorted(case.objections, key=lambda one: not one.veto)
            ),
        )

    def _means(self, goal: Goal) -> OperationalGoalNode:
        return OperationalGoalNode(
            id=goal.id,
            statement=goal.statement,
            finding_ids=self._found(FindingKind.OPERATIONAL_GOAL, goal.statement, goal.said),
            kpis=tuple(self._kpi(one) for one in goal.measures),
        )

    def _kpi(self, measure: Measure) -> KpiNode:
        disputed = tuple(
            name for one in self._case.disputes if one.measure == measure.id and one.state == "open" and (name := _FIELDS.get(one.kind))
        )
        return KpiNode(
            id=measure.id,
            statement=measure.metric,
            kpi=Kpi(
                metric=measure.metric,
                unit=measure.unit,
                direction=measure.direction,
                baseline=_amount(measure.baseline),
                target=_amount(measure.target),
                deadline=measure.deadline,
            ),
            finding_ids=self._found(FindingKind.KPI, measure.metric, measure.said),
            disputed=disputed,
        )

    def _registered(self, dispute: Dispute) -> RegisteredConflict:
        sides: list[ConflictSide] = []
        for side in dispute.sides:
            found = self._found(FindingKind.POSITION, side.holds, side.said)
            quotes = tuple(quote for one in found for quote in self._findings[one].quotes)
            speakers = tuple(dict.fromkeys(one.by for one in side.said))
            sides.append(ConflictSide(speakers=speakers, holds=side.holds, quotes=quotes))
        conflict = Conflict(
            id=dispute.id,
            kind=dispute.kind,
            about=dispute.about,
            real=True,
            crux=dispute.crux,
            sides=tuple(sides),
            kpi_id=dispute.measure,
        )
        return RegisteredConflict(
            engagement_id=self._case.id,
            id=dispute.id,
            at=_LONG_AGO,
            conflict=conflict,
            state=ConflictState.SETTLED if dispute.state == "settled" else ConflictState.OPEN,
            resolution=dispute.resolution,
            chosen=dispute.chosen,
        )

    def _found(self, kind: FindingKind, statement: str, said: tuple[Said, ...]) -> tuple[str, ...]:
        """One finding on all that was said for a part."""
        quotes = tuple(
            Quote(
                conversation_id=self._case.id,
                utterance_id=f"u{len(self._findings)}-{at}",
                speaker=one.by,
                start=0,
                end=len(one.words),
                text=one.words,
                grounding=Grounding.EXACT,
            )
            for at, one in enumerate(said)
        )
        name = finding_id(kind, self._case.id, quotes, statement)
        speakers = tuple(dict.fromkeys(one.by for one in said))
        self._findings[name] = Finding(
            id=name, kind=kind, statement=statement, speakers=speakers, confidence=0.9, quotes=quotes, proposed_by="case"
        )
        return (name,)


_FIELDS = {
    ConflictKind.TARGET: "target",
    ConflictKind.FACT: "baseline",
    ConflictKind.BUDGET_OR_TIME: "deadline",
    ConflictKind.DIRECTION: "direction",
    ConflictKind.OWNERSHIP: "owner",
    ConflictKind.METRIC_DEFINITION: "metric",
}


def _amount(figure: Figure | None) -> Amount | None:
    return None if figure is None else Amount(value=figure.value, unit=figure.unit, text=figure.text)
