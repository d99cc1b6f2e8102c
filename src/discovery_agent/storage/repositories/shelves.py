"""What an engagement keeps beside its conversations: one table, a shelf for each kind of value."""

from __future__ import annotations

from builtins import list as listed
from collections.abc import AsyncIterator
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from discovery_agent.domain.kept import Kept
from discovery_agent.errors import StaleVersion
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import AnyRow, Link, missing, stale
from discovery_agent.storage.tables import kept

_AT_ONCE = 500


T = TypeVar("T", bound=Kept)


class Shelf(Generic[T]):
    """Values of one kind, by engagement, in the order of their time and then their id."""

    def __init__(self, link: Link, kind: type[T], name: str) -> None:
        self._link = link
        self._kind = kind
        self.name = name
        """What it is called in errors, exports and the table, such as `blueprint`."""

    async def add(self, value: T) -> T:
        """Store a new one.

        Raises:
            NotFound: the engagement is not there.
            StaleVersion: one of that id is there: somebody was quicker.
        """
        insert = self._link.insert(kept).on_conflict_do_nothing()
        if not await self._link.put(insert, [self._row(value)]):
            raise StaleVersion(f"Somebody stored this {self.name} meanwhile.", where=value.id, remedy="Load it again, and decide anew.")
        return value

    async def find(self, engagement_id: str, value_id: str) -> T | None:
        """The one of an id, or None."""
        row = await self._link.row(select(kept.c.body, kept.c.version).where(self._of(engagement_id), kept.c.id == value_id))
        return None if row is None else await self._read(row)

    async def get(self, engagement_id: str, value_id: str) -> T:
        """The one of an id.

        Raises:
            NotFound: this engagement has none.
        """
        found = await self.find(engagement_id, value_id)
        if found is None:
            raise missing(self.name)
        return found

    async def of_ids(self, engagement_id: str, ids: listed[str]) -> listed[T]:
        """Those of some ids that are there, in no order."""
        rows = await self._link.rows(select(kept.c.body, kept.c.version).where(self._of(engagement_id), kept.c.id.in_(ids)))
        return [self._value(row) for row in rows]

    async def latest(self, engagement_id: str) -> T | None:
        """The one with the greatest id, or None: for kinds whose ids count up."""
        newest = select(kept.c.body, kept.c.version).where(self._of(engagement_id)).order_by(kept.c.id.desc()).limit(1)
        row = await self._link.row(newest)
        return None if row is None else await self._read(row)

    async def update(self, value: T) -> T:
        """Store a changed one; what comes back has the next version.

        Raises:
            NotFound: this engagement has none of that id.
            StaleVersion: somebody changed it since that version.
        """
        changed = value.model_copy(update={"version": value.version + 1})
        mine = and_(self._of(value.engagement_id), kept.c.id == value.id)
        row = self._row(changed)
        if not await self._link.change(update(kept).where(mine, kept.c.version == value.version).values(row)):
            if await self._link.row(select(kept.c.id).where(mine)) is None:
                raise missing(self.name)
            raise stale(self.name)
        return changed

    async def list(
        self, engagement_id: str, *, group: str | None = None, newest_first: bool = False, offset: int = 0, limit: int | None = 50
    ) -> tuple[listed[T], int]:
        """Some of them, of one group if one is named, and how many there are."""
        wanted = self._of(engagement_id) if group is None else and_(self._of(engagement_id), kept.c.group_key == group)
        order = (kept.c.at.desc(), kept.c.id.desc()) if newest_first else (kept.c.at, kept.c.id)
        rows = await self._link.slice(select(kept.c.body, kept.c.version).where(wanted).order_by(*order), offset, limit)
        total = await self._link.number(select(func.count()).select_from(kept).where(wanted))
        return [self._value(row) for row in rows], total

    async def all(self, engagement_id: str) -> AsyncIterator[T]:
        """Every one, a few hundred in memory at a time."""
        offset = 0
        while True:
            some, total = await self.list(engagement_id, offset=offset, limit=_AT_ONCE)
            for one in some:
                yield one
            offset += len(some)
            if not some or offset >= total:
                return

    async def delete(self, engagement_id: str, value_id: str) -> None:
        """Remove one; one that is not there is gone already."""
        await self._link.change(delete(kept).where(self._of(engagement_id), kept.c.id == value_id))

    def _of(self, engagement_id: str) -> ColumnElement[bool]:
        return and_(kept.c.engagement_id == engagement_id, kept.c.kind == self.name)

    def _row(self, value: T) -> dict[str, Any]:
        return {
            "engagement_id": value.engagement_id,
            "kind": self.name,
            "id": value.id,
            "group_key": value.group,
            "at": value.at,
            "version": value.version,
            "body": body_of(value, exclude={"version"}),
        }

    async def _read(self, row: AnyRow) -> T:
        """The value of one row; for kinds that are large, not on the event loop."""
        return self._value(row)

    def _value(self, row: AnyRow) -> T:
        return self._kind.model_validate_json(row.body).model_copy(update={"version": row.version})
