"""Pages: Markdown files with front matter. The corpus that ships is a folder of them, and so is each engagement's shelf.

---
title: Invoice intake
kind: archetype
phase: [feasibility]
audience: [lead, business]
tags: [accounts payable, three-way match]
sources: ["Regulation (EU) 2016/679 (GDPR), Article 22"]
explains: ["rung:rules_automation"]
---
# Invoice intake
...
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.errors import ConfigurationError, place
from discovery_agent.files.front_matter import Body, parse, read

_REMEDY = "Correct the page, or unset DISCOVERY_KNOWLEDGE_DIR to use the pages that came with the program."


class PageFront(BaseModel):
    """What stands at the head of a page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, max_length=300)
    kind: PageKind
    phase: tuple[Phase, ...] = Field(min_length=1)
    audience: tuple[Audience, ...] = Field(min_length=1)
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = Field(description="Public sources of facts and figures; empty for plain professional practice.")
    explains: tuple[str, ...] = Field(
        default=(), description="What it explains of the decision tables: rung:<id>, criterion:<id> or dimension:<id>."
    )
    # Of a document that was added to an engagement:
    file: str | None = Field(default=None, description="Name of the file that was added.")
    sha256: str | None = Field(default=None, description="Hash of that file's bytes.")
    added: str | None = Field(default=None, description="When it was added, in UTC.")
    notes: tuple[str, ...] = Field(default=(), description="What was left out or repaired on reading.")
    incomplete: bool = Field(default=False, description="Whether something of that file is missing that its readers see.")


@dataclass(frozen=True)
class Page:
    """One page. `text` is the whole file: offsets of citations count in it."""

    id: str
    front: PageFront
    text: str
    body: Body
    engagement: str | None = None
    damage: str | None = None
    """Why it cannot be read, of a stored document that was damaged; it then holds no text."""

    @property
    def hash(self) -> str:
        """Changes with every character of the file."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def load_page(path: Path, folder: Path, *, engagement: str | None = None) -> Page:
    """One page of a folder.

    Raises:
        ConfigurationError: it cannot be read, its front matter is wrong, or it holds no text; with the line.
    """
    return read_page(path.relative_to(folder).with_suffix("").as_posix(), path, read(path), engagement=engagement)


def read_page(id_: str, path: Path, text: str, *, engagement: str | None = None) -> Page:
    """A page from its whole text; `path` is where it stands, for errors.

    Raises:
        ConfigurationError: its front matter is wrong, or it holds no text; with the line.
    """
    front, body = parse(path, text, PageFront, _REMEDY)
    if not body.text.strip():
        raise ConfigurationError("The page holds nothing below its front matter.", where=place(path, body.line), remedy=_REMEDY)
    return Page(id_, front, text, body, engagement)


def load_pages(folder: Path, *, engagement: str | None = None) -> Iterator[Page]:
    """Every page below a folder, in a stable order; a readme is none. A folder that is not there has no pages.

    Raises:
        ConfigurationError: a page is wrong; with file and line.
    """
    for path in sorted(folder.rglob("*.md")):
        if path.name.lower() != "readme.md" and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield load_page(path, folder, engagement=engagement)
