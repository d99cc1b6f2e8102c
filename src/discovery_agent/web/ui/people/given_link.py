"""A link that is shown once, because its secret is stored nowhere."""

from __future__ import annotations

from discovery_agent.web.links import link_to
from discovery_agent.web.ui.controls import closer, dialog, local_button
from discovery_agent.web.ui.elements import Piece, div, p, words_of
from discovery_agent.web.ui.visit import Visit


def show_link(visit: Visit, title: str, secret: str, remark: str) -> None:
    """Show a link in a dialog, with a button that copies it."""
    address = link_to(visit.client.request, secret, visit.workspace.settings.public_url)
    with visit.client.content, dialog(title) as box:
        words_of(remark)
        p("It is shown only now; nobody can look it up later.", "quiet")
        with div("linkbox"):
            shown = Piece("input", "", "input", type="text", readonly=True, aria_label="The link", **{"^value": address})
            local_button("Copy", f"discovery.copy({shown.id}, 'The link is copied.')", "main")
        with div("actions"):
            closer(box, "Close")
    visit.run("open", box.id)
    visit.run("complete", shown.id)
