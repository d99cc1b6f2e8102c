"""The name of an engagement as commands take it: also that of a folder, so it is checked before anything is done."""

from __future__ import annotations

import typer

from discovery_agent.files.unseen import on_a_line


def engagement_name(given: str | None) -> str | None:
    """The name that was given, if it can be one; for every option that takes one.

    Raises:
        typer.BadParameter: it cannot; the command was called wrongly.
    """
    from discovery_agent.knowledge.search import ENGAGEMENT

    if given is not None and not ENGAGEMENT.fullmatch(given):
        raise typer.BadParameter(
            f"`{on_a_line(given)}` cannot be the name of an engagement: small letters, digits and hyphens, at most 63."
        )
    return given
