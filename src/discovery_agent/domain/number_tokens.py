"""Tokens of a text for the reader of numbers: literals with their value, words, and other characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAGNITUDES = {
    "thousand": 1e3, "grand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "mn": 1e6, "mln": 1e6, "mio": 1e6, "bn": 1e9, "mrd": 1e9, "tn": 1e12,
}  # fmt: skip
_SUFFIXES = MAGNITUDES | {"k": 1e3, "m": 1e6, "b": 1e9}
_LITERAL = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![.,]?\d)"  # 1,200 and 1,200.50
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?![.,]?\d)"  # 1,20,000
    r"|\d{1,3}(?:\.\d{3})+,\d+(?![.,]?\d)|\d{1,3}(?:\.\d{3}){2,}(?![.,]?\d)"  # 1.200,50 and 1.200.000
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![.,]?\d)|\d{1,3}(?:['\u2019]\d{3})+(?!\d)"  # 1 200 and 1'200
    r"|\d+\.\d+(?!\.?\d)|\d+,\d{1,2}(?![.,]?\d)"  # 9.5, and 9,5 which can only be a decimal comma
    r"|\d+|\.\d+"
)
_TOKEN = re.compile(
    # Letters may stand right before a number only as a currency code or the "v" of a version.
    rf"(?:(?<![\w.])(?:(?:[A-Z]{{3}}|[vV])(?=\d))?(?P<literal>{_LITERAL}))"
    # After a separator that does not make one number, as in a date, a time or a range.
    rf"|(?<=\d[/:\-])(?P<after>{_LITERAL})|(?<=\d[.,])(?P<piece>\d+)"
    r"|(?P<glyph>[\u00bc-\u00be\u2150-\u215e])|(?P<word>[^\W\d_]+)|(?P<other>\S)"
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_ATTACHED = re.compile(rf"(?:{'|'.join(sorted(_SUFFIXES, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
_FRACTION = re.compile(r"(\d{1,2})/(\d{1,3})(?![/\d])")
_JOINT = re.compile(r"\s+|\s?[-\u2010\u2011]\s?")
_HYPHENS = {"-", "\u2010", "\u2011"}


@dataclass(slots=True)
class NumberToken:
    """One token; `value` is set for a literal."""

    start: int
    end: int
    word: str
    value: float | None = None
    joined: bool = False
    """Stands next to the token before it, with only a space or a hyphen between."""


def number_tokens(text: str) -> list[NumberToken]:
    """Tokens in order; hyphens are left out, and an ordinal gives none."""
    tokens: list[NumberToken] = []
    place = 0
    while match := _TOKEN.search(text, place):
        start, end = match.span()
        value: float | None = None
        name = next((name for name in ("literal", "after", "piece") if match[name]), None)
        if name:
            start, end, value = _literal(text, match.start(name), match.end(name))
            if value is None:
                place = end
                continue
        elif match["glyph"]:
            value = unicodedata.numeric(match["glyph"])
        word = (match["word"] or match["other"] or ("/" if match["glyph"] else "")).lower()
        if word in _HYPHENS:
            place = end
            continue
        gap = text[tokens[-1].end : start] if tokens else ""
        tokens.append(NumberToken(start, end, word, value, bool(_JOINT.fullmatch(gap)) or (word == "/" and not gap)))
        place = end
    return tokens


def _literal(text: str, start: int, end: int) -> tuple[int, int, float | None]:
    """Bounds and value of a number in digits, with its attached suffix; no value for an ordinal."""
    ordinal = _ORDINAL.match(text, end)
    if ordinal:
        return start, ordinal.end(), None
    fraction = _FRACTION.match(text, start)
    if fraction and 0 < int(fraction[1]) < int(fraction[2]) and not text[:start].endswith("/"):
        return start, fraction.end(), int(fraction[1]) / int(fraction[2])
    value = _digits_value(text[start:end])
    suffix = _ATTACHED.match(text, end)
    if suffix:
        return start, suffix.end(), value * _SUFFIXES[suffix.group().lower()]
    return start, end, value


def _digits_value(digits: str) -> float:
    """Value of a literal. A comma is a decimal comma only where it cannot separate thousands."""
    plain = re.sub(r"[\s'\u2019]", "", digits)
    if re.fullmatch(r"\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+,\d+", plain):
        return float(plain.replace(".", "").replace(",", "."))
    if plain.count(".") > 1:
        return float(plain.replace(".", ""))
    return float(plain.replace(",", ""))
