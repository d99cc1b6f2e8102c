"""Streamable HTTP, without sessions: each request stands for itself, so any of several servers behind a proxy can answer it,
a restart loses nothing, and a key that is taken back stops at the next request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from discovery_agent.domain.engagement import Principal
from discovery_agent.mcp.calls import Surroundings
from discovery_agent.mcp.server import Context, create_server

Protection = Callable[[Scope], TransportSecuritySettings]


def http_endpoint(around: Surroundings, protection: Protection) -> ASGIApp:
    """The endpoint. Whoever stands before it lets nobody unknown in, limits bodies, and puts the `Principal` into the state of the request.

    `protection` says which hosts and origins a request may name.
    """
    return _Endpoint(create_server(around, _principal), protection)


async def _principal(context: Context) -> Principal:
    assert context.request is not None
    return context.request.state.principal


class _Endpoint:
    """Answers one request at a time, each in surroundings of its own, which end with it: there is nothing to start or stop."""

    def __init__(self, server: Server[Any], protection: Protection) -> None:
        self._server = server
        self._protection = protection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["method"] != "POST":  # a stream or the end of a session: there are no sessions
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
            return
        again = await _taken(receive)
        manager = StreamableHTTPSessionManager(self._server, stateless=True, security_settings=self._protection(scope))
        async with manager.run():
            await manager.handle_request(scope, again, send)


async def _taken(receive: Receive) -> Receive:
    """The whole body, taken while errors of those who limit it still reach them; it can be received once more.

    Raises:
        ClientDisconnect: whoever sent it has left, as one does that waits only a moment while the library is loaded.
    """
    taken: list[Message] = []
    while not taken or taken[-1].get("more_body", False):
        taken.append(await receive())
        if taken[-1]["type"] == "http.disconnect":
            raise ClientDisconnect

    async def again() -> Message:
        return taken.pop(0) if taken else await receive()

    return again
