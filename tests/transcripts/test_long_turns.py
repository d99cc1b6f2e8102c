"""A turn that nobody cut is cut, and nothing that was said is lost; ordinary turns stay as they are."""

from __future__ import annotations

import pytest

from discovery_agent.transcripts.long_turns import MOST_CHARACTERS
from tests.transcripts.reading import lines, read, times, turns

SENTENCE = "We lose two hours a day because the clerk types every claim into the old system by hand."


def test_a_turn_that_is_too_long_is_cut_after_sentences_and_said() -> None:
    said = " ".join([SENTENCE] * 4000)
    conversation = read(f"Ben: How is it now?\nAnna: {said}\nBen: I see.\n")
    cut = [text for speaker, text in turns(conversation) if speaker == "Anna"]
    assert len(cut) > 60
    assert all(len(text) <= MOST_CHARACTERS and text.endswith("by hand.") for text in cut)
    assert " ".join(cut) == said
    assert turns(conversation)[-1] == ("Ben", "I see.")
    assert [one.index for one in conversation.utterances] == list(range(len(conversation.utterances)))
    assert set(lines(conversation)[1:-1]) == {2}
    assert [note.message for note in conversation.notes if "was cut into" in note.message] == [
        f"One turn of {len(said):,} characters was cut into {len(cut):,}."
    ]


@pytest.mark.parametrize(
    ("said", "joined"),
    [("we lose time on claims and the clerk waits " * 7000, " "), ("x" * 23_000, ""), ("Anna waits. " + "y" * 12_000, None)],
)
def test_where_no_sentence_ends_it_is_cut_between_words_or_at_the_bound(said: str, joined: str | None) -> None:
    cut = [text for _, text in turns(read(f"Anna: {said}\nBen: Yes.\n"))[:-1]]
    assert all(0 < len(text) <= MOST_CHARACTERS for text in cut)
    assert "".join("".join(cut).split()) == "".join(said.split())
    if joined is not None:
        assert joined.join(cut) == said.strip()


def test_pieces_have_the_times_of_the_whole() -> None:
    said = " ".join([SENTENCE] * 100)
    conversation = read(f"WEBVTT\n\n00:00:05.000 --> 00:09:00.000\n<v Anna>{said}\n\n00:09:01.000 --> 00:09:02.000\n<v Ben>Yes.\n", "a.vtt")
    assert len(conversation.utterances) == 3
    assert times(conversation) == [(5.0, 540.0), (5.0, 540.0), (541.0, 542.0)]


def test_a_turn_of_ordinary_length_is_not_touched() -> None:
    said = " ".join([SENTENCE] * 55)
    assert 4_500 < len(said) <= MOST_CHARACTERS
    conversation = read(f"Anna: {said}\nBen: Yes.\n")
    assert turns(conversation) == [("Anna", said), ("Ben", "Yes.")]
    assert not conversation.notes
