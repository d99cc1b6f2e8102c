"""A report of many files is the old one or the new one, also after a full disk, a failed move and a kill."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from discovery_agent.discovery.report import write_report
from discovery_agent.discovery.report.large import write_large_report
from discovery_agent.discovery.report.large.ours import FILES
from discovery_agent.discovery.report.large.staging import Staging, settle
from discovery_agent.discovery.results import BatchAnalysis
from discovery_agent.errors import ExportError
from tests.discovery.report.large.batches import many
from tests.example import engagement

PARTS = ("conversations", "pages", "report.html")


class Killed(BaseException):
    """The process ends here: no cleaning up."""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its relative path."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop(FILES, None)
    return found


def put(folder: Path, text: str, *, pages: int = 2) -> None:
    """A little report."""
    with Staging(folder) as staging:
        staging.write("conversations/one.md", text)
        for number in range(pages):
            staging.write(f"pages/{number}.html", text)
        staging.write("report.html", text)
        staging.move_into_place(PARTS)


def killed_at(monkeypatch: pytest.MonkeyPatch, folder: Path, step: int) -> bool:
    """Write a new report and die at the rename of that number; tells whether it came so far."""
    move, moves = os.rename, [0]

    def dies(source: Path, target: Path) -> None:
        moves[0] += 1
        if moves[0] == step:
            raise Killed
        move(source, target)

    staging = Staging(folder)
    try:
        staging.write("conversations/one.md", "new")
        staging.write("report.html", "new")
        with monkeypatch.context() as patch:
            patch.setattr(os, "rename", dies)
            staging.move_into_place(PARTS)
    except Killed:
        return True
    finally:
        # The kernel gives up the locks of a process that is gone.
        staging._lock.close()  # pyright: ignore[reportPrivateUsage]
    return False


NEW = {"conversations/one.md": b"new", "report.html": b"new"}


@pytest.mark.parametrize("step", range(1, 6))
def test_a_kill_between_two_moves_leaves_the_new_report_to_be_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    put(tmp_path, "old")
    (tmp_path / "mine.txt").write_text("keep")
    assert killed_at(monkeypatch, tmp_path, step)
    settle(tmp_path)
    assert contents(tmp_path) == {**NEW, "mine.txt": b"keep"}


def test_there_are_no_more_moves_than_were_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "old")
    assert not killed_at(monkeypatch, tmp_path, 6)


def test_a_kill_while_the_new_report_is_written_leaves_the_old_one(tmp_path: Path) -> None:
    put(tmp_path, "old")
    staging = Staging(tmp_path)
    staging.write("report.html", "half of the new")
    staging._lock.close()  # pyright: ignore[reportPrivateUsage]
    settle(tmp_path)
    assert contents(tmp_path) == {"conversations/one.md": b"old", "pages/0.html": b"old", "pages/1.html": b"old", "report.html": b"old"}


def test_a_report_that_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    with Staging(tmp_path) as other:
        other.write("report.html", "of the other")
        put(tmp_path, "mine")
        assert (other.new / "report.html").read_text() == "of the other"


@pytest.mark.parametrize("step", range(1, 6))
def test_a_move_that_fails_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    put(tmp_path, "old")
    before = contents(tmp_path)
    move, moves = os.rename, [0]

    def fails(source: Path, target: Path) -> None:
        moves[0] += 1
        if moves[0] == step:
            raise PermissionError(errno.EACCES, "Permission denied")
        move(source, target)

    monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(PermissionError):
        put(tmp_path, "new", pages=0)
    monkeypatch.undo()
    assert contents(tmp_path) == before
    assert not [path for path in tmp_path.glob(".*") if path.name != FILES]


@pytest.mark.parametrize("step", range(1, 6))
def test_ctrl_c_between_two_moves_leaves_the_new_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    put(tmp_path, "old")
    move, moves = os.rename, [0]

    def interrupted(source: Path, target: Path) -> None:
        moves[0] += 1
        if moves[0] == step:
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(os, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, "new", pages=0)
    assert contents(tmp_path) == NEW
    assert not [path for path in tmp_path.glob(".*") if path.name != FILES]


def test_a_part_that_could_not_be_moved_back_is_kept_and_comes_back_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "old")
    before = contents(tmp_path)
    move, moves = os.rename, [0]

    def fails_for_good(source: Path, target: Path) -> None:
        moves[0] += 1
        if moves[0] >= 2:
            raise PermissionError(errno.EACCES, "Permission denied")
        move(source, target)

    monkeypatch.setattr(os, "rename", fails_for_good)
    with pytest.raises(PermissionError):
        put(tmp_path, "new", pages=0)
    monkeypatch.undo()
    settle(tmp_path)
    assert contents(tmp_path) == before


def test_pages_of_an_earlier_report_do_not_stay(tmp_path: Path) -> None:
    put(tmp_path, "old", pages=5)
    put(tmp_path, "new", pages=1)
    assert sorted(contents(tmp_path)) == ["conversations/one.md", "pages/0.html", "report.html"]


def test_what_others_have_in_our_folders_stays(tmp_path: Path) -> None:
    mine = {"conversations/hers.vtt": b"WEBVTT", "conversations/more/notes.md": b"mine", "pages/site.html": b"<p>", "pages/0.html": b"mine"}
    for name, data in mine.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    for text in ("old", "new"):
        put(tmp_path, text)
        kept = {"pages/0.html.kept" if name == "pages/0.html" else name: data for name, data in mine.items()}
        assert {name: data for name, data in contents(tmp_path).items() if name in kept} == kept
    assert (tmp_path / "pages/0.html").read_text() == "new"
    (tmp_path / "conversations.vtt").write_text("no folder")
    put(tmp_path, "last", pages=0)
    assert contents(tmp_path) == {**kept, "conversations/one.md": b"last", "report.html": b"last", "conversations.vtt": b"no folder"}


def test_a_report_on_one_page_takes_the_place_of_one_on_many_and_the_other_way_round(tmp_path: Path) -> None:
    alone = write_report(engagement(), tmp_path / "alone")
    expected = {name.removeprefix("alone/") for name in contents(tmp_path)}
    folder = tmp_path / "report"
    write_large_report(many(4), folder)
    (folder / "pages" / "mine.html").write_text("mine")
    write_report(engagement(), folder)
    assert set(contents(folder)) == expected | {"pages/mine.html"}
    assert not (folder / FILES).exists()
    write_large_report(many(4), folder)
    write_large_report(many(4), alone.html.parent.parent / "other")
    assert set(contents(folder)) == set(contents(tmp_path / "other")) | {"pages/mine.html"}


def test_one_page_is_the_last_word_also_after_a_large_report_that_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "old")
    assert killed_at(monkeypatch, tmp_path, 3)
    files = write_report(engagement(), tmp_path)
    settle(tmp_path)
    assert b"Motor claims" in files.html.read_bytes()
    assert not list(tmp_path.glob(".*"))
    assert not (tmp_path / "pages").exists()


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("patched", ["os.fsync", "pathlib.Path.write_bytes"])
def test_a_full_disk_keeps_the_earlier_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patched: str) -> None:
    write: Callable[[BatchAnalysis], object] = lambda batch: write_large_report(batch, tmp_path)  # noqa: E731
    write(many(3))
    before = contents(tmp_path)
    monkeypatch.setattr(patched, _full)
    with pytest.raises(ExportError, match=r"No space left on device") as caught:
        write(many(4))
    assert "Nothing was replaced" in (caught.value.remedy or "")
    monkeypatch.undo()
    assert contents(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_an_export_error(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("in the way")
    with pytest.raises(ExportError, match="The report cannot be written"):
        write_large_report(many(2), tmp_path / "report")
