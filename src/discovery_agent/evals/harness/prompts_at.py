"""The prompts of a git revision or of a folder, laid out whole in a folder of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.arms import Prompts
from discovery_agent.evals.harness.git import ask_git, commit_of, root_around
from discovery_agent.models.prompts import load_prompts
from discovery_agent.settings import data_folder

PROMPTS = "prompts"
"""Where prompts stand in a repository."""


def lay_out(asked: str, into: Path, *, start: Path | None = None) -> Prompts:
    """The prompts of `asked` in the folder `into`, which is made; those that it does not have are the built-in ones.

    `asked` is a folder of prompts, `.` for the working tree's, or a git revision of the repository around `start` (the current folder).

    Raises:
        ConfigurationError: there is no such folder, revision or repository, it has no prompts, or one of them has a mistake.
    """
    here = start or Path.cwd()
    folder = (root_around(here) or here) / PROMPTS if asked == "." else here / asked
    into.mkdir(parents=True, exist_ok=True)
    for path in _files(data_folder("prompts")):
        shutil.copyfile(path, into / path.name)
    if asked == "." or _files(folder):
        source = _copied(asked, folder, into)
    elif folder.is_dir() and not commit_of(asked, here):
        raise ConfigurationError("There is no prompt in this folder.", where=asked, remedy="Name a folder with prompt files (*.md).")
    else:
        source = _checked_out(asked, into, here)
    try:
        prompts = load_prompts(into)
    except ConfigurationError as error:
        raise ConfigurationError(error.what, where=_as_given(error.where or "", asked, folder, into), remedy=error.remedy) from error
    return Prompts(folder=into, source=source, hashes={one.name: one.hash for one in prompts})


def _as_given(where: str, asked: str, folder: Path, into: Path) -> str:
    """The place of a mistake by the name that the user knows: not where the prompts were laid out, but where they came from."""
    rest = where.removeprefix(f"{into}{os.sep}")
    file = rest.partition(",")[0]
    if _files(folder):
        given = f"{PROMPTS if asked == '.' else asked.rstrip('/')}/{rest}" if (folder / file).is_file() else None
    else:
        given = f"{asked}:{PROMPTS}/{rest}"  # as `git show` takes it
    return given or str(data_folder("prompts") / rest)


def _files(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.glob("*.md") if path.name.lower() != "readme.md") if folder.is_dir() else []


def _copied(asked: str, folder: Path, into: Path) -> str:
    paths = _files(folder)
    if not paths:
        raise ConfigurationError("There is no prompt in the working tree.", where=str(folder), remedy="Run this in the project's folder.")
    for path in paths:
        shutil.copyfile(path, into / path.name)
    if asked != ".":
        return f"folder {asked}"
    commit = commit_of("HEAD", folder)
    return f"working tree over commit {commit[:12]}" if commit else "working tree"


def _checked_out(asked: str, into: Path, here: Path) -> str:
    """Write the prompts of a revision; nothing else of it is taken, and the working tree is not touched."""
    root = root_around(here)
    if root is None:
        raise ConfigurationError(
            f"`{asked}` is no folder of prompts, and there is no git repository here that could know it as a revision.",
            where=str(here),
            remedy="Name a folder with prompt files, or run this in the project's repository with git installed.",
        )
    commit = commit_of(asked, root)
    if commit is None:
        raise ConfigurationError(
            f"`{asked}` is neither a folder of prompts nor a revision of this repository.",
            where=str(root),
            remedy="Check the name; in a shallow clone fetch it first: `git fetch --unshallow`, or `git fetch origin REVISION`.",
        )
    listed = ask_git(root, "ls-tree", "-z", "--name-only", commit, "--", f"{PROMPTS}/") or b""
    names = [name for name in listed.decode("utf-8", "replace").split("\0") if name.endswith(".md")]
    taken = 0
    for name in names:
        file = name.rpartition("/")[2]
        content = ask_git(root, "show", f"{commit}:{name}")
        if file.lower() != "readme.md" and content is not None:
            (into / file).write_bytes(content)
            taken += 1
    if not taken:
        raise ConfigurationError(f"Revision `{asked}` has no prompts in `{PROMPTS}/`.", where=f"commit {commit[:12]}")
    return f"revision {asked} (commit {commit[:12]})"
