"""In the database, documents and what is found of them change together, for every process at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from discovery_agent.errors import StorageError
from discovery_agent.knowledge.postgres.documents import DocumentRows
from discovery_agent.knowledge.postgres.index import DatabaseIndex
from discovery_agent.knowledge.shelf import Shelf
from discovery_agent.knowledge.shelves import Shelves
from discovery_agent.knowledge.stored import sound
from tests.knowledge.keeping import InDatabase
from tests.knowledge.shelves import CUTTER, WordVectors
from tests.storage.postgres import Postgres

Progress = Callable[[str, int, int], None]


@pytest.fixture
def database(postgres: Postgres) -> Iterator[InDatabase]:
    made = InDatabase(postgres.emptied())
    yield made
    made.close()


def change(shelves: Shelves, model: WordVectors, documents: dict[str, str], progress: Progress = lambda *_: None) -> None:
    """Add documents and make them searchable."""
    index = shelves.index("northwind", model, CUTTER)
    with Shelf(shelves.documents("northwind"), "northwind", CUTTER.passages) as shelf:
        for name, words in documents.items():
            shelf.add(name, words.encode())
        index.update(sound(shelf.pages), progress)


def seen(shelves: Shelves) -> tuple[list[str], list[str]]:
    """What another process sees of the shelf: the texts of its documents, and of the passages that are found by words."""
    index = shelves.index("northwind", WordVectors(), CUTTER)
    with index.reading() as opened:
        found = [number for number, _ in opened.keywords.search("signatures days", 10)]
        assert len(opened.vectors) == len(opened.keywords.ids)
        passages = opened.table.by_number(found)
    return sorted(page.body.text.strip() for page in shelves.load("northwind")), sorted(one.text for one in passages.values())


def test_a_new_version_is_seen_with_its_passages_and_not_before(database: InDatabase) -> None:
    before, after = ["Net 30 days.", "Two signatures."], ["Net 45 days.", "Two signatures."]
    change(database.shelves(), WordVectors(), {"terms.txt": before[0], "policy.txt": before[1]})
    other = database.shelves()
    steps: list[str] = []

    def looks(what: str, _done: int, _total: int) -> None:
        steps.append(what)
        assert seen(other) == (before, before)

    change(database.shelves(), WordVectors(), {"terms.txt": after[0]}, looks)
    assert {"Embedding passages", "Indexing words"} <= {*steps}
    assert seen(other) == (after, after)


def test_a_reader_in_the_middle_of_a_search_sees_one_state(database: InDatabase) -> None:
    shelves = database.shelves()
    change(shelves, WordVectors(), {"terms.txt": "Net 30 days."})
    with shelves.index("northwind", WordVectors(), CUTTER).reading() as opened:
        change(database.shelves(), WordVectors(), {"policy.txt": "Two signatures."})
        assert len(opened.vectors) == 1 and not opened.keywords.search("signatures", 5)
    assert seen(shelves)[1] == ["Net 30 days.", "Two signatures."]


SECTIONS = 200
MANY = {"warehouses.md": "\n\n".join(f"## Warehouse {number}\n\nStatement {number} about it." for number in range(SECTIONS))}


def _killed_while_embedding(url: str) -> None:
    model, calls = WordVectors(), [0]

    def second_call_kills(_texts: object) -> None:
        calls[0] += 1
        if calls[0] > 1:
            os.kill(os.getpid(), signal.SIGKILL)

    model.fail = second_call_kills
    change(InDatabase(url).shelves(), model, MANY)


def test_who_is_killed_leaves_the_shelf_as_it_was_and_no_lock_and_no_vector_is_computed_twice(database: InDatabase) -> None:
    shelves = database.shelves()
    change(shelves, WordVectors(), {"terms.txt": "Net 30 days."})
    process = multiprocessing.get_context("spawn").Process(target=_killed_while_embedding, args=(database.url,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert seen(shelves) == (["Net 30 days."], ["Net 30 days."])
    model = WordVectors()
    change(shelves, model, MANY)
    assert len(model.embedded) == SECTIONS - 128
    assert len(shelves.load("northwind")) == 2


def test_whoever_lost_the_lock_writes_nothing(database: InDatabase) -> None:
    shelves = database.shelves()
    change(shelves, WordVectors(), {"terms.txt": "Net 30 days."})
    documents = shelves.documents("northwind")
    assert isinstance(documents, DocumentRows)
    broken_off = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    shelf = Shelf(documents, "northwind").__enter__()
    shelf.add("policy.txt", b"Two signatures.")
    with database.writing() as connection:
        connection.exec_driver_sql(broken_off)
    with pytest.raises(StorageError):
        shelf.__exit__()
    assert seen(shelves) == (["Net 30 days."], ["Net 30 days."])
    change(shelves, WordVectors(), {"policy.txt": "Two signatures."})
    assert seen(shelves)[1] == ["Net 30 days.", "Two signatures."]


def test_an_index_of_another_model_is_known_to_be_behind_and_is_made_anew(database: InDatabase, tmp_path: Path) -> None:
    shelves = database.shelves()
    change(shelves, WordVectors(), {"terms.txt": "Net 30 days."})
    other = WordVectors("test:other", 16)
    index = shelves.index("northwind", other, CUTTER)
    assert isinstance(index, DatabaseIndex) and index.behind() and not index.usable()
    change(shelves, other, {})
    assert not index.behind() and index.usable() and other.embedded
