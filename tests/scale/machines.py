"""Processes as they run on several machines: each with folders of its own, and nothing in common but the database and the model server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

from tests.cli.running import SCRIPT


class Machine:
    """One process of the installed command."""

    def __init__(self, name: str, folder: Path, command: str, *arguments: str, **environment: str) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        data, cache = folder / name / "data", folder / name / "cache"
        data.parent.mkdir(parents=True, exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
        clean |= {"DISCOVERY_DATA_DIR": str(data), "DISCOVERY_CACHE_DIR": str(cache), "OPENAI_API_KEY": f"sk-{name}"}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [SCRIPT, command, *arguments], env=clean | environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.said: list[str] = []

    def says(self, pattern: str) -> str:
        """Wait for a line that fits; the part in brackets."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError("".join(self.said) + self.log)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.send_signal(signal.SIGTERM)

    def ended(self) -> tuple[int, str]:
        """Wait for the end of one that was asked: its exit code, and the last that it said."""
        rest, _ = self._process.communicate(timeout=120)
        return self._process.returncode, rest

    @property
    def log(self) -> str:
        """Its warnings and errors."""
        return self._log.read_text()

    def close(self) -> None:
        """Make sure that it is gone."""
        self._process.kill()
        self._process.communicate()
