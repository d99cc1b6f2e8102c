"""The stakeholders of an engagement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update

from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.errors import InvalidRequest
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import AnyRow, Link, missing, stale
from discovery_agent.storage.tables import stakeholders

_WHAT = "stakeholder"


class Stakeholders:
    """People by engagement, in the order of their names."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, person: StakeholderRecord) -> None:
        """Store a new one.

        Raises:
            InvalidRequest: one of that id is there already.
            NotFound: the engagement is not there.
        """
        await self._link.add(stakeholders, [_row(person)], what=_WHAT)

    async def get(self, engagement_id: str, stakeholder_id: str) -> StakeholderRecord:
        """The stakeholder of an id.

        Raises:
            NotFound: this engagement has none.
        """
        row = await self._link.row(select(stakeholders).where(_is(engagement_id, stakeholder_id)))
        if row is None:
            raise missing(_WHAT)
        return _value(row)

    async def list(self, engagement_id: str) -> list[StakeholderRecord]:
        """All of an engagement."""
        mine = select(stakeholders).where(stakeholders.c.engagement_id == engagement_id)
        return [_value(row) for row in await self._link.rows(mine.order_by(stakeholders.c.name_key, stakeholders.c.id))]

    async def by_name(self, engagement_id: str, name: str) -> StakeholderRecord | None:
        """The one of that name, whatever its case and spacing; the first by id if several have it, None if nobody has."""
        named = (stakeholders.c.engagement_id == engagement_id, stakeholders.c.name_key == name_key(name))
        row = await self._link.row(select(stakeholders).where(*named).order_by(stakeholders.c.id).limit(1))
        return None if row is None else _value(row)

    async def update(self, person: StakeholderRecord) -> StakeholderRecord:
        """Store a changed one; what comes back has the next version.

        Raises:
            NotFound: this engagement has none of that id.
            StaleVersion: somebody changed it since that version.
        """
        changed = person.model_copy(update={"version": person.version + 1})
        as_known = and_(_is(person.engagement_id, person.id), stakeholders.c.version == person.version)
        if not await self._link.change(update(stakeholders).where(as_known).values(_row(changed))):
            await self.get(person.engagement_id, person.id)
            raise stale(_WHAT)
        return changed

    async def delete(self, engagement_id: str, stakeholder_id: str) -> None:
        """Remove a person and their links.

        Raises:
            NotFound: this engagement has none of that id.
            InvalidRequest: there are interviews with them, which would lose whom they were with.
        """
        interviewed = InvalidRequest("There are interviews with this stakeholder.", remedy="Delete the interviews first.")
        if not await self._link.change(delete(stakeholders).where(_is(engagement_id, stakeholder_id)), orphan=interviewed):
            raise missing(_WHAT)


def name_key(name: str) -> str:
    """A name as it is compared: without differences of case and spacing."""
    return " ".join(name.split()).casefold()


def _is(engagement_id: str, stakeholder_id: str) -> ColumnElement[bool]:
    return and_(stakeholders.c.engagement_id == engagement_id, stakeholders.c.id == stakeholder_id)


def _row(person: StakeholderRecord) -> dict[str, Any]:
    return {
        "engagement_id": person.engagement_id,
        "id": person.id,
        "name_key": name_key(person.name),
        "version": person.version,
        "body": body_of(person),
    }


def _value(row: AnyRow) -> StakeholderRecord:
    return StakeholderRecord.model_validate_json(row.body)
