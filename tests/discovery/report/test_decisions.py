"""What the report shows of verdicts, conflicts, data and the agenda."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.report.decision_view import DecisionsView
from discovery_agent.discovery.report.html import render_html
from discovery_agent.discovery.report.markdown import render_markdown
from discovery_agent.discovery.report.view import ReportView, build_view
from tests.example import engagement


@pytest.fixture(scope="module")
def report() -> ReportView:
    return build_view(engagement())


@pytest.fixture(scope="module")
def decisions(report: ReportView) -> DecisionsView:
    assert report.decisions
    return report.decisions


def test_each_operational_goal_has_its_verdict(decisions: DecisionsView, report: ReportView) -> None:
    goals = [goal.statement for root in report.tree.business_goals for goal in root.operational_goals]
    goals += [goal.statement for goal in report.tree.orphan_goals]
    assert sorted(verdict.goal for verdict in decisions.verdicts) == sorted(goals)


def test_a_rung_that_fails_says_what_it_lacks_with_the_finding_that_shows_it(decisions: DecisionsView) -> None:
    rules = next(step for step in decisions.verdicts[0].steps if step.label == "Automation by rules")
    assert rules.state == "fails"
    assert any("fixed form" in lack.text and lack.findings and lack.findings[0].statement.startswith("Input") for lack in rules.lacks)


def test_two_people_on_one_criterion_are_shown_with_both_quotes(decisions: DecisionsView) -> None:
    sides = [side for verdict in decisions.verdicts for conflict in verdict.contradictions for side in conflict.sides]
    assert {name for side in sides for name in side.people} == {"Priya Nair", "Tomas Lind"}
    assert all(side.quotes for side in sides)


def test_every_gap_of_the_data_names_the_next_step(decisions: DecisionsView) -> None:
    gates = [gate for verdict in decisions.verdicts for gate in verdict.gates]
    assert all(bool(gate.next_step) == (gate.state != "open") for gate in gates)


def test_the_agenda_is_by_person_and_no_question_occurs_twice(decisions: DecisionsView) -> None:
    questions = [item.question for _, items in decisions.agenda for item in items]
    assert len(questions) == len(set(questions)) > 0
    for _, items in decisions.agenda:
        assert [item.worth for item in items] == sorted((item.worth for item in items), reverse=True)


def test_the_two_targets_are_a_conflict(decisions: DecisionsView) -> None:
    target = next(conflict for conflict in decisions.conflicts if conflict.label == "Target")
    assert target.crux == "Is the target of Time to pay a simple motor claim Five days or three days?"


def test_page_and_markdown_say_the_verdict(report: ReportView, decisions: DecisionsView) -> None:
    page, text = render_html(report), render_markdown(report, ["one", "two"])
    for verdict in decisions.verdicts:
        assert verdict.headline in page
        assert verdict.headline in text
    assert "Is AI needed?" in text and "Ask next" in text


def test_without_decisions_the_sections_are_left_out() -> None:
    view = build_view(engagement().model_copy(update={"decisions": None}))
    assert 'id="verdicts"' not in render_html(view)
    assert "Is AI needed?" not in render_markdown(view, ["one", "two"])
