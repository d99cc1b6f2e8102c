"""How the rounds ended: who stands where, and the reason where it is not by consent."""

from __future__ import annotations

from discovery_agent.discovery.report.wording import ROLE_LABELS, day, plural
from discovery_agent.domain.agreement.rounds import Outcome, OutcomeKind, PersonsView
from discovery_agent.web.ui.agreement.words import ANSWERS
from discovery_agent.web.ui.elements import Piece, badge, div, heading, name, p, span, words_of

_HEADS = ("Person", "Answer", "Fit", "In their words", "Gives up")


def show_outcome(outcome: Outcome) -> None:
    """The outcome with each person's view."""
    dissent = outcome.kind is OutcomeKind.DISSENT
    if dissent:
        heading(3, "Why it goes on without everybody's consent")
        words_of(outcome.reason, classes="box")
        counts = [plural(len(outcome.minority) - len(outcome.vetoes), "critique"), plural(len(outcome.vetoes), "veto", "vetoes")]
        p(f"Open minority view: {' and '.join(counts)}.", "quiet")
    heading(3, "Where each of them stands")
    with div("table", tabindex="0", role="group", aria_label="Where each of them stands"), Piece("table", "", "kpis views"):
        with Piece("thead"), Piece("tr"):
            for head in _HEADS:
                Piece("th", head, scope="col")
        with Piece("tbody"):
            for view in outcome.views:
                _row(view)
    p(f"Recorded by {outcome.recorded_by} on {day(outcome.at)}.", "quiet small")


def _row(view: PersonsView) -> None:
    with Piece("tr"):
        with Piece("th", "", scope="row"):
            name(view.name)
            if role := ROLE_LABELS[view.role]:
                span(f" {role}", "quiet small")
        with Piece("td", "", data_label="Answer"), div():
            words, tone = ANSWERS[view.answer] if view.answer else ("never answered", "")
            badge(words, tone)
        with Piece("td", "", data_label="Fit"), div():
            span(f"{view.fit} of 4" if view.fit else "–")
        with Piece("td", "", data_label="In their words"), div():
            words_of(view.words or "–", "span")
        with Piece("td", "", data_label="Gives up"), div():
            words_of(view.concession or "–", "span")
