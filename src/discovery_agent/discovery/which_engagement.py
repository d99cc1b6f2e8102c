"""The engagement that is meant by a title, an id, or some words of the title."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.engagements import add_stakeholder, create_engagement, list_engagements, list_stakeholders
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import Engagement, Principal, StakeholderRecord
from discovery_agent.errors import InvalidRequest, NotFound

_LISTED = 10
_SEARCHED = 1000


async def which_engagement(ws: Workspace, wanted: str | None, who: Principal | None = None) -> Engagement:
    """The one of that title or id, or the only one whose title holds those words; without any, the only one that there is.

    `who` acts by a key; one that was given for one engagement finds and lists no other.

    Raises:
        NotFound: there is none; the remedy lists what there is.
        InvalidRequest: several fit.
    """
    known, total = await list_engagements(ws, 0, _SEARCHED)
    if who is not None and who.engagement_id is not None:
        known = [one for one in known if one.id == who.engagement_id]
        total = len(known)
    fitting = _fitting(known, wanted)
    if len(fitting) == 1 and (wanted is not None or total == 1):
        return fitting[0]
    if not known:
        raise NotFound("There is no engagement yet.", remedy="Make one with `interview` or `serve`.")
    if wanted is not None and not fitting:
        raise NotFound("There is no such engagement.", where=wanted, remedy=f"Give the title or the id of one: {_listed(known, total)}.")
    raise InvalidRequest("Several engagements fit.", where="engagement", remedy=f"Give the id of one: {_listed(fitting, len(fitting))}.")


async def engagement_named(ws: Workspace, wanted: str, *, purpose: str = "", actor: str = "") -> Engagement:
    """The engagement of that title or id, made if there is none.

    Raises:
        InvalidRequest: several have the title, or it is empty.
    """
    if not wanted.strip():
        raise InvalidRequest("The engagement has no title.", where="engagement", remedy="Give it one.")
    known, _ = await list_engagements(ws, 0, _SEARCHED)
    fitting = [one for one in known if wanted in (one.id, one.title)]
    if len(fitting) > 1:
        raise InvalidRequest("Several engagements have this title.", where="engagement", remedy="Give its id.")
    return fitting[0] if fitting else await create_engagement(ws, wanted, purpose=purpose, actor=actor)


async def stakeholder_named(
    ws: Workspace, engagement_id: str, name: str, *, role: Role = Role.UNKNOWN, department: str | None = None, actor: str = ""
) -> StakeholderRecord:
    """The stakeholder of that name, whatever the capitals; added, with role and department, if there is none.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: the name has no letter and no digit.
    """
    name = " ".join(name.split())
    for person in await list_stakeholders(ws, engagement_id):
        if person.name.casefold() == name.casefold():
            return person
    return await add_stakeholder(ws, engagement_id, name, role=role, department=department, actor=actor)


def _fitting(known: Sequence[Engagement], wanted: str | None) -> list[Engagement]:
    """Those of that title or id; if there is none, those whose title holds the words, whatever the capitals."""
    if wanted is None:
        return list(known)
    if exact := [one for one in known if wanted in (one.id, one.title)]:
        return exact
    words = " ".join(wanted.split()).casefold()
    titles = [(one, " ".join(one.title.split()).casefold()) for one in known]
    return [one for one, title in titles if title == words] or [one for one, title in titles if words and words in title]


def _listed(engagements: Sequence[Engagement], total: int) -> str:
    more = f"; and {total - _LISTED} more" if total > _LISTED else ""
    return "; ".join(f"{one.title} ({one.id})" for one in engagements[:_LISTED]) + more
