"""Outcomes on disk: whole lines or none, whatever the process or the disk does."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.errors import HarnessError, StorageError
from discovery_agent.evals.harness.journal import DAMAGED, OUTCOMES, Journal, Key
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.outcomes import Note, Outcome


def outcome(case: str, *, found: float = 1.0, error: str | None = None, text: str = "Claims are paid in five days.") -> Outcome:
    return Outcome(
        suite=SuiteName.EXTRACTION,
        arm="head",
        case=case,
        repeat=0,
        scores={"found": found},
        notes=(Note(kind="found", text=text),),
        error=error,
    )


def key(case: str) -> Key:
    return Key("extraction", "head", case, 0)


def cases(folder: Path, *names: str) -> list[str]:
    return [one.case for one in Journal(folder).outcomes(map(key, names))]


def filled(folder: Path, *names: str) -> bytes:
    with Journal(folder) as journal:
        for name in names:
            journal.add(outcome(name))
    return (folder / OUTCOMES).read_bytes()


def test_outcomes_come_back_in_the_order_asked_for_whichever_ended_first(tmp_path: Path) -> None:
    filled(tmp_path, "c", "a", "b")
    assert cases(tmp_path, "a", "b", "missing", "c") == ["a", "b", "c"]
    assert cases(tmp_path / "nothing yet", "a") == []


def test_a_line_that_was_torn_off_anywhere_is_dropped_and_the_next_one_takes_its_place(tmp_path: Path) -> None:
    whole = filled(tmp_path, "a", "b", "c")
    second = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    for end in range(second, len(whole), 7):
        (tmp_path / OUTCOMES).write_bytes(whole[:end])
        with Journal(tmp_path) as journal:
            assert journal.has(key("b")) and not journal.has(key("c"))
            journal.add(outcome("d"))
        assert cases(tmp_path, "a", "b", "c", "d") == ["a", "b", "d"]


def test_a_reader_beside_a_writer_sees_whole_outcomes_only(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.add(outcome("a"))
        assert cases(tmp_path, "a", "b") == ["a"]
        journal.add(outcome("b"))
        assert cases(tmp_path, "a", "b") == ["a", "b"]


def test_the_later_outcome_of_a_run_counts(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.add(outcome("a", found=0.0, error="The model server is busy."))
        assert journal.failed(key("a"))
        journal.add(outcome("a", found=3.0))
        assert journal.has(key("a")) and not journal.failed(key("a"))
    (found,) = Journal(tmp_path).outcomes([key("a")])
    assert (found.scores["found"], found.error) == (3.0, None)


def test_any_text_comes_back_as_it_was(tmp_path: Path) -> None:
    text = 'line\nbreak, "quotes", \u2028, Ümlaut, 会議, half a letter \ud83d'
    with Journal(tmp_path) as journal:
        journal.add(outcome("a", text=text))
    (found,) = Journal(tmp_path).outcomes([key("a")])
    assert found.notes[0].text == text


def test_a_full_disk_leaves_no_half_line_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal(tmp_path) as journal:
        journal.add(outcome("a"))
        file = journal._file  # pyright: ignore[reportPrivateUsage]

        class Full:
            def write(self, data: bytes) -> int:
                return file.write(data[:20]) or 0

            def truncate(self, size: int) -> int:
                return file.truncate(size)

        monkeypatch.setattr(journal, "_file", Full())
        with pytest.raises(StorageError, match="No space left"):
            journal.add(outcome("b"))
        monkeypatch.setattr(journal, "_file", file)
        assert not journal.has(key("b"))
        journal.add(outcome("c"))
    assert cases(tmp_path, "a", "b", "c") == ["a", "c"]


def test_a_second_writer_is_refused_while_the_first_is_there(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(HarnessError, match="Another process"):
        Journal(tmp_path).__enter__()
    filled(tmp_path, "a")


def test_a_writer_that_waited_knows_what_the_other_one_wrote(tmp_path: Path) -> None:
    later = Journal(tmp_path)
    filled(tmp_path, "a")
    with later:
        assert later.has(key("a"))
        later.add(outcome("b"))
    assert cases(tmp_path, "a", "b") == ["a", "b"]


@pytest.mark.parametrize("damage", [b'{"suite": "extraction"}\n', b"\xff\x00\n", b"\n", b"[" * 100_000 + b"\n"])
def test_a_damaged_line_is_set_apart_and_costs_no_other_outcome(tmp_path: Path, damage: bytes) -> None:
    written = filled(tmp_path, "a", "b", "c")
    first, _, third = written.splitlines(keepends=True)
    (tmp_path / OUTCOMES).write_bytes(first + damage + third + b'{"torn')
    journal = Journal(tmp_path)
    assert journal.damaged == 1 and not journal.has(key("b"))
    with journal:
        assert journal.damaged == 0
        journal.add(outcome("b"))
    assert cases(tmp_path, "a", "b", "c") == ["a", "b", "c"]
    assert (tmp_path / DAMAGED).read_bytes() == damage
    assert [path.name for path in tmp_path.glob("*.whole")] == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        Journal(tmp_path / "file").__enter__()
