"""The findings beside a transcript, which a lead can confirm, correct or strike out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from discovery_agent.discovery.corrections import LONGEST_STATEMENT, correct_finding
from discovery_agent.discovery.report.wording import KIND_LABELS, STATUS_LABELS, confidence_word
from discovery_agent.domain.engagement import StoredFinding
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.web.ui.controls import Values, button, closer, dialog, field, form, text_area
from discovery_agent.web.ui.elements import Piece, badge, div, empty, heading, link, p, span, words_of
from discovery_agent.web.ui.visit import Visit

_TONES = {FindingStatus.CONFIRMED: "good", FindingStatus.CORRECTED: "good", FindingStatus.REJECTED: "clash"}


class FoundBeside:
    """The list of findings; `again` shows transcript and list anew after a change.

    Those of somebody who was `interviewed` say where that person has not confirmed them.
    """

    def __init__(self, visit: Visit, engagement_id: str, again: Callable[[], Awaitable[None]], *, interviewed: bool = False) -> None:
        self._visit = visit
        self._interviewed = interviewed
        self._engagement = engagement_id
        self._again = again
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
                    badge(STATUS_LABELS[finding.status], _TONES.get(finding.status, ""))
                elif self._interviewed:
                    badge("not confirmed by the stakeholder", "warn")
            words_of(finding.statement, classes="statement")
            if stored.corrected_from:
                with p("", "quiet small"):
                    span("Before: ")
                    words_of(stored.corrected_from, "s")
            if self._visit.writes:
                with div("acts"):
                    for words, status in (("That is right", FindingStatus.CONFIRMED), ("Wrong", FindingStatus.REJECTED)):
                        button(
                            self._visit,
                            words,
                            partial(self._decide, stored, status, None),
                            "slim",
                            aria_pressed="true" if finding.status is status else "false",
                            aria_label=f"{words}: {finding.statement}",
                        )
                    button(self._visit, "Change it", partial(self._ask, stored), "slim", aria_label=f"Change it: {finding.statement}")

    async def _ask(self, stored: StoredFinding) -> None:
        async def save(values: Values) -> None:
            statement = values.get("statement", "").strip()
            if statement:
                await self._decide(stored, FindingStatus.CORRECTED, statement)
            box.delete()

        with dialog("Correct the finding") as box, form(self._visit, save, "fields"):
            with field("What should it say?", "The quote stays as it was said."):
                text_area("statement", stored.finding.statement, required=True, maxlength=LONGEST_STATEMENT)
            with div("actions"):
                closer(box)
                Piece("button", "Save", "button main", type="submit")
        self._visit.run("open", box.id)

    async def _decide(self, stored: StoredFinding, status: FindingStatus, statement: str | None) -> None:
        await self._visit.may(self._engagement, write=True)
        await correct_finding(
            self._visit.workspace,
            self._engagement,
            stored.finding.id,
            status=status,
            statement=statement,
            version=stored.version,
            actor=self._visit.actor,
        )
        await self._again()
