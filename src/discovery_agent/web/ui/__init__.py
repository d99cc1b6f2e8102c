"""The pages: an interview for stakeholders; engagements, people and knowledge for those who lead."""

from __future__ import annotations

from fastapi import FastAPI

from discovery_agent.discovery.workspace import Workspace


def install_pages(app: FastAPI, ws: Workspace) -> None:
    """Add the pages to an app. Whatever has no other route is theirs, so call this when all other routes are in.

    The pages belong to the process: of two apps in one process, the later shows its workspace in both.
    """
    from discovery_agent.web.ui.routes import install

    install(app, ws)
