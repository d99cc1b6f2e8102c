"""`/healthz`, `/readyz` and, where the operator gave it a token, `/metrics`."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from discovery_agent.discovery.health import Health
from discovery_agent.settings import Settings
from discovery_agent.telemetry.metrics import CONTENT_TYPE, start_metrics
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import no_access
from discovery_agent.web.security import address_of


def health_routes(health: Health, settings: Settings, pace: Pace) -> APIRouter:
    """The routes for those who watch the server; none tells a stranger more than whether it works."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process lives and its event loop turns; what it depends on is the matter of `/readyz`."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> Response:
        ready, told = await health.told()
        return JSONResponse(told, 200 if ready else 503, headers={"Cache-Control": "no-store"})

    if (token := settings.metrics_token) is not None:
        counted = start_metrics()

        @router.get("/metrics")
        async def metrics(request: Request) -> Response:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            right = hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode())
            if scheme.lower() != "bearer" or not right:
                await pace.refused(address_of(request.scope))
                raise no_access("The metrics are read with the token that the operator set.")
            return Response(counted.text(), media_type=CONTENT_TYPE)

    return router
