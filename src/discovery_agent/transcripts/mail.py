"""A mail (`.eml`), or a mailbox (`.mbox`): a thread is a conversation, its mails in the order in which they were written."""

from __future__ import annotations

import re

from discovery_agent.errors import EmptyTranscript
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.mail_message import Mail, parse
from discovery_agent.transcripts.mail_threads import tell, threads_of
from discovery_agent.transcripts.source import Source

SEPARATOR = re.compile(rb"^From [^\r\n]{0,300}\d{1,2}:\d{2}[^\r\n]{0,60}\d{4}[^\r\n]{0,40}\r?$", re.MULTILINE)
"""The line before each mail of a mailbox: who sent it, and when."""
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}:")
_ESCAPED = re.compile(rb"^>(>{0,20}From )", re.MULTILINE)
_KNOWN = re.compile(
    r"^(from|date|subject|to|message-id|received|mime-version|return-path|content-type|delivered-to|in-reply-to|references|reply-to|cc|sender"
    r"|dkim-signature|x-[\w-]{1,60}|arc-[\w-]{1,60}|authentication-results|thread-\w{1,20}):",
    re.IGNORECASE | re.MULTILINE,
)
_OF_PROGRAMS = ("message-id", "received", "mime-version", "return-path", "content-type", "dkim-signature", "delivered-to")


def recognise(source: Source) -> float:
    """Headers as mail programs write them, up to the first empty line; before them perhaps the line that begins a mail in a mailbox."""
    head = source.head.lstrip("\n")
    boxed = is_mailbox(source.data[:4096])
    if boxed:
        head = head.partition("\n")[2]
    head = re.split(r"\n[ \t]*\n", head, maxsplit=1)[0]
    if not re.match(r"[!-9;-~]{1,76}:", head):
        return 0.0
    names = {name.lower() for name in _KNOWN.findall(head)}
    if "from" not in names:
        return 0.9 if boxed and len(names) > 1 else 0.0
    technical = any(name in names for name in _OF_PROGRAMS)
    if technical and ("date" in names or "subject" in names or boxed):
        return 0.98
    return 0.9 if (boxed or source.suffix == ".eml") and len(names) > 1 else 0.0


def is_mailbox(head: bytes) -> bool:
    """Whether a file that begins so is a mailbox."""
    head = head.lstrip(b"\r\n")
    return (found := SEPARATOR.match(head)) is not None and _HEADER_LINE.match(head[found.end() :].lstrip(b"\r\n>")) is not None


def mails_in(data: bytes) -> list[bytes]:
    """The mails of a mailbox; a file that is none is one mail."""
    data = data.replace(b"\r\n", b"\n").lstrip(b"\n")
    if not is_mailbox(data[:4096]):
        return [data]
    begins = [one for one in SEPARATOR.finditer(data) if _HEADER_LINE.match(data, one.end() + 1)]
    ends = [*(one.start() for one in begins[1:]), len(data)]
    return [_ESCAPED.sub(rb"\1", data[one.end() + 1 : end]) for one, end in zip(begins, ends, strict=True)]


def read(source: Source) -> Draft:
    """The thread in a file. A mailbox that holds several is read thread by thread: see `several`, which takes it apart before.

    Raises:
        EmptyTranscript: no person wrote anything in it.
    """
    draft = Draft()
    mails = [one for data in mails_in(source.data) if _by_person(one := parse(data), draft)]
    threads = threads_of(mails)
    for thread in threads:
        tell([mails[place] for place in thread], draft)
    if not draft.turns:
        raise EmptyTranscript("No person wrote anything in this mail.", where=source.name, remedy="Give the mail with the text in it.")
    if len(threads) > 1:
        draft.note(f"The mailbox holds {len(threads):,} threads, which were read one after the other as one conversation.")
    first = [mails[place] for place in threads[0] if not mails[place].read_before] or mails
    draft.title = next((subject for one in first if (subject := one.thread_subject)), None)
    draft.held_on = next((one.sent.date() for one in first if one.sent is not None), None)
    return draft


def _by_person(mail: Mail, draft: Draft) -> bool:
    if mail.automatic:
        draft.note(f"Left out: a mail that a program sent by itself ({mail.subject[:80] or 'without a subject'}).")
    return not mail.automatic
