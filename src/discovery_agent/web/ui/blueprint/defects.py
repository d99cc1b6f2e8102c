"""What is wrong with a version: what blocks it first, each with the way to its place."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.blueprint.claims import Defect, Severity
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.web.ui.elements import Piece, badge, link, p, section, span, words_of
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_SHOWN = 6


async def show_defects(visit: Visit, blueprint: Blueprint, told: frozenset[str], whole: str, anchors: frozenset[str]) -> None:
    """The defects as of today. `told` are the anchors of this page; `whole` is the address of the page of all sections, which has `anchors`."""
    ordered = sorted(blueprint.defects, key=lambda one: one.severity is not Severity.BLOCKS)
    blocking = sum(one.severity is Severity.BLOCKS for one in ordered)
    if not ordered:
        return

    async def read(offset: int, limit: int) -> tuple[Sequence[Defect], int]:
        return ordered[offset : offset + limit], len(ordered)

    def show(one: Defect) -> None:
        blocks = one.severity is Severity.BLOCKS
        with Piece("li", "", "blocks" if blocks else ""):
            with p():
                badge("blocks signing", "clash") if blocks else badge("warning", "warn")
                span(" ")
                words_of(one.text, "span")
            with p("", "line small"):
                if one.remedy:
                    words_of(one.remedy, "span", "quiet")
                way = place_of_defect(blueprint, one, told)
                if way is None and (elsewhere := place_of_defect(blueprint, one, anchors)) is not None:
                    way = whole + elsewhere
                if way is not None:
                    link("Go to its place", way, aria_label=f"Go to its place: {one.text[:80]}")

    with section("What is wrong with it", "defects", "part first"):
        others = len(ordered) - blocking
        p(f"{blocking} of them block signing." if blocking else f"{plural(others, 'warning')}; nothing blocks signing.", "note")
        await Paged(visit, "defects", read, each(show, classes="defects"), size=_SHOWN).load()


def place_of_defect(blueprint: Blueprint, defect: Defect, told: frozenset[str]) -> str | None:
    """The place of a defect on the page, as near as it can be told; on the plan's page for a task; None without any."""
    subject = defect.subject
    if blueprint.plan and any(one.id == subject for one in blueprint.plan.tasks):
        return f"/engagements/{blueprint.engagement_id}/plan#tasks"
    epics = [one for one in blueprint.epics if subject in (one.id, one.goal_id) or any(item.id == subject for item in one.items)]
    near = [
        f"choice-{subject}",
        *(f"{SectionId.MVP.value}-items-{one.id}" for one in epics if one.mvp),
        *(f"{SectionId.BACKLOG.value}-later" for one in epics if not one.mvp),
        *([defect.section_id] if defect.section_id else []),
        *(SectionId.MVP.value if one.mvp else SectionId.BACKLOG.value for one in epics),
        *([SectionId.ASSUMPTIONS.value] if any(one.id == subject for one in blueprint.assumptions) else []),
        SectionId.SPONSOR_VISION.value if any(one.goal_id == subject for one in blueprint.goals) else "",
    ]
    found = next((one for one in near if one in told), None)
    return f"#{found}" if found else None
