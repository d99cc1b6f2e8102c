"""A KPI against its plan, both ways, in other units, and with what is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.blueprints import kpi

from discovery_agent.domain.blueprint.document import KpiTarget
from discovery_agent.domain.execution import CheckIn, Drift, DriftState, drift_of, standing_check_ins

START = date(2026, 4, 1)
# Of the 182 days from the first of April to the end of September, 91 lie before the first of July.
HALF = date(2026, 7, 1)
TODAY = date(2026, 7, 2)


def checked(value: float, day: date = HALF, **fields: Any) -> CheckIn:
    known = {
        "engagement_id": "e",
        "id": f"ci-{value}-{day}",
        "at": datetime(2026, 7, 1, tzinfo=UTC),
        "kpi_id": "kpi-1",
        "by": "Lea",
        "unit": "days",
    }
    return CheckIn.model_validate(known | {"value": value, "day": day} | fields)


def drift(target: KpiTarget, *check_ins: CheckIn, today: date = TODAY) -> Drift:
    return drift_of(target, check_ins, starts_on=START, said_on=date(2026, 2, 3), today=today)


@pytest.mark.parametrize(
    ("value", "state", "share"),
    [
        (6.5, DriftState.ON_TRACK, 0.5),
        (6.9, DriftState.ON_TRACK, 0.42),
        (7.1, DriftState.BEHIND, 0.38),
        (9.0, DriftState.BEHIND, 0.0),
        (9.1, DriftState.AWAY, -0.02),
        (4.0, DriftState.REACHED, 1.0),
        (3.0, DriftState.REACHED, 1.2),
    ],
)
def test_where_lower_is_better_the_line_falls_from_nine_to_four(value: float, state: DriftState, share: float) -> None:
    found = drift(kpi(), checked(value))
    assert found.state is state and found.share == pytest.approx(share)
    assert found.deadline_day == date(2026, 9, 30)
    assert bool(found.warning) is found.alarming
    if state in (DriftState.ON_TRACK, DriftState.BEHIND):
        assert found.expected == pytest.approx(6.5)


@pytest.mark.parametrize(
    ("value", "state"), [(75.0, DriftState.ON_TRACK), (65.0, DriftState.BEHIND), (59.0, DriftState.AWAY), (92.0, DriftState.REACHED)]
)
def test_where_higher_is_better_the_line_rises(value: float, state: DriftState) -> None:
    share = kpi(metric="share settled at once", unit="%", direction="increase", baseline_value=60.0, target_value=90.0)
    assert drift(share, checked(value, unit="%")).state is state


def test_a_check_in_of_another_unit_of_time_is_converted_and_one_that_cannot_be_is_unknown() -> None:
    found = drift(kpi(), checked(6.5 * 24, unit="hours"))
    assert found.state is DriftState.ON_TRACK and found.latest == pytest.approx(6.5)
    odd = drift(kpi(), checked(6.5, unit="EUR"))
    assert odd.state is DriftState.UNKNOWN and "the latest is in EUR" in odd.warning


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"baseline_value": None, "baseline": None}, "today's value"),
        ({"target_value": None}, "the target as a number"),
        ({"deadline": None}, "a date"),
        ({"deadline": "next summer"}, "a date for certain"),
        ({"deadline": "end of March 2026"}, "after the plan's first day"),
        ({"target_value": 9.0}, "differs from today's value"),
        ({"target_value": 12.0}, "which way it should go"),
    ],
)
def test_what_is_not_known_stays_unknown_and_is_named(fields: dict[str, Any], missing: str) -> None:
    found = drift(kpi(**fields), checked(6.5))
    assert found.state is DriftState.UNKNOWN and missing in found.warning and not found.alarming


@pytest.mark.parametrize("value", [3.0, 4.0, 6.5, 12.0])
def test_what_was_measured_before_the_plan_began_is_shown_and_not_judged(value: float) -> None:
    before = drift(kpi(), checked(value, date(2026, 3, 31)))
    assert before.state is DriftState.UNKNOWN and not before.alarming and before.share is None
    assert before.latest == value and before.latest_day == date(2026, 3, 31)
    assert "since the plan's first day, 1 April 2026: the latest, of 31 March 2026, is from before" in before.warning
    holds = drift(kpi(direction="maintain"), checked(value, date(2026, 3, 31)))
    assert holds.state is DriftState.UNKNOWN
    assert drift(kpi(), checked(value, date(2026, 3, 31)), checked(4.0, date(2026, 4, 1))).state is DriftState.REACHED


def test_without_a_check_in_nothing_is_told() -> None:
    found = drift(kpi())
    assert found.state is DriftState.UNKNOWN and found.missing == ("a check-in",)


def test_without_a_date_it_is_still_seen_that_a_target_is_reached_or_that_it_goes_the_wrong_way() -> None:
    assert drift(kpi(deadline=None), checked(4.0)).state is DriftState.REACHED
    assert drift(kpi(deadline=None), checked(10.0)).state is DriftState.AWAY
    assert drift(kpi(deadline=None, baseline_value=None), checked(3.5)).state is DriftState.REACHED
    assert drift(kpi(deadline=None, baseline_value=None, direction=None), checked(3.5)).state is DriftState.UNKNOWN


def test_once_the_date_has_passed_only_the_target_counts() -> None:
    almost = checked(4.1, date(2026, 9, 29))
    assert drift(kpi(), almost, today=date(2026, 9, 30)).state is DriftState.ON_TRACK
    late = drift(kpi(), almost, today=date(2026, 10, 1))
    assert late.state is DriftState.BEHIND and "has passed" in late.warning and "29 September 2026" in late.warning


def test_a_kpi_that_is_to_stay_where_it_is_may_move_by_a_tenth() -> None:
    kept = kpi(direction="maintain", baseline_value=4.0, target_value=4.0)
    assert drift(kept, checked(4.3)).state is DriftState.ON_TRACK
    assert drift(kept, checked(4.5)).state is DriftState.AWAY


def test_the_latest_day_counts_whatever_was_noted_last_and_a_correction_replaces_what_it_corrects() -> None:
    july = checked(6.5)
    may = checked(8.9, date(2026, 5, 1), at=datetime(2026, 7, 2, tzinfo=UTC))
    assert drift(kpi(), may, july).latest == 6.5
    better = checked(7.5, id="ci-2", corrects=july.id)
    assert drift(kpi(), may, july, better).latest == 7.5
    gone = checked(7.5, id="ci-3", corrects="ci-2", withdrawn=True)
    assert [one.id for one in standing_check_ins([may, july, better, gone])] == [may.id]


def test_a_kpi_is_known_again_under_another_id_by_a_finding_that_it_shares() -> None:
    joined = kpi(id="kpi-9", findings=("f-1", "f-2"))
    assert drift(joined, checked(6.5, kpi_findings=("f-1",))).latest == 6.5
    assert drift(joined, checked(6.5, kpi_findings=("f-8",))).latest is None


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.dates(date(2026, 4, 1), date(2026, 9, 30)), st.booleans())
def test_mirroring_all_figures_changes_nothing_but_the_direction(base: float, target: float, value: float, day: date, said: bool) -> None:
    way = ("increase" if target > base else "decrease") if said else None
    back = {"increase": "decrease", "decrease": "increase", None: None}[way]
    one = drift(kpi(baseline_value=base, target_value=target, direction=way), checked(value, day), today=day)
    other = drift(kpi(baseline_value=-base, target_value=-target, direction=back), checked(-value, day), today=day)
    assert one.state is other.state and one.share == other.share
    if base == target:
        assert one.state is DriftState.UNKNOWN
