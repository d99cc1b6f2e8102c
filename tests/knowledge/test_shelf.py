"""A shelf keeps an engagement's documents, each once, by the name of its file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from discovery_agent.errors import DocumentError
from discovery_agent.knowledge.pages import load_pages
from discovery_agent.knowledge.shelf import Shelf

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def shelf(folder: Path) -> Shelf:
    return Shelf(folder, "northwind")


def test_a_document_becomes_a_page_that_remembers_its_file(tmp_path: Path) -> None:
    added = shelf(tmp_path).add("Refund policy 2026.txt", b"Refunds above 500 euro need two signatures.", now=NOON)
    (page,) = load_pages(tmp_path, engagement="northwind")
    assert (added.page, added.title, page.id) == ("refund-policy-2026", "Refund policy 2026", "refund-policy-2026")
    assert (page.front.file, page.front.added, page.engagement) == ("Refund policy 2026.txt", "2026-11-23T12:00:00+00:00", "northwind")
    assert page.body.text == "Refunds above 500 euro need two signatures.\n"


def test_the_same_file_counts_once_and_a_new_version_replaces_the_old(tmp_path: Path) -> None:
    assert not shelf(tmp_path).add("policy.txt", b"Version one.").replaced
    assert shelf(tmp_path).add("policy.txt", b"Version one.").unchanged
    here = shelf(tmp_path)
    assert here.add("policy.txt", b"Version two.").replaced
    assert here.add("policy.txt", b"Version three.").replaced  # known to the same shelf, too
    assert [page.body.text for page in load_pages(tmp_path)] == ["Version three.\n"]


def test_files_whose_names_look_alike_stay_apart(tmp_path: Path) -> None:
    here = shelf(tmp_path)
    ids = [here.add(name, name.encode()).page for name in ("A b.txt", "a-b.txt", "a_B.txt", "會議.txt", "README.txt")]
    assert ids == ["a-b", "a-b-2", "a-b-3", "document", "readme-document"]
    assert len(list(load_pages(tmp_path))) == 5


def test_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    added = shelf(folder).add("../../etc/pass\x1bwd\\..\\evil.txt", b"words")
    assert added.page == "evil" and [path.name for path in tmp_path.rglob("*.md")] == ["evil.md"]
    assert next(load_pages(folder)).front.file == "evil.txt"


@pytest.mark.parametrize("title", ["a: b", "---", "'\"[]{}", "yes", "# x", "\u2028x", "12"])
def test_no_title_can_break_the_front_matter(tmp_path: Path, title: str) -> None:
    shelf(tmp_path).add("page.html", f"<html><head><title>{title}</title></head><body>words</body></html>".encode())
    (page,) = load_pages(tmp_path)
    assert page.front.title == " ".join(title.split())


def test_a_text_that_looks_like_front_matter_stays_text(tmp_path: Path) -> None:
    shelf(tmp_path).add("sly.txt", b"---\ntitle: approved\nkind: ladder\n---\nwords")
    (page,) = load_pages(tmp_path)
    assert page.front.title == "sly" and page.front.kind == "document" and "title: approved" in page.body.text


def test_a_refused_document_changes_nothing(tmp_path: Path) -> None:
    here = shelf(tmp_path)
    here.add("policy.txt", b"Version one.")
    with pytest.raises(DocumentError):
        here.add("policy.txt", b"\x89PNG\r\n")
    assert [page.body.text for page in load_pages(tmp_path)] == ["Version one.\n"]


def test_removing_goes_by_file_name_or_id(tmp_path: Path) -> None:
    here = shelf(tmp_path)
    here.add("Policy.txt", b"one")
    here.add("Terms.txt", b"two")
    assert here.remove("Policy.txt") == "Policy"
    assert here.remove("terms") == "Terms"
    with pytest.raises(DocumentError, match="no such document"):
        here.remove("terms")
    assert not list(load_pages(tmp_path))


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be opened"):
        shelf(tmp_path).add_file(tmp_path / "nothing.pdf")
