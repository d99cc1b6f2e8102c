"""The course for a goal, as a table of verdict, data and money; and the course of the whole."""

from __future__ import annotations

from typing import cast

import pytest

from discovery_agent.domain.blueprint.courses import BUILDS_NOTHING, course_of, course_of_all
from discovery_agent.domain.blueprint.document import Course
from discovery_agent.domain.decisions import GoalDecision
from discovery_agent.domain.economics import Basis, EconomicsComparison, Figure, OptionEconomics
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty, NecessityAssessment, RungReading
from discovery_agent.domain.readiness import DimensionReading, GateState, ReadinessAssessment

S, C, G = SolutionClass, Course, GateState
HORIZON = 36


def decision(
    solution: SolutionClass | None,
    *gates: GateState,
    paybacks: tuple[int | None, ...] = (9, 14),
    effect: bool = True,
    certainty: Certainty = Certainty.SETTLED,
    suffices: float = 1.0,
) -> GoalDecision:
    """A decision with this verdict, these gates of the data, and options that pay back in these months."""
    rungs = (RungReading(id="rules_automation", solution=S.RULES_AUTOMATION, means="m", holds=None, probability=suffices, conditions=()),)
    figure = Figure(name="f", low=1, likely=2, high=3, unit="EUR", basis=Basis.COMPUTED, how="h")
    options = tuple(
        OptionEconomics(
            solution=one,
            build_cost=figure,
            run_cost_per_month=figure,
            effect_per_month=figure if effect else None,
            payback_month=month if effect else None,
            twelve_month_result=1.0 if effect else None,
        )
        for one, month in zip((S.RULES_AUTOMATION, S.HYBRID), paybacks, strict=True)
    )
    readings = tuple(
        DimensionReading(
            dimension=f"d{at}",
            name=f"Dimension {at}",
            least=2,
            level=None,
            means=None,
            needs="n",
            proof=None,
            state=state,
            disputed=False,
            claims=(),
            next_step="Ask.",
            roles=(),
        )
        for at, state in enumerate(gates)
    )
    return GoalDecision(
        goal_id="o-1",
        statement="Answer faster",
        necessity=NecessityAssessment(
            rung=solution.value if solution else None,
            solution=solution,
            certainty=certainty if solution else Certainty.OPEN,
            confidence=0.9,
            ai_probability=0.1,
            ladder=rungs,
            ratings=(),
            pivotal=(),
        ),
        readiness=ReadinessAssessment(solution=solution, dimensions=readings) if solution else None,
        economics=EconomicsComparison(metric="m", currency="EUR", options=options, assumptions=(), missing=() if effect else ("a KPI",)),
    )


@pytest.mark.parametrize(
    ("case", "course"),
    [
        (decision(None), C.UNDECIDED),
        (decision(None, suffices=0.3), C.DO_NOT_BUILD),
        (decision(None, paybacks=(None, None)), C.UNDECIDED),
        (decision(S.PROCESS_CHANGE), C.CHANGE_PROCESS),
        (decision(S.PROCESS_CHANGE, G.CLOSED), C.CHANGE_PROCESS),
        (decision(S.RULES_AUTOMATION), C.AUTOMATE),
        (decision(S.RULES_AUTOMATION, G.CLOSED), C.AUTOMATE),
        (decision(S.ANALYTICS, G.UNKNOWN), C.AUTOMATE),
        (decision(S.PREDICTIVE_ML, G.OPEN, G.CLOSED), C.PREPARE_FIRST),
        (decision(S.GENERATIVE_AI, G.CLOSED, G.UNKNOWN), C.PREPARE_FIRST),
        (decision(S.HYBRID, G.OPEN), C.BUILD_WITH_AI),
        (decision(S.GENERATIVE_AI, G.UNKNOWN), C.BUILD_WITH_AI),
        (decision(S.PREDICTIVE_ML, certainty=Certainty.LEANING), C.BUILD_WITH_AI),
        (decision(S.GENERATIVE_AI, G.CLOSED, paybacks=(None, None)), C.DO_NOT_BUILD),
        (decision(S.RULES_AUTOMATION, paybacks=(HORIZON + 1, None)), C.DO_NOT_BUILD),
        (decision(S.RULES_AUTOMATION, paybacks=(HORIZON, None)), C.AUTOMATE),
        (decision(S.RULES_AUTOMATION, paybacks=(None, 20)), C.AUTOMATE),
        (decision(S.PROCESS_CHANGE, paybacks=(None, None)), C.DO_NOT_BUILD),
        (decision(S.RULES_AUTOMATION, effect=False), C.AUTOMATE),
    ],
)
def test_the_course_follows_from_verdict_data_and_money(case: GoalDecision, course: Course) -> None:
    found, why = course_of(case, HORIZON)
    assert found is course
    assert why.endswith(".")


def test_an_unknown_gate_of_a_class_with_ai_is_named_as_what_comes_first() -> None:
    assert "dimension 0" in course_of(decision(S.HYBRID, G.UNKNOWN))[1]
    assert "dimension 0" in course_of(decision(S.HYBRID, G.CLOSED))[1]


@pytest.mark.parametrize(
    ("courses", "whole"),
    [
        ((), C.UNDECIDED),
        ((C.DO_NOT_BUILD, C.DO_NOT_BUILD), C.DO_NOT_BUILD),
        ((C.DO_NOT_BUILD, C.CHANGE_PROCESS), C.CHANGE_PROCESS),
        ((C.DO_NOT_BUILD, C.UNDECIDED), C.UNDECIDED),
        ((C.UNDECIDED, C.CHANGE_PROCESS), C.CHANGE_PROCESS),
        ((C.BUILD_WITH_AI, C.AUTOMATE, C.DO_NOT_BUILD), C.BUILD_WITH_AI),
        ((C.PREPARE_FIRST, C.AUTOMATE), C.PREPARE_FIRST),
    ],
)
def test_the_whole_does_as_much_as_the_goal_that_does_most(courses: tuple[Course, ...], whole: Course) -> None:
    assert course_of_all(courses) is whole


def test_only_blueprints_that_build_nothing_have_a_memo() -> None:
    assert set(BUILDS_NOTHING) == {cast(Course, C.DO_NOT_BUILD), C.CHANGE_PROCESS}
