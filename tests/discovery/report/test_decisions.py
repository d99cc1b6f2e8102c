"""What the report shows of verdicts, conflicts, data and the agenda."""

from __future__ import annotations

from html import unescape

import pytest

from discovery_agent.discovery.report.decision_view import DecisionsView, figure_words, solution_label
from discovery_agent.discovery.report.html import render_html
from discovery_agent.discovery.report.markdown import render_markdown
from discovery_agent.discovery.report.view import ReportView, build_view
from discovery_agent.domain.decisions import ratings_of
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import assess
from discovery_agent.domain.readiness import assess_readiness
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests.domain.said import finding
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


@pytest.fixture(scope="module")
def by_rules() -> ReportView:
    """The same engagement, where rules suffice for the first goal and nobody spoke of its data."""
    made, tables = engagement(), load_tables(data_folder("knowledge"))
    assert made.decisions
    said = [
        finding(FindingKind.CRITERION, text, "Lena", turn, criterion=criterion)
        for turn, (text, criterion) in enumerate(
            (
                ("Six steps, always the same.", ("cause", "effort")),
                ("It is booked or not.", ("output", "fixed_action")),
                ("All on one page.", ("rules", "complete")),
                ("All in the ERP.", ("input", "fields")),
            )
        )
    ]
    necessity = assess(tables.ladder, ratings_of(said))
    readiness = assess_readiness(tables.readiness, SolutionClass.RULES_AUTOMATION, ())
    first = made.decisions.goals[0].model_copy(update={"necessity": necessity, "readiness": readiness})
    decisions = made.decisions.model_copy(update={"goals": (first, *made.decisions.goals[1:])})
    return build_view(made.model_copy(update={"decisions": decisions}))


def test_a_gate_says_the_least_level_that_is_needed(by_rules: ReportView) -> None:
    page, text = render_html(by_rules), render_markdown(by_rules, ["one", "two"])
    assert by_rules.decisions
    gates = [gate for gate in by_rules.decisions.verdicts[0].gates if gate.next_step]
    assert any(gate.needs == "many errors or gaps" for gate in gates)
    for gate in gates:
        assert f"Needs at least: “{gate.needs}”." in unescape(page)
        assert f"Needs at least: “{gate.needs}”." in text


def test_the_key_of_an_assumption_is_for_files_and_not_for_readers(report: ReportView, decisions: DecisionsView) -> None:
    used = [figure for verdict in decisions.verdicts for figure in verdict.assumptions]
    page, text = render_html(report), render_markdown(report, ["one", "two"])
    assert "day_rate" in {figure.how for figure in used}
    for figure in used:
        assert figure_words(figure) in page
        assert figure.how not in page and figure.how not in text


def test_an_answer_after_which_nothing_suffices_says_so() -> None:
    assert solution_label(None) == "none of the solutions"


def test_without_decisions_the_sections_are_left_out() -> None:
    view = build_view(engagement().model_copy(update={"decisions": None}))
    assert 'id="verdicts"' not in render_html(view)
    assert "Is AI needed?" not in render_markdown(view, ["one", "two"])
