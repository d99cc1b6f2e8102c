"""Budgets and dates that were said are held against the plan, and dates of KPIs against the work that moves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from tests.domain.blueprint.drafts import material_of
from tests.domain.said import finding

from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.blueprint.claims import Severity
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint, SectionId, content_hash_of
from discovery_agent.domain.blueprint.limits import limits_said
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.said_limit import LimitKind, LimitState, SaidLimit
from discovery_agent.domain.blueprint.texts import money
from discovery_agent.domain.conflicts import Conflict, ConflictKind, ConflictSide
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.planning.settings import PlanSettings

LIMIT, DECISION = FindingKind.CONSTRAINT, FindingKind.DECISION


@cache
def base() -> Material:
    """The case `automate`, whose plan costs about 40,000 EUR and begins in May 2026, with fewer runs."""
    material = material_of("automate")
    return replace(material, planning=material.planning.model_copy(update={"runs": 100}))


def said(text: str, kind: FindingKind = LIMIT) -> Material:
    one = finding(kind, text, "Ingrid Dahl", 50, conversation=base().findings[0].quotes[0].conversation_id)
    return replace(base(), findings=[*base().findings, one])


def drafted(text: str, kind: FindingKind = LIMIT) -> tuple[SaidLimit, Blueprint]:
    version = compose(said(text, kind))
    (limit,) = version.limits
    return limit, version


def texts(version: Blueprint, section_id: SectionId, part_id: str) -> list[str]:
    section = version.section(section_id)
    return [claim.text for part in section.parts if part.id == part_id for claim in part.claims] if section else []


def test_a_plan_beyond_the_budget_is_a_defect_that_names_both_figures_and_the_words() -> None:
    limit, version = drafted("We can spend no more than EUR 15,000 on this.")
    assert (limit.kind, limit.amount, limit.currency, limit.state) == (LimitKind.MONEY, 15_000, "EUR", LimitState.EXCEEDED)
    (defect,) = [one for one in version.defects if one.rule == "plan_exceeds_what_was_said"]
    assert defect.severity is Severity.WARNS and "15,000 EUR" in defect.text and "(P80)" in defect.text
    assert "We can spend no more than EUR 15,000 on this" in defect.text and "Ingrid Dahl" in defect.text
    assert texts(version, SectionId.SPONSOR_VISION, "limits") == [limit.text] == texts(version, SectionId.RISKS, "limits")
    assert version.plan and limit.text in version.plan.forecast.warnings


def test_a_plan_within_the_budget_says_so_in_a_line_and_is_no_defect() -> None:
    limit, version = drafted("I can free 90,000 euros for this, not more.")
    assert limit.state is LimitState.KEPT and "within 90,000 EUR" in limit.text
    assert texts(version, SectionId.SPONSOR_VISION, "limits") == [limit.text] and not texts(version, SectionId.RISKS, "limits")
    assert "plan_exceeds_what_was_said" not in {one.rule for one in version.defects}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The budget is SEK 900,000, and that is it.", "it was said in SEK"),
        ("I have ninety thousand for all of this, and that's it.", "no currency was named"),
        ("For the pilot we can spend EUR 20,000 at most.", "the pilot alone"),
    ],
)
def test_a_budget_that_cannot_be_compared_says_why(text: str, why: str) -> None:
    limit, version = drafted(text)
    assert limit.state is LimitState.NOT_COMPARED and "cannot be compared" in limit.text and why in limit.text
    assert "plan_exceeds_what_was_said" not in {one.rule for one in version.defects}


@pytest.mark.parametrize(("sum_", "state"), [("90,000", LimitState.KEPT), ("15,000", LimitState.EXCEEDED)])
def test_a_budget_in_another_currency_is_compared_in_that_currency_by_an_assumed_rate(sum_: str, state: LimitState) -> None:
    limit, version = drafted(f"We can spend no more than GBP {sum_} on this, all in.")
    assert (limit.currency, limit.state) == ("GBP", state)
    (rate,) = [one for one in version.assumptions if one.id == "exchange.EUR.GBP"]
    assert rate.low and rate.value and rate.high and rate.low < rate.value < rate.high and "dollar" in rate.source
    assert version.plan
    most = version.plan.forecast.budget.p80
    assert money(most, "EUR") in limit.text and money(most * rate.value, "GBP") in limit.text and f"{sum_} GBP" in limit.text
    assert not [one for one in version.defects if one.severity is Severity.BLOCKS]


def test_who_changes_the_rate_changes_the_comparison() -> None:
    given = said("We can spend no more than GBP 30,000 on this, all in.")
    (listed,) = [one for one in compose(given).assumptions if one.id == "exchange.EUR.GBP"]
    states: list[LimitState] = []
    for value in (0.1, 2.0):
        changed = listed.model_copy(update={"value": value, "changed_by": "Lea Brandt"})
        settings = PlanSettings(engagement_id="e-halden", id="settings", at=base().at, assumptions=(changed,))
        version = compose(replace(given, settings=settings))
        states += [one.state for one in version.limits]
        assert f"At {value:g} GBP for one EUR" in version.limits[0].text
    assert states == [LimitState.KEPT, LimitState.EXCEEDED]


@pytest.mark.parametrize(
    "text",
    [
        "Payments above EUR 50,000 need two signatures.",
        "Refunds of no more than EUR 200 are paid without asking.",
        "The survey costs us 640 euros a month at most.",
        "There's a change freeze until the end of April.",
        "Data protection wants the mails deleted by the end of 2027.",
    ],
)
def test_a_limit_of_the_daily_work_is_none_of_the_plan(text: str) -> None:
    assert limits_said(said(text)) == ()


def test_a_sum_that_two_people_say_is_one_limit_that_cites_both() -> None:
    talk = base().findings[0].quotes[0].conversation_id
    two = [
        finding(LIMIT, text, "Ingrid Dahl", turn, conversation=talk)
        for turn, text in ((50, "The budget is EUR 60,000."), (51, "We can spend EUR 60,000 at most."))
    ]
    (limit,) = limits_said(replace(base(), findings=[*base().findings, *two]))
    assert set(limit.findings) == {one.id for one in two}


@pytest.mark.parametrize(("text", "state"), [("by the end of May", LimitState.EXCEEDED), ("by the end of 2027", LimitState.KEPT)])
def test_a_date_that_was_decided_is_held_against_the_end_of_the_pilot(text: str, state: LimitState) -> None:
    limit, version = drafted(f"We agreed that the pilot runs {text}.", DECISION)
    assert (limit.kind, limit.of_pilot, limit.state) == (LimitKind.DATE, True, state)
    assert limit.day in (date(2026, 5, 31), date(2027, 12, 31)) and "the pilot ends by" in limit.text
    assert ("plan_exceeds_what_was_said" in {one.rule for one in version.defects}) is (state is LimitState.EXCEEDED)


def test_words_that_name_no_certain_day_are_not_compared() -> None:
    limit, _ = drafted("It has to be live by the summer season.")
    assert limit.day is None and limit.state is LimitState.NOT_COMPARED and "no certain day" in limit.text


def test_a_day_counts_from_the_conversation_in_which_it_was_said() -> None:
    talk = base().findings[0].quotes[0].conversation_id
    later = replace(said("The project ends by June."), held_on={talk: date(2027, 8, 1)})
    assert [one.day for one in limits_said(later)] == [date(2028, 6, 30)]


def test_of_a_budget_that_people_settled_what_they_settled_on_counts() -> None:
    high, low = "The budget is EUR 90,000.", "We can spend EUR 15,000 at most."
    talk = base().findings[0].quotes[0].conversation_id
    both = [finding(LIMIT, high, "Ingrid Dahl", 50, conversation=talk), finding(LIMIT, low, "Jonas Weber", 51, conversation=talk)]
    sides = tuple(ConflictSide(holds=one.statement, quotes=one.quotes, speakers=one.speakers) for one in both)
    conflict = Conflict(id="x-1", kind=ConflictKind.BUDGET_OR_TIME, about="budget", crux="How much may it cost?", sides=sides, real=True)
    settled = RegisteredConflict(
        engagement_id="e-halden",
        id="x-1",
        at=base().at,
        conflict=conflict,
        state=ConflictState.SETTLED,
        chosen=low,
        changed_by="Lea Brandt",
    )
    (limit,) = compose(replace(base(), findings=[*base().findings, *both], conflicts=(settled,))).limits
    assert (limit.amount, limit.state) == (15_000, LimitState.EXCEEDED) and "Lea Brandt" in limit.settled
    assert set(limit.findings) == {one.id for one in both}


def test_a_kpi_due_before_the_work_that_moves_it_ends_is_a_defect_and_a_warning_of_the_plan() -> None:
    late = replace(base(), settings=PlanSettings(engagement_id="e-halden", id="settings", at=base().at, starts_on=date(2026, 8, 3)))
    version = compose(late)
    (defect,) = [one for one in version.defects if one.rule == "kpi_due_before_the_work_ends"]
    assert "is due on 30 Sep 2026" in defect.text and "the work that moves it ends on" in defect.text and "(P80)" in defect.text
    assert version.plan and defect.text in version.plan.forecast.warnings


def test_a_kpi_due_before_the_plan_begins_is_one_too() -> None:
    late = replace(base(), settings=PlanSettings(engagement_id="e-halden", id="settings", at=base().at, starts_on=date(2026, 11, 2)))
    (defect,) = [one for one in compose(late).defects if one.rule == "kpi_due_before_the_work_ends"]
    assert "before the plan begins on 2 Nov 2026" in defect.text


def test_a_kpi_that_is_due_after_the_work_warns_of_nothing() -> None:
    version = compose(base())
    assert version.kpis[0].due == date(2026, 9, 30)
    assert "kpi_due_before_the_work_ends" not in {one.rule for one in version.defects}


def test_a_version_without_limits_has_the_hash_that_it_had_before_there_were_any() -> None:
    version = compose(base())
    assert version.limits == () and "limits" not in version.model_dump(exclude_defaults=True)
    choice = version.choices[0].model_dump(exclude_defaults=True)
    assert "departs_from" not in choice and content_hash_of(version.choices[0])
