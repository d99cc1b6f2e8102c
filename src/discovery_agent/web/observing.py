"""Every request as an operator sees it: a number, a line in the log, metrics, a span. Addresses are told by their route, never as they came."""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from discovery_agent.telemetry.context import about, is_id
from discovery_agent.telemetry.metrics import metrics
from discovery_agent.telemetry.traces import part
from discovery_agent.web.problems import answer, unforeseen

HEADER = "X-Request-ID"
NOWHERE = "unmatched"
"""The route of addresses at which there is nothing."""
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_WITHIN = re.compile(r"/(engagements|interviews)/([^/]+)")
_NAMES = {"engagements": "engagement", "interviews": "interview"}
_MOUNTED = frozenset({"/api/v1", "/v1"})
_WITHOUT_NAMES = frozenset({"/mcp"})
"""Addresses of endpoints that are no routes of FastAPI, which alone leave their template behind."""
_FILES = ("/_nicegui/", "/_nicegui_ws/", "/assets/")
_QUIET = re.compile(r"/(?:assets|_nicegui|_nicegui_ws|healthz|readyz|metrics)(?:/|$)")
"""Routes that are asked for all the time and say little; they are logged at DEBUG."""
_GONE = 499
_log = logging.getLogger("discovery_agent.web.access")


def number_of(headers: Headers) -> str:
    """The number of a request: what a proxy before this server gave it, if that is well formed, and a new one otherwise."""
    given = headers.get(HEADER, "")
    return given if _WELL_FORMED.fullmatch(given) else f"r-{secrets.token_hex(8)}"


def route_of(scope: Scope) -> str:
    """The route that took a request, with the names of its parameters and not their values."""
    for files in _FILES:
        if scope["path"].startswith(files):
            return f"{files}*"
    if scope["path"] in _WITHOUT_NAMES:
        return scope["path"]
    mounted = scope.get("root_path", "")
    path = getattr(scope.get("route"), "path", None)
    if mounted in _MOUNTED:
        return f"{mounted}{path or '/*'}"
    return path or NOWHERE


class Observed:
    """Goes around everything else. An error that nobody foresaw ends here: it is logged once, by its stack, and answered with a number."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        number = number_of(headers)
        found = _WITHIN.search(scope["path"])
        within = {_NAMES[found[1]]: found[2]} if found and is_id(found[2]) else {}
        with about(request=number, **within):
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            else:
                await self._observe(scope, receive, send, headers, number)

    async def _observe(self, scope: Scope, receive: Receive, send: Send, headers: Headers, number: str) -> None:
        begun = time.perf_counter()
        status, whole = _GONE, False
        method: str = scope["method"]

        async def sending(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)

        to = metrics()
        if to is not None:
            to.requests_open.inc()
        with part(method, kind="SERVER", headers=headers, http__request__method=method) as span:
            try:
                await self._app(scope, receive, sending)
            except ClientDisconnect:
                status = _GONE
            except Exception as error:
                _log.error("A request failed for a reason that nobody foresaw", exc_info=error)
                if status == _GONE:
                    await answer(unforeseen())(scope, receive, sending)
                elif not whole:
                    raise  # the server cuts the connection, so that nobody takes half an answer for a whole one
            finally:
                seconds = time.perf_counter() - begun
                route = route_of(scope)
                span.call(f"{method} {route}")
                span.note(http__route=route, http__response__status_code=status)
                if status >= 500:
                    span.fail(str(status))
                if to is not None:
                    labels = to.method(method), to.route(route)
                    to.requests_open.dec()
                    to.requests.labels(*labels, str(status)).inc()
                    to.request_seconds.labels(*labels).observe(seconds)
                level = logging.DEBUG if _QUIET.match(scope["path"]) and status < 400 else logging.INFO
                if _log.isEnabledFor(level):
                    told = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
                    _log.log(level, "request", extra=told)
