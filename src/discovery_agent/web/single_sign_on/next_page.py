"""Where somebody goes once they are signed in: only to pages of this service, and only to what they may open."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from discovery_agent.discovery.access import WayIn
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.settings import Settings

_OWN_PAGE = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)*)?")
_LONGEST = 300
_NO_PAGES = ("/enter", "/leave", "/sign-in", "/api", "/v1", "/assets", "/_nicegui", "/_nicegui_ws", "/healthz", "/readyz", "/metrics")
_OF_STAKEHOLDERS = ("/interview", "/agreement")


def own_page(wanted: str | None) -> str | None:
    """A path of a page of this service, or None. Only plain signs are taken: nothing in them leads to another host."""
    if wanted is None or len(wanted) > _LONGEST or not _OWN_PAGE.fullmatch(wanted) or ".." in wanted:
        return None
    return None if any(wanted == one or wanted.startswith(f"{one}/") for one in _NO_PAGES) else wanted


def first_page(role: AccessRole, engagement_id: str | None) -> str:
    """The page on which somebody begins."""
    if role is AccessRole.OWNER:
        return "/"
    return "/interview" if role is AccessRole.STAKEHOLDER else f"/engagements/{engagement_id}"


def leads_to(way: WayIn, page: str | None) -> bool:
    """Whether a page is one that this way in opens."""
    if page is None or page == "/":
        return False
    if way.role is AccessRole.STAKEHOLDER:
        return page in _OF_STAKEHOLDERS
    if way.role is AccessRole.OWNER:
        return page not in _OF_STAKEHOLDERS
    return page == f"/engagements/{way.engagement_id}" or page.startswith(f"/engagements/{way.engagement_id}/")


def page_after(way: WayIn, page: str | None) -> str:
    """The page that was wanted, if this way in opens it, or else the first one."""
    return page if page is not None and leads_to(way, page) else first_page(way.role, way.engagement_id)


def way_to_sign_in(settings: Settings, wanted: str | None = None) -> tuple[str, str] | None:
    """The address and the words of the link to signing in, for somebody who wanted a page; None where nobody can sign in."""
    if settings.sso_issuer is None:
        return None
    page = own_page(wanted)
    return ("/sign-in/start" + (f"?{urlencode({'next': page})}" if page not in (None, "/") else ""), settings.sso_label)
