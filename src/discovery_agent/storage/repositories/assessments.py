"""Assessments, whose long lists are read in slices."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import and_, delete, func, select

from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import AnyRow, Link, missing
from discovery_agent.storage.records import AssessmentHead, AssessmentRecord
from discovery_agent.storage.tables import assessment_items, assessments

_WHAT = "assessment"
_HEAD = frozenset(AssessmentHead.model_fields)


class Assessments:
    """Assessments by engagement, newest first."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, record: AssessmentRecord) -> None:
        """Store one with its sections.

        Raises:
            InvalidRequest: one of that id is there already.
            NotFound: the engagement is not there.
        """
        row = {
            "engagement_id": record.engagement_id,
            "id": record.id,
            "created_at": record.created_at,
            "body": body_of(record, include=_HEAD),
            "payload": json.dumps(record.payload),
        }
        await self._link.add(assessments, [row], what=_WHAT)
        items = [
            {
                "engagement_id": record.engagement_id,
                "assessment_id": record.id,
                "section": name,
                "position": position,
                "body": json.dumps(item),
            }
            for name, section in record.sections.items()
            for position, item in enumerate(section)
        ]
        await self._link.add(assessment_items, items, what=_WHAT, owner=_WHAT)

    async def latest(self, engagement_id: str, *, sections: bool = False) -> AssessmentRecord | None:
        """The newest, if there is any; its sections are empty unless they are asked for."""
        mine = select(assessments).where(assessments.c.engagement_id == engagement_id)
        row = await self._link.row(mine.order_by(assessments.c.created_at.desc(), assessments.c.id.desc()).limit(1))
        return None if row is None else await self._record(row, sections)

    async def get(self, engagement_id: str, assessment_id: str, *, sections: bool = False) -> AssessmentRecord:
        """The assessment of an id; its sections are empty unless they are asked for.

        Raises:
            NotFound: this engagement has none.
        """
        mine = and_(assessments.c.engagement_id == engagement_id, assessments.c.id == assessment_id)
        row = await self._link.row(select(assessments).where(mine))
        if row is None:
            raise missing(_WHAT)
        return await self._record(row, sections)

    async def list(self, engagement_id: str) -> list[AssessmentHead]:
        """All of an engagement, without what they say."""
        mine = select(assessments.c.body).where(assessments.c.engagement_id == engagement_id)
        rows = await self._link.rows(mine.order_by(assessments.c.created_at.desc(), assessments.c.id.desc()))
        return [AssessmentHead.model_validate_json(row.body) for row in rows]

    async def section(
        self, engagement_id: str, assessment_id: str, name: str, offset: int = 0, limit: int | None = 50
    ) -> tuple[list[dict[str, Any]], int]:
        """Some items of a section, in order, and how many it has in all; none if there is no such section."""
        mine = and_(*_items_of(engagement_id, assessment_id), assessment_items.c.section == name)
        ordered = select(assessment_items.c.body).where(mine).order_by(assessment_items.c.position)
        rows = await self._link.slice(ordered, offset, limit)
        total = await self._link.number(select(func.max(assessment_items.c.position) + 1).where(mine))
        return [json.loads(row.body) for row in rows], total

    async def section_sizes(self, engagement_id: str, assessment_id: str) -> dict[str, int]:
        """How many items each section has; empty sections are left out."""
        sizes = select(assessment_items.c.section, func.count().label("size")).where(*_items_of(engagement_id, assessment_id))
        return {row.section: row.size for row in await self._link.rows(sizes.group_by(assessment_items.c.section))}

    async def prune(self, engagement_id: str, keep: int) -> int:
        """Remove all but the newest `keep`; how many those were."""
        mine = select(assessments.c.id).where(assessments.c.engagement_id == engagement_id)
        old = await self._link.slice(mine.order_by(assessments.c.created_at.desc(), assessments.c.id.desc()), keep, None)
        ids = [row.id for row in old]
        return await self._link.change(delete(assessments).where(assessments.c.engagement_id == engagement_id, assessments.c.id.in_(ids)))

    async def _record(self, row: AnyRow, with_sections: bool) -> AssessmentRecord:
        sections: dict[str, list[dict[str, Any]]] = {}
        if with_sections:
            items = select(assessment_items.c.section, assessment_items.c.body).where(*_items_of(row.engagement_id, row.id))
            for name, body in await self._link.rows(items.order_by(assessment_items.c.section, assessment_items.c.position)):
                sections.setdefault(name, []).append(json.loads(body))
        return AssessmentRecord(**json.loads(row.body), payload=json.loads(row.payload), sections=sections)


def _items_of(engagement_id: str, assessment_id: str) -> tuple[Any, Any]:
    return assessment_items.c.engagement_id == engagement_id, assessment_items.c.assessment_id == assessment_id
