"""Bytes to text, by fixed rules: the same bytes always give the same text.

A statistical guesser reads short files differently from long ones, and a transcript must not change its
words when a page is added. The rules: a byte order mark decides; else zero bytes mean UTF-16; else valid
UTF-8 is UTF-8; else it is UTF-8 with damage if most of it still decodes, and Windows-1252 otherwise.
"""

from __future__ import annotations

import codecs
import re

from discovery_agent.domain.conversation import ReadingNote

_SAMPLE = 1 << 16
_HALF_LETTER = re.compile("[\ud800-\udfff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> tuple[str, list[ReadingNote]]:
    """The text of a file, and what had to be repaired to get it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], encoding)
    if encoding := _utf16_without_mark(data):
        return _decode_as(data, encoding)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    repaired = data.decode("utf-8", "replace")
    damaged = repaired.count("\ufffd")
    whole = sum(1 for byte in data if byte >= 0xC2) - damaged
    # A file cut in the middle of its last letter has one damaged place and often no other letter beyond ASCII.
    cut_at_the_end = damaged == 1 and repaired.endswith("\ufffd")
    if cut_at_the_end or whole > 5 * damaged:
        return _decode_as(data, "utf-8")
    note = ReadingNote(message="The file is not UTF-8: it was read as Windows-1252. Check names with accents.")
    return _windows_1252(data), [note]


def _decode_as(data: bytes, encoding: str) -> tuple[str, list[ReadingNote]]:
    text = data.decode(encoding, "replace")
    if "\ufffd" not in text or "\ufffd".encode(encoding) in data:
        return text, []
    line = text.count("\n", 0, text.index("\ufffd")) + 1
    message = f"Some bytes are not valid {encoding.upper()}: they are shown as \ufffd, first in this line."
    return text, [ReadingNote(line=line, message=message)]


def _utf16_without_mark(data: bytes) -> str | None:
    """Which UTF-16 this is, if zero bytes are as many, and as regular, as only UTF-16 makes them.

    Spaces, line ends and Latin letters have one zero byte each; on which side of the pair tells the order.
    Zero bytes on both sides are damage in an 8-bit text.
    """
    sample = data[: min(_SAMPLE, len(data) - len(data) % 2)]
    high_first, low_first = sample[::2].count(0), sample[1::2].count(0)
    zeros = high_first + low_first
    # Spaces alone are about a seventh of the letters of any script that uses them.
    if zeros < 4 or zeros * 25 < len(sample) or max(high_first, low_first) * 20 < zeros * 19:
        return None
    encoding = "utf-16-le" if low_first > high_first else "utf-16-be"
    text = sample.decode(encoding, "replace")
    bad = sum(1 for letter in text if letter == "\ufffd" or (letter < " " and letter not in "\t\n\r"))
    return encoding if bad * 20 <= len(text) else None


def _windows_1252(data: bytes) -> str:
    # Five bytes have no letter in Windows-1252; Latin-1 maps them to invisible control characters.
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def whole_letters(text: str) -> str:
    """The text with U+FFFD for half of a letter (a lone surrogate), as names of files and words of a command line may hold: no file takes it."""
    return text if text.isascii() else _HALF_LETTER.sub("\ufffd", text)
