"""Transcripts given by their paths: the files behind them, the list of people that lies beside them, a title; and their analysis."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.discovery.analyse import Progress, analyse_engagement
from discovery_agent.discovery.files_read import read_conversations
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import EngagementAnalysis, UnreadableFile
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.errors import TranscriptError
from discovery_agent.files.encoding import whole_letters
from discovery_agent.transcripts import load_stakeholders

_PEOPLE = ("people.yaml", "people.yml")

# What editors, file managers and our own reports leave in a folder of transcripts.
_NO_TRANSCRIPTS = {*_PEOPLE, "stakeholders.yaml", "stakeholders.yml", "readme.md", "thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class GivenFiles:
    """What paths stand for, read."""

    conversations: tuple[Conversation, ...]
    unreadable: tuple[UnreadableFile, ...]
    """Paths that lead to no file, and files that hold no conversation."""
    people: Path | None
    """The list of people that was used."""
    listed: tuple[Stakeholder, ...]
    """Who is on it."""
    title: str
    """The name of the folder or of the only file."""


def read_given(
    paths: Sequence[str], out: Path | None = None, *, people: Path | None = None, listed: Sequence[Stakeholder] | None = None
) -> GivenFiles:
    """Read every transcript behind the paths. People are those `listed`, or of the list named, or of the one that lies beside the files.

    Raises:
        TranscriptError: no path leads to a file.
        ConfigurationError: the list of people is wrong.
    """
    found, missing = collect(paths, out)
    if listed is None:
        people = people or people_beside(paths, found)
        listed = load_stakeholders(people) if people else ()
    conversations, unreadable = read_conversations(found, listed)
    return GivenFiles(tuple(conversations), (*missing, *unreadable), people, tuple(listed), title_of(paths, found))


async def analyse_given(
    conversations: Sequence[Conversation], unreadable: Sequence[UnreadableFile], bench: Workbench, title: str, progress: Progress
) -> EngagementAnalysis:
    """The analysis of conversations that all fit in memory, with everything that the workbench has for it."""
    return await analyse_engagement(
        conversations,
        bench.analyst,
        title=title,
        similarity_of=bench.similarity_of,
        concurrency=bench.settings.concurrency,
        unreadable=unreadable,
        progress=progress,
        tables=bench.tables,
        expect=bench.expect,
        advise=bench.advise,
    )


def collect(paths: Sequence[str], out: Path | None = None) -> tuple[list[Path], list[UnreadableFile]]:
    """Files behind the given files, folders and globs, each once, in a stable order; and the paths behind which is none.

    Below `out`, the folder of a report that is to be written, nothing is looked for.

    Raises:
        TranscriptError: no path leads to a file.
    """
    found: dict[Path, Path] = {}
    missing: list[UnreadableFile] = []
    for given in paths:
        try:
            for one in _behind(given, out.resolve() if out else None):
                found.setdefault(one.resolve(), one)
        except TranscriptError as error:
            missing.append(UnreadableFile(source=whole_letters(given), error=error.what, remedy=error.remedy))
    if not found and missing:
        first = missing[0]
        others = plural(len(missing) - 1, "path")
        more = f" Nor do the other {others} lead to one." if len(missing) > 1 else ""
        raise TranscriptError(first.error + more, where=first.source, remedy=first.remedy)
    return list(found.values()), missing


def _behind(given: str, out: Path | None) -> list[Path]:
    try:
        return _inside(given, out)
    except OSError as error:
        raise TranscriptError(f"The path cannot be looked at: {error.strerror or error}.", where=given) from error


def _inside(given: str, out: Path | None) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        inside = [one for one in sorted(path.rglob("*")) if _may_be_transcript(one, path, out)]
        if not inside:
            raise TranscriptError("The folder holds no file.", where=given, remedy="Put transcripts in it, or name another.")
        return inside
    if path.exists():
        return [path]
    inside = [one for one in map(Path, sorted(glob.glob(given, recursive=True))) if _may_be_transcript(one, one.parent, out)]
    if not inside:
        raise TranscriptError("There is no such file or folder.", where=given, remedy="Check the path; put globs in quotes.")
    return inside


def _may_be_transcript(path: Path, folder: Path, out: Path | None) -> bool:
    """Whether a file that nobody named itself is worth reading: neither hidden, nor a list of people, nor our own report."""
    return (
        path.is_file()
        and not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        and path.name.lower() not in _NO_TRANSCRIPTS
        and (out is None or out not in path.resolve().parents)
    )


def people_beside(paths: Sequence[str], found: Iterable[Path]) -> Path | None:
    """The people.yaml that lies in a folder given, or beside the files given; None if there is none, or more than one."""
    folders = {Path(path).resolve() for path in paths if Path(path).is_dir()} or {path.resolve().parent for path in found}
    lists = {folder / name for folder in folders for name in _PEOPLE if (folder / name).is_file()}
    return lists.pop() if len(lists) == 1 else None


def title_of(paths: Sequence[str], found: Sequence[Path]) -> str:
    """The name of the folder or of the only file; for globs and several files, of the folder they lie in."""
    first = Path(paths[0]).resolve()
    name = first.name if first.is_dir() else (first.stem if len(found) == 1 else found[0].resolve().parent.name)
    return name.replace("_", " ").replace("-", " ").strip().capitalize() or "Engagement"
