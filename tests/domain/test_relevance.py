"""Evidence goes to the goal it is about, and to all of them where it fits none better."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.domain.said import finding

from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.relevance import MOST_GOALS, Relevance


def alike(left: str, right: str) -> float:
    one, other = set(left.lower().split()), set(right.lower().split())
    return len(one & other) / max(1, len(one | other))


def goal(text: str, turn: int, conversation: str = "c") -> list[Finding]:
    return [finding(FindingKind.OPERATIONAL_GOAL, text, turn=turn, conversation=conversation)]


def shown(text: str, turn: int, conversation: str = "c") -> Finding:
    return finding(FindingKind.CRITERION, text, turn=turn, conversation=conversation, criterion=("input", "fields"))


INVOICES, RETURNS = goal("book invoices faster", 2), goal("grade returns alike", 60)


def test_words_like_those_of_a_goal_belong_to_it() -> None:
    piece = shown("invoices are all alike", 30)
    assert Relevance([INVOICES, goal("answer calls sooner", 60)], alike).share([piece]) == [[piece], []]


def test_what_was_said_right_after_a_goal_belongs_to_it() -> None:
    piece = shown("the same eleven columns", 3)
    assert Relevance([INVOICES, RETURNS], alike).share([piece]) == [[piece], []]


def test_what_fits_none_better_belongs_to_all() -> None:
    piece = shown("it is on paper", 30)
    assert Relevance([INVOICES, RETURNS], alike).share([piece]) == [[piece], [piece]]


def test_what_one_speaker_shows_of_one_criterion_in_one_stretch_goes_together() -> None:
    first, second = shown("invoices in one layout", 30), shown("grade returns twice", 34)
    assert Relevance([INVOICES, RETURNS], alike).share([first, second]) == [[first, second], [first, second]]
    later = shown("grade returns twice", 50)
    assert Relevance([INVOICES, RETURNS], alike).share([first, later]) == [[first], [later]]


def test_nearness_counts_only_in_the_same_conversation() -> None:
    piece = shown("it is on paper", 2, conversation="d")
    assert Relevance([INVOICES, RETURNS], alike).share([piece]) == [[piece], [piece]]


@given(st.lists(st.tuples(st.sampled_from(["paper", "invoices alike", "grade it", "calls"]), st.integers(0, 90)), max_size=12))
def test_no_evidence_is_lost(pieces: list[tuple[str, int]]) -> None:
    evidence = [shown(text, turn) for text, turn in pieces]
    shares = Relevance([INVOICES, RETURNS], alike).share(evidence)
    assert {one.id for share in shares for one in share} == {one.id for one in evidence}


def test_of_very_many_goals_only_the_best_get_what_fits_none_better() -> None:
    goals = [goal(f"goal {at} about nothing", 60 + at) for at in range(MOST_GOALS)] + [goal("put it on paper", 300)]
    shares = Relevance(goals, alike).share([shown("it is on paper", 30)])
    assert [len(share) for share in shares] == [0] * MOST_GOALS + [1]
    even = Relevance([goal(f"goal {at}", 60 + at) for at in range(MOST_GOALS + 9)], alike).share([shown("it is on paper", 30)])
    assert sum(map(len, even)) == MOST_GOALS
