"""Drafting a blueprint in the terminal: from transcripts without a database, and as the next version of an engagement."""

from __future__ import annotations

import asyncio
import json
from datetime import date as day
from pathlib import Path
from typing import Any

import docx
import pytest

from discovery_agent.cli import draft as command
from discovery_agent.cli.blueprint_commands import FileFormat
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.discovery.exporting import Format
from discovery_agent.discovery.exporting.as_json import BlueprintExport
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.execution import ReviewDate
from discovery_agent.errors import ExportError
from discovery_agent.settings import Settings, data_folder
from tests.cli.running import Inside
from tests.web.agreeing import assessed

HALDEN = data_folder("samples") / "halden-spare-parts"


def test_transcripts_become_a_blueprint_in_word_and_html_and_what_a_sponsor_asks_is_shown(agent: Inside, work: Path) -> None:
    done = agent("draft", HALDEN, "--organisation", "Halden", "--start", "2027-01-11")
    assert done.code == Exit.OK, done.text
    assert sorted(one.name for one in (work / "discovery-blueprint").iterdir()) == [
        "blueprint-halden-spare-parts-v1-draft.docx",
        "blueprint-halden-spare-parts-v1-draft.html",
    ]
    for told in ("Course", "automate without AI", "KPIs", "two and a half days → one working day", "Budget", "EUR (P80)", "2027-01-11"):
        assert told in done.out
    shown = " ".join(done.out.split())
    assert "Payback" in shown and "Defects" in shown
    assert "We want a chatbot (dropped)" in shown and "Roles from" in done.err
    steps = ("Reading 4 conversations ...", "Drafting the blueprint", "Writing the files ...")
    assert sorted(steps, key=done.err.index) == list(steps), "It says what it is at."
    document = docx.Document(str(work / "discovery-blueprint" / "blueprint-halden-spare-parts-v1-draft.docx"))
    assert document.paragraphs[0].text == "Blueprint: Halden spare parts" and "Halden, version 1" in document.paragraphs[1].text
    assert not (Path(Settings.load().data_dir) / "discovery.db").exists(), "Files need no database."


def test_the_result_as_json_is_the_blueprint_and_the_files(agent: Inside, work: Path) -> None:
    done = agent("draft", HALDEN, "--title", "Orders", "--format", "json", "--format", "jira", "--out", "here", "--json")
    found = json.loads(done.out)
    assert done.code == Exit.OK and found["files"] == ["here/blueprint-orders-v1-draft.json", "here/blueprint-orders-v1-draft-jira.csv"]
    written = BlueprintExport.model_validate_json((work / found["files"][0]).read_bytes())
    assert written.draft and written.blueprint.model_dump(mode="json") == found["blueprint"]
    assert (work / found["files"][1]).stat().st_mode & 0o044, "Others may read it as the user's other files."


def test_people_and_audience_are_taken_and_a_file_that_cannot_be_read_is_told(agent: Inside, work: Path, talk: Path) -> None:
    people = work / "who.yaml"
    people.write_text("- {name: Ada, role: sponsor, department: Claims}\n- {name: Ben, role: business}\n", encoding="utf-8")
    (work / "empty.txt").write_text("", encoding="utf-8")
    done = agent("draft", talk, "empty.txt", "--people", people, "--format", "markdown", "--audience", "executive", "--out", "here")
    assert done.code == Exit.PARTLY and "Not read: empty.txt" in done.err
    (written,) = (work / "here").iterdir()
    assert written.name.endswith("-v1-executive-draft.md") and "for executives" in written.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Name transcripts, or an engagement"),
        (["talk.txt", "-e", "Claims"], "not both"),
        (["-e", "Claims", "--start", "2027-01-11"], "are for files"),
        (["talk.txt", "--format", "calendar"], "export -e"),
        (["talk.txt", "--format", "papyrus"], "papyrus"),
        (["talk.txt", "--start", "tomorrow"], "tomorrow"),
    ],
    ids=["nothing", "both", "a start", "a calendar", "a format", "a day"],
)
def test_a_wrong_call_is_refused_before_anything_is_done(agent: Inside, work: Path, talk: Path, arguments: list[str], told: str) -> None:
    done = agent("draft", *arguments)
    assert done.code == Exit.USAGE and told in done.err
    assert [one.name for one in work.iterdir()] == [talk.name]


def test_without_a_transcript_or_a_place_to_write_the_exit_code_says_so(agent: Inside, work: Path, talk: Path) -> None:
    assert agent("draft", "nowhere").code == Exit.NOTHING_READ
    (work / "file").write_text("x", encoding="utf-8")
    assert agent("draft", talk, "--out", "file").code == Exit.CANNOT_WRITE


def test_a_format_that_cannot_be_made_here_keeps_no_other_from_being_written(
    agent: Inside, work: Path, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_browser(*given: Any, **more: Any) -> object:
        if Format.PDF in given:
            raise ExportError("No browser is installed here.", remedy="Install one.")
        return real(*given, **more)

    real = command.rendered
    monkeypatch.setattr(command, "rendered", no_browser)
    asked = agent("draft", talk, "--format", "pdf", "--format", "json", "--out", "some")
    assert asked.code == Exit.CANNOT_WRITE and "Not made: No browser is installed here. Install one." in asked.err
    assert [one.suffix for one in (work / "some").iterdir()] == [".json"]
    everything = agent("draft", talk, "--format", "all", "--out", "all")
    assert everything.code == Exit.PARTLY and len(list((work / "all").iterdir())) == len(Format) - 1
    assert "There are no review dates, so there is no calendar." in everything.err and "`export -e`" in everything.err


def test_all_formats_of_an_engagement_come_with_its_calendar(agent: Inside, work: Path, made: Engagement) -> None:
    async def plan() -> None:
        async with await Workspace.open(Settings.load()) as ws, ws.database.unit() as unit:
            date = ReviewDate(engagement_id=made.id, id="d1", at=ws.now(), day=day(2026, 9, 1), title="First look")
            await unit.review_dates.add(date)

    asyncio.run(plan())
    done = agent("draft", "-e", "Claims", "--out", "here", "--format", "all")
    assert "reviews-claims.ics" in [one.name for one in (work / "here").iterdir()], done.text
    assert b"SUMMARY:First look: Claims" in (work / "here" / "reviews-claims.ics").read_bytes()


def test_what_people_said_is_no_command_to_the_terminal(agent: Inside, work: Path) -> None:
    (work / "talk.txt").write_text(
        "Ada: We need to answer claims\x1b[31m [bold]faster[/bold] by June.\nBen: It takes nine days today.\n", encoding="utf-8"
    )
    done = agent("draft", "talk.txt", "--title", "Claims \x1b[31m [bold]now[/bold]", "--format", "json")
    assert done.code == Exit.OK and "\x1b[31m" not in done.text and "[bold]now[/bold]" in done.out


@pytest.fixture
def made() -> Engagement:
    async def make() -> Engagement:
        async with await Workspace.open(Settings.load()) as ws:
            engagement = await create_engagement(ws, "Claims")
            await assessed(ws, engagement)
            await create_engagement(ws, "Empty")
            return engagement

    return asyncio.run(make())


def test_the_next_version_of_an_engagement_is_drafted_stored_and_written_where_asked(agent: Inside, work: Path, made: Engagement) -> None:
    first = agent("draft", "-e", "Claims")
    assert first.code == Exit.OK and "Claims, version 1, draft" in first.out and "Course" in first.out
    assert list(work.iterdir()) == []
    second = agent("draft", "-e", made.id, "--out", "here", "--format", "markdown", "--json")
    found = json.loads(second.out)
    assert second.code == Exit.OK and found["blueprint"]["number"] == 2 and found["blueprint"]["engagement_id"] == made.id
    assert [one.name for one in (work / "here").iterdir()] == ["blueprint-claims-v2-draft.md"]


def test_an_engagement_that_is_unknown_or_was_never_assessed_gives_no_draft(agent: Inside, made: Engagement) -> None:
    assert agent("draft", "-e", "Nobody").code == Exit.REFUSED
    nothing = agent("draft", "-e", "Empty")
    assert nothing.code == Exit.USAGE and "no assessment to draft from" in nothing.err


def test_the_formats_of_the_commands_are_those_of_the_exports() -> None:
    assert {one.value for one in FileFormat} == {*(one.value for one in Format), "calendar", "all"}
