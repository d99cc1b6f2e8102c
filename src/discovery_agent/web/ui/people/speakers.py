"""Who speaks in transcripts, and the way to make them stakeholders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from discovery_agent.discovery.report.wording import ROLE_LABELS, plural
from discovery_agent.discovery.speakers import Speaker, add_speaker, speakers_of
from discovery_agent.domain.conversation import Role
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, badge, div, link, name, p, span, words_of
from discovery_agent.web.ui.engagement.said import place_of
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_SHOWN = 3


class Speakers:
    """The list of speakers; `added` is called once one of them has become a stakeholder."""

    def __init__(self, visit: Visit, engagement_id: str, added: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement_id
        self._added = added
        p("Everybody who speaks in a transcript. Who is no stakeholder yet has no role: nobody knows what they can decide.", "note")
        self._listed: Paged[Speaker] = Paged(visit, "speakers", self._read, each(self._row), size=25, nothing=self._nobody)

    async def load(self) -> None:
        """Read and show the speakers."""
        await self._listed.load()

    async def _read(self, offset: int, limit: int) -> tuple[list[Speaker], int]:
        speakers = await speakers_of(self._visit.workspace, self._engagement)
        return speakers[offset : offset + limit], len(speakers)

    def _nobody(self) -> None:
        p("No transcript names a speaker yet.", "quiet")

    def _row(self, speaker: Speaker) -> None:
        with Piece("li", "", "speaker-row"):
            with div("what"):
                with p():
                    name(speaker.name, "strong")
                    span(" ")
                    badge("stakeholder", "good") if speaker.stakeholder_id else badge("no stakeholder yet", "warn")
                self._function(speaker)
            with div("small"):
                p(f"{share_words(speaker.share)} of the words in {plural(len(speaker.transcripts), 'transcript')}", "quiet")
                with p():
                    for at, one in enumerate(speaker.transcripts[:_SHOWN]):
                        if at:
                            span(", ")
                        link(one.title, f"/engagements/{self._engagement}/conversations/{one.conversation_id}").put("dir", "auto")
                    if len(speaker.transcripts) > _SHOWN:
                        span(f" and {len(speaker.transcripts) - _SHOWN} more", "quiet")
            if self._visit.writes and speaker.stakeholder_id is None:
                with div("acts"):
                    words = "Add as stakeholder"
                    button(self._visit, words, partial(self._add, speaker), "slim", aria_label=f"{words}: {speaker.name}")

    def _function(self, speaker: Speaker) -> None:
        role = ROLE_LABELS[speaker.role] or "role not known"
        sure = speaker.stakeholder_id is not None or speaker.role is Role.UNKNOWN
        with p("", "quiet small"):
            span(role if sure else f"perhaps {role}")
            for part in (speaker.function, speaker.department):
                if part and part.casefold() != role.casefold():
                    span(" · ")
                    name(part)
        if speaker.said:
            with p("", "small"):
                words_of(speaker.said.quote.text, "q")
                span(" ")
                link("Where they said so", place_of(self._engagement, speaker.said.quote), aria_label=f"Where {speaker.name} said so")

    async def _add(self, speaker: Speaker) -> None:
        await self._visit.may(self._engagement, write=True)
        person = await add_speaker(self._visit.workspace, self._engagement, speaker.name, actor=self._visit.actor)
        await self._listed.load()
        await self._added()
        self._visit.say(f"{person.name} is a stakeholder now.")


def share_words(share: float) -> str:
    """A share in words, never 0 % of somebody who spoke."""
    return "Less than 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")
