"""`watch`: what lands is taken, what goes wrong is said, and it ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from discovery_agent.cli.analyze import Asked as ToAnalyse
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.watch import follow, look_once
from discovery_agent.cli.watch_targets import ToReport
from discovery_agent.discovery.results import UnreadableFile
from discovery_agent.discovery.watched_folder import SETTLED_SECONDS, Landed, WatchedFolder
from discovery_agent.errors import InvalidRequest
from tests.cli.conftest import SPOKEN
from tests.cli.running import SCRIPT, Inside


class Noted:
    """Takes note of what is delivered."""

    def __init__(self, how: Exit = Exit.OK) -> None:
        self.taken: list[list[str]] = []
        self.attended = 0
        self.how = how

    def take(self, landed: Sequence[Landed], folder: WatchedFolder) -> None:
        self.taken.append([folder.shown(one.path) for one in landed])

    def attend(self) -> None:
        self.attended += 1

    def finish(self) -> Exit:
        return self.how


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def inbox(work: Path) -> Path:
    folder = work / "inbox"
    folder.mkdir()
    return folder


def changes(clock: Clock, *steps: Callable[[], object] | None) -> Iterator[bool]:
    """A wake-up for each step, each so long after the last that a file settles; a step changes something, None changes nothing."""
    for step in steps:
        clock.passes(SETTLED_SECONDS)
        if step:
            step()
        yield step is not None


def test_what_was_there_and_what_lands_is_taken_each_once(inbox: Path) -> None:
    (inbox / "old.txt").write_text(SPOKEN)
    clock, delivery, said = Clock(), Noted(), list[str]()
    steps = changes(clock, lambda: None, None, lambda: (inbox / "new.vtt").write_text("WEBVTT"), None, lambda: os.utime(inbox / "old.txt"), None, None)  # fmt: skip
    follow(WatchedFolder(inbox), steps, delivery, said.append, clock)
    assert delivery.taken == [["old.txt"], ["new.vtt"]]
    assert delivery.attended == 7 and said == []


def test_a_folder_that_goes_away_is_told_of_once_and_taken_up_again_when_it_is_back(inbox: Path) -> None:
    clock, delivery, said = Clock(), Noted(), list[str]()
    away = inbox.with_name("away")

    def back() -> None:
        away.rename(inbox)
        (inbox / "a.txt").write_text(SPOKEN)

    follow(
        WatchedFolder(inbox), changes(clock, None, lambda: inbox.rename(away), None, None, back, None, None), delivery, said.append, clock
    )
    assert delivery.taken == [["a.txt"]]
    assert [one.rpartition(" ")[2] for one in said] == ["back.", "back."] and len(said) == 2


def test_once_takes_what_is_whole_and_leaves_what_is_still_written_for_the_next_time(inbox: Path) -> None:
    (inbox / "whole.txt").write_text(SPOKEN)
    growing = inbox / "growing.txt"
    growing.write_text("Ada")
    clock, delivery, said = Clock(), Noted(), list[str]()

    def sleep(seconds: float) -> None:
        clock.passes(seconds)
        growing.write_text("Ada: Claims")

    assert look_once(WatchedFolder(inbox), delivery, said.append, clock, sleep) is Exit.PARTLY
    assert delivery.taken == [["whole.txt"]] and "growing.txt" in said[0]


def test_the_report_is_of_all_files_and_one_that_cannot_be_read_is_told_once_until_it_changes(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[list[str]] = []

    def analysed(paths: Sequence[str], out: Path, asked: ToAnalyse) -> Exit:
        runs.append([Path(one).name for one in paths])
        assert asked.not_read and out == Path("report") and asked.title == "Inbox"
        asked.not_read(UnreadableFile(source="inbox/broken.vtt", error="Nobody says anything in this file."))
        return Exit.PARTLY

    monkeypatch.setattr("discovery_agent.cli.analyze.run_analyze", analysed)
    (inbox / "broken.vtt").write_text("WEBVTT")
    clock, said = Clock(), list[str]()
    steps = changes(
        clock,
        None,
        None,
        lambda: (inbox / "talk.txt").write_text(SPOKEN),
        None,
        lambda: (inbox / "broken.vtt").write_text("WEBVTT 2"),
        None,
    )
    with ToReport(Path("inbox"), Path("report"), said.append) as delivery:
        follow(WatchedFolder(Path("inbox")), steps, delivery, said.append, clock)
        assert delivery.finish() is Exit.PARTLY
        with pytest.raises(InvalidRequest, match="Another watcher"):
            ToReport(Path("inbox"), Path("report"), said.append).__enter__()
    assert runs == [["broken.vtt"], ["broken.vtt", "talk.txt"], ["broken.vtt", "talk.txt"]]
    assert sum(one.startswith("Not read: inbox/broken.vtt") for one in said) == 2
    assert sum(one.startswith("Changed") for one in said) == 1


def test_a_people_yaml_that_lands_later_or_changes_makes_the_report_anew(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str | None] = []

    def analysed(paths: Sequence[str], out: Path, asked: ToAnalyse) -> Exit:
        runs.append(asked.stakeholders.read_text() if asked.stakeholders else None)
        return Exit.OK

    monkeypatch.setattr("discovery_agent.cli.analyze.run_analyze", analysed)
    (inbox / "talk.txt").write_text(SPOKEN)
    people = inbox / "people.yaml"
    clock, said = Clock(), list[str]()
    sponsor, nobody = "- {name: Ada, role: sponsor}", "[]"
    steps = changes(clock, None, None, None, lambda: people.write_text(sponsor), None, None, lambda: people.write_text(nobody), None, None)
    with ToReport(Path("inbox"), Path("report"), said.append) as delivery:
        follow(WatchedFolder(Path("inbox")), steps, delivery, said.append, clock)
    assert runs == [None, sponsor, nobody]
    assert said.count("people.yaml changed: the report is made anew.") == 2 and said.count("Reading: talk.txt") == 1


def test_of_many_files_at_once_only_their_number_is_said(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def analysed(paths: Sequence[str], out: Path, asked: ToAnalyse) -> Exit:
        return Exit.OK

    monkeypatch.setattr("discovery_agent.cli.analyze.run_analyze", analysed)
    for number in range(300):
        (inbox / f"{number:03}.txt").write_text(SPOKEN.replace("slow", f"slow {number}"))
    clock, said = Clock(), list[str]()
    with ToReport(Path("inbox"), Path("report"), said.append) as delivery:
        follow(WatchedFolder(Path("inbox")), changes(clock, None, None), delivery, said.append, clock)
    assert said[1:] == ["Reading: 300 files, from 000.txt to 299.txt", f"Report of 300 files: {Path('report/report.html')}"]


@pytest.mark.exhaustive
def test_once_writes_a_report_and_says_what_could_not_be_read(agent: Inside, inbox: Path) -> None:
    (inbox / "talk.txt").write_text(SPOKEN)
    (inbox / "broken.vtt").write_text("WEBVTT\n\n")
    done = agent("watch", "inbox", "--once")
    assert done.code == Exit.PARTLY
    assert done.err.count("Not read: inbox/broken.vtt") == 1
    assert Path("discovery-report/report.html").is_file()


def test_a_wrong_call_says_what_is_wrong(agent: Inside, inbox: Path) -> None:
    assert agent("watch", "nowhere").code == Exit.USAGE
    both = agent("watch", "inbox", "--engagement", "Claims", "--out", "there")
    assert both.code == Exit.USAGE and "not both" in both.err


@pytest.mark.exhaustive
def test_a_watcher_that_is_killed_goes_on_where_it_was_and_ends_by_ctrl_c(inbox: Path) -> None:
    def started() -> subprocess.Popen[str]:
        command = [str(SCRIPT), "watch", "inbox", "--engagement", "Claims"]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=inbox.parent)

    def until(process: subprocess.Popen[str], words: str) -> list[str]:
        assert process.stderr
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line)
            if words in line:
                return lines
        raise AssertionError(lines)

    first = started()
    until(first, "Watching inbox")
    (inbox / "1.txt.part").write_text(SPOKEN)
    (inbox / "1.txt.part").rename(inbox / "1.txt")
    until(first, "Taken: 1.txt")
    first.kill()
    first.wait()
    (inbox / "2.txt").write_text(SPOKEN.replace("slow", "late"))
    second = started()
    lines = until(second, "Read: 2.txt")
    assert sum("Read: 1.txt" in one for one in lines) <= 1 and not any("Taken: 1.txt" in one for one in lines)
    second.send_signal(signal.SIGINT)
    second.communicate()
    assert second.returncode == Exit.OK
    (inbox / "broken.vtt").write_text("WEBVTT\n\n")
    third = started()
    lines = until(third, "Not read: broken.vtt: Nobody says")
    assert any("Taken: broken.vtt" in one for one in lines)
    assert not any("Taken: 1" in one or "Taken: 2" in one or "Read:" in one for one in lines)
    third.send_signal(signal.SIGTERM)
    third.communicate()
    assert third.returncode == Exit.OK


@pytest.mark.exhaustive
def test_a_watcher_that_is_stopped_while_it_reads_ends_as_well_as_one_that_waits(inbox: Path) -> None:
    lines = (f"Ada: Claims of kind {at} wait {at % 9} days, the target is four.\nBen: Step {at} loses us customers." for at in range(900))
    (inbox / "long.txt").write_text("\n".join(lines))
    command = [str(SCRIPT), "watch", "inbox", "--engagement", "Claims"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=inbox.parent)
    assert process.stderr and any("Taken: long.txt" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert "Read: long.txt" not in said and "Stopped." in said
    assert process.returncode == Exit.OK
