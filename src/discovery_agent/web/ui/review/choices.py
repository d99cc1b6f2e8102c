"""What was asked for and is not done, or not now: each choice is approved or rejected by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.blueprint.document import Blueprint, Choice
from discovery_agent.domain.review import ChoiceReview, ReviewEntry, ReviewStanding, Verb, choice_hash
from discovery_agent.storage import new_id
from discovery_agent.web.ui.blueprint.marks import Marks
from discovery_agent.web.ui.controls import Values, field, form, text_area
from discovery_agent.web.ui.elements import Piece, badge, div, names, p, span, words_of
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.review.composer import LONGEST, Act, own_decision
from discovery_agent.web.ui.review.words import OWN, listed
from discovery_agent.web.ui.visit import Visit

_SIZE = 10
_QUOTES = 2


@dataclass(frozen=True)
class _Deciding:
    """Where one choice is decided, as long as it can be."""

    form: Piece
    buttons: Piece


class Choices:
    """The choices of the version that is looked at. `send` acts on one of them."""

    def __init__(self, visit: Visit, blueprint: Blueprint, marks: Marks, send: Callable[[Choice, Act], Awaitable[bool]]) -> None:
        self._visit = visit
        self._blueprint = blueprint
        self._marks = marks
        self._said = {one.finding_id: one for one in blueprint.evidence}
        self._send = send
        self._reviews: dict[str, ChoiceReview] = {}
        self._entries: Sequence[ReviewEntry] = ()
        self._frozen = False
        self._states: dict[str, tuple[Piece, _Deciding | None, Choice]] = {}
        self._listed = Paged(visit, "choices", self._read, each(self._row, classes="choices-to-approve"), size=_SIZE)

    async def load(self, standing: ReviewStanding, entries: Sequence[ReviewEntry]) -> None:
        """Show the choices."""
        self._know(standing, entries)
        await self._listed.load()

    def update(self, standing: ReviewStanding, entries: Sequence[ReviewEntry]) -> None:
        """Show how those that are in sight stand now; what is typed at them stays."""
        self._know(standing, entries)
        for state, deciding, choice in self._states.values():
            if not state.is_deleted:
                self._show_state(state, choice)
                self._show_buttons(deciding, choice)

    def _know(self, standing: ReviewStanding, entries: Sequence[ReviewEntry]) -> None:
        self._reviews = {one.choice_id: one for one in standing.choices}
        self._entries = entries
        self._frozen = standing.signed is not None

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[Choice], int]:
        self._states = {}
        return self._blueprint.choices[offset : offset + limit], len(self._blueprint.choices)

    def _row(self, one: Choice) -> None:
        draft = f"choice-{self._blueprint.engagement_id}-{one.id}"
        key = new_id("ck")

        async def sent(values: Values) -> None:
            nonlocal key
            verb = Verb(values.get("verb", Verb.APPROVE.value))
            if not await self._send(one, Act(verb, values.get("words", ""), None, None, key)):
                return
            key = new_id("ck")
            self._visit.run("forget", draft)
            self._visit.run("empty", box.id)

        with Piece("li"), Piece("article", "", "choice-to-approve", aria_label=f"Choice: {one.asked[:120]}") as box:
            with p("", "line"):
                badge(one.kind.value, "warn")
                words_of(one.asked, "span", "strong")
            for quote in [each for id_ in one.findings if id_ in self._said for each in self._said[id_].quotes][:_QUOTES]:
                with p("", "asked-as"):
                    words_of(quote.text, "q")
                    span(" ")
                    names((quote.speaker,) if quote.speaker else ())
            self._marks.show_ids(one.findings)
            with p("", ""):
                span("Instead: ", "quiet")
                words_of(one.instead, "span")
            with p("", ""):
                span("Why: ", "quiet")
                words_of(one.why, "span")
            state = div("choice-state", role="status")
            deciding: _Deciding | None = None
            if not self._frozen:
                with form(self._visit, sent, "choice-form") as words_and_buttons:
                    with field("Your words", "Needed to reject it."):
                        text_area("words", rows="1", classes="grow", maxlength=LONGEST, data_draft=draft)
                    deciding = _Deciding(words_and_buttons, div("line acts"))
        self._states[one.id] = (state, deciding, one)
        self._show_state(state, one)
        self._show_buttons(deciding, one)

    def _show_state(self, place: Piece, one: Choice) -> None:
        review = self._reviews.get(one.id)
        place.clear()
        with place, p("", "line"):
            if review is None:
                badge("no longer there")
                return
            if review.against:
                badge("somebody is against it", "clash")
                words_of(f"Against it: {listed(review.against)}.", "span")
            if review.approved_by:
                if review.approved:
                    badge("approved", "good")
                words_of(f"Approved by {listed(review.approved_by)}.", "span", "quiet")
            if not review.against and not review.approved_by:
                badge("waits for approval", "warn")
            if own := own_decision(self._entries, self._visit.principal.key_id, choice_hash(one), one.id):
                span(OWN[own], "strong")

    def _show_buttons(self, deciding: _Deciding | None, one: Choice) -> None:
        if deciding is None or deciding.form.is_deleted:
            return
        if self._frozen:  # nothing is left to decide
            deciding.form.delete()
            return
        own = own_decision(self._entries, self._visit.principal.key_id, choice_hash(one), one.id)
        deciding.buttons.clear()
        with deciding.buttons:
            if own is not Verb.APPROVE:
                _button(one, Verb.APPROVE, "Approve the choice", "main")
            if own is not Verb.REJECT:
                _button(one, Verb.REJECT, "Reject the choice", "danger")
            if own is not None:
                _button(one, Verb.WITHDRAW, "Take it back", "plain")


def _button(one: Choice, verb: Verb, words: str, classes: str) -> None:
    label = f"{words}: {one.asked[:80]}"
    Piece("button", words, f"button slim {classes}", type="submit", name="verb", value=verb.value, aria_label=label)
