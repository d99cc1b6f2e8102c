"""An open round as the lead follows it: who answered what, and the ways to end it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from discovery_agent.discovery.agreement import agreement_of, close_as_agreed, close_for_revision, record_dissent
from discovery_agent.discovery.report.wording import ROLE_LABELS, plural
from discovery_agent.domain.agreement.rounds import Round, RoundAnswer
from discovery_agent.domain.agreement.standing import Agreement, nobody_objects, objections, waiting
from discovery_agent.domain.engagement import Engagement, StakeholderRecord
from discovery_agent.errors import StaleVersion
from discovery_agent.web.ui.agreement.words import ANSWERS, fit_words
from discovery_agent.web.ui.controls import Values, button, closer, dialog, field, form, local_button, opener, text_area
from discovery_agent.web.ui.elements import Piece, badge, div, heading, name, p, span, words_of
from discovery_agent.web.ui.visit import Visit

SECONDS_BETWEEN_LOOKS = 5.0
"""How soon an open page tells of a new answer."""


class Progress:
    """The answers so far, and what the lead can do."""

    def __init__(
        self,
        visit: Visit,
        engagement: Engagement,
        agreement: Agreement,
        people: Mapping[str, StakeholderRecord],
        again: Callable[[], Awaitable[None]],
    ) -> None:
        assert agreement.current is not None
        self._visit = visit
        self._engagement = engagement
        self._round = agreement.current
        self._again = again
        answers = agreement.answers_to(self._round.id)
        self._ready = nobody_objects(self._round, answers, frozenset(people))
        left = waiting(self._round, answers, frozenset(people))
        heading(3, f"{len(answers)} of {len(self._round.asked)} answered")
        show_answers(self._round, answers, people)
        self._news = div("news", role="status")
        if self._ready:
            p(f"{_who(self._round, people)} endorses it. Close the round, and the objective is agreed.", "box")
        elif left:
            p(f"{plural(len(left), 'answer')} still to come.", "quiet")
        if any(each.stakeholder_id not in people for each in objections(self._round, answers)):
            p("Somebody who was removed had objected, and that stands: record the dissent, or revise the draft and ask again.", "box")
        if visit.writes:
            self._ends()
        visit.later(self._look, SECONDS_BETWEEN_LOOKS)

    async def _look(self) -> None:
        """Tell of answers that came since; nothing that the lead is writing is lost."""
        if self._news.is_deleted:
            return
        agreement = await agreement_of(self._visit.workspace, self._engagement.id)
        latest = agreement.latest
        if latest is not None and (latest.id, latest.version) != (self._round.id, self._round.version):
            with self._news, p("", "line box"):
                span("There is something new in this round.")
                button(self._visit, "Show it", self._again, "slim")
            return
        self._visit.later(self._look, SECONDS_BETWEEN_LOOKS)

    def _ends(self) -> None:
        dissent = self._dissent()
        with p("", "line"):
            if self._ready:
                button(self._visit, "Close it as agreed", self._agree, "main")
            button(self._visit, "Close it and revise the draft", self._revise)
            if not self._ready:
                local_button("Record the dissent", opener(dissent))

    async def _agree(self) -> None:
        await self._end(close_as_agreed(*self._this, version=self._round.version), "The objective is agreed.")

    async def _revise(self) -> None:
        await self._end(close_for_revision(*self._this, version=self._round.version), "The round is closed.")

    @property
    def _this(self) -> tuple[Any, str, Any, str]:
        return self._visit.workspace, self._engagement.id, self._visit.principal, self._round.id

    async def _end(self, ending: Coroutine[Any, Any, object], done: str) -> None:
        try:
            await ending
        except StaleVersion as error:  # somebody answered: show what they said, and let the lead decide anew
            await self._again()
            self._visit.complain(error)
        else:
            self._visit.say(done)
            await self._again()

    def _dissent(self) -> Piece:
        async def record(values: Values) -> None:
            reason = values.get("reason", "")
            await self._end(record_dissent(*self._this, version=self._round.version, reason=reason), "The dissent is recorded.")

        with dialog("Go on without everybody's consent?") as box:
            p("The draft becomes the objective. What each of them said, what they concede, and each veto stay to be read with it.")
            with form(self._visit, record, "fields"):
                with field("Why do you go on?", "It is kept with the objective."):
                    text_area("reason", required=True, maxlength=2000, data_draft=f"dissent-{self._round.id}")
                with div("actions"):
                    closer(box)
                    Piece("button", "Record the dissent", "button danger", type="submit")
        return box


def _who(one: Round, people: Mapping[str, StakeholderRecord]) -> str:
    """Who endorses a draft that nobody objects to."""
    return "Everybody who was asked" + ("" if all(asked in people for asked in one.asked) else " and still takes part")


def show_answers(one: Round, answers: tuple[RoundAnswer, ...], people: Mapping[str, StakeholderRecord]) -> None:
    """What each person who was asked said, and who has not answered."""
    given = {answer.stakeholder_id: answer for answer in answers}
    parts = {part.id: part.text for part in one.draft.parts}
    with Piece("ul", "", "rows round-answers"):
        for asked in one.asked:
            person, answer = people.get(asked), given.get(asked)
            with Piece("li"):
                with div("person"):
                    name(person.name if person else "Somebody who was removed", "strong")
                    if person:
                        known = [known for known in (ROLE_LABELS[person.role], person.department) if known]
                        span(" · ".join(known), "quiet small")
                with div("what"):
                    _answer(answer, parts)


def _answer(answer: RoundAnswer | None, parts: Mapping[str, str]) -> None:
    if answer is None:
        badge("no answer yet")
        return
    words, tone = ANSWERS[answer.answer]
    with p("", "line"):
        badge(words, tone)
        span(fit_words(answer.fit), "quiet small")
    if answer.part_id is not None and answer.part_id in parts:
        words_of(f"On: {parts[answer.part_id]}", classes="quiet small")
    if answer.words:
        words_of(answer.words, "blockquote", "quote")
    if answer.concession:
        words_of(f"Gives up: {answer.concession}", classes="small")
