"""What is found wrong with a draft, each rule on a blueprint that was right before."""

from __future__ import annotations

import pytest
from tests.domain.blueprint.drafts import draft_of

from discovery_agent.domain.blueprint.claims import Claim, Part, Row, Severity
from discovery_agent.domain.blueprint.defects import defects_of
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.edit import with_section
from discovery_agent.domain.blueprint.support import figures_without_source

BLOCKS, WARNS = Severity.BLOCKS, Severity.WARNS


def rules(version: Blueprint) -> dict[str, Severity]:
    return {one.rule: one.severity for one in defects_of(version)}


def with_claim(version: Blueprint, claim: Claim) -> Blueprint:
    """With a claim added to the need in the sponsor's vision."""
    section = version.section(SectionId.SPONSOR_VISION)
    assert section
    parts = tuple(part.model_copy(update={"claims": (*part.claims, claim)}) if part.id == "need" else part for part in section.parts)
    changed = section.model_copy(update={"parts": parts})
    return version.model_copy(update={"sections": tuple(changed if one.id is section.id else one for one in version.sections)})


@pytest.fixture(scope="module")
def right() -> Blueprint:
    return draft_of("automate")


def test_a_draft_that_is_right_is_only_warned_of_its_one_voice(right: Blueprint) -> None:
    assert rules(right) == {"single_voice": WARNS}
    assert all(one.remedy and one.text for one in right.defects)


def test_a_claim_without_support_blocks(right: Blueprint) -> None:
    assert rules(with_claim(right, Claim(text="Everybody likes it.")))["claim_without_support"] is BLOCKS


def test_an_assumption_that_is_not_listed_blocks(right: Blueprint) -> None:
    assert rules(with_claim(right, Claim(text="It snows.", assumptions=("weather",))))["assumption_not_listed"] is BLOCKS


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("It takes 14 minutes per invoice.", False),
        ("It takes fourteen minutes.", False),
        ("It takes 14 days.", True),
        ("It takes 41 minutes.", True),
        ("It is to take 4 minutes in M365 for one team.", False),
        ("It saves 30 %.", True),
    ],
)
def test_a_figure_in_a_claim_must_be_in_what_it_cites(right: Blueprint, text: str, wrong: bool) -> None:
    kpi = right.kpis[0]
    found = [one for one in defects_of(with_claim(right, Claim(text=text, findings=kpi.findings))) if one.rule == "figure_without_source"]
    assert bool(found) is wrong
    assert all(one.severity is BLOCKS and one.section_id == "sponsor_vision" for one in found)


def test_a_figure_may_also_come_from_an_assumption_or_the_formula(right: Blueprint) -> None:
    share = next(one for one in right.assumptions if one.id == "gap_closed.rules_automation")
    assert share.value == 0.5
    assert "figure_without_source" not in rules(with_claim(right, Claim(text="Half of it, 50 %.", assumptions=(share.id,))))
    assert "figure_without_source" not in rules(with_claim(right, Claim(text="In all 777.", how="300 + 477 = 777")))
    assert figures_without_source("In all 777.", ["300 + 400"]) == ("777",)


def test_a_cited_finding_that_is_gone_or_was_rejected_blocks(right: Blueprint) -> None:
    gone = right.evidence[0].finding_id
    found = [one for one in defects_of(right, lambda one: one != gone) if one.rule == "cited_finding_is_gone"]
    assert [(one.subject, one.severity) for one in found] == [(gone, BLOCKS)]
    without = right.model_copy(update={"evidence": right.evidence[1:]})
    assert rules(without)["cited_finding_is_gone"] is BLOCKS


def test_an_epic_without_a_goal_blocks(right: Blueprint) -> None:
    epic = right.epics[0].model_copy(update={"goal_id": "o-gone"})
    assert rules(right.model_copy(update={"epics": (epic,)}))["epic_without_goal"] is BLOCKS


def test_an_item_or_task_that_serves_no_kpi_blocks_and_an_epic_that_has_none_warns(right: Blueprint) -> None:
    epic = right.epics[0]
    item = epic.items[0].model_copy(update={"kpi_ids": ()})
    assert (
        rules(right.model_copy(update={"epics": (epic.model_copy(update={"items": (item, *epic.items[1:])}),)}))["item_without_kpi"]
        is BLOCKS
    )
    assert right.plan
    task = right.plan.tasks[0].model_copy(update={"kpi_ids": ()})
    plan = right.plan.model_copy(update={"tasks": (task, *right.plan.tasks[1:])})
    assert rules(right.model_copy(update={"plan": plan}))["task_without_kpi"] is BLOCKS
    assert rules(right.model_copy(update={"epics": (epic.model_copy(update={"kpi_ids": ()}),)}))["epic_without_kpi"] is WARNS


def test_a_task_that_belongs_to_no_item_blocks(right: Blueprint) -> None:
    assert right.plan
    task = right.plan.tasks[0].model_copy(update={"item_ids": ("elsewhere",)})
    plan = right.plan.model_copy(update={"tasks": (task, *right.plan.tasks[1:])})
    assert rules(right.model_copy(update={"plan": plan}))["task_without_item"] is BLOCKS


@pytest.mark.parametrize("field", ["baseline", "target", "deadline"])
def test_a_kpi_of_the_first_version_that_lacks_something_warns(right: Blueprint, field: str) -> None:
    kpi = right.kpis[0].model_copy(update={"gaps": (field,)})
    assert rules(right.model_copy(update={"kpis": (kpi,)}))[f"kpi_without_{field}"] is WARNS


def test_a_disputed_target_blocks_until_the_rounds_of_agreement_ended(right: Blueprint) -> None:
    kpi = right.kpis[0].model_copy(update={"disputed": ("target",)})
    assert rules(right.model_copy(update={"kpis": (kpi,)}))["kpi_disputed"] is BLOCKS
    agreed = right.model_copy(update={"kpis": (kpi,), "objective": "Invoices are released without typing."})
    assert rules(agreed)["kpi_disputed"] is WARNS


def test_an_undecided_goal_warns() -> None:
    assert rules(draft_of("undecided"))["goal_undecided"] is WARNS


def test_blocking_defects_come_first(right: Blueprint) -> None:
    found = defects_of(with_claim(right, Claim(text="Everybody likes it.")))
    assert [one.severity for one in found] == sorted((one.severity for one in found), key=lambda one: one is WARNS)


def by_person(version: Blueprint, part_id: str, **update: object) -> Blueprint:
    """With a part of the sponsor's vision, or of the risks, as a person rewrote it."""
    where = next(
        one for one in version.sections if one.id in (SectionId.SPONSOR_VISION, SectionId.RISKS) and part_id in {p.id for p in one.parts}
    )
    told = [one.model_copy(update=update) if one.id == part_id else one for one in where.parts]
    return with_section(version, where.id, told, "Lea", lambda _: True)


def of_rule(version: Blueprint, rule: str) -> list[str]:
    return [one.text for one in defects_of(version) if one.rule == rule and one.severity is BLOCKS]


def test_a_figure_in_a_row_that_a_person_wrote_must_be_in_what_it_cites(right: Blueprint) -> None:
    section = right.section(SectionId.RISKS)
    assert section
    table = next(one for one in section.parts if one.id == "named")
    cites = right.kpis[0].findings
    blank = ("",) * (len(table.columns) - 2)
    wrong = Row(cells=("The bank may change its portal", "It costs EUR 3 million", *blank), findings=cites)
    assert "3 million" in of_rule(by_person(right, "named", rows=(*table.rows, wrong)), "figure_without_source")[0]
    held = Row(cells=("It takes 14 minutes each", "", *blank), findings=cites)
    assert not of_rule(by_person(right, "named", rows=(*table.rows, held)), "figure_without_source")
    stated = Row(cells=("The bank may change its portal", "It costs EUR 3 million", *blank))
    assert not of_rule(by_person(right, "named", rows=(*table.rows, stated)), "figure_without_source")


def test_of_a_row_that_a_person_edited_the_cells_they_left_are_still_the_rules(right: Blueprint) -> None:
    section = right.section(SectionId.RISKS)
    assert section
    table = next(one for one in section.parts if one.id == "named")
    row = table.rows[0].model_copy(update={"cells": ("Scans of “the 9th kind” cost 4,711 euros", *table.rows[0].cells[1:]), "how": "rule"})
    drafted = section.model_copy(
        update={"parts": tuple(one.model_copy(update={"rows": (row,)}) if one.id == "named" else one for one in section.parts)}
    )
    before = right.model_copy(update={"sections": tuple(drafted if one.id is section.id else one for one in right.sections)})
    edited = row.model_copy(update={"cells": (*row.cells[:-1], "Marek Novak looks after it")})
    after = by_person(before, "named", rows=(edited,))
    assert not of_rule(after, "figure_without_source") and not of_rule(after, "quote_not_said")


@pytest.mark.parametrize(
    ("quoted", "wrong"),
    [
        ("“{said}”", False),
        ("“{loud}”", False),
        ("„{said}“", False),
        ('"{said}"', False),
        ("“{begin} … {end}”", False),
        ("“We fire everybody in spring”", True),
        ('"We fire everybody in spring"', True),
        ("“We fire everybody", True),
        ("«We fire everybody»", True),
        ("“{end} … {begin}”", True),
        ('A screen of 27" is no quote', False),
    ],
)
def test_words_in_quotation_marks_of_a_person_must_be_those_of_a_quote_that_is_cited(right: Blueprint, quoted: str, wrong: bool) -> None:
    evidence = right.evidence[0]
    said = evidence.quotes[0].text
    words = said.split()
    text = quoted.format(said=said, loud=f" {said.upper()}!", begin=" ".join(words[:2]), end=" ".join(words[-2:]))
    need = Claim(text=f"They told us: {text}", findings=(evidence.finding_id,))
    assert bool(of_rule(by_person(right, "need", claims=(need,)), "quote_not_said")) is wrong


def test_a_quote_that_cites_nobody_blocks_even_as_an_assumption(right: Blueprint) -> None:
    said = right.evidence[0].quotes[0].text
    assert of_rule(by_person(right, "need", claims=(Claim(text=f"Marek said “{said}”."),)), "quote_not_said")


def test_headings_and_columns_that_a_person_wrote_hold_no_figures_or_quotes_of_their_own(right: Blueprint) -> None:
    assert of_rule(by_person(right, "need", heading="Why we save EUR 3 million"), "figure_without_source")
    assert of_rule(by_person(right, "need", heading="Why “we fire everybody”"), "quote_not_said")
    assert not defects_of(by_person(right, "need", heading="Why now"))[1:]
    section = right.section(SectionId.RISKS)
    assert section
    table = next(one for one in section.parts if one.id == "named")
    assert of_rule(by_person(right, "named", columns=("Saves 80 %", *table.columns[1:])), "figure_without_source")
    new = Part(id="more", heading="Saves 80 %", claims=(Claim(text="It pays."),))
    whole = with_section(right, section.id, [*section.parts, new], "Lea", lambda _: True)
    assert of_rule(whole, "figure_without_source")
