"""Links and keys that are given out: the owner's, members' and invites to interviews.

They are 256 random bits. Only their SHA-256 is stored, so whoever reads the database cannot enter with it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from discovery_agent.discovery.access.rights import is_private
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.days import long_day
from discovery_agent.domain.engagement import AccessKey, AccessRole, ConversationRecord
from discovery_agent.domain.mail_address import known_as
from discovery_agent.errors import InvalidRequest
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.unit import Unit

INVITE_DAYS = 30
MEMBER_DAYS = 180
LONGEST_DAYS = 365
OWNER_LINK_DAYS = 7


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
    ws: Workspace, engagement_id: str, stakeholder_id: str, *, days: int = INVITE_DAYS, email: str | None = None, actor: str = ""
) -> tuple[AccessKey, str]:
    """A key to one stakeholder's interview, and its secret, which is shown this once. Whoever signs in with `email` needs no link.

    Where interviews are private, it ends every earlier link and session of that stakeholder: nobody can hold a second way in
    without the stakeholder noticing. The audit trail calls it `invite.renewed` then.

    Raises:
        NotFound: the engagement has no such stakeholder.
        InvalidRequest: `days` is not 1 to 365, or `email` is no address.
    """
    async with ws.database.unit() as unit:
        person = await unit.stakeholders.get(engagement_id, stakeholder_id)
        ended = await _end_earlier(ws, unit, engagement_id, stakeholder_id)
        key, secret = await _give_out(ws, unit, AccessRole.STAKEHOLDER, engagement_id, person.id, days=days, label=person.name, email=email)
        whom = person.name + _by_signing_in(key)
        if ended is None:
            await note(ws, unit, engagement_id, actor, "invite.created", key.id, whom)
        else:
            await note(ws, unit, engagement_id, actor, "invite.renewed", key.id, f"{whom}: {ended}")
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
        f"A new link to this interview was made on {long_day(at)}; earlier links no longer work. If you did not ask for it, somebody else "
        "may have opened this interview: answer no more, and tell the people who run this service."
    )


async def member_link(
    ws: Workspace, engagement_id: str, role: AccessRole, label: str, *, days: int = MEMBER_DAYS, email: str | None = None, actor: str = ""
) -> tuple[AccessKey, str]:
    """A key for a lead or a reviewer of one engagement, and its secret, which is shown this once. Whoever signs in with `email` needs no link.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: the role is another, `days` is not 1 to 365, `email` is no address, or there is none and members must sign in.
    """
    if role not in (AccessRole.LEAD, AccessRole.REVIEWER):
        raise InvalidRequest("A member is a lead or a reviewer.", where="role", remedy="Stakeholders come by an invite.")
    if ws.settings.sso_members_only and not email:
        raise InvalidRequest("Members sign in here.", where="email", remedy="Give the e-mail address with which they do.")
    async with ws.database.unit() as unit:
        await unit.engagements.get(engagement_id)
        key, secret = await _give_out(ws, unit, role, engagement_id, days=days, label=label, email=email)
        await note(ws, unit, engagement_id, actor, "member.added", key.id, f"{label} as {role.value}{_by_signing_in(key)}")
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
        await unit.engagements.hold(engagement_id)  # a signature and this, at once, come one after the other
        key = await unit.access.revoke(engagement_id, key_id, ws.now())
        await note(ws, unit, engagement_id, actor, "key.revoked", key.id, key.label)
    return key


def _by_signing_in(key: AccessKey) -> str:
    return f", also by signing in as {key.email}" if key.email else ""


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
    email: str | None = None,
) -> tuple[AccessKey, str]:
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidRequest(f"A link works for 1 to {LONGEST_DAYS} days.", where="days")
    address = known_as(email.strip()) if email else None
    if email and address is None:
        raise InvalidRequest(
            "This is not taken for an e-mail address.", where="email", remedy="Write it as ada@example.com, in ASCII letters only."
        )
    secret = secrets.token_urlsafe(32)
    key = AccessKey(
        id=new_id("k"),
        engagement_id=engagement_id,
        stakeholder_id=stakeholder_id,
        role=role,
        label=label,
        email=address,
        one_time=one_time,
        created_at=ws.now(),
        expires_at=ws.now() + timedelta(days=days),
    )
    await unit.access.add_key(key, hash_of(secret))
    return key, secret
