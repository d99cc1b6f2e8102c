"""Documents of a blueprint: the same facts in each format for each audience, every number with its note, drafts marked as drafts."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from discovery_agent.discovery.exporting import Format, rendered
from discovery_agent.discovery.exporting.as_json import BlueprintExport
from discovery_agent.discovery.exporting.telling import Telling
from discovery_agent.discovery.report.json_schema import schema_text
from discovery_agent.domain.blueprint.claims import Audience, Defect, Severity
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.review import Although, SignOff
from tests.discovery.exporting.reading import READABLE, blocks_of, cited, document_of, exported, one_line, page_of, seen
from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.drafts import draft_of

AUDIENCES = (None, *Audience)
drafted = cache(draft_of)


def signature(blueprint: Blueprint, **changes: object) -> SignOff:
    made = SignOff(
        engagement_id=blueprint.engagement_id,
        id=blueprint.id,
        at=datetime(2026, 4, 2, 10, tzinfo=UTC),
        number=blueprint.number,
        content_hash=blueprint.content_hash,
        signed_by="Lea Öz",
    )
    return made.model_copy(update=changes)


def facts(blueprint: Blueprint) -> list[str]:
    """Course, KPIs of the first version, budget and payback, dates, and choices, as anybody has to find them."""
    first = {one for epic in blueprint.epics if epic.mvp for one in epic.kpi_ids}
    money = blueprint.section(SectionId.ECONOMICS)
    plan = blueprint.section(SectionId.PLAN)
    claims = [claim for part in (money.parts if money else ()) if part.id == "money" for claim in part.claims]
    dates = [claim for part in (plan.parts if plan else ()) if part.id == "dates" for claim in part.claims[:2]]
    kpis = [cell for one in blueprint.kpis if one.id in first for cell in (one.metric, one.baseline, one.target) if cell]
    return [*kpis, *(one.text for one in (*claims, *dates)), *(text for one in blueprint.choices for text in (one.asked, one.why))]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("audience", AUDIENCES, ids=lambda one: one.value if one else "everybody")
def test_each_format_tells_each_audience_the_same_facts_and_every_number_has_its_note(
    name: str, audience: Audience | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pictures cite nothing, and drawing them for every course and audience takes long.
    monkeypatch.setattr(Telling, "pictures", lambda *_, **__: [])
    blueprint = drafted(name)
    wanted = [one_line(one) for one in facts(blueprint)]
    assert len(wanted) > 2
    told = None
    for form in READABLE:
        data = exported(blueprint, form, audience)
        text = seen(data, form)
        assert not [one for one in wanted if one not in text], form
        if audience:
            assert blueprint.course.label in text, form
        numbers = cited(data, form)
        assert numbers.text == numbers.notes and len(numbers.text) >= 3, (form, numbers.text ^ numbers.notes)
        found = {one.removeprefix("e") for one in numbers.text}
        assert told is None or found == told, form
        told = found


def test_what_is_said_to_be_cited_is_what_the_blueprint_cites() -> None:
    blueprint = drafted("automate")
    text = seen(exported(blueprint, Format.MARKDOWN), Format.MARKDOWN)
    for evidence in blueprint.evidence:
        assert all(one_line(quote.text) in text for quote in evidence.quotes), evidence.statement
    assert "“I want suppliers paid on time” (Ingrid Dahl, Accounts payable kick-off; not confirmed yet)" in text


@pytest.mark.parametrize("form", [*READABLE, Format.JSON, Format.JIRA, Format.LINEAR, Format.GITHUB])
def test_a_draft_is_marked_as_one_and_a_signed_version_says_by_whom(form: Format) -> None:
    blueprint = drafted("automate")
    draft, signed = rendered(blueprint, form), rendered(blueprint, form, signed=signature(blueprint))
    assert "-draft" in draft.name and "-draft" in draft.full_name and "-draft" not in signed.name + signed.full_name
    assert "draft" in _all(draft.data, form).lower()
    assert not _marked(signed.data, form)
    if form in READABLE:
        told = seen(signed.data, form)
        assert "Signed by Lea Öz on 2 Apr 2026." in told and "DRAFT" not in told
        assert f"Fingerprint of the signed content: {blueprint.content_hash[:16]}" in told


@pytest.mark.parametrize(
    "changes",
    [{"content_hash": "0" * 64}, {"engagement_id": "another"}, {"number": 2}],
    ids=["of another content", "of another engagement", "of another version"],
)
@pytest.mark.parametrize("form", [*READABLE, Format.JSON, Format.JIRA])
def test_a_signature_of_something_else_counts_for_nothing(form: Format, changes: dict[str, object]) -> None:
    blueprint = drafted("automate")
    file = rendered(blueprint, form, signed=signature(blueprint, **changes))
    assert file.data == rendered(blueprint, form).data or form is Format.WORD
    assert "-draft" in file.name and _marked(file.data, form) and "Lea" not in _all(file.data, form)


def _all(data: bytes, form: Format) -> str:
    return seen(data, form) if form in READABLE else data.decode()


def _marked(data: bytes, form: Format) -> bool:
    if form is Format.JSON:
        return json.loads(data)["draft"]
    return ("DRAFT. Nobody has signed" if form in READABLE else '"draft"') in _all(data, form)


def test_a_word_draft_bears_its_mark_on_every_page() -> None:
    document = document_of(exported(drafted("automate"), Format.WORD))
    assert [one.header.paragraphs[0].text for one in document.sections] == ["DRAFT. Nobody has signed this version."]
    assert "PAGE" in document.sections[0].footer._element.xml


def test_defects_of_a_draft_are_told_and_those_that_keep_it_from_being_signed_come_first() -> None:
    blocks = Defect(rule="orphan", severity=Severity.BLOCKS, subject="e1", text="An epic serves no goal", remedy="Tie it to one.")
    blueprint = drafted("undecided")
    blueprint = blueprint.model_copy(update={"defects": (*blueprint.defects, blocks)})
    for form in READABLE:
        text = seen(exported(blueprint, form), form)
        assert "What is wrong with this draft" in text
        at = [text.index(one_line(one.text)) for one in (blocks, *blueprint.defects)]
        assert at[0] == min(at)
        assert "Keeps it from being signed: An epic serves no goal. Tie it to one." in text
        assert "What is wrong with this draft" not in seen(exported(blueprint, form, signed=signature(blueprint)), form)


def test_word_has_real_headings_tables_contents_and_pictures_that_are_described() -> None:
    blueprint = drafted("several")
    document = document_of(exported(blueprint, Format.WORD))
    headings = {level: [one.text for one in document.paragraphs if one.style.name == f"Heading {level}"] for level in (1, 2)}
    assert headings[1] == [*(one.title for one in blueprint.sections), "What is wrong with this draft", "What it stands on"]
    assert {part.heading for one in blueprint.sections for part in one.parts if part.heading} <= set(headings[2])
    tables = [part for one in blueprint.sections for part in one.parts if part.rows]
    assert len(document.tables) == len(tables)
    for table, part in zip(document.tables, tables, strict=True):
        assert [cell.text for cell in table.rows[0].cells] == [*part.columns, "Stands on"] and len(table.rows) == len(part.rows) + 1
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert sum(column.width for column in table.columns) <= document.sections[0].page_width - 2 * document.sections[0].left_margin + 20
    described = [one._inline.docPr.get("descr") for one in document.inline_shapes]
    assert len(described) >= 5 and all(len(one) > 10 for one in described)
    assert (
        blueprint.plan
        and any(f"{len(blueprint.plan.tasks)} tasks" in one for one in described)
        and any("paid back in month" in one for one in described)
    )
    names = document.element.xpath("//w:bookmarkStart/@w:name")
    assert document.element.xpath("//w:hyperlink/@w:anchor") == names and len(names) == len(blueprint.sections)
    assert document.core_properties.title == "Blueprint: Less paper at Halden"
    for shape in document.inline_shapes:
        assert shape.height.cm < 25 and shape.width.cm <= 17.01


def test_html_loads_nothing_runs_nothing_and_its_links_lead_somewhere() -> None:
    html = exported(drafted("several"), Format.HTML).decode()
    page = page_of(html)
    assert "script" not in page.tags and not [one for one in page.attributes if one.startswith("on")]
    assert [one for one in page.links if not one.startswith("#")] == ["data:,"]
    assert {one[1:] for one in page.links if one.startswith("#")} <= set(page.ids) and len(page.ids) == len(set(page.ids))
    assert "default-src &#39;none&#39;" in html and html.count("<svg") == 4


@pytest.mark.parametrize("name", CASES)
def test_json_follows_its_published_schema_and_comes_back_equal(name: str) -> None:
    blueprint = drafted(name)
    schema = json.loads(schema_text("blueprint"))
    for signed in (None, signature(blueprint)):
        data = exported(blueprint, Format.JSON, signed=signed)
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(json.loads(data))
        back = BlueprintExport.model_validate_json(data)
        assert back.blueprint == blueprint and back.signature == signed and back.draft is (signed is None)
        assert back.content_hash == back.blueprint.content_hash
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(data) | {"blueprint": {}}, schema)


def test_the_published_schema_of_a_blueprint_is_up_to_date() -> None:
    published = Path(__file__).parents[3] / "docs" / "schemas" / "blueprint.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text("blueprint"), "Run `make schema`."


def test_files_are_named_after_the_engagement_its_version_and_its_readers() -> None:
    blueprint = drafted("automate").model_copy(update={"title": "Échéances: 会議/\\<b>\x07 2026.", "number": 12})
    file = rendered(blueprint, Format.WORD, audience=Audience.COMPLIANCE)
    assert file.name == "blueprint-echeances-b-2026-v12-compliance-draft.docx"
    assert file.full_name == "Blueprint Échéances 会議 b ⟦U+0007⟧ 2026-v12-compliance-draft.docx"
    # Trackers and programs get everything, whoever asks.
    assert rendered(blueprint, Format.JIRA, audience=Audience.COMPLIANCE).name == "blueprint-echeances-b-2026-v12-draft-jira.csv"
    assert len(rendered(blueprint.model_copy(update={"title": "x" * 5000}), Format.JSON).full_name) < 150


def test_a_table_with_rows_of_uneven_length_loses_no_cell() -> None:
    blueprint = drafted("automate")
    section = blueprint.section(SectionId.SPONSOR_VISION)
    assert section
    (table,) = [part for part in section.parts if part.rows][:1]
    row = table.rows[0].model_copy(update={"cells": (*table.rows[0].cells, "one cell too many")})
    parts = tuple(part.model_copy(update={"rows": (row, *part.rows)}) if part is table else part for part in section.parts)
    changed = blueprint.model_copy(update={"sections": (section.model_copy(update={"parts": parts}),)})
    assert "one cell too many" in list(blocks_of(exported(changed, Format.WORD)))
    assert "one cell too many" in seen(exported(changed, Format.HTML), Format.HTML)


@pytest.mark.parametrize("form", [Format.MARKDOWN, Format.HTML, Format.WORD])
def test_a_document_names_who_approved_which_section(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Telling, "pictures", lambda *_, **__: [])
    told = seen(rendered(drafted("automate"), form, approvals={SectionId.RISKS: ("Aino <b>Salmi</b>", "Sofia Lind")}).data, form)
    assert told.count("Approved by Aino <b>Salmi</b>, Sofia Lind.") == told.count("Approved by") == 1


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize("audience", AUDIENCES, ids=lambda one: one.value if one else "everybody")
def test_what_a_version_was_signed_despite_stands_at_the_top_and_with_the_signature(
    form: Format, audience: Audience | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Telling, "pictures", lambda *_, **__: [])
    blueprint = drafted("automate")
    shut = Although(
        id="discovery",
        what="The phase Discovery is not complete",
        lacks=("“churn” has no target.",),
        reason="Finance <b>tells</b> it in May.",
    )
    signed = signature(blueprint, role=AccessRole.LEAD, although=(shut,), words="Go.")
    told = seen(exported(blueprint, form, audience, signed), form)
    assert "Signed by Lea Öz (lead) on 2 Apr 2026, although the phase Discovery is not complete." in told[:600]
    assert (
        "Signed although the phase Discovery is not complete: Finance <b>tells</b> it in May." in told and "“churn” has no target." in told
    )


_KEYS = re.compile(r"\.ya?ml\b|\b[a-z]+_[a-z_]+\b|\b(?:risk|technique|ladder)/[a-z-]+|\b(?:f|kpi|goal|choice|gap)-[0-9a-f]{8,}")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("audience", AUDIENCES, ids=lambda one: one.value if one else "everybody")
def test_no_key_of_a_table_page_or_file_stands_in_a_text(name: str, audience: Audience | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Telling, "pictures", lambda *_, **__: [])
    for form in READABLE:
        assert not _KEYS.findall(seen(exported(drafted(name), form, audience), form)), form


@pytest.mark.parametrize("name", CASES)
def test_executives_get_verdicts_and_roadmap_and_no_appendix_of_assumptions(name: str) -> None:
    blueprint = drafted(name)
    told = seen(exported(blueprint, Format.WORD, Audience.EXECUTIVE), Format.WORD)
    whole = seen(exported(blueprint, Format.WORD, Audience.ENGINEERING), Format.WORD)
    for goal in blueprint.goals[:12]:
        assert f"{one_line(goal.statement)} {goal.course.label} {one_line(goal.why)}" in told
    if blueprint.plan and blueprint.plan.forecast.tasks:
        assert "Stage Starts Ends Ends (P80) Tasks" in told
    assert "What is assumed" not in told and "stands in the document for engineers" in told
    assert "What is assumed" in whole and len(told) < len(whole) / 2
