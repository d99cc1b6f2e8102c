"""Vectors are computed once for each text, whatever happens to the file that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from discovery_agent.knowledge.remembered import RememberedVectors


class Counting:
    """Embeds a text as its length and its number of words, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(texts)
        return np.array([[len(text), len(text.split())] for text in texts], np.float32)


@pytest.fixture
def embed() -> Counting:
    return Counting()


def vectors(file: Path, embed: Counting) -> RememberedVectors:
    return RememberedVectors(file, embed, dimensions=2)


def test_each_text_is_embedded_once_also_by_the_next_process(tmp_path: Path, embed: Counting) -> None:
    first = vectors(tmp_path / "v", embed)
    assert first.embed(["one", "two words", "one"]).tolist() == [[3, 1], [9, 2], [3, 1]]
    assert vectors(tmp_path / "v", embed).embed(["two words", "three of them"]).tolist() == [[9, 2], [13, 3]]
    assert embed.asked == ["one", "two words", "three of them"]


def test_what_another_process_added_meanwhile_is_not_computed_again(tmp_path: Path, embed: Counting) -> None:
    one, other = vectors(tmp_path / "v", embed), vectors(tmp_path / "v", embed)
    one.embed(["a"])
    other.embed(["b"])
    one.embed(["a", "b"])
    assert embed.asked == ["a", "b"]


def test_a_record_that_a_crash_cut_short_is_computed_again_and_spoils_no_other(tmp_path: Path, embed: Counting) -> None:
    vectors(tmp_path / "v", embed).embed(["a", "b b"])
    data = (tmp_path / "v").read_bytes()
    (tmp_path / "v").write_bytes(data[:-3])
    assert vectors(tmp_path / "v", embed).embed(["a", "b b"]).tolist() == [[1, 1], [3, 2]]
    assert embed.asked == ["a", "b b", "b b"]
    assert (tmp_path / "v").read_bytes() == data


def test_a_file_that_cannot_be_written_costs_time_and_no_result(tmp_path: Path, embed: Counting) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    kept = vectors(tmp_path / "blocked" / "v", embed)
    assert kept.embed(["a"]).tolist() == [[1, 1]] and kept.embed(["a"]).tolist() == [[1, 1]]
    assert embed.asked == ["a"]


def test_vectors_of_texts_that_are_gone_leave_the_file_once_they_are_most_of_it(tmp_path: Path, embed: Counting) -> None:
    kept = vectors(tmp_path / "v", embed)
    kept.embed(["a", "b", "c", "d", "e"])
    size = (tmp_path / "v").stat().st_size
    kept.forget_others(["a", "b", "c"])
    assert (tmp_path / "v").stat().st_size == size
    kept.forget_others(["a"])
    assert (tmp_path / "v").stat().st_size == size / 5
    assert kept.embed(["a"]).tolist() == [[1, 1]]
    assert embed.asked == ["a", "b", "c", "d", "e"]


def test_nothing_is_a_table_of_no_rows(tmp_path: Path, embed: Counting) -> None:
    assert vectors(tmp_path / "v", embed).embed([]).shape == (0, 2)
