"""Why words that do stand in the source may still not be quoted as they are.

Every guard looks at one place where the words of a quote were found, tokens `first` to `last` (one past
the end) of the source, and says what goes wrong there, or nothing. The lists of words are English; in
other languages the guards for numbers, word boundaries and punctuation still hold.
"""

from __future__ import annotations

import re
from enum import StrEnum

from discovery_agent.domain.negation import (
    YES_NO,
    after_abbreviation,
    begins_inside_denial,
    is_negator,
    sentence_start,
    stops_before_reversal,
    words_of,
)
from discovery_agent.domain.passages import Passage


class RejectionReason(StrEnum):
    """Why a quote is no evidence."""

    EMPTY = "empty"
    NOT_FOUND = "not_found"
    WORDS_DIFFER = "words_differ"
    CHANGED_NUMBER = "changed_number"
    NEGATION_DROPPED = "negation_dropped"
    NEGATION_ADDED = "negation_added"
    POLARITY_SWAPPED = "polarity_swapped"
    SPLICED = "spliced"
    WRONG_SPEAKER = "wrong_speaker"
    TRUNCATED_WORD = "truncated_word"
    TRUNCATED_NUMBER = "truncated_number"
    QUESTION_AS_STATEMENT = "question_as_statement"
    PUNCTUATION_DIFFERS = "punctuation_differs"
    GIVES_ORDERS = "gives_orders"


_CURRENCY_CODES = r"(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JPY|INR|CAD|AUD|CZK|CNY)"
_CURRENCY_BEFORE = re.compile(rf"(?:[€$£¥₹]|\b{_CURRENCY_CODES})\s*[-\u2212\u2013]?\s*$")
_UNIT_AFTER = re.compile(
    rf"\s?[km]?[%‰€£¥₹$°]|\s?-?per[ -]?cent|[/:.,]\d|\s?[-\u2010-\u2013\u2212]\s?\d|\s{_CURRENCY_CODES}\b"
    r"|\s(?:euros?|dollars?|pounds?|francs?|quid|bucks|grand|rupees|yen|kronor|kroner)\b"
    r"|\s(?:thousand|million|billion|hundred|dozen|bn|mn|mio|mln|pct)\b",
    re.IGNORECASE,
)
_OPENERS = words_of(
    "what why how who whom whose where when which do does did is are am was were can could would will should "
    "shall may might have has had isn't aren't don't doesn't didn't can't couldn't won't wouldn't shouldn't "
    "haven't hasn't"
)
_LEADING = words_of("so and but well okay ok um uh er now then or")
_YES_NO_OPENERS = _OPENERS - words_of("what why how who whom whose where when which")
_SHOUTED_OR_SAID = words_of("us it who aids or in am")


def guard_numbers(source: Passage, first: int, last: int) -> RejectionReason | None:
    """A quote may not cut a number out of a longer one, nor lose its sign, currency or percent."""
    start, end = source.tokens[first].start, source.tokens[last - 1].end
    for mention in source.numbers_touching(start, end):
        if mention.start < start < mention.end or mention.start < end < mention.end:
            return RejectionReason.TRUNCATED_NUMBER
        if mention.start <= start < mention.end and _CURRENCY_BEFORE.search(source.text, max(0, start - 8), start):
            return RejectionReason.TRUNCATED_NUMBER
        if mention.start < end <= mention.end and _UNIT_AFTER.match(source.text, end):
            return RejectionReason.TRUNCATED_NUMBER
    for place in (first, last):
        if 0 < place < len(source.tokens) and "-" in (source.values[place - 1], source.values[place]):
            around = source.values[max(0, place - 2) : place + 2]
            digits = any(value[:1].isdigit() for value in around)
            return RejectionReason.TRUNCATED_NUMBER if digits else RejectionReason.TRUNCATED_WORD
    return None


def guard_punctuation(source: Passage, first: int, last: int, quote: Passage) -> RejectionReason | None:
    """Inside the quote sentences must end where they ended, and "no, more" must not become "no more"."""
    for step in range(1, last - first):
        said, quoted = source.gaps[first + step], quote.gaps[step]
        before, after = source.values[first + step - 1], source.values[first + step]
        if said == quoted:
            continue
        if said.stop != quoted.stop and not after_abbreviation(before, said, quoted):
            return RejectionReason.QUESTION_AS_STATEMENT if said.stop == "?" else RejectionReason.PUNCTUATION_DIFFERS
        touchy = is_negator(before) or is_negator(after) or before in YES_NO or (before[0].isdigit() and after[0].isdigit())
        if touchy and (said.soft, said.ellipsis) != (quoted.soft, quoted.ellipsis):
            return RejectionReason.PUNCTUATION_DIFFERS
        starts_anew = source.text[source.tokens[first + step].start].isupper() and after != "i"
        if said.ellipsis and not (quoted.ellipsis or quoted.soft) and starts_anew:
            return RejectionReason.PUNCTUATION_DIFFERS
    return None


def guard_case(source: Passage, first: int, last: int, quote: Passage) -> RejectionReason | None:
    """Case matters in few words: "US" is not "us", and "IT" is not "it", unless all is in capitals."""
    if source.text.isupper() or quote.text.isupper():
        return None
    for step in range(last - first):
        if source.values[first + step] not in _SHOUTED_OR_SAID:
            continue
        said, quoted = source.tokens[first + step], quote.tokens[step]
        if source.text[said.start : said.end].isupper() != quote.text[quoted.start : quoted.end].isupper():
            return RejectionReason.WORDS_DIFFER
    return None


def guard_question(source: Passage, first: int, last: int, quote: Passage) -> RejectionReason | None:
    """What was asked must not be quoted as if it had been said."""
    said, quoted = source.gaps[last].stop, quote.gaps[-1].stop
    if quoted == "?" and said != "?":
        return RejectionReason.PUNCTUATION_DIFFERS
    if said == "?" and quoted == ".":
        return RejectionReason.QUESTION_AS_STATEMENT
    begin = sentence_start(source, first)
    if said == "?" and not quoted:
        opening = first
        while opening < last - 1 and source.values[opening] in _LEADING:
            opening += 1
        reads_as_question = source.values[opening] in _OPENERS or any(gap.stop for gap in quote.gaps[1:-1])
        return None if reads_as_question else RejectionReason.QUESTION_AS_STATEMENT
    if said or first == begin:
        return None
    while begin < first and source.values[begin] in _LEADING:
        begin += 1
    if begin == first or source.values[begin] not in _YES_NO_OPENERS:
        return None
    if any(source.gaps[place].soft for place in range(begin + 1, first + 1)):
        return None
    end = next((place for place in range(last, len(source.gaps)) if source.gaps[place].stop), None)
    return RejectionReason.QUESTION_AS_STATEMENT if end is not None and source.gaps[end].stop == "?" else None


def unsafe(source: Passage, first: int, last: int, quote: Passage) -> RejectionReason | None:
    """The first thing wrong with quoting these tokens of the source, or None if they may be quoted."""
    reason = (
        guard_numbers(source, first, last)
        or guard_punctuation(source, first, last, quote)
        or guard_case(source, first, last, quote)
        or guard_question(source, first, last, quote)
    )
    if reason is None and (begins_inside_denial(source, first) or stops_before_reversal(source, last)):
        return RejectionReason.NEGATION_DROPPED
    return reason
