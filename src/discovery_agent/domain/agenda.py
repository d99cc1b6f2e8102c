"""What to ask next, of whom, and which decision waits for it: ranked by what an answer could change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.conversation import Role, Stakeholder, Value, content_id
from discovery_agent.domain.goals import GoalTree, KpiNode
from discovery_agent.domain.ladder import Ladder
from discovery_agent.domain.necessity import Certainty, NecessityAssessment, PivotalCriterion
from discovery_agent.domain.readiness import GateState, ReadinessAssessment

# What an answer is worth when it is not bits of a verdict. One bit, the doubt between two equally likely verdicts,
# is worth 1; everything else is set beside that.
WORTH_OF_CONFLICT = 0.9
WORTH_OF_GATE = 0.45
WORTH_OF_KPI = {"target": 0.6, "baseline": 0.5, "deadline": 0.3, "owner": 0.25, "measured_by": 0.2}
WORTH_OF_GOAL_WITHOUT_KPI = 0.7
# A closed gate, or a contradiction that decides a verdict, comes before the others of its kind.
DECIDES = 1.5
# Of a large staff, so many who could answer are named with a question.
MOST_PEOPLE = 12

_KPI_QUESTIONS = {
    "target": "What value of “{metric}” would you call a success?",
    "baseline": "Where does “{metric}” stand today, and how do you know?",
    "deadline": "By when should “{metric}” be reached?",
    "owner": "Who answers for “{metric}”?",
    "measured_by": "How is “{metric}” measured, and how often?",
}
_KPI_REASONS = {
    "target": "without a target nobody can say when it is reached",
    "baseline": "without today's value no progress can be seen",
    "deadline": "a target without a date is a wish",
    "owner": "a KPI that nobody answers for is not steered",
    "measured_by": "a KPI must be read the same way every time",
}
_KPI_ROLES = {
    "target": (Role.SPONSOR, Role.BUSINESS),
    "baseline": (Role.BUSINESS, Role.END_USER, Role.TECHNICAL),
    "deadline": (Role.SPONSOR, Role.BUSINESS),
    "owner": (Role.SPONSOR, Role.BUSINESS),
    "measured_by": (Role.TECHNICAL, Role.BUSINESS),
}


class Feeds(StrEnum):
    """Which decision waits for the answer."""

    VERDICT = "verdict"
    READINESS = "readiness"
    CONFLICT = "conflict"
    KPI = "kpi"
    GOAL = "goal"


class AgendaItem(Value):
    """One question for the next meeting."""

    id: str
    question: str
    why: str = Field(description="What the answer decides, in half a line.")
    feeds: Feeds
    asks: str | None = Field(
        default=None, description="What it asks for: id of a criterion or of a dimension of the data, or the field of a KPI."
    )
    about: str = Field(description="The goal, KPI or conflict it belongs to.")
    roles: tuple[Role, ...] = Field(description="Who can know it, best first.")
    people: tuple[str, ...] = Field(description="Those of them who took part, at most 12; empty if nobody with such a role was heard.")
    worth: float = Field(ge=0, description="What an answer could change; bits of the verdict, or set beside them.")


class GoalQuestion(Value):
    """A goal with its two assessments, as far as the agenda needs them."""

    goal: str
    necessity: NecessityAssessment
    readiness: ReadinessAssessment | None


def build_agenda(
    goals: Sequence[GoalQuestion], tree: GoalTree, conflicts: Sequence[Conflict], people: Sequence[Stakeholder], ladder: Ladder
) -> tuple[AgendaItem, ...]:
    """Every open question, the one whose answer could change most first. Each question occurs once."""
    known = _People(people)
    items = [
        *(item for goal in goals for item in _of_goal(goal, known, ladder)),
        *(_of_conflict(conflict, known) for conflict in conflicts if conflict.real),
        *(item for node in tree.kpis for item in _of_kpi(node, known)),
        *_goals_without_kpi(tree, known),
    ]
    best: dict[str, AgendaItem] = {}
    for item in items:
        if item.question not in best or item.worth > best[item.question].worth:
            best[item.question] = item
    return tuple(sorted(best.values(), key=lambda item: -item.worth))


def by_person(agenda: Iterable[AgendaItem]) -> dict[str, tuple[AgendaItem, ...]]:
    """Who is asked what: each question with the first person who can know it; under a role where nobody was heard."""
    grouped: dict[str, list[AgendaItem]] = {}
    for item in agenda:
        name = item.people[0] if item.people else f"Somebody not heard yet ({item.roles[0].value.replace('_', ' ')})"
        grouped.setdefault(name, []).append(item)
    return {name: tuple(items) for name, items in grouped.items()}


class _People:
    """Names by role, of thousands of people if need be."""

    def __init__(self, people: Sequence[Stakeholder]) -> None:
        self._names: dict[Role, list[str]] = {}
        for person in people:
            names = self._names.setdefault(person.role, [])
            if len(names) < MOST_PEOPLE:
                names.append(person.name)

    def of(self, roles: Sequence[Role]) -> tuple[str, ...]:
        """Those with one of the roles, the best role first."""
        return tuple(dict.fromkeys(name for role in roles for name in self._names.get(role, ())))[:MOST_PEOPLE]


def _item(
    feeds: Feeds,
    about: str,
    question: str,
    why: str,
    roles: Sequence[Role],
    people: _People,
    worth: float,
    asks: str | None = None,
) -> AgendaItem:
    return AgendaItem(
        id=content_id("a", feeds.value, about, question),
        question=question,
        why=why,
        feeds=feeds,
        asks=asks,
        about=about,
        roles=tuple(roles),
        people=people.of(roles),
        worth=round(worth, 4),
    )


def _of_goal(goal: GoalQuestion, people: _People, ladder: Ladder) -> Iterable[AgendaItem]:
    for pivotal in goal.necessity.pivotal:
        criterion = ladder.criterion(pivotal.criterion)
        yield _item(Feeds.VERDICT, goal.goal, pivotal.question, _decides(pivotal), criterion.roles, people, pivotal.worth, criterion.id)
    if goal.readiness is None or goal.necessity.certainty is Certainty.OPEN:
        return
    for gap in goal.readiness.gaps:
        why = f"{goal.readiness.solution.label} waits for {gap.name.lower()}"
        worth = WORTH_OF_GATE * (DECIDES if gap.state is GateState.CLOSED else 1)
        yield _item(Feeds.READINESS, goal.goal, gap.next_step or "", why, gap.roles, people, worth, gap.dimension)


def _decides(pivotal: PivotalCriterion) -> str:
    """What hangs on the answer: which solutions it can lead to, and whether it can leave none."""
    labels = list(dict.fromkeys(solution.label for _, solution in pivotal.outcomes if solution))
    may_leave_none = any(solution is None for _, solution in pivotal.outcomes)
    if len(labels) > 1:
        return f"the answer decides between {' and '.join(labels)}{', or none of them' if may_leave_none else ''}"
    if labels and may_leave_none:
        return f"the answer decides whether {labels[0]} suffices, or nothing does"
    return "the answer makes the verdict firmer"


def _of_conflict(conflict: Conflict, people: _People) -> AgendaItem:
    parties = [speaker for side in conflict.sides for speaker in side.speakers]
    worth = WORTH_OF_CONFLICT * (DECIDES if conflict.decides else 1)
    why = "the verdict depends on who is right" if conflict.decides else "both cannot hold"
    item = _item(Feeds.CONFLICT, conflict.about, conflict.crux, why, (Role.SPONSOR, Role.BUSINESS), people, worth)
    return item.model_copy(update={"people": tuple(dict.fromkeys(parties))[:MOST_PEOPLE] or item.people})


def _of_kpi(node: KpiNode, people: _People) -> Iterable[AgendaItem]:
    for gap in node.kpi.gaps:
        question = _KPI_QUESTIONS[gap].format(metric=node.kpi.metric)
        why = _KPI_REASONS[gap]
        yield _item(Feeds.KPI, node.kpi.metric, question, why, _KPI_ROLES[gap], people, WORTH_OF_KPI[gap], gap)


def _goals_without_kpi(tree: GoalTree, people: _People) -> Iterable[AgendaItem]:
    for goal in tree.business_goals:
        if goal.kpis or any(child.kpis for child in goal.operational_goals):
            continue
        question = f"How would you notice, in figures, that this was reached: {goal.statement.rstrip('.')}?"
        yield _item(
            Feeds.GOAL,
            goal.statement,
            question,
            "no KPI was said for this goal",
            (Role.SPONSOR, Role.BUSINESS),
            people,
            WORTH_OF_GOAL_WITHOUT_KPI,
        )
