"""A version of a blueprint in a list of versions, without what it says."""

from __future__ import annotations

from pydantic import Field

from discovery_agent.domain.blueprint.document import Blueprint, Course
from discovery_agent.domain.kept import Kept


class VersionHead(Kept):
    """What a list tells of a version; `id` is that of the version. Versions never change, so it is made once."""

    number: int = Field(ge=1)
    parent: int | None = None
    made_by: str
    change: str = ""
    course: Course
    title: str
    content_hash: str
    defects: int = Field(default=0, ge=0, description="How many there were when it was made.")


def head_of(blueprint: Blueprint) -> VersionHead:
    """The head of a version. It hashes everything that the version says, so never on an event loop."""
    return VersionHead(
        engagement_id=blueprint.engagement_id,
        id=blueprint.id,
        at=blueprint.at,
        number=blueprint.number,
        parent=blueprint.parent,
        made_by=blueprint.made_by,
        change=blueprint.change,
        course=blueprint.course,
        title=blueprint.title,
        content_hash=blueprint.content_hash,
        defects=len(blueprint.defects),
    )
