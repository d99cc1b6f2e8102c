"""Confirming, correcting and striking findings: beside a transcript, and behind the goals and KPIs that rest on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from discovery_agent.discovery.access import visible
from discovery_agent.discovery.corrections import LONGEST_STATEMENT, correct_finding
from discovery_agent.discovery.report.wording import STATUS_LABELS, plural
from discovery_agent.domain.engagement import StoredFinding
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.controls import Values, button, closer, dialog, field, form, text_area
from discovery_agent.web.ui.elements import Piece, badge, div, lazy, link, names, p, span, words_of
from discovery_agent.web.ui.engagement.said import place_of
from discovery_agent.web.ui.visit import Visit

TONES = {FindingStatus.CONFIRMED: "good", FindingStatus.CORRECTED: "good", FindingStatus.REJECTED: "clash"}


class Deciding:
    """What a lead can make of a finding; `again` shows it anew after a decision, also after one that somebody else made first."""

    def __init__(self, visit: Visit, engagement_id: str, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement_id
        self._again = again

    def acts(self, stored: StoredFinding) -> None:
        """The buttons; none for who only reads."""
        if not self._visit.writes:
            return
        finding = stored.finding
        with div("acts"):
            for words, status in (("That is right", FindingStatus.CONFIRMED), ("Wrong", FindingStatus.REJECTED)):
                button(
                    self._visit,
                    words,
                    partial(self._press, stored, status),
                    "slim",
                    aria_pressed="true" if finding.status is status else "false",
                    aria_label=f"{words}: {finding.statement}",
                )
            button(self._visit, "Change it", partial(self._ask, stored), "slim", aria_label=f"Change it: {finding.statement}")

    async def _press(self, stored: StoredFinding, status: FindingStatus) -> None:
        try:
            await self._decide(stored, status, None)
        except StaleVersion:
            await self._again()
            raise

    async def _ask(self, stored: StoredFinding) -> None:
        async def save(values: Values) -> None:
            statement = values.get("statement", "").strip()
            if statement:
                await self._decide(stored, FindingStatus.CORRECTED, statement)
            box.delete()

        with self._visit.client.content, dialog("Correct the finding") as box, form(self._visit, save, "fields"):
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


def show_behind(visit: Visit, engagement_id: str, finding_ids: Sequence[str], about: str) -> None:
    """How many findings a goal or KPI rests on; they are read and shown, with what can be made of them, once it is opened."""

    async def show() -> None:
        await _Behind(visit, engagement_id, finding_ids, about).load()

    lazy(visit, plural(len(finding_ids), "finding"), "", show, "inner behind").put("aria_label", f"Findings behind: {about}")


class _Behind:
    """The findings behind one goal or KPI; what was said in an interview that is still private is left out."""

    def __init__(self, visit: Visit, engagement_id: str, finding_ids: Sequence[str], about: str) -> None:
        self._visit = visit
        self._engagement = engagement_id
        self._ids = list(finding_ids)
        self._deciding = Deciding(visit, engagement_id, self._after)
        self._place = div(tabindex="-1", role="group", aria_label=f"Findings behind: {about}")

    async def load(self) -> None:
        """Read and show them as they stand."""
        found, hidden = await self._read()
        self._place.clear()
        with self._place:
            with Piece("ul", "", "points"):
                for one in found:
                    self._point(one)
            if hidden:
                p(f"{plural(hidden, 'finding')} of an interview that is not released yet.", "quiet small")

    async def _after(self) -> None:
        await self.load()
        self._visit.run("refocus", self._place.html_id)
        self._visit.say("Goals and KPIs are worked out anew; load the page again in a moment.")

    async def _read(self) -> tuple[list[StoredFinding], int]:
        async with self._visit.workspace.database.reading() as unit:
            engagement = await unit.engagements.get(self._engagement)
            stored = await unit.findings.of_ids(self._engagement, self._ids)
            records = {one: await unit.conversations.get(self._engagement, one) for one in {one.conversation_id for one in stored}}
        shown = {one for one, record in records.items() if visible(self._visit.principal, record, private=engagement.private_until_release)}
        found = [one for one in stored if one.conversation_id in shown]
        return found, len(stored) - len(found)

    def _point(self, stored: StoredFinding) -> None:
        finding = stored.finding
        with Piece("li", "", "point") as item:
            item.replace_class("rejected", finding.status is FindingStatus.REJECTED)
            words_of(finding.statement, classes="statement")
            with p("", "line quiet small"):
                names(finding.speakers)
                if STATUS_LABELS[finding.status]:
                    badge(STATUS_LABELS[finding.status], TONES.get(finding.status, ""))
                link(
                    "Where it was said",
                    place_of(self._engagement, finding.quotes[0]),
                    aria_label=f"Where it was said: {finding.statement[:80]}",
                )
            if stored.corrected_from:
                with p("", "quiet small"):
                    span("Before: ")
                    words_of(stored.corrected_from, "s")
            self._deciding.acts(stored)
