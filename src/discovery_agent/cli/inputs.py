"""What the paths on a command line stand for: transcripts, and the list of people that lies beside them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from pathlib import Path

from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import UnreadableFile
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, is_interviewer
from discovery_agent.domain.coverage import Attendance
from discovery_agent.errors import TranscriptError
from discovery_agent.files.encoding import whole_letters

_PEOPLE = ("people.yaml", "people.yml")

# What editors, file managers and our own reports leave in a folder of transcripts.
_NO_TRANSCRIPTS = {*_PEOPLE, "stakeholders.yaml", "stakeholders.yml", "readme.md", "thumbs.db", "desktop.ini"}


def collect(paths: Sequence[str], out: Path) -> tuple[list[Path], list[UnreadableFile]]:
    """Files behind the given files, folders and globs, each once, in a stable order; and the paths behind which is none.

    Raises:
        TranscriptError: no path leads to a file.
    """
    found: dict[Path, Path] = {}
    missing: list[UnreadableFile] = []
    for given in paths:
        try:
            for one in _behind(given, out.resolve()):
                found.setdefault(one.resolve(), one)
        except TranscriptError as error:
            missing.append(UnreadableFile(source=whole_letters(given), error=error.what, remedy=error.remedy))
    if not found and missing:
        first = missing[0]
        others = plural(len(missing) - 1, "path")
        more = f" Nor do the other {others} lead to one." if len(missing) > 1 else ""
        raise TranscriptError(first.error + more, where=first.source, remedy=first.remedy)
    return list(found.values()), missing


def _behind(given: str, out: Path) -> list[Path]:
    try:
        return _inside(given, out)
    except OSError as error:
        raise TranscriptError(f"The path cannot be looked at: {error.strerror or error}.", where=given) from error


def _inside(given: str, out: Path) -> list[Path]:
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


def _may_be_transcript(path: Path, folder: Path, out: Path) -> bool:
    """Whether a file that nobody named itself is worth reading: neither hidden, nor a list of people, nor our own report."""
    return (
        path.is_file()
        and not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        and path.name.lower() not in _NO_TRANSCRIPTS
        and out not in path.resolve().parents
    )


def people_beside(paths: Sequence[str], found: Iterable[Path]) -> Path | None:
    """The people.yaml that lies in a folder given, or beside the files given; None if there is none, or more than one."""
    folders = {Path(path).resolve() for path in paths if Path(path).is_dir()} or {path.resolve().parent for path in found}
    lists = {folder / name for folder in folders for name in _PEOPLE if (folder / name).is_file()}
    return lists.pop() if len(lists) == 1 else None


def about_people(people: Path | None, listed: Sequence[Stakeholder], conversations: Iterable[Conversation | Attendance]) -> list[str]:
    """What the user should know of the roles: which list was used, who on it never spoke, whose role nobody knows."""
    speakers = {person.name: person for conversation in conversations for person in conversation.participants}
    notes: list[str] = []
    if people is not None:
        here = Path.cwd()
        shown = people.relative_to(here) if people.is_relative_to(here) else people
        notes.append(f"Roles from {shown} ({len(listed)} people).")
        silent = [one.name for one in listed if one.name not in speakers]
        if silent:
            notes.append(f"On that list, but not among the speakers: {_some(silent, 20)}. Check the spelling, or add `aliases`.")
    unknown = [name for name, person in speakers.items() if person.role is Role.UNKNOWN and not is_interviewer(name)]
    if unknown:
        notes.append(
            f"No role is known for {_some(unknown)}: a people.yaml beside the transcripts, or --stakeholders, tells it "
            "(`- {name: Ada Berg, role: sponsor}`)."
        )
    return notes


def _some(names: Sequence[str], shown: int = 4) -> str:
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")
