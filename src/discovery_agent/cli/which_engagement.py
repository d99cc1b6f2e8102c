"""The engagement that a command works on."""

from __future__ import annotations

from discovery_agent.discovery.engagements import list_engagements
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import Engagement
from discovery_agent.errors import InvalidRequest, NotFound


async def which_engagement(ws: Workspace, wanted: str | None) -> Engagement:
    """The one of that title or id; without one, the only one that there is.

    Raises:
        NotFound: there is none.
        InvalidRequest: several fit.
    """
    known, total = await list_engagements(ws, 0, 1000)
    fitting = [one for one in known if wanted is None or wanted in (one.id, one.title)]
    if len(fitting) == 1 and (wanted is not None or total == 1):
        return fitting[0]
    if not known:
        raise NotFound("There is no engagement yet.", remedy="Make one with `interview` or `serve`.")
    if wanted is not None and not fitting:
        raise NotFound("There is no such engagement.", where=wanted)
    titles = "; ".join(f"{one.title} ({one.id})" for one in (fitting or known)[:10])
    raise InvalidRequest("Several engagements fit.", where="--engagement", remedy=f"Give the id of one: {titles}.")
