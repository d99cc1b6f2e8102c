"""Transcripts given by their paths: the files behind them, the list of people that lies beside them, a title; and their analysis."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from discovery_agent.discovery.analyse import Progress, analyse_engagement
from discovery_agent.discovery.files_read import read_conversations
from discovery_agent.discovery.report.large.ours import FILES
from discovery_agent.discovery.report.large.ours import listed as listed_in
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import EngagementAnalysis, UnreadableFile
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.errors import OwnOutput, TranscriptError
from discovery_agent.files.encoding import whole_letters
from discovery_agent.transcripts import load_stakeholders
from discovery_agent.transcripts.own_output import wrote

_MOST_PLACES = 3
_PEOPLE = ("people.yaml", "people.yml")

# What editors and file managers leave in a folder of transcripts.
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
    ours: tuple[Path, ...] = ()
    """Files in the folders that this program wrote: left out."""


class Collected(NamedTuple):
    """What paths stand for, not read yet."""

    found: list[Path]
    missing: list[UnreadableFile]
    """Paths that lead to no file."""
    ours: list[Path]
    """Files that this program wrote, and that nobody named: left out."""


def read_given(
    paths: Sequence[str], out: Path | None = None, *, people: Path | None = None, listed: Sequence[Stakeholder] | None = None
) -> GivenFiles:
    """Read every transcript behind the paths. People are those `listed`, or of the list named, or of the one that lies beside the files.

    Raises:
        TranscriptError: no path leads to a file.
        ConfigurationError: the list of people is wrong.
    """
    found, missing, ours = collect(paths, out)
    if listed is None:
        people = people or people_beside(paths, found)
        listed = load_stakeholders(people) if people else ()
    conversations, unreadable = read_conversations(found, listed)
    return GivenFiles(tuple(conversations), (*missing, *unreadable), people, tuple(listed), title_of(paths, found), tuple(ours))


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


def collect(paths: Sequence[str], out: Path | None = None) -> Collected:
    """Files behind the given files, folders and globs, each once, in a stable order; and the paths behind which is none.

    Below `out`, the folder of a report that is to be written, nothing is looked for. What this program wrote is left out wherever it
    lies, unless it is named itself.

    Raises:
        TranscriptError: no path leads to a file.
    """
    found: dict[Path, Path] = {}
    missing: list[UnreadableFile] = []
    ours: dict[Path, Path] = {}
    for given in paths:
        try:
            for one in _behind(given, out.resolve() if out else None, ours):
                found.setdefault(one.resolve(), one)
        except TranscriptError as error:
            missing.append(UnreadableFile(source=whole_letters(given), error=error.what, remedy=error.remedy))
    if not found and missing:
        first = missing[0]
        others = plural(len(missing) - 1, "path")
        more = f" Nor do the other {others} lead to one." if len(missing) > 1 else ""
        raise TranscriptError(first.error + more, where=first.source, remedy=first.remedy)
    return Collected(list(found.values()), missing, [one for path, one in ours.items() if path not in found])


def left_out(ours: Sequence[Path]) -> str:
    """The line that says which files were left out because this program wrote them.

    >>> left_out([Path("in/report/report.md"), Path("in/report/report.html"), Path("in/copy.md")])
    'Left out: 3 files that this program wrote (in/copy.md, in/report/).'
    """
    folders = Counter(one.parent for one in ours)
    places = sorted({f"{one.parent}/" if folders[one.parent] > 1 else str(one) for one in ours})
    more = f" and {plural(len(places) - _MOST_PLACES, 'more place')}" if len(places) > _MOST_PLACES else ""
    return whole_letters(f"Left out: {plural(len(ours), 'file')} that this program wrote ({', '.join(places[:_MOST_PLACES])}{more}).")


def _behind(given: str, out: Path | None, ours: dict[Path, Path]) -> list[Path]:
    try:
        return _inside(given, out, ours)
    except OSError as error:
        raise TranscriptError(f"The path cannot be looked at: {error.strerror or error}.", where=given) from error


def _inside(given: str, out: Path | None, ours: dict[Path, Path]) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        inside = [one for one in sorted(path.rglob("*")) if _may_be_transcript(one, path, out)]
        if not inside:
            raise TranscriptError("The folder holds no file.", where=given, remedy="Put transcripts in it, or name another.")
        return _of_others(inside, given, ours)
    if path.exists():
        return [path]
    inside = [one for one in map(Path, sorted(glob.glob(given, recursive=True))) if _may_be_transcript(one, one.parent, out)]
    if not inside:
        raise TranscriptError("There is no such file or folder.", where=given, remedy="Check the path; put globs in quotes.")
    return _of_others(inside, given, ours)


def _of_others(inside: Sequence[Path], given: str, ours: dict[Path, Path]) -> list[Path]:
    """Those of the files that this program did not write; the others are added to `ours`."""
    lists: dict[Path, set[Path]] = {}
    kept: list[Path] = []
    for path in inside:
        above = path.resolve().parents
        for folder in above:
            if folder not in lists:
                lists[folder] = {folder / name for name in listed_in(folder)} if (folder / FILES).is_file() else set()
        whole = path.resolve()
        empty_table = path.suffix == ".jsonl" and not path.stat().st_size and whole.parent in {one.parent for one in ours}
        if empty_table or wrote(path) or any(whole in lists[folder] for folder in above):
            ours.setdefault(whole, path)
        else:
            kept.append(path)
    if not kept:
        raise OwnOutput(
            "Only files that this program wrote are there.", where=given, remedy="Put transcripts there, or name another place."
        )
    return kept


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
