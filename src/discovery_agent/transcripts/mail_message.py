"""One mail: who sent it, when, in answer to what, and its text. Attachments are named and never opened.

A mail comes from anybody, so nothing in it is believed: headers that break the rules, charsets that are not true, parts in parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from discovery_agent.files.encoding import decode
from discovery_agent.transcripts.mail_html import page_text
from discovery_agent.transcripts.mail_quotes import name_of

MOST_PARTS = 500
MOST_LEVELS = 30
LARGEST_TEXT = 500_000
"""Characters of the text of one mail."""

READ_BEFORE = "X-Discovery-Read-Before"
"""The header that marks a mail in a file of our own making; see `several.landed`."""

_ID = re.compile(r"<[^<>\s]{1,250}>")
_REPLY = re.compile(
    r"\s*(?:(?:re|aw|antw(?:ort)?|sv|vs|odp|ynt|res|rif|ref|fwd?|wg|tr|rv|enc|doorst|vb|i|r)(?:\s?\[\d+\])?\s*[:：]|\[(?:extern(?:al)?|ext)\])\s*",
    re.IGNORECASE,
)
_SINGLE_BYTE = re.compile(r"us-ascii|ascii|iso-?8859-\d+|latin-?1|windows-125\d|cp125\d", re.IGNORECASE)


_OF_MAIL_SYSTEM = re.compile(r"(?:mailer-daemon|postmaster)(?:@|\Z)", re.IGNORECASE)
_ABSENT = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)?[ -]?reply|automatische antwort|abwesenheits(?:notiz|nachricht|meldung)|réponse automatique"
    r"|respuesta automática|risposta automatica|automatisch antwoord|out of (?:the )?office)\s*(?::|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """What is known of one mail."""

    sender: str | None
    address: str | None
    subject: str
    sent: datetime | None
    id: str | None
    answers: tuple[str, ...]
    """Ids of the mails that it follows."""
    text: str
    attachments: tuple[str, ...]
    automatic: bool
    """An absence note, a receipt or a report of the mail system: nobody's words."""

    read_before: bool = False
    """Whether it was read with another file, and is here only so that what is quoted of it is known."""

    @property
    def thread_subject(self) -> str:
        """The subject without `Re:`, `AW:` and the like."""
        return bare_subject(self.subject)

    @property
    def is_reply(self) -> bool:
        """Whether it says that it answers something."""
        return bool(self.answers) or _REPLY.match(self.subject) is not None


def bare_subject(subject: str) -> str:
    """A subject without its `Re:`, `AW:`, `WG:`, whatever their number."""
    while match := _REPLY.match(subject):
        subject = subject[match.end() :]
    return " ".join(subject.split())


def parse(data: bytes) -> Mail:
    """Read a mail. Whatever it is, something comes out; what cannot be read of it is missing."""
    try:
        message = message_from_bytes(data)
    except (RecursionError, ValueError, LookupError, IndexError, AttributeError, TypeError, KeyError):
        # Parts within parts without end: the headers are sound, and stand first.
        message = message_from_bytes(data.partition(b"\n\n")[0] + b"\n\n")
    text, attachments = _body(message)
    sender = header(message, "From") or header(message, "Sender") or header(message, "Reply-To")
    return Mail(
        sender=name_of(sender),
        address=parseaddr(sender)[1].lower() or None if sender else None,
        subject=" ".join(header(message, "Subject").split())[:500],
        sent=_sent(message),
        id=next(iter(_ID.findall(header(message, "Message-ID"))), None),
        answers=tuple(
            dict.fromkeys(_ID.findall(header(message, "References")[:20_000]) + _ID.findall(header(message, "In-Reply-To")[:2_000]))
        ),
        text=text[:LARGEST_TEXT],
        attachments=attachments,
        automatic=_automatic(message),
        read_before=message.get(READ_BEFORE) is not None,
    )


def header(message: Message, name: str) -> str:
    """A header as text; empty if there is none."""
    try:
        value = message.get(name)
        if value is None:
            return ""
        raw = str(value)
        if not raw.isascii():  # letters that were never encoded
            return decode(raw.encode("utf-8", "surrogateescape"))[0]
        return str(make_header(decode_header(raw)))
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, UnicodeError):
        return str(message.get(name) or "").encode("utf-8", "replace").decode("utf-8", "replace")


def _sent(message: Message) -> datetime | None:
    for text in (header(message, "Date"), header(message, "Received").rpartition(";")[2]):
        try:
            time = parsedate_to_datetime(text.strip())
            time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
        if 1980 <= time.year <= 2100:
            return time
    return None


def _automatic(message: Message) -> bool:
    automatic = header(message, "Auto-Submitted").lower()
    return (
        (bool(automatic) and not automatic.startswith("no"))
        or bool(header(message, "X-Autoreply") or header(message, "X-Autorespond"))
        or message.get_content_type() == "multipart/report"
        or header(message, "Return-Path").strip() == "<>"
        or _OF_MAIL_SYSTEM.match(parseaddr(header(message, "From"))[1]) is not None
        or _ABSENT.match(header(message, "Subject")) is not None
    )


def _body(message: Message) -> tuple[str, tuple[str, ...]]:
    """The text, and the names of what is attached."""
    texts: list[str] = []
    attached: list[str] = []
    for part in _shown(message, attached):
        text = _text(part)
        if text.strip():
            texts.append(page_text(text) if part.get_content_subtype() == "html" else text)
    return "\n\n".join(texts), tuple(attached)


def _shown(message: Message, attached: list[str]) -> Iterator[Message]:
    """The parts that a reader is shown, in order; of several forms of one text the plain one, unless it is empty."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    count = 0
    while waiting:
        part, level = waiting.pop()
        count += 1
        if count > MOST_PARTS:
            return
        kind = part.get_content_type()
        inside = part.get_payload()
        if isinstance(inside, list):
            if kind.startswith("message/") or level >= MOST_LEVELS:
                attached.append(_file_name(part) or "another mail")
                continue
            children = [one for one in inside if isinstance(one, Message)]
            if kind == "multipart/alternative":
                children = _best(children)
            waiting.extend((one, level + 1) for one in reversed(children))
        elif kind.startswith("multipart/") and isinstance(inside, str) and (inner := _by_its_own_marks(inside)) is not None:
            waiting.append((inner, level + 1))
        elif kind in ("text/plain", "text/html") and not _is_attached(part):
            yield part
        elif name := _file_name(part):
            attached.append(name)
        elif not kind.startswith(("text/", "multipart/", "image/")):
            attached.append(f"a file ({kind[:60]})")


def _by_its_own_marks(body: str) -> Message | None:
    """The parts of a mail whose header names another mark between them than the one that stands there."""
    if (match := re.search(r"^--(\S[^\r\n\"]{0,68}\S)[ \t]*$", body, re.MULTILINE)) is None:
        return None
    head = f'Content-Type: multipart/mixed; boundary="{match[1]}"\n\n'.encode()
    inner = message_from_bytes(head + body.encode("utf-8", "surrogateescape"))
    return inner if isinstance(inner.get_payload(), list) else None


def _best(forms: list[Message]) -> list[Message]:
    for form in forms:
        if form.get_content_type() == "text/plain" and _text(form).strip():
            return [form]
    return forms[-1:]


def _is_attached(part: Message) -> bool:
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment") or bool(_file_name(part))


def _file_name(part: Message) -> str | None:
    try:
        name = part.get_filename()
        name = str(make_header(decode_header(name))) if name else None
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, UnicodeError):
        return "a file with a damaged name"
    return " ".join(name.encode("utf-8", "replace").decode("utf-8", "replace").split())[:200] or None if name else None


def _text(part: Message) -> str:
    """The text of a part. Its charset is believed where the bytes bear it out."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, UnicodeError):
        data = None
    if not isinstance(data, bytes):
        return ""
    try:
        charset = str(part.get_content_charset() or "")
    except (ValueError, LookupError, TypeError, AttributeError, UnicodeError):
        charset = ""
    if charset and not _SINGLE_BYTE.fullmatch(charset):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            return decode(data)[0]
    if charset and not _is_utf8(data) and not charset.lower().startswith(("us", "ascii")):
        try:  # Latin-1 in a mail is Windows-1252 in truth, as browsers have it, too
            return data.decode("cp1252" if re.fullmatch(r"iso-?8859-1|latin-?1", charset, re.IGNORECASE) else charset)
        except (LookupError, UnicodeError, ValueError):
            return decode(data)[0]
    return decode(data)[0]


def _is_utf8(data: bytes) -> bool:
    """Whether letters beyond ASCII are UTF-8, which hardly ever happens by chance."""
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False
