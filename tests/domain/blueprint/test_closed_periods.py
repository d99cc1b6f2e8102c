"""Times in which something must not be touched are held against the schedule; the warning names task, dates and the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.domain.blueprint.test_limits import base, said, texts
from tests.domain.said import finding

from discovery_agent.domain.blueprint.claims import Severity
from discovery_agent.domain.blueprint.closed_periods import closed_periods
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.blueprint.said_limit import LimitKind, LimitState
from discovery_agent.domain.findings import FindingKind


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("From May to August there is a freeze, nothing is changed on the lines.", date(2026, 5, 1), date(2026, 8, 31)),
        ("Don't touch Navision before 15 June 2026.", date(2026, 3, 12), date(2026, 6, 14)),
        ("There's a change freeze until the end of April.", date(2026, 3, 12), date(2026, 4, 30)),
        ("Between 1 December and 15 January 2027 no changes go into production.", date(2026, 12, 1), date(2027, 1, 15)),
    ],
)
def test_the_days_of_a_period_are_read_from_its_words(text: str, first: date, last: date) -> None:
    (period,) = closed_periods(said(text))
    assert (period.begins, period.day, period.kind) == (first, last, LimitKind.PERIOD)


@pytest.mark.parametrize(
    "text", ["We deliver from May to August.", "Payments above 50,000 need two signatures.", "It must be live before June."]
)
def test_what_closes_nothing_is_no_period(text: str) -> None:
    assert closed_periods(said(text)) == ()


def test_before_that_is_the_day_that_was_named_in_the_same_breath() -> None:
    talk = base().findings[0].quotes[0].conversation_id
    named = finding(FindingKind.DECISION, "The upgrade goes live on 15 June 2026", "Jonas Weber", 50, conversation=talk)
    limit = finding(FindingKind.CONSTRAINT, "I don't want to touch the order interface before that.", "Jonas Weber", 50, conversation=talk)
    (period,) = closed_periods(replace(base(), findings=[*base().findings, named, limit]))
    assert period.day == date(2026, 6, 14)


def test_work_in_a_closed_time_is_a_warning_that_names_task_dates_and_words() -> None:
    version = compose(said("Don't touch Navision before 15 June 2026."))
    (limit,) = version.limits
    assert limit.state is LimitState.EXCEEDED and "“Read from and write to Navision” (" in limit.text and "2026" in limit.text
    assert "Ingrid Dahl: “Don't touch Navision before 15 June 2026”" in limit.text
    (defect,) = [one for one in version.defects if one.rule == "plan_exceeds_what_was_said"]
    assert defect.severity is Severity.WARNS and defect.text == limit.text and "Ingrid Dahl" in defect.remedy
    assert version.plan and limit.text in version.plan.forecast.warnings
    assert limit.text in texts(version, SectionId.RISKS, "limits")
    assert not [one for one in version.defects if one.severity is Severity.BLOCKS]


def test_a_freeze_that_names_nothing_of_the_plan_names_pilot_and_roll_out_and_says_that_nobody_told() -> None:
    version = compose(said("From May to August there is a freeze, nothing is changed on the lines."))
    (limit,) = version.limits
    assert limit.state is LimitState.EXCEEDED and "nobody said" in limit.text and "Try it with one team" in limit.text


def test_a_closed_time_outside_the_plan_is_kept() -> None:
    version = compose(said("From October to December there is a freeze, nothing is changed."))
    (limit,) = version.limits
    assert limit.state is LimitState.KEPT and "plan_exceeds_what_was_said" not in {one.rule for one in version.defects}
