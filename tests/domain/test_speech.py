"""Noise marks are blanked out in place for searching, and taken out for statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.domain.speech import clean, spoken


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Okay . Thank you .", "Okay. Thank you."),
        ("{vocalsound} So , we {disfmarker} we wait .", "So, we we wait."),
        ("[laughter] Yes (laughs) we do <noise> now", "Yes we do now"),
        ("It costs 40 (about) euros [inaudible 00:12]", "It costs 40 (about) euros"),
        ("{vocalsound} .", ""),
        ("Ah {vocalsound} . Right .", "Ah. Right."),
        ("Nothing to do here, at all.", "Nothing to do here, at all."),
        ("Well... we wait … now ?", "Well... we wait… now?"),
        ("about .5 percent", "about .5 percent"),
        ("x < 3 and y > 2", "x < 3 and y > 2"),
    ],
)
def test_a_statement_has_the_words_alone(text: str, statement: str) -> None:
    assert clean(text) == statement


def test_offsets_in_spoken_text_hold_in_the_source() -> None:
    text = "We {vocalsound} want [laughter] claims in 5 days"
    said = spoken(text)
    assert said.marks == ((3, 15), (21, 31))
    start = str(said).index("claims")
    assert text[start:] == "claims in 5 days"
    assert "vocalsound" not in str(said)


@given(st.text(alphabet="ab {}[]()<>.,\n", max_size=40))
def test_spoken_text_keeps_length_and_every_other_letter(text: str) -> None:
    said = spoken(text)
    assert len(said.text) == len(text)
    for index, (before, after) in enumerate(zip(text, said.text, strict=True)):
        inside = any(start <= index < end for start, end in said.marks)
        assert after == (" " if inside else before)
