"""The service: API, endpoints for chat clients and for assistants, door and pages on one app."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from discovery_agent.discovery.health import Health
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.web.api import create_api
from discovery_agent.web.bodies import BodyLimit
from discovery_agent.web.deadlines import BodyDeadline, Deadlines
from discovery_agent.web.entering import entrance
from discovery_agent.web.health import health_routes
from discovery_agent.web.mcp import mcp_endpoint
from discovery_agent.web.observing import Observed
from discovery_agent.web.openai_api import create_openai_api
from discovery_agent.web.pace import Pace, Paces
from discovery_agent.web.problems import install_problems
from discovery_agent.web.security import Guard


def create_app(
    ws: Workspace,
    *,
    pages: bool = True,
    paces: Paces | None = None,
    host: str | None = None,
    deadlines: Deadlines | None = None,
    health: Health | None = None,
) -> FastAPI:
    """The whole service over an open workspace, which stays the caller's to close.

    `/api/v1` is the API (its description is at `/api/v1/openapi.json`), `/v1` speaks to chat clients as OpenAI's does,
    `/mcp` to assistants of other programs, `/enter/...` redeems links, `/sign-in` leads to a provider if one is named, `/healthz` tells that the service is up, `/readyz` whether it can work; everything else is
    pages. `paces` limits how often things may be asked, `deadlines` how long bodies may take; `host` is the name or address that the server
    was started with, if it was given one; `health` is what `/readyz` asks.
    """
    pace = Pace(paces or Paces())
    app = FastAPI(title="Discovery Agent", openapi_url=None, docs_url=None, redoc_url=None, telemetry={"auto_configure": False})
    app.state.workspace = ws
    app.state.pace = pace
    app.state.host = host.lower() if host else None
    install_problems(app)

    app.include_router(health_routes(health or Health(ws), ws.settings, pace))
    provider = None
    if ws.settings.sso_issuer is not None:
        from discovery_agent.web.single_sign_on.provider import known_provider
        from discovery_agent.web.single_sign_on.routes import sign_in_routes

        provider = known_provider(ws.settings)
        app.include_router(sign_in_routes(ws, pace, provider))
    app.include_router(entrance(ws, pace, provider))
    app.mount("/api/v1", create_api(ws, pace, host=app.state.host))
    app.mount("/v1", create_openai_api(ws, pace))
    app.router.routes.append(Route("/mcp", mcp_endpoint(ws, pace), include_in_schema=False))
    if pages:
        from discovery_agent.web.ui import install_pages

        install_pages(app, ws)
    # The last one added is the outermost.
    app.add_middleware(BodyDeadline, seconds=(deadlines or Deadlines()).body)
    app.add_middleware(BodyLimit)
    app.add_middleware(Guard)
    app.add_middleware(Observed)
    return app
