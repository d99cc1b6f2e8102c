"""Who must approve, who has not acted yet, and the dialog in which a lead says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.reviewing import set_rules
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.gates import BEFORE_SIGNING
from discovery_agent.domain.review import Reviewer
from discovery_agent.web.ui.controls import Values, button, closer, dialog, form, tick
from discovery_agent.web.ui.elements import Piece, badge, div, empty, fold, link, name, p, span, words_of
from discovery_agent.web.ui.review.looking import Look
from discovery_agent.web.ui.review.words import listed
from discovery_agent.web.ui.visit import Visit


class Required:
    """The required reviewers of an engagement on one open page."""

    def __init__(self, visit: Visit, engagement_id: str, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._engagement_id = engagement_id
        self._again = again
        self._place = div("stack")

    def show(self, look: Look) -> None:
        """Show them as they stand."""
        self._look = look
        known = [one for one in look.reviewers if not one.revoked and (not one.expired or one.everywhere or one.sections)]
        self._place.clear()
        with self._place:
            if not known:
                with empty("Nobody else is let in yet", "Let a reviewer in; then say here whose approval is needed."), p():
                    link("Let somebody in", f"/engagements/{self._engagement_id}/people#members", "button")
                return
            with Piece("ul", "", "rows"):
                for one in known:
                    with Piece("li"):
                        self._row(one)
            for one in look.standing.concerns:
                if one.id not in BEFORE_SIGNING:
                    words_of(f"{one.what}. {' '.join(one.lacks)}", classes="warning small")
            if self._visit.writes:
                with p("", "line"):
                    button(self._visit, "Say who must approve", self._edit)
                    link("Let somebody in", f"/engagements/{self._engagement_id}/people#members")

    def _row(self, one: Reviewer) -> None:
        stands = self._look.standing
        mine = [each for each in stands.sections if one.must_approve(each.section_id)]
        open_ = [each for each in mine if one.key_id not in each.approver_ids]
        with div("what"):
            with p("", "line"):
                name(one.name, "strong")
                badge(one.role.value)
                if one.key_id == self._visit.principal.key_id:
                    badge("you")
                if one.expired:
                    badge("key has run out", "clash")
            if one.everywhere:
                p("Must approve every section.", "quiet small")
            elif one.sections:
                titles = [each.title for each in stands.sections if each.section_id in one.sections]
                words_of(f"Must approve {listed(titles)}.", classes="quiet small")
            else:
                p("May comment and approve; nothing waits for them.", "quiet small")
        if mine:
            if len(open_) == len(mine):
                badge("has not approved anything yet", "warn")
            elif open_:
                badge(f"{plural(len(open_), 'section')} to go", "warn")
            else:
                badge("approved all of theirs", "good")

    async def _edit(self) -> None:
        look = self._look
        able = [one for one in look.reviewers if not one.revoked and not one.expired]

        async def save(values: Values) -> None:
            every = [one.key_id for one in able if f"every:{one.key_id}" in values]
            some = {
                each.section_id: [
                    one.key_id for one in able if f"{each.section_id.value}:{one.key_id}" in values and one.key_id not in every
                ]
                for each in look.standing.sections
            }
            await set_rules(
                self._visit.workspace,
                self._engagement_id,
                required=every,
                by_section=some,
                version=look.rules.version if look.rules else None,
                principal=self._visit.principal,
            )
            box.delete()
            self._visit.say("Saved.")
            await self._again()

        with self._visit.client.content, dialog("Who must approve?") as box:
            p("A section is approved once all of them approved it. Whoever signs cannot be the only one.", "quiet")
            with form(self._visit, save, "fields"):
                for one in able:
                    self._fields(one, [(each.section_id, each.title) for each in look.standing.sections])
                with div("actions"):
                    closer(box)
                    Piece("button", "Save", "button main", type="submit")
        self._visit.run("open", box.id)

    def _fields(self, one: Reviewer, sections: list[tuple[SectionId, str]]) -> None:
        with Piece("fieldset", "", "required-of"):
            with Piece("legend"):
                name(one.name)
                span(f" ({one.role.value})", "quiet")
            tick(f"every:{one.key_id}", "Every section", ticked=one.everywhere)
            with fold("Only some sections", str(len(one.sections)) if one.sections else "", opened=bool(one.sections)):
                for section_id, title in sections:
                    tick(f"{section_id.value}:{one.key_id}", title, ticked=section_id in one.sections)
