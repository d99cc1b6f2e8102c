"""Goals by weight and in parts: nothing is lost, nothing is doubled but a goal that goes on, and no part is much too long."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.discovery.report.large.goals import cut, ranked, ranked_kpis
from discovery_agent.discovery.report.large.survey import Weight, nodes_of
from discovery_agent.domain.findings import Kpi
from discovery_agent.domain.goals import BusinessGoalNode, GoalTree, KpiNode, OperationalGoalNode

counts = st.integers(0, 9)


@st.composite
def trees(draw: st.DrawFn) -> GoalTree:
    """Trees of any shape; each node has an id of its own."""
    number = iter(range(10_000))

    def kpis() -> tuple[KpiNode, ...]:
        return tuple(KpiNode(id=f"k{next(number)}", statement="Time", kpi=Kpi(metric="time"), finding_ids=()) for _ in range(draw(counts)))

    def operational() -> tuple[OperationalGoalNode, ...]:
        return tuple(
            OperationalGoalNode(id=f"o{next(number)}", statement="Sort", finding_ids=(), kpis=kpis())
            for _ in range(draw(st.integers(0, 4)))
        )

    return GoalTree(
        business_goals=tuple(
            BusinessGoalNode(id=f"b{next(number)}", statement="Pay", finding_ids=(), operational_goals=operational(), kpis=kpis())
            for _ in range(draw(st.integers(0, 4)))
        ),
        unlinked_operational_goals=operational(),
        unlinked_kpis=kpis(),
    )


@settings(max_examples=60, deadline=None)
@given(trees(), st.integers(1, 12))
def test_the_parts_hold_every_goal_and_kpi_where_it_hangs(tree: GoalTree, size: int) -> None:
    parts = [*cut(tree, size)]
    kpis = Counter(node.id for part in parts for node in nodes_of(part) if isinstance(node, KpiNode))
    assert kpis == Counter(node.id for node in tree.kpis)
    assert {node.id for part in parts for node in nodes_of(part)} == {node.id for node in nodes_of(tree)}
    above = {
        (goal.id, kpi.id) for goal in tree.business_goals for kpi in (*goal.kpis, *(one for o in goal.operational_goals for one in o.kpis))
    }
    found = {
        (goal.id, kpi.id)
        for part in parts
        for goal in part.business_goals
        for kpi in (*goal.kpis, *(one for o in goal.operational_goals for one in o.kpis))
    }
    assert found == above


@settings(max_examples=60, deadline=None)
@given(trees(), st.integers(1, 12))
def test_no_part_is_empty_or_more_than_twice_as_long_as_asked_for(tree: GoalTree, size: int) -> None:
    for part in cut(tree, size):
        assert 0 < len([*nodes_of(part)]) <= 2 * size + 1
        assert Counter(node.id for node in nodes_of(part)).most_common(1)[0][1] == 1


@settings(max_examples=40, deadline=None)
@given(trees(), st.data())
def test_what_most_people_speak_of_comes_first_on_every_level(tree: GoalTree, data: st.DataObject) -> None:
    weights = {node.id: Weight(data.draw(counts), data.draw(counts), data.draw(counts)) for node in nodes_of(tree)}
    best = ranked(tree, weights)
    levels = [best.business_goals, best.unlinked_operational_goals, best.unlinked_kpis]
    levels += [level for goal in best.business_goals for level in (goal.operational_goals, goal.kpis)]
    for level in [*levels, ranked_kpis(tree, weights)]:
        ranks = [(weights[node.id].people, weights[node.id].conversations, weights[node.id].findings) for node in level]
        assert ranks == sorted(ranks, reverse=True)
    assert Counter(node.id for node in nodes_of(best)) == Counter(node.id for node in nodes_of(tree))
