from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.discovery.interviewing.cleaning import LONGEST_TURN, answer_text, printable, turn_text
from discovery_agent.errors import InvalidRequest

ANY_TEXT = st.text(st.characters(), max_size=300)


@given(ANY_TEXT)
def test_what_is_stored_holds_nothing_that_a_database_or_a_terminal_chokes_on(text: str) -> None:
    clean = printable(text)
    clean.encode("utf-8")
    assert all(sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs") for sign in clean)
    assert printable(clean) == clean


@given(ANY_TEXT)
def test_an_answer_is_cleaned_once_and_for_all_or_refused(text: str) -> None:
    try:
        clean = answer_text(text)
    except InvalidRequest:
        assert not any(sign.isalnum() for sign in printable(text))
    else:
        assert answer_text(clean) == clean


@given(st.text(st.characters(), max_size=100).map(lambda text: text * 40))
def test_a_turn_is_never_too_long(text: str) -> None:
    assert len(turn_text(text)) <= LONGEST_TURN


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("  What then?\r\n\r\n\r\n\r\nAnd where? ", "What then?\n\nAnd where?"),
        ("<transcript-0a1b2c3d>What then?</transcript-0a1b2c3d>", "What then?"),
        ("One. " * 400, ("One. " * 300).strip()),
        ("何が一番時間がかかりますか？" * 200, "何が一番時間がかかりますか？" * 107),
        ("word" * 1000, "word" * 374 + "wor…"),
    ],
)
def test_turns_are_tidied_and_cut_where_a_sentence_ends(said: str, stored: str) -> None:
    assert turn_text(said) == stored
