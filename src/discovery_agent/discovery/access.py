"""Who may come in, and what they may open.

Links and keys are 256 random bits. Only their SHA-256 is stored, so whoever reads the database cannot enter with it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import AccessKey, AccessRole, AuditEntry, ConversationRecord, Principal
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.records import Session
from discovery_agent.storage.unit import Unit

INVITE_DAYS = 30
MEMBER_DAYS = 180
LONGEST_DAYS = 365
OWNER_LINK_DAYS = 7
SESSION_DAYS = 30
_AS_KEY = ", as a key"
_USED_AS_KEYS = "discovery.access: used as keys"
_WRITERS = (AccessRole.OWNER, AccessRole.LEAD)


def hash_of(secret: str) -> str:
    """What is stored of a secret."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


async def owner_link(ws: Workspace, *, again: bool = False) -> str | None:
    """The secret of the owner's one-time link, as long as no owner has come in yet; None afterwards.

    A link that was made before and never used stops working. `again` gives a link also after an owner came in, for one
    who lost the way back.
    """
    async with ws.database.unit() as unit:
        known = await unit.access.list(None)
        if not again and any(key.used_at and not key.revoked_at for key in known):
            return None
        for key in known:
            if key.used_at is None and key.revoked_at is None:
                await unit.access.revoke(None, key.id, ws.now())
        _, secret = await _give_out(ws, unit, AccessRole.OWNER, days=OWNER_LINK_DAYS, label="Owner", one_time=True)
        return secret


async def invite(
    ws: Workspace, engagement_id: str, stakeholder_id: str, *, days: int = INVITE_DAYS, actor: str = ""
) -> tuple[AccessKey, str]:
    """A key to one stakeholder's interview, and its secret, which is shown this once.

    Where interviews are private, it ends every earlier link and session of that stakeholder: nobody can hold a second way in
    without the stakeholder noticing. The audit trail calls it `invite.renewed` then.

    Raises:
        NotFound: the engagement has no such stakeholder.
        InvalidRequest: `days` is not 1 to 365.
    """
    async with ws.database.unit() as unit:
        person = await unit.stakeholders.get(engagement_id, stakeholder_id)
        ended = await _end_earlier(ws, unit, engagement_id, stakeholder_id)
        key, secret = await _give_out(ws, unit, AccessRole.STAKEHOLDER, engagement_id, person.id, days=days, label=person.name)
        if ended is None:
            await _note(ws, unit, engagement_id, actor, "invite.created", key.id, person.name)
        else:
            await _note(ws, unit, engagement_id, actor, "invite.renewed", key.id, f"{person.name}: {ended}")
    return key, secret


async def _end_earlier(ws: Workspace, unit: Unit, engagement_id: str, stakeholder_id: str) -> str | None:
    """End a stakeholder's links where interviews are private, and say why; None if there were none, or nothing is private."""
    earlier = [key for key in await unit.access.list(engagement_id) if key.stakeholder_id == stakeholder_id]
    if not earlier or not (await unit.engagements.get(engagement_id)).private_until_release:
        return None
    for key in earlier:
        await unit.access.revoke(engagement_id, key.id, ws.now())
    held, _ = await unit.conversations.list(engagement_id, limit=None, stakeholder_id=stakeholder_id)
    begun = any(is_private(record) for record in held)
    return ("a private interview had begun, so " if begun else "") + "earlier links and their sessions were ended"


async def link_renewed_at(ws: Workspace, record: ConversationRecord) -> datetime | None:
    """When a new link to a private interview was last made after the interview had begun; None if it never was."""
    if not is_private(record):
        return None
    async with ws.database.reading() as unit:
        if not (await unit.engagements.get(record.engagement_id)).private_until_release:
            return None
        made = sorted(key.created_at for key in await unit.access.list(record.engagement_id) if key.stakeholder_id == record.stakeholder_id)
    return made[-1] if len(made) > 1 and made[-1] > record.created_at else None


def renewal_notice(at: datetime) -> str:
    """What whoever holds an interview is told of a new link to it."""
    return (
        f"A new link to this interview was made on {at:%d %B %Y}; earlier links no longer work. If you did not ask for it, somebody else "
        "may have opened this interview: answer no more, and tell the people who run this service."
    )


async def member_link(
    ws: Workspace, engagement_id: str, role: AccessRole, label: str, *, days: int = MEMBER_DAYS, actor: str = ""
) -> tuple[AccessKey, str]:
    """A key for a lead or a reviewer of one engagement, and its secret, which is shown this once.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: the role is another, or `days` is not 1 to 365.
    """
    if role not in (AccessRole.LEAD, AccessRole.REVIEWER):
        raise InvalidRequest("A member is a lead or a reviewer.", where="role", remedy="Stakeholders come by an invite.")
    async with ws.database.unit() as unit:
        await unit.engagements.get(engagement_id)
        key, secret = await _give_out(ws, unit, role, engagement_id, days=days, label=label)
        await _note(ws, unit, engagement_id, actor, "member.added", key.id, f"{label} as {role.value}")
    return key, secret


async def keys_of(ws: Workspace, engagement_id: str) -> list[AccessKey]:
    """Every key to an engagement that was given out, also expired and revoked ones; the newest first.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return sorted(await unit.access.list(engagement_id), key=lambda key: key.created_at, reverse=True)


async def revoke(ws: Workspace, engagement_id: str, key_id: str, *, actor: str = "") -> AccessKey:
    """Take a key back; it and every session that was opened with it stop working at once.

    Raises:
        NotFound: the engagement has no such key.
    """
    async with ws.database.unit() as unit:
        key = await unit.access.revoke(engagement_id, key_id, ws.now())
        await _note(ws, unit, engagement_id, actor, "key.revoked", key.id, key.label)
    return key


async def is_valid(ws: Workspace, secret: str) -> bool:
    """Whether a link could be redeemed now; takes nothing from a one-time link."""
    async with ws.database.reading() as unit:
        key = await _by_secret(unit, secret)
    return key is not None and _why_not(ws, key) is None and not (key.one_time and key.used_at)


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
        if reason := _why_not(ws, key):
            raise AccessDenied(reason)
        await unit.access.mark_used(key.id, ws.now())
        await unit.access.drop_expired(ws.now())
        await unit.access.add_session(hash_of(session), key.id, ws.now() + timedelta(days=SESSION_DAYS))
        principal = _principal(key)
        if key.engagement_id:
            await _note(ws, unit, key.engagement_id, name_of(principal), "link.opened", key.id, key.label)
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
    # A one-time link runs out before it is used; what it opened lasts as long as its session.
    if reason := _why_not(ws, key, expires=not (session and key.one_time)):
        raise AccessDenied(reason)
    if session is None:
        await _note_use_as_key(ws, key)
    return _principal(key)


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
            await _note(ws, unit, key.engagement_id, name_of(_principal(key)), "link.opened", key.id, f"{key.label}{_AS_KEY}")
    noted.add(key.id)


async def leave(ws: Workspace, session_secret: str) -> None:
    """End a session; one that is not there is no error."""
    async with ws.database.unit() as unit:
        await unit.access.drop_session(hash_of(session_secret))


def may(principal: Principal, engagement_id: str, *, write: bool = False) -> None:
    """Return if somebody may open an engagement, or with `write` change it.

    Raises:
        NotFound: it is not theirs; nothing tells whether it is there.
        AccessDenied: it is theirs, but their role may not do this.
    """
    if principal.role is AccessRole.OWNER:
        return
    if principal.engagement_id != engagement_id:
        raise NotFound("There is no such engagement.", where=engagement_id)
    if principal.role is AccessRole.STAKEHOLDER:
        raise AccessDenied("An invite opens its own interview only.")
    if write and principal.role not in _WRITERS:
        raise AccessDenied("A reviewer reads and comments, and changes nothing else.")


def may_open(principal: Principal, record: ConversationRecord, *, private: bool = True, speak: bool = False, write: bool = False) -> None:
    """Return if somebody may read the words of a conversation; with `speak` answer in it, with `write` change what came of it.

    `private` is the engagement's setting. Nobody but its stakeholder speaks in an interview.

    Raises:
        NotFound: it is not theirs; nothing tells whether it is there.
        AccessDenied: its words are not theirs to read, or their role may not do this.
    """
    missing = NotFound("There is no such conversation.", where=record.id)
    if principal.role is AccessRole.STAKEHOLDER:
        own = record.kind is ConversationKind.INTERVIEW and record.stakeholder_id == principal.stakeholder_id
        if record.engagement_id != principal.engagement_id or not own:
            raise missing
        return
    if principal.role is not AccessRole.OWNER and record.engagement_id != principal.engagement_id:
        raise missing
    if speak:
        raise AccessDenied("Only the stakeholder whom an interview is with can answer in it.")
    may(principal, record.engagement_id, write=write)
    if not visible(principal, record, private=private):
        raise AccessDenied(
            "The stakeholder has not released this interview yet.", where=record.id, remedy="It opens once they release it at its end."
        )


def visible(principal: Principal, record: ConversationRecord, *, private: bool = True) -> bool:
    """Whether the words and findings of a conversation are shown to somebody who may open its engagement.

    `private` is the engagement's setting: then an interview stays between its stakeholder and the program until it is released.
    """
    if principal.role is AccessRole.STAKEHOLDER:
        return record.stakeholder_id is not None and record.stakeholder_id == principal.stakeholder_id
    return not private or not is_private(record)


def is_private(record: ConversationRecord) -> bool:
    """Whether a conversation is between its stakeholder and the program so far; an uploaded transcript never is."""
    return record.kind is ConversationKind.INTERVIEW and record.stakeholder_id is not None and record.released_at is None


def name_of(principal: Principal) -> str:
    """Somebody as the audit trail names them."""
    return f"{principal.name or 'Somebody'} ({principal.role.value})"


async def _give_out(
    ws: Workspace,
    unit: Unit,
    role: AccessRole,
    engagement_id: str | None = None,
    stakeholder_id: str | None = None,
    *,
    days: int,
    label: str,
    one_time: bool = False,
) -> tuple[AccessKey, str]:
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidRequest(f"A link works for 1 to {LONGEST_DAYS} days.", where="days")
    secret = secrets.token_urlsafe(32)
    key = AccessKey(
        id=new_id("k"),
        engagement_id=engagement_id,
        stakeholder_id=stakeholder_id,
        role=role,
        label=label,
        one_time=one_time,
        created_at=ws.now(),
        expires_at=ws.now() + timedelta(days=days),
    )
    await unit.access.add_key(key, hash_of(secret))
    return key, secret


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


def _why_not(ws: Workspace, key: AccessKey, *, expires: bool = True) -> str | None:
    if key.revoked_at is not None:
        return "This link was taken back."
    if expires and key.expires_at is not None and key.expires_at <= ws.now():
        return "This link has expired."
    return None


def _principal(key: AccessKey) -> Principal:
    return Principal(key_id=key.id, role=key.role, engagement_id=key.engagement_id, stakeholder_id=key.stakeholder_id, name=key.label)


async def _note(ws: Workspace, unit: Unit, engagement_id: str, actor: str, action: str, subject: str, detail: str) -> None:
    await unit.audit.add(engagement_id, AuditEntry(at=ws.now(), actor=actor, action=action, subject=subject, detail=detail))
