"""A mailbox taken apart into its threads, each a small mailbox of its own. It may be far larger than what fits into memory.

It is gone through twice: once for the headers, which say which mails belong together, and once for each thread in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from typing import IO

from discovery_agent.files.archives import Fault
from discovery_agent.files.bundles import Entry, Refusal
from discovery_agent.transcripts.mail import SEPARATOR, is_mailbox
from discovery_agent.transcripts.mail_message import MOST_PARTS, READ_BEFORE, bare_subject, parse
from discovery_agent.transcripts.mail_threads import threads_of

MOST_MAILS = 100_000
LARGEST_MAIL = 60_000_000
"""Bytes of one mail with its attachments; of a larger one the beginning is read, where the text stands."""
_BEGINNING = 2_000_000
_SMALL = 100_000
_LINE = 1 << 16
_HEADERS = 1 << 16
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}:")
_LOOKS_LIKE_SEPARATOR = re.compile(rb"^(>*From )", re.MULTILINE)
_SEPARATOR = b"From - Thu Jan  1 00:00:00 1970\n"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a mail lies in the file, and what its headers say of its thread."""

    begin: int
    end: int
    id: str | None
    answers: tuple[str, ...]
    subject: str
    thread_subject: str
    is_reply: bool
    sent: datetime | None
    automatic: bool


def holds_mails(file: IO[bytes]) -> bool:
    """Whether this is a mailbox; afterwards the file stands at its beginning."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    return is_mailbox(head)


def threads(file: IO[bytes], *, largest: int) -> Iterator[Entry | Refusal]:
    """Each thread as a mailbox, under its subject. `largest` is how many bytes one may have, without what is attached.

    Raises:
        Fault: it holds more mails than are taken; before the first thread.
    """
    places = list(_places(file))
    names: dict[str, int] = {}
    for thread in threads_of(places):
        if all(places[at].automatic for at in thread):
            continue  # receipts and absence notes
        subject = next((one for at in thread if (one := places[at].thread_subject)), "Without a subject")
        subject = re.sub(r"[\\/:\x00-\x1f\x7f]+", " ", subject)[:120].strip() or "Without a subject"
        names[subject] = names.get(subject, 0) + 1
        name = f"{subject}.mbox" if names[subject] == 1 else f"{subject} ({names[subject]}).mbox"
        data = b"".join(_SEPARATOR + _mail(file, places[at]).rstrip(b"\n") + b"\n\n" for at in thread)
        if len(data) > largest:
            yield Refusal(name, f"The thread has more than {largest / 1e6:g} MB of text.", "Leave out what is not about the matter.")
        else:
            yield Entry(name, data)


def _places(file: IO[bytes]) -> Iterator[_Place]:
    file.seek(0)
    at, begin, count = 0, None, 0
    headers, reading, separator_end, candidate = bytearray(), False, None, 0
    while line := file.readline(_LINE):
        if separator_end is not None and begin != separator_end and _HEADER_LINE.match(line):
            if begin is not None:
                yield _placed(begin, candidate, bytes(headers))
            count += 1
            if count > MOST_MAILS:
                raise Fault(f"The mailbox holds more than {MOST_MAILS:,} mails.", "Give the folder that the matter is about.")
            begin, reading = separator_end, True
            headers = bytearray()
        separator_end = None
        if line.startswith(b"From ") and SEPARATOR.match(line.rstrip(b"\r\n")):
            candidate, separator_end = at, at + len(line)
        elif reading:
            if line.strip(b"\r\n") and len(headers) < _HEADERS:
                headers += line
            else:
                reading = False
        at += len(line)
    if begin is not None:
        yield _placed(begin, at, bytes(headers))


def _placed(begin: int, end: int, headers: bytes) -> _Place:
    mail = parse(headers.replace(b"\r\n", b"\n") + b"\n")
    return _Place(begin, end, mail.id, mail.answers, mail.subject, bare_subject(mail.subject), mail.is_reply, mail.sent, mail.automatic)


def _mail(file: IO[bytes], place: _Place) -> bytes:
    """The bytes of a mail, without what is attached."""
    file.seek(place.begin)
    size = place.end - place.begin
    data = file.read(size if size <= LARGEST_MAIL else _BEGINNING).replace(b"\r\n", b"\n")
    return data if len(data) <= _SMALL else _slim(data)


def boxed(mail: bytes, *, read_before: bool = False) -> bytes:
    """A single mail as one of a mailbox, without what is attached; marked if it was read with another file."""
    mail = mail.replace(b"\r\n", b"\n")
    mail = mail if len(mail) <= _SMALL else _slim(mail)
    mail = (f"{READ_BEFORE}: yes\n".encode() if read_before else b"") + mail.lstrip(b"\n")
    return _SEPARATOR + _LOOKS_LIKE_SEPARATOR.sub(rb">\1", mail).strip(b"\n") + b"\n\n"


def _slim(data: bytes) -> bytes:
    """The same mail, with nothing in the parts that are not read."""
    try:
        message = message_from_bytes(data)
        waiting: list[Message] = [message]
        for _ in range(MOST_PARTS):
            if not waiting:
                break
            part = waiting.pop()
            inside = part.get_payload()
            if isinstance(inside, list):
                waiting += [one for one in inside if isinstance(one, Message)]
            elif part.get_content_maintype() != "text" or part.get_filename():
                part.set_payload("")
        return message.as_bytes(unixfrom=False)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return data
