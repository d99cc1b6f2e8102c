"""Slices of the long lists of one assessment: only what is shown is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discovery_agent.discovery.assessments import AssessmentOverview, Section, assessment_section
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

    def move_to(self, same: AssessmentOverview) -> None:
        """Read from a newer assessment that says the same: old ones are not kept for ever."""
        self._overview = same

    def read(self, section: Section) -> Read[Any]:
        """A reader of slices of a section."""

        async def slice_of(offset: int, limit: int) -> tuple[Sequence[Any], int]:
            items, total = await assessment_section(
                self._workspace, self.engagement_id, section, assessment_id=self._overview.id, offset=offset, limit=limit
            )
            if not total and self._overview.sizes.get(section.value):
                raise StaleVersion("These results were replaced by newer ones.", remedy="Load the page again.")
            return items, total

        return slice_of

    async def knowledge(self) -> KnowledgeUse:
        """The passages that explain the decisions; a few dozen, so they are read together."""
        advice, _ = await self.read(Section.ADVICE)(0, 1000)
        cited, _ = await self.read(Section.CITED)(0, 1000)
        return KnowledgeUse(cited=tuple(cited), advice=tuple(advice))
