"""The journal of a batch: what was put in comes out, and what a disk or a crash does to it loses nothing that was good."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from discovery_agent.analysts.protocol import Extraction, Window
from discovery_agent.discovery.batch.journal import FOLDER, Journal
from discovery_agent.discovery.results import ConversationAnalysis, FailedWindow
from discovery_agent.errors import ExportError, InvalidRequest
from discovery_agent.models.usage import Usage
from tests.builders import conversation

TALK = conversation([("Ada", "We want to grow. 😀"), ("Ben", "Costs must fall.")])
DONE = ConversationAnalysis(conversation=TALK, analyst="rules", usage=Usage(calls=2, cost_usd=0.1))
FIRST, SECOND = Window(first=0, last=0), Window(first=1, last=1)
FAILED = DONE.model_copy(update={"failed_windows": (FailedWindow(window=SECOND, error="Busy."),)})
FOUND = Extraction(proposals=(), usage=Usage(calls=1))


def test_what_is_finished_is_there_when_the_journal_is_opened_again(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.finish("a", DONE)
        assert journal.finished("b") is None
    with Journal(tmp_path) as journal:
        assert journal.finished("a") == DONE


def test_windows_are_kept_until_their_conversation_is_read_whole(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.keep_window("a", FIRST, FOUND)
        journal.finish("a", FAILED)
        assert list(journal.windows("a").items()) == [(FIRST, FOUND)]
        journal.finish("a", DONE)
        assert journal.windows("a") == {} and journal.finished("a") == DONE


def test_what_a_killed_process_had_written_is_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.finish("a", DONE)
    # As after `kill -9`: the files as they are, nothing closed.
    left = tmp_path / "left"
    (left / FOLDER).mkdir(parents=True)
    for file in (tmp_path / FOLDER).iterdir():
        (left / FOLDER / file.name).write_bytes(file.read_bytes())
    with Journal(left) as found:
        assert found.finished("a") == DONE
    journal.close()


def test_a_damaged_record_counts_as_not_there_and_the_others_stay(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.finish("a", DONE)
        journal.finish("b", DONE)
    with sqlite3.connect(tmp_path / FOLDER / "analyses.sqlite") as database:
        body = bytearray(database.execute("select body from conversations where key = 'a'").fetchone()[0])
        body[len(body) // 2] ^= 1
        database.execute("update conversations set body = ? where key = 'a'", (bytes(body),))
    database.close()
    with Journal(tmp_path) as journal:
        assert journal.finished("a") is None and journal.finished("b") == DONE


def test_a_full_disk_is_a_typed_error_and_what_was_kept_stays(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.finish("a", DONE)
        pages = journal._database.execute("pragma page_count").fetchone()[0]
        journal._database.execute(f"pragma max_page_count = {pages}")
        large = conversation([("Ada", f"Sentence {number} of what is said, {number * 7919 % 1000}.") for number in range(3000)])
        with pytest.raises(ExportError, match="full") as error:
            journal.finish("b", ConversationAnalysis(conversation=large, analyst="rules"))
        assert error.value.remedy
        assert journal.finished("a") == DONE
    with Journal(tmp_path) as journal:
        assert journal.finished("a") == DONE and journal.finished("b") is None


@pytest.mark.parametrize("statement", ["pragma user_version = 99", "drop table windows; create table windows (other)"])
def test_a_journal_of_another_making_is_set_aside_and_not_destroyed(tmp_path: Path, statement: str) -> None:
    with Journal(tmp_path) as journal:
        journal.finish("a", DONE)
    database = sqlite3.connect(tmp_path / FOLDER / "analyses.sqlite")
    database.executescript(statement)
    database.close()
    said: list[str] = []
    with Journal(tmp_path, said.append) as journal:
        assert journal.finished("a") is None
        journal.keep_window("a", FIRST, FOUND)
    assert len(said) == 1 and "set aside" in said[0]
    assert (tmp_path / FOLDER / "damaged-1.sqlite").is_file()


def test_a_journal_that_was_cut_off_in_the_middle_is_set_aside(tmp_path: Path) -> None:
    large = conversation([("Ada", f"Sentence {number} of what is said, {number * 7919 % 1000}.") for number in range(3000)])
    with Journal(tmp_path) as journal:
        for key in "abc":
            journal.finish(key, ConversationAnalysis(conversation=large, analyst="rules"))
    file = tmp_path / FOLDER / "analyses.sqlite"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 8192 * 4096])
    said: list[str] = []
    with Journal(tmp_path, said.append) as journal:
        assert "set aside" in said[0]
        assert journal.finished("a") is None
        journal.finish("a", DONE)
        assert journal.finished("a") == DONE


def test_only_what_belongs_to_the_batch_is_kept(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for key in "abc":
            journal.finish(key, DONE)
            journal.keep_window(key, FIRST, FOUND)
        journal.keep_only(["b"])
        assert [key for key in "abc" if journal.finished(key)] == ["b"]
        assert [key for key in "abc" if journal.windows(key)] == ["b"]


def test_one_process_at_a_time_works_in_a_folder(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(InvalidRequest, match="Another run"):
        Journal(tmp_path)
    Journal(tmp_path).close()


def test_a_folder_that_cannot_be_made_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ExportError):
        Journal(tmp_path / "out")
