"""The page on which a stakeholder answers a draft: short, and made for a phone."""

from __future__ import annotations

from fastapi import Response

from discovery_agent.discovery.agreement import StakeholderRound, answer_round, end_of_rounds, round_of
from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.discovery.report.wording import FIELD_LABELS, day_and_time
from discovery_agent.domain.agreement.rounds import AnswerKind, OutcomeKind, RoundAnswer
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.errors import AccessDenied, InvalidRequest
from discovery_agent.web.ui.agreement.words import PARTS
from discovery_agent.web.ui.controls import Values, choice, field, form, text_area
from discovery_agent.web.ui.elements import Piece, badge, div, empty, fold, heading, link, name, p, section, span, words_of
from discovery_agent.web.ui.frame import begin, stakeholder_header
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import RATINGS

_CHOICES = (
    (AnswerKind.ENDORSE, "I endorse it", "I stand behind it as it is."),
    (AnswerKind.CRITICISE, "Something must change", "I say what, and it is drafted again."),
    (AnswerKind.VETO, "I cannot carry it", "A veto, with the reason."),
)
_SAID = {
    AnswerKind.ENDORSE: "You endorse it",
    AnswerKind.CRITICISE: "You said that something must change",
    AnswerKind.VETO: "You said that you cannot carry it",
}
_NOT_ASKED = {
    None: ("Nothing is asked of you yet", "Once there is a draft, you are asked here what you think of it."),
    OutcomeKind.AGREED: ("It is agreed", "Everybody who was asked and still takes part endorsed it. You were not asked."),
    OutcomeKind.DISSENT: (
        "It is settled",
        "It holds without everybody's consent, and what each who was asked said is kept. You were not asked.",
    ),
}
"""What somebody reads who was asked in no round, by how the rounds ended; the draft is for those who were asked."""


async def own_round_page(visit: Visit) -> Response | None:
    """The draft that waits for the stakeholder who looks."""
    who = visit.principal
    if who.role is not AccessRole.STAKEHOLDER or who.engagement_id is None:
        raise AccessDenied("This page is for the people who are asked about the objective.", remedy="Open the link that you were sent.")
    engagement = await get_engagement(visit.workspace, who.engagement_id)
    place = begin(visit.client, engagement.title)
    stakeholder_header(visit.client, engagement.organisation)
    with place:
        page = OwnRound(visit)
    await page.show()
    return None


class OwnRound:
    """One stakeholder's view of a round on one open page. What is shown is in the database."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._place = div("own-round")

    async def show(self) -> None:
        """Show the round as it stands."""
        asked = await round_of(self._visit.workspace, self._visit.principal)
        ended = await end_of_rounds(self._visit.workspace, self._visit.principal) if asked is None else None
        self._place.clear()
        with self._place:
            if asked is None:
                heading(1, "The shared objective")
                empty(*_NOT_ASKED[ended])
            else:
                self._draft(asked)
                _critiques(asked)
                if asked.open:
                    self._answer(asked)
                else:
                    _closed(asked)
            with p("", "way-back"):
                link("To your interview", "/interview")

    def _draft(self, asked: StakeholderRound) -> None:
        heading(1, "What do you think of the shared objective?" if asked.open else "The shared objective")
        p(
            f"Draft of round {asked.number}. It is to hold for everybody, so it says what you agree on, and leaves open what you do not.",
            "quiet",
        )
        with div("box draft-text"):
            for line in asked.text.splitlines():
                words_of(line, classes="statement-line")
        if still := [part for part in asked.parts if part.open]:
            with section("Still open", "open", "part small-part"), Piece("ul", "", "plain"):
                for part in still:
                    words_of(part.text, "li")
        with fold("Part by part", str(len(asked.parts))), Piece("ul", "", "parts"):
            for part in asked.parts:
                with Piece("li"):
                    with p("", "line"):
                        badge(PARTS[part.kind])
                        if part.open:
                            badge("not agreed", "clash")
                        for gap in part.gaps:
                            badge(f"no {FIELD_LABELS[gap]}", "warn")
                    words_of(part.text)

    def _answer(self, asked: StakeholderRound) -> None:
        draft = f"round-{asked.round_id}"
        before = asked.answer

        async def send(values: Values) -> None:
            kind = next((one for one in AnswerKind if one.value == values.get("answer")), None)
            if kind is None:
                raise InvalidRequest("Please choose one of the three answers.")
            if values.get("fit") not in {"1", "2", "3", "4"}:
                raise InvalidRequest("Please say how well it describes your view.")
            await self._visit.pace_of_turns()
            await answer_round(
                self._visit.workspace,
                await self._visit.still(),
                asked.round_id,
                kind,
                fit=int(values["fit"]),
                words=values.get("words", ""),
                part_id=values.get("part") or None,
                concession=values.get("concession", ""),
            )
            self._visit.run("forget", draft)
            self._visit.say("Your answer is saved.")
            await self.show()

        with section("Your answer", "answer", "part small-part"):
            if before is not None:
                _saved(before, "You can change it until the round is closed.")
            with form(self._visit, send, "fields answer-form", novalidate=True, aria_label="Your answer"):
                _fields(asked, before, draft)
                with p():
                    Piece("button", "Change my answer" if before else "Send my answer", "button main", type="submit")


def _fields(asked: StakeholderRound, before: RoundAnswer | None, draft: str) -> None:
    with Piece("fieldset", "", "answers-three"):
        Piece("legend", "What do you say?")
        for kind, words, meaning in _CHOICES:
            with Piece("label", "", f"choice wide {kind.value}"):
                checked = {"^checked": "" if before and before.answer is kind else None}
                Piece("input", "", "", type="radio", name="answer", value=kind.value, data_draft=f"{draft}-answer", **checked)
                with Piece("span"):
                    Piece("b", words)
                    span(meaning, "meaning")
    with Piece("fieldset"):
        Piece("legend", "How well does it describe your view?")
        with div("ratings"):
            for number, words in RATINGS:
                with Piece("label", "", "choice"):
                    checked = {"^checked": "" if before and before.fit == number else None}
                    Piece("input", "", "", type="radio", name="fit", value=str(number), data_draft=f"{draft}-fit", **checked)
                    Piece("b", str(number))
                    span(words)
    with field("In your own words", "What should change, or why you cannot carry it. If you endorse it, you may leave this empty.").classes(
        "for-objection"
    ):
        text_area("words", before.words if before else "", "grow", maxlength=2000, data_draft=f"{draft}-words")
    with field("Which part is it about?").classes("for-objection"):
        options = [("", "The whole draft"), *((part.id, f"{PARTS[part.kind]}: {part.text}"[:90]) for part in asked.parts)]
        choice("part", options, (before.part_id or "") if before else "")
    with field("Do you give something up by endorsing it?", "Only if you do. The lead reads it.").classes("for-endorsement"):
        text_area("concession", before.concession if before else "", "grow", maxlength=2000, data_draft=f"{draft}-concession")


def _saved(answer: RoundAnswer, more: str) -> None:
    with div("box saved", role="status"):
        p(f"{_SAID[answer.answer]} (fit {answer.fit} of 4). Saved on {day_and_time(answer.at)}.", "strong")
        if answer.words:
            words_of(answer.words, "blockquote", "quote")
        if answer.concession:
            words_of(f"You give up: {answer.concession}", classes="small")
        p(more, "quiet small")


def _closed(asked: StakeholderRound) -> None:
    words = {
        OutcomeKind.AGREED: f"Everybody who was asked{'' if asked.unanimous else ' and still takes part'} endorsed it. It is agreed.",
        OutcomeKind.DISSENT: "The round is over. It holds without everybody's consent, and what each of you said is kept with it.",
        None: "This round is closed, and the draft is being revised. You are asked again if there is a next one.",
    }[asked.outcome]
    p(words, "box strong")
    if asked.answer is not None:
        _saved(asked.answer, "It was counted as you sent it.")
    else:
        p("You did not answer it.", "quiet")


def _critiques(asked: StakeholderRound) -> None:
    if not asked.critiques:
        return
    with fold("What others say against it", str(len(asked.critiques))), Piece("ul", "", "parts"):
        for one in asked.critiques:
            with Piece("li"):
                words_of(one.words, "blockquote", "quote")
                with p("", "quiet small"):
                    if one.name:
                        name(one.name)
                        span(" ")
                    if one.veto:
                        badge("veto", "clash")
