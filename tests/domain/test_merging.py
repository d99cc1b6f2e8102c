"""The goal tree: what says the same is one node, what differs is shown, and nothing is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import amount, conversation, finding

from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import Amount, Direction, Finding, FindingKind, FindingStatus, Kpi
from discovery_agent.domain.goals import GoalTree, KpiNode
from discovery_agent.domain.merging import build_goal_tree, telling_words

BUSINESS, OPERATIONAL, MEASURE = FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL, FindingKind.KPI


def alike(left: str, right: str) -> float:
    """Share of the telling words that two statements have in common."""
    one, other = telling_words(left), telling_words(right)
    return len(one & other) / len(one | other) if one | other else 0.0


def long_meeting(turns: int = 40) -> Conversation:
    return conversation([("Ada" if turn % 2 else "Ben", f"What was said in turn {turn}.") for turn in range(turns)])


MEETING = long_meeting()


def said(
    kind: FindingKind, statement: str, turn: int, *, kpi: Kpi | None = None, status: FindingStatus = FindingStatus.PROPOSED
) -> Finding:
    return finding(MEETING, kind, statement, [(turn, "What was said")], kpi=kpi, status=status)


def measure(metric: str, turn: int, **fields: object) -> Finding:
    return said(MEASURE, metric, turn, kpi=Kpi.model_validate({"metric": metric, **fields}))


def tree_of(*findings: Finding) -> GoalTree:
    return build_goal_tree(findings, alike)


def only_kpi(*findings: Finding) -> KpiNode:
    (node,) = tree_of(*findings).kpis
    return node


@pytest.mark.parametrize(("now", "then"), [("EUR", "visits"), ("minutes", "%"), ("visits", "months")])
def test_a_joined_kpi_shows_no_baseline_that_cannot_be_compared_with_its_target(now: str, then: str) -> None:
    first = measure("repeat visits", 0, target=amount(80, then))
    second = measure("repeat visits", 4, baseline=amount(48, now))
    node = only_kpi(first, second)
    assert node.kpi.target is not None
    assert node.kpi.baseline is None


def test_units_written_differently_still_join() -> None:
    node = only_kpi(
        measure("cost of a visit", 0, target=amount(40, "EUR")), measure("cost of a visit", 4, baseline=amount(48, "EUR per visit"))
    )
    assert node.kpi.baseline is not None
    assert node.kpi.target is not None


def test_the_same_goal_said_twice_is_one_node_that_cites_both() -> None:
    first = said(BUSINESS, "Keep more customers after a claim", 0)
    second = said(BUSINESS, "After a claim, keep more customers", 20)
    (goal,) = tree_of(first, second).business_goals
    assert goal.finding_ids == (first.id, second.id)
    assert goal.statement in {first.statement, second.statement}


def test_goals_that_differ_stay_apart() -> None:
    tree = tree_of(said(BUSINESS, "Keep more customers after a claim", 0), said(BUSINESS, "Lower the cost of handling", 1))
    assert len(tree.business_goals) == 2


def test_a_business_goal_and_an_operational_goal_in_the_same_words_stay_two() -> None:
    tree = tree_of(said(BUSINESS, "Shorten handling", 0), said(OPERATIONAL, "Shorten handling", 0))
    assert [len(goal.operational_goals) for goal in tree.business_goals] == [1]


def test_a_confirmed_wording_speaks_for_the_node() -> None:
    first = said(BUSINESS, "Keep more customers after a claim", 0)
    confirmed = said(BUSINESS, "After a claim, keep more customers", 20, status=FindingStatus.CONFIRMED)
    assert tree_of(first, confirmed).business_goals[0].statement == confirmed.statement


def test_a_kpi_with_differing_targets_is_one_disputed_node_and_nothing_is_averaged() -> None:
    node = only_kpi(
        measure("Time to pay a claim", 2, unit="days", baseline=amount(9, "days"), target=amount(5, "days")),
        measure("Time to pay a claim", 30, unit="days", baseline=amount(9, "days"), target=amount(3, "days")),
    )
    assert node.disputed == ("target",)
    assert node.kpi.target == amount(5, "days"), "the value said first"
    assert len(node.finding_ids) == 2


def test_one_day_against_four_hours_is_a_dispute() -> None:
    node = only_kpi(
        measure("Response time", 2, unit="days", target=amount(1, "days")),
        measure("Response time", 9, unit="hours", target=amount(4, "hours")),
    )
    assert node.disputed == ("target",)
    assert node.kpi.target == amount(1, "days")
    assert node.kpi.unit == "days"


def test_two_days_and_forty_eight_hours_are_no_dispute() -> None:
    node = only_kpi(
        measure("Response time", 2, unit="days", target=amount(2, "days")),
        measure("Response time", 9, unit="hours", target=amount(48, "hours")),
    )
    assert node.disputed == ()


def test_a_month_and_thirty_days_are_no_dispute_but_thirty_and_thirty_one_days_are() -> None:
    month = measure("Time to open an account", 2, unit="months", target=amount(1, "months"))
    assert only_kpi(month, measure("Time to open an account", 9, unit="days", target=amount(30, "days"))).disputed == ()
    near = measure("Time to open an account", 2, unit="days", target=amount(31, "days"))
    assert only_kpi(near, measure("Time to open an account", 9, unit="days", target=amount(30, "days"))).disputed == ("target",)


def test_a_range_and_a_single_figure_are_a_dispute() -> None:
    node = only_kpi(
        measure("Response time", 2, unit="days", target=amount(2, "days", upper=5)),
        measure("Response time", 9, unit="days", target=amount(2, "days")),
    )
    assert node.disputed == ("target",)


def test_a_figure_without_its_own_unit_takes_that_of_its_kpi() -> None:
    node = only_kpi(
        measure("Response time", 2, unit="days", target=Amount(value=5, text="five")),
        measure("Response time", 9, unit="days", target=amount(5, "days")),
    )
    assert node.disputed == ()
    assert (
        only_kpi(
            measure("Wait", 2, target=Amount(value=5, text="five")), measure("Wait", 9, unit="days", target=amount(5, "days"))
        ).disputed
        == ()
    )


def test_a_differing_deadline_and_a_differing_direction_are_disputes() -> None:
    node = only_kpi(
        measure("Share of calls answered", 2, deadline="by June", direction=Direction.INCREASE),
        measure("Share of calls answered", 9, deadline="by May", direction=Direction.MAINTAIN),
        measure("Share of calls answered", 12, deadline="By June"),
    )
    assert node.disputed == ("deadline", "direction")
    assert node.kpi.deadline == "by June"


def test_what_one_person_left_out_another_fills_in() -> None:
    node = only_kpi(measure("Cost per claim", 2, baseline=amount(38, "EUR")), measure("Cost per claim", 9, owner="Ada", unit="EUR"))
    assert (node.kpi.baseline, node.kpi.owner, node.kpi.unit, node.disputed) == (amount(38, "EUR"), "Ada", "EUR", ())


@pytest.mark.parametrize("metric", ["Complaints", "Complaints about late claims", "CO2"])
def test_kpis_in_units_that_cannot_be_compared_stay_apart_and_each_finds_its_own(metric: str) -> None:
    tree = tree_of(
        measure(metric, 2, unit="%", target=amount(5, "%")),
        measure(metric, 9, unit="EUR", target=amount(900, "EUR")),
        measure(metric, 20, unit="%", target=amount(4, "%")),
    )
    assert sorted((node.kpi.unit, node.disputed) for node in tree.kpis) == [("%", ("target",)), ("EUR", ())]


def test_a_kpi_without_a_unit_does_not_tie_two_units_together_that_cannot_be_compared() -> None:
    tree = tree_of(
        measure("Complaints", 2),
        measure("Complaints", 9, unit="%", target=amount(5, "%")),
        measure("Complaints", 20, unit="EUR", target=amount(900, "EUR")),
    )
    assert [(node.kpi.unit, node.disputed, len(node.finding_ids)) for node in tree.kpis] == [("%", (), 2), ("EUR", (), 1)]


def test_a_kpi_hangs_under_the_goal_it_shares_a_turn_with() -> None:
    near = said(OPERATIONAL, "Shorten the handling of claims", 3)
    far = said(OPERATIONAL, "Send letters about claims", 30)
    tree = tree_of(near, far, measure("Days until claims are handled", 3))
    homes = {goal.statement: [node.statement for node in goal.kpis] for goal in tree.unlinked_operational_goals}
    assert homes == {near.statement: ["Days until claims are handled"], far.statement: []}


def test_an_operational_goal_hangs_under_the_business_goal_it_is_most_alike_to() -> None:
    keep, cheap = said(BUSINESS, "Keep more motor customers", 0), said(BUSINESS, "Lower handling cost of claims", 30)
    tree = tree_of(keep, cheap, said(OPERATIONAL, "Lower handling cost of letters", 15))
    assert [len(goal.operational_goals) for goal in tree.business_goals] == [0, 1]


def test_what_serves_nothing_stays_visible_as_an_orphan() -> None:
    tree = tree_of(said(BUSINESS, "Keep customers", 0), said(OPERATIONAL, "Archive paper files", 20), measure("Energy use", 39))
    assert [goal.statement for goal in tree.unlinked_operational_goals] == ["Archive paper files"]
    assert [node.statement for node in tree.unlinked_kpis] == ["Energy use"]


def test_rejected_findings_are_left_out() -> None:
    gone = FindingStatus.REJECTED
    tree = tree_of(
        said(BUSINESS, "Keep customers", 0, status=gone),
        said(OPERATIONAL, "Archive files", 1, status=gone),
        said(MEASURE, "Energy", 2, kpi=Kpi(metric="Energy"), status=gone),
    )
    assert tree == GoalTree()


def test_a_kpi_of_which_nothing_but_its_name_is_known_is_not_lost() -> None:
    bare = said(MEASURE, "Customer satisfaction", 2)
    node = only_kpi(bare)
    assert (node.kpi.metric, node.finding_ids) == ("Customer satisfaction", (bare.id,))


def test_findings_of_other_kinds_are_no_part_of_the_tree() -> None:
    others = [kind for kind in FindingKind if kind not in (BUSINESS, OPERATIONAL, MEASURE)]
    assert tree_of(*(said(kind, "Photos arrive by mail", turn) for turn, kind in enumerate(others))) == GoalTree()


def cited(tree: GoalTree) -> Iterator[str]:
    for goal in tree.business_goals:
        yield from goal.finding_ids
        for below in goal.operational_goals:
            yield from below.finding_ids
    for goal in tree.unlinked_operational_goals:
        yield from goal.finding_ids
    for node in tree.kpis:
        yield from node.finding_ids


VERBS = ["shorten", "lower", "keep", "answer", "pay"]
THINGS = ["claims", "letters", "customers", "cost of handling", "calls", "CO2"]


@st.composite
def any_findings(draw: st.DrawFn) -> list[Finding]:
    found: dict[str, Finding] = {}
    for _ in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from([BUSINESS, OPERATIONAL, MEASURE, FindingKind.RISK]))
        statement = f"{draw(st.sampled_from(VERBS))} {draw(st.sampled_from(THINGS))}"
        unit = draw(st.sampled_from([None, "days", "hours", "%", "EUR"]))
        target = None if draw(st.booleans()) else amount(draw(st.integers(1, 3)), unit)
        one = said(
            kind,
            statement,
            draw(st.integers(0, 39)),
            kpi=Kpi(metric=statement, unit=unit, target=target) if kind is MEASURE and draw(st.booleans()) else None,
            status=draw(st.sampled_from(FindingStatus)),
        )
        found[one.id] = one
    return list(found.values())


@given(any_findings())
def test_every_live_goal_and_kpi_is_in_the_tree_exactly_once(findings: list[Finding]) -> None:
    wanted = [one.id for one in findings if one.kind in (BUSINESS, OPERATIONAL, MEASURE) and one.status is not FindingStatus.REJECTED]
    assert Counter(cited(build_goal_tree(findings, alike))) == Counter(wanted)


@given(any_findings())
def test_the_same_findings_give_the_same_tree_in_the_order_in_which_goals_were_first_said(findings: list[Finding]) -> None:
    tree = build_goal_tree(findings, alike)
    assert build_goal_tree(list(findings), alike) == tree
    places = {one.id: place for place, one in enumerate(findings)}

    def rising(nodes: Sequence[object]) -> bool:
        firsts = [places[node.finding_ids[0]] for node in nodes]  # type: ignore[attr-defined]
        return firsts == sorted(firsts)

    assert rising(tree.business_goals) and rising(tree.unlinked_operational_goals) and rising(tree.unlinked_kpis)
    assert all(rising(goal.operational_goals) and rising(goal.kpis) for goal in tree.business_goals)


def comparisons(count: int) -> int:
    """How often statements are compared for `count` findings in which common and rare words mix."""
    meeting = long_meeting(count)
    findings: list[Finding] = []
    for number in range(count):
        kind = (BUSINESS, OPERATIONAL, MEASURE)[number % 3]
        place = f"{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{chr(97 + number // 676 % 26)}site"
        statement = f"{VERBS[number % 5]} {THINGS[number % 4]} in {place} with less waiting time"
        kpi = Kpi(metric=statement, unit="days", target=amount(number, "days")) if kind is MEASURE else None
        findings.append(finding(meeting, kind, statement, [(number, "What was said")], kpi=kpi))
    calls = 0

    def counted(left: str, right: str) -> float:
        nonlocal calls
        calls += 1
        return alike(left, right)

    build_goal_tree(findings, counted)
    return calls


def test_ten_times_the_findings_take_about_ten_times_the_comparisons() -> None:
    small, large = comparisons(200), comparisons(2000)
    assert large / small < 14, (small, large)


def test_a_bare_name_and_one_that_says_of_what_are_one_measure_where_their_figures_are_the_same() -> None:
    bare = measure("handling time", 2, unit="minutes", baseline=amount(12, "minutes"), target=amount(5, "minutes"))
    full = measure(
        "handling time of renewal letters", 30, unit="minutes", baseline=amount(12, "minutes"), deadline="the end of May", owner="Omar"
    )
    (node,) = build_goal_tree([bare, full], lambda _left, _right: 0.0).kpis
    assert (node.kpi.metric, node.kpi.deadline, node.kpi.owner, node.disputed) == (
        "handling time of renewal letters",
        "the end of May",
        "Omar",
        (),
    )
    assert node.kpi.target is not None and node.kpi.target.value == 5


def test_a_bare_name_with_other_figures_is_a_measure_of_its_own() -> None:
    bare = measure("handling time", 2, unit="minutes", baseline=amount(40, "minutes"))
    full = measure("handling time of renewal letters", 30, unit="minutes", baseline=amount(12, "minutes"))
    assert len(build_goal_tree([bare, full], lambda _left, _right: 0.0).kpis) == 2
