"""What a lead sets, takes out, or ends."""

from __future__ import annotations

from fastapi import Response
from nicegui import ui

from discovery_agent.discovery.engagements import delete_engagement, get_engagement, update_engagement
from discovery_agent.domain.engagement import AccessRole, Engagement
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.controls import Values, closer, dialog, field, form, local_button, opener, text_input
from discovery_agent.web.ui.elements import Piece, div, heading, link, p, section, words_of
from discovery_agent.web.ui.engagements import read_settings, settings_fields
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.visit import Visit


async def settings_page(visit: Visit, engagement_id: str) -> Response | None:
    """Title and settings, everything to take away, and the end of the engagement."""
    await visit.may(engagement_id, write=True)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"Settings · {engagement.title}")
    header(visit.client, visit, engagement, "/settings")
    remove = _remove(visit, engagement)
    with place:
        with div("title"):
            heading(1, "Settings")
        _change(visit, engagement)
        with section("Take it away, or end it", "end"), div("line"):
            link("Download everything", f"/api/v1/engagements/{engagement.id}/export", "button", download="")
            local_button("Delete this engagement", opener(remove), "danger")
    return None


def _change(visit: Visit, engagement: Engagement) -> None:
    async def save(values: Values) -> None:
        await visit.may(engagement.id, write=True)
        said = read_settings(values)
        known = await get_engagement(visit.workspace, engagement.id)
        changed = known.model_copy(update={**said._asdict(), "version": engagement.version})
        await update_engagement(visit.workspace, changed, actor=visit.actor)
        ui.navigate.reload()

    with form(visit, save, "fields narrow"):
        settings_fields(engagement)
        with p():
            Piece("button", "Save", "button main", type="submit")


def _remove(visit: Visit, engagement: Engagement) -> Piece:
    async def remove(values: Values) -> None:
        await visit.may(engagement.id, write=True)
        if " ".join(values.get("typed", "").split()).casefold() != " ".join(engagement.title.split()).casefold():
            raise InvalidRequest("That is not the title.", remedy="Type the title as it stands above.")
        await delete_engagement(visit.workspace, engagement.id, actor=visit.actor)
        ui.navigate.to("/" if visit.role is AccessRole.OWNER else "/gone")

    with dialog("Delete this engagement?") as box:
        p("Everything goes: people, links, conversations, findings, results and documents. It cannot be brought back.")
        with form(visit, remove, "fields"):
            with field("Type the title to confirm"):
                words_of(engagement.title, "span", "hint code")
                text_input("typed", required=True, autocomplete="off")
            with div("actions"):
                closer(box)
                Piece("button", "Delete everything", "button danger", type="submit")
    return box
