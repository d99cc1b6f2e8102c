"""`/api/v1`: everything the program does, as JSON and server-sent events."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from discovery_agent import __version__
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.web.bodies import JsonOnly
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import install_problems
from discovery_agent.web.security import COOKIE, CSRF_HEADER, CSRF_VALUE, Gate
from discovery_agent.web.sse import describe_events

_OPEN = frozenset({"/openapi.json", "/sessions"})
_ABOUT = f"""
Engagements, their stakeholders, conversations and findings, and what follows from them.

**Access**: `Authorization: Bearer` with the secret of an invite or of a member's key, or with a session of `POST /sessions`. A browser
that followed a link sends its cookie, and with whatever changes something the header `{CSRF_HEADER}: {CSRF_VALUE}`.

**Errors** are problem details (RFC 9457). **Lists** come in parts: `offset`, `limit`, `total`. **Changes** name the `version` they were
made on; if it is no longer the newest, the answer is 409 with the `current` object. **Streams** are server-sent events; comments keep them alive.
"""
_TAGS = [
    {"name": "Access", "description": "Sessions, invites of stakeholders, keys of members."},
    {"name": "Engagements", "description": "One discovery effort for one organisation."},
    {"name": "Stakeholders", "description": "Who is interviewed, or speaks in transcripts."},
    {"name": "Conversations", "description": "Interviews and meetings, and what was said in them."},
    {"name": "Interviews", "description": "A live interview: questions and answers as a stream of events, and the recap."},
    {"name": "Findings", "description": "Typed claims, each with the sentence that proves it."},
    {"name": "Assessment", "description": "Goal tree, verdicts, readiness, conflicts, agenda, coverage, changes."},
    {"name": "Agreement", "description": "The register of conflicts, drafts of the shared objective, and the rounds about them."},
    {
        "name": "Blueprint",
        "description": "What is proposed, in versions: claims that cite findings, epics, plan, economics, choices to approve.",
    },
    {"name": "Review", "description": "Who approves what of a blueprint, where a version stands, signing."},
    {"name": "Gates", "description": "What is missing for the next phase, and who can supply it."},
    {"name": "Execution", "description": "Check-ins of KPIs, drift, review dates, lessons."},
    {"name": "Knowledge", "description": "The knowledge base and the engagement's own documents."},
    {"name": "Jobs", "description": "Work in the background."},
]


def create_api(ws: Workspace, pace: Pace, *, host: str | None = None) -> FastAPI:
    """The API over an open workspace; `host` is what the server was started with."""
    from discovery_agent.web.api import (
        agreement,
        blueprints,
        conversations,
        engagements,
        execution,
        exports,
        findings,
        gates,
        interviews,
        jobs,
        keys,
        knowledge,
        results,
        reviews,
        sessions,
        stakeholders,
    )

    api = FastAPI(
        title="Discovery Agent",
        version=__version__,
        description=_ABOUT,
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        telemetry={"auto_configure": False},
    )
    api.state.workspace = ws
    api.state.pace = pace
    api.state.host = host
    install_problems(api)
    for part in (
        sessions,
        keys,
        engagements,
        stakeholders,
        conversations,
        interviews,
        findings,
        results,
        agreement,
        knowledge,
        jobs,
        blueprints,
        reviews,
        gates,
        execution,
        exports,
    ):
        api.include_router(part.router)
    _describe(api)
    # The last one added is the outermost: nobody unknown learns what is wrong with a body.
    api.add_middleware(JsonOnly)
    api.add_middleware(Gate, workspace=ws, pace=pace, open_to_all=_OPEN)
    return api


def _describe(api: FastAPI) -> None:
    """Say in the description of the API how to come in (every route needs a key, but for those that say otherwise), and what events hold."""
    from discovery_agent.web.api.said import Event

    made = api.openapi

    def described() -> dict[str, Any]:
        schema = made()
        schema.setdefault("components", {})["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "The secret of an invite, a member's key, or a session."},
            "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "The session of a browser."},
        }
        schema["security"] = [{"key": []}, {"cookie": []}]
        describe_events(schema, Event)
        return schema

    api.openapi = described
