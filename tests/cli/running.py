"""Runs the command line inside the test process, as its entry point does, and as the installed script."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit, run_guarded
from discovery_agent.cli.main import app

SCRIPT = Path(sys.executable).with_name("discovery-agent")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All it wrote."""
        return self.out + self.err


class Inside:
    """Calls the command in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str | Path) -> Outcome:
        self._capture.readouterr()
        code: object = Exit.OK
        try:
            # In a thread of its own: browser tests leave an event loop running in this one.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(run_guarded, lambda: app([str(one) for one in arguments], prog_name="discovery-agent")).result()
        except SystemExit as stop:
            code = stop.code or 0
        assert isinstance(code, int)
        written = self._capture.readouterr()
        return Outcome(int(code), written.out, written.err)


def installed(*arguments: str | Path, folder: Path, **environment: str) -> Outcome:
    """Call the installed script in `folder`, with no settings but those given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
    done = subprocess.run(
        [SCRIPT, *map(str, arguments)],
        cwd=folder,
        env=clean | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
