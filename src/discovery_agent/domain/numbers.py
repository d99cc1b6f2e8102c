"""Numbers in running text, written in digits or in words, with their place.

Units, currencies and percent signs are left to the caller: "EUR 1.2m" holds the number `1.2m`, which is
1200000, and "twenty-five percent" holds `twenty-five`. Ordinals ("2nd", "the third site"), vague plurals
("hundreds") and digits inside names ("Q3", "B2B") are no numbers here; years and version numbers are,
and the caller decides what they mean.

The reader is one pass over the tokens: a literal or number words start a quantity, then each following
token either extends it by the grammar of English numbers or ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from discovery_agent.domain.number_tokens import MAGNITUDES, NumberToken, number_tokens

_SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_MULTIPLIERS = MAGNITUDES | {"hundred": 100.0, "dozen": 12.0}
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10,
}  # fmt: skip
_PLURAL_PARTS = {f"{word}s": parts for word, parts in _PARTS.items() if word != "half"}
_NOT_A_HALF = {"first", "second", "other", "better", "latter", "next", "last", "this", "each", "every"}
_BEFORE_A_SHARE = {
    "by", "than", "about", "roughly", "nearly", "almost", "to", "only", "over", "under", "around",
    "approximately", "is", "was", "least", "most", "maybe", "perhaps", "just", "from", "up",
    "down", "cut", "lost", "lose", "and",
}  # fmt: skip
_AFTER_A_SHARE = {"of", "less", "more", "fewer", "off", "faster", "cheaper", "lower", "higher", "an", "hour"}
_NOT_OF_A_WHOLE = {
    "party", "parties", "person", "time", "option", "site", "way", "vendor", "supplier", "system", "one",
    "opinion", "shift", "attempt", "round", "line", "level", "visit", "trip", "call", "reminder",
}  # fmt: skip
_SIGN = re.compile(r"(?:(?<!\S)|(?<=[(\[€$£¥]))[-\u2212\u2013](?=[€$£¥]?$)|\bminus\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberMention:
    """One number: `text == source[start:end]`.

    >>> [mention.value for mention in find_numbers("from nine and a half minutes to 6")]
    [9.5, 6.0]
    """

    start: int
    end: int
    value: float
    text: str


def find_numbers(text: str) -> list[NumberMention]:
    """All numbers of a text, in reading order, none overlapping."""
    tokens = number_tokens(text)
    found: list[NumberMention] = []
    here = 0
    while here < len(tokens):
        read = _Reader(tokens, here).read()
        if read is None:
            here += 1
            continue
        value, after = read
        start, end = tokens[here].start, tokens[after - 1].end
        sign = _SIGN.search(text, max(0, start - 8), start)
        if sign and not text[max(0, sign.start() - 2) : sign.start()].rstrip().endswith(tuple("0123456789")):
            start, value = sign.start(), -value
        found.append(NumberMention(start, end, round(value, 9), text[start:end]))
        here = after
    return found


class _Reader:
    """Reads one quantity that starts at a token."""

    def __init__(self, tokens: list[NumberToken], here: int) -> None:
        self.tokens = tokens
        self.first = here
        self.here = here

    def _peek(self, ahead: int = 0, *, joined: bool = True) -> NumberToken | None:
        place = self.here + ahead
        if place >= len(self.tokens) or (joined and place > self.first and not self.tokens[place].joined):
            return None
        return self.tokens[place]

    def _word(self, ahead: int = 0) -> str:
        """The word so far ahead, if nothing but spaces and hyphens lies between."""
        if any(self._peek(step) is None for step in range(ahead + 1)):
            return ""
        token = self._peek(ahead)
        return token.word if token and token.value is None else ""

    def read(self) -> tuple[float, int] | None:
        """Value, and the place after the last token; None if no number starts here."""
        value = self._share() or self._quantity()
        return None if value is None else (value, self.here)

    def _before(self) -> str:
        return self.tokens[self.first - 1].word if self.first and self.tokens[self.first].joined else ""

    def _share(self) -> float | None:
        """A part of a whole: "half", "a third", "two thirds", "half a million", "a quarter of a million"."""
        word, following = self._word(), self._word(1)
        if word == "half":
            if self._before() in _NOT_A_HALF or self._before() == "a" or self._word(1) == "past":
                return None
            self.here += 1
            return 0.5 * self._of_multiplier()
        if word in ("a", "one") and following in _PARTS and following != "half":
            after = self._peek(2)
            if after is not None and after.word in _NOT_OF_A_WHOLE:
                return None
            cued = self._before() in _BEFORE_A_SHARE or after is None or after.word in _AFTER_A_SHARE
            ends = after is not None and (not after.word.isalpha() and after.value is None)
            hyphenated = word == "one"
            counted = following == "quarter" and not (hyphenated or (after and after.word in _AFTER_A_SHARE))
            if not (cued or ends or hyphenated) or (counted and self._before() not in _BEFORE_A_SHARE):
                return None
            self.here += 2
            return self._of_multiplier() / _PARTS[following]
        if word in _SMALL and following in _PLURAL_PARTS and 1 < _SMALL[word] < _PLURAL_PARTS[following]:
            if following == "quarters" and self._word(2) != "of" and self._before() not in _BEFORE_A_SHARE:
                return None
            self.here += 2
            return _SMALL[word] * self._of_multiplier() / _PLURAL_PARTS[following]
        return None

    def _of_multiplier(self) -> float:
        """The multiplier in "half a million", "a quarter of a million"; 1 if there is none."""
        skip = 1 if self._word() == "of" and self._word(1) in ("a", "one") else 0
        skip += 1 if self._word(skip) in ("a", "one") else 0
        multiplier = _MULTIPLIERS.get(self._word(skip))
        if multiplier is None:
            return 1.0
        self.here += skip + 1
        return multiplier

    def _quantity(self) -> float | None:
        """A whole quantity: "1.2 million", "two hundred thousand", "nine and a half"."""
        total, last = 0.0, float("inf")
        while True:
            start = self.here
            chunk = self._chunk(first=last == float("inf"))
            if chunk is None:
                break
            chunk += self._and_a_part() or 0.0
            magnitude = MAGNITUDES.get(self._word())
            if magnitude is None or magnitude >= last:
                if last != float("inf") and chunk >= last:
                    self.here = start
                    break
                return total + chunk
            self.here += 1
            last = magnitude
            total += chunk * magnitude + (self._and_a_part() or 0.0) * magnitude
        return total if last != float("inf") else None

    def _chunk(self, *, first: bool) -> float | None:
        """A number below the magnitudes, such as "one hundred and twenty"."""
        if not first and self._word() == "and" and self._small(1) is not None:
            self.here += 1
        token = self._peek()
        if token is None:
            return None
        if token.value is not None:
            if not first:
                return None
            self.here += 1
            glyph = self._peek()
            value = token.value
            if token.word != "/" and glyph and glyph.value is not None and 0 < glyph.value < 1 and value % 1 == 0:
                self.here += 1
                value += glyph.value
            return value * self._hundred()
        if first and token.word in ("a", "last", "couple"):
            return self._after_article(token.word)
        if token.word == "one" and self._before() == "no" and first:
            return None
        value = self._small(0)
        if value is None:
            return None
        self.here += 1 if value < 20 or value % 10 == 0 else 2
        return self._after_small(value)

    def _after_small(self, value: float) -> float:
        if value in (19, 20) and (self._small(0) or 0) >= 10:  # a year: "twenty twenty-five"
            decade = self._small(0) or 0
            self.here += 1 if decade < 20 or decade % 10 == 0 else 2
            return value * 100 + decade
        factor = self._hundred()
        if factor == 100:
            skip = 1 if self._word() == "and" else 0
            rest = self._small(skip)
            if rest is not None:
                self.here += skip + (1 if rest < 20 or rest % 10 == 0 else 2)
                return value * 100 + rest
        if factor == 1 and self._word() == "point" and self._word(1) in _SMALL:
            self.here += 1
            digits = ""
            while self._word() in _SMALL and _SMALL[self._word()] < 10:
                digits += str(_SMALL[self._word()])
                self.here += 1
            return float(f"{value:.0f}.{digits or '0'}")
        return value * factor

    def _after_article(self, word: str) -> float | None:
        skip = 1 if word != "couple" else 0
        if self._word(skip) == "couple" and word != "last":
            many = skip + 2 if self._word(skip + 1) == "of" else skip + 1
            factor = _MULTIPLIERS.get(self._word(many))
            if factor is None and many == skip + 1:
                return None
            self.here += many
            return 2.0 * self._hundred()
        if word == "a" and self._word(1) in _MULTIPLIERS:
            self.here += 1
            return self._after_small(1)
        return None

    def _hundred(self) -> float:
        """The factor of a following "hundred" or "dozen"; 1 if there is none."""
        factor = {"hundred": 100.0, "dozen": 12.0}.get(self._word(), 1.0)
        self.here += factor != 1
        return factor

    def _small(self, ahead: int) -> float | None:
        """Value below 100 of the words so far ahead."""
        word = self._word(ahead)
        if word in _SMALL:
            return _SMALL[word]
        if word not in _TENS:
            return None
        unit = _SMALL.get(self._word(ahead + 1), 0)
        return _TENS[word] + (unit if 0 < unit < 10 else 0)

    def _and_a_part(self) -> float | None:
        """The part in "two and a half", "one and three quarters"."""
        if self._word() != "and":
            return None
        article, part = self._word(1), self._word(2)
        if article == "half":
            self.here += 2
            return 0.5
        if article in ("a", "one") and part in ("half", "third", "quarter"):
            self.here += 3
            return 1 / _PARTS[part]
        if article in ("two", "three") and part in _PLURAL_PARTS and part != "halfs":
            self.here += 3
            return _SMALL[article] / _PLURAL_PARTS[part]
        return None
