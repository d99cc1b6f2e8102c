"""A text as the words that stand in it, each with its place, so that two texts can be compared word by word.

What may differ between a quote and its source is decided here by what becomes part of a token and what
does not. Letter case, Unicode form, spacing, kinds of dashes, quotation marks and apostrophes vanish;
words, digits with their separators and signs, currency and other symbols, hyphens inside words do not.
Punctuation is kept beside the words as a `Gap`, for the guards to judge.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from discovery_agent.domain.numbers import NumberMention, find_numbers

SEPARATOR = "\x1f"
_APOSTROPHES = "'\u2019\u2018\u02bc\u2032`\u00b4\uff07\u201b"
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_LONG_DASHES = "\u2014\u2015\u2e3a\u2e3b"
_IGNORED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\u180e]")
# Compatibility forms that read the same; "10\u00b2", "3\u00bd" or "\u2116" would change, so they stay.
_READ_THE_SAME = (
    "<wide>",
    "<narrow>",
    "<noBreak>",
    "<font>",
    "<initial>",
    "<medial>",
    "<final>",
    "<isolated>",
)
_MISSING_SPACE = re.compile(r"(?<=[a-z][a-z])[.!?,;](?=[A-Z][a-z ])")

_NOISE_WORD = (
    r"(?:laugh(?:ter|s|ing)?|chuckl(?:e|es|ing)|cough(?:s|ing)?|sneez(?:e|es)|sigh(?:s|ing)?|sniff(?:s|le)?|"
    r"breath(?:es|ing)?|pause|silence|applause|clap(?:s|ping)?|music|noise|background|door|phone|rings?|ringing|"
    r"clears|throat|gasps?|yawns?|"
    r"vocalsound|nonvocalsound|disfmarker|comment|long|short|loud|all|everyone)"
)
# Marks that may hide a word, such as {gap} or [inaudible], are no noise: they stay in the way of a match.
NOISE = re.compile(
    rf"\[{_NOISE_WORD}(?:[ -]{_NOISE_WORD}){{0,3}}\]|\({_NOISE_WORD}(?:[ -]{_NOISE_WORD}){{0,3}}\)"
    rf"|\{{{_NOISE_WORD}(?:[ -]{_NOISE_WORD}){{0,3}}\}}|<{_NOISE_WORD}>",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?P<number>(?:(?<![\w.,])[.,])?\d+(?:[.,:'/]\d+)*\w*)"
    r"|(?P<word>[^\W_\d][^\W_]*(?:['.][^\W_]+)*)"
    r"|(?P<joint>(?<=[^\W_])-(?=[^\W_]))"
    r"|(?P<sign>(?<![^\W_])-(?=[^\w\s-]?\d))"
    r"|(?P<symbol>[_%‰&@#/\\*§†‡$+=<>|~^]|[^\w\s!-/:-@\[-`{-~])",
)
# Unambiguous even when written without their apostrophe, unlike "well", "were", "its" or "wont".
_CONTRACTIONS = "aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mustn't needn't shouldn't wasn't weren't wouldn't"
_SPELLINGS = {word.replace("'", ""): word for word in _CONTRACTIONS.split(" ")}
_SYMBOLS = {"Sc", "Sm", "So", "Nl", "No"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or meaningful sign: `text[start:end]` of the source, `value` for comparison."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Punctuation between two tokens. `stop` is "." or "?" where a sentence ends, else empty."""

    stop: str
    soft: bool
    ellipsis: bool
    strong: bool
    """A semicolon or colon."""


@dataclass(frozen=True)
class Passage:
    """The tokens of a text, and the punctuation before each and after the last.

    So there is one gap more than there are tokens.
    """

    text: str
    tokens: tuple[Token, ...]
    gaps: tuple[Gap, ...]

    @cached_property
    def values(self) -> tuple[str, ...]:
        """What is compared: one value a token."""
        return tuple(token.value for token in self.tokens)

    @cached_property
    def joined(self) -> str:
        """The values with a separator around each, so that a search in it respects word boundaries."""
        return SEPARATOR + "".join(value + SEPARATOR for value in self.values)

    @cached_property
    def _places(self) -> list[int]:
        places, place = [0], 0
        for value in self.values:
            place += len(value) + 1
            places.append(place)
        return places

    @cached_property
    def numbers(self) -> list[NumberMention]:
        """Numbers of the text."""
        return find_numbers(self.text)

    def numbers_touching(self, start: int, end: int) -> Iterator[NumberMention]:
        """Numbers that share a character with this stretch of the text, in order, and perhaps the one before."""
        for at in range(max(0, bisect_right(self._number_starts, start) - 1), len(self.numbers)):
            if self.numbers[at].start >= end:
                return
            yield self.numbers[at]

    @cached_property
    def _number_starts(self) -> list[int]:
        return [mention.start for mention in self.numbers]

    def find(self, values: str) -> Iterator[int]:
        """First tokens of every occurrence of joined values, in order."""
        place = self.joined.find(values)
        while place >= 0:
            yield self.token_at(place)
            place = self.joined.find(values, place + 1)

    def token_at(self, place: int) -> int:
        """The token whose value begins at this place of `joined`, or holds it."""
        return min(bisect_left(self._places, place), len(self.tokens))


def _fold_character(cluster: str) -> str:
    """What a character, with the accents that follow it, is compared as."""
    first = cluster[0]
    if first in _APOSTROPHES:
        return "'"
    if first in _HYPHENS:
        return "-"
    if first in _LONG_DASHES:
        return "\u2014"
    if first == "\u2026":
        return "..."
    decomposition = unicodedata.decomposition(first)
    kind = decomposition.split(" ", 1)[0] if decomposition.startswith("<") else ""
    if kind in _READ_THE_SAME or "\ufb00" <= first <= "\ufb06" or first.isspace():
        cluster = unicodedata.normalize("NFKC", cluster)
    return unicodedata.normalize("NFC", cluster).lower().replace("\u03c2", "\u03c3")


def _fold(text: str) -> tuple[str, list[int] | None]:
    """The text for comparison, and where each of its characters begins in the source (None: where it is)."""
    if text.isascii() and "`" not in text and not _MISSING_SPACE.search(text) and "--" not in text:
        return text.lower(), None
    folded: list[str] = []
    starts: list[int] = []
    place = 0
    breaks = {match.end() for match in _MISSING_SPACE.finditer(text)}
    while place < len(text):
        if place in breaks:
            folded.append(" ")
            starts.append(place)
        end = place + 1
        while end < len(text) and (unicodedata.combining(text[end]) or "\u1160" <= text[end] <= "\u11ff"):
            end += 1
        cluster = _IGNORED.sub("", text[place:end])
        if text.startswith("--", place):
            end = place + len(text[place:]) - len(text[place:].lstrip("-"))
            cluster = "\u2014"
        for character in _fold_character(cluster) if cluster else "":
            folded.append(character)
            starts.append(place)
        place = end
    starts.append(len(text))
    return "".join(folded), starts


def _gap(between: str) -> Gap:
    ellipsis = ".." in between
    rest = re.sub(r"\.{2,}", "", between)
    stop = "?" if "?" in rest or "\uff1f" in rest else "." if re.search(r"[.!\u3002]", rest) else ""
    return Gap(stop, bool(re.search(r"[,;:()\[\]{}\u2014\u3001]|-", rest)), ellipsis, bool(re.search(r"[;:]", rest)))


@lru_cache(maxsize=4096)
def passage(text: str, *, long_dash_joins: bool = False) -> Passage:
    """Tokens and gaps of a text.

    `long_dash_joins` reads "word—word" as "word-word", as some typists mean it.
    """
    folded, starts = _fold(text)
    if long_dash_joins:
        folded = re.sub("(?<=[^\\W_])\u2014(?=[^\\W_])", "-", folded)
    plain = NOISE.sub(lambda mark: " " * len(mark.group()), folded)
    tokens: list[Token] = []
    gaps: list[Gap] = []
    last = 0
    for match in _TOKEN.finditer(plain):
        value = match.group()
        if match.lastgroup == "symbol" and not (value.isascii() or unicodedata.category(value) in _SYMBOLS):
            continue
        if match.lastgroup == "word":
            value = _SPELLINGS.get(value, value)
        start, end = match.span()
        gaps.append(_gap(plain[last:start]))
        if starts is None:
            tokens.append(Token(start, end, value))
        else:
            tokens.append(Token(starts[start], _source_end(starts, end), value))
        last = end
    gaps.append(_gap(plain[last:]))
    return Passage(text, tuple(tokens), tuple(gaps))


def _source_end(starts: list[int], end: int) -> int:
    """Where the source character ends that the last folded one came from."""
    last = starts[end - 1]
    while end < len(starts) - 1 and starts[end] == last:
        end += 1
    return starts[end] if end < len(starts) else starts[-1]
