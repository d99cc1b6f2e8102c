"""What people rewrite, and what becomes of it when figures are computed anew; differences; tellings for audiences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.drafts import AT, draft_of, material_of

from discovery_agent.domain.blueprint.audiences import told_for
from discovery_agent.domain.blueprint.claims import Audience, Claim, Part, Row
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.differences import Happened, differences_of
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.edit import edited_sections, with_edits, with_section
from discovery_agent.domain.blueprint.support import STATED
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.work import RoleRate
from discovery_agent.errors import InvalidRequest

VISION, RISKS = SectionId.SPONSOR_VISION, SectionId.RISKS


def anything(_finding: str) -> bool:
    return True


def parts(version: Blueprint, section: SectionId = VISION) -> list[Part]:
    found = version.section(section)
    assert found
    return list(found.parts)


def rewritten(version: Blueprint, part_id: str, claims: list[Claim], by: str = "Lea", section: SectionId = VISION) -> Blueprint:
    told = [one.model_copy(update={"claims": tuple(claims)}) if one.id == part_id else one for one in parts(version, section)]
    return with_section(version, section, told, by, anything)


def claims(version: Blueprint, part_id: str, section: SectionId = VISION) -> list[Claim]:
    return [claim for part in parts(version, section) if part.id == part_id for claim in part.claims]


@pytest.fixture(scope="module")
def first() -> Blueprint:
    return draft_of("automate")


def test_sending_a_section_back_as_it_was_changes_nothing(first: Blueprint) -> None:
    stripped = [
        part.model_copy(update={"claims": tuple(one.model_copy(update={"how": "", "written_by": "rules"}) for one in part.claims)})
        for part in parts(first)
    ]
    same = with_section(first, VISION, stripped, "Lea", anything)
    assert same == first and same.content_hash == first.content_hash


def test_words_taken_out_and_put_in_are_kept_with_who_did_it(first: Blueprint) -> None:
    second = rewritten(first, "need", [*claims(first, "need")[1:], Claim(text="Suppliers call.")], "Lea")
    third = rewritten(second, "unlike", [Claim(text="Today it is done on paper.")], "Ben")
    assert [one.by for one in third.edits] == ["Lea", "Lea", "Ben"]
    assert edited_sections(third) == (VISION,)
    assert {one.source for one in third.assumptions if one.id.startswith(STATED)} == {"stated by Lea", "stated by Ben"}
    gone = rewritten(third, "unlike", claims(first, "unlike"), "Ben")
    assert {one.source for one in gone.assumptions if one.id.startswith(STATED)} == {"stated by Lea"}


def test_a_row_that_a_person_wrote_names_them(first: Blueprint) -> None:
    table = next(one for one in parts(first, RISKS) if one.id == "named")
    row = Row(cells=("The bank may change its portal", "", "Ask the bank", "Marek Novak"), how="computed")
    told = [one.model_copy(update={"rows": (*one.rows, row)}) if one.id == "named" else one for one in parts(first, RISKS)]
    new = next(one for one in parts(with_section(first, RISKS, told, "Lea", anything), RISKS) if one.id == "named").rows[-1]
    assert (new.written_by, new.how) == ("Lea", "") and new.assumptions
    assert table.rows[0].written_by == "rules"


@pytest.mark.parametrize(
    "wrong",
    [
        [Part(id="a", claims=(Claim(text="x"),)), Part(id="a", claims=(Claim(text="y"),))],
        [Part(id="a", columns=("One", "Two"), rows=(Row(cells=("only one",)),))],
        [Part(id="a", claims=(Claim(text="…"),))],
        [Part(id=f"p{at}", claims=(Claim(text="x"),)) for at in range(61)],
    ],
)
def test_parts_that_do_not_hold_together_are_refused(first: Blueprint, wrong: list[Part]) -> None:
    with pytest.raises(InvalidRequest):
        with_section(first, VISION, wrong, "Lea", anything)


def other_rates(name: str = "automate") -> Blueprint:
    """The same case with dearer people, so that computed texts read otherwise."""
    material = material_of(name)
    role = material.planning.roles[1]
    dear = role.model_copy(update={"day_rate": role.day_rate.model_copy(update={"low": 4000, "likely": 5000, "high": 6000})})
    assert isinstance(dear, RoleRate)
    return compose(replace(material, settings=PlanSettings(engagement_id="e-halden", id="settings", at=AT, roles=(dear,))))


def test_what_people_wrote_is_put_back_in_when_figures_are_computed_anew(first: Blueprint) -> None:
    second = rewritten(first, "need", [Claim(text="Suppliers call."), *claims(first, "need")[1:]], "Lea")
    third = rewritten(second, "benefit", [*claims(first, "benefit")[:-1], Claim(text="It pays.", findings=first.kpis[0].findings)], "Ben")
    anew, lost = with_edits(other_rates(), third.edits, [one for one in third.assumptions if one.id.startswith(STATED)])
    assert not lost
    assert claims(anew, "need") == claims(third, "need")
    told = claims(anew, "benefit")
    assert [one.text for one in told if one.written_by == "Ben"] == ["It pays."] and len(told) == len(claims(first, "benefit"))
    assert any(one.source == "stated by Lea" for one in anew.assumptions)


def test_an_edit_whose_place_is_gone_is_told(first: Blueprint) -> None:
    second = rewritten(first, "need", [Claim(text="Suppliers call."), *claims(first, "need")[1:]], "Lea")
    none, lost = with_edits(draft_of("undecided").model_copy(update={"sections": ()}), second.edits, ())
    assert len(lost) == 1 and not none.edits


def test_the_same_versions_do_not_differ(first: Blueprint) -> None:
    assert differences_of(first, first).none


def test_differences_name_what_was_added_removed_and_changed_with_both_texts(first: Blueprint) -> None:
    before = claims(first, "need")
    second = rewritten(
        first, "need", [before[0].model_copy(update={"text": "Pay suppliers in time."}), Claim(text="Suppliers call.")], "Lea"
    )
    (vision, assumptions) = differences_of(first, second).sections
    assert vision.section_id is VISION and assumptions.section_id is SectionId.ASSUMPTIONS
    told = [(one.happened, one.was, one.now, one.by) for one in vision.differences]
    assert (Happened.CHANGED, before[0].text, "Pay suppliers in time.", "Lea") in told
    assert (Happened.CHANGED, before[1].text, "Suppliers call.", "Lea") in told
    back = differences_of(second, first).sections[0].differences
    assert {(one.was, one.now) for one in back} == {(one.now, one.was) for one in vision.differences}


def test_a_claim_that_stands_on_something_else_with_the_same_text_differs(first: Blueprint) -> None:
    before = claims(first, "need")
    other = before[0].model_copy(update={"findings": first.kpis[0].findings})
    (difference,) = differences_of(first, rewritten(first, "need", [other, *before[1:]])).sections[0].differences
    assert difference.was == difference.now and difference.support_changed


def test_sections_that_come_or_go_and_figures_of_the_plan_are_told() -> None:
    differ = differences_of(draft_of("automate"), draft_of("do_not_build"))
    memo = next(one for one in differ.sections if one.section_id is SectionId.MEMO)
    assert memo.happened is Happened.ADDED and all(one.happened is Happened.ADDED for one in memo.differences)
    assert [one.section_id for one in differ.sections] == [one for one in SectionId if one in {two.section_id for two in differ.sections}]
    named = {one.part_id for one in differ.figures}
    assert {"course", "budget (P80)", "days (P50)"} <= named
    assert "course" not in {one.part_id for one in differences_of(draft_of("automate"), other_rates()).figures}


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("audience", list(Audience))
def test_every_telling_holds_the_key_facts_and_says_nothing_else_than_the_blueprint(name: str, audience: Audience) -> None:
    version = draft_of(name)
    told = told_for(version, audience)
    held = [one for section in told for part in section.parts for one in (*part.claims, *part.rows)]
    own = {one.model_dump_json() for section in version.sections for part in section.parts for one in (*part.claims, *part.rows)}
    facts = next(part for part in told[0].parts if part.id == "key_facts")
    words = " ".join(cell for row in facts.rows for cell in row.cells)
    assert version.course.label in words and "Budget" in words and ("ay" in words)
    assert {SectionId.RISKS, SectionId.CHOICES} <= {one.id for one in told} or version.section(SectionId.RISKS) is None
    first = {one for epic in version.epics if epic.mvp for one in epic.kpi_ids}
    kpis = [part for section in told for part in section.parts if part.id == "key_kpis"]
    assert sum(len(part.rows) for part in kpis) == len(first)
    strange = [
        one for one in held if one.model_dump_json() not in own and one not in facts.rows and not any(one in part.rows for part in kpis)
    ]
    assert not strange
    claimed = {claim.text for section in version.sections for part in section.parts for claim in part.claims}
    assert {row.cells[1] for row in facts.rows if row.cells[0] in ("Money", "Dates")} <= claimed


def test_engineers_are_told_the_work_and_executives_are_not() -> None:
    version = draft_of("automate")
    executive = {part.id for section in told_for(version, Audience.EXECUTIVE) for part in section.parts}
    engineering = {part.id for section in told_for(version, Audience.ENGINEERING) for part in section.parts}
    assert "tasks" in engineering and "components" in engineering
    assert not {"tasks", "components", "assumptions"} & executive
    assert told_for(version, Audience.COMPLIANCE)[0].id is SectionId.RISKS
