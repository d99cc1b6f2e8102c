"""Stakeholders with their interviews and links, who speaks in transcripts, and the members who lead or review."""

from __future__ import annotations

from fastapi import Response

from discovery_agent.discovery.engagements import add_stakeholder, get_engagement
from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.web.ui.controls import Values, closer, dialog, form, local_button, opener
from discovery_agent.web.ui.elements import Piece, div, empty, heading, p, section
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.people.heard import show_gaps
from discovery_agent.web.ui.people.members import Members
from discovery_agent.web.ui.people.person import PersonRow, person_fields, read_person
from discovery_agent.web.ui.people.speakers import Speakers
from discovery_agent.web.ui.people.standing import PersonStanding, people_of
from discovery_agent.web.ui.visit import Visit


async def people_page(visit: Visit, engagement_id: str) -> Response | None:
    """The people of an engagement."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"People · {engagement.title}")
    header(visit.client, visit, engagement, "/people")

    async def read(offset: int, limit: int) -> tuple[list[PersonStanding], int]:
        return await people_of(visit.workspace, engagement_id, offset, limit, with_keys=visit.writes)

    def show(standing: PersonStanding) -> None:
        PersonRow(visit, engagement, standing, show_everybody)

    async def show_everybody() -> None:
        await listed.load()
        await speakers.load()  # they say who of them is a stakeholder

    def nothing() -> None:
        with empty("Nobody yet", "Add the people whose view counts: who decides, who does the work, who knows the systems and the law."):
            if visit.writes:
                with p():
                    local_button("Add the first person", opener(new), "main")

    async def add(values: Values) -> None:
        await visit.may(engagement_id, write=True)
        said = read_person(values)
        person: StakeholderRecord = await add_stakeholder(
            visit.workspace, engagement_id, said.name, role=said.role, department=said.department, actor=visit.actor
        )
        visit.run("close", new.id)
        visit.run("empty", new.id)
        await show_everybody()
        visit.say(f"{person.name} was added.")

    with dialog("Add a person") as new, form(visit, add, "fields"):
        person_fields()
        with div("actions"):
            closer(new)
            Piece("button", "Add", "button main", type="submit")
    with place:
        with div("title spread"):
            with div():
                heading(1, "People")
                p("Each is interviewed through a personal link, which opens their own interview and nothing else.", "lead")
            if visit.writes:
                local_button("Add a person", opener(new), "main")
        listed: Paged[PersonStanding] = Paged(visit, "people", read, each(show), size=25, nothing=nothing)
        await listed.load()
        with section("Who was heard", "heard"):
            speakers = Speakers(visit, engagement_id, listed.load)
            await speakers.load()
            await show_gaps(visit, engagement_id)
        if visit.writes:
            with section("Who leads and reviews", "members"):
                await Members(visit, engagement_id).load()
    return None
