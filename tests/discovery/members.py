"""People with keys, as the use cases know them."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.discovery import access
from discovery_agent.discovery.reviewing import set_rules, sign, standing
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.domain.review import ReviewStanding, SignOff

DESPITE_SHUT_GATES = {
    "discovery": "The board agreed to the objective on 3 March.",
    "feasibility": "The data are looked at in the pilot.",
}
"""Reasons for a blueprint that was drafted by hand, where nothing was analysed or agreed on."""


async def sign_despite_shut_gates(
    ws: Workspace, engagement_id: str, number: int, content_hash: str, who: Principal, words: str = ""
) -> SignOff:
    """Sign with a reason for each of the first gates."""
    return await sign(ws, engagement_id, number, content_hash, who, words, although=DESPITE_SHUT_GATES)


@dataclass
class Members:
    """Lets people in to an engagement, and puts versions of a blueprint in it."""

    ws: Workspace
    engagement_id: str

    async def owner(self) -> Principal:
        secret = await access.owner_link(self.ws, again=True)
        assert secret
        _, principal = await access.redeem(self.ws, secret)
        return principal

    async def lead(self, name: str = "Lea") -> Principal:
        return await self._member(AccessRole.LEAD, name)

    async def reviewer(self, name: str) -> Principal:
        return await self._member(AccessRole.REVIEWER, name)

    async def _member(self, role: AccessRole, name: str) -> Principal:
        _, secret = await access.member_link(self.ws, self.engagement_id, role, name)
        return await access.principal_of(self.ws, secret)

    async def require(self, lead: Principal, *who: Principal, version: int | None = None) -> None:
        await set_rules(self.ws, self.engagement_id, required=[one.key_id for one in who], version=version, principal=lead)

    async def keep(self, version: Blueprint) -> Blueprint:
        """Store a version, as drafting does."""
        async with self.ws.database.unit() as unit:
            return await unit.blueprints.add(version)

    async def standing(self, number: int | None = None, *, signer: Principal | None = None) -> ReviewStanding:
        return await standing(self.ws, self.engagement_id, number, signer=signer)
