"""What is private is private from the first folder that had to be made; only regular files are read, and names do nothing to a terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from discovery_agent.files.private import make_private, private_folder
from discovery_agent.files.regular import NotRegular, read_regular
from discovery_agent.files.unseen import on_a_line


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_every_folder_that_had_to_be_made_is_private_and_those_above_stay_as_they_are(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    made = private_folder(tmp_path / "a" / "b" / "c")
    assert [mode(one) for one in (made, made.parent, made.parent.parent, tmp_path)] == [0o700, 0o700, 0o700, 0o755]


def test_a_folder_that_stood_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    assert mode(private_folder(tmp_path / "a")) == 0o700


def test_a_file_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("taken")
    for path in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises((FileExistsError, NotADirectoryError)):
            private_folder(path)


def test_all_that_lies_in_a_folder_is_taken_from_others(tmp_path: Path) -> None:
    inside = tmp_path / "index" / "parts"
    inside.mkdir(parents=True)
    (inside / "a.npy").write_bytes(b"x")
    make_private(tmp_path / "index")
    assert (mode(tmp_path / "index"), mode(inside), mode(inside / "a.npy")) == (0o700, 0o700, 0o600)


def test_of_a_file_no_more_is_read_than_is_wanted_and_one_byte_tells_that_there_is_more(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert len(read_regular(tmp_path / "a", 10)) == 11 and len(read_regular(tmp_path / "a", 100)) == 100


def test_pipes_devices_and_folders_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(NotRegular):
            read_regular(path, 10)


def test_what_a_terminal_would_obey_is_shown_by_its_code() -> None:
    assert on_a_line("a\x1b[2J\r\nb\x07\x9b\u202e\u2028") == "a\\x1b[2J\\r\\nb\\x07\\x9b\\u202e\\u2028"
    assert (
        on_a_line("Größe 會議 3 m\u00b2, na\u00efve \U0001f468\u200d\U0001f469")
        == "Größe 會議 3 m\u00b2, na\u00efve \U0001f468\u200d\U0001f469"
    )
