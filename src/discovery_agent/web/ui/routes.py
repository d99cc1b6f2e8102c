"""Which page stands at which address."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import nicegui
from fastapi import FastAPI, Request, Response
from nicegui import Client, core, ui

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.errors import DiscoveryError
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import Refused, answer, problem
from discovery_agent.web.single_sign_on.next_page import way_to_sign_in
from discovery_agent.web.ui import failures
from discovery_agent.web.ui.engagement.sections import SECTIONS, EngagementSection
from discovery_agent.web.ui.look import install_look
from discovery_agent.web.ui.visit import Visit

_log = logging.getLogger(__name__)
# How long a page may take to build, and how long one whose connection broke waits for its reader before it is forgotten. Its
# state is in the database, so a reader who comes later sees the same after a reload.
SECONDS_TO_BUILD = 20.0
SECONDS_TO_RETURN = 15.0

Build = Callable[[Visit], Awaitable[Response | None]]


def install(app: FastAPI, ws: Workspace) -> None:
    """Register the pages and let them take every address that has no other route."""
    from discovery_agent.web.ui.agreement.stakeholder import own_round_page
    from discovery_agent.web.ui.blueprint.served import install_blueprint_files
    from discovery_agent.web.ui.conversation.page import conversation_page
    from discovery_agent.web.ui.engagements import engagements_page
    from discovery_agent.web.ui.execution.served import install_execution_files
    from discovery_agent.web.ui.interview.page import interview_page

    pace: Pace | None = getattr(app.state, "pace", None)

    async def shown(client: Client, request: Request, build: Build) -> Response | None:
        visit: Visit | None = None
        try:
            visit = await Visit.of(ws, client, request, pace)
            return await build(visit)
        except Refused as refused:
            return failures.too_fast(refused)
        except DiscoveryError as error:
            return failures.page_of(error, known=visit is not None, way_in=way_to_sign_in(ws.settings, request.url.path))
        except Exception:
            _log.exception("A page could not be made: %s", request.url.path)
            return failures.broken()

    @ui.page("/", response_timeout=SECONDS_TO_BUILD)
    async def start(client: Client, request: Request) -> Response | None:
        return await shown(client, request, engagements_page)

    @ui.page("/interview", response_timeout=SECONDS_TO_BUILD)
    async def interview(client: Client, request: Request) -> Response | None:
        return await shown(client, request, interview_page)

    @ui.page("/agreement", response_timeout=SECONDS_TO_BUILD)
    async def own_round(client: Client, request: Request) -> Response | None:
        return await shown(client, request, own_round_page)

    def section_page(section: EngagementSection) -> None:
        @ui.page(f"/engagements/{{engagement_id}}{section.path}", response_timeout=SECONDS_TO_BUILD)
        async def engagement(client: Client, request: Request, engagement_id: str) -> Response | None:
            async def build(visit: Visit) -> Response | None:
                await visit.may(engagement_id, write=section.lead_only)
                return await section.load()(visit, engagement_id)

            return await shown(client, request, build)

    for section in SECTIONS:
        section_page(section)

    @ui.page("/engagements/{engagement_id}/conversations/{conversation_id}", response_timeout=SECONDS_TO_BUILD)
    async def conversation(client: Client, request: Request, engagement_id: str, conversation_id: str) -> Response | None:
        return await shown(client, request, lambda visit: conversation_page(visit, engagement_id, conversation_id))

    install_look(app)
    install_blueprint_files(app, ws)
    install_execution_files(app, ws)
    _mount(app)


def _mount(app: FastAPI) -> None:
    @nicegui.app.exception_handler(404)
    async def not_there(request: Request, _: Exception) -> Response:
        if request.url.path.startswith(("/api/", "/v1/")):
            return answer(problem(404, "not-found", "There is nothing at this address"))
        return failures.not_there()

    @nicegui.app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        _log.error("A page failed: %s", request.url.path, exc_info=error)
        return failures.broken()

    # NiceGUI lets every site read what its socket says. `Guard` refuses other sites; here they are told nothing of being let in.
    core.sio.eio.cors_allowed_origins = []
    # A second app in this process: what the first one put around the pages is put anew.
    core.app.middleware_stack = None
    core.app.user_middleware.clear()
    ui.run_with(
        app,
        title="Discovery Agent",
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=SECONDS_TO_RETURN,
        show_welcome_message=False,
        on_air=None,
    )
