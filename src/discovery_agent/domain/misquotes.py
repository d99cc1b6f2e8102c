"""Says what is wrong with a quote whose words do not stand in the source as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from discovery_agent.domain.meaning_guards import RejectionReason
from discovery_agent.domain.negation import is_negator, words_of
from discovery_agent.domain.numbers import find_numbers
from discovery_agent.domain.passages import SEPARATOR, Passage

_OPPOSITES = {
    frozenset(pair.split("/"))
    for pair in words_of(
        "increase/decrease increases/decreases increased/decreased increasing/decreasing increase/reduce "
        "increases/reduces increased/reduced increase/cut raise/lower raised/lowered raise/cut rise/fall "
        "rises/falls rose/fell grow/shrink grew/shrank more/less more/fewer most/least higher/lower "
        "high/low up/down before/after earlier/later always/never with/without for/against can/cannot "
        "all/none everybody/nobody everyone/nobody everything/nothing something/nothing somebody/nobody "
        "ever/never faster/slower fast/slow better/worse good/bad best/worst easy/hard easier/harder "
        "many/few above/below over/under inside/outside internal/external accept/reject accepted/rejected "
        "approve/reject approved/rejected allow/forbid allowed/forbidden include/exclude "
        "included/excluded gain/lose gained/lost win/lose minimum/maximum minimise/maximise "
        "minimize/maximize start/stop started/stopped open/closed on/off true/false agree/disagree "
        "agreed/disagreed like/dislike support/oppose likely/unlikely possible/impossible able/unable "
        "manual/automatic cheaper/dearer cheap/expensive yes/no enable/disable profit/loss expand/reduce "
        "first/last manually/automatically often/rarely improve/worsen improved/worsened strong/weak "
        "early/late "
    )
}
_NUMBER_SIGNS = frozenset("-+%€$£¥‰/")


def explain_difference(quote: Passage, sources: Sequence[Passage]) -> RejectionReason:
    """The reason that fits best. `sources` are in order of preference, the claimed one first."""
    if not sources or not quote.tokens:
        return RejectionReason.NOT_FOUND
    for source in sources:
        partial = _cut_word(quote, source)
        if partial:
            return partial
    windows = [(_best_window(quote, source), source) for source in sources]
    (shared, window), source = max(windows, key=lambda one: one[0][0])
    if shared * 2 < len(quote.tokens):
        return RejectionReason.SPLICED if _is_spliced(quote, sources) else RejectionReason.NOT_FOUND
    close = list(source.values[window.start : window.stop])
    reason, cost = _compare(close, list(quote.values))
    if cost > 1 and _is_spliced(quote, sources):
        return RejectionReason.SPLICED
    return reason


def _cut_word(quote: Passage, source: Passage) -> RejectionReason | None:
    """Found, but it begins or ends inside a word: "able" in "unable", "5" in "15"."""
    inner = SEPARATOR.join(quote.values)
    place = source.joined.find(inner)
    if place < 0:
        return None
    first = source.token_at(place + 1) - 1 if source.joined[place - 1] != SEPARATOR else source.token_at(place - 1)
    last = source.token_at(place + len(inner)) - 1
    edges = [source.values[min(max(edge, 0), len(source.values) - 1)] for edge in (first, last)]
    cut = [edge for edge in edges if edge not in quote.values]
    if any(character.isdigit() for edge in cut for character in edge):
        return RejectionReason.TRUNCATED_NUMBER
    return RejectionReason.TRUNCATED_WORD


def _best_window(quote: Passage, source: Passage) -> tuple[int, range]:
    """The stretch of the source, about as long as the quote, that shares the most words with it."""
    wanted = Counter(quote.values)
    size = len(quote.values) + 2
    held: Counter[str] = Counter()
    shared = 0
    best, best_end = -1, 0
    for place, value in enumerate(source.values):
        held[value] += 1
        shared += held[value] <= wanted[value]
        if place >= size:
            left = source.values[place - size]
            shared -= held[left] <= wanted[left]
            held[left] -= 1
        if shared > best:
            best, best_end = shared, place + 1
    return best, range(max(0, best_end - size), min(len(source.values), best_end + 2))


def _compare(said: list[str], quoted: list[str]) -> tuple[RejectionReason, int]:
    """What kind of change leads from the words said to those quoted, and how many words it touches."""
    steps = [step for step in SequenceMatcher(a=said, b=quoted, autojunk=False).get_opcodes() if step[0] != "equal"]
    # What the window holds before and after the quote was not left out, it was never meant to be in it.
    if steps and steps[0][0] == "delete" and steps[0][3] == 0:
        steps = steps[1:]
    if steps and steps[-1][0] == "delete" and steps[-1][3] == len(quoted):
        steps = steps[:-1]
    gone: list[str] = []
    come: list[str] = []
    for _, left, right, start, end in steps:
        gone += said[left:right]
        come += quoted[start:end]
    cost = max(len(gone), len(come))
    for before in gone:
        if any(frozenset((before, after)) in _OPPOSITES for after in come):
            return RejectionReason.POLARITY_SWAPPED, cost
    denied, denies = sum(map(is_negator, gone)), sum(map(is_negator, come))
    if denied != denies:
        return RejectionReason.NEGATION_DROPPED if denied > denies else RejectionReason.NEGATION_ADDED, cost
    if _has_number(gone) or _has_number(come):
        return RejectionReason.CHANGED_NUMBER, cost
    return RejectionReason.WORDS_DIFFER, cost


def _has_number(values: list[str]) -> bool:
    return any(value in _NUMBER_SIGNS for value in values) or bool(find_numbers(" ".join(values)))


def _is_spliced(quote: Passage, sources: Sequence[Passage]) -> bool:
    """True if the quote is two passages put together that do not stand next to each other."""
    count = len(quote.tokens)
    least = 2 if count < 8 else 3
    longest_start = max(_longest(quote, source, from_start=True) for source in sources)
    longest_end = max(_longest(quote, source, from_start=False) for source in sources)
    return longest_start >= least and longest_end >= least and longest_start + longest_end >= count


def _longest(quote: Passage, source: Passage, *, from_start: bool) -> int:
    """How many words of the quote, from its start or its end, stand together in the source."""
    low, high = 0, len(quote.values)
    while low < high:
        middle = (low + high + 1) // 2
        part = quote.values[:middle] if from_start else quote.values[-middle:]
        if SEPARATOR + SEPARATOR.join(part) + SEPARATOR in source.joined:
            low = middle
        else:
            high = middle - 1
    return low
