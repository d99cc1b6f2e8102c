"""`/mcp`: the Model Context Protocol over HTTP, under the same keys, limits and rights as the API."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Principal
from discovery_agent.errors import TooMany
from discovery_agent.web.bodies import JsonOnly
from discovery_agent.web.links import address_here
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import Refused, answer, problem
from discovery_agent.web.security import Gate, comes_from_elsewhere

if TYPE_CHECKING:
    from mcp.server.transport_security import TransportSecuritySettings


def mcp_endpoint(ws: Workspace, pace: Pace) -> ASGIApp:
    """The endpoint over an open workspace. Only a key as Bearer lets in: a browser's cookie, which it sends unasked, does not count."""
    return _OwnSite(Gate(JsonOnly(_Later(ws, pace)), workspace=ws, pace=pace), ws.settings.public_url)


class _Later:
    """The endpoint, put together at the first request that is let in: its library takes long to load, and most servers are never asked."""

    def __init__(self, ws: Workspace, pace: Pace) -> None:
        self._ws = ws
        self._pace = pace
        self._made: asyncio.Future[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._made is None:
            self._made = asyncio.ensure_future(asyncio.to_thread(self._make))
        endpoint = await asyncio.shield(self._made)
        await endpoint(scope, receive, send)

    def _make(self) -> ASGIApp:
        from discovery_agent.mcp.calls import Surroundings
        from discovery_agent.mcp.over_http import http_endpoint

        public_url = self._ws.settings.public_url
        return http_endpoint(Surroundings(self._ws, paced=self._paced), lambda scope: _protection(scope, public_url))

    async def _paced(self, who: Principal) -> None:
        try:
            await self._pace.upload(who.key_id)
        except Refused as refused:
            wait = refused.headers.get("Retry-After", "60")
            raise TooMany("Too many texts were sent to be read.", remedy=f"Try again in {wait} seconds.") from None


class _OwnSite:
    """Refuses what a page of another site sends, also one whose name was made to point here, and leaves cookies out."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if not _names_this_service(scope, self._public_url):
            found = problem(403, "foreign-request", "The request comes from a page of another site", remedy="Connect without a browser.")
            await answer(found)(scope, receive, send)
            return
        kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        await self._app({**scope, "headers": kept}, receive, send)


def _names_this_service(scope: Scope, public_url: str | None) -> bool:
    """Whether a request comes from no page at all, or from one of this service under a name that is known to be its own."""
    headers = Headers(scope=scope)
    if "origin" not in headers and "sec-fetch-site" not in headers:
        return True
    if comes_from_elsewhere(headers) or headers.get("origin") == "null":
        return False
    public = urlsplit(public_url).netloc.lower() if public_url else None
    return headers.get("host", "").lower() == public or address_here(HTTPConnection(scope), "") is not None


def _protection(scope: Scope, public_url: str | None) -> TransportSecuritySettings:
    """The same as the protocol's library checks it: the host and the origin that were found to be this service's, and no others."""
    from mcp.server.transport_security import TransportSecuritySettings

    host = Headers(scope=scope).get("host", "")
    own = [host] if _names_this_service(scope, public_url) else []
    return TransportSecuritySettings(
        allowed_hosts=own, allowed_origins=[f"{scheme}://{one}" for one in own for scheme in ("http", "https")]
    )
