"""The findings beside a transcript, which a lead can confirm, correct or strike out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discovery_agent.discovery.report.wording import KIND_LABELS, STATUS_LABELS, confidence_word
from discovery_agent.domain.engagement import StoredFinding
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.web.ui.elements import Piece, badge, div, empty, heading, link, p, span, words_of
from discovery_agent.web.ui.engagement.deciding import TONES, Deciding
from discovery_agent.web.ui.visit import Visit


class FoundBeside:
    """The list of findings; `again` shows transcript and list anew after a change.

    Those of somebody who was `interviewed` say where that person has not confirmed them.
    """

    def __init__(self, visit: Visit, engagement_id: str, again: Callable[[], Awaitable[None]], *, interviewed: bool = False) -> None:
        self._interviewed = interviewed
        self._deciding = Deciding(visit, engagement_id, again)
        heading(2, "What was found here")
        self._place = div()

    def show(self, numbered: dict[int, StoredFinding]) -> None:
        """Show these findings."""
        self._place.clear()
        with self._place:
            if not numbered:
                empty("Nothing was found in this stretch")
                return
            with Piece("ol", "", "points"):
                for number, stored in numbered.items():
                    self._point(number, stored)

    def _point(self, number: int, stored: StoredFinding) -> None:
        finding = stored.finding
        with Piece("li", "", "point", id=f"f{number}") as item:
            item.replace_class("rejected", finding.status is FindingStatus.REJECTED)
            with div("tags"):
                link(
                    f"F{number}",
                    f"#{finding.quotes[0].utterance_id}",
                    f"ref k-{finding.kind.value}",
                    aria_label=f"Finding {number}: where it was said",
                )
                span(KIND_LABELS[finding.kind][0], "small strong")
                span(f"{confidence_word(finding.confidence)} evidence", "quiet small")
                if STATUS_LABELS[finding.status]:
                    badge(STATUS_LABELS[finding.status], TONES.get(finding.status, ""))
                elif self._interviewed:
                    badge("not confirmed by the stakeholder", "warn")
            words_of(finding.statement, classes="statement")
            if stored.corrected_from:
                with p("", "quiet small"):
                    span("Before: ")
                    words_of(stored.corrected_from, "s")
            self._deciding.acts(stored)
