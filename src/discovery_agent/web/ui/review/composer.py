"""The form with which a reviewer acts on the open section. It stays as it is while all around it is shown anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.blueprint.document import BlueprintSection
from discovery_agent.domain.review import ReviewEntry, Verb
from discovery_agent.storage import new_id
from discovery_agent.web.ui.controls import Values, button, choice, field, form, text_area
from discovery_agent.web.ui.elements import Piece, div, name, p, span
from discovery_agent.web.ui.review.words import OWN
from discovery_agent.web.ui.visit import Visit

LONGEST = 4000


@dataclass(frozen=True)
class Act:
    """What somebody wants to do."""

    verb: Verb
    words: str
    part_id: str | None
    about: str | None
    client_key: str


class Composer:
    """The form; `send` does what is wanted, and says whether it was done. If not, or if it raises, nothing that was typed is lost."""

    def __init__(self, visit: Visit, draft: str, section: BlueprintSection, send: Callable[[Act], Awaitable[bool]]) -> None:
        self._visit = visit
        self._draft = draft
        self._send = send
        self._about: ReviewEntry | None = None
        self._key = new_id("ck")
        with div("composer") as self._box, form(visit, self._sent, "fields"):
            self._answering = div("answering", role="status")
            with field("Your words", "Needed for a comment, a request for changes and a rejection."):
                self._words = text_area("words", rows="4", maxlength=LONGEST, data_draft=draft)
                self._words.put("id", self._words.html_id)
            headed = [(one.id, one.heading) for one in section.parts if one.heading]
            if len(headed) > 1:
                with field("A comment is on"):
                    self._part = choice("part", [("", "The whole section"), *headed])
                    self._part.put("id", self._part.html_id)
            else:
                self._part = None
            self._buttons = div("line acts")

    def show(self, own: Verb | None, *, frozen: bool) -> None:
        """Offer what can be done now; `own` is what they decided on this content, `frozen` whether the version is signed."""
        self._buttons.clear()
        with self._buttons:
            if frozen:
                self._button(Verb.COMMENT, "Comment", "main")
                p("This version is signed: comments are taken, decisions are not.", "quiet small")
                return
            if own is not None:
                with p("", "own-decision"):
                    span(OWN[own], "strong")
            if own is not Verb.APPROVE:
                self._button(Verb.APPROVE, "Approve", "main")
            self._button(Verb.COMMENT, "Comment")
            if own is not Verb.REQUEST_CHANGES:
                self._button(Verb.REQUEST_CHANGES, "Request changes")
            if own is not Verb.REJECT:
                self._button(Verb.REJECT, "Reject", "danger")
            if own is not None:
                self._button(Verb.WITHDRAW, "Take it back", "plain")

    def answer(self, comment: ReviewEntry) -> None:
        """The next comment answers this one; or the next words settle it, if it is the objection of somebody who left."""
        self._about = comment
        self._answering.clear()

        async def not_so() -> None:
            self._forget_about()

        with self._answering, p("", "line box"):
            span("Your words settle what was objected by " if comment.verb.opposes else "A comment answers ")
            name(comment.reviewer, "strong")
            span(f"“{comment.words[:80]}”", "quiet").put("dir", "auto")
            if comment.verb.opposes:
                self._button(Verb.SETTLE, "Settle it with this reason", "slim")
            button(self._visit, "Not now" if comment.verb.opposes else "No, a new comment", not_so, "slim")
        self._visit.run("focus", self._words.html_id)

    def on_part(self, part_id: str) -> None:
        """A comment is on this part."""
        if self._part is not None:
            self._visit.run("put", self._part.html_id, part_id)
        self._visit.run("focus", self._words.html_id)

    async def _sent(self, values: Values) -> None:
        verb = Verb(values.get("verb", Verb.COMMENT.value))
        wanted = Verb.SETTLE if self._about is not None and self._about.verb.opposes else Verb.COMMENT
        about = self._about if verb is wanted else None
        part_id = values.get("part") or None if verb is Verb.COMMENT and about is None else None
        if not await self._send(Act(verb, values.get("words", ""), part_id, about.id if about else None, self._key)):
            return
        self._key = new_id("ck")
        self._forget_about()
        self._visit.run("forget", self._draft)
        self._visit.run("empty", self._box.id)

    def _forget_about(self) -> None:
        self._about = None
        self._answering.clear()

    def _button(self, verb: Verb, words: str, classes: str = "") -> None:
        Piece("button", words, f"button {classes}".strip(), type="submit", name="verb", value=verb.value)


def own_decision(entries: Sequence[ReviewEntry], key_id: str, content_hash: str, choice_id: str | None = None) -> Verb | None:
    """What somebody decided last, if it was on this content and they have not taken it back."""
    mine = [one for one in entries if one.reviewer_id == key_id and one.verb.decides and one.choice_id == choice_id]
    last = max(mine, key=lambda one: one.id, default=None)
    if last is None or last.verb is Verb.WITHDRAW:
        return None
    seen = last.choice_hash if choice_id is not None else last.section_hash
    return last.verb if seen == content_hash else None
