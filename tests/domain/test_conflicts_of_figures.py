"""Two people who tell one figure differently are in conflict; targets, other times, other measures and corrections are none."""

from __future__ import annotations

import pytest
from tests.domain.said import amount, finding

from discovery_agent.domain.conflicts import Conflict, ConflictKind, find_conflicts
from discovery_agent.domain.findings import Finding, FindingKind, Kpi
from discovery_agent.domain.merging import build_goal_tree


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, min(len(one), len(other)))


def talk(*turns: tuple[str, str]) -> list[Finding]:
    return [finding(FindingKind.CRITERION, text, speaker, turn) for turn, (speaker, text) in enumerate(turns)]


def conflicts(*turns: tuple[str, str]) -> tuple[Conflict, ...]:
    found = talk(*turns)
    return find_conflicts(build_goal_tree(found, alike), found, alike)


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("We get about 9,000 claims a month.", "No, it's 6,000 claims a month, I pulled it from the system.", ConflictKind.FACT),
        ("About 300 repairs come in, so 300 repairs a week.", "It's more like 200 repairs a week.", ConflictKind.FACT),
        ("The lab processes 1,200 samples per day.", "Our lab does 800 samples per day, not more.", ConflictKind.FACT),
        ("A building permit takes eight days.", "In my experience it's five days.", ConflictKind.FACT),
        ("The discharge letter takes eight days on average.", "The discharge letter takes five days, I measured it.", ConflictKind.FACT),
        ("The budget for this is 60k.", "I was told we have a budget of 100,000 euros.", ConflictKind.BUDGET_OR_TIME),
        ("We have 60,000 euros for this.", "Finance has approved 100,000 euros for it.", ConflictKind.BUDGET_OR_TIME),
    ],
)
def test_one_figure_told_differently_by_two_people_is_a_real_conflict_with_both_quotes(first: str, second: str, kind: ConflictKind) -> None:
    (one,) = conflicts(("Anna", first), ("Ben", second))
    assert (one.kind, one.real) == (kind, True)
    assert [(side.speakers, side.quotes[0].text) for side in one.sides] == [(("Anna",), first), (("Ben",), second)]
    assert one.crux.endswith("?")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A permit takes eight days.", "We want it in five days."),
        ("A permit takes eight days.", "The target is five days."),
        ("Last year a permit took eight days.", "A permit takes five days."),
        ("In the busy season a permit takes eight days.", "A permit takes five days."),
        ("We issue 400 permits a month.", "We refuse 100 permits a month."),
        ("We issue 400 permits a month.", "Of those, 100 permits a month are refused."),
        ("We get 9,000 claims a month.", "We get 400 warranty claims a month."),
        ("We get 9,000 claims a month.", "I handle 300 claims a month."),
        ("We get 9,000 claims a month.", "We get 108,000 claims a year."),
        ("We get about 9,000 claims a month.", "I'd say 9,500 claims a month."),
        ("Checking takes two to three days.", "Checking takes three days."),
        ("A permit takes eight days.", "Two working days."),
        ("Training takes six weeks.", "A repair takes two weeks."),
        ("The budget is 60,000 euros.", "The training budget is 20,000 euros."),
        ("The budget is 60,000 euros.", "Last year the budget was 100,000 euros."),
        ("The budget is 60,000 euros.", "The licence costs 100,000 euros."),
        ("We handle 2,000 returns a week.", "Do we not handle 1,400 returns a week?"),
    ],
)
def test_figures_that_can_both_hold_are_no_conflict(first: str, second: str) -> None:
    assert conflicts(("Anna", first), ("Ben", second)) == ()


def test_who_corrects_themselves_or_gives_in_is_not_in_conflict() -> None:
    assert conflicts(("Anna", "We get 9,000 claims a month."), ("Anna", "Sorry, it's 6,000 claims a month.")) == ()
    assert (
        conflicts(
            ("Eva", "We handle 2,000 returns a week."),
            ("Max", "We handle 1,400 returns a week."),
            ("Eva", "You're right, 1,400 returns a week."),
        )
        == ()
    )


def test_figures_of_different_places_or_counted_differently_are_only_apparent() -> None:
    (places,) = conflicts(("Max", "Online we get 900 orders a day."), ("Eva", "In the shop we get 400 orders a day."))
    (counted,) = conflicts(
        ("Vera", "The lab does 800 samples per day."), ("Hugo", "The lab does 1,200 samples per day if you count the reruns.")
    )
    assert (places.real, counted.real) == (False, False)


def test_it_is_what_was_timed_just_before_and_nothing_that_was_timed_long_ago() -> None:
    (one,) = conflicts(("Petra", "Today it takes four days."), ("Jonas", "I mean, really, it is eight days."))
    assert [side.holds for side in one.sides] == ["four days", "eight days"]
    far = [
        finding(FindingKind.CRITERION, "A repair takes four days.", "Petra", 1),
        finding(FindingKind.CRITERION, "It takes eight days.", "Jonas", 40),
    ]
    assert find_conflicts(build_goal_tree(far, alike), far, alike) == ()


def test_a_difference_that_a_kpi_shows_is_not_shown_twice() -> None:
    found = [
        finding(
            FindingKind.KPI,
            f"A claim takes {days} days.",
            speaker,
            turn,
            kpi=Kpi(metric="claim time", unit="days", baseline=amount(days, "days", f"{days} days")),
        )
        for turn, (speaker, days) in enumerate([("Anna", 8), ("Ben", 5)])
    ]
    (one,) = find_conflicts(build_goal_tree(found, alike), found, alike)
    assert one.kpi_id is not None


def test_a_baseline_of_last_year_is_no_conflict_with_that_of_today() -> None:
    found = [
        finding(
            FindingKind.KPI, text, speaker, turn, kpi=Kpi(metric="claim time", unit="days", baseline=amount(days, "days", f"{days} days"))
        )
        for turn, (speaker, text, days) in enumerate([("Anna", "Last year it was 8 days.", 8), ("Ben", "It takes 5 days now.", 5)])
    ]
    assert find_conflicts(build_goal_tree(found, alike), found, alike) == ()
