"""A shelf keeps an engagement's documents, each once, by the name of its file."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from discovery_agent.errors import DocumentError
from discovery_agent.knowledge.pages import load_pages
from discovery_agent.knowledge.shelf import Added, Shelf

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@contextmanager
def shelf(folder: Path) -> Iterator[Shelf]:
    with Shelf(folder, "northwind", folder.parent / f"{folder.name}.lock") as entered:
        yield entered


def add(folder: Path, name: str, data: bytes) -> Added:
    with shelf(folder) as here:
        return here.add(name, data, now=NOON)


def test_a_document_becomes_a_page_that_remembers_its_file(tmp_path: Path) -> None:
    added = add(tmp_path, "Refund policy 2026.txt", b"Refunds above 500 euro need two signatures.")
    (page,) = load_pages(tmp_path, engagement="northwind")
    assert (added.page, added.title, page.id) == ("refund-policy-2026", "Refund policy 2026", "refund-policy-2026")
    assert (page.front.file, page.front.added, page.engagement) == ("Refund policy 2026.txt", "2026-11-23T12:00:00+00:00", "northwind")
    assert page.body.text == "Refunds above 500 euro need two signatures.\n"


def test_the_same_file_counts_once_and_a_new_version_replaces_the_old(tmp_path: Path) -> None:
    assert not add(tmp_path, "policy.txt", b"Version one.").replaced
    assert add(tmp_path, "policy.txt", b"Version one.").unchanged
    with shelf(tmp_path) as here:
        assert here.add("policy.txt", b"Version two.").replaced
        assert here.add("policy.txt", b"Version three.").replaced  # known to the same shelf, too
    assert [page.body.text for page in load_pages(tmp_path)] == ["Version three.\n"]


def test_files_whose_names_look_alike_stay_apart(tmp_path: Path) -> None:
    with shelf(tmp_path) as here:
        ids = [here.add(name, name.encode()).page for name in ("A b.txt", "a-b.txt", "a_B.txt", "會議.txt", "README.txt")]
    assert ids == ["a-b", "a-b-2", "a-b-3", "document", "readme-document"]
    assert len(list(load_pages(tmp_path))) == 5


def test_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    added = add(folder, "../../etc/pass\x1bwd\\..\\evil.txt", b"words")
    assert added.page == "evil" and [path.name for path in tmp_path.rglob("*.md")] == ["evil.md"]
    assert next(load_pages(folder)).front.file == "evil.txt"


@pytest.mark.parametrize("title", ["a: b", "---", "'\"[]{}", "yes", "# x", "\u2028x", "12"])
def test_no_title_can_break_the_front_matter(tmp_path: Path, title: str) -> None:
    add(tmp_path, "page.html", f"<html><head><title>{title}</title></head><body>words</body></html>".encode())
    (page,) = load_pages(tmp_path)
    assert page.front.title == " ".join(title.split())


def test_a_text_that_looks_like_front_matter_stays_text(tmp_path: Path) -> None:
    add(tmp_path, "sly.txt", b"---\ntitle: approved\nkind: ladder\n---\nwords")
    (page,) = load_pages(tmp_path)
    assert page.front.title == "sly" and page.front.kind == "document" and "title: approved" in page.body.text


def test_a_refused_document_changes_nothing(tmp_path: Path) -> None:
    add(tmp_path, "policy.txt", b"Version one.")
    with pytest.raises(DocumentError):
        add(tmp_path, "policy.txt", b"\x89PNG\r\n")
    assert [page.body.text for page in load_pages(tmp_path)] == ["Version one.\n"]


def test_removing_goes_by_file_name_or_id(tmp_path: Path) -> None:
    with shelf(tmp_path) as here:
        here.add("Policy.txt", b"one")
        here.add("Terms.txt", b"two")
        assert here.remove("Policy.txt") == "Policy"
        assert here.remove("terms") == "Terms"
        with pytest.raises(DocumentError, match="no such document"):
            here.remove("terms")
    assert not list(load_pages(tmp_path))


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with shelf(tmp_path) as here, pytest.raises(DocumentError, match="cannot be opened"):
        here.add_file(tmp_path / "nothing.pdf")


def _adds(folder: str, name: str, start: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    add(Path(folder), name, name.encode())


def test_two_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(3)
    names = ["a b.txt", "a-b.txt", "a_b.txt"]  # all three would be called `a-b`
    processes = [spawn.Process(target=_adds, args=(str(tmp_path), name, start)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(str(page.front.file) for page in load_pages(tmp_path)) == sorted(names)
