"""The recap: line by line right, corrected or struck out; how well it fits; and who may read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from discovery_agent.discovery.corrections import LONGEST_STATEMENT
from discovery_agent.discovery.interviews import Confirm, Correct, InterviewView, Reject, finish_recap
from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.engagement import StoredUtterance
from discovery_agent.domain.interview.moves import RecapLine
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.web.ui.controls import Values, field, form, local_button, text_area, tick
from discovery_agent.web.ui.elements import Piece, backed, div, fold, heading, p, span, words_of
from discovery_agent.web.ui.visit import Visit
from discovery_agent.web.ui.words import RATINGS

# The words of a line and the field for its correction follow the choice without asking the server. Somebody who goes through the
# choices with the arrow keys passes this one on the way to the next, and is not taken away from them.
_CHOSEN = (
    "(e) => { const item = e.target.closest('li'), chosen = e.target.value; item.classList.remove('waits');"
    " item.classList.toggle('struck', chosen === 'reject'); const box = item.querySelector('.field');"
    " box.hidden = chosen !== 'correct'; if (!box.hidden && e.isTrusted && discovery.byHand()) box.querySelector('textarea').focus(); }"
)
_ALL_RIGHT = (
    "document.querySelectorAll('.recap input[value=confirm]').forEach((one) => {"
    " if (!one.form.elements[one.name].value && !one.closest('details:not([open])')) one.click(); }); document.querySelector('.final').scrollIntoView();"
)


def show_recap(visit: Visit, view: InterviewView, again: Callable[[], Awaitable[None]]) -> None:
    """The recap of an interview, on its page."""
    draft = f"recap-{view.record.id}"

    async def finish(values: Values) -> None:
        decisions = {line.id: _decision(line, values) for line in view.recap}
        missing = [line.id for line in view.recap if decisions[line.id] is None and not line.further]
        if missing:
            for id_ in missing:
                visit.client.run_javascript(f"document.getElementById({id_!r})?.classList.add('waits')")
            visit.client.run_javascript(f"document.getElementById({missing[0]!r})?.scrollIntoView({{block: 'center'}})")
            count = len(missing)
            raise InvalidRequest(
                f"{count} {'line still waits' if count == 1 else 'lines still wait'} for your word.",
                remedy="Say of each whether it is right.",
            )
        rating = values.get("rating", "")
        if rating not in {"1", "2", "3", "4"}:
            raise InvalidRequest("Please say how well this describes your view.")
        try:
            await finish_recap(
                visit.workspace,
                view.record.id,
                decisions={id_: one for id_, one in decisions.items() if one is not None},
                rating=int(rating),
                release="release" in values or not view.private,
                actor=visit.actor,
            )
        except StaleVersion:
            visit.say("What was understood has changed meanwhile. Please look through it again.")
        else:
            visit.run("forget", draft)
        await again()

    with div("recap"):
        with div("stack"):
            heading(1, "Did I get you right?", id="begin", tabindex="-1")
            closing = _closing_words(view)
            if closing:
                words_of(closing)
            else:
                p("This is what I understood. Say of each line whether it is right.")
        with form(visit, finish, novalidate=True):
            if not view.recap:
                p("Nothing that could be written down came up. You can still finish here.", "quiet")
            further = [line for line in view.recap if line.further]
            _lines([line for line in view.recap if not line.further], draft)
            if further:
                with fold(f"{plural(len(further), 'more thing')} I noted", classes="further"):
                    p("Whoever leads this sees what you leave unmarked here as not confirmed by you.", "quiet small")
                    _lines(further, draft)
            if view.recap:
                with p():
                    local_button("Whatever I have not marked is right", _ALL_RIGHT, "slim")
            _final(view, draft)
        with fold("Read the conversation again"), Piece("ol", "", "turns talk"):
            for utterance in view.utterances:
                _turn(utterance)


def _closing_words(view: InterviewView) -> str:
    last = view.utterances[-1] if view.utterances else None
    return last.text if last and last.move else ""


def _lines(lines: Sequence[RecapLine], draft: str) -> None:
    for title, group in groupby(lines, key=lambda line: line.heading):
        heading(2, title, "heading")
        with Piece("ol", "", "lines"):
            for line in group:
                _line(line, draft)


def _line(line: RecapLine, draft: str) -> None:
    with Piece("li", "", "", id=line.id):
        backed(line.statement, line.quote)
        with Piece("fieldset"):
            Piece("legend", f"Is this right: {line.statement}", "sr")
            with div("choices").on("change", js_handler=_CHOSEN):
                for value, words, extra in (
                    ("confirm", "That is right", ""),
                    ("correct", "Change it", ""),
                    ("reject", "Strike out", " no"),
                ):
                    with Piece("label", "", f"choice slim{extra}"):
                        Piece("input", "", "", type="radio", name=f"d-{line.id}", value=value, data_draft=f"{draft}-{line.id}")
                        span(words)
        with field("What should it say?").put("hidden", True):
            text_area(f"t-{line.id}", line.statement, "grow", maxlength=LONGEST_STATEMENT, data_draft=f"{draft}-{line.id}-text")


def _final(view: InterviewView, draft: str) -> None:
    with div("final stack"):
        with Piece("fieldset"):
            Piece("legend", "How well does this describe your view?")
            with div("ratings"):
                for number, words in RATINGS:
                    with Piece("label", "", "choice"):
                        Piece("input", "", "", type="radio", name="rating", value=str(number), data_draft=f"{draft}-rating")
                        Piece("b", str(number))
                        span(words)
        if view.private:
            with div("box stack"):
                tick("release", "The people who lead this discovery may read what I said and confirmed.", data_draft=f"{draft}-release")
                p("Without this, only you see it, and nothing of it is used.", "quiet small")
        with p():
            Piece("button", "Finish the interview", "button main", type="submit")


def _decision(line: RecapLine, values: Values) -> Confirm | Correct | Reject | None:
    chosen = values.get(f"d-{line.id}")
    text = values.get(f"t-{line.id}", "").strip()
    if chosen == "confirm" or (chosen == "correct" and text == line.statement):
        return Confirm()
    if chosen == "correct" and text:
        return Correct(text=text)
    return Reject() if chosen == "reject" else None


def _turn(utterance: StoredUtterance) -> None:
    asks = utterance.move is not None
    with Piece("li", "", "from-us" if asks else "from-you"):
        span("Interviewer" if asks else "You", "by")
        words_of(utterance.text, classes="said")
