"""`assess`, `draft` and `export`: the same objects as the command line gives."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from discovery_agent import Transcript, aio, assess, draft, export, write_report
from discovery_agent.cli import draft as command
from discovery_agent.discovery.exporting.as_json import BlueprintExport
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.errors import EmptyTranscript, InvalidRequest
from tests.cli.running import Inside
from tests.library.schemas import require_schema

CASE = (
    "Two clerks type the same twelve fields from the order form into the ERP, three hundred times a day. "
    "The rules are on one page and have no exceptions. The boss wants a chatbot."
)


def test_a_described_case_gets_the_verdict_of_the_command_line(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = assess(CASE)
    assert json.loads(Inside(capsys)("assess", CASE, "--json").out) == json.loads(ours.model_dump_json())
    (work / "case.txt").write_text(CASE, encoding="utf-8")
    assert assess("case.txt").necessity == assess(work / "case.txt").necessity == assess(Transcript(CASE)).necessity == ours.necessity


def test_a_whole_analysis_is_assessed_from_its_findings_and_nothing_is_read_anew(osterby: EngagementAnalysis) -> None:
    case = assess(osterby)
    quotes = {quote.text for one in osterby.findings for quote in one.quotes}
    assert case.necessity.ratings and {quote.text for one in case.necessity.ratings for quote in one.quotes} <= quotes
    assert case.usage == osterby.usage


def test_words_that_are_none_are_refused() -> None:
    for nothing in ("?!", "", " "):
        with pytest.raises(EmptyTranscript, match="The description is empty"):
            assess(nothing)
    assert "nine" in assess("Typing takes nine \ud83d days.").model_dump_json(), "half a character does not matter"


def test_a_draft_of_an_analysis_is_that_of_the_command_line_and_as_its_schema_says(
    osterby: EngagementAnalysis, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint = draft(osterby, start=date(2027, 1, 11), organisation="Österby")
    monkeypatch.setattr(command, "analyse_shown", lambda *_: osterby)
    monkeypatch.setattr(command, "about_people", lambda *_: [])
    monkeypatch.setattr(command, "read_given", lambda *_, **__: _Given())
    shown = Inside(capsys)("draft", "anywhere", "--start", "2027-01-11", "--organisation", "Österby", "--format", "json", "--json")
    assert json.loads(shown.out)["blueprint"] == json.loads(blueprint.model_dump_json())
    require_schema("blueprint", json.loads(export(blueprint, "json").data))
    assert blueprint.starts_on == date(2027, 1, 11)


class _Given:
    """Files that were read elsewhere."""

    conversations = (None,)
    unreadable = listed = ours = ()
    people = None
    title = "Elsewhere"


async def test_a_draft_is_made_of_conversations_too_but_not_of_both(osterby: EngagementAnalysis) -> None:
    talk = Transcript("Ada: We want claims paid within five days by June, down from nine days today.\n", title="Claims")
    blueprint = await aio.draft(talk, organisation="Northwind")
    assert (blueprint.title, blueprint.organisation) == ("Claims", "Northwind") and blueprint.kpis
    with pytest.raises(InvalidRequest, match="one analysis"):
        draft(osterby, talk)


def test_a_blueprint_is_exported_by_name_of_the_format_and_audience(osterby: EngagementAnalysis) -> None:
    blueprint = draft(osterby)
    told = export(blueprint, "markdown", audience="executive")
    assert told.name.endswith("-executive-draft.md") and osterby.title in told.data.decode()
    assert BlueprintExport.model_validate_json(export(blueprint, "json").data).blueprint == blueprint
    with pytest.raises(InvalidRequest, match="markdown, docx"):
        export(blueprint, "rtf")


def test_the_report_is_written_as_by_the_command_line(osterby: EngagementAnalysis, work: Path) -> None:
    files = write_report(osterby, "report")
    assert json.loads(files.json.read_text(encoding="utf-8")) == json.loads(osterby.model_dump_json())
    assert "<html" in files.html.read_text(encoding="utf-8")
