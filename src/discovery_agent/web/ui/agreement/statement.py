"""The statement of the objective with its parts, each with the words that it stands on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from discovery_agent.discovery.report.wording import FIELD_LABELS
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.objective import ObjectiveDraft, ObjectivePart
from discovery_agent.domain.findings import Finding, FindingStatus, Quote
from discovery_agent.web.ui.agreement.words import PARTS
from discovery_agent.web.ui.elements import Piece, badge, div, fold, link, p, span, words_of
from discovery_agent.web.ui.engagement.said import place_of

_SHOWN = 3


class Citations:
    """The quotes behind the parts of a draft; of findings that a person rejected since, none."""

    def __init__(self, engagement_id: str, findings: Mapping[str, Finding]) -> None:
        self.engagement_id = engagement_id
        self._findings = findings

    @classmethod
    async def of(cls, ws: Workspace, engagement_id: str, *drafts: ObjectiveDraft) -> Citations:
        """The citations of some drafts."""
        ids = {one for draft in drafts for part in draft.parts for one in part.findings}
        async with ws.database.reading() as unit:
            stored = await unit.findings.of_ids(engagement_id, sorted(ids))
        live = (one.finding for one in stored if one.finding.status is not FindingStatus.REJECTED)
        return cls(engagement_id, {one.id: one for one in live})

    def quotes(self, part: ObjectivePart) -> tuple[Quote, ...]:
        """The quotes that a part stands on, each once."""
        found = [quote for one in part.findings if one in self._findings for quote in self._findings[one].quotes]
        return tuple(dict.fromkeys(found))


def show_statement(draft: ObjectiveDraft, citations: Citations, classes: str = "statement-box") -> None:
    """The statement; each part that stands in it word for word shows its quotes when it is pointed at or focused."""
    with div(classes):
        for line in draft.text.splitlines():
            with Piece("p", "", "statement-line", dir="auto"):
                for piece, part in pieces(line, draft.parts):
                    if part is None:
                        span(piece)
                    else:
                        _cited(piece, part, citations)


def pieces(line: str, parts: Sequence[ObjectivePart]) -> Iterator[tuple[str, ObjectivePart | None]]:
    """A line cut into runs of words, each with the part that it is."""
    by_text = {part.text.casefold(): part for part in parts}
    if not by_text:
        yield line, None
        return
    known = "|".join(re.escape(part.text) for part in sorted(parts, key=lambda part: -len(part.text)))
    place = 0
    for found in re.finditer(known, line, re.IGNORECASE):
        if found.start() > place:
            yield line[place : found.start()], None
        yield found.group(), by_text.get(found.group().casefold())
        place = found.end()
    if place < len(line):
        yield line[place:], None


def _cited(text: str, part: ObjectivePart, citations: Citations) -> None:
    quotes = citations.quotes(part)
    with Piece("span", "", "cited open" if part.open else "cited", tabindex="0") as place:
        span(text)
        with Piece("span", "", "cite", role="tooltip") as tip:
            span(f"{PARTS[part.kind]}. ", "strong")
            if not quotes:
                span("What it stood on is no longer there.")
            for quote in quotes[:_SHOWN]:
                words_of(quote.text, "q")
                span(f" {quote.speaker or 'speaker not named'}. ", "quiet small")
            if len(quotes) > _SHOWN:
                span(f"and {len(quotes) - _SHOWN} more", "quiet small")
    place.put("aria_describedby", tip.html_id)
    tip.put("id", tip.html_id)


def show_parts(draft: ObjectiveDraft, citations: Citations, settled: Callable[[str], str] = lambda _: "", *, opened: bool = False) -> None:
    """The parts as a list, with what is not said or not agreed of each, and the way to where it was said.

    `settled` gives the resolution of a conflict by its id.
    """
    with fold("Its parts, and who said what", str(len(draft.parts)), opened=opened), Piece("ul", "", "parts"):
        for part in draft.parts:
            with Piece("li"):
                with p("", "line"):
                    badge(PARTS[part.kind])
                    if part.open:
                        badge("not agreed", "clash")
                    for gap in part.gaps:
                        badge(f"no {FIELD_LABELS[gap]}", "warn")
                words_of(part.text)
                for conflict_id in part.settled:
                    if resolution := settled(conflict_id):
                        words_of(f"Settled: {resolution}", classes="small resolution")
                with p("", "small"):
                    for quote in citations.quotes(part)[:_SHOWN]:
                        words_of(quote.text, "q")
                        span(" ")
                        link(quote.speaker or "speaker not named", place_of(citations.engagement_id, quote)).put("dir", "auto")
                        span(" ")
    if draft.left_out:
        with fold("What was asked for and is not in it", str(len(draft.left_out))), Piece("ul", "", "plain"):
            for one in draft.left_out:
                words_of(one, "li")
