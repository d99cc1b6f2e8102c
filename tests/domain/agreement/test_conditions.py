"""The condition of a settlement stays in the objective, and a statement that drops it is refused."""

from __future__ import annotations

import pytest
from tests.domain.agreement.grounds import composed, goal, kpi, means, two_targets
from tests.domain.said import amount

from discovery_agent.domain.agreement.compose import Composition
from discovery_agent.domain.agreement.conditions import condition_of
from discovery_agent.domain.agreement.objective import PartKind
from discovery_agent.domain.agreement.refusals import refusals_of

RESOLUTION = "Four hours, once the new mail system runs; until then one working day."


def settled(resolution: str) -> Composition:
    decided = {"state": "settled", "chosen": "four hours", "resolution": resolution}
    return composed(goal("Keep our workshop customers"), *two_targets(), target=decided)


def test_the_condition_of_a_settled_target_stands_in_the_objective() -> None:
    draft = settled(RESOLUTION).draft
    (part,) = [one for one in draft.parts if one.kind is PartKind.MEASURE]
    assert part.text == (
        "email waits from 60 hours to four hours, target on this condition: once the new mail system runs, until then one working day"
    )
    assert part.text in draft.text and not part.open


def test_a_settlement_without_condition_is_told_as_before() -> None:
    (part,) = [one for one in settled("Customers told us so.").draft.parts if one.kind is PartKind.MEASURE]
    assert part.text == "email waits from 60 hours to four hours"


def test_the_rules_refuse_a_statement_that_drops_the_condition_and_take_one_that_keeps_it() -> None:
    composition = settled(RESOLUTION)
    bare = "Keep our workshop customers: email waits go from 60 hours to four hours."
    why = [one.why for one in refusals_of(bare, composition)]
    assert any("under which condition" in one and "once the new mail system runs" in one for one in why)
    kept = f"{bare[:-1]} once the new mail system runs, and until then one working day."
    assert not refusals_of(kept, composition)
    assert not refusals_of(composition.draft.text, composition)


@pytest.mark.parametrize(
    ("chosen", "resolution", "condition"),
    [
        ("four hours", "Four hours once the new system runs", "once the new system runs"),
        (
            "four hours",
            "One working day until the new system runs, four hours after",
            "One working day until the new system runs, four hours after",
        ),
        ("four hours", "four hours", ""),
        ("four hours", "Management insists", ""),
        ("", "Only if the works council agrees", "Only if the works council agrees"),
        ("4 hours", "", ""),
    ],
)
def test_a_condition_is_what_a_resolution_says_beyond_the_value(chosen: str, resolution: str, condition: str) -> None:
    assert condition_of(chosen, resolution) == condition


def test_a_way_that_has_a_target_is_named_before_one_that_has_none() -> None:
    draft = composed(
        goal("Keep our workshop customers"),
        means("Stop copying numbers", "Marek Dvorak", 2),
        means("Answer every email within a day", "Marek Dvorak", 8),
        kpi("time to answer an email", "Marek Dvorak", 8, unit="hours", target=amount(24, "hours")),
    ).draft
    texts = [one.text for one in draft.parts if one.kind is PartKind.MEANS]
    assert texts == ["Answer every email within a day", "Stop copying numbers"]


def test_a_measure_that_counts_its_own_unit_does_not_say_it_three_times() -> None:
    counted = kpi("second trips", turn=6, unit="second trips", baseline=amount(96, "second trips"), target=amount(20, "second trips"))
    draft = composed(goal("Keep our workshop customers"), counted).draft
    assert [one.text for one in draft.parts if one.kind is PartKind.MEASURE] == ["second trips from 96 to 20"]
    assert not refusals_of(draft.text, composed(goal("Keep our workshop customers"), counted))
