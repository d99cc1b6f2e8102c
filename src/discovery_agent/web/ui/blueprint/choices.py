"""Choices to approve: what was asked for and is not done, or not now, each as a card with what people said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discovery_agent.domain.blueprint.claims import Evidence
from discovery_agent.domain.blueprint.document import Blueprint, Choice, ChoiceKind
from discovery_agent.domain.review import ChoiceReview, ReviewStanding
from discovery_agent.web.ui.blueprint.marks import Marks
from discovery_agent.web.ui.elements import Piece, badge, link, names, p, span, words_of
from discovery_agent.web.ui.engagement.result_page import none
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

_KINDS = {ChoiceKind.DROPPED: "dropped", ChoiceKind.DEFERRED: "later", ChoiceKind.PHASED: "in steps"}
_QUOTES = 2
SHOWN_AT_ONCE = 10


async def show_choices(visit: Visit, blueprint: Blueprint, marks: Marks, standing: ReviewStanding) -> None:
    """Every choice with where it stands; deciding is done on the page of the review."""
    if not blueprint.choices:
        none("Everything that was asked for is done in the first version.")
        return
    reviews = {one.choice_id: one for one in standing.choices}
    open_ = len(standing.choices_open)
    with p("", "note"):
        span(f"{open_} of {len(blueprint.choices)} wait for approval. " if open_ else "All of them are approved. ")
        link("Decide on them in the review", f"/engagements/{blueprint.engagement_id}/review")
    said = {one.finding_id: one for one in blueprint.evidence}

    async def read(offset: int, limit: int) -> tuple[Sequence[Choice], int]:
        return blueprint.choices[offset : offset + limit], len(blueprint.choices)

    def show(one: Choice) -> None:
        _card(one, said, marks, reviews.get(one.id))

    await Paged(visit, "choices", read, each(show, classes="choice-cards"), size=SHOWN_AT_ONCE).load()


def _card(choice: Choice, said: Mapping[str, Evidence], marks: Marks, review: ChoiceReview | None) -> None:
    state = "approved" if review and review.approved else "against" if review and review.against else ""
    with Piece("li", "", f"choice-card {state}".strip(), id=f"choice-{choice.id}"):
        with p("", "line"):
            badge(_KINDS[choice.kind], "warn")
            if state == "approved":
                badge("approved", "good")
            elif state == "against":
                badge("somebody is against it", "clash")
            else:
                badge("waits for approval")
        Piece("h3", choice.asked, dir="auto")
        with p():
            Piece("strong", "Instead: ")
            words_of(choice.instead, "span")
        with p("", "quiet"):
            Piece("strong", "Why: ")
            words_of(choice.why, "span")
        for quote in [one for id_ in choice.findings if id_ in said for one in said[id_].quotes][:_QUOTES]:
            with p("", "small"):
                words_of(quote.text, "q")
                span(" ")
                names((quote.speaker,) if quote.speaker else ())
        with p("", "small"):
            marks.show_ids(choice.findings)
        if review and (review.approved_by or review.against):
            with p("", "small quiet"):
                span("Approved by " if state == "approved" else "Against it: " if review.against else "Approved by ")
                names(review.approved_by if state == "approved" or not review.against else review.against)
