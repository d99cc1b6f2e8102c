"""Why words that do stand in the source may still not be quoted as they are.

Every guard looks at one place where the words of a quote were found, tokens `first` to `last` (one past
the end) of the source, and says what goes wrong there, or nothing. The lists of words are English; in
other languages the guards for numbers, word boundaries and punctuation still hold.
"""

from __future__ import annotations

import re
from enum import StrEnum

from discovery_agent.domain.passages import Gap, Passage


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


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATORS = _words(
    "not no never nobody none nothing nowhere neither nor without cannot hardly barely scarcely rarely seldom "
    "doubt doubts doubted deny denies denied refuse refuses refused unlikely impossible untrue unable avoid avoids "
    "avoiding avoided prevent prevents prevented against oppose opposed myth nonsense"
)
_PHRASES = re.compile(
    r"(?:instead of|rather than|far from|fails? to|failed to|(?:it's|is|was|be) (?:false|wrong|a lie)(?: to (?:say|think|claim))?"
    r"(?: that)?|false that|wrong that|no one|not one|stop(?:ped)? short of|anything but|last thing (?:we|i|they) (?:want|need))$"
)
# Phrases with a negator that deny nothing that follows them.
_IDIOMS = re.compile(
    r"(?:\S+ (?:just|only|merely|simply|solely)|no (?:doubt|problem|wonder|question|matter|worries|surprise|sooner)|why not"
    r"|(?:without|beyond|no) (?:a |any )?(?:doubt|question|exception|fail)|why (?:don't|can't|doesn't|not) (?:we|you|they|i|it|he|she)"
    r"|if not|or not|not least|not to mention|can't wait|cannot wait|can't help but|(?:wouldn't|don't) mind|don't forget"
    r"|not forget(?:ting)?|get me wrong|\S+n't it|isn't that|(?:don't|wouldn't) you (?:think|agree|say)|never mind|but not least"
    r"|couldn't agree more|(?:not|don't|can't) (?:know|understand|remember|see) (?:why|how|where)|nothing less than"
    r"|can't (?:stress|emphasi[sz]e|say) (?:it |this |that )?enough)$"
)
_SUBJECTS = _words(
    "we i you he she they it there that this these those it's that's there's we're we've we'll we'd i'm i've i'd i'll "
    "they're they've they'll they'd he's she's let's what our my everyone everybody"
)
_SUBORDINATORS = _words(
    "if when unless since because as although though while once until till whenever where with without"
)
_CLAUSE_WORDS = _words("but however because although though whereas instead therefore otherwise yet so since")
_YES_NO = _words("yes yeah yep yup no nope not never ok okay right sure correct")
_ABBREVIATIONS = _words("mr mrs ms dr prof st vs e.g i.e approx etc inc ltd co dept no fig a.m p.m")
_CURRENCY_BEFORE = re.compile(
    r"(?:[€$£¥₹]|\b(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JPY|INR|CAD|AUD|CZK|CNY))\s*[-\u2212\u2013]?\s*$"
)
_UNIT_AFTER = re.compile(
    r"\s?[%‰€£¥₹$°]|\s?-?per[ -]?cent|\s?-?percent|\s(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JPY|INR|CAD|AUD|CZK|CNY)\b"
    r"|\s(?:euros?|dollars?|pounds?|francs?|quid|bucks|grand|rupees|yen|kronor|kroner)\b|[/:.,]\d|\s?[-\u2010-\u2013\u2212]\s?\d"
    r"|\s(?:thousand|million|billion|hundred|dozen|bn|mn|mio|mln|pct)\b",
    re.IGNORECASE,
)
_REVERSAL = re.compile(
    r"(?:or |well |but )?(?:maybe |perhaps |rather |actually |definitely |probably |certainly )*not(?: really| at all| any ?more)?$"
    r"|(?:or |but )?rather not\b|not$|not!|(?:just |i'm |i am |only )*(?:kidding|joking)\b|yeah right\b|as if$|in your dreams"
    r"|said (?:nobody|no one)|nobody (?:said|ever said)|(?:or )?i don't think(?: so)?$|i doubt it|no wait\b|no sorry\b|sorry no\b"
    r"|(?:scratch|scrap|strike|forget) that|(?:actually )?no$|(?:which |that |this |it )?(?:is |was |'s )?(?:just )?"
    r"(?:not true|untrue|false|a lie|a myth|nonsense|not the case|not right|wrong|never going to happen)\b"
    r"|(?:which |that |this |it )?(?:isn't|wasn't) (?:true|right|the case|going to happen)\b"
    r"|(?:it's|that's) (?:not true|untrue|false|a lie|a myth|nonsense|not the case|wrong)\b"
)
_NEGATOR_NEXT = _words("not never no nobody nothing none neither hardly barely")
_ADVERBS = _words(
    "absolutely really definitely certainly simply currently almost just still probably actually also"
)
_OPENERS = _words(
    "what why how who whom whose where when which do does did is are am was were can could would will should shall may might "
    "have has had isn't aren't don't doesn't didn't can't couldn't won't wouldn't shouldn't haven't hasn't"
)
_LEADING = _words("so and but well okay ok um uh er now then or")
_YES_NO_OPENERS = _OPENERS - _words("what why how who whom whose where when which")
_SHOUTED_OR_SAID = _words("us it who aids or in am")


def is_negator(value: str) -> bool:
    """True for words that turn a statement round, contractions of "not" included."""
    return value in NEGATORS or value.endswith("n't") or value == "ain't"


def guard_numbers(source: Passage, first: int, last: int) -> RejectionReason | None:
    """A quote may not cut a number out of a longer one, nor lose its sign, currency, percent or multiplier."""
    start, end = source.tokens[first].start, source.tokens[last - 1].end
    for mention in source.numbers:
        if mention.start < start < mention.end or mention.start < end < mention.end:
            return RejectionReason.TRUNCATED_NUMBER
        if mention.start <= start < mention.end and _CURRENCY_BEFORE.search(
            source.text, max(0, start - 8), start
        ):
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
        if said.stop != quoted.stop and not _after_abbreviation(before, said, quoted):
            return (
                RejectionReason.QUESTION_AS_STATEMENT
                if said.stop == "?"
                else RejectionReason.PUNCTUATION_DIFFERS
            )
        touchy = (
            is_negator(before)
            or is_negator(after)
            or before in _YES_NO
            or (before[0].isdigit() and after[0].isdigit())
        )
        if touchy and (said.soft, said.ellipsis) != (quoted.soft, quoted.ellipsis):
            return RejectionReason.PUNCTUATION_DIFFERS
        starts_anew = source.text[source.tokens[first + step].start].isupper() and after != "i"
        if said.ellipsis and not (quoted.ellipsis or quoted.soft) and starts_anew:
            return RejectionReason.PUNCTUATION_DIFFERS
    return None


def _after_abbreviation(before: str, said: Gap, quoted: Gap) -> bool:
    return {said.stop, quoted.stop} == {"", "."} and (before in _ABBREVIATIONS - {"no"} or "." in before)


def guard_case(source: Passage, first: int, last: int, quote: Passage) -> RejectionReason | None:
    """ "US" is not "us", and "IT" is not "it", unless all is in capitals."""
    if source.text.isupper() or quote.text.isupper():
        return None
    for step in range(last - first):
        if source.values[first + step] not in _SHOUTED_OR_SAID:
            continue
        said, quoted = source.tokens[first + step], quote.tokens[step]
        if source.text[said.start : said.end].isupper() != quote.text[quoted.start : quoted.end].isupper():
            return RejectionReason.WORDS_DIFFER
    return None


def guard_negation(source: Passage, first: int) -> RejectionReason | None:
    """A quote must not begin inside what a negator before it denies."""
    segment: list[str] = []
    commas: set[int] = set()
    for place in range(_sentence_start(source, first), first):
        gap = source.gaps[place]
        if segment and _ends_clause(segment, source.values, place, gap):
            segment, commas = [], set()
        elif segment and (gap.soft or gap.ellipsis):
            commas.add(len(segment))
        segment.append(source.values[place])
    if segment and _ends_clause(segment, source.values, first, source.gaps[first]):
        return None
    for place, word in enumerate(segment):
        if not (is_negator(word) or _PHRASES.search(" ".join(segment[max(0, place - 5) : place + 1]))):
            continue
        if _denies_nothing(segment, place, place + 1 in commas, source.values[first]):
            continue
        return RejectionReason.NEGATION_DROPPED
    return None


def _sentence_start(source: Passage, first: int) -> int:
    place = first
    while place > 0 and not (
        source.gaps[place].stop
        and not _after_abbreviation(
            source.values[place - 1], source.gaps[place], Gap("", False, False, False)
        )
    ):
        place -= 1
    return place


def _ends_clause(segment: list[str], values: tuple[str, ...], place: int, gap: Gap) -> bool:
    """True if a new clause begins at this token, out of reach of the negators before it."""
    word = values[place]
    following = values[place + 1] if place + 1 < len(values) else ""
    if gap.strong or word in _CLAUSE_WORDS:
        return True
    if segment[-1] in _CLAUSE_WORDS and not (
        segment[-1] == "so" and len(segment) > 1 and segment[-2] in ("think", "not")
    ):
        return True
    if word in ("and", "or") and (following in _SUBJECTS or following == "then"):
        return True
    if not (gap.soft or gap.ellipsis):
        return False
    if word in _SUBJECTS:
        return True
    opened = next((here for here, said in enumerate(segment) if said in _SUBORDINATORS), len(segment))
    denied = next((here for here, said in enumerate(segment) if is_negator(said)), len(segment))
    if opened <= denied and opened < len(segment):
        return True
    return word in ("and", "then") or (len(segment) == 1 and segment[0] in _YES_NO)


def _denies_nothing(segment: list[str], place: int, then_comma: bool, following: str) -> bool:
    """True for a negator that is an answer ("no, we ...") or part of an idiom that is over before the quote."""
    word = segment[place]
    after = segment[place + 1] if place + 1 < len(segment) else following
    if word in ("no", "never", "not", "nope") and (then_comma or (word == "no" and after in _SUBJECTS)):
        return True
    for end in range(place + 1, min(len(segment), place + 5) + 1):
        idiom = _IDIOMS.search(" ".join(segment[max(0, place - 2) : end]))
        if idiom and word in idiom.group().split():
            return True
    return False


def guard_reversal(source: Passage, last: int) -> RejectionReason | None:
    """A quote must not stop just before the words that take it back."""
    following = source.values[last : last + 6]
    if not following:
        return None
    gap = source.gaps[last]
    if not (gap.soft or gap.stop or gap.ellipsis):
        word = following[1] if following[0] in _ADVERBS and len(following) > 1 else following[0]
        if word in _NEGATOR_NEXT and source.values[last - 1] not in ("or", "if", "whether", "why"):
            return RejectionReason.NEGATION_DROPPED
    sentence: list[str] = []
    for step, value in enumerate(following):
        if step and source.gaps[last + step].stop:
            break
        sentence.append(value)
    if _REVERSAL.match(" ".join(sentence)) and following[:2] != ("or", "not"):
        return RejectionReason.NEGATION_DROPPED
    return None


def guard_question(source: Passage, first: int, last: int, quote: Passage) -> RejectionReason | None:
    """What was asked must not be quoted as if it had been said."""
    said, quoted = source.gaps[last].stop, quote.gaps[-1].stop
    if quoted == "?" and said != "?":
        return RejectionReason.PUNCTUATION_DIFFERS
    if said == "?" and quoted == ".":
        return RejectionReason.QUESTION_AS_STATEMENT
    begin = _sentence_start(source, first)
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
    return (
        guard_numbers(source, first, last)
        or guard_punctuation(source, first, last, quote)
        or guard_case(source, first, last, quote)
        or guard_question(source, first, last, quote)
        or guard_negation(source, first)
        or guard_reversal(source, last)
    )
