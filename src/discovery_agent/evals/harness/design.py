"""What an experiment is made of, and the name that follows from it: the same experiment finds its results again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import Field

import discovery_agent
from discovery_agent.evals.harness.arm_bench import CallSettings
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.journal import Key
from discovery_agent.evals.harness.metrics import Record, SuiteName
from discovery_agent.evals.harness.suite import CaseRef, Split, Suite
from discovery_agent.models.recordings import Mode
from discovery_agent.settings import Settings, data_folder

DESIGN_FILE = "experiment.json"


class CaseId(NamedTuple):
    """A case of a suite."""

    suite: str
    case: str


class Work(NamedTuple):
    """One run of one case under one arm."""

    suite: Suite
    case: CaseRef
    repeat: int
    arm: Arm

    @property
    def key(self) -> Key:
        """What its outcome is filed under."""
        return Key(self.suite.name.value, self.arm.name, self.case.id, self.repeat)


class Design(Record):
    """An experiment as it is written down before anything is run."""

    arms: tuple[Arm, ...]
    suites: tuple[SuiteName, ...]
    split: Split
    repeats: int = Field(ge=1)
    seed: int = 0
    mode: Mode
    calls: CallSettings
    cases: Mapping[str, Mapping[str, str]] = Field(description="Digest of each case, by suite and id.")
    only: tuple[CaseId, ...] | None = Field(default=None, description="The cases it is limited to; None for all of them.")
    recordings: str = Field(description="Digest of the recordings that are replayed; empty where none are.")
    program: str = Field(description="Version of this program, and a hash of its code and of the tables that its rules decide by.")

    @classmethod
    def of(
        cls,
        arms: Sequence[Arm],
        suites: Sequence[Suite],
        *,
        split: Split = Split.DEV,
        repeats: int = 1,
        seed: int = 0,
        mode: Mode = Mode.OFF,
        calls: CallSettings | None = None,
        only: Sequence[CaseId] | None = None,
        recordings: Path | None = None,
    ) -> Self:
        """The design of an experiment on the cases as they are now.

        Raises:
            ConfigurationError: a case file is wrong.
        """
        names = tuple(suite.name for suite in suites)
        return cls(
            arms=tuple(arms),
            suites=names,
            split=split,
            repeats=repeats,
            seed=seed,
            mode=mode,
            calls=calls or CallSettings(),
            cases={suite.name.value: {case.id: case.digest for case in suite.cases(split)} for suite in suites},
            only=None if only is None else tuple(sorted(set(only))),
            recordings=_digest([recordings / name.value for name in names], "*.json") if recordings and mode is Mode.REPLAY else "",
            program=program(),
        )

    @property
    def run_id(self) -> str:
        """Hash of all that decides the outcomes. Where the prompts came from does not, and neither do labels: what they say does."""
        content = self.model_dump(mode="json")
        for arm in content["arms"]:
            del arm["label"]
            if arm["prompts"]:
                arm["prompts"] = arm["prompts"]["hashes"]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    def work(self, suites: Sequence[Suite]) -> Iterator[Work]:
        """Everything there is to run, in a fixed order: all arms of a case together, so that what is cut short still compares."""
        for suite in suites:
            for case in suite.cases(self.split):
                if self.only is None or CaseId(suite.name.value, case.id) in self.only:
                    for repeat in range(self.repeats):
                        for arm in self.arms:
                            yield Work(suite, case, repeat, arm)


def program() -> str:
    """This program: its version, and a hash of its code and of the tables and pages that it works with."""
    return f"{version('discovery-agent')}+{_code()}-{_digest([Settings.load().knowledge_dir or data_folder('knowledge')], '*')}"


@cache
def _code() -> str:
    return _digest([Path(discovery_agent.__file__).parent], "*.py")


def _digest(folders: Sequence[Path], pattern: str) -> str:
    """Hash of the names and contents of files."""
    folded = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob(pattern) if path.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            folded.update(f"{path.relative_to(folder)}\0{content}\n".encode("utf-8", "surrogateescape"))
    return folded.hexdigest()[:12]
