"""How questions name goals and figures that somebody else brought up."""

from __future__ import annotations

import pytest
from tests.domain.interview.talks import GOOD, item, play

from discovery_agent.domain.agenda import Feeds
from discovery_agent.domain.conversation import Stakeholder
from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.subjects import OwnWords, called, neutral_figure, neutral_goal


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("Settle claims in ten days", "settling claims"),
        ("Stop copying numbers from one screen to the other", "no longer copying numbers"),
        ("Stop the complaints", "stopping the complaints"),
        ("We want to cut the time to settle a claim from nine days to four", "cutting the time to settle a claim"),
        ("Reduce our “email waits” by half before Marek leaves", "reducing email waits"),
        ("Improve the quality of our SAP master data", "improving the quality of SAP master data"),
        ("Plan routes every night", "planning routes"),
        ("Keep Marek happy", None),
        ("Nobody retypes anything", None),
        ("That can't go on", None),
        ("Improve", None),
        ("", None),
    ],
)
def test_a_goal_is_named_by_what_is_done_to_what_and_nothing_else_that_was_said(statement: str, name: str | None) -> None:
    assert neutral_goal(statement, ["Marek Dvorak"]) == name


@pytest.mark.parametrize(
    ("figure", "name"),
    [("error rate", "the error rate"), ("Our handling time", "the handling time"), ("NPS", "the NPS"), ("“Marek's rate”", None)],
)
def test_a_figure_keeps_its_name_without_marks_and_owners(figure: str, name: str | None) -> None:
    assert neutral_figure(figure, ["Marek Dvorak"]) == name


def test_the_stakeholders_own_words_come_back_and_those_of_others_only_if_the_lead_allows_it() -> None:
    goal = "Settle claims in ten days"
    assert called(goal, Known(), OwnWords(["We have to settle the claims in ten days."]), figure=False) == "“Settle claims in ten days”"
    assert called(goal, Known(), OwnWords(["Ten days, that is what I hear."]), figure=False) == "settling claims"
    assert called(goal, Known(share_quotes=True), OwnWords([]), figure=False) == "“Settle claims in ten days”"
    assert called("error rate", Known(), OwnWords(["The error rate is what counts."]), figure=True) == "error rate"


OTHERS = (
    "Settle claims in ten days instead of nineteen",
    "Stop copying numbers from one screen to the other",
    "Make Ingrid's Monday list unnecessary",
)


@pytest.mark.parametrize("share", [False, True])
def test_a_whole_interview_holds_the_words_of_others_only_if_the_lead_allows_it(share: bool) -> None:
    agenda = (
        *(
            item(asks, Feeds.VERDICT, about=about, worth=3.0 - at)
            for at, (asks, about) in enumerate(zip(("rules", "error", "cause"), OTHERS, strict=True))
        ),
        item("target", about="Monday list rate", worth=2.5),
        item(None, Feeds.GOAL, about=OTHERS[2], worth=2.0).model_copy(
            update={"question": f"How would you notice that this was reached: {OTHERS[2]}?"}
        ),
    )
    known = Known(agenda=agenda, share_quotes=share, people=(Stakeholder(name="Ingrid Halden"),))
    moves = [one.move for one in play([GOOD] * 15, known=known)]
    told = " ".join(f"{move.called} {move.question}" for move in moves)
    assert any(about in told for about in OTHERS) is share
    assert ("Ingrid" in told) is share
    assert "the Monday list rate" in told or "“Monday list rate”" in told
