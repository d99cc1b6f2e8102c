"""What the program writes is never read as a conversation, wherever it lies; what people say about reports is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.watched_folder import WatchedFolder
from discovery_agent.errors import OwnOutput
from discovery_agent.transcripts import expect_transcript, read_transcript
from discovery_agent.transcripts.own_output import wrote
from tests.cli.running import Inside

SAID = """Anna: What do you want to reach?
Ben: We want to cut the time to answer a complaint from 23 working days to 10 working days by June.
Ben: Our staff copies letters by hand, and that takes 40 minutes a letter.
"""
ABOUT_REPORTS = """# Discovery report, weekly call

**Anna:** Did you read the discovery report? It says DRAFT. Proposed by the rules analyst.

**Ben:** Yes, and the blueprint, version 1. We want to cut the time to answer a complaint to 10 working days.
"""
OURS = ("report", "discovery-blueprint")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where results are kept for the tests that come after the first, as making them takes seconds."""
    return tmp_path_factory.mktemp("results") / "made"


@pytest.fixture
def written(agent: Inside, work: Path, once: Path) -> Path:
    """A folder with a transcript in which a newcomer analysed and drafted, with everything in its usual place."""
    if once.is_dir():
        shutil.copytree(once, work, dirs_exist_ok=True)
        return work
    (work / "talk.txt").write_text(SAID, encoding="utf-8")
    assert agent("analyze", ".", "--out", "report", "--format", "jsonl", "--format", "parquet").code == Exit.OK
    formats = [part for one in ("markdown", "docx", "html", "json", "jira", "linear", "github") for part in ("--format", one)]
    assert agent("draft", ".", "--start", "2027-01-04", *formats).code == Exit.OK
    for one in ("talk.txt", *OURS):
        (shutil.copytree if (work / one).is_dir() else shutil.copy)(work / one, _made(once) / one)
    return work


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def heard(out: Path) -> list[str]:
    found = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert not found["unreadable"]
    return [one["conversation"]["source"] for one in found["conversations"]]


def test_what_analyze_and_draft_leave_in_the_folder_is_not_read_by_the_next_of_them(agent: Inside, written: Path) -> None:
    again = agent("analyze", ".", "--out", "report2")
    assert again.code == Exit.OK and heard(written / "report2") == ["talk.txt"]
    assert again.err.count("Left out:") == 1 and "files that this program wrote" in again.err and "Not read" not in again.err
    drafted = agent("draft", ".", "--start", "2027-01-04", "--out", "another", "--format", "json")
    assert drafted.code == Exit.OK and drafted.err.count("Left out:") == 1 and "Not read" not in drafted.err


@pytest.mark.parametrize("given", [".", "**/*"])
def test_renamed_and_copied_files_are_known_too(agent: Inside, written: Path, given: str) -> None:
    (written / "report").rename(written / "Results of May")
    (written / "discovery-blueprint").rename(written / "for the board")
    (written / "mail").mkdir()
    (written / "talk.txt").rename(written / "mail" / "talk.txt")
    shutil.copy(written / "Results of May" / "report.md", written / "mail" / "notes.md")
    shutil.copy(next((written / "for the board").glob("*.docx")), written / "mail" / "Interview.docx")
    assert agent("analyze", given, "--out", "new").code == Exit.OK and heard(written / "new") == ["mail/talk.txt"]


def test_a_result_that_is_named_is_refused_and_it_is_said_why(agent: Inside, written: Path) -> None:
    files = [one for folder in OURS for one in (written / folder).rglob("*") if one.suffix in (".md", ".json", ".html", ".docx", ".csv")]
    assert len(files) > 8
    for one in files:
        assert wrote(one), one.name
        with pytest.raises(OwnOutput, match="wrote this file itself"):
            read_transcript(one)
    done = agent("analyze", "report/report.md", "--out", "new")
    assert done.code == Exit.NOTHING_READ and "Discovery Agent wrote this file itself" in done.err
    only = agent("analyze", "report", "--out", "new")
    assert only.code == Exit.NOTHING_READ and "Only files that this program wrote" in only.err


def test_a_result_in_an_upload_or_an_archive_is_refused(written: Path) -> None:
    for path in ("report/report.md", "report/conversations/talk.json"):
        with pytest.raises(OwnOutput):
            expect_transcript((written / path).read_bytes(), "upload.txt")


def test_a_watched_folder_leaves_results_alone_and_says_so_once(written: Path) -> None:
    folder = WatchedFolder(written)
    folder.look(0.0)
    seen = folder.look(60.0)
    assert [one.path.name for one in seen.landed if one.path.suffix != ".jsonl"] == ["talk.txt"]
    assert [one.what for one in seen.notices if "this program wrote" in one.what] == [
        "Left out: reports and other files that this program wrote."
    ]
    assert "report.md" not in [one.name for one in folder.whole]


def test_a_conversation_about_reports_is_read(agent: Inside, work: Path) -> None:
    (work / "talks").mkdir()
    (work / "talks" / "call.md").write_text(ABOUT_REPORTS, encoding="utf-8")
    done = agent("analyze", "talks", "--out", "new")
    assert done.code == Exit.OK and heard(work / "new") == ["talks/call.md"] and "Left out" not in done.err
