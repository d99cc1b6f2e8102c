"""Segments keep the text and mark exactly what was quoted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.discovery.report.highlights import Mark, Segment, segments


@st.composite
def texts_with_marks(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(st.text(min_size=1, max_size=60))
    places = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=8))
    return text, [Mark(min(place), max(place), number) for number, place in enumerate(places, 1) if place[0] != place[1]]


@given(texts_with_marks())
def test_the_text_is_preserved(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    assert "".join(part.text for part in segments(text, marks)) == text


@given(texts_with_marks())
def test_each_quote_is_exactly_the_highlighted_characters(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    parts = segments(text, marks)
    for mark in marks:
        covered = [part for part in parts if mark in part.marks]
        assert "".join(part.text for part in covered) == text[mark.start : mark.end]
        assert covered[0].start == mark.start


@given(texts_with_marks())
def test_each_quote_opens_once_and_closes_once(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    parts = segments(text, marks)
    assert sorted(_numbers(parts, "opening")) == sorted(mark.finding for mark in marks)
    assert sorted(_numbers(parts, "closing")) == sorted(mark.finding for mark in marks)


def _numbers(parts: list[Segment], side: str) -> list[int]:
    return [mark.finding for part in parts for mark in getattr(part, side)]


def test_a_quote_inside_another_keeps_both() -> None:
    parts = segments("we pay claims in nine days", [Mark(3, 26, 1), Mark(7, 13, 2)])
    assert [(part.text, [mark.finding for mark in part.marks]) for part in parts] == [
        ("we ", []),
        ("pay ", [1]),
        ("claims", [1, 2]),
        (" in nine days", [1]),
    ]


def test_the_same_words_quoted_twice_are_one_segment_with_both() -> None:
    (part,) = segments("nine days", [Mark(0, 9, 1), Mark(0, 9, 2)])
    assert [mark.finding for mark in part.marks] == [1, 2]


def test_marks_outside_the_text_are_left_out() -> None:
    assert segments("short", [Mark(2, 99, 1), Mark(4, 4, 2)]) == [Segment(0, "short")]
