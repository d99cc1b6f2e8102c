"""What a lead sets, takes out, or ends."""

from __future__ import annotations

from nicegui import ui

from discovery_agent.discovery.engagements import delete_engagement, get_engagement, update_engagement
from discovery_agent.domain.engagement import AccessRole, Engagement
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.controls import Values, closer, dialog, field, form, local_button, opener, text_input
from discovery_agent.web.ui.elements import Piece, div, link, p, words_of
from discovery_agent.web.ui.engagements import read_settings, settings_fields
from discovery_agent.web.ui.visit import Visit


def show_settings(visit: Visit, engagement: Engagement) -> None:
    """Buttons to change the engagement, to take everything out, and to delete it."""
    change, remove = _change(visit, engagement), _remove(visit, engagement)
    with div("line"):
        local_button("Change title and settings", opener(change))
        link("Download everything", f"/api/v1/engagements/{engagement.id}/export", "button", download="")
        local_button("Delete this engagement", opener(remove), "danger")


def _change(visit: Visit, engagement: Engagement) -> Piece:
    async def save(values: Values) -> None:
        await visit.may(engagement.id, write=True)
        said = read_settings(values)
        known = await get_engagement(visit.workspace, engagement.id)
        changed = known.model_copy(update={**said._asdict(), "version": engagement.version})
        await update_engagement(visit.workspace, changed, actor=visit.actor)
        ui.navigate.reload()

    with dialog("Title and settings") as box, form(visit, save, "fields"):
        settings_fields(engagement)
        with div("actions"):
            closer(box)
            Piece("button", "Save", "button main", type="submit")
    return box


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
