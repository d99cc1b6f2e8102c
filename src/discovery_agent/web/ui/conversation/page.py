"""The transcript of a conversation with its findings highlighted, a stretch at a time."""

from __future__ import annotations

from fastapi import Response

from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.storage import Unit
from discovery_agent.storage.records import ExtractionState
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.conversation.found import FoundBeside
from discovery_agent.web.ui.conversation.turns import Stretch, read_stretch, show_turns
from discovery_agent.web.ui.elements import Piece, badge, div, heading, link, p, span, trouble
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import STATE_WORDS

SIZE = 60
"""Utterances that are shown at once."""


async def conversation_page(visit: Visit, engagement_id: str, conversation_id: str) -> Response | None:
    """A conversation, for those who may read it; `?at=12` begins where utterance 12 stands."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    async with visit.workspace.database.reading() as unit:
        record = await unit.conversations.get(engagement_id, conversation_id)
        open_ = await _unconfirmed(unit, record)
        failed = [one for one in await unit.extractions.list(engagement_id, conversation_id) if one.state is ExtractionState.FAILED]
    await visit.may_open(record, private=engagement.private_until_release)
    place = begin(visit.client, f"{record.title} · {engagement.title}")
    header(visit.client, visit, engagement)
    at = visit.client.request.query_params.get("at", "0")
    reader = Reader(visit, engagement, record)
    with place:
        _title(record, open_)
        if failed:
            with trouble(
                f"{plural(len(failed), 'stretch', 'stretches')} of this conversation could not be read: {failed[0].error or 'no reason given'}",
                failed[0].remedy,
            ):
                if visit.writes:
                    with p():
                        button(visit, "Read them again", reader.retry, "slim")
        reader.build()
        await reader.load(int(at) // SIZE * SIZE if at.isdecimal() and len(at) < 10 else 0)
    return None


async def _unconfirmed(unit: Unit, record: ConversationRecord) -> int:
    """How many findings of a finished interview its stakeholder left unmarked."""
    if record.kind is not ConversationKind.INTERVIEW or record.state is not ConversationState.CLOSED:
        return 0
    found, _ = await unit.findings.list(record.engagement_id, conversation_id=record.id, limit=None)
    return sum(one.finding.status is FindingStatus.PROPOSED for one in found)


def _title(record: ConversationRecord, unconfirmed: int) -> None:
    with div("title"):
        heading(1, record.title)
        with div("line lead"):
            span("Interview" if record.kind is ConversationKind.INTERVIEW else "Meeting")
            badge(STATE_WORDS[record.state])
            if record.held_on:
                span(day(record.held_on))
            span(f"{plural(record.utterances, 'turn')}, {plural(record.findings, 'finding')}")
            if unconfirmed:
                badge(f"{unconfirmed} not confirmed by the stakeholder", "warn")
            if record.rating:
                span(f"recap rated {record.rating} of 4")


class Reader:
    """The stretch of a conversation that is shown, and what was found in it."""

    def __init__(self, visit: Visit, engagement: Engagement, record: ConversationRecord) -> None:
        self._visit = visit
        self._engagement = engagement
        self._record = record
        self._offset = 0

    def build(self) -> None:
        """Make the two columns."""
        with div("beside"):
            with Piece("section", "", "", aria_label="Transcript"):
                self._turns = div()
                self._pager = Piece("nav", "", "pager line", aria_label="Pages of the transcript")
            with Piece("aside", "", "", aria_label="What was found here"):
                self._beside = FoundBeside(
                    self._visit, self._engagement.id, self._reload, interviewed=self._record.kind is ConversationKind.INTERVIEW
                )

    async def load(self, offset: int) -> None:
        """Show what was said from utterance `offset` on."""
        self._offset = min(max(0, offset), max(0, (self._record.utterances - 1) // SIZE * SIZE))
        await self._reload()

    async def _reload(self) -> None:
        stretch = await read_stretch(self._visit.workspace, self._engagement.id, self._record.id, self._offset, SIZE)
        self._turns.clear()
        with self._turns:
            if stretch.utterances:
                show_turns(stretch)
            else:
                p("Nothing was said here.", "quiet")
        self._beside.show(stretch.numbered)
        self._page(stretch)

    def _page(self, stretch: Stretch) -> None:
        self._pager.clear()
        total = self._record.utterances
        if total <= SIZE:
            return
        last = self._offset + len(stretch.utterances)
        with self._pager:
            span(f"Turns {self._offset + 1:,} to {last:,} of {total:,}", "quiet")
            for words, to, possible in (("Previous", self._offset - SIZE, self._offset > 0), ("Next", self._offset + SIZE, last < total)):
                address = f"/engagements/{self._engagement.id}/conversations/{self._record.id}?at={max(0, to)}"
                if possible:
                    link(words, address, "button slim")

    async def retry(self) -> None:
        """Read what failed once more."""
        from discovery_agent.discovery.uploads import retry_failed

        await self._visit.may(self._engagement.id, write=True)
        await retry_failed(self._visit.workspace, self._engagement.id, self._record.id)
        self._visit.say("They are being read again; the overview shows how far it is.")
