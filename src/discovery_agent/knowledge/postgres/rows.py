"""Pages and passages of one shelf, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.domain.retrieval import Citation, Passage, PassageFilter
from discovery_agent.knowledge.building import worded
from discovery_agent.knowledge.filtering import PassageColumns
from discovery_agent.knowledge.passage_table import PageRow
from discovery_agent.knowledge.postgres.tables import pages, passages

_AT_ONCE = 2000
_FIELDS = (passages.c.number, passages.c.headings, passages.c.start, passages.c.end, passages.c.text, passages.c.instructs)
_PAGE = (pages.c.page, pages.c.title, pages.c.kind, pages.c.file)


class PassageRows:
    """The passages of a shelf, in one transaction. `columns` may hold what filters compare, read before."""

    def __init__(self, connection: Connection, shelf_id: int, engagement: str, columns: list[PassageColumns] | None = None) -> None:
        self._connection = connection
        self._shelf_id = shelf_id
        self._engagement = engagement
        self._columns = columns if columns is not None else []

    def __len__(self) -> int:
        count = select(func.count()).select_from(passages).where(passages.c.shelf_id == self._shelf_id)
        return self._connection.execute(count).scalar() or 0

    def pages(self) -> dict[str, PageRow]:
        """Every page by its id, in the order in which they were entered."""
        wanted = select(pages).where(pages.c.shelf_id == self._shelf_id).order_by(pages.c.position)
        return {
            row.page: PageRow(
                row.page,
                row.hash,
                row.title,
                PageKind(row.kind),
                tuple(map(Phase, row.phases)),
                tuple(map(Audience, row.audiences)),
                tuple(row.tags),
                self._engagement,
                row.file,
            )
            for row in self._connection.execute(wanted)
        }

    def highest(self) -> int:
        """The highest number in use; -1 if there is no passage."""
        found = self._connection.execute(select(func.max(passages.c.number)).where(passages.c.shelf_id == self._shelf_id)).scalar()
        return -1 if found is None else int(found)

    def add(self, new: Sequence[tuple[PageRow, Sequence[tuple[int, Passage]]]]) -> None:
        """Enter pages, after those that are there, with their numbered passages."""
        last = self._connection.execute(select(func.max(pages.c.position)).where(pages.c.shelf_id == self._shelf_id)).scalar()
        rows = [
            {
                "shelf_id": self._shelf_id,
                "page": page.id,
                "position": position,
                "hash": page.hash,
                "title": page.title,
                "kind": page.kind.value,
                "phases": [str(one) for one in page.phases],
                "audiences": [str(one) for one in page.audiences],
                "tags": list(page.tags),
                "file": page.file,
            }
            for position, (page, _) in enumerate(new, start=0 if last is None else last + 1)
        ]
        if rows:
            self._connection.execute(insert(pages), rows)
        cut = [self._row(number, passage) for _, numbered in new for number, passage in numbered]
        for start in range(0, len(cut), _AT_ONCE):
            self._connection.execute(insert(passages), cut[start : start + _AT_ONCE])

    def remove(self, ids: Sequence[str]) -> None:
        """Take pages away, with their passages and vectors."""
        if ids:
            self._connection.execute(delete(pages).where(pages.c.shelf_id == self._shelf_id, pages.c.page.in_(ids)))

    def clear(self) -> None:
        """Take all away, also passages whose page is not there."""
        for table in (passages, pages):
            self._connection.execute(delete(table).where(table.c.shelf_id == self._shelf_id))

    def by_number(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; a number that is not there is left out."""
        of_page = (pages.c.shelf_id == passages.c.shelf_id) & (pages.c.page == passages.c.page)
        wanted = select(*_FIELDS, *_PAGE).join(pages, of_page).where(passages.c.shelf_id == self._shelf_id)
        return {
            row.number: Passage(
                citation=Citation(
                    page=row.page,
                    title=row.title,
                    headings=tuple(row.headings),
                    start=row.start,
                    end=row.end,
                    engagement=self._engagement,
                    file=row.file,
                ),
                kind=PageKind(row.kind),
                text=row.text,
                instructs=row.instructs,
            )
            for row in self._connection.execute(wanted.where(passages.c.number.in_(list(numbers))))
        }

    def words(self) -> Iterator[tuple[int, str]]:
        """What each passage is found by in a search by words, by number."""
        tags = {id_: page.tags for id_, page in self.pages().items()}
        numbers = [number for number, _ in self._numbered()]
        for start in range(0, len(numbers), _AT_ONCE):
            some = self.by_number(numbers[start : start + _AT_ONCE])
            yield from ((number, worded(some[number], tags[some[number].citation.page])) for number in sorted(some))

    def allowed(self, ids: NDArray[np.int64], only: PassageFilter) -> NDArray[np.bool_] | None:
        """For each of the numbers, ascending, whether the passage passes the filter; None if the filter lets all pass."""
        if only == PassageFilter():
            return None
        if not self._columns:
            self._columns.append(PassageColumns.of(self.pages(), self._numbered()))
        return self._columns[0].allowed(ids, only)

    def _numbered(self) -> list[tuple[int, str]]:
        wanted = select(passages.c.number, passages.c.page).where(passages.c.shelf_id == self._shelf_id).order_by(passages.c.number)
        return [(number, page) for number, page in self._connection.execute(wanted)]

    def _row(self, number: int, passage: Passage) -> dict[str, object]:
        return {
            "shelf_id": self._shelf_id,
            "number": number,
            "page": passage.citation.page,
            "headings": list(passage.citation.headings),
            "start": passage.citation.start,
            "end": passage.citation.end,
            "text": passage.text,
            "instructs": passage.instructs,
        }
