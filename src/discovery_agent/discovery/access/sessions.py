"""Coming in by a link, which is redeemed for a session; and every request shows whose it is by the secret of a session or of a key."""

from __future__ import annotations

import secrets
from datetime import timedelta

from discovery_agent.discovery.access.invites import hash_of
from discovery_agent.discovery.access.rights import name_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessKey, AccessRole, Principal
from discovery_agent.errors import AccessDenied, NotFound
from discovery_agent.storage.records import Session
from discovery_agent.storage.unit import Unit

SESSION_DAYS = 30
LOCAL = Principal(key_id="local", role=AccessRole.OWNER, name="Whoever uses this machine")
"""Who can start a process over the data can read all of it, as the owner can; so does the command line. It holds no key, so it signs nothing."""
_AS_KEY = ", as a key"
_USED_AS_KEYS = "discovery.access: used as keys"


async def is_valid(ws: Workspace, secret: str) -> bool:
    """Whether a link could be redeemed now; takes nothing from a one-time link."""
    async with ws.database.reading() as unit:
        key = await _by_secret(unit, secret)
    return key is not None and _why_not_by_link(ws, key) is None and not (key.one_time and key.used_at)


async def redeem(ws: Workspace, secret: str) -> tuple[str, Principal]:
    """Open a session with a link: the secret of the session, and who it is for. A one-time link works once.

    Raises:
        AccessDenied: the link is unknown, expired, revoked or used up.
    """
    session = secrets.token_urlsafe(32)
    async with ws.database.unit() as unit:
        key = await _by_secret(unit, secret)
        if key is None:
            raise AccessDenied("This link is not known here.")
        if reason := _why_not_by_link(ws, key):
            raise AccessDenied(reason)
        await unit.access.mark_used(key.id, ws.now())
        await unit.access.drop_expired(ws.now())
        await unit.access.add_session(hash_of(session), key.id, ws.now() + timedelta(days=SESSION_DAYS))
        principal = key_principal(key)
        if key.engagement_id:
            await note(ws, unit, key.engagement_id, name_of(principal), "link.opened", key.id, key.label)
    return session, principal


async def principal_of(ws: Workspace, secret: str) -> Principal:
    """Who holds a secret: that of a session, or of a key that is no one-time link.

    Raises:
        AccessDenied: it opens nothing, or no longer.
    """
    digest = hash_of(secret)
    async with ws.database.reading() as unit:
        session = await _session(unit, digest)
        key = session.key if session else await _by_secret(unit, secret)
    if key is None or (session is None and key.one_time):
        raise AccessDenied("This key is not known here.")
    if session and session.expires_at <= ws.now():
        raise AccessDenied("The session has expired.")
    if reason := _why_not_signed_in(ws, session, key) if session and session.signed_in else _why_not_as_link(ws, key):
        raise AccessDenied(reason)
    # A one-time link runs out before it is used; what it opened lasts as long as its session.
    if reason := why_not(ws, key, expires=not (session and key.one_time)):
        raise AccessDenied(reason)
    if session is None:
        await _note_use_as_key(ws, key)
    return key_principal(key)


async def _note_use_as_key(ws: Workspace, key: AccessKey) -> None:
    """Put the first use of a secret without a session into the audit trail, as opening the link would be."""
    noted = ws.live.setdefault(_USED_AS_KEYS, set())
    assert isinstance(noted, set)
    if key.engagement_id is None or key.id in noted:
        return
    async with ws.database.unit() as unit:
        entries, _ = await unit.audit.list(key.engagement_id, limit=None)
        if not any(one.subject == key.id and one.action == "link.opened" and one.detail.endswith(_AS_KEY) for one in entries):
            if key.used_at is None:
                await unit.access.mark_used(key.id, ws.now())
            await note(ws, unit, key.engagement_id, name_of(key_principal(key)), "link.opened", key.id, f"{key.label}{_AS_KEY}")
    noted.add(key.id)


async def leave(ws: Workspace, session_secret: str) -> bool:
    """End a session; one that is not there is no error. Whether somebody had signed in for it."""
    async with ws.database.unit() as unit:
        session = await _session(unit, hash_of(session_secret))
        await unit.access.drop_session(hash_of(session_secret))
    return session is not None and session.signed_in is not None


async def _by_secret(unit: Unit, secret: str) -> AccessKey | None:
    try:
        return await unit.access.by_hash(hash_of(secret))
    except NotFound:
        return None


async def _session(unit: Unit, digest: str) -> Session | None:
    try:
        return await unit.access.session(digest)
    except NotFound:
        return None


def why_not(ws: Workspace, key: AccessKey, *, expires: bool = True) -> str | None:
    """Why nobody can come in with a key just now; None if somebody can."""
    if key.revoked_at is not None:
        return "This link was taken back."
    if expires and key.expires_at is not None and key.expires_at <= ws.now():
        return "This link has expired."
    return None


def _why_not_by_link(ws: Workspace, key: AccessKey) -> str | None:
    return why_not(ws, key) or _why_not_as_link(ws, key)


def _why_not_as_link(ws: Workspace, key: AccessKey) -> str | None:
    """Why a key, or a session that its link opened, is not taken although it works."""
    if ws.settings.sso_members_only and key.role in (AccessRole.LEAD, AccessRole.REVIEWER):
        return "Leads and reviewers sign in here; their links open nothing."
    return None


def _why_not_signed_in(ws: Workspace, session: Session, key: AccessKey) -> str | None:
    """Why a session of somebody who signed in is over, although its time is not: the settings changed."""
    address = session.signed_in or ""
    if not ws.settings.sso_admits(address) or (key.role is AccessRole.OWNER and address not in ws.settings.sso_owner_addresses):
        return "This address may no longer sign in here."
    return None


def key_principal(key: AccessKey) -> Principal:
    """Whoever comes in with a key."""
    return Principal(key_id=key.id, role=key.role, engagement_id=key.engagement_id, stakeholder_id=key.stakeholder_id, name=key.label)
