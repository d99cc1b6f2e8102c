"""An engagement with a realistic blueprint and the people who review it, for the tests of these pages."""

from __future__ import annotations

from dataclasses import dataclass

from discovery_agent.discovery.access import member_link, principal_of, redeem
from discovery_agent.discovery.drafting import latest_blueprint, save_section
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.reviewing import act, set_rules, sign, standing
from discovery_agent.domain.blueprint.claims import Claim
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole, Engagement, Principal
from discovery_agent.domain.review import Verb
from tests.discovery.drafting.drafted import drafted
from tests.domain.blueprint.drafts import draft_of
from tests.web.ui.site import Site


@dataclass
class Member:
    """Somebody with a key."""

    session: str
    principal: Principal


class Reviewing:
    """The engagement, its people, and what they do outside a browser."""

    def __init__(self, site: Site, case: str = "automate") -> None:
        self.site = site
        self.engagement: Engagement = site.call(get_engagement(site.ws, site.call(drafted(site.ws, case)).id))
        self.path = f"/engagements/{self.engagement.id}"
        self.keep(draft_of(case).model_copy(update={"engagement_id": self.engagement.id}))

    @property
    def newest(self) -> Blueprint:
        found = self.site.call(latest_blueprint(self.site.ws, self.engagement.id))
        assert found is not None
        return found

    def keep(self, version: Blueprint) -> None:
        async def add() -> None:
            async with self.site.ws.database.unit() as unit:
                await unit.blueprints.add(version)

        self.site.call(add())

    def member(self, role: AccessRole, name: str) -> Member:
        async def enter() -> Member:
            _, secret = await member_link(self.site.ws, self.engagement.id, role, name)
            session, _ = await redeem(self.site.ws, secret)
            return Member(session, await principal_of(self.site.ws, session))

        return self.site.call(enter())

    def require(self, lead: Member, *who: Member) -> None:
        keys = [one.principal.key_id for one in who]
        self.site.call(set_rules(self.site.ws, self.engagement.id, required=keys, version=None, principal=lead.principal))

    def act(self, who: Member, section_id: SectionId, verb: Verb, words: str = "", choice_id: str | None = None) -> None:
        """What somebody does to the newest version."""
        version = self.newest
        section = version.section(section_id)
        assert section is not None
        self.site.call(
            act(
                self.site.ws,
                self.engagement.id,
                version.number,
                section_id,
                section.content_hash,
                verb,
                words,
                who.principal,
                choice_id,
            )
        )

    def approve_all(self, who: Member, *, but: tuple[SectionId, ...] = ()) -> None:
        for one in self.newest.sections:
            if one.id not in but:
                self.act(who, one.id, Verb.APPROVE)

    def rewrite(self, section_id: SectionId, was: str, now: str) -> None:
        """The lead puts other words in a section, as the next version."""
        version = self.newest
        section = version.section(section_id)
        assert section is not None

        def changed(claim: Claim) -> Claim:
            return claim.model_copy(update={"text": claim.text.replace(was, now)})

        parts = [part.model_copy(update={"claims": tuple(changed(one) for one in part.claims)}) for part in section.parts]
        assert parts != list(section.parts), f"{was} stands nowhere in {section_id}"
        self.site.call(save_section(self.site.ws, self.engagement.id, version.number, section_id, parts, "Lea Lead"))

    def sign(self, lead: Member) -> None:
        version = self.newest
        concerns = self.site.call(standing(self.site.ws, self.engagement.id, signer=lead.principal)).concerns
        reasons = {one.id: "The board decided so on 3 March." for one in concerns}
        self.site.call(sign(self.site.ws, self.engagement.id, version.number, version.content_hash, lead.principal, although=reasons))

    def lacking(self, lead: Member) -> tuple[str, ...]:
        return self.site.call(standing(self.site.ws, self.engagement.id, signer=lead.principal)).lacking
