"""Citation numbers, and the cards that they open: what was said, by whom and where, or what is assumed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from discovery_agent.discovery.exporting.plain_words import page_title, source_words
from discovery_agent.discovery.exporting.telling import Notes, Telling
from discovery_agent.domain.blueprint.claims import Assumption, Audience, Claim, Evidence, Row
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.blueprint.duties import DUTIES
from discovery_agent.web.ui.elements import Piece, badge, div, link, names, p, quote, span, words_of
from discovery_agent.web.ui.engagement.said import place_of

_QUOTES = 3
_TABLES = {"planning.yaml": "the planning table", "economics.yaml": "the table of economics"}
_PAGES = frozenset(one.page for one in DUTIES)
_SINGULAR = {"days": "day", "working days": "working day", "hours": "hour", "minutes": "minute", "weeks": "week", "months": "month"}
_MOST = 8
"""Numbers that are shown at once behind one text."""


class Marks:
    """The numbers of a version, the same as in its exports: 1, 2, ... for what was said, A1, A2, ... for assumptions.

    A number is a button. Pointed at, focused or tapped, it shows its card (`blueprint.js`); that of an assumption opens the
    assumption. The cards stand hidden in the page once each, where screen readers find them as the description of their numbers.
    A card is there as soon as its number was shown: of thousands, few are at once.
    """

    def __init__(self, blueprint: Blueprint, notes: Notes | None = None) -> None:
        self._cards = div("", hidden=True)
        self._there: set[str] = set()
        self._engagement_id = blueprint.engagement_id
        notes = notes or Telling(blueprint).notes
        self._evidence: dict[str, tuple[str, Evidence]] = {id_: (str(number), one) for id_, (number, one) in notes.evidence.items()}
        self._assumptions: dict[str, tuple[str, Assumption]] = dict(notes.assumptions)
        for one in blueprint.evidence:
            self._evidence.setdefault(one.finding_id, (str(len(self._evidence) + 1), one))
        for held in blueprint.assumptions:
            self._assumptions.setdefault(held.id, (f"A{len(self._assumptions) + 1}", held))

    @classmethod
    async def of(cls, blueprint: Blueprint, audience: Audience | None = None) -> Marks:
        """The marks of a version as one audience is told it. All of it is numbered, so it is done beside the event loop."""
        return cls(blueprint, await asyncio.to_thread(lambda: Telling(blueprint, audience=audience).notes))

    def show(self, held: Claim | Row) -> None:
        """The numbers behind a claim or row."""
        self.show_ids(held.findings, held.assumptions)

    def show_ids(self, findings: Iterable[str], assumptions: Iterable[str] = ()) -> None:
        """The numbers of some findings and assumptions."""
        said = [self._evidence[one] for one in dict.fromkeys(findings) if one in self._evidence]
        assumed = [self._assumptions[one] for one in dict.fromkeys(assumptions) if one in self._assumptions]
        if not said and not assumed:
            return
        with span("", "marks"):
            for number, one in said[:_MOST]:
                self._card(number, partial(_said_card, self._engagement_id, one))
                who = ", ".join(one.speakers) or "speaker not named"
                _mark(number, f"Source {number}: {who}", "mark")
            for number, one in assumed[:_MOST]:
                self._card(number, partial(_assumed_card, one))
                _mark(number, f"Assumption {number}", "mark assumed", data_do=f"assumption|{one.id}")
            if (more := max(0, len(said) - _MOST) + max(0, len(assumed) - _MOST)) > 0:
                span(f"and {more} more", "quiet small")

    def last(self) -> None:
        """Put the cards behind everything else around them, those to come as well."""
        self._cards.move()

    def _card(self, number: str, build: Callable[[], None]) -> None:
        """The card of a number, hidden, unless it is there."""
        if number in self._there:
            return
        self._there.add(number)
        with self._cards, div(id=f"cite-{number}"):
            build()


def figures_of(one: Assumption) -> str:
    """The figures of an assumption in words; empty if it has none."""
    if one.value is None:
        return ""
    ends = f", from {one.low:g} to {one.high:g}" if one.low is not None and one.high is not None and one.low < one.high else ""
    unit = _SINGULAR.get(one.unit, one.unit) if one.value == 1 else one.unit
    return f"{one.value:g}{f' {unit}' if unit else ''}{ends}"


def source_of(one: Assumption) -> str:
    """Whose an assumption is."""
    return f"changed by {one.changed_by}" if one.changed_by else in_plain_words(one.source) or "no source named"


def in_plain_words(source: str) -> str:
    """A source as people read it: where its entry stands in a table of the service is for programs, and a page has its title."""
    file, entry, key = source.partition(": ")
    if not entry or file not in _TABLES:
        return page_title(source) if source in _PAGES else source_words(source)
    return f"{_TABLES[file]}, an order of magnitude" if key.endswith("an order of magnitude") else _TABLES[file]


def show_said(engagement_id: str, one: Evidence, most: int = _QUOTES) -> None:
    """Quotes of a finding, each with the way to where it was said."""
    for said in one.quotes[:most]:
        quote(said.text)
        with p("", "small"):
            names((said.speaker,) if said.speaker else one.speakers)
            span(" in ")
            link(one.conversation or "the conversation", place_of(engagement_id, said)).put("dir", "auto")
    if len(one.quotes) > most:
        p(f"and {len(one.quotes) - most} more quotes", "quiet small")


def _said_card(engagement_id: str, one: Evidence) -> None:
    show_said(engagement_id, one)
    with p("", "small quiet"):
        span("Understood as: ")
        words_of(one.statement, "span")
        span(" ")
        badge("confirmed", "good") if one.confirmed else badge("not confirmed yet", "warn")


def _assumed_card(one: Assumption) -> None:
    p("Assumed, not said by anybody", "small quiet")
    words_of(one.text, classes="strong")
    if figures := figures_of(one):
        words_of(figures)
    words_of(source_of(one), classes="small quiet")


def _mark(number: str, label: str, classes: str, **attributes: str) -> None:
    Piece("button", number, classes, type="button", aria_label=label, aria_describedby=f"cite-{number}", **attributes)
