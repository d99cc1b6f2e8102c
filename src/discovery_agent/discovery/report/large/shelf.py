"""Findings that goals, KPIs and verdicts rest on, kept on the disk until the page that shows them is written."""

from __future__ import annotations

from collections.abc import Iterable, Set
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter

from discovery_agent.discovery.report.decision_view import Cited, places_of
from discovery_agent.discovery.report.finding_view import FindingIndex, FindingView
from discovery_agent.domain.findings import Finding

_LINE = TypeAdapter(tuple[FindingView, Finding])


class Shelf:
    """Takes findings one by one and gives them back by id, or by the place that a decision names.

    In memory is only where each one lies. The file holds a line of JSON for each, so reading it back runs nothing; it is gone at the end.
    """

    def __init__(self, path: Path, ids: Set[str], places: Set[Cited]) -> None:
        self._file = path.open("w+b")
        self._path = path
        self._wanted_ids, self._wanted_places = ids, places
        self._by_id: dict[str, int] = {}
        self._by_place: dict[Cited, str] = {}

    def put(self, view: FindingView, source: Finding) -> None:
        """Keep a finding if it is wanted; of several with one id the first counts."""
        places = [place for place in places_of(source) if place in self._wanted_places]
        if source.id in self._by_id or not (places or source.id in self._wanted_ids):
            return
        self._by_id[source.id] = self._file.seek(0, 2)
        self._file.write(_LINE.dump_json((view, source)) + b"\n")
        for place in places:
            self._by_place[place] = source.id

    def index(self, ids: Iterable[str]) -> FindingIndex:
        """The findings of these ids; ids that no conversation holds are left out."""
        views: dict[str, FindingView] = {}
        sources: dict[str, Finding] = {}
        for id_ in dict.fromkeys(ids):
            if id_ in self._by_id:
                views[id_], sources[id_] = self._take(self._by_id[id_])
        return FindingIndex(tuple(views.values()), sources, views, {})

    def at(self, places: Iterable[Cited]) -> FindingIndex:
        """The findings at these places."""
        return self.index(self._by_place[place] for place in places if place in self._by_place)

    def _take(self, offset: int) -> tuple[FindingView, Finding]:
        self._file.seek(offset)
        return _LINE.validate_json(self._file.readline())

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
