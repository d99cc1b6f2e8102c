from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.serving import Server
from tests.web.conftest import web_cache as web_cache


@pytest.fixture(scope="session")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of few megabytes; a folder of the ordinary one where nobody may mount any."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "none", str(folder)]
    mounted = shutil.which("mount") is not None and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    yield folder
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="session")
def server(small_disk: Path, web_cache: Path) -> Iterator[Server]:
    """A server whose data lie on the small disk, and which waits for a locked database only for a moment."""
    running = Server(small_disk / "data", web_cache, wait_seconds=0.2, reading_seconds=1, environment={"TMPDIR": str(small_disk)})
    yield running
    running.kill()


def until(true: Callable[[], bool]) -> None:
    """Look again and again, for as long as the test may take."""
    while not true():
        time.sleep(0.05)
