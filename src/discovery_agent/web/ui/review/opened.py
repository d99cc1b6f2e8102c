"""The section that is open: its text on the left; comments, decisions and what changed on the right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discovery_agent.discovery.drafting import blueprint_version
from discovery_agent.discovery.reviewing import act, changed_section, section_view
from discovery_agent.domain.blueprint.claims import Part
from discovery_agent.domain.blueprint.differences import section_differences
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Choice, SectionId
from discovery_agent.domain.review import ReviewEntry, Verb
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.blueprint.marks import Marks
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, badge, div, fold, heading, link, p, span, words_of
from discovery_agent.web.ui.review.choices import Choices
from discovery_agent.web.ui.review.composer import Act, Composer, own_decision
from discovery_agent.web.ui.review.differences import show_differences
from discovery_agent.web.ui.review.looking import Look, acts_on
from discovery_agent.web.ui.review.told import show_part, show_plainly
from discovery_agent.web.ui.review.trail import Trail
from discovery_agent.web.ui.review.words import DONE, STATES, listed
from discovery_agent.web.ui.visit import Visit

OPEN_ID = "open-section"


class OpenSection:
    """One section on an open page. What is shown of it changes only when its reader wants it to; what they type never does."""

    def __init__(self, visit: Visit, look: Look, section_id: SectionId, again: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._again = again
        self._look = look
        self._seen: Blueprint = look.blueprint
        self.section_id = section_id
        self._engagement_id = look.blueprint.engagement_id
        self._choices: Choices | None = None
        self._told = 0
        with Piece("section", "", "open-section", aria_labelledby=OPEN_ID):
            heading(3, self._section.title, id=OPEN_ID, tabindex="-1")
            self._state = div("section-state", role="status")
            with p("", "to-say"):
                link("To what you say, and to comments", "#say")
            self._news = div("news", role="status")
            self._both = div("both-texts", tabindex="-1")
            with div("side-by-side"):
                self._text = div("told")
                with div("acts-beside"):
                    self._changed = div("stack")
                    heading(4, "What you say", id="say")
                    draft = f"review-{self._engagement_id}-{section_id.value}"
                    self._composer = Composer(visit, draft, self._section, self._send)
                    heading(4, "Comments and decisions")
                    self._trail = Trail(visit, section_id, self._answer, self._settle)

    @property
    def _section(self) -> BlueprintSection:
        found = self._seen.section(self.section_id)
        assert found is not None
        return found

    async def load(self) -> None:
        """Show it as it stands."""
        entries = await acts_on(self._visit, self._engagement_id, self.section_id)
        await self._show_text(entries)
        await self._show_changes(entries)
        await self._show_around(entries)

    async def follow(self, look: Look) -> None:
        """Somebody did something: show it around the text and the form, which stay."""
        self._look = look
        now = look.blueprint.section(self.section_id)
        if look.blueprint.number != self._seen.number:
            if now is not None and now.content_hash == self._section.content_hash:
                self._seen = look.blueprint
            elif self._told != look.blueprint.number:
                self._tell(look.blueprint, now)
        await self._show_around(await acts_on(self._visit, self._engagement_id, self.section_id))

    def _tell(self, newest: Blueprint, now: BlueprintSection | None) -> None:
        self._told = newest.number
        self._news.clear()
        with self._news, div("warning spread"):
            if now is None:
                words_of(f"Version {newest.number} by {newest.made_by} has no such section any more.", "span")
                return
            words_of(f"Version {newest.number} by {newest.made_by} changes this section.", "span")
            button(self._visit, f"Show version {newest.number}", self._go_on, "slim main")

    async def _go_on(self) -> None:
        """Look at the newest version; what is typed stays."""
        if self._look.blueprint.section(self.section_id) is None:
            await self._again()
            return
        self._seen = self._look.blueprint
        self._news.clear()
        self._both.clear()
        await self.load()
        self._visit.run("focus", OPEN_ID)

    async def _show_text(self, entries: Sequence[ReviewEntry]) -> None:
        self._text.clear()
        self._choices = None
        with self._text:
            marks = Marks(self._seen)
            choosing = self.section_id is SectionId.CHOICES and bool(self._seen.choices)
            for part in self._section.parts:
                if not (choosing and part.id == "choices"):
                    await show_part(self._visit, marks, part, self._on_part if len(self._section.parts) > 1 else None)
            if choosing:
                p("Each of these is approved by itself: by the owner, a lead, or whoever must approve this section.", "quiet")
                self._choices = Choices(self._visit, self._seen, marks, self._send_choice)
                await self._choices.load(self._look.standing, entries)
            elif not any(part.claims or part.rows for part in self._section.parts):
                p("This section says nothing.", "quiet")
            marks.last()

    def _on_part(self, part: Part) -> None:
        async def here() -> None:
            self._composer.on_part(part.id)

        if part.heading:
            button(self._visit, "Comment", here, "plain slim", aria_label=f"Comment on: {part.heading}")

    async def _show_around(self, entries: Sequence[ReviewEntry]) -> None:
        self._show_state()
        own = own_decision(entries, self._visit.principal.key_id, self._section.content_hash)
        self._composer.show(own, frozen=self._look.standing.signed is not None and self._seen.number == self._look.blueprint.number)
        if self._choices is not None:
            self._choices.update(self._look.standing, entries)
        await self._trail.show(entries, self._seen, self._section, self._look.standing.objections_left)

    def _show_state(self) -> None:
        review = self._look.standing.section(self.section_id)
        self._state.clear()
        if review is None:
            return
        with self._state, p("", "line"):
            badge(*STATES[review.state])
            if review.approved_by:
                words_of(f"Approved by {listed(review.approved_by)}.", "span", "quiet")
            if review.against:
                words_of(f"Against it: {listed(review.against)}.", "span")
            if review.against_before:
                words_of(f"Against earlier text: {listed(review.against_before)}.", "span", "quiet")
            if review.waits_for:
                words_of(f"Waits for {listed(review.waits_for)}.", "span")
            if review.taken_back:
                words_of(f"Does not count, the link was taken back: {listed(review.taken_back)}.", "span", "quiet")

    async def _show_changes(self, entries: Sequence[ReviewEntry]) -> None:
        """What differs from the content that they approved, or else decided on, or else somebody approved."""
        before = [
            (words, (await blueprint_version(self._visit.workspace, self._engagement_id, number)).section(self.section_id))
            for number, words in await self._earlier(entries)
        ]
        self._changed.clear()
        with self._changed:
            for words, then in before:
                with fold(f"What changed since {words}", opened=True, classes="changed-since"):
                    if then is None:
                        p("There was no such section then.", "quiet")
                    elif found := section_differences(then, self._section):
                        show_differences(found)
                    else:
                        p("Nothing in its words.", "quiet")

    async def _earlier(self, entries: Sequence[ReviewEntry]) -> list[tuple[int, str]]:
        """Versions to compare with, each with how it is called."""
        view = await section_view(self._visit.workspace, self._engagement_id, self._seen.number, self.section_id, self._visit.principal)
        mine = [one for one in entries if one.reviewer_id == self._visit.principal.key_id and one.choice_id is None and one.verb.decides]
        found: dict[int, str] = {}
        if view.approved_number is not None:
            own = any(one.number == view.approved_number and one.verb is Verb.APPROVE for one in mine)
            found[view.approved_number] = f"version {view.approved_number}, which {'you' if own else 'somebody'} approved"
        against = [
            one for one in mine if one.verb.opposes and one.section_hash != self._section.content_hash and one.number < self._seen.number
        ]
        if against and own_decision(entries, self._visit.principal.key_id, self._section.content_hash) is None:
            last = against[-1]
            did = "asked for changes" if last.verb is Verb.REQUEST_CHANGES else "rejected it"
            found.setdefault(last.number, f"version {last.number}, where you {did}")
        return sorted(found.items(), reverse=True)

    async def _send(self, wanted: Act) -> bool:
        return await self._act(wanted, None)

    async def _send_choice(self, choice: Choice, wanted: Act) -> bool:
        return await self._act(wanted, choice.id)

    async def _act(self, wanted: Act, choice_id: str | None) -> bool:
        """Do it, or show that the section is another one by now; says whether it was done."""
        try:
            await act(
                self._visit.workspace,
                self._engagement_id,
                self._seen.number,
                self.section_id,
                self._section.content_hash,
                wanted.verb,
                wanted.words,
                self._visit.principal,
                choice_id,
                wanted.part_id,
                about=wanted.about,
                client_key=wanted.client_key,
            )
        except StaleVersion:
            await self._show_both()
            return False
        self._visit.say(DONE[wanted.verb])
        await self._again()
        return True

    async def _show_both(self) -> None:
        """The section as it was looked at, and as it is now: for one whose act was refused."""
        both = await changed_section(self._visit.workspace, self._engagement_id, self._seen.number, self.section_id)
        await self._again()
        newest = self._look.blueprint
        self._news.clear()
        self._both.clear()
        with self._both, div("trouble", role="alert"):
            p(
                f"This section changed while you looked at it: version {both.current_number} by {newest.made_by} is newer. Nothing was done.",
                "strong",
            )
            if both.current is not None and both.shown is not None:
                with fold("What changed", opened=True):
                    show_differences(section_differences(both.shown, both.current))
            with div("two-texts"):
                _one_text(f"As you looked at it: version {both.shown_number}", both.shown)
                _one_text(f"As it is now: version {both.current_number}", both.current)
            if both.current is not None:
                with p("", "line"):
                    button(self._visit, f"Go on with version {both.current_number}", self._go_on, "main")
                    span("What you typed stays.", "quiet")
        self._visit.run("focus", self._both.html_id)

    async def _answer(self, comment: ReviewEntry) -> None:
        self._composer.answer(comment)

    async def _settle(self, comment: ReviewEntry) -> None:
        await self._act(Act(Verb.SETTLE, "", None, comment.id, f"settle-{comment.id}"), None)


def _one_text(title: str, section: BlueprintSection | None) -> None:
    with Piece("section", "", "one-text", aria_label=title):
        heading(4, title)
        if section is None:
            p("There is no such section any more.", "quiet")
            return
        show_plainly(section)
