"""`/sign-in`: to the provider, back from it, and the choice between several things that one address opens."""

from __future__ import annotations

import hmac
import logging
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import escape
from starlette.responses import RedirectResponse, Response

from discovery_agent.discovery.access import WayIn, sign_in, ways_in
from discovery_agent.discovery.report.wording import visible
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.errors import AccessDenied, DiscoveryError
from discovery_agent.web.links import address_here
from discovery_agent.web.pace import Pace
from discovery_agent.web.problems import Refused
from discovery_agent.web.security import address_of, comes_from_elsewhere, set_session
from discovery_agent.web.single_sign_on.next_page import leads_to, own_page, page_after, way_to_sign_in
from discovery_agent.web.single_sign_on.provider import Provider, SignInFailed
from discovery_agent.web.single_sign_on.sealed import Proven, Sealed, UnderWay
from discovery_agent.web.ui.failures import failure_page, page_of, plain_page, too_fast

_log = logging.getLogger(__name__)
CALLBACK = "/sign-in/callback"
_LONGEST = 2_000
_TOO_LATE = "This sign-in is not known here"
_TOO_LATE_REASONS = "It was begun in another browser, begun anew in another window, done before, or more than ten minutes ago."
_FOREIGN = "This page was opened from another site"
_NOT_INVITED = "Nobody has invited you with this address"
_DENIED = ("access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required")
_ROLES = {
    AccessRole.OWNER: "Everything, as owner of this service",
    AccessRole.LEAD: "as lead",
    AccessRole.REVIEWER: "as reviewer",
    AccessRole.STAKEHOLDER: "your own interview",
}


def sign_in_routes(workspace: Workspace, pace: Pace, provider: Provider) -> APIRouter:
    """The routes; only for a service whose operator named a provider."""
    settings = workspace.settings
    assert settings.sso_client_secret is not None
    secret = settings.sso_client_secret.get_secret_value()
    under_way = Sealed(UnderWay, "discovery_sign_in", secret, settings.public_url)
    proven = Sealed(Proven, "discovery_signed_in", secret, settings.public_url)
    router = APIRouter(include_in_schema=False)

    @router.api_route("/sign-in", methods=["GET", "HEAD"])
    async def look(request: Request) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        words = "You are known here by your e-mail address, if somebody invited you with it."
        return failure_page(200, "Sign in", words, way_on=way_to_sign_in(settings, request.query_params.get("next")))

    @router.get("/sign-in/start")
    async def start(request: Request) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        if comes_from_elsewhere(request.headers):  # another site signs nobody in or over; a link in a mail leads to the button
            wanted = own_page(request.query_params.get("next"))
            return RedirectResponse("/sign-in" + (f"?{urlencode({'next': wanted})}" if wanted else ""), status_code=303)
        redirect_uri = address_here(request, CALLBACK, settings.public_url)
        if redirect_uri is None:
            return _failed(
                SignInFailed(
                    "Signing in is not set up",
                    "This service does not know its own address.",
                    "Tell the people who run it to set DISCOVERY_PUBLIC_URL.",
                    log="DISCOVERY_PUBLIC_URL is not set, and the host of the request is not this machine",
                    status=503,
                )
            )
        try:
            begun = await provider.start(redirect_uri)
        except SignInFailed as failed:
            return _failed(failed)
        response = RedirectResponse(begun.url, status_code=303)
        wanted = own_page(request.query_params.get("next"))
        remembered = UnderWay(state=begun.state, nonce=begun.nonce, verifier=begun.verifier, redirect_uri=redirect_uri, next=wanted)
        under_way.put(response, request, remembered, workspace.now())
        return response

    @router.get(CALLBACK)
    async def back(request: Request) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        response = await _came_back(request)
        under_way.drop(response)
        return response

    async def _came_back(request: Request) -> Response:
        begun = under_way.take(request, workspace.now())
        said = request.query_params
        if begun is None or not hmac.compare_digest(said.get("state", "").encode(), begun.state.encode()):
            return failure_page(400, _TOO_LATE, _TOO_LATE_REASONS, "Sign in again.", way_to_sign_in(settings))
        again = way_to_sign_in(settings, begun.next)
        if "error" in said:
            return _refused_there(said["error"], again)
        if not provider.is_named(said.get("iss")) or not 0 < len(said.get("code", "")) <= _LONGEST:
            return failure_page(400, _TOO_LATE, "The provider did not answer as it should.", "Sign in again.", again)
        try:
            now = int(workspace.now().timestamp())
            address = await provider.address_of(said["code"], begun.redirect_uri, begun.nonce, begun.verifier, now)
            found = await ways_in(workspace, address)
        except SignInFailed as failed:
            return _failed(failed, again)
        except DiscoveryError as error:
            return page_of(error)
        if not found:
            _log.info("Somebody signed in whom nobody invited")
            return _not_invited(address)
        fitting = [way for way in found if leads_to(way, begun.next)]
        if len(found) > 1 and len(fitting) != 1:
            response: Response = RedirectResponse("/sign-in/choose", status_code=303)
            proven.put(response, request, Proven(address=address, next=begun.next), workspace.now())
            return response
        return await _enter(request, address, (fitting or found)[0], begun.next)

    @router.get("/sign-in/choose")
    async def choices(request: Request) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        known = proven.take(request, workspace.now())
        if known is None:
            return failure_page(400, _TOO_LATE, _TOO_LATE_REASONS, "Sign in again.", way_to_sign_in(settings))
        try:
            found = await ways_in(workspace, known.address)
        except DiscoveryError as error:
            return page_of(error)
        if not found:
            return _not_invited(known.address)
        return plain_page(200, "What do you want to open?", f"Several things are open to {known.address}.", _choice_of(found))

    @router.post("/sign-in/choose")
    async def choose(request: Request) -> Response:
        if (late := await _too_fast(request, pace)) is not None:
            return late
        if comes_from_elsewhere(request.headers):
            return failure_page(403, _FOREIGN, "Choose on the page itself.")
        known = proven.take(request, workspace.now())
        if known is None:
            return failure_page(400, _TOO_LATE, _TOO_LATE_REASONS, "Sign in again.", way_to_sign_in(settings))
        async with request.form(max_files=0, max_fields=5) as form:
            chosen = form.get("way")
        try:
            found = next((way for way in await ways_in(workspace, known.address) if way.id == chosen), None)
        except DiscoveryError as error:
            return page_of(error)
        if found is None:
            return failure_page(404, "This is not open to you", "It may have been taken back meanwhile.", "Choose again.", _CHOICE)
        response = await _enter(request, known.address, found, known.next)
        if response.status_code == 303:
            proven.drop(response)
        return response

    async def _enter(request: Request, address: str, way: WayIn, wanted: str | None) -> Response:
        try:
            session, _ = await sign_in(workspace, address, way.id)
        except AccessDenied:
            return _not_invited(address)
        except DiscoveryError as error:
            return page_of(error)
        if way.role is AccessRole.OWNER:
            _log.info("An owner signed in")
        response = RedirectResponse(page_after(way, wanted), status_code=303)
        set_session(response, request.scope, session, settings.public_url, settings.sso_session_hours)
        return response

    return router


_CHOICE = ("/sign-in/choose", "Back to the choice")


def _choice_of(found: list[WayIn]) -> str:
    """One button for each thing; what people wrote is escaped."""
    rows = "".join(
        f'<p><button class="button" type="submit" name="way" value="{escape(way.id)}">{escape(visible(_words_of(way)))}</button></p>'
        for way in found
    )
    return f'<form method="post" action="/sign-in/choose">{rows}</form>'


def _words_of(way: WayIn) -> str:
    if way.role is AccessRole.OWNER:
        return _ROLES[way.role]
    if way.role is AccessRole.STAKEHOLDER:
        return f"{way.title}: {_ROLES[way.role]}, {way.label}"
    return f"{way.title}, {_ROLES[way.role]}"


def _not_invited(address: str) -> Response:
    """The same words for everybody, whatever is or is not here."""
    return failure_page(
        403,
        _NOT_INVITED,
        f"You signed in as {address}, and nothing here is open to that address.",
        "Ask whoever leads the discovery to invite you with it, or sign in with the address to which the invitation went.",
    )


def _refused_there(error: str, again: tuple[str, str] | None) -> Response:
    if error in _DENIED:
        return failure_page(
            403, "You did not sign in", "The service of your organisation let nobody in.", "Try again, or use your link.", again
        )
    _log.warning("The provider of sign-ins reported an error: %s", error if error in _KNOWN_ERRORS else "one that is not known")
    return failure_page(
        502,
        "Signing in did not work",
        "The service of your organisation reported an error.",
        "Try again in a few minutes. If it happens again, tell the people who run this service.",
        again,
    )


_KNOWN_ERRORS = (
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
)


def _failed(failed: SignInFailed, again: tuple[str, str] | None = None) -> Response:
    _log.warning("Nobody could sign in: %s", failed.log)
    return failure_page(failed.status, failed.title, failed.what, failed.remedy, again)


async def _too_fast(request: Request, pace: Pace) -> Response | None:
    try:
        await pace.entering(address_of(request.scope))
    except Refused as refused:
        return too_fast(refused)
    return None
