"""In an automatic check, only what somebody else can look up again is compared: prompts and cases as they were committed."""

from __future__ import annotations

import os
from pathlib import Path

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.git import ask_git, root_around
from discovery_agent.evals.harness.prompts_at import PROMPTS

# What must be committed where an automatic check compares revisions.
_WATCHED = (PROMPTS, "evals")
_SHOWN = 10


def refuse_unversioned(asked: str, start: Path | None = None) -> None:
    """In an automatic check (CI=true), refuse a folder of prompts that is not under version control, or not as committed.

    A revision is as it is: what names no folder passes.

    Raises:
        ConfigurationError: the folder, or a file in it, is in no commit.
    """
    folder = (start or Path.cwd()) / asked
    if not _in_automatic_check() or not folder.is_dir():
        return
    if asked == ".":
        folder = folder / PROMPTS if (folder / PROMPTS).is_dir() else folder
    elif not any(folder.glob("*.md")):
        return
    status = ask_git(folder, "status", "--porcelain", "--ignored", "--untracked-files=all", "--", "*.md")
    known = ask_git(folder, "ls-files", "--", "*.md")
    if status is None or status.strip() or not (known and known.strip()):
        raise ConfigurationError(
            "The prompts of this folder are not under version control as they are, so the comparison could not be repeated.",
            where=str(folder),
            remedy="Commit them, or compare where CI is not set.",
        )


def refuse_unfinished(start: Path | None = None) -> None:
    """In an automatic check (CI=true), refuse a working tree whose prompts or evals are not what is committed.

    Outside a repository nothing can be uncommitted.

    Raises:
        ConfigurationError: something is changed, new or removed; names it.
    """
    if not _in_automatic_check():
        return
    here = start or Path.cwd()
    root = root_around(here)
    if root is None:
        return
    status = ask_git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--", *_WATCHED)
    if status is None:
        raise ConfigurationError("git cannot tell what is changed here.", where=str(root))
    changed = [entry[3:] for entry in status.decode("utf-8", "replace").split("\0") if entry[2:3] == " "]
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        raise ConfigurationError(
            f"These files are not as committed, so the comparison could not be repeated: {', '.join(changed[:_SHOWN])}{more}.",
            where=str(root),
            remedy="Commit them, or compare where CI is not set.",
        )


def _in_automatic_check() -> bool:
    return os.environ.get("CI", "").lower() in ("true", "1")
