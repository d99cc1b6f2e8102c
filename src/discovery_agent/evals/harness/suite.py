"""What a suite is to the harness: its cases, and how one of them is run under an arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import Field

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.evals.harness.metrics import Record, SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Attempt, Outcome


class Split(StrEnum):
    """Cases to work with, and cases that are kept back and only run on request."""

    DEV = "dev"
    HELD_OUT = "held_out"


class CaseRef(Record):
    """A case as the harness knows it: small, whatever the case holds."""

    id: str
    split: Split
    source: Path = Field(description="The file or folder that it is read from.")
    slices: Mapping[str, str] = Field(default_factory=dict, description="By name of the slice: domain, format, length, ...")
    digest: str = Field(description="Hash of everything that the case is made of; another digest is another case.")


class Suite(Protocol):
    """One thing that is measured."""

    @property
    def name(self) -> SuiteName:
        """Which it is."""
        ...

    @property
    def table(self) -> SuiteTable:
        """Its metrics, declared in advance."""
        ...

    def cases(self, split: Split) -> Sequence[CaseRef]:
        """The cases of a split, in a fixed order.

        Raises:
            ConfigurationError: a case file is wrong; names file and field.
        """
        ...

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        """One case under the analyst of `bench`. Whatever it raises becomes the error of the outcome.

        Equal inputs give equal attempts, apart from what a model answers.
        """
        ...

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Pooled figures of one arm that are customary for the suite (such as F1 by kind over all transcripts), as JSON."""
        ...
