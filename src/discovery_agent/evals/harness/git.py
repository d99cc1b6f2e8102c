"""What git says of a folder: which commit, which files, what is not committed."""

from __future__ import annotations

import subprocess
from pathlib import Path


def ask_git(folder: Path, *arguments: str) -> bytes | None:
    """What a git command says; None if it fails, or there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except (OSError, ValueError):  # no git; a name with a null byte
        return None
    return done.stdout if done.returncode == 0 else None


def root_around(folder: Path) -> Path | None:
    """The top folder of the repository around a folder; None if it is in none."""
    top = ask_git(folder, "rev-parse", "--show-toplevel")
    return Path(top.decode("utf-8", "surrogateescape").rstrip("\n")) if top else None


def commit_of(name: str, folder: Path) -> str | None:
    """The commit of a revision in the repository around a folder; None if there is none of that name."""
    found = ask_git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.decode().strip() if found else None
