"""The passages of an index, in one SQLite file that is written once and then only read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.domain.retrieval import Citation, Passage, PassageFilter
from discovery_agent.knowledge.filtering import PassageColumns
from discovery_agent.knowledge.pages import Page

_TABLES = """
    CREATE TABLE page (id TEXT PRIMARY KEY, number INTEGER, hash TEXT, title TEXT, kind TEXT, phases TEXT, audiences TEXT, tags TEXT, engagement TEXT, file TEXT);
    CREATE TABLE passage (id INTEGER PRIMARY KEY, page TEXT, headings TEXT, start INTEGER, end INTEGER, text TEXT, instructs INTEGER);
    CREATE INDEX passages_of_page ON passage (page);
"""
_COLUMNS = "passage.id, page.id, title, kind, engagement, file, headings, start, end, text, instructs"


@dataclass(frozen=True)
class PageRow:
    """A page as the index knows it."""

    id: str
    hash: str
    title: str
    kind: PageKind
    phases: tuple[Phase, ...]
    audiences: tuple[Audience, ...]
    tags: tuple[str, ...]
    engagement: str | None
    file: str | None = None
    """Name of the file that was added, of a document."""

    @property
    def metadata(self) -> dict[str, str | list[str]]:
        """What the vector index filters by."""
        return {
            "page": self.id,
            "kind": self.kind.value,
            "phase": [phase.value for phase in self.phases],
            "audience": [audience.value for audience in self.audiences],
        }

    @classmethod
    def of(cls, page: Page) -> PageRow:
        """The row of a page."""
        front = page.front
        return cls(page.id, page.hash, front.title, front.kind, front.phase, front.audience, front.tags, page.engagement, front.file)


class PassageTable:
    """Pages and passages by number. May be shared between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = Lock()
        self._columns: PassageColumns | None = None
        self._page_numbers = count()

    @classmethod
    def create(cls, path: Path) -> PassageTable:
        """An empty table in a new file, to be filled and then committed."""
        connection = sqlite3.connect(path, check_same_thread=False)
        # Nobody reads the file before it is whole, and a half-made one is thrown away: no journal is needed.
        connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> PassageTable:
        """The table of a file, to be read.

        Raises:
            sqlite3.Error: it is missing or damaged.
        """
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        table = cls(connection)
        connection.execute("SELECT count(*) FROM passage").fetchone()
        return table

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def commit(self) -> None:
        """Write what was added, and wait for the disk."""
        self._connection.executescript("PRAGMA synchronous=FULL;")
        self._connection.commit()

    def add_page(self, row: PageRow) -> None:
        """Enter a page; its passages follow."""
        lists = [json.dumps([str(one) for one in values]) for values in (row.phases, row.audiences, row.tags)]
        number = next(self._page_numbers)
        self._connection.execute(
            "INSERT INTO page VALUES (?,?,?,?,?,?,?,?,?,?)",
            (row.id, number, row.hash, row.title, row.kind.value, *lists, row.engagement, row.file),
        )

    def add(self, ids: Iterable[int], passages: Iterable[Passage]) -> None:
        """Enter passages under their numbers."""
        self._connection.executemany(
            "INSERT INTO passage VALUES (?,?,?,?,?,?,?)",
            (
                (
                    number,
                    one.citation.page,
                    json.dumps(one.citation.headings),
                    one.citation.start,
                    one.citation.end,
                    one.text,
                    one.instructs,
                )
                for number, one in zip(ids, passages, strict=True)
            ),
        )

    def pages(self) -> dict[str, PageRow]:
        """Every page by its id, in the order in which they were entered."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, hash, title, kind, phases, audiences, tags, engagement, file FROM page ORDER BY number"
            ).fetchall()
        return {
            page: PageRow(
                page,
                digest,
                title,
                PageKind(kind),
                tuple(map(Phase, json.loads(phases))),
                tuple(map(Audience, json.loads(audiences))),
                tuple(json.loads(tags)),
                engagement,
                file,
            )
            for page, digest, title, kind, phases, audiences, tags, engagement, file in rows
        }

    def counts(self) -> dict[str, int]:
        """How many passages each page has."""
        with self._lock:
            return dict(self._connection.execute("SELECT page, count(*) FROM passage GROUP BY page").fetchall())

    def __len__(self) -> int:
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM passage").fetchone()[0])

    def highest(self) -> int:
        """The highest number in use; -1 if there is no passage."""
        with self._lock:
            found = self._connection.execute("SELECT max(id) FROM passage").fetchone()[0]
        return -1 if found is None else int(found)

    def of_page(self, page: str) -> list[tuple[int, Passage]]:
        """The passages of a page with their numbers, in order."""
        query = f"SELECT {_COLUMNS} FROM passage JOIN page ON page.id = passage.page WHERE page.id = ? ORDER BY passage.id"
        with self._lock:
            rows = self._connection.execute(query, (page,)).fetchall()
        return [(row[0], _passage(row)) for row in rows]

    def by_number(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; a number that is not there is left out."""
        marks = ",".join("?" * len(numbers))
        query = f"SELECT {_COLUMNS} FROM passage JOIN page ON page.id = passage.page WHERE passage.id IN ({marks})"
        with self._lock:
            rows = self._connection.execute(query, list(numbers)).fetchall()
        return {row[0]: _passage(row) for row in rows}

    def everything(self) -> Iterator[tuple[int, PageRow, Passage]]:
        """Every passage with its number and page, by number. Reads as it goes: not to be mixed with writing."""
        pages = self.pages()
        query = f"SELECT {_COLUMNS} FROM passage JOIN page ON page.id = passage.page ORDER BY passage.id"
        for row in self._connection.execute(query):
            yield row[0], pages[row[1]], _passage(row)

    def allowed(self, ids: NDArray[np.int64], only: PassageFilter) -> NDArray[np.bool_] | None:
        """For each of the numbers, ascending, whether the passage passes the filter; None if the filter lets all pass."""
        if only == PassageFilter():
            return None
        if self._columns is None:
            with self._lock:
                rows = self._connection.execute("SELECT id, page FROM passage ORDER BY id").fetchall()
            self._columns = PassageColumns.of(self.pages(), rows)
        return self._columns.allowed(ids, only)


def _passage(row: tuple[int, str, str, str, str | None, str | None, str, int, int, str, int]) -> Passage:
    _, page, title, kind, engagement, file, headings, start, end, text, instructs = row
    citation = Citation(
        page=page, title=title, headings=tuple(json.loads(headings)), start=start, end=end, engagement=engagement, file=file
    )
    return Passage(citation=citation, kind=PageKind(kind), text=text, instructs=bool(instructs))
