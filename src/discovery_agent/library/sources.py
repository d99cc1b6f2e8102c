"""What can be analysed: paths, texts, conversations; and how it is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.discovery.given_files import GivenFiles, read_given
from discovery_agent.discovery.results import UnreadableFile
from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.errors import InvalidRequest, TranscriptError
from discovery_agent.transcripts import load_stakeholders, read_transcript_bytes


@dataclass(frozen=True)
class Transcript:
    """A conversation as text, in any format that a file may have: `Name: what they said` on each line is the plainest.

    >>> Transcript("Ingrid: Returns take nine days.", title="Kick-off").title
    'Kick-off'
    """

    text: str
    title: str = "Transcript"

    def __post_init__(self) -> None:
        for value in (self.text, self.title):
            if not isinstance(value, str):
                raise TypeError(f"The text and the title of a transcript are strings, not {type(value).__name__}.")


Source = str | os.PathLike[str] | Transcript | Conversation
"""A path to a file or folder, or a glob; a text; or a conversation that was read before."""
People = str | os.PathLike[str] | Sequence[Stakeholder]
"""Stakeholders: the path of a people.yaml, or the people themselves."""


def read_sources(sources: Sequence[Source], people: People | None) -> GivenFiles:
    """Read everything: what paths lead to first, then texts and conversations in the order given. The same conversation counts once.

    Raises:
        InvalidRequest: nothing was given, or a text stands where a path belongs.
        TranscriptError: none of it can be read; a list of people cannot be read.
    """
    listed = None if people is None or isinstance(people, str | os.PathLike) else tuple(map(_person, people))
    file = Path(people) if isinstance(people, str | os.PathLike) else None
    known = listed if listed is not None else load_stakeholders(file) if file else ()
    files, others = _of_paths([_path(one) for one in sources if isinstance(one, str | os.PathLike)], file, listed)
    found = {one.id: one for one in files.conversations}
    unreadable = list(files.unreadable)
    for one in sources:
        if isinstance(one, str | os.PathLike):
            continue
        try:
            conversation = one if isinstance(one, Conversation) else _of_text(one, known)
        except TranscriptError as error:
            unreadable.append(UnreadableFile(source=_title(one), error=error.what, remedy=error.remedy))
            continue
        found.setdefault(conversation.id, conversation)
    if not sources:
        raise InvalidRequest("There is nothing to read.", where="sources", remedy="Give paths, `Transcript(text)`s or conversations.")
    if not found:
        raise others or _none(unreadable)
    title = files.title or (next(iter(found.values())).title if len(found) == 1 else "Engagement")
    return GivenFiles(tuple(found.values()), tuple(unreadable), files.people, files.listed or tuple(known), title)


def _path(given: str | os.PathLike[str]) -> str:
    path = os.fspath(given)
    if not path.strip():  # it would be read as the folder in which the program runs
        raise InvalidRequest("A path is empty.", where="sources", remedy="Give `.` for the folder in which the program runs.")
    if "\n" in path:
        raise InvalidRequest("A string is the path of a file or folder.", where="sources", remedy="Give a text as `Transcript(text)`.")
    return path


def _of_paths(paths: Sequence[str], file: Path | None, listed: Sequence[Stakeholder] | None) -> tuple[GivenFiles, TranscriptError | None]:
    """What the paths lead to; the error if they lead to nothing at all, which matters only if nothing else is given."""
    nothing = GivenFiles((), (), file, tuple(listed or ()), "")
    if not paths:
        return nothing, None
    try:
        return read_given(paths, people=file, listed=listed), None
    except TranscriptError as error:
        missing = tuple(UnreadableFile(source=path, error=error.what, remedy=error.remedy) for path in paths)
        return GivenFiles((), missing, file, tuple(listed or ()), ""), error


def _of_text(one: Transcript, people: Sequence[Stakeholder]) -> Conversation:
    if not isinstance(one, Transcript):
        raise TypeError(f"A source is a path, a `Transcript` or a `Conversation`, not {type(one).__name__}.")
    title = whole(one.title)
    read = read_transcript_bytes(whole(one.text).encode(), f"{title}.txt", stakeholders=people)
    return read.model_copy(update={"title": title, "source": title})


def whole(text: str) -> str:
    """A text with a question mark for each half of a character, which strings of Python can hold and no file can."""
    return text.encode("utf-8", "replace").decode()


def _person(one: Stakeholder) -> Stakeholder:
    if not isinstance(one, Stakeholder):
        raise TypeError(f"People are given as `Stakeholder`s or by the path of a list, not as {type(one).__name__}.")
    return one


def _title(one: Transcript | Conversation) -> str:
    return whole(one.title)


def _none(unreadable: Sequence[UnreadableFile]) -> TranscriptError:
    first = unreadable[0]
    if len(unreadable) == 1:
        return TranscriptError(first.error, where=first.source, remedy=first.remedy)
    return TranscriptError(
        f"None of {len(unreadable)} files could be read as a conversation.", where=first.source, remedy=f"The first: {first.error}"
    )
