"""What people said and decided about a section, the newest first; answers stand with the comment that they answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId
from discovery_agent.domain.review import ReviewEntry, Verb
from discovery_agent.web.ui.controls import button
from discovery_agent.web.ui.elements import Piece, badge, div, name, p, span, words_of
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.review.words import VERBS
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import ago


@dataclass(frozen=True)
class Thread:
    """One act with what answers it."""

    entry: ReviewEntry
    answers: tuple[ReviewEntry, ...] = ()
    settled: ReviewEntry | None = None
    """The act that settled it: of a comment, or of an objection whose author's key was taken back."""


def threads(entries: Sequence[ReviewEntry]) -> list[Thread]:
    """The acts on a section, newest first: each decision, and each comment with all that answers it, directly or not."""
    ordered = sorted(entries, key=lambda one: one.id)
    roots: dict[str, str] = {}
    answers: dict[str, list[ReviewEntry]] = {}
    settled: dict[str, ReviewEntry] = {}
    heads: list[ReviewEntry] = []
    for one in ordered:
        if one.verb is Verb.SETTLE:
            settled.setdefault(roots.get(one.about or "", one.about or ""), one)
        elif one.verb is Verb.COMMENT and one.about in roots:
            roots[one.id] = roots[one.about]
            answers.setdefault(roots[one.id], []).append(one)
        else:
            if one.verb is Verb.COMMENT:
                roots[one.id] = one.id
            heads.append(one)
    return [Thread(one, tuple(answers.get(one.id, ())), settled.get(one.id)) for one in reversed(heads)]


class Trail:
    """The acts on the open section."""

    def __init__(
        self,
        visit: Visit,
        section_id: SectionId,
        answer: Callable[[ReviewEntry], Awaitable[None]],
        settle: Callable[[ReviewEntry], Awaitable[None]],
    ) -> None:
        self._visit = visit
        self._section_id = section_id
        self._answer = answer
        self._settle = settle
        self._threads: list[Thread] = []
        self._blueprint: Blueprint | None = None
        self._hash = ""
        self._left: Collection[str] = ()
        self._listed = Paged(visit, "comments and decisions", self._read, each(self._thread, classes="trail"), size=10, nothing=self._none)

    async def show(
        self, entries: Sequence[ReviewEntry], blueprint: Blueprint, section: BlueprintSection, left: Collection[str] = ()
    ) -> None:
        """Show these acts; `section` is what is being looked at, `left` are objections that somebody has to settle for their author."""
        self._left = left
        self._threads = threads(entries)
        self._blueprint, self._hash = blueprint, section.content_hash
        self._parts = {one.id: one.heading or "a part without a heading" for one in section.parts}
        self._choices = {one.id: one.asked for one in blueprint.choices}
        await self._listed.load()

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[Thread], int]:
        return self._threads[offset : offset + limit], len(self._threads)

    def _none(self) -> None:
        p("Nobody has said anything about this section yet.", "quiet")

    def _thread(self, one: Thread) -> None:
        with Piece("li", "", "settled" if one.settled else ""):
            self._act(one.entry)
            if one.answers:
                with Piece("ul", "", "answers-below"):
                    for answer in one.answers:
                        with Piece("li"):
                            self._act(answer)
            if one.entry.verb is Verb.COMMENT:
                self._below(one)
            elif one.entry.id in self._left:
                self._left_below(one)

    def _act(self, one: ReviewEntry) -> None:
        words, tone = VERBS[one.verb]
        with p("", "line"):
            name(one.reviewer, "strong")
            badge("answers" if one.about and one.verb is Verb.COMMENT else words, tone)
            span(ago(one.at, self._visit.workspace.now()), "quiet small", title=f"{one.at:%Y-%m-%d %H:%M} UTC")
            if one.section_hash != self._hash:
                span(f"on earlier text, version {one.number}", "quiet small")
        if one.choice_id is not None:
            words_of(f"On the choice: {self._choices.get(one.choice_id, 'one that is no longer there')}", classes="quiet small")
        if one.part_id is not None:
            words_of(f"On: {self._parts.get(one.part_id, 'a part that is no longer there')}", classes="quiet small")
        if one.words:
            words_of(one.words, classes="said-there")

    def _left_below(self, one: Thread) -> None:
        """An objection whose author can take it back no more."""
        if one.settled is not None:
            with p("", "quiet small"):
                span("Settled by ")
                name(one.settled.reviewer)
            words_of(one.settled.words, classes="said-there")
        else:
            p("Their link was taken back, and the objection stands until the section changes or somebody settles it.", "quiet small")
        with div("acts line"):

            async def settle() -> None:
                await self._answer(one.entry)

            again = "Settle it, too" if one.settled is not None else "Settle with a reason"
            button(self._visit, again, settle, "slim", aria_label=f"{again}: {one.entry.words[:60]}")

    def _below(self, one: Thread) -> None:
        if one.settled is not None:
            with p("", "quiet small"):
                span("Settled by ")
                name(one.settled.reviewer)
            return
        said = one.entry.words[:60]
        with div("acts line"):

            async def answer() -> None:
                await self._answer(one.entry)

            async def settle() -> None:
                await self._settle(one.entry)

            button(self._visit, "Answer", answer, "slim", aria_label=f"Answer: {said}")
            if self._visit.writes or one.entry.reviewer_id == self._visit.principal.key_id:
                button(self._visit, "Settle", settle, "slim", aria_label=f"Settle: {said}")
