"""An engagement whose stakeholders differ on a target, and who are asked about the shared objective."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.discovery.access import invite
from discovery_agent.discovery.agreement import answer_round, change_conflict, conflict_register, open_round, propose_objective
from discovery_agent.discovery.agreement.register import ConflictChange
from discovery_agent.discovery.engagements import add_stakeholder
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.agreement.rounds import AnswerKind, Round, RoundAnswer
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import AccessRole, Principal, StakeholderRecord
from tests.discovery.jobs.working import FOLLOW_UP, KICKOFF, Engaged


@dataclass
class Agreeing:
    """The engagement, its people by name, and its lead."""

    engaged: Engaged
    people: dict[str, StakeholderRecord]
    lead: Principal

    @property
    def ws(self) -> Workspace:
        return self.engaged.ws

    @property
    def id(self) -> str:
        return self.engaged.id

    def as_(self, name: str) -> Principal:
        return Principal(
            key_id=f"k-{name}", role=AccessRole.STAKEHOLDER, engagement_id=self.id, stakeholder_id=self.people[name].id, name=name
        )

    async def conflict(self) -> RegisteredConflict:
        """The one about the target."""
        found, _ = await conflict_register(self.ws, self.id)
        return next(one for one in found if one.conflict.kind.value == "target")

    async def settle(self, chosen: str | None, resolution: str = "Agreed in the meeting of 3 March.") -> RegisteredConflict:
        before = await self.conflict()
        change = ConflictChange(state=ConflictState.SETTLED, resolution=resolution, chosen=chosen)
        return await change_conflict(self.ws, self.id, before.id, change, before.version, self.lead)

    async def open(self, *names: str, after: int = 0) -> Round:
        """A round about the rules' own draft."""
        proposal = await propose_objective(self.ws, self.id, self.lead, seed=1)
        asked = [self.people[name].id for name in names or self.people]
        return await open_round(self.ws, self.id, self.lead, text=proposal.draft.text, asked=asked, after=after)

    async def says(self, name: str, round_id: str, answer: AnswerKind = AnswerKind.ENDORSE, **more: object) -> RoundAnswer:
        given = {"fit": 4, **more}
        return await answer_round(self.ws, self.as_(name), round_id, answer, **given)  # pyright: ignore[reportArgumentType]

    async def stored(self, round_id: str) -> Round:
        async with self.ws.database.reading() as unit:
            return await unit.rounds.get(self.id, round_id)


async def agreeing(engaged: Engaged) -> Agreeing:
    roles = {"Ada": (Role.SPONSOR, "Management"), "Ben": (Role.END_USER, "Claims"), "Cleo": (Role.BUSINESS, "Sales")}
    people: dict[str, StakeholderRecord] = {}
    for name, (role, department) in roles.items():
        people[name] = await add_stakeholder(engaged.ws, engaged.id, name, role=role, department=department)
        await invite(engaged.ws, engaged.id, people[name].id)
    await engaged.upload(KICKOFF, "kickoff.txt")
    await engaged.upload(FOLLOW_UP, "follow-up.txt")
    lead = Principal(key_id="k-lead", role=AccessRole.LEAD, engagement_id=engaged.id, name="Lea")
    return Agreeing(engaged, people, lead)
