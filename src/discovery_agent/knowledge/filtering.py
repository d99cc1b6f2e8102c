"""Which passages of an index pass a filter: what filters compare, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.page_labels import Audience, PageKind, Phase
from discovery_agent.domain.retrieval import PassageFilter

_KINDS = list(PageKind)
_PHASES = list(Phase)
_AUDIENCES = list(Audience)


class Labelled(Protocol):
    """A page, as far as filters go."""

    @property
    def kind(self) -> PageKind:
        """What it is."""
        ...

    @property
    def phases(self) -> tuple[Phase, ...]:
        """When it matters."""
        ...

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """To whom."""
        ...


@dataclass(frozen=True)
class PassageColumns:
    """A row for each passage, by number. A hundred thousand passages take about a megabyte."""

    ids: NDArray[np.int64]
    page: NDArray[np.int64]
    kind: NDArray[np.int16]
    phases: NDArray[np.int16]
    audiences: NDArray[np.int16]
    page_numbers: Mapping[str, int]

    @classmethod
    def of(cls, pages: Mapping[str, Labelled], rows: Sequence[tuple[int, str]]) -> PassageColumns:
        """From the pages by id, and the number and page of each passage, by number."""
        numbers: Mapping[str, int] = {page: number for number, page in enumerate(pages)}
        of_page = np.array([numbers[page] for _, page in rows], np.int64)
        kinds = np.array([_KINDS.index(page.kind) for page in pages.values()], np.int16)
        phases = np.array([sum(1 << _PHASES.index(one) for one in page.phases) for page in pages.values()], np.int16)
        audiences = np.array([sum(1 << _AUDIENCES.index(one) for one in page.audiences) for page in pages.values()], np.int16)
        ids = np.array([number for number, _ in rows], np.int64)
        return cls(ids, of_page, kinds[of_page], phases[of_page], audiences[of_page], numbers)

    def allowed(self, ids: NDArray[np.int64], only: PassageFilter) -> NDArray[np.bool_]:
        """For each of the numbers, ascending, whether the passage passes the filter."""
        passes = np.ones(len(self.ids), bool)
        if only.kinds:
            passes &= np.isin(self.kind, [_KINDS.index(kind) for kind in only.kinds])
        if only.phases:
            passes &= (self.phases & sum(1 << _PHASES.index(phase) for phase in set(only.phases))) != 0
        if only.audiences:
            passes &= (self.audiences & sum(1 << _AUDIENCES.index(one) for one in set(only.audiences))) != 0
        if only.pages:
            passes &= np.isin(self.page, [self.page_numbers[page] for page in only.pages if page in self.page_numbers])
        return passes[np.searchsorted(self.ids, ids)]
