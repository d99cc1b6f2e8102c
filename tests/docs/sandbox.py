"""Runs the commands of a page as a reader would: in a folder like a fresh checkout, with a home of its own, and without the network."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.docs.not_run import INPUTS, NOT_RUN
from tests.docs.pages import ROOT, commands

_COPIED = ("prompts", "knowledge", "samples")
"""Folders that pages copy and change; a link to them would change ours."""
_SHARED = ("README.md", "Makefile", "pyproject.toml", "evals", "docs", "deploy", "scripts", "examples", ".venv", ".git")
_NOWHERE = "http://127.0.0.1:9"
_SERVES = re.compile(
    r"^(?P<call>(?:[A-Z_]+=\S+ )*(?:\S*/)?discovery-agent (?:serve|mcp --http|watch)\b(?!.*--new-owner-link)(?!.*--once)[^&#\n]*?)\s*(?:#.*)?$",
    re.M,
)


@dataclass(frozen=True)
class Ran:
    """How the commands of a page ended."""

    code: int
    output: str
    folder: Path


def checkout(folder: Path) -> Path:
    """A folder that looks like a checkout; what is in it is this checkout's."""
    folder.mkdir(parents=True)
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name)
    for name in _SHARED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def script_of(page: str) -> str:
    """What is run of a page: its blocks in order, without the lines that cannot be run here."""
    return "\n".join(f"echo '--- {block.place}'\n{_runnable(block.text)}" for block in commands(page))


def left_out(page: str) -> tuple[str, ...]:
    """Lines of a page that are not run, each with the reason."""
    found: list[str] = []
    for block in commands(page):
        for line in _whole_lines(block.text):
            reason = _reason(line)
            if reason:
                found.append(f"{line.strip()}  # {reason}")
    return tuple(found)


def _runnable(text: str) -> str:
    kept = [line for line in _whole_lines(text) if not _reason(line)]
    return _SERVES.sub(_in_background, "\n".join(_with_input(line) for line in kept))


def _whole_lines(text: str) -> list[str]:
    """Lines, each with those that it goes on in by a backslash."""
    return re.findall(r"(?:[^\n]*\\\n)*[^\n]+|^$", text, re.M)


def _reason(line: str) -> str | None:
    return next((why for pattern, why in NOT_RUN.items() if re.search(pattern, line)), None)


def _with_input(line: str) -> str:
    """The line with what a person would type into it."""
    for pattern, typed in INPUTS.items():
        if re.search(pattern, line):
            call = re.sub(r"\s+#.*$", "", line)
            return f"printf '%b' {typed!r} | {call}"
    return line


def _in_background(found: re.Match[str]) -> str:
    """A server that would keep the terminal: started, waited for until it says something, and left running until the page ends."""
    call = re.sub(r"\bserve\b(?!.*--port)", f"serve --port {free_port()}", found["call"])
    log = f'"$HOME/served-{found.start()}.log"'
    return f"{call} > {log} 2>&1 &\nuntil [ -s {log} ]; do sleep 0.2; done"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def run(page: str, folder: Path, *, seconds: float, prepare: Callable[[Path], None]) -> Ran:
    """Run a page from its first command to its last; the first that fails ends it. What it left running is ended."""
    home = folder / "home"
    home.mkdir()
    here = checkout(folder / "checkout")
    prepare(here)
    clean = {name: value for name, value in os.environ.items() if name in ("LANG", "LC_ALL", "TMPDIR", "OPENBLAS_NUM_THREADS")}
    python = Path(shutil.which("python3", path=f"{ROOT / '.venv/bin'}") or "python3").parent
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _NOWHERE)
    variables = {
        **clean,
        **proxies,
        "no_proxy": "127.0.0.1,localhost",
        "NO_PROXY": "127.0.0.1,localhost",
        "HOME": str(home),
        "PATH": f"{python}:{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
    }
    text = script_of(page).replace("8010", str(free_port()))
    log = folder / "output"
    with log.open("wb") as out:
        shell = subprocess.Popen(
            ["bash", "-e", "-o", "pipefail", "-c", text],
            cwd=here,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            code = shell.wait(seconds)
        except subprocess.TimeoutExpired:
            code = 124
        finally:
            _end(shell)
    return Ran(code, log.read_text(encoding="utf-8", errors="replace"), here)


def _end(shell: subprocess.Popen[bytes]) -> None:
    """End everything that the page started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGKILL)
    shell.wait()
