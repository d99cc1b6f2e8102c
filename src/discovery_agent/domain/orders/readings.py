"""The ways in which a model may read a text: as it stands, without disguise of its letters, unwrapped, decoded, turned round."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from discovery_agent.domain.orders.lookalikes import LATIN, LEET
from discovery_agent.domain.unseen import visible

_JOINERS = re.compile("[\u200c\u200d]")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]")
_NO_WORD = re.compile(r"[\W_]+")
# Four letters or more that stand alone, with the same kind of gap between them.
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ \t.\-_*|/·•]{1,3}[^\W\d_](?![^\W_])){3,}(?![^\W_])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BASE64_LINES = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{12,}[ \t]*\n[ \t]*)+[A-Za-z0-9+/_-]{2,}={0,2}")
_HEX = re.compile(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,;-]{0,2}){12,}")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4}){4,}")
_DEEPEST = 2


class Reading(NamedTuple):
    """A text in small Latin letters without accents."""

    lines: str
    """With its line breaks."""
    text: str
    """In one line."""
    words: str
    """Words and figures alone, one space apart."""
    spaced: tuple[str, ...] = ()
    """What was written with a gap after each letter, closed up."""
    disguised: bool = False
    """Whether the text had to be turned round or replaced letter by letter."""


def readings(text: str, depth: int = 0) -> Iterator[Reading]:
    """All readings of a text; what is encoded in it is decoded and read in its turn."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", _JOINERS.sub("", visible(unicodedata.normalize("NFKC", text)))))
    folded = plain.translate(LATIN).lower()
    closed, runs = _closed_up(folded)
    yield _reading(closed, runs)
    base = _words(closed)
    for other in (_words(closed.translate(LEET)), _backwards(base), _each_backwards(base), codecs.decode(base, "rot13")):
        if other != base:
            yield Reading("", "", other, disguised=True)
    if depth < _DEEPEST:
        for decoded in _decoded(plain):
            yield from readings(decoded, depth + 1)


def _reading(folded: str, runs: tuple[str, ...]) -> Reading:
    return Reading(folded, " ".join(folded.split()), _words(folded), runs)


def _words(text: str) -> str:
    return _NO_WORD.sub(" ", text).strip()


def _backwards(words: str) -> str:
    return words[::-1]


def _each_backwards(words: str) -> str:
    return " ".join(word[::-1] for word in words.split(" "))


def _closed_up(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with letter-spaced stretches closed up, and those stretches.

    Where words are told apart by a wider gap, they stay apart in the text; of each stretch all letters come together.
    """
    runs: list[str] = []

    def close(found: re.Match[str]) -> str:
        runs.append(_NO_WORD.sub("", found[0]))
        return " ".join(_NO_WORD.sub("", word) for word in re.split(r"[ \t]{2,}| / ", found[0]))

    return _SPACED.sub(close, text), tuple(runs)


def _decoded(text: str) -> Iterator[str]:
    """What is hidden in the text by a common encoding."""
    for found in (*_BASE64.finditer(text), *_BASE64_LINES.finditer(text)):
        yield from _as_text(_from_base64("".join(found[0].split())))
    for found in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|[^0-9a-fA-F]", "", found[0])
        yield from _as_text(bytes.fromhex(digits[: len(digits) // 2 * 2]))
    if text.count("%") >= 4 and (unquoted := unquote(text)) != text:
        yield unquoted
    if "&" in text and (unescaped := html.unescape(text)) != text:
        yield unescaped
    for found in _ESCAPES.finditer(text):
        yield "".join(chr(int(digits, 16)) for digits in re.findall(r"\\u([0-9a-fA-F]{4})", found[0]))


def _from_base64(token: str) -> bytes:
    plain = token.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _as_text(data: bytes) -> Iterator[str]:
    """The bytes as text, if they are text: a long word in plain letters decodes to noise."""
    encoding = "utf-16-le" if data[1:8:2].count(0) >= 3 else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return
    if len(text) >= 10 and sum(one.isalnum() or one in " .,:;!?'\"\n" for one in text) >= 0.85 * len(text):
        yield text
