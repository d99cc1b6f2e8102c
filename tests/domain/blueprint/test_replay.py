"""Headings, columns and parts that people change: kept when figures are computed anew, and written down once."""

from __future__ import annotations

import pytest
from tests.domain.blueprint.drafts import draft_of

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.edit import edited_sections, with_edits, with_section
from discovery_agent.errors import InvalidRequest

VISION, RISKS = SectionId.SPONSOR_VISION, SectionId.RISKS


def parts(version: Blueprint, section: SectionId = VISION) -> list[Part]:
    found = version.section(section)
    assert found
    return list(found.parts)


def part(version: Blueprint, part_id: str, section: SectionId = VISION) -> Part | None:
    return next((one for one in parts(version, section) if one.id == part_id), None)


def saved(version: Blueprint, told: list[Part], section: SectionId = VISION) -> Blueprint:
    return with_section(version, section, told, "Lea", lambda _: True)


def changed(version: Blueprint, part_id: str, section: SectionId = VISION, **update: object) -> Blueprint:
    told = [one.model_copy(update=update) if one.id == part_id else one for one in parts(version, section)]
    return saved(version, told, section)


def anew(first: Blueprint, edited: Blueprint) -> Blueprint:
    """The first draft once more, as when its figures are computed anew, with the edits put back in."""
    found, lost = with_edits(first, edited.edits, edited.assumptions)
    assert not lost
    return found


@pytest.fixture(scope="module")
def first() -> Blueprint:
    return draft_of("automate")


def test_a_heading_and_columns_that_a_person_changed_are_kept(first: Blueprint) -> None:
    table = part(first, "named", RISKS)
    assert table and table.rows
    columns = (*table.columns[:-1], "Who takes care")
    second = changed(changed(first, "need", heading="Why now"), "named", RISKS, heading="What may go wrong", columns=columns)
    found = anew(first, second)
    assert [one.heading for one in parts(found)] == [one.heading for one in parts(second)] and part(found, "need").heading == "Why now"  # type: ignore[union-attr]
    kept = part(found, "named", RISKS)
    assert kept and (kept.heading, kept.columns, kept.rows) == ("What may go wrong", columns, table.rows)
    assert edited_sections(found) == (VISION, RISKS)


def test_a_column_that_a_person_added_is_kept_and_a_row_that_comes_anew_has_a_cell_for_it(first: Blueprint) -> None:
    table = part(first, "named", RISKS)
    assert table
    wider = tuple(one.model_copy(update={"cells": (*one.cells, "soon")}) for one in table.rows)
    second = changed(first, "named", RISKS, columns=(*table.columns, "When"), rows=wider)
    new = Row(cells=tuple(f"new {one}" for one in table.columns), how="rule")
    section = first.section(RISKS)
    assert section
    drafted = section.model_copy(
        update={
            "parts": tuple(one.model_copy(update={"rows": (*one.rows, new)}) if one.id == "named" else one for one in section.parts),
        }
    )
    again = first.model_copy(update={"sections": tuple(drafted if one.id is RISKS else one for one in first.sections)})
    kept = part(anew(again, second), "named", RISKS)
    assert kept and kept.columns[-1] == "When"
    assert [one.cells[-1] for one in kept.rows] == ["soon"] * len(wider) + [""]
    assert kept.rows[-1].cells[:-1] == new.cells


def test_a_new_part_keeps_its_heading_its_place_and_its_table(first: Blueprint) -> None:
    new = Part(id="partners", heading="Partners", columns=("Who", "For what"), rows=(Row(cells=("The bank", "Payments")),))
    second = saved(first, [parts(first)[0], new, *parts(first)[1:]])
    found = anew(first, second)
    assert parts(found) == parts(second) and parts(found)[1].heading == "Partners"


def test_a_part_that_was_added_and_deleted_does_not_come_back(first: Blueprint) -> None:
    second = saved(first, [*parts(first), Part(id="partners", heading="Partners", claims=(Claim(text="The bank pays."),))])
    third = saved(second, parts(second)[:-1])
    assert not third.edits
    assert parts(anew(first, third)) == parts(first)


def test_a_part_that_was_taken_out_does_not_return_as_a_bare_heading(first: Blueprint) -> None:
    second = saved(first, [one for one in parts(first) if one.id != "need"])
    found = anew(first, second)
    assert part(found, "need") is None and parts(found) == parts(second)
    assert parts(anew(first, found)) == parts(second)


def test_a_part_that_was_taken_out_and_reads_otherwise_now_is_told(first: Blueprint) -> None:
    second = saved(first, [one for one in parts(first) if one.id != "need"])
    other = changed(first, "need", claims=(Claim(text="It reads otherwise."),)).model_copy(update={"edits": ()})
    section = other.section(VISION)
    assert section
    by_rules = section.model_copy(
        update={
            "parts": tuple(
                one.model_copy(update={"claims": tuple(claim.model_copy(update={"written_by": "rules"}) for claim in one.claims)})
                for one in section.parts
            )
        }
    )
    drafted = other.model_copy(update={"sections": tuple(by_rules if one.id is VISION else one for one in other.sections)})
    found, lost = with_edits(drafted, second.edits, ())
    assert lost and part(found, "need") is not None


def test_edits_do_not_grow_while_the_same_lines_are_changed_again_and_again(first: Blueprint) -> None:
    need = part(first, "need")
    assert need
    version = first
    for at in range(12):
        own = Claim(text=f"Suppliers call, said in wording {'abcdefghijkl'[at]}.")
        version = changed(version, "need", heading=f"Need {'abcdefghijkl'[at]}", claims=(own, *need.claims[1:]))
        version = changed(version, "need", claims=(*version.section(VISION).parts[1].claims, Claim(text="And write.")))  # type: ignore[union-attr]
        here = part(version, "need")
        assert here
        version = changed(version, "need", claims=here.claims[:-1])
    assert len(version.edits) <= 3
    kept, now = part(anew(first, version), "need"), part(version, "need")
    assert kept and now and (kept.heading, kept.claims) == (now.heading, now.claims)


def test_lines_that_a_person_put_in_another_order_stay_in_it(first: Blueprint) -> None:
    table = part(first, "named", RISKS)
    assert table and len(table.rows) > 1
    second = changed(first, "named", RISKS, rows=table.rows[::-1])
    kept = part(anew(first, second), "named", RISKS)
    assert kept and kept.rows == table.rows[::-1]


def test_a_section_has_a_limit_as_a_whole(first: Blueprint) -> None:
    many = [Part(id=f"p{at}", claims=tuple(Claim(text=f"Line {line} of {at}.") for line in range(41))) for at in range(10)]
    with pytest.raises(InvalidRequest, match="400 claims and rows"):
        saved(first, many)
    long = [Part(id="long", claims=tuple(Claim(text="word " * 399) for _ in range(80)))]
    with pytest.raises(InvalidRequest, match="characters"):
        saved(first, long)
