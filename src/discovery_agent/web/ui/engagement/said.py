"""Quotes with who said them and the way to where they were said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.findings import Quote
from discovery_agent.web.ui.elements import Piece, div, link, names, p, quote, span, words_of

_SHOWN = 2


def said(engagement_id: str, quotes: Iterable[Quote], most: int = 2) -> None:
    """Quotes in a run of text, at most `most` of them, each leading to its place in the conversation."""
    found = tuple(dict.fromkeys(quotes))
    for one in found[:most]:
        words_of(one.text, "q")
        span(" ")
        link(one.speaker or "speaker not named", place_of(engagement_id, one), "small").put("dir", "auto")
        span(" ")
    if len(found) > most:
        span(f"and {len(found) - most} more", "quiet small")


def place_of(engagement_id: str, quote: Quote) -> str:
    """The address of the words of a quote."""
    number = quote.utterance_id.removeprefix("u")
    at = number if number.isdecimal() else "0"
    return f"/engagements/{engagement_id}/conversations/{quote.conversation_id}?at={at}#u{at}"


@dataclass(frozen=True, slots=True)
class SaidSide:
    """One side of a disagreement."""

    holds: str
    people: tuple[str, ...]
    quotes: tuple[Quote, ...]
    then: str = ""
    """The verdict if this side is right; empty where that is not the point."""


def show_sides(engagement_id: str, sides: Sequence[SaidSide]) -> None:
    """The sides of a disagreement, each in its own words."""
    with div("sides"):
        for side in sides:
            with div("side"):
                words_of(side.holds, classes="strong")
                with p("", "quiet"):
                    names(side.people)
                found = tuple(dict.fromkeys(side.quotes))
                for one in found[:_SHOWN]:
                    quote(one.text)
                    with p("", "small"):
                        link("Where it was said", place_of(engagement_id, one), aria_label=f"Where it was said: {one.text[:80]}")
                if len(found) > _SHOWN:
                    p(f"and {len(found) - _SHOWN} more quotes", "quiet small")
                if side.then:
                    with p("", "then"):
                        span("Then: ")
                        Piece("strong", side.then)
