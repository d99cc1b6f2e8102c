"""Members of an engagement: who leads it and who reviews it."""

from __future__ import annotations

from discovery_agent.discovery.access import keys_of, member_link, revoke
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.engagement import AccessKey, AccessRole
from discovery_agent.errors import InvalidRequest
from discovery_agent.web.ui.controls import Values, button, choice, closer, dialog, field, form, local_button, opener, text_input
from discovery_agent.web.ui.elements import Piece, badge, div, name, p, span
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.people.given_link import show_link
from discovery_agent.web.ui.people.way_in import address_field, needs_no_link, read_address, sign_in_address, told_to, ways_of
from discovery_agent.web.ui.visit import Visit

_ROLES = {AccessRole.LEAD: "Lead: may do everything here", AccessRole.REVIEWER: "Reviewer: reads and comments"}


class Members:
    """The list of members with the way to a new one."""

    def __init__(self, visit: Visit, engagement_id: str) -> None:
        self._visit = visit
        self._engagement = engagement_id
        box = self._new()
        with p():
            local_button("Let somebody in", opener(box))
        self._listed: Paged[AccessKey] = Paged(visit, "members", self._read, each(self._row), size=25, nothing=self._nobody)

    async def load(self) -> None:
        """Read and show the members."""
        await self._listed.load()

    async def _read(self, offset: int, limit: int) -> tuple[list[AccessKey], int]:
        now = self._visit.workspace.now()
        keys = [
            key
            for key in await keys_of(self._visit.workspace, self._engagement)
            if key.role in _ROLES and key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
        ]
        return keys[offset : offset + limit], len(keys)

    def _nobody(self) -> None:
        p("Nobody but you and the owner of this service.", "quiet")

    def _row(self, key: AccessKey) -> None:
        async def take_back() -> None:
            await self._visit.may(self._engagement, write=True)
            await revoke(self._visit.workspace, self._engagement, key.id, actor=self._visit.actor)
            self._visit.say("The link no longer works.")
            await self._listed.load()

        with Piece("li"):
            with p("", "what"):
                name(key.label, "strong")
                span(" ")
                badge(key.role.value)
            used = "opened" if key.used_at else "not opened yet"
            p(f"{used}, works until {day(key.expires_at)}" if key.expires_at else used, "quiet small")
            if ways := ways_of(self._visit, key):
                with p("", "quiet small"):
                    name(ways)
            if key.id != self._visit.principal.key_id:
                with div("acts"):
                    button(self._visit, "Take link back", take_back, "slim", aria_label=f"Take link back: {key.label}")
            else:
                badge("you")

    def _new(self) -> Piece:
        async def make(values: Values) -> None:
            await self._visit.may(self._engagement, write=True)
            label = " ".join(values.get("label", "").split())[:120]
            if not label:
                raise InvalidRequest("Say whom the link is for.")
            role = AccessRole.REVIEWER if values.get("role") == AccessRole.REVIEWER.value else AccessRole.LEAD
            email = read_address(values)
            key, secret = await member_link(self._visit.workspace, self._engagement, role, label, email=email, actor=self._visit.actor)
            self._visit.run("close", box.id)
            if needs_no_link(self._visit, role):
                self._visit.say(f"{label} can sign in now, at {sign_in_address(self._visit)}.")
            else:
                show_link(self._visit, f"Link for {label}", secret, f"Send it to {label} only.{told_to(self._visit, key)}")
            await self._listed.load()

        with dialog("Let somebody in") as box, form(self._visit, make, "fields"):
            with field("Name"):
                text_input("label", required=True, maxlength=120, autocomplete="off")
            with field("What may they do?"):
                choice("role", [(role.value, words) for role, words in _ROLES.items()])
            signs_in = needs_no_link(self._visit, AccessRole.LEAD)
            address_field(self._visit, required=signs_in)
            with div("actions"):
                closer(box)
                Piece("button", "Let them in" if signs_in else "Make the link", "button main", type="submit")
        return box
