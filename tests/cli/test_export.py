"""Exports in the terminal: the files that were asked for, of the version that was asked for, by name."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.discovery.exporting import Format
from discovery_agent.discovery.which_engagement import which_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import version_id
from discovery_agent.domain.engagement import AccessRole, Engagement, Principal
from discovery_agent.domain.execution import ReviewDate
from discovery_agent.domain.review import SignOff
from discovery_agent.errors import ExportError, NotFound
from discovery_agent.settings import Settings
from tests.blueprints import blueprint
from tests.cli.running import Inside


@pytest.fixture
def made() -> Engagement:
    """An engagement with a signed version, a later draft, and a review date."""

    async def make() -> Engagement:
        async with await Workspace.open(Settings.load()) as ws:
            engagement = await create_engagement(ws, "Claims & Söhne")
            signed = blueprint(engagement.id)
            of = {"engagement_id": engagement.id, "at": datetime(2026, 4, 2, tzinfo=UTC)}
            async with ws.database.unit() as unit:
                await unit.blueprints.add(signed)
                await unit.sign_offs.add(SignOff(**of, id=signed.id, number=1, content_hash=signed.content_hash, signed_by="Lea"))
                await unit.blueprints.add(signed.model_copy(update={"number": 2, "id": version_id(2), "parent": 1, "objective": "Sooner."}))
                await unit.review_dates.add(ReviewDate(**of, id="d1", day=date(2026, 9, 1), title="First look"))
            return engagement

    return asyncio.run(make())


def test_the_newest_version_is_written_in_word_and_html_unless_something_else_is_asked_for(
    agent: Inside, work: Path, made: Engagement
) -> None:
    done = agent("export")
    assert done.code == Exit.OK
    files = sorted((work / "discovery-blueprint").iterdir())
    assert [one.suffix for one in files] == [".docx", ".html"] and all("-v2-draft." in one.name for one in files)
    assert sorted(done.out.split()) == sorted(f"discovery-blueprint/{one.name}" for one in files)


def test_a_signed_version_is_written_without_the_mark_of_a_draft(agent: Inside, work: Path, made: Engagement) -> None:
    done = agent(
        "export", "-e", made.title, "--version", "1", "-f", "markdown", "-f", "json", "--audience", "executive", "-o", "here", "--json"
    )
    found = json.loads(done.out)
    assert done.code == Exit.OK and found["version"] == 1 and found["engagement"] == made.id
    text = (work / found["files"][0]).read_text(encoding="utf-8")
    assert "Signed by Lea on 2 Apr 2026" in text and "DRAFT" not in text and "for executives" in text
    assert json.loads((work / found["files"][1]).read_bytes())["signature"]["signed_by"] == "Lea"


def test_all_formats_come_with_the_calendar_and_one_that_cannot_be_made_is_told(
    agent: Inside, work: Path, made: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> bytes:
        raise ExportError("No browser is installed here.", remedy="Install one.")

    monkeypatch.setattr("discovery_agent.discovery.exporting.as_pdf.render_pdf", none)
    done = agent("export", "-e", made.id, "--format", "all", "--out", "all")
    assert done.code == Exit.PARTLY and "Not made: No browser is installed here. Install one." in done.err
    names = [one.name for one in (work / "all").iterdir()]
    assert len(names) == len(Format) and not [one for one in names if one.startswith(".")]
    calendar = (work / "all" / "reviews-claims-sohne.ics").read_bytes()
    assert b"SUMMARY:First look: Claims & S\xc3\xb6hne\r\n" in calendar and b"20260901" in calendar
    alone = agent("export", "-e", made.id, "--format", "pdf", "--out", "none")
    assert alone.code == Exit.CANNOT_WRITE and not alone.out


def test_what_is_not_there_is_refused_and_what_cannot_be_written_is_told(agent: Inside, work: Path, made: Engagement) -> None:
    assert agent("export", "-e", "Nobody").code == Exit.REFUSED
    assert agent("export", "--version", "7").code == Exit.REFUSED
    assert agent("export", "--format", "papyrus").code == Exit.USAGE
    (work / "file").write_text("x", encoding="utf-8")
    blocked = agent("export", "--out", "file", "--format", "json")
    assert blocked.code == Exit.CANNOT_WRITE and "--out" in blocked.err

    async def another() -> None:
        async with await Workspace.open(Settings.load()) as ws:
            await create_engagement(ws, "Empty")

    asyncio.run(another())
    assert agent("export", "-e", "Empty").code == Exit.REFUSED
    assert agent("export").code == Exit.USAGE
    empty = agent("export", "-e", "Empty", "--format", "calendar", "--out", "here")
    assert empty.code == Exit.CANNOT_WRITE and not (work / "here").exists() and not empty.out
    assert "There are no review dates" in empty.err and "Plan one under Execution" in empty.err


def test_part_of_a_title_names_an_engagement_and_a_title_that_none_has_lists_those_there_are(
    agent: Inside, work: Path, made: Engagement
) -> None:
    done = agent("export", "-e", "söhne", "-f", "json", "-o", "here", "--json")
    assert done.code == Exit.OK and json.loads(done.out)["engagement"] == made.id
    none = agent("export", "-e", "Linen")
    assert none.code != Exit.OK and made.title in none.err and made.id in none.err


def test_part_of_several_titles_names_none_of_them(agent: Inside, work: Path, made: Engagement) -> None:
    async def make() -> None:
        async with await Workspace.open(Settings.load()) as ws:
            await create_engagement(ws, "Claims, second try")

    asyncio.run(make())
    done = agent("export", "-e", "claims")
    assert done.code != Exit.OK and "Several engagements fit" in done.err
    assert made.title in done.err and "Claims, second try" in done.err
    assert agent("export", "-e", made.title, "-f", "json", "-o", "here").code == Exit.OK


def test_a_key_that_was_given_for_one_engagement_finds_and_lists_no_other(work: Path, made: Engagement) -> None:
    async def look() -> str:
        async with await Workspace.open(Settings.load()) as ws:
            other = await create_engagement(ws, "Claims, second try")
            who = Principal(key_id="k", role=AccessRole.LEAD, name="Lea", engagement_id=made.id)
            assert (await which_engagement(ws, "claims", who)).id == made.id
            with pytest.raises(NotFound) as caught:
                await which_engagement(ws, other.title, who)
            return caught.value.remedy or ""

    remedy = asyncio.run(look())
    assert made.title in remedy and "second try" not in remedy
