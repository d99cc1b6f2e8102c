"""What guards every request: whose it is, where it came from, and what a browser may do with the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from discovery_agent.discovery.access import SESSION_DAYS, principal_of
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Principal
from discovery_agent.errors import AccessDenied, DiscoveryError
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import Problem, Refused, answer, answer_to, no_access, problem

COOKIE = "discovery_session"
CSRF_HEADER = "X-Requested-With"
CSRF_VALUE = "discovery-agent"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_STRICT = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ENTRANCE = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
# The pages compile their templates in the browser, hence 'unsafe-eval'; nothing is loaded from, or sent to, anywhere else.
_PAGES = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
_SAME_FOR_ALL = ("/assets/", "/_nicegui/", "/favicon.ico")
"""What pages are made of: it is nobody's in particular, and is kept by browsers."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


def address_of(scope: Scope) -> str:
    """The address that a request came from."""
    client = scope.get("client")
    return client[0] if client else "unknown"


def secret_of(headers: Headers) -> tuple[str | None, bool]:
    """The secret that a request carries, and whether it came in the cookie."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip(), False
    return _session_cookie(headers), True


def _session_cookie(headers: Headers) -> str | None:
    jar: SimpleCookie = SimpleCookie()
    for line in headers.getlist("cookie"):
        try:
            jar.load(line)
        except CookieError:
            continue
    return jar[COOKIE].value if COOKIE in jar else None


async def principal_of_request(workspace: Workspace, request: HTTPConnection) -> Principal | None:
    """Who is asking; None if the request carries no secret, or one that opens nothing."""
    secret, _ = secret_of(request.headers)
    if secret is None:
        return None
    try:
        return await principal_of(workspace, secret)
    except AccessDenied:
        return None


def is_over_tls(scope: Scope, public_url: str | None = None) -> bool:
    """Whether people come over TLS, so that a cookie is to be sent over TLS only."""
    return scope["scheme"] == "https" or (public_url or "").startswith("https:")


def set_session(response: Response, scope: Scope, secret: str, public_url: str | None = None, hours: int = SESSION_DAYS * 24) -> None:
    """Give the browser a session; where people come over TLS it is sent over TLS only."""
    secure = is_over_tls(scope, public_url)
    response.set_cookie(COOKIE, secret, max_age=hours * 3600, path="/", httponly=True, samesite="lax", secure=secure)


def drop_session_cookie(response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def comes_from_elsewhere(headers: Headers) -> bool:
    """Whether the browser says that another site sent this request.

    A form on a page without referrer has the origin `null`; then only the browser's own word on the site counts.
    """
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    if origin is None or origin == "null":
        return False
    return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


class Gate:
    """Lets only those in who carry a valid secret, before anything else of a request is read.

    Puts the `Principal` into the state of the request. A session in a cookie must also show, for whatever changes
    something, that the request was made by this service's own pages. `refuse` writes refusals as the app behind does.
    """

    def __init__(
        self,
        app: ASGIApp,
        workspace: Workspace,
        pace: Pace,
        open_to_all: frozenset[str] = frozenset(),
        refuse: Callable[[Problem, Mapping[str, str]], Response] = answer,
    ) -> None:
        self._app = app
        self._workspace = workspace
        self._pace = pace
        self._open = open_to_all
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["path"].removeprefix(scope.get("root_path", "")) in self._open:
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["principal"] = await self._admit(scope)
        except Refused as refused:
            await self._refuse(refused.problem, refused.headers)(scope, receive, send)
            return
        except DiscoveryError as error:  # here is outside of what turns the errors of the app into answers
            await answer_to(error, self._refuse)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Principal:
        headers = Headers(scope=scope)
        secret, by_cookie = secret_of(headers)
        try:
            if secret is None:
                raise AccessDenied("The request carries no key.")
            principal = await principal_of(self._workspace, secret)
        except AccessDenied as error:
            await self._pace.refused(address_of(scope))
            raise no_access(error.what) from error
        if by_cookie and scope["method"] not in _SAFE:
            _require_own_page(headers)
        return principal


def _require_own_page(headers: Headers) -> None:
    if headers.get(CSRF_HEADER) != CSRF_VALUE or headers.get("origin") == "null" or comes_from_elsewhere(headers):
        raise Refused(
            problem(
                403,
                "foreign-request",
                "The request does not come from a page of this service",
                remedy=f"Send the header {CSRF_HEADER}: {CSRF_VALUE}, from the same site; or use a key as Bearer.",
            )
        )


class Guard:
    """Adds the security headers to every answer, and refuses what another site says to the socket of a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        foreign = _talks_to_a_page(scope) and _not_from_a_page(Headers(scope=scope))
        if foreign and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _guard(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await (_foreign_talk if foreign else self._app)(scope, receive, guarded)


async def _foreign_talk(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(problem(403, "foreign-request", "The request does not come from a page of this service"))(scope, receive, send)


def _talks_to_a_page(scope: Scope) -> bool:
    """Whether it is the socket of a page, or the requests that stand in for it where no socket can be opened."""
    return scope["type"] == "websocket" or (scope["type"] == "http" and scope["path"].startswith("/_nicegui_ws/"))


def _not_from_a_page(headers: Headers) -> bool:
    # A script always says where it comes from, unlike a form; only a frame that was shut in says `null`.
    return comes_from_elsewhere(headers) or headers.get("origin") == "null"


def _guard(headers: MutableHeaders, path: str) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith(("/api/", "/v1/")) or path in ("/healthz", "/readyz", "/metrics"):
        headers.setdefault("Content-Security-Policy", _STRICT)
        headers.setdefault("Cache-Control", "no-store")
    elif path.startswith(("/enter/", "/sign-in")):
        headers.setdefault("Content-Security-Policy", _ENTRANCE)
        headers.setdefault("Cache-Control", "no-store")
    elif path.startswith(_SAME_FOR_ALL):
        headers.setdefault("Content-Security-Policy", _PAGES)
    else:
        is_page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", _PAGES if is_page else _STRICT)
        headers.setdefault("Cache-Control", "no-store")
