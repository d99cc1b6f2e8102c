"""The ways to start the command line."""

from __future__ import annotations

import subprocess
import sys


def test_the_command_line_starts_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "discovery_agent.cli.main", "review", "--help"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "sign" in done.stdout and "settle" in done.stdout
