"""Where each person stands: invited, talking, done. Who may not see links is told nothing of invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from discovery_agent.discovery.access import keys_of
from discovery_agent.discovery.engagements import list_stakeholders
from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.engagement import AccessKey, AccessRole, ConversationRecord, ConversationState, StakeholderRecord

Stage = Literal["not begun", "not invited", "invited", "talking", "finished"]


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """A stakeholder, the latest interview with them, and the links that still work, for those who may see them."""

    person: StakeholderRecord
    interview: ConversationRecord | None
    keys: tuple[AccessKey, ...]
    now: datetime
    tells_of_links: bool
    """Whether the one who looks may see who was invited. Without it, no keys does not mean that nobody was."""

    @property
    def stage(self) -> Stage:
        """How far their interview is."""
        if self.interview and self._begun:
            return "finished" if self.interview.state is ConversationState.CLOSED else "talking"
        if self.keys:
            return "invited"
        return "not invited" if self.tells_of_links and self.interview is None else "not begun"

    @property
    def words(self) -> str:
        """The same in a sentence."""
        held = self.interview
        if held is None or not self._begun:
            if not self.keys:
                return "Not invited yet" if self.stage == "not invited" else "Interview not begun yet"
            key = self.keys[0]
            until = f", works until {day(key.expires_at)}" if key.expires_at else ""
            return f"{'Link opened, not begun' if key.used_at else 'Invited, link not opened yet'}{until}"
        answered = plural(self._answers, "answer")
        if held.state is ConversationState.OPEN:
            return f"Interview going on, {answered} so far"
        if held.state is ConversationState.RECAP:
            return f"{answered}, recap not confirmed yet"
        return f"Finished, {answered}" + (f", rated {held.rating} of 4" if held.rating else "")

    @property
    def _answers(self) -> int:
        held = self.interview
        return (held.utterances - (held.state is not ConversationState.OPEN)) // 2 if held else 0

    @property
    def _begun(self) -> bool:
        """An interview is there once it was prepared; it begins with the first answer."""
        return self.interview is not None and (self.interview.state is not ConversationState.OPEN or self._answers > 0)


async def people_of(ws: Workspace, engagement_id: str, offset: int, limit: int, *, with_keys: bool) -> tuple[list[PersonStanding], int]:
    """Some people of an engagement by name, and how many there are."""
    people = await list_stakeholders(ws, engagement_id)
    now = ws.now()
    keys = [key for key in await keys_of(ws, engagement_id) if _works(key, now)] if with_keys else []
    shown = people[offset : offset + limit]
    found: list[PersonStanding] = []
    async with ws.database.reading() as unit:
        for person in shown:
            held, _ = await unit.conversations.list(engagement_id, 0, 1, stakeholder_id=person.id)
            interview = next((one for one in held if one.kind is ConversationKind.INTERVIEW), None)
            own = tuple(key for key in keys if key.stakeholder_id == person.id and key.role is AccessRole.STAKEHOLDER)
            found.append(PersonStanding(person, interview, own, now, with_keys))
    return found, len(people)


def _works(key: AccessKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
