"""Quantities in a sentence: numbers with their unit and place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from discovery_agent.domain.findings import Amount
from discovery_agent.domain.numbers import NumberMention, find_numbers

PERIODS = frozenset(["hour", "shift", "day", "night", "morning", "week", "month", "quarter", "season", "year"])
"""Stretches of time that a figure can be a rate of."""


class Dimension(StrEnum):
    """What kind of quantity it is; only quantities of one dimension can be baseline and target of one KPI."""

    SHARE = "share"
    MONEY = "money"
    DURATION = "duration"
    COUNT = "count"
    SCORE = "score"
    BARE = "bare"


@dataclass(frozen=True)
class Quantity:
    """A number with its unit. Offsets count in the sentence; `noun` is what a count counts."""

    start: int
    end: int
    value: float
    dimension: Dimension
    text: str
    unit: str | None = None
    upper: float | None = None
    noun: str | None = None
    per: str | None = None
    approximate: bool = False

    def amount(self) -> Amount:
        """The quantity as the domain keeps it."""
        per = self.per if self.per in PERIODS and self.dimension is not Dimension.SHARE else None
        return Amount(
            value=self.value, upper=self.upper, unit=self.unit, text=within_a_sentence(self.text), approximate=self.approximate, per=per
        )

    def in_unit_of(self, other: Quantity) -> Quantity:
        """This bare number read in the unit of another ("from 9 to 6 minutes")."""
        return replace(self, dimension=other.dimension, unit=other.unit, noun=other.noun, per=other.per)


_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "bucks": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "chf": "CHF", "franc": "CHF",
    "francs": "CHF", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "kroner": "DKK", "kronor": "SEK", "crowns": "CZK", "pln": "PLN",
    "zloty": "PLN", "yen": "JPY", "jpy": "JPY", "¥": "JPY", "inr": "INR", "rupees": "INR", "cad": "CAD", "aud": "AUD", "k€": "EUR",
}  # fmt: skip
_DURATIONS = {
    "second": "seconds", "sec": "seconds", "secs": "seconds", "minute": "minutes", "min": "minutes", "mins": "minutes",
    "hour": "hours", "hr": "hours", "hrs": "hours", "day": "days", "week": "weeks", "wk": "weeks", "month": "months", "year": "years",
    "fortnight": "fortnights", "quarter": "quarters",
}  # fmt: skip
_SHARE_WORDS = re.compile(r"\s*(?:%|per ?cent\b|pct\b|percentage points?\b|points?\b(?= (?:of|in) (?:margin|market share|churn)))")
_FRACTION = re.compile(r"^(?:a |one |two |three |about )?(?:half|third|thirds|quarter|quarters|fifth|fifths|tenth|tenths|sixth)s?$")
_UNIT_WORD = re.compile(
    r"\s*+(?:-\s*+)?(?:(?:working|business|calendar|full|whole|elapsed|man|person|odd|or so|solid|entire) ?-?)*([A-Za-z€$£¥]+)"
)
_CURRENCY_BEFORE = re.compile(r"(€|\$|£|¥|\b(?:eur|usd|gbp|chf|sek|nok|dkk|pln|jpy|inr|cad|aud)\b)\s*$", re.IGNORECASE)
_APPROXIMATE = re.compile(
    r"\b(?:about|around|roughly|approximately|approx\.?|some|something like|like|maybe|perhaps|nearly|almost|circa|ca\.?|close to|"
    r"in the region of|give or take|probably|say|call it|ish|just (?:over|under)|more or less|somewhere (?:near|around)|what,)\s*(?:a |an |the )?$"
)
_APPROXIMATE_AFTER = re.compile(r"\s*-?(?:ish\b|or so\b|or thereabouts\b|give or take\b|odd\b|roughly\b)")
_RANGE_BETWEEN = re.compile(r"^\s*(?:to|or|and|-|–|—|maybe)\s*(?:maybe |even )?$")
_PER = re.compile(r"^\s*(?:,? ?(?:a|an|per|each|every)\s+|/\s*)((?:working |business |calendar )?[a-z]+)\b")
_SCORE = re.compile(r"^\s*(?:out of|/)\s*(\d+|ten|five|hundred|seven|four)\b")
_ONE_IN = re.compile(
    r"(?<![\d.])\b(one|two|three|four|five|six|seven|eight|nine|\d{1,3}|twenty-\w+)\s+(?:in|out of)(?: (?:every|each))?\s+(two|three|four|five|six|seven|eight|ten|twelve|fifteen|twenty(?:-\w+)?|fifty|thirty|forty|(?:a |one |two |three )?hundred|\d{1,4})\b(?! (?:minutes|days|weeks|months|hours|years|seconds)\b)"
)
_NOT_A_MEASURE_BEFORE = re.compile(
    r"(?:\b(?:version|v|room|floor|page|slide|step|phase|wave|section|article|item|chapter|line|level|tier|building|gate|platform|iso|"
    r"form|question|number|no\.|option|plan|act|table|sprint|release|pip|covid|windows|office|gen|wing|point|day|week|in|since|by|"
    r"at|until|till|after|before|january|february|march|april|may|june|july|august|september|october|november|december)\s*#?)$"
)
# "Version 2", "building 4": the number says which one it is.
_NAMED_BY_NUMBER = re.compile(
    r"\b(?:versions?|rooms?|floors?|pages?|slides?|phases?|sections?|articles?|chapters?|lines?|tiers?|buildings?|gates?|platforms?|iso|sprints?|releases?|wings?|tours?|routes?|halls?|wards?|bays?|docks?)\s*#?$"
)
# "Tours 7 and 8": what goes on from a name that is a number is one, too.
_ONE_MORE_NAME = re.compile(r"\s*(?:,|,? ?(?:and|or|to)|&|-|–)\s*$")
# "230 times 48" is reckoning, and neither number is a figure by itself.
_TIMES_NUMBER = re.compile(r"\s*(?:times|multiplied by|x|×|\*)\s*(?=[\d€$£])")
_NUMBER_TIMES = re.compile(r"\d\s*(?:times|multiplied by|x|×|\*)\s*$")
_TIME_OF_DAY = re.compile(r"^\s*(?::\d\d|o'clock|am\b|pm\b|a\.m|p\.m)")
_MINUTES_OF_CLOCK = re.compile(r"\b(?:[01]?\d|2[0-3]):$")
_PRONOUN_NUMBER = re.compile(
    r"^(?:of (?:us|you|them|those|these|the|our|my)|thing|things|reason|reasons|question|questions|point|points|way|ways|part|parts|"
    r"side|sides|option|options|word|words|idea|ideas|more|other|others|another|at a time|by one|another|last|day i|day we|moment|sec\b|hand)\b"
)
# "We did 310 of them last month" counts; "two of them came late" points at some.
_MANY_OF_THEM = re.compile(r"\s*of (?:them|those|these)\b")
FEWEST_COUNTED = 10
_LAST_PERIOD = re.compile(r"\s*(?:of (?:them|those|these)|[a-z'-]+(?: [a-z'-]+)?)? (?:in the )?last (week|month|quarter|year)\b")
_NO_UNIT = frozenset(
    (
        "the a an of to in on at for and or but by with from as is are was were be been it its that this than then so per each "
        "every would will should could can may might must has have had do does did not no if when while because which who what "
        "where how we you they i he she our your their my his her us them more less fewer over under out off up down about now "
        "right today last next ish or thereabouts roughly maybe too also just only even still sorry wait actually yeah yes well "
        "um uh er like fine okay ok good currently before after between max maximum minimum tops plus minus instead percent again "
        "max everyone later earlier ago against top better worse higher lower faster slower either both all some any same other "
        "such here there "
    ).split()
)
_HYPHENED = re.compile(r"[a-z]+(?:-[a-z]+)+(?:\s+[a-z'-]+s\b)?")  # "order-status emails"
_BARE_YEAR = re.compile(r"^(?:19|20)\d\d$")

# "96 second trips": where these words tell which one it is, they are no unit. Of many seconds only a stretch of time is made.
_WHICH_ONE = re.compile(r"\s+(?P<which>second|minute|quarter|third)\s+(?P<noun>[a-z][a-z'-]*(?:\s+[a-z][a-z'-]*)?)")
_STRETCH = re.compile(
    r"\b(?:intervals?|delays?|time-?outs?|windows?|waits?|waiting|pauses?|breaks?|slots?|limits?|times?|clips?|cycles?|gaps?|holds?|answers?|"
    r"responses?|calls?|videos?|rule|maximum|average|mark|target|goal|stretch(?:es)?|periods?|sessions?)\b"
)
_FINE_POINTS = re.compile(r"(?:details?|differences?|changes?|amounts?|quantit(?:y|ies)|errors?)\b")


# What may stand before a number that is a figure and not part of a name.
_STANDS_FREE = re.compile(
    r"(?:^|[.,;:!?\"'(…–—-]|\b(?:to|at|under|below|above|over|than|from|of|is|are|was|were|be|been|by|about|around|roughly|approximately|say|and|or|not|maybe|perhaps|like|nearly|almost|only|just|"
    r"reach|reaching|hit|hitting|with|for|it|that|put|make|makes|want|need|have|has|had|get|gets|got|see|seeing|than|say|exactly|still|now|currently|probably|between|within|per|least|most|some|"
    r"another|then|so|on|in|into|i|we|he|she|they|also|least|averaging|averages|average|total|closer|near|towards|up|down|call|well|um|uh|er|take|takes|took|costs?|lose|loses|lost|spend|spends|pay|pays|paid|do|did|does|"
    r"doing|more|less|minus|plus|no|yes|yeah|okay|the|a|an|our|your|their|my|these|those|all|every|target|goal|expects?|expected|asked|promised|minimum|maximum|max|min|run|runs|running|sit|sits|sitting|handle|handles|process|processes|receive|receives|clear|close|stay|keep|stays|remain|wait|waits|actually|really|even|were|can|could|would|should|will|'s|'re|what))\s*$"
)


def within_a_sentence(words: str) -> str:
    """Words as they stand inside a sentence: "Three minutes" opens one, "EUR 5" is written so anywhere."""
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words


def _counted_as_which(after: str, value: float) -> str | None:
    """What is counted where "second" and the like tell which one: "96 second trips" -> second trips; None where it is a unit."""
    found = _WHICH_ONE.match(after)
    if found is None:
        return None
    first, *more = found["noun"].split()
    if found["which"] == "minute":
        return f"minute {first}" if _FINE_POINTS.match(first) else None
    if first in _NO_UNIT or _STRETCH.search(found["noun"]):
        return None
    plural = next((at for at, word in enumerate((first, *more)) if re.search(r"[^s']s$", word) and word not in _NO_UNIT), None)
    if plural is None and value != 1:
        return None  # "a 30 second call"
    return " ".join([found["which"], first, *more[: plural or 0]])


def _dimension_of_score(text: str) -> bool:
    return bool(_SCORE.match(text))


_MILLION_TWO = re.compile(
    r"^(?:a|one|two|three|four|five|six|seven|eight|nine) (million|thousand) (one|two|three|four|five|six|seven|eight|nine)$"
)


def _spoken_value(mention: NumberMention) -> float:
    """ "A million two" is 1.2 million."""
    short = _MILLION_TWO.match(mention.text.lower())
    if not short:
        return mention.value
    unit = 1_000_000 if short.group(1) == "million" else 1_000
    digit = mention.value % unit
    return mention.value - digit + digit * unit / 10


MOST_IN_A_SENTENCE = 100
"""Numbers of one sentence that are read. More are a table, or meant to take long."""

_AROUND = 300
"""Characters on each side of a number that can say what it measures."""


def _read(mention: NumberMention, low: str) -> Quantity | None:
    """One number with what stands around it; None if it measures nothing (a year, a room, 'one of us')."""
    before, after = low[max(0, mention.start - _AROUND) : mention.start], low[mention.end : mention.end + _AROUND]
    word = mention.text.lower()
    if (
        before[-1:] in ("/", "_", "#")
        or (before[-1:].isalpha())
        or (before[-1:] == "-" and before[-2:-1].isalpha() and not before.endswith(("mid-", "sub-")))
    ):
        return None  # part of a name, such as AS/400 or Q3
    if (
        re.match(r"\s*(?:secs?|seconds?|minutes?|moment|mo|ticks?|mins?)\b\s*[.,!?]*\s*$", after)
        and re.match(r"^\s*(?:just |give me |wait |hang on,? |sorry,? )*$", before)
        and word in ("one", "two", "a", "five", "1", "2")
    ):
        return None  # "two secs."
    if re.search(r"\d\s*(?:out of|/)\s*$", before) or _TIMES_NUMBER.match(after) or _NUMBER_TIMES.search(before):
        return None
    if _TIME_OF_DAY.match(after) or _MINUTES_OF_CLOCK.search(before) or (_BARE_YEAR.match(word) and not _SHARE_WORDS.match(after)):
        return None
    approximate = bool(_APPROXIMATE.search(before)) or bool(_APPROXIMATE_AFTER.match(after))
    base = Quantity(mention.start, mention.end, _spoken_value(mention), Dimension.BARE, mention.text, approximate=approximate)

    currency = _CURRENCY_BEFORE.search(before)
    if currency:
        return replace(base, start=currency.start(), dimension=Dimension.MONEY, unit=_CURRENCIES[currency.group(1).lower()])
    if any(sign in word for sign in "€$£¥"):
        sign = next(sign for sign in "€$£¥" if sign in word)
        return replace(base, dimension=Dimension.MONEY, unit=_CURRENCIES[sign])
    if word.split()[0] in _CURRENCIES and len(word.split()) > 1:
        return replace(base, dimension=Dimension.MONEY, unit=_CURRENCIES[word.split()[0]])
    share = _SHARE_WORDS.match(after)
    if share or "%" in word or "percent" in word or "per cent" in word:
        return replace(base, end=mention.end + (share.end() if share else 0), dimension=Dimension.SHARE, unit="%")
    if _dimension_of_score(after):
        return replace(base, dimension=Dimension.SCORE, unit="points", end=mention.end)

    which = _counted_as_which(after, base.value)
    if which:
        return None if word in ("one", "a", "an") else replace(base, dimension=Dimension.COUNT, unit=which, noun=which)
    unit = _UNIT_WORD.match(after)
    unit_word = unit.group(1).lower() if unit else ""
    singular = unit_word[:-1] if unit_word.endswith("s") and len(unit_word) > 3 else unit_word
    if unit and (singular in _DURATIONS or unit_word in _DURATIONS):
        name = _DURATIONS.get(singular) or _DURATIONS[unit_word]
        return replace(base, end=mention.end + unit.end(1), dimension=Dimension.DURATION, unit=name)
    following = re.match(r"\s+(?:a|an)\s+(second|minute|hour|day|week|month|year)s?\b", after)
    if word in ("half", "a quarter", "quarter", "quarters", "half a", "three quarters") or word.endswith(("half", "quarter")):
        of_duration = re.match(r"\s*(?:of )?(?:an?|the)?\s*(hour|day|week|month|year|minute)s?\b", after)
        if of_duration:
            unit_name = _DURATIONS[of_duration.group(1)]
            return replace(base, end=mention.end + of_duration.end(), dimension=Dimension.DURATION, unit=unit_name)
    if _FRACTION.match(word) and not following:
        return replace(base, value=round(mention.value * 100, 1), dimension=Dimension.SHARE, unit="%")
    if unit_word in _CURRENCIES:
        assert unit is not None
        return replace(base, end=mention.end + unit.end(1), dimension=Dimension.MONEY, unit=_CURRENCIES[unit_word])
    if _NAMED_BY_NUMBER.search(before.rstrip()):
        return None
    if _MANY_OF_THEM.match(after) and base.value >= FEWEST_COUNTED:
        return base
    if _PRONOUN_NUMBER.match(after.lstrip()) or _NOT_A_MEASURE_BEFORE.search(before.rstrip() + (" " if before.endswith(" ") else "")):
        return base if not _PRONOUN_NUMBER.match(after.lstrip()) else None
    if not _STANDS_FREE.search(before):
        return None  # a label: "filler three", "ward two"
    if word in ("one", "a", "an"):
        # "one", with nothing measured behind it, is a pronoun far more often than a figure.
        return None
    if unit and unit_word not in _NO_UNIT and len(unit_word) > 2:
        hyphened = _HYPHENED.match(after[unit.start(1) :])
        unit_word = hyphened.group() if hyphened else unit_word
        return replace(base, dimension=Dimension.COUNT, unit=unit_word, noun=unit_word)
    return base


def find_quantities(text: str) -> list[Quantity]:
    """Quantities of a sentence in reading order; ranges ("two to three days") are one quantity."""
    low = text.lower() if len(text.lower()) == len(text) else text
    found: list[Quantity] = []
    for ratio in _ONE_IN.finditer(low):
        parts = [mention.value for mention in find_numbers(ratio.group())]
        if len(parts) == 2 and parts[1] > parts[0] > 0:
            found.append(Quantity(ratio.start(), ratio.end(), round(100 * parts[0] / parts[1], 1), Dimension.SHARE, ratio.group(), "%"))
    taken = [(one.start, one.end) for one in found]
    name_ends = -1
    for mention in find_numbers(text)[:MOST_IN_A_SENTENCE]:
        if any(start <= mention.start < end for start, end in taken):
            continue
        quantity = _read(mention, low)
        goes_on = 0 <= name_ends <= mention.start and _ONE_MORE_NAME.fullmatch(low[name_ends : mention.start])
        if (quantity is None and _NAMED_BY_NUMBER.search(low[: mention.start].rstrip())) or (
            goes_on and quantity and quantity.dimension is Dimension.BARE
        ):
            name_ends = mention.end
        elif quantity:
            found.append(quantity)
    found.sort(key=lambda one: one.start)
    return _with_rates(_share_units(_ranges(found, low), low), low, text)


def _ranges(found: list[Quantity], low: str) -> list[Quantity]:
    """Join "two to three days"; leave "from 9 to 6 minutes" apart, which is a change."""
    joined: list[Quantity] = []
    for quantity in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.upper is None
            and last.value < quantity.value
            and (last.dimension is Dimension.BARE or last.dimension is quantity.dimension)
            and _RANGE_BETWEEN.match(low[last.end : quantity.start])
            and not re.search(r"\bfrom\s+(?:about |around |roughly |like |the )*$", low[: last.start])
            and (" and" not in low[last.end : quantity.start] or re.search(r"\bbetween\s*$", low[: last.start]))
        ):
            joined[-1] = replace(quantity, start=last.start, value=last.value, upper=quantity.value)
        else:
            joined.append(quantity)
    return joined


def _share_units(found: list[Quantity], low: str) -> list[Quantity]:
    """Give a bare number the unit of its partner in "from 9 to 6 minutes", "25, not 40 percent", "9 minutes to 6"."""
    result = list(found)
    for here, quantity in enumerate(result):
        if quantity.dimension is not Dimension.BARE:
            continue
        for partner in [*result[here + 1 : here + 2], *reversed(result[max(0, here - 1) : here])]:
            left, right = sorted((quantity, partner), key=lambda one: one.start)
            between = low[left.end : right.start]
            if partner.dimension is not Dimension.BARE and re.match(
                r"^[^.;?!]{0,12}?\b(?:to|not|instead of|rather than|down|up|and|or|into|towards|from|versus|vs)\b[^.;?!]{0,24}$", between
            ):
                result[here] = quantity.in_unit_of(partner)
                break
    return result


def _with_rates(found: list[Quantity], low: str, text: str) -> list[Quantity]:
    """Add "a day", "per week", and cut the quantity's text out of the sentence."""
    finished: list[Quantity] = []
    for quantity in found:
        per = _PER.match(low[quantity.end :])
        rate = (
            per.group(1) if per and quantity.dimension in (Dimension.MONEY, Dimension.COUNT, Dimension.DURATION, Dimension.BARE) else None
        )
        if per is None and quantity.noun and (noun := re.match(r"^\s*" + re.escape(quantity.noun), low[quantity.end :])):
            # "Claims a month", and "claims come a month", with one word between.
            after = low[quantity.end + noun.end() :]
            per = _PER.match(after) or _PER.match(re.sub(r"^\s\w+", "", after))
            rate = per.group(1) if per else None
        past = _LAST_PERIOD.match(low[quantity.end :]) if rate is None and quantity.dimension in (Dimension.COUNT, Dimension.BARE) else None
        if past:
            rate = past.group(1)
        words = text[quantity.start : quantity.end].strip()
        finished.append(replace(quantity, text=words or quantity.text, per=rate))
    for here, (quantity, following) in enumerate(pairwise(finished)):
        # "From 310 to 80 a month": both are a month.
        between = low[quantity.end : following.start]
        if (
            quantity.per is None
            and quantity.dimension is following.dimension is Dimension.BARE
            and re.fullmatch(r"\s+(?:down |up )?to\s+", between)
        ):
            finished[here] = replace(quantity, per=following.per)
    return finished
