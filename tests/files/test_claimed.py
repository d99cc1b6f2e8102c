"""Temporary folders: what a killed process left goes, and what somebody works in stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from discovery_agent.files.claimed import claimed_folder

_WRITES_AND_DIES = """
import os, signal, sys
from pathlib import Path
from discovery_agent.files.claimed import claimed_folder
with claimed_folder(Path(sys.argv[1]), ".report-") as folder:
    (folder / "half.html").write_text("<p>ha")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", _WRITES_AND_DIES, str(tmp_path)], env=os.environ)
        assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    (tmp_path / ".report-of-mine.txt").write_text("no folder")
    with claimed_folder(tmp_path, ".report-") as folder:
        assert folder.is_dir() and not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == [".report-of-mine.txt"]


def test_two_at_work_in_one_place_leave_each_other_alone(tmp_path: Path) -> None:
    with claimed_folder(tmp_path, ".report-") as first, claimed_folder(tmp_path, ".report-") as second:
        (first / "one.html").write_text("one")
        (second / "two.html").write_text("two")
        with claimed_folder(tmp_path, ".report-"):
            assert (first / "one.html").exists() and (second / "two.html").exists()
    assert not list(tmp_path.iterdir())
