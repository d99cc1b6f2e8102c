"""Links and keys that were given out, and the sessions opened with them. Secrets are known by their hashes only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update

from discovery_agent.domain.engagement import AccessKey
from discovery_agent.errors import AccessDenied
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import Link, missing
from discovery_agent.storage.records import Session
from discovery_agent.storage.tables import access_keys, sessions

_WHAT = "key"


class Access:
    """Keys of engagements and of the owner, and sessions. Whether one is expired or revoked is for the caller to judge."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add_key(self, key: AccessKey, secret_hash: str) -> None:
        """Store a new key under the hash of its secret.

        Raises:
            InvalidRequest: one of that id or secret is there already.
            NotFound: the engagement or stakeholder is not there.
        """
        row = {
            "id": key.id,
            "engagement_id": key.engagement_id,
            "stakeholder_id": key.stakeholder_id,
            "secret_hash": secret_hash,
            "email": key.email,
            "created_at": key.created_at,
            "body": body_of(key),
        }
        await self._link.add(access_keys, [row], what=_WHAT, owner="engagement or stakeholder")

    async def by_hash(self, secret_hash: str) -> AccessKey:
        """The key whose secret has that hash.

        Raises:
            NotFound: there is none.
        """
        row = await self._link.row(select(access_keys.c.body).where(access_keys.c.secret_hash == secret_hash))
        if row is None:
            raise missing(_WHAT)
        return AccessKey.model_validate_json(row.body)

    async def by_email(self, email: str) -> list[AccessKey]:
        """Keys that go with an e-mail address, of every engagement and of the owner; newest first."""
        newest = select(access_keys.c.body).where(access_keys.c.email == email)
        rows = await self._link.rows(newest.order_by(access_keys.c.created_at.desc(), access_keys.c.id.desc()))
        return [AccessKey.model_validate_json(row.body) for row in rows]

    async def list(self, engagement_id: str | None) -> list[AccessKey]:
        """Keys of an engagement, or of the owner for None; newest first."""
        newest = select(access_keys.c.body).where(_of(engagement_id)).order_by(access_keys.c.created_at.desc(), access_keys.c.id.desc())
        return [AccessKey.model_validate_json(row.body) for row in await self._link.rows(newest)]

    async def revoke(self, engagement_id: str | None, key_id: str, at: datetime | None = None) -> AccessKey:
        """Revoke a key and close its sessions; a key that was revoked before stays as it is.

        Raises:
            NotFound: this engagement (or the owner, for None) has none of that id.
        """
        key = await self._held(key_id)
        if key.engagement_id != engagement_id:
            raise missing(_WHAT)
        await self._link.change(delete(sessions).where(sessions.c.key_id == key_id))
        if key.revoked_at is not None:
            return key
        return await self._replace(key.model_copy(update={"revoked_at": at or datetime.now(UTC)}))

    async def mark_used(self, key_id: str, at: datetime | None = None) -> AccessKey:
        """Note that a key was used. Of two who use a one-time key at once, one is refused.

        Raises:
            AccessDenied: it is a one-time key that was used before.
            NotFound: there is none of that id.
        """
        key = await self._held(key_id)
        if key.one_time and key.used_at is not None:
            raise AccessDenied("This link works once, and was used.", remedy="Ask for a new link.")
        return await self._replace(key.model_copy(update={"used_at": at or datetime.now(UTC)}))

    async def add_session(self, secret_hash: str, key_id: str, expires_at: datetime, signed_in: str | None = None) -> None:
        """Open a session with a key, under the hash of the session's secret; `signed_in` is the address of who signed in for it.

        Raises:
            InvalidRequest: one of that secret is open already.
            NotFound: there is no such key.
        """
        row = {"secret_hash": secret_hash, "key_id": key_id, "expires_at": expires_at, "signed_in": signed_in}
        await self._link.add(sessions, [row], what="session", owner=_WHAT)

    async def session(self, secret_hash: str) -> Session:
        """The session whose secret has that hash, with its key.

        Raises:
            NotFound: there is none.
        """
        columns = select(sessions.c.expires_at, sessions.c.signed_in, access_keys.c.body)
        joined = columns.join(access_keys, access_keys.c.id == sessions.c.key_id)
        row = await self._link.row(joined.where(sessions.c.secret_hash == secret_hash))
        if row is None:
            raise missing("session")
        return Session(key=AccessKey.model_validate_json(row.body), expires_at=row.expires_at, signed_in=row.signed_in)

    async def drop_session(self, secret_hash: str) -> None:
        """Close a session; one that is not there is closed already."""
        await self._link.change(delete(sessions).where(sessions.c.secret_hash == secret_hash))

    async def drop_expired(self, now: datetime) -> int:
        """Close all sessions that ended before `now`; how many those were."""
        return await self._link.change(delete(sessions).where(sessions.c.expires_at <= now))

    async def _held(self, key_id: str) -> AccessKey:
        """The key of an id, which no other writer changes until this transaction ends."""
        mine = select(access_keys.c.body).where(access_keys.c.id == key_id)
        await self._link.lock(mine)
        row = await self._link.row(mine)
        if row is None:
            raise missing(_WHAT)
        return AccessKey.model_validate_json(row.body)

    async def _replace(self, key: AccessKey) -> AccessKey:
        await self._link.change(update(access_keys).where(access_keys.c.id == key.id).values(body=body_of(key)))
        return key


def _of(engagement_id: str | None) -> Any:
    return access_keys.c.engagement_id.is_(None) if engagement_id is None else access_keys.c.engagement_id == engagement_id
