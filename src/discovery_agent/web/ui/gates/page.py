"""The page of gates: the phases as a track, and for each what is met and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Response

from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.gates import gates_of
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.engagement import Engagement
from discovery_agent.domain.gates import Gate, Gates, Missing, Phase
from discovery_agent.web.ui.elements import Piece, badge, div, heading, link, names, p, section, span, words_of
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.gates.gaps import GAP_RULE, Gaps
from discovery_agent.web.ui.gates.words import PHASES, somebody_of, way_to
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.visit import Visit

_SIZE = 50


async def gates_page(visit: Visit, engagement_id: str) -> Response | None:
    """Where an engagement stands."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"Gates · {engagement.title}")
    header(visit.client, visit, engagement, "/gates")
    with place:
        with div("title"):
            heading(1, "Phases and gates")
            p("Computed from what is known now. A gate is open once nothing is missing; nobody opens one by hand.", "lead")
        await GatesShown(visit, engagement).build()
    return None


class GatesShown:
    """The gates on one open page."""

    def __init__(self, visit: Visit, engagement: Engagement) -> None:
        self._visit = visit
        self._engagement = engagement
        self._places: dict[Phase, Piece] = {}

    async def build(self) -> None:
        """Show all five."""
        gates = await gates_of(self._visit.workspace, self._engagement.id)
        self._track = Piece("ol", "", "track", aria_label="Phases")
        for gate in gates.gates:
            with section(PHASES[gate.phase], gate.phase.value, "part gate-part"):
                self._places[gate.phase] = div("stack")
                if gate.phase is Phase.FEASIBILITY:
                    await Gaps(self._visit, self._engagement, gate, self.again).load()
        await self._show(gates)

    async def again(self) -> None:
        """Compute them anew and show them."""
        await self._show(await gates_of(self._visit.workspace, self._engagement.id))

    async def _show(self, gates: Gates) -> None:
        self._show_track(gates)
        for gate in gates.gates:
            place = self._places[gate.phase]
            place.clear()
            with place:
                await self._gate(gate, here=gate.phase is gates.current)

    def _show_track(self, gates: Gates) -> None:
        self._track.clear()
        with self._track:
            for gate in gates.gates:
                here = gate.phase is gates.current
                with (
                    Piece("li", "", " ".join(one for one in ("here" if here else "", "open" if gate.open else "") if one)),
                    Piece("a", "", "", href=f"#{gate.phase.value}", aria_current="step" if here else None),
                ):
                    span(PHASES[gate.phase], "name")
                    badge("gate is open", "good") if gate.open else badge(f"{len(gate.missing)} missing", "warn" if here else "")
                    if here:
                        badge("you are here")

    async def _gate(self, gate: Gate, *, here: bool) -> None:
        with p("", "line"):
            if here:
                badge("current phase")
            badge("gate is open", "good") if gate.open else badge(plural(len(gate.missing), "thing missing", "things missing"), "warn")
        with p("", "hands-over"):
            span("Hands over: ", "strong")
            span(gate.hands_over)
        if gate.met:
            with Piece("ul", "", "met", aria_label=f"Met in {PHASES[gate.phase]}"):
                for one in gate.met:
                    words_of(one, "li")
        if gate.partly:
            with Piece("ul", "", "partly", aria_label=f"Not all there yet in {PHASES[gate.phase]}"):
                for one in gate.partly:
                    with Piece("li"):
                        span("Not all yet: ", "only-said")
                        words_of(one, "span")
        # A gap of the data stands once: in the list in which who sees to it is named.
        missing = tuple(one for one in gate.missing if one.rule != GAP_RULE)
        if missing:

            async def read(offset: int, limit: int) -> tuple[Sequence[Missing], int]:
                return missing[offset : offset + limit], len(missing)

            await Paged(self._visit, f"what is missing in {PHASES[gate.phase]}", read, self._missing, size=_SIZE).load()

    def _missing(self, some: Sequence[Missing]) -> None:
        with Piece("ul", "", "rows missing-rows"):
            for one in some:
                with Piece("li"):
                    with div("what"):
                        words_of(one.text)
                        with p("", "quiet small"):
                            if one.people:
                                span("Can supply it: ")
                                names(one.people)
                            elif somebody_of(one.roles):
                                span(f"Can supply it: {somebody_of(one.roles)}")
                            else:
                                span("Nobody is known who can supply it.")
                    if one.path:
                        path, words = way_to(one)
                        link(words, f"/engagements/{self._engagement.id}{path}", aria_label=f"{words}: {one.text[:100]}")
