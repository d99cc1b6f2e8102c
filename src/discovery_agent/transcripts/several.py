"""What holds several conversations, taken apart into files that hold one each: a Slack export, packed or not, a mailbox, single mails.

Nothing is written anywhere, and one part is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import IO

from discovery_agent.errors import TranscriptError
from discovery_agent.files.archives import DAMAGE, Fault
from discovery_agent.files.bundles import Entry, Refusal, entries, is_bundle, names
from discovery_agent.files.regular import read_regular
from discovery_agent.transcripts import mailbox
from discovery_agent.transcripts.mail_message import Mail, parse
from discovery_agent.transcripts.mail_threads import threads_of
from discovery_agent.transcripts.slack_export import LISTS, Export, is_day, is_export

_HEADERS = 1 << 16
_MAILS_HELD = 100_000_000
"""Bytes of single mails of an archive that are held to find their threads; further ones are read each alone."""
_DAMAGED = ("It holds no messages that can be read.", "Export the workspace again.")


def parts_of(file: IO[bytes], *, largest: int) -> Iterator[Entry | Refusal] | None:
    """The files with one conversation each that this one holds; None if it is of no kind that holds several.

    A zip archive of transcripts is none of those: see `files.bundles`. `largest` is how many bytes a part may have. The file is read
    while the parts are asked for.

    Raises:
        Fault: what holds them cannot be opened, or holds more than is taken; when the first part is asked for.
    """
    if mailbox.holds_mails(file):
        return mailbox.threads(file, largest=largest)
    if is_slack_export(file):
        return _packed_export(file, largest)
    return None


def holds_several(file: IO[bytes]) -> bool:
    """Whether a file is to be taken apart: a zip archive of files, or a mailbox. Afterwards it stands at its beginning."""
    return is_bundle(file) or mailbox.holds_mails(file)


def is_slack_export(file: IO[bytes]) -> bool:
    """Whether this is a zip archive with the export of a Slack workspace."""
    try:
        return is_bundle(file) and is_export(names(file))
    except Fault:
        return False
    finally:
        file.seek(0)


def _packed_export(file: IO[bytes], largest: int) -> Iterator[Entry | Refusal]:
    return _export(entries(file, largest=largest, first=LISTS, by_path=True), largest)


def _export(files: Iterable[Entry | Refusal], largest: int) -> Iterator[Entry | Refusal]:
    """The days of an export: its lists come first, and the files of a folder one after the other."""
    export = Export()
    lists: list[Entry] = []
    learned = False
    for folder, inside in groupby(files, key=lambda one: PurePosixPath(one.path).parent.as_posix()):
        days: list[bytes] = []
        for one in inside:
            path = PurePosixPath(one.path)
            if path.name.lower() in LISTS and not learned and isinstance(one, Entry):
                lists.append(one)
            elif not is_day(path):
                continue
            elif isinstance(one, Refusal):
                yield one
            else:
                days.append(one.data)
        if not days:
            continue
        if not learned:
            for one in sorted(lists, key=lambda entry: PurePosixPath(entry.path).name != "users.json"):
                export.learn(PurePosixPath(one.path).name, one.data)
            learned = True
        damaged: list[Refusal] = []
        name = PurePosixPath(folder).name
        for day in export.days(name, days, lambda name=name, damaged=damaged: damaged.append(Refusal(f"{name}.json", *_DAMAGED))):
            yield Entry(*day) if len(day.data) <= largest else Refusal(day.name, "It is too large.", "Leave this day out.")
        yield from damaged


@dataclass(frozen=True)
class Together:
    """Files that are read together, because what they hold belongs together; `paths` has one where nothing does."""

    name: str
    paths: tuple[Path, ...]
    parts: Callable[[], Iterator[Entry | Refusal]] | None = None
    """Gives the files with one conversation each; None if it is one file, to be read as it is."""


def arranged(paths: Sequence[Path], *, largest: int) -> Iterator[Together]:
    """Files as they are to be read: those of an unpacked Slack export together, and single mails by thread."""
    roots = _export_roots(paths)
    exported = {root: [one for one in paths if is_of_export(one, root)] for root in roots}
    in_export = {one: root for root, inside in exported.items() for one in inside}
    threads = _threads([one for one in paths if one.suffix.lower() == ".eml" and one not in in_export])
    begun: set[Path] = set()
    for path in paths:
        if path in begun:
            continue
        if (root := in_export.get(path)) is not None:
            inside = exported[root]
            begun.update(inside)
            yield Together(str(root), tuple(inside), lambda inside=inside: _export(_unpacked(inside, largest), largest))
        elif len(thread := threads.get(path, (path,))) > 1:
            begun.update(thread)
            yield Together(str(path), thread, lambda thread=thread: iter([_joined(thread, largest)]))
        else:
            yield Together(str(path), (path,), _parts_of_path(path, largest))


def _export_roots(paths: Sequence[Path]) -> list[Path]:
    roots = [one.parent for one in paths if one.name == "users.json"]
    return [root for root in roots if is_export(one.relative_to(root).as_posix() for one in paths if one.is_relative_to(root))]


def is_of_export(path: Path, root: Path) -> bool:
    """Whether a file belongs to the export unpacked in a folder: its lists, and the days of its channels."""
    return (path.parent == root and path.suffix == ".json") or (path.parent.parent == root and is_day(PurePosixPath(path.name)))


def _unpacked(paths: Sequence[Path], largest: int) -> Iterator[Entry | Refusal]:
    for path in sorted(paths, key=lambda one: (one.name.lower() not in LISTS, one)):
        try:
            data = read_regular(path, largest)
        except (OSError, ValueError) as error:
            yield Refusal(path.as_posix(), f"It cannot be opened: {getattr(error, 'strerror', None) or error}.", "Check its permissions.")
            continue
        if len(data) > largest:
            yield Refusal(path.as_posix(), f"It is larger than {largest / 1e6:g} MB.", "Leave it out.")
        else:
            yield Entry(path.as_posix(), data)


def _parts_of_path(path: Path, largest: int) -> Callable[[], Iterator[Entry | Refusal]] | None:
    def parts() -> Iterator[Entry | Refusal]:
        with path.open("rb") as file:
            yield from parts_of(file, largest=largest) or ()

    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            several = parts_of(file, largest=largest) is not None
    except (OSError, *DAMAGE):  # which is told by whoever reads it
        return None
    return parts if several else None


def _threads(paths: Sequence[Path]) -> dict[Path, tuple[Path, ...]]:
    """The files of the thread that each single mail belongs to."""
    mails: list[tuple[Path, Mail]] = []
    for path in paths:
        try:
            head = read_regular(path, _HEADERS).replace(b"\r\n", b"\n")
        except (OSError, ValueError):
            continue
        if not mailbox.is_mailbox(head):
            mails.append((path, parse(head.partition(b"\n\n")[0] + b"\n\n")))
    found: dict[Path, tuple[Path, ...]] = {}
    for thread in threads_of([mail for _, mail in mails]):
        files = tuple(mails[at][0] for at in thread)
        found |= dict.fromkeys(files, files)
    return found


def _joined(paths: Sequence[Path], largest: int) -> Entry | Refusal:
    """Single mails of a thread as one mailbox."""
    data = bytearray()
    for path in paths:
        try:
            data += mailbox.boxed(read_regular(path, mailbox.LARGEST_MAIL)[: mailbox.LARGEST_MAIL])
        except (OSError, ValueError) as error:
            return Refusal(str(path), f"It cannot be opened: {getattr(error, 'strerror', None) or error}.", "Check its permissions.")
    if len(data) > largest:
        return Refusal(str(paths[0]), f"The thread has more than {largest / 1e6:g} MB of text.", "Leave out what is not about the matter.")
    return Entry(paths[0].name, bytes(data))


def mails_together(files: Iterable[Entry | Refusal], *, largest: int) -> Iterator[Entry | Refusal]:
    """The files of an archive, with single mails (`.eml`) of one thread made one file; they come last."""
    mails: list[tuple[str, bytes, Mail]] = []
    held = 0
    for one in files:
        if isinstance(one, Refusal) or PurePosixPath(one.path).suffix.lower() != ".eml" or held > _MAILS_HELD:
            yield one
            continue
        data = mailbox.boxed(one.data)
        held += len(data)
        mails.append((one.path, data, parse(one.data.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n")))
    for thread in threads_of([mail for _, _, mail in mails]):
        data = b"".join(mails[at][1] for at in thread)
        path = mails[thread[0]][0]
        if len(data) > largest:
            yield Refusal(path, f"The thread has more than {largest / 1e6:g} MB of text.", "Leave out what is not about the matter.")
        else:
            yield Entry(path, data)


def landed(path: Path, data: bytes, beside: Sequence[Path]) -> bytes:
    """A single mail that came to a folder in which others lie: with those of its thread, which were read before.

    So it is known which of its words are quoted, and only its own count.
    """
    thread = _threads([path, *(one for one in beside if one != path and one.suffix.lower() == ".eml")]).get(path, (path,))
    others = [one for one in thread if one != path]
    if not others:
        return data
    return b"".join(mailbox.boxed(read_regular(one, mailbox.LARGEST_MAIL), read_before=True) for one in others) + mailbox.boxed(data)


def as_error(refusal: Refusal) -> TranscriptError:
    """A part that cannot be taken, as whoever reads single files is told it."""
    return TranscriptError(refusal.what, where=refusal.path, remedy=refusal.remedy)
