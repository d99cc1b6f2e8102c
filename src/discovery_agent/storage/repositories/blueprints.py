"""Versions of blueprints, which are large, and their heads, which lists are made of."""

from __future__ import annotations

import asyncio
from builtins import list as listed

from sqlalchemy import func, select

from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.blueprint.head import VersionHead, head_of
from discovery_agent.storage.link import AnyRow, Link
from discovery_agent.storage.repositories.shelves import Shelf
from discovery_agent.storage.tables import kept


class Blueprints(Shelf[Blueprint]):
    """The shelf of versions; each is stored with its head."""

    def __init__(self, link: Link) -> None:
        super().__init__(link, Blueprint, "blueprint")
        self._heads = Shelf(link, VersionHead, "blueprint head")

    async def add(self, value: Blueprint) -> Blueprint:
        """Store a new version.

        Raises:
            NotFound: the engagement is not there.
            StaleVersion: there is one of that number: somebody was quicker.
        """
        stored = await super().add(value)
        await self._heads.add(await asyncio.to_thread(head_of, value))
        return stored

    async def heads(self, engagement_id: str, offset: int = 0, limit: int | None = 50) -> tuple[listed[VersionHead], int]:
        """Heads of the newest versions first, and how many versions there are. No version is read, unless it was stored without a head by
        an earlier release of this program."""
        mine = self._of(engagement_id)
        newest = select(kept.c.id).where(mine).order_by(kept.c.id.desc())
        ids = [row.id for row in await self._link.slice(newest, offset, limit)]
        total = await self._link.number(select(func.count()).select_from(kept).where(mine))
        found = {one.id: one for one in await self._heads.of_ids(engagement_id, ids)}
        for lacking in (one for one in ids if one not in found):
            found[lacking] = await asyncio.to_thread(head_of, await self.get(engagement_id, lacking))
        return [found[one] for one in ids], total

    async def _read(self, row: AnyRow) -> Blueprint:
        return await asyncio.to_thread(self._value, row)
