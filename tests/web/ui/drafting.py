"""Engagements with a version of a blueprint, drafted there or put there, for the tests of its pages."""

from __future__ import annotations

from typing import NamedTuple

from discovery_agent.discovery.drafting import latest_blueprint
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.engagement import Engagement
from tests.discovery.drafting.drafted import drafted
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui.site import Site


class Invoices(NamedTuple):
    """An engagement whose first version was drafted from what was said."""

    engagement: Engagement
    path: str


def invoices(site: Site, *, draft: bool = True) -> Invoices:
    async def make() -> Engagement:
        found = await drafted(site.ws, "automate")
        if draft:
            await found.draft()
        async with site.ws.database.reading() as unit:
            return await unit.engagements.get(found.id)

    engagement = site.call(make())
    return Invoices(engagement, f"/engagements/{engagement.id}/blueprint")


def stored(site: Site, name: str) -> tuple[Engagement, Blueprint]:
    """An engagement that holds a version of a case, without the conversations behind it."""
    blueprint = draft_of(name)
    engagement = keep(site, blueprint)
    return engagement, blueprint.model_copy(update={"engagement_id": engagement.id})


def keep(site: Site, blueprint: Blueprint) -> Engagement:
    """An engagement that holds this version."""
    engagement = site.engagement("Less paper")

    async def store() -> None:
        async with site.ws.database.unit() as unit:
            await unit.blueprints.add(blueprint.model_copy(update={"engagement_id": engagement.id}))

    site.call(store())
    return engagement


def newest_version(site: Site, engagement: Engagement) -> Blueprint:
    found = site.call(latest_blueprint(site.ws, engagement.id))
    assert found is not None
    return found
