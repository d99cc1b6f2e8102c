"""In an automatic check, only prompts that somebody else can look up again are compared."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from discovery_agent.errors import ConfigurationError


def refuse_unversioned(asked: str, start: Path | None = None) -> None:
    """In an automatic check (CI=true), refuse a folder of prompts that is not under version control, or not as committed.

    A revision is as it is: what names no folder passes.

    Raises:
        ConfigurationError: the folder, or a file in it, is in no commit.
    """
    folder = (start or Path.cwd()) / asked
    if os.environ.get("CI", "").lower() not in ("true", "1") or not folder.is_dir():
        return
    if asked == ".":
        folder = folder / "prompts" if (folder / "prompts").is_dir() else folder
    elif not any(folder.glob("*.md")):
        return
    status = _git(folder, "status", "--porcelain", "--ignored", "--untracked-files=all", "--", "*.md")
    known = _git(folder, "ls-files", "--", "*.md")
    if status is None or status.strip() or not (known and known.strip()):
        raise ConfigurationError(
            "The prompts of this folder are not under version control as they are, so the comparison could not be repeated.",
            where=str(folder),
            remedy="Commit them, or compare where CI is not set.",
        )


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What a git command says; None if it fails, or there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except (OSError, ValueError):  # no git; a name with a null byte
        return None
    return done.stdout if done.returncode == 0 else None
