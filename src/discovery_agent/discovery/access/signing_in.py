"""Coming in by signing in at the provider of one's organisation.

The provider says who somebody is; it never says what they may open. An address opens what was given out to it: the keys of members
and invites that name it, and for the addresses in the settings everything. There are no accounts that people make for themselves.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from discovery_agent.discovery.access.invites import hash_of
from discovery_agent.discovery.access.rights import name_of
from discovery_agent.discovery.access.sessions import key_principal, why_not
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import AccessKey, AccessRole, Principal
from discovery_agent.errors import AccessDenied
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.unit import Unit

_OWNER = "owner"


class WayIn(Value):
    """One of the things that an address opens."""

    id: str
    role: AccessRole
    engagement_id: str | None = None
    title: str = ""
    """Of the engagement."""
    label: str = ""
    """Whom it was given to."""


async def ways_in(ws: Workspace, address: str) -> list[WayIn]:
    """What somebody may open who proved to have this address (see `known_as`); nothing if nobody invited them."""
    if not ws.settings.sso_admits(address):
        return []
    async with ws.database.reading() as unit:
        found = [WayIn(id=_OWNER, role=AccessRole.OWNER)] if address in ws.settings.sso_owner_addresses else []
        for key in await _keys(ws, unit, address):
            assert key.engagement_id is not None
            engagement = await unit.engagements.get(key.engagement_id)
            found.append(WayIn(id=key.id, role=key.role, engagement_id=engagement.id, title=engagement.title, label=key.label))
    return found


async def sign_in(ws: Workspace, address: str, way_id: str) -> tuple[str, Principal]:
    """Open a session for one of the `ways_in` of an address: the secret of the session, and who it is for.

    Raises:
        AccessDenied: the address opens no such thing, or no longer.
    """
    refusal = AccessDenied("This address does not open this.")
    if not ws.settings.sso_admits(address):
        raise refusal
    session = secrets.token_urlsafe(32)
    async with ws.database.unit() as unit:
        if way_id == _OWNER:
            key = await _owner_key(ws, unit, address) if address in ws.settings.sso_owner_addresses else None
        else:
            key = next((one for one in await _keys(ws, unit, address) if one.id == way_id), None)
        if key is None:
            raise refusal
        await unit.access.mark_used(key.id, ws.now())
        await unit.access.drop_expired(ws.now())
        until = ws.now() + timedelta(hours=ws.settings.sso_session_hours)
        await unit.access.add_session(hash_of(session), key.id, until, address)
        principal = key_principal(key)
        if key.engagement_id:
            await note(ws, unit, key.engagement_id, name_of(principal), "session.signed_in", key.id, f"{key.label} as {address}")
    return session, principal


async def _keys(ws: Workspace, unit: Unit, address: str) -> list[AccessKey]:
    """Keys to engagements that work now; of several to the same thing the newest."""
    found: dict[object, AccessKey] = {}
    for key in await unit.access.by_email(address):
        if key.engagement_id is not None and why_not(ws, key) is None:
            found.setdefault((key.engagement_id, key.role, key.stakeholder_id), key)
    return list(found.values())


async def _owner_key(ws: Workspace, unit: Unit, address: str) -> AccessKey:
    """The key under which somebody acts as owner. Its own secret is known to nobody: only signing in leads to it."""
    held = [one for one in await unit.access.by_email(address) if one.role is AccessRole.OWNER and one.revoked_at is None]
    if held:
        return held[-1]
    key = AccessKey(id=new_id("k"), engagement_id=None, role=AccessRole.OWNER, label=address, email=address, created_at=ws.now())
    await unit.access.add_key(key, hash_of(secrets.token_urlsafe(32)))
    return key
