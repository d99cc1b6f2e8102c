"""The engagement that a command works on."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.engagements import list_engagements
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement, Principal
from discovery_agent.errors import InvalidRequest, NotFound

_LISTED = 10


async def which_engagement(ws: Workspace, wanted: str | None, who: Principal | None = None) -> Engagement:
    """The one of that title or id, or the only one whose title holds those words; without any, the only one that there is.

    `who` acts by a key; one that was given for one engagement finds and lists no other.

    Raises:
        NotFound: there is none; the remedy lists what there is.
        InvalidRequest: several fit.
    """
    known, total = await list_engagements(ws, 0, 1000)
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
    raise InvalidRequest("Several engagements fit.", where="--engagement", remedy=f"Give the id of one: {_listed(fitting, len(fitting))}.")


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
