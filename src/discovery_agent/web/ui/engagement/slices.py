"""Slices of the long lists of one assessment: only what is shown is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discovery_agent.discovery.assessments import AssessmentOverview, Section, assessment_overview, assessment_section
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.paging import Read


class Slices:
    """Reads from one assessment, so that a page shows the same one however long it is open."""

    def __init__(self, ws: Workspace, engagement_id: str, overview: AssessmentOverview) -> None:
        self._workspace = ws
        self._overview = overview
        self.engagement_id = engagement_id

    def read(self, section: Section) -> Read[Any]:
        """A reader of slices of a section."""

        async def slice_of(offset: int, limit: int) -> tuple[Sequence[Any], int]:
            items, total = await self._section(section, offset, limit)
            if total or not self._overview.sizes.get(section.value):
                return items, total
            # Old assessments are not kept for ever; a newer one that rests on the same says the same.
            newest = await assessment_overview(self._workspace, self.engagement_id)
            if newest is None or newest.basis != self._overview.basis:
                raise StaleVersion("These results were replaced by newer ones.", remedy="Load the page again.")
            self._overview = newest
            return await self._section(section, offset, limit)

        return slice_of

    async def _section(self, section: Section, offset: int, limit: int) -> tuple[Sequence[Any], int]:
        return await assessment_section(
            self._workspace, self.engagement_id, section, assessment_id=self._overview.id, offset=offset, limit=limit
        )

    async def knowledge(self) -> KnowledgeUse:
        """The passages that explain the decisions; a few dozen, so they are read together."""
        advice, _ = await self.read(Section.ADVICE)(0, 1000)
        cited, _ = await self.read(Section.CITED)(0, 1000)
        return KnowledgeUse(cited=tuple(cited), advice=tuple(advice))
