"""One person in the list: who they are, how far they are, and what can be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from discovery_agent.discovery.access import INVITE_DAYS, invite, revoke, visible
from discovery_agent.discovery.engagements import remove_stakeholder, update_stakeholder
from discovery_agent.discovery.report.wording import ROLE_LABELS, day, plural
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.controls import Values, button, choice, closer, dialog, field, form, text_input
from discovery_agent.web.ui.elements import Piece, badge, div, link, name, p, span, words_of
from discovery_agent.web.ui.people.given_link import show_link
from discovery_agent.web.ui.people.standing import PersonStanding
from discovery_agent.web.ui.people.way_in import address_field, read_address, told_to, ways_of
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import ROLE_CHOICES

_TONES = {"not begun": "", "not invited": "", "invited": "", "talking": "warn", "finished": "good"}
_DAYS = ((7, "a week"), (14, "two weeks"), (30, "30 days"), (90, "90 days"))


class SaidPerson(NamedTuple):
    """What the fields say of a person."""

    name: str
    role: Role
    department: str | None


def person_fields(person: StakeholderRecord | None = None) -> None:
    """Fields for a person."""
    with field("Name"):
        text_input("name", person.name if person else "", required=True, maxlength=120, autocomplete="off")
    with field("Role", "What they can be expected to know and decide; they are asked accordingly."):
        choice("role", ROLE_CHOICES, person.role.value if person else Role.BUSINESS.value)
    with field("Department"):
        text_input("department", (person.department or "") if person else "", maxlength=120, autocomplete="off")


def read_person(values: Values) -> SaidPerson:
    """What the fields say.

    Raises:
        InvalidRequest: there is no name.
    """
    said = " ".join(values.get("name", "").split())
    if not said:
        raise InvalidRequest("A person needs a name.")
    roles = {role.value: role for role in Role}
    department = " ".join(values.get("department", "").split())
    return SaidPerson(said[:120], roles.get(values.get("role", ""), Role.UNKNOWN), department[:120] or None)


class PersonRow:
    """A row of the list. Its dialogs are made when they are first asked for, so a long list stays light."""

    def __init__(self, visit: Visit, engagement: Engagement, standing: PersonStanding, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement = engagement
        self._standing = standing
        self._person = standing.person
        self._again = again
        with Piece("li", "", "person-row"):
            self._who()
            self._how_far()
            if visit.writes:
                with div("acts"):
                    self._acts()

    def _who(self) -> None:
        with div():
            with p("", "name"):
                name(self._person.name)
            role = ROLE_LABELS[self._person.role] or "role not known yet"
            with p("", "quiet small"):
                span(role)
                if self._person.department:
                    span(" · ")
                    name(self._person.department)

    def _how_far(self) -> None:
        held = self._standing.interview
        with div("small"):
            with p("", "line"):
                badge(self._standing.stage, _TONES[self._standing.stage])
                if held and visible(self._visit.principal, held, private=self._engagement.private_until_release):
                    link("Read the interview", f"/engagements/{self._engagement.id}/conversations/{held.id}")
                elif held:
                    badge("private until released")
            p(self._standing.words, "quiet")
            for ways in dict.fromkeys(ways_of(self._visit, key) for key in self._standing.keys):
                if ways:
                    with p("", "quiet"):
                        name(ways)

    def _acts(self) -> None:
        whom = self._person.name
        again = "New link" if self._standing.keys else "Invite"
        button(self._visit, again, self._invite, "slim" if self._standing.keys else "slim main", aria_label=f"{again} for {whom}")
        if self._standing.keys:
            button(self._visit, "Take link back", self._take_back, "slim", aria_label=f"Take link back: {whom}")
        button(self._visit, "Edit", self._edit, "slim", aria_label=f"Edit {whom}")
        if self._standing.interview is None:
            button(self._visit, "Remove", self._remove, "slim", aria_label=f"Remove {whom}")

    async def _invite(self) -> None:
        async def make(values: Values) -> None:
            await self._visit.may(self._engagement.id, write=True)
            days = int(values.get("days", INVITE_DAYS))
            email = read_address(values)
            key, secret = await invite(
                self._visit.workspace, self._engagement.id, self._person.id, days=days, email=email, actor=self._visit.actor
            )
            box.delete()
            until = f" It works until {day(key.expires_at)}." if key.expires_at else ""
            show_link(
                self._visit,
                f"Link for {self._person.name}",
                secret,
                f"Send it to {self._person.name} only.{until}{told_to(self._visit, key)}",
            )
            await self._again()

        with dialog(f"Invite {self._person.name}") as box:
            if self._standing.keys:
                count = len(self._standing.keys)
                if self._engagement.private_until_release:
                    p("The new link ends the earlier one, and a stakeholder whose interview is under way is told.", "warning")
                else:
                    words = "An earlier link still works" if count == 1 else f"{plural(count, 'earlier link')} still work"
                    p(f"{words}. Take it back if it went astray.", "warning")
            with form(self._visit, make, "fields"):
                with field("The link works for"):
                    choice("days", [(str(days), words) for days, words in _DAYS], str(INVITE_DAYS))
                address_field(self._visit, next((key.email for key in self._standing.keys if key.email), None))
                with div("actions"):
                    closer(box)
                    Piece("button", "Make the link", "button main", type="submit")
        self._visit.run("open", box.id)

    async def _take_back(self) -> None:
        async def take_back() -> None:
            await self._visit.may(self._engagement.id, write=True)
            for key in self._standing.keys:
                await revoke(self._visit.workspace, self._engagement.id, key.id, actor=self._visit.actor)
            await self._done(box, "The link no longer works.")

        with dialog("Take the link back?") as box:
            words_of(f"{self._person.name} can then no longer open the interview. What was said stays.")
            with div("actions"):
                closer(box)
                button(self._visit, "Take it back", take_back, "danger")
        self._visit.run("open", box.id)

    async def _edit(self) -> None:
        async def save(values: Values) -> None:
            await self._visit.may(self._engagement.id, write=True)
            said = read_person(values)
            changed = self._person.model_copy(update={"name": said.name, "role": said.role, "department": said.department})
            await update_stakeholder(self._visit.workspace, changed, actor=self._visit.actor)
            await self._done(box, "Saved.")

        with dialog(f"Edit {self._person.name}") as box, form(self._visit, save, "fields"):
            person_fields(self._person)
            with div("actions"):
                closer(box)
                Piece("button", "Save", "button main", type="submit")
        self._visit.run("open", box.id)

    async def _remove(self) -> None:
        async def remove() -> None:
            await self._visit.may(self._engagement.id, write=True)
            await remove_stakeholder(self._visit.workspace, self._engagement.id, self._person.id, actor=self._visit.actor)
            await self._done(box, f"{self._person.name} was removed.")

        with dialog(f"Remove {self._person.name}?") as box:
            p("Their links stop working. What they said in transcripts stays.")
            with div("actions"):
                closer(box)
                button(self._visit, "Remove", remove, "danger")
        self._visit.run("open", box.id)

    async def _done(self, box: Piece, words: str) -> None:
        box.delete()
        self._visit.say(words)
        await self._again()
