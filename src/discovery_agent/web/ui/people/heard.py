"""Who was heard, which roles were not, and which conclusions rest on one voice."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.assessments import Section, assessment_overview
from discovery_agent.discovery.report.wording import ROLE_LABELS
from discovery_agent.domain.coverage import SingleVoice
from discovery_agent.web.ui.elements import Piece, lazy, name, p, span, words_of
from discovery_agent.web.ui.engagement.slices import Slices
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.visit import Visit


async def show_gaps(visit: Visit, engagement_id: str) -> None:
    """What coverage lacks, by the newest assessment."""
    overview = await assessment_overview(visit.workspace, engagement_id)
    if overview is None:
        return
    if overview.missing_roles:
        roles = ", ".join(ROLE_LABELS[role] or role.value for role in overview.missing_roles)
        p(f"Nobody was heard as: {roles}.", "warning")
    single = overview.sizes.get(Section.SINGLE_VOICES.value, 0)
    if not single:
        return
    slices = Slices(visit.workspace, engagement_id, overview)

    async def show() -> None:
        await Paged(visit, "conclusions", slices.read(Section.SINGLE_VOICES), _singles, size=15).load()

    lazy(visit, "Conclusions that rest on one voice", str(single), show)


def _singles(items: Sequence[SingleVoice]) -> None:
    with Piece("ul", "", "ruled"):
        for one in items:
            with Piece("li"):
                words_of(one.statement, "span")
                span(" ")
                name(one.speaker, "quiet")
