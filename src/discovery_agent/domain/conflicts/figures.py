"""Plain figures on which people differ: how many, how long, how much money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from discovery_agent.domain.conflicts.model import Conflict, ConflictKind, either, make_conflict
from discovery_agent.domain.findings import Finding, Quote
from discovery_agent.domain.told_figures import Told, ToldFigure, told_figures

# Two estimates from memory differ by this much without contradiction; sums of money do not.
TOLERANCE = {Told.VOLUME: 1.2, Told.DURATION: 1.2, Told.BUDGET: 1.02}
# Figures further apart than this are hardly about the same thing.
FAR_APART = 20
# "It's five days" is about what was timed so few turns before.
ANSWERS_WITHIN = 4
_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\d))+[.!?]*")


@dataclass(frozen=True)
class _Said:
    figure: ToldFigure
    quote: Quote
    words: str
    """The figure as it was said."""


def told_differently(findings: Sequence[Finding], known: Sequence[Conflict]) -> Iterable[Conflict]:
    """Conflicts about figures that different speakers gave for the same thing, other than those `known` from KPIs.

    Of one speaker the latest figure counts, for a later one corrects an earlier one.
    """
    said: dict[tuple[Told, frozenset[str], str], dict[str, _Said]] = {}
    for one in _told(findings):
        # How long something takes depends on what is meant by "it", which only the one conversation tells.
        where = one.quote.conversation_id if one.figure.kind is Told.DURATION else ""
        latest = said.setdefault((one.figure.kind, one.figure.about, where), {})
        speaker = one.quote.speaker or ""
        latest.pop(speaker, None)
        latest[speaker] = one
    covered = [{(quote.conversation_id, quote.utterance_id) for side in one.sides for quote in side.quotes} for one in known if one.kpi_id]
    for (kind, _, _), by_speaker in said.items():
        sides = _sides(kind, list(by_speaker.values()))
        places = {(one.quote.conversation_id, one.quote.utterance_id) for side in sides for one in side}
        if len(sides) > 1 and not any(places <= one for one in covered) and (conflict := _conflict(kind, sides)):
            yield conflict


def _told(findings: Sequence[Finding]) -> Iterator[_Said]:
    """The figures in the quotes, each once, in the order of saying; one that names nothing is about what was told just before."""
    quotes = {(quote.conversation_id, quote.utterance_id, quote.start): quote for one in findings for quote in one.quotes if quote.speaker}
    order = {conversation: at for at, conversation in enumerate(dict.fromkeys(key[0] for key in quotes))}
    before: dict[Told, _Said] = {}
    for quote in sorted(quotes.values(), key=lambda one: (order[one.conversation_id], int(one.utterance_id[1:]), one.start)):
        for sentence in _SENTENCE.finditer(quote.text):
            for figure in told_figures(sentence.group()):
                named = figure
                if not figure.about and figure.kind is not Told.BUDGET:
                    last = before.get(figure.kind)
                    if last and _answers(quote, last.quote):
                        named = replace(figure, about=last.figure.about, named=last.figure.named)
                    elif figure.kind is Told.DURATION:  # whatever "it" is, it is that until another thing is named
                        named = replace(figure, about=frozenset({quote.conversation_id, quote.utterance_id}))
                    else:
                        continue
                words = sentence.group()[figure.start : figure.end].strip()
                one = _Said(named, quote, words)
                before[figure.kind] = one
                yield one


def _answers(quote: Quote, earlier: Quote) -> bool:
    near = int(quote.utterance_id[1:]) - int(earlier.utterance_id[1:]) <= ANSWERS_WITHIN
    return near and quote.conversation_id == earlier.conversation_id


def _sides(kind: Told, said: Sequence[_Said]) -> list[list[_Said]]:
    """Who says the same, put together."""
    sides: list[list[_Said]] = []
    for one in said:
        if not one.figure.low:
            continue
        side = next((side for side in sides if _agree(side[0].figure, one.figure, TOLERANCE[kind])), None)
        if side:
            side.append(one)
        elif all(_comparable(other[0].figure, one.figure) for other in sides):
            sides.append([one])
    return sides


def _agree(left: ToldFigure, right: ToldFigure, tolerance: float) -> bool:
    return left.low <= right.high * tolerance and right.low <= left.high * tolerance


def _comparable(left: ToldFigure, right: ToldFigure) -> bool:
    return max(left.high, right.high) <= FAR_APART * min(left.low, right.low)


def _conflict(kind: Told, sides: Sequence[Sequence[_Said]]) -> Conflict | None:
    named = next((one.figure.named for side in sides for one in side if one.figure.named), "")
    held = {_holds(kind, side[0]): [one.quote for one in side] for side in sides}
    # Of those who count in different things, or speak of different places, each may be right.
    real = len({side[0].figure.scope for side in sides}) == 1
    if kind is Told.BUDGET:
        about = f"The {named} budget" if named else "The budget"
        crux = f"Is {about[0].lower()}{about[1:]} {either(held)}, and does it cover the same things?"
        return make_conflict(ConflictKind.BUDGET_OR_TIME, about, held, real=real, crux=crux)
    if kind is Told.DURATION:
        about = f"How long {named} takes" if named else "How long it takes"
        return make_conflict(
            ConflictKind.FACT, about, held, real=real, crux=f"Does {named or 'it'} take {either(held)}, from when to when?"
        )
    about = f"How many {named} there are" if named else "How many there are"
    return make_conflict(ConflictKind.FACT, about, held, real=real, crux=f"Is it {either(held)}, and what is counted?")


def _holds(kind: Told, one: _Said) -> str:
    return f"{one.figure.low:,.0f}" if kind is Told.BUDGET else one.words
