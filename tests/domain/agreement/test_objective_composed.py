"""The rules compose the objective from what was said, leave open what is disputed, and drop nothing in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.agreement.grounds import composed, goal, ground_of, kpi, limit, means, position, two_targets
from tests.domain.said import amount

from discovery_agent.domain.agreement.compose import MOST_MEASURES, compose_objective
from discovery_agent.domain.agreement.objective import ObjectivePart, PartKind
from discovery_agent.domain.agreement.refusals import refusals_of
from discovery_agent.domain.findings import Amount, Finding, Stance

CHURN = kpi("churn", turn=5, unit="%", direction="decrease", baseline=amount(9, "%"), target=amount(6, "%"), deadline="the end of June")


def texts(parts: tuple[ObjectivePart, ...], kind: PartKind) -> list[str]:
    return [part.text for part in parts if part.kind is kind]


def test_outcome_means_measures_and_limits_stand_in_the_text_and_cite_what_they_stand_on() -> None:
    said = (goal("Keep our workshop customers"), means("Answer every email within a day"), CHURN, limit("Data must not leave the EU"))
    draft = composed(*said).draft
    assert draft.text.splitlines() == [
        "What we want: Keep our workshop customers.",
        "How: Answer every email within a day.",
        "How we see that it worked: churn from 9 % to 6 % by the end of June.",
        "Within these limits: Data must not leave the EU.",
    ]
    assert [part.findings for part in draft.parts] == [(one.id,) for one in said]
    assert draft.written_by == "rules" and not any(part.open for part in draft.parts)


def test_the_goal_that_most_people_back_comes_first() -> None:
    draft = composed(
        goal("Open a shop in every town", "Ingrid Halden", 1),
        goal("Keep our workshop customers", "Ingrid Halden", 2),
        goal("Keep our workshop customers", "Marek Dvorak", 3),
        CHURN,
    ).draft
    assert texts(draft.parts, PartKind.OUTCOME) == ["Keep our workshop customers", "Open a shop in every town"]


def test_a_target_on_which_people_differ_is_open_with_both_values_and_no_value_between_them() -> None:
    draft = composed(goal("Keep our workshop customers"), *two_targets()).draft
    (part,) = [one for one in draft.parts if one.kind is PartKind.MEASURE]
    assert part.open
    assert part.text == "email waits from 60 hours to four hours (Management) or one working day (Service): not agreed"
    assert part.text in draft.text


@pytest.mark.parametrize(
    ("field", "left", "right", "shown"),
    [
        ("baseline", amount(2, "days"), amount(3, "days"), "today 2 days (Management) or 3 days (Service): not agreed"),
        ("deadline", "June", "next year", "by when: June (Management) or next year (Service): not agreed"),
        ("direction", "decrease", "maintain", "should decrease (Management) or maintain (Service): not agreed"),
        ("owner", "Ingrid Halden", "Marek Dvorak", "owned by Management (Management) or Service (Service): not agreed"),
    ],
)
def test_each_field_on_which_people_differ_is_open(field: str, left: object, right: object, shown: str) -> None:
    fixed = {"unit": "days", "target": amount(1, "days")}
    draft = composed(
        goal("Keep our workshop customers"),
        kpi("email waits", "Ingrid Halden", 10, **{**fixed, field: left}),
        kpi("email waits", "Marek Dvorak", 11, **{**fixed, field: right}),
    ).draft
    (part,) = [one for one in draft.parts if one.kind is PartKind.MEASURE]
    assert part.open and shown in part.text


def test_what_comes_first_and_the_budget_are_open_parts_of_their_own() -> None:
    draft = composed(
        goal("The most important thing is to keep our workshop customers", "Ingrid Halden", 1),
        goal("Cutting the cost of an enquiry comes first", "Marek Dvorak", 2),
        limit("The budget is 200,000 euros", "Ingrid Halden", 3),
        limit("There is a budget of 300,000 for this", "Sofia Lind", 4),
        CHURN,
    ).draft
    open_parts = [part for part in draft.parts if part.open]
    assert [part.text.split(":")[0] for part in open_parts] == ["What comes first", "Budget"]
    assert "200,000 (Management) or 300,000 (IT): not agreed" in draft.text
    assert all("Management" in part.text and len(part.findings) == 2 for part in open_parts)
    assert not [part for part in draft.parts if part.kind is PartKind.LIMIT and not part.open]  # the two sums stand there once


def test_a_wish_for_ai_is_restated_as_the_goal_behind_it_or_left_out_with_the_reason() -> None:
    draft = composed(
        goal("Use AI to keep our workshop customers"), goal("We want a chatbot", "Marek Dvorak", 2), means("Build a new portal"), CHURN
    ).draft
    assert texts(draft.parts, PartKind.OUTCOME) == ["Keep our workshop customers"]
    assert "chatbot" not in draft.text and "portal" not in draft.text
    assert [one.split(":")[0] for one in draft.left_out] == ["We want a chatbot", "Build a new portal"]


def test_a_quarrel_about_a_solution_is_no_part_and_is_still_not_decided() -> None:
    composition = composed(
        goal("Keep our workshop customers"),
        position("We want a chatbot for order status", Stance.FOR, "Ingrid Halden", 7),
        position("A chatbot for order status is not needed", Stance.AGAINST, "Sofia Lind", 8),
        CHURN,
    )
    assert "chatbot" not in composition.draft.text
    assert any("not agreed" in one for one in composition.draft.left_out)
    told = composition.draft.text + "\nOrder status is told by a chatbot."
    assert {one.rule for one in refusals_of(told, composition)} >= {"decides_an_open_conflict", "names_a_solution"}


def test_names_of_people_are_replaced_by_their_department() -> None:
    draft = composed(goal("Free Marek and Lena Fox from copying numbers"), CHURN).draft
    assert texts(draft.parts, PartKind.OUTCOME) == ["Free Service and somebody from copying numbers"]


def test_a_kpi_without_a_target_says_so_under_its_goal_and_is_left_out_elsewhere() -> None:
    draft = composed(
        goal("Keep our workshop customers", turn=10),
        kpi("share of workshop customers lost", turn=11, unit="%", baseline=amount(11, "%")),
        kpi("paper used", "Sofia Lind", 90, unit="sheets", baseline=amount(400, "sheets")),
    ).draft
    (measure,) = texts(draft.parts, PartKind.MEASURE)
    assert measure == "share of workshop customers lost (today 11 %), target not said yet"
    assert any(one.startswith("paper used") and one.endswith("nobody named a target") for one in draft.left_out)


def test_a_figure_for_a_stretch_of_time_says_for_which() -> None:
    now, then = Amount(value=310, text="310", per="month"), Amount(value=96, text="96", per="month")
    draft = composed(goal("Keep our workshop customers"), kpi("second trips", unit="second trips", baseline=now, target=then)).draft
    assert texts(draft.parts, PartKind.MEASURE) == ["second trips from 310 a month to 96 a month"]


def test_without_a_business_goal_there_is_a_draft_that_the_rules_refuse() -> None:
    composition = composed(CHURN)
    assert [one.rule for one in refusals_of(composition.draft.text, composition)] == ["no_outcome"]


def test_where_nothing_was_said_there_is_no_draft() -> None:
    assert compose_objective(ground_of()) is None


def test_what_does_not_fit_in_is_listed() -> None:
    many = [kpi(f"share of {word} parts", turn=20 + at, unit="%", target=amount(at + 1, "%")) for at, word in enumerate(_WORDS)]
    draft = composed(goal("Keep our workshop customers"), *many).draft
    assert len(texts(draft.parts, PartKind.MEASURE)) == MOST_MEASURES
    assert len([one for one in draft.left_out if "measures" in one]) == len(many) - MOST_MEASURES


_WORDS = (
    "amber birch cedar delta ember fjord grain harbor indigo jasper kelp lemon maple nylon onyx pearl quartz raven silver topaz umber velvet willow "
    "xenon yarrow zinc basalt copper"
).split()
_UNITS = ("hours", "days", "%", "EUR", "claims", None)


@st.composite
def _kpis(draw: st.DrawFn, at: int, speaker: str, metric: str) -> Finding:
    value = st.floats(min_value=0.01, max_value=5_000_000).map(lambda number: round(number, 2))
    unit = draw(st.sampled_from(_UNITS))
    return kpi(
        metric,
        speaker,
        at,
        unit=unit,
        direction=draw(st.sampled_from(["increase", "decrease", None])),
        baseline=draw(st.none() | value.map(lambda one: amount(one, unit, f"{one} {unit or ''}".strip()))),
        target=draw(st.none() | value.map(lambda one: amount(one, unit, f"{one} {unit or ''}".strip()))),
        change=draw(st.none() | st.integers(-90, 90).filter(bool).map(lambda one: amount(one, "%"))),
        deadline=draw(st.sampled_from([None, "June", "by the end of next year", "within six months"])),
        owner=draw(st.sampled_from([None, "Ingrid Halden", "Marek Dvorak"])),
    )


@st.composite
def _said(draw: st.DrawFn) -> list[Finding]:
    metrics = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4, unique=True))
    found = [
        goal("Keep our workshop customers"),
        *([goal("We promise to halve Marek's costs with AI", "Sofia Lind", 2)] if draw(st.booleans()) else []),
    ]
    for at, metric in enumerate(metrics):
        for place, speaker in enumerate(("Ingrid Halden", "Marek Dvorak")):
            if draw(st.booleans()):
                found.append(draw(_kpis(10 * at + place + 5, speaker, f"{metric} time")))
    if draw(st.booleans()):
        found.append(limit("Lena must certainly sign everything above 500 euros"))
    return found


@given(_said())
def test_whatever_was_said_the_rules_refuse_nothing_of_their_own(said: list[Finding]) -> None:
    composition = composed(*said)
    assert refusals_of(composition.draft.text, composition) == ()
    for part in composition.draft.parts:
        assert part.text in composition.draft.text
        assert not part.open or "not agreed" in part.text
