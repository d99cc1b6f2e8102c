"""Files that are no transcript: named for what they are, so that the user knows what to give instead."""

from __future__ import annotations

import re

from discovery_agent.transcripts.source import Source

_RECORDING = ("a recording", "Transcribe it first, and give the transcript.")
_PICTURE = ("a picture", "Give the text of it.")
_SAVE_AS = "Save it as .docx or plain text."
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", _SAVE_AS),
    (b"{\\rtf", "a rich text document (RTF)", _SAVE_AS),
    (b"\xd0\xcf\x11\xe0", "an old Office document", _SAVE_AS),
    (b"!BDN", "a data file of Outlook (.pst)", "Export the thread from Outlook or Thunderbird as .eml or .mbox."),
    (b"\x89PNG", *_PICTURE),
    (b"\xff\xd8\xff", *_PICTURE),
    (b"GIF8", *_PICTURE),
    (b"ID3", *_RECORDING),
    (b"RIFF", *_RECORDING),
    (b"OggS", *_RECORDING),
    (b"fLaC", *_RECORDING),
    (b"\x1aE\xdf\xa3", *_RECORDING),
    (b"PK\x03\x04", "a zip archive or an Office file that is not a Word document", "Unpack it, or save the text of it."),
    (b"\x1f\x8b\x08", "a compressed file", "Unpack it."),
    (b"7z\xbc\xaf", "a compressed file", "Unpack it."),
    (b"Rar!", "a compressed file", "Unpack it."),
    (b"SQLite format 3", "a database", "Export the conversation as text."),
)
_HTML = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype html|html|head|body|tt|svg|rss)\b", re.IGNORECASE)


def name_foreign(source: Source) -> tuple[str, str] | None:
    """What is wrong and what to do, if the content is of a kind that is not read; None if it is text."""
    if source.suffix == ".msg" and source.data.startswith(b"\xd0\xcf\x11\xe0"):
        return "This is a mail in Outlook's own form (.msg).", "Save it as .eml: the new Outlook, Outlook on the web and Thunderbird do."
    for magic, kind, remedy in _MAGIC:
        if source.data.startswith(magic):
            return f"This is {kind}, not a transcript.", remedy
    if source.data[4:8] == b"ftyp":
        return "This is a recording, not a transcript.", _RECORDING[1]
    if _HTML.match(source.head):
        return "This is a web page or an XML file, not a transcript.", "Copy its text into a plain text file."
    return ("This is not text.", "Give a transcript as text, captions, Word or JSON.") if _binary(source) else None


def _binary(source: Source) -> bool:
    """More than one character in ten is a control character or cannot be decoded."""
    from discovery_agent.files.encoding import decode

    sample = decode(source.data[: 1 << 16])[0]
    odd = sum(1 for letter in sample if (letter < " " and letter not in "\t\n\r\f\0") or "\x7f" <= letter <= "\x9f" or letter == "\ufffd")
    zeros = sample.count("\0")
    return 10 * odd > len(sample) or 2 * zeros > len(sample)
