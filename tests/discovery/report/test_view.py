"""The view model: numbers, gaps, disputes, bars, the tree and what is kept apart."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.report.kpi_view import bar
from discovery_agent.discovery.report.view import ReportView, build_view
from discovery_agent.discovery.results import ConversationAnalysis
from discovery_agent.domain.findings import Direction, FindingKind, FindingStatus, Kpi
from discovery_agent.domain.goals import GoalTree
from tests.builders import amount, business_node, conversation, engagement_of, finding, kpi_node
from tests.example import engagement


@pytest.fixture
def view() -> ReportView:
    return build_view(engagement())


def test_findings_are_numbered_in_the_order_of_the_conversations(view: ReportView) -> None:
    assert [item.number for item in view.findings] == list(range(1, 27))
    assert view.findings[0].label == "F1"
    assert view.findings[-1].conversation == 2


def test_every_kind_has_its_group(view: ReportView) -> None:
    assert {group.kind for group in view.kinds} == set(FindingKind)
    assert sum(len(group.findings) for group in view.kinds) == 26


def test_a_kpi_says_what_is_missing(view: ReportView) -> None:
    gaps = {kpi.metric: kpi.gaps for kpi in view.kpis}
    assert gaps["Claimants who leave"] == ()
    assert gaps["Handling cost per claim"] == ("deadline", "way to measure", "owner")
    assert view.missing == 10


def test_gaps_are_counted_over_kpis_with_the_most_frequent_first(view: ReportView) -> None:
    assert [(gap.label, gap.count) for gap in view.kpi_gaps] == [
        ("no way to measure", 3),
        ("no owner", 3),
        ("no deadline", 2),
        ("no baseline", 1),
        ("no target", 1),
    ]


def test_a_broken_chain_of_goals_is_a_gap(view: ReportView) -> None:
    assert {gap.label: gap.count for gap in view.tree_gaps} == {
        "operational goals without a KPI": 1,
        "operational goals tied to no business goal": 1,
        "KPIs tied to no goal": 1,
    }


def test_a_dispute_shows_every_value_with_who_said_it(view: ReportView) -> None:
    (kpi,) = view.disputed
    (field,) = kpi.disputes
    said = [(one.text, [person.name for person in one.people]) for one in field.disputed]
    assert said == [("5 days", ["Tomas Lind"]), ("3 days", ["Anna Berg"])]


def test_the_tree_keeps_orphans_apart(view: ReportView) -> None:
    assert [goal.statement for goal in view.tree.orphan_goals] == ["Tell customers the status before they call"]
    assert [kpi.metric for kpi in view.tree.orphan_kpis] == ["Calls about the status"]
    assert [len(goal.all_kpis) for goal in view.tree.business_goals] == [2, 1]


def test_stakeholders_are_one_person_across_conversations(view: ReportView) -> None:
    anna = next(person for person in view.stakeholders if person.name == "Anna Berg")
    assert anna.role == "sponsor"
    assert {item.conversation for item in anna.findings} == {1, 2}
    assert sum(person.share for person in view.stakeholders) == pytest.approx(100, abs=0.5)


def test_who_was_not_heard_is_named(view: ReportView) -> None:
    assert [person.name for person in view.unheard] == ["Lena Fox"]


def test_unverified_claims_keep_their_reason_and_their_place(view: ReportView) -> None:
    (claim, _) = view.unverified
    assert claim.quotes[0].reason == "The source says 9, the quote says 4."
    assert claim.quotes[0].anchor == "c1u2"


def test_confirmed_findings_are_counted() -> None:
    talk = conversation([("Ada", "We want happy customers.")])
    goal = finding(talk, FindingKind.BUSINESS_GOAL, "Happy", [(0, "happy customers")], status=FindingStatus.CONFIRMED)
    view = build_view(engagement_of(ConversationAnalysis(conversation=talk, analyst="rules", findings=(goal,))))
    assert view.approved == 1


def test_a_quote_whose_words_are_elsewhere_gets_no_place() -> None:
    talk = conversation([("Ada", "We want happy customers.")])
    goal = finding(talk, FindingKind.BUSINESS_GOAL, "Happy", [(0, "happy customers")])
    moved = goal.quotes[0].model_copy(update={"start": 0, "end": 15})
    lost = goal.quotes[0].model_copy(update={"utterance_id": "u99"})
    broken = goal.model_copy(update={"quotes": (moved, lost)})
    view = build_view(engagement_of(ConversationAnalysis(conversation=talk, analyst="rules", findings=(broken,))))
    assert [quote.place for quote in view.findings[0].quotes] == [None, None]
    assert not view.transcripts[0].utterances[0].quoted


def test_a_node_whose_findings_are_unknown_still_shows() -> None:
    talk = conversation([("Ada", "We want happy customers.")])
    goal = finding(talk, FindingKind.BUSINESS_GOAL, "Happy", [(0, "happy customers")])
    tree = GoalTree(business_goals=(business_node([goal], [], [kpi_node("Churn", Kpi(metric="Churn"), [goal])]),))
    view = build_view(engagement_of(ConversationAnalysis(conversation=talk, analyst="rules"), goal_tree=tree))
    assert view.tree.business_goals[0].findings == ()


def test_an_empty_engagement_has_a_view() -> None:
    view = build_view(engagement_of())
    assert view.tree.is_empty
    assert view.kpis == ()


def test_a_bar_compares_baseline_and_target_on_one_scale() -> None:
    drawn = bar(Kpi(metric="time", baseline=amount(9, "days"), target=amount(3, "day")))
    assert drawn
    assert (drawn.baseline, drawn.target, drawn.computed) == (100.0, 33.3, False)


def test_a_bar_works_a_relative_target_out() -> None:
    drawn = bar(Kpi(metric="cost", direction=Direction.DECREASE, baseline=amount(40, "EUR"), change=amount(25, "%")))
    assert drawn
    assert (drawn.target, drawn.computed) == (75.0, True)


def test_durations_in_other_units_share_a_scale() -> None:
    drawn = bar(Kpi(metric="wait", baseline=amount(2, "days"), target=amount(12, "hours")), (amount(1, "day"),))
    assert drawn and (drawn.baseline, drawn.target, drawn.others) == (100.0, 25.0, (50.0,))


@pytest.mark.parametrize(
    "kpi",
    [
        Kpi(metric="nothing said"),
        Kpi(metric="units differ", baseline=amount(2, "hours"), target=amount(30, "%")),
        Kpi(metric="below zero", baseline=amount(-5, "%")),
        Kpi(metric="zero", baseline=amount(0, "%"), target=amount(0, "%")),
    ],
    ids=lambda kpi: kpi.metric,
)
def test_what_cannot_be_compared_is_not_drawn(kpi: Kpi) -> None:
    assert bar(kpi) is None


def test_a_change_of_which_nobody_said_the_direction_is_not_worked_out() -> None:
    drawn = bar(Kpi(metric="cost", baseline=amount(40, "EUR"), change=amount(50, "%")))
    assert drawn is not None
    assert drawn.target is None


def test_kpis_with_both_figures_lead_the_summary(view: ReportView) -> None:
    assert [kpi.number for kpi in view.leading_kpis] == [1, 2, 3, 4]


def test_a_change_of_a_percentage_is_ambiguous_and_not_worked_out() -> None:
    drawn = bar(Kpi(metric="share", baseline=amount(40, "%"), change=amount(-10, "%")))
    assert drawn
    assert drawn.target is None


def test_limits_say_what_this_very_report_cannot_tell() -> None:
    view = build_view(engagement())
    text = " ".join(view.limits)
    assert "not settled" in text and "rest on one voice" in text and "facts about the KPIs were not said" in text
    assert any("rules and a small local model" in line for line in view.limits)


def test_what_a_solution_has_to_live_with_comes_in_turn() -> None:
    kinds = [finding.kind for finding in build_view(engagement()).frame]
    assert {FindingKind.CONSTRAINT, FindingKind.RISK} <= set(kinds[:3])
