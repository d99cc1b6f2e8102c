"""Names of tables, pages and files as a reader of documents knows them, instead of the keys that this program knows them by."""

from __future__ import annotations

import re
from functools import cache

from discovery_agent.domain.blueprint.claims import Claim, Part, Row
from discovery_agent.domain.blueprint.document import BlueprintSection
from discovery_agent.settings import data_folder

_TABLES = r"(?:economics|planning|ladder|readiness)\.ya?ml"
_OF_TABLE = re.compile(rf"\b{_TABLES}: [\w./ ]+?(?=,|;|\)|$)")
_PAGE = re.compile(r"[a-z_]+/[a-z0-9-]+")
_NAMED_PAGE = re.compile(rf"\bknowledge page ({_PAGE.pattern})")
_KEY = re.compile(r"\b[a-z]+(?:_[a-z]+)+(?:\.[a-z_]+)+\b|\b[a-z]+(?:_[a-z]+)+\b")
_NUMBERED = re.compile(r"\A\d+[-_. ]+")
_USUAL = "usual value, open to change"


def source_words(source: str) -> str:
    """Where a figure comes from: an entry of a table is a usual value, a page has its title.

    >>> source_words("planning.yaml: roles.developer")
    'usual value, open to change'
    """
    named = _NAMED_PAGE.sub(lambda found: f"page “{page_title(found[1])}”", source)
    return _OF_TABLE.sub(_USUAL, named)


def rule_words(how: str) -> str:
    """A formula or rule without the keys of its table: `gap_closed.hybrid` is `gap closed, hybrid`."""
    return _KEY.sub(lambda found: found[0].replace(".", ", ").replace("_", " "), how.replace("`", ""))


def conversation_words(title: str) -> str:
    """A conversation that is called like its file, in words: `01-kickoff` is `Kickoff`."""
    if not title or any(one.isspace() for one in title):
        return title
    words = re.sub(r"[-_]+", " ", _NUMBERED.sub("", title)).strip()
    return words[:1].upper() + words[1:] if words else title


@cache
def page_title(page: str) -> str:
    """The title of a knowledge page that ships; of another, its name in words."""
    file = data_folder("knowledge") / "pages" / f"{page}.md"
    try:
        found = re.search(r"^title: *(.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip("\"' ") if found else page.rpartition("/")[2].replace("-", " ")


def in_plain_words(section: BlueprintSection) -> BlueprintSection:
    """A section without keys of tables and pages."""
    return section.model_copy(update={"parts": tuple(_part(one) for one in section.parts)})


def _part(part: Part) -> Part:
    claims = tuple(one.model_copy(update={"how": rule_words(one.how)}) if one.how else one for one in part.claims)
    return part.model_copy(update={"claims": claims, "rows": tuple(_row(one) for one in part.rows)})


def _row(row: Row) -> Row:
    cells = tuple(page_title(one) if _PAGE.fullmatch(one) else source_words(one) for one in row.cells)
    return row.model_copy(update={"cells": cells, "how": rule_words(row.how)})


def all_cited(sections: tuple[BlueprintSection, ...]) -> list[Claim | Row]:
    """Everything in some sections that cites, in the order in which it is read."""
    return [held for section in sections for part in section.parts for held in (*part.claims, *part.rows)]
