"""`serve` in a process of its own, which also notes every address that its app answers.

    python -m tests.security.serving ROUTES.json serve --port 0

The app is the one that `serve` makes, with everything that stands before it; only a list of its routes is written on the way.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Route:
    """One address of the app: its pattern, such as `/engagements/{engagement_id}`, and how it is asked. An app that is mounted has no methods."""

    path: str
    methods: tuple[str, ...]


@dataclass
class Running:
    """A server that runs."""

    url: str
    process: subprocess.Popen[str]
    routes: tuple[Route, ...]
    log: Path
    said: Path

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def output(self) -> str:
        """All that it wrote, on either stream."""
        return self.log.read_text("utf-8") + self.said.read_text("utf-8")


@contextmanager
def running(folder: Path, cache: Path, *arguments: str, **environment: str) -> Iterator[Running]:
    """The server over the workspace in a folder, until the end of the block."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOVERY_", "OPENAI_"))}
    clean |= {"DISCOVERY_DATA_DIR": str(folder / "data"), "DISCOVERY_CACHE_DIR": str(cache), "PYTHONUNBUFFERED": "1"} | environment
    routes, log, said = folder / "routes.json", folder / "stderr.txt", folder / "stdout.txt"
    command = [sys.executable, "-m", "tests.security.serving", str(routes), "serve", "--port", "0", *arguments]
    with log.open("w") as errors, said.open("w") as words:
        process = subprocess.Popen(command, env=clean, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout is not None
            url = ""
            for line in process.stdout:
                words.write(line)
                words.flush()
                if found := re.search(r"Discovery Agent is at (\S+)", line):
                    url = found[1]
                if "/enter/" in line or "Lost the way in" in line:
                    break
            assert url, log.read_text("utf-8")
            yield Running(url, process, _read(routes), log, said)
        finally:
            process.terminate()
            rest, _ = process.communicate(timeout=60)
            words.write(rest)


def _read(file: Path) -> tuple[Route, ...]:
    return tuple(Route(one["path"], tuple(one["methods"])) for one in json.loads(file.read_text("utf-8")))


def walked(routes: Sequence[Any], prefix: str = "") -> Iterator[dict[str, object]]:
    """Every address below these routes, also inside routers and apps that hang in others."""
    for one in routes:
        inner = getattr(getattr(one, "app", None), "routes", None)
        if (router := getattr(one, "original_router", None)) is not None:
            yield from walked(router.routes, prefix + one.include_context.prefix)
        elif inner is not None:
            yield from walked(inner, prefix + one.path)
        else:
            yield {"path": prefix + one.path, "methods": sorted((getattr(one, "methods", None) or set()) - {"HEAD"})}


def _serve() -> None:
    from discovery_agent.cli.main import main
    from discovery_agent.web import app as web

    file, made = Path(sys.argv.pop(1)), web.create_app

    def noting(*arguments: Any, **more: Any) -> Any:
        app = made(*arguments, **more)
        file.write_text(json.dumps(list(walked(app.routes))), "utf-8")
        return app

    web.create_app = noting
    main()


if __name__ == "__main__":
    _serve()
