"""The conversations of an engagement, newest first, a page at a time, with the way to add transcripts."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response

from discovery_agent.discovery.access import visible
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement
from discovery_agent.web.ui.elements import Piece, badge, div, empty, heading, p, words_of
from discovery_agent.web.ui.engagement.uploads import Jobs, upload_field
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import STATE_WORDS

_TONES = {
    ConversationState.WAITING: "warn",
    ConversationState.OPEN: "warn",
    ConversationState.RECAP: "warn",
    ConversationState.ANALYSED: "good",
    ConversationState.CLOSED: "good",
}


async def conversations_page(visit: Visit, engagement_id: str) -> Response | None:
    """What was said, and the field that takes more."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"Conversations · {engagement.title}")
    header(visit.client, visit, engagement, "/conversations")

    async def began() -> None:
        await jobs.look()
        await listed.load()

    with place:
        with div("title"):
            heading(1, "Conversations")
            p("Transcripts of meetings, and interviews. Everything that is concluded leads back to words said here.", "lead")
        if visit.writes:
            upload_field(visit, engagement, began)
        jobs = Jobs(visit, engagement, lambda: listed.load())
        with div("part"):
            listed = conversation_list(visit, engagement)
    await listed.load()
    await jobs.look()
    return None


def conversation_list(visit: Visit, engagement: Engagement) -> Paged[ConversationRecord]:
    """The list; load it before it shows anything."""

    async def read(offset: int, limit: int) -> tuple[Sequence[ConversationRecord], int]:
        async with visit.workspace.database.reading() as unit:
            return await unit.conversations.list(engagement.id, offset, limit)

    def show(record: ConversationRecord) -> None:
        readable = visible(visit.principal, record, private=engagement.private_until_release)
        with Piece("li"):
            with div("what"):
                if readable:
                    with Piece("a", "", "strong", href=f"/engagements/{engagement.id}/conversations/{record.id}"):
                        words_of(record.title, "span")
                else:
                    words_of(record.title, "span", "strong")
                kind = "Interview" if record.kind is ConversationKind.INTERVIEW else "Meeting"
                held = day(record.held_on or record.created_at)
                p(f"{kind} · {held} · {plural(record.utterances, 'turn')}", "quiet small")
            if readable:
                badge(plural(record.findings, "finding"))
            else:
                badge("private until released")
            badge(STATE_WORDS[record.state], _TONES[record.state])

    def nothing() -> None:
        empty("No conversations yet", "Transcripts that you add and interviews that people give appear here.")

    return Paged(visit, "conversations", read, each(show), size=10, nothing=nothing)
