"""Pages and their front matter; and what every page of the corpus keeps to."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from discovery_agent.domain.orders import gives_orders_to_a_model
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.errors import ConfigurationError
from discovery_agent.knowledge.cutting import sections
from discovery_agent.knowledge.pages import Page, load_pages
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests.knowledge.shelves import write_page

CORPUS = tuple(load_pages(data_folder("knowledge") / "pages"))


@pytest.mark.parametrize(
    ("front", "line", "says"),
    [
        ({"kind": "recipe"}, 3, "`kind"),
        ({"phase": "[]"}, 4, "`phase"),
        ({"author": "me"}, 7, "`author"),
        ({"title": '""'}, 2, "`title"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, front: dict[str, str], line: int, says: str) -> None:
    write_page(tmp_path, "page", "# page\n\ntext\n", **front)
    with pytest.raises(ConfigurationError, match=says) as caught:
        list(load_pages(tmp_path))
    assert caught.value.where == f"{tmp_path / 'page.md'}, line {line}"


def test_a_page_without_front_matter_or_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Only text\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="front matter"):
        list(load_pages(tmp_path))
    (tmp_path / "a.md").unlink()
    write_page(tmp_path, "b", "\n")
    with pytest.raises(ConfigurationError, match="holds nothing"):
        list(load_pages(tmp_path))


def test_readmes_and_hidden_files_are_no_pages(tmp_path: Path) -> None:
    write_page(tmp_path, "sub/page", "text\n")
    (tmp_path / "README.md").write_text("How to write pages.", encoding="utf-8")
    (tmp_path / ".draft.md").write_text("nothing yet", encoding="utf-8")
    assert [page.id for page in load_pages(tmp_path)] == ["sub/page"]


def test_the_corpus_has_at_least_sixty_pages_of_every_kind() -> None:
    assert len(CORPUS) >= 60
    assert {page.front.kind for page in CORPUS} == set(PageKind) - {PageKind.DOCUMENT}


def test_every_rung_criterion_and_dimension_has_a_page_that_explains_it_and_nothing_else_is_explained() -> None:
    tables = load_tables(data_folder("knowledge"))
    explained = Counter(subject for page in CORPUS for subject in page.front.explains)
    assert set(explained) == {
        *(f"rung:{rung.solution.value}" for rung in tables.ladder.rungs),
        *(f"criterion:{criterion.id}" for criterion in tables.ladder.criteria),
        *(f"dimension:{dimension.id}" for dimension in tables.readiness.dimensions),
    }


@pytest.mark.parametrize("page", CORPUS, ids=lambda page: page.id)
def test_a_page_of_the_corpus_keeps_to_its_form(page: Page) -> None:
    parts = list(sections(page))
    assert parts[0].headings == (page.front.title,)
    headings = re.findall(r"^#+ (.+)$", page.body.text, re.MULTILINE)
    assert len(headings) == len(set(headings)), "headings are unique"
    assert len(parts) >= 4
    assert 250 <= len(page.body.text.split()) <= 1400
    assert 2 <= len(page.front.tags) <= 12
    assert not re.search(r"!\[|\]\(|<[a-z/]", page.body.text), "no images, links or HTML"
    assert not any(gives_orders_to_a_model(part.text) for part in parts if page.id != "risk/security-of-language-models")
    assert all(len(line) <= 200 for line in page.body.text.split("\n"))
