"""A watched folder: which files are whole, and which are new."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from discovery_agent.discovery.watched_folder import SETTLED_SECONDS, FolderGone, WatchedFolder


class Watching:
    """A folder, and a clock that a test moves."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = WatchedFolder(root, avoid=root / "discovery-report")
        self.now = 0.0
        self.notices: list[str] = []

    def put(self, name: str, text: str = "Ada: Claims wait too long.\n") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def look(self, after: float = SETTLED_SECONDS) -> list[str]:
        """Names of what landed; with `+` if it is a change of a file that was there."""
        self.now += after
        seen = self.folder.look(self.now)
        self.notices += [one.what for one in seen.notices]
        return [self.folder.shown(one.path) + ("+" if one.changed else "") for one in seen.landed]


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    root = tmp_path / "in"
    root.mkdir()
    return Watching(root)


def test_a_file_is_taken_once_it_has_not_changed_for_a_while_and_then_never_again(watching: Watching) -> None:
    watching.put("2026-03-04 10.00.00 Meeting/meeting.transcript.vtt")
    assert watching.look() == []
    assert watching.look(0.5) == []
    assert [one.name for one in watching.folder.waiting] == ["meeting.transcript.vtt"]
    assert watching.look() == ["2026-03-04 10.00.00 Meeting/meeting.transcript.vtt"]
    assert watching.look() == [] and watching.folder.waiting == []


def test_a_file_that_grows_is_waited_for(watching: Watching) -> None:
    path = watching.put("a.vtt", "WEB")
    for more in ("VTT", "\n\n00:01.000 --> 00:02.000\n", "Hi"):
        assert watching.look() == []
        path.write_text(path.read_text() + more)
    assert watching.look() == []
    assert watching.look() == ["a.vtt"]


@pytest.mark.parametrize("name", ["a.vtt.crdownload", "a.vtt.part", "~$minutes.docx", ".a.vtt.Xy12", "a.tmp", ".hidden/a.vtt", "double_click_to_convert_01.zoom"])  # fmt: skip
def test_what_is_on_its_way_is_left_until_it_has_its_name(watching: Watching, name: str) -> None:
    path = watching.put(name)
    watching.look()
    assert watching.look() == [] and watching.folder.waiting == []
    path.rename(watching.root / "meeting.vtt")
    watching.look()
    assert watching.look() == ["meeting.vtt"]


def test_the_same_content_renamed_copied_or_touched_is_not_new_and_other_content_is(watching: Watching) -> None:
    path = watching.put("a.txt")
    watching.look()
    assert watching.look() == ["a.txt"]
    os.utime(path, (1, 1))
    watching.put("copy of a.txt")
    path.rename(watching.root / "b.txt")
    watching.look()
    assert watching.look() == []
    assert [one.name for one in watching.folder.whole] == ["b.txt"]
    watching.put("b.txt", "Ada: Claims wait nine days.\n")
    watching.look()
    assert watching.look() == ["b.txt+"]
    assert [one.name for one in watching.folder.whole] == ["b.txt", "copy of a.txt"]


def test_recordings_are_told_of_once_and_lists_of_people_and_our_own_report_are_no_transcripts(watching: Watching) -> None:
    for name in ("zoom_0.mp4", "audio1.m4a", "people.yaml", "discovery-report/report.md", "chat.txt"):
        watching.put(name)
    watching.look()
    assert watching.look() == ["chat.txt"]
    assert watching.notices == ["Recordings and pictures are left alone: only transcripts of them are read."]


def test_an_empty_file_is_a_place_kept_for_what_is_coming(watching: Watching) -> None:
    path = watching.put("a.txt", "")
    watching.look()
    assert watching.look() == [] and watching.folder.waiting == [path]


def test_a_link_out_of_the_folder_is_told_of_and_not_followed(watching: Watching, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Ada: hush.\n")
    (watching.root / "a.txt").symlink_to(secret)
    (watching.root / "outside").symlink_to(tmp_path, target_is_directory=True)
    watching.look()
    assert watching.look() == []
    assert watching.notices == ["a.txt is a link out of the folder, and is not followed."]


def test_a_folder_that_disappears_and_comes_back_has_nothing_new_in_it(watching: Watching) -> None:
    watching.put("a.txt")
    watching.look()
    watching.look()
    shutil.move(watching.root, watching.root.with_name("away"))
    with pytest.raises(FolderGone):
        watching.look()
    shutil.move(watching.root.with_name("away"), watching.root)
    watching.put("b.txt", "Ben: Nine days.\n")
    watching.look()
    assert watching.look() == ["b.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told_of_and_taken_once_it_may(watching: Watching) -> None:
    path = watching.put("a.txt")
    path.chmod(0)
    watching.look()
    assert watching.look() == [] and "cannot be opened" in watching.notices[0]
    path.chmod(0o600)
    assert watching.look() == ["a.txt"] and len(watching.notices) == 1


def test_links_that_lead_to_each_other_do_not_end_the_watching(watching: Watching) -> None:
    (watching.root / "a.txt").symlink_to(watching.root / "b.txt")
    (watching.root / "b.txt").symlink_to(watching.root / "a.txt")
    watching.put("talk.txt")
    assert watching.look() == [] and watching.look() == ["talk.txt"]
