"""How somebody comes in: by their link, and where a provider is named, also by signing in with their e-mail address."""

from __future__ import annotations

from discovery_agent.domain.engagement import AccessKey, AccessRole
from discovery_agent.domain.mail_address import LONGEST_ADDRESS
from discovery_agent.web.links import address_here
from discovery_agent.web.ui.controls import Values, field, text_input
from discovery_agent.web.ui.visit import Visit


def address_field(visit: Visit, address: str | None = None, *, required: bool = False) -> None:
    """A field for the address with which somebody signs in; nothing where nobody can."""
    if visit.workspace.settings.sso_issuer is None:
        return
    hint = "With it they can also sign in, as they do at work." if not required else "With it they sign in, as they do at work."
    with field("E-mail address", hint):
        text_input("email", address or "", "email", required=required, maxlength=LONGEST_ADDRESS, autocomplete="off")


def read_address(values: Values) -> str | None:
    """What the field says; None if it is empty or not there."""
    return values.get("email", "").strip() or None


def needs_no_link(visit: Visit, role: AccessRole) -> bool:
    """Whether a link for somebody of this role would open nothing, because they have to sign in."""
    return visit.workspace.settings.sso_members_only and role is not AccessRole.STAKEHOLDER


def ways_of(visit: Visit, key: AccessKey) -> str:
    """How whoever holds a key comes in, in a few words; empty where there is only the link."""
    if not key.email or visit.workspace.settings.sso_issuer is None:
        return ""
    return f"{'Signs in as' if needs_no_link(visit, key.role) else 'By link, or signing in as'} {key.email}"


def told_to(visit: Visit, key: AccessKey) -> str:
    """What is to be told to somebody who can sign in, to stand behind other words."""
    if not key.email or visit.workspace.settings.sso_issuer is None:
        return ""
    return f" They can also sign in as {key.email} at {sign_in_address(visit)}, without the link."


def sign_in_address(visit: Visit) -> str:
    """Where people sign in; its path only, if nobody can vouch for the address of the service."""
    return address_here(visit.client.request, "/sign-in", visit.workspace.settings.public_url) or "/sign-in"
