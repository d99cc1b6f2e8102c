"""Which sentences may be taken at their word."""

import pytest

from discovery_agent.analysts.rules.modality import Doubt, modalities
from discovery_agent.analysts.rules.sentences import sentences_of
from tests.analysts.rules.talk import conversation


def doubts_of(script: str) -> list[frozenset[Doubt]]:
    return [one.doubts for one in modalities(sentences_of(conversation(script)))]


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        ("Is the target six minutes?", Doubt.QUESTION),
        ("I wonder whether we could get to six minutes.", Doubt.QUESTION),
        ("If we ever got to two minutes, we would save a lot.", Doubt.HYPOTHETICAL),
        ("Suppose we halved the error rate.", Doubt.HYPOTHETICAL),
        ("Our competitor wants to answer within an hour.", Doubt.SOMEBODY_ELSE),
        ("At my previous company we had it down to four days.", Doubt.SOMEBODY_ELSE),
        ("The sister company aims for ten percent.", Doubt.SOMEBODY_ELSE),
        ("Oh sure, and we want to fly to the moon.", Doubt.SARCASM),
        ("We dropped the target of two days in January.", Doubt.ABANDONED),
        ("We used to want thirty percent.", Doubt.ABANDONED),
        ("We are not trying to cut headcount.", Doubt.NEGATED),
        ("Nobody wants to replace the nurses.", Doubt.NEGATED),
    ],
)
def test_a_doubtful_sentence_is_recognised(said: str, doubt: Doubt) -> None:
    assert doubt in doubts_of(f"Ann: {said}")[0]


@pytest.mark.parametrize(
    "said",
    [
        "We want to cut handling time to six minutes.",
        "We can't go on losing customers to our competitors.",
        "It would be a win if people stopped chasing us.",
        "We are slower than our competitors.",
        "The board expects churn below six percent.",
        "That has to come down to ten percent.",
    ],
)
def test_a_plain_sentence_is_believed(said: str) -> None:
    assert doubts_of(f"Ann: {said}") == [frozenset()]


def test_talk_of_somebody_else_goes_on_through_they() -> None:
    found = doubts_of("Ann: Our competitor has a bot. They want to answer in ten minutes.")
    assert Doubt.SOMEBODY_ELSE in found[1]


def test_dropping_a_target_reaches_back_to_it() -> None:
    found = doubts_of("Ann: We want returns done in two days.\nBob: That was dropped in January.")
    assert Doubt.ABANDONED in found[0]


def test_somebody_else_ends_with_the_turn() -> None:
    found = doubts_of("Ann: Our competitor has a bot.\nBob: We want answers within a day.")
    assert found[1] == frozenset()
