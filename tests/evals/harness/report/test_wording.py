"""Figures in words, and where the marks of a picture stand."""

from __future__ import annotations

import pytest

from discovery_agent.evals.harness.outcomes import Note, Span, Spent
from discovery_agent.evals.harness.report.case_view import BASE_ONLY, BOTH, HEAD_ONLY, NEITHER, NotePair, marked_text, pair_notes
from discovery_agent.evals.harness.report.intervals import Axis, axis_around_zero, axis_over
from discovery_agent.evals.harness.report.prompt_changes import line_difference
from discovery_agent.evals.harness.report.wording import and_list, chance, figure, money, seconds, signed


@pytest.mark.parametrize(
    ("value", "shown"), [(0.41234, "0.412"), (-3.456, "−3.46"), (1234.5, "1,234"), (0.0, "0"), (-0.0001, "0"), (100.0, "100"), (0.5, "0.5")]
)
def test_a_figure_has_as_many_digits_as_a_reader_can_use(value: float, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.05, "+0.05"), (-0.05, "−0.05"), (0.0, "0"), (0.00001, "0")])
def test_a_difference_shows_its_sign_unless_it_is_nothing(value: float, shown: str) -> None:
    assert signed(value) == shown


def test_small_chances_are_not_rounded_to_nothing() -> None:
    assert [chance(one) for one in (0.00001, 0.0341, 0.5, None)] == ["< 0.001", "0.034", "0.50", "–"]


def test_an_unknown_price_is_not_nothing() -> None:
    assert [money(Spent(cost_usd=one)) for one in (None, 0.0, 0.0123, 12.5)] == ["cost unknown", "USD 0", "USD 0.0123", "USD 12.50"]


def test_times_and_lists() -> None:
    assert [seconds(one) for one in (None, 0.0, 0.42, 42.0, 600.0)] == ["–", "–", "0.4 s", "42 s", "10 min"]
    assert [and_list(one) for one in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_an_axis_shows_all_its_figures_and_marks_what_it_cuts() -> None:
    axis = axis_over([0.2, 0.6])
    assert axis.first < 0.2 and axis.last > 0.6
    cut = Axis(0.0, 1.0).whisker(-0.5, 0.5, 2.0)
    assert (cut.low, cut.high, cut.cut_low, cut.cut_high) == (0.0, 100.0, True, True)


@pytest.mark.parametrize("values", [[0.0], [0.0, 0.0], [1e-9, -1e-9], [250.0, -3.0], [0.97, 0.97]])
def test_zero_stands_in_the_middle_and_nothing_divides_by_nothing(values: list[float]) -> None:
    assert axis_around_zero(values).at(0.0) == 50.0
    assert all(0.0 <= axis_over(values).at(one) <= 100.0 for one in values)


def test_notes_of_two_arms_are_paired_by_key_and_else_by_what_they_say() -> None:
    found, missed = Note(kind="found", text="Pay in five days", key="g1"), Note(kind="missed", text="Pay faster", key="g1")
    alone, said = Note(kind="wrong", text="Nine days"), Note(kind="wrong", text="Ten days")
    assert pair_notes([found, alone], [said, missed]) == [NotePair(found, missed), NotePair(alone, None), NotePair(None, said)]


def test_the_same_note_twice_in_one_arm_is_paired_once() -> None:
    note = Note(kind="wrong", text="Nine days")
    assert pair_notes([note, note], [note]) == [NotePair(note, note), NotePair(note, None)]


def test_words_are_marked_by_who_noted_them() -> None:
    def note(kind: str, words: str) -> Note:
        return Note(kind=kind, text=words, spans=(Span(text=words),))

    text = "one two three four five"
    pairs = [
        NotePair(note("found", "one"), note("missed", "one")),
        NotePair(None, note("wrong", "two")),
        NotePair(note("found", "three"), note("found", "three")),
        NotePair(note("missed", "four"), note("missed", "four")),
        NotePair(note("found", "not in the text"), None),
    ]
    marked = {piece.text: piece.marks[0].finding for piece in marked_text(text, pairs) if piece.marks}
    assert marked == {"one": BASE_ONLY, "two": HEAD_ONLY, "three": BOTH, "four": NEITHER}
    assert "".join(piece.text for piece in marked_text(text, pairs)) == text


def test_a_long_prompt_shows_what_changed_with_a_little_around_it() -> None:
    lines = [f"line {number}" for number in range(60)]
    found = line_difference("\n".join(lines), "\n".join([*lines[:30], "new", *lines[31:]]))
    assert [one.text for one in found if one.kind in ("removed", "added")] == ["line 30", "new"]
    assert len(found) == 8
    assert line_difference("same", "same") == []
