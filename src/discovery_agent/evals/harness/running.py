"""Runs an experiment: every case under every arm, as often as asked, and each outcome to disk as it comes."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.errors import ConfigurationError, DiscoveryError, HarnessError, ModelUnavailable, StorageError
from discovery_agent.evals.harness.arm_bench import ArmBench, RunBench, rules_bench
from discovery_agent.evals.harness.arms import AnalystKind
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.design import DESIGN_FILE, CaseId, Design, Work
from discovery_agent.evals.harness.journal import Journal, Key
from discovery_agent.evals.harness.outcomes import Attempt, Outcome, Spent
from discovery_agent.evals.harness.pydantic_evals_adapter import Scores, run_batch
from discovery_agent.evals.harness.suite import Suite
from discovery_agent.evals.harness.to_record import remedies_for
from discovery_agent.evals.harness.unrun import Unrun, lacking, stopped
from discovery_agent.files.writing import replace_text
from discovery_agent.models.budget import Budget
from discovery_agent.models.recordings import Mode, Place, Recordings

Progress = Callable[[str, int, int], None]
"""Called with what has ended, how many have, and of how many."""

_BATCH = 200
"""Runs that pydantic-evals is given at once: enough that waiting for the last of a batch does not matter."""

MOST_UNAVAILABLE = 0.1
"""Share of an arm's runs on which the model server may fail before the arm counts as not measured."""


@dataclass
class Ran:
    """What came of running an experiment."""

    design: Design
    folder: Path
    keys: tuple[Key, ...]
    """Every run there is, in the order of the design."""
    resumed: int = 0
    """Runs that an earlier process had finished."""
    done: int = 0
    failed: int = 0
    """Runs among them that ended with an error, and so with the worst scores."""
    unrun: list[Unrun] = field(default_factory=list[Unrun])
    billed: Spent = field(default_factory=Spent)
    """Calls that this process made, also for runs that did not end."""
    used: set[Path] = field(default_factory=set[Path])
    """Recordings that were read or written."""
    unavailable: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """Runs that failed because the model server did, by suite and arm. A failed run is run again each time, so that this is all of them."""

    def outcomes(self) -> Iterator[Outcome]:
        """Every outcome, in the order of the design; read from disk one at a time."""
        return Journal(self.folder).outcomes(self.keys)

    @property
    def total(self) -> int:
        """How many runs there are."""
        return len(self.keys)

    @property
    def problem(self) -> HarnessError | None:
        """Why the experiment is not whole, with everything that is lacking in one message; None if it is."""
        if not self.unrun:
            return None
        remedies = remedies_for(self.design, self._cases_lacking(), {lack.prompt for one in self.unrun for lack in one.missing})
        remedies += dict.fromkeys(one.remedy for one in self.unrun if one.remedy)
        return HarnessError(
            f"{len(self.unrun)} of {self.total} runs could not be made, so nothing is said of the arms. {lacking(self.unrun)}",
            remedy=" ".join(remedies),
        )

    @property
    def outage(self) -> HarnessError | None:
        """Why an arm was not measured though its runs ended: the model server failed too often. None if it did not."""
        runs = Counter((key.suite, key.arm) for key in self.keys)
        down = [(which, failed) for which, failed in sorted(self.unavailable.items()) if failed > MOST_UNAVAILABLE * runs[which]]
        if not down:
            return None
        said = "; ".join(f"{suite}, arm {arm}: {failed} of {plural(runs[suite, arm], 'run')}" for (suite, arm), failed in down)
        return HarnessError(
            f"Nothing could be measured: the model server failed ({said}). That says nothing of the prompts.",
            remedy="Run the same command again when the server answers: what ended well is kept.",
        )

    def _cases_lacking(self) -> dict[str, list[Place]]:
        """What lacks a recording, by name of the arm."""
        by_arm: dict[str, list[Place]] = {}
        for one in self.unrun:
            by_arm.setdefault(one.key.arm, []).extend(lack.place for lack in one.missing)
        return by_arm


async def run_experiment(
    design: Design,
    suites: Sequence[Suite],
    results: Path,
    *,
    recordings: Recordings,
    jobs: int = 4,
    max_cost_usd: float | None = None,
    shared: Workbench | None = None,
    progress: Progress | None = None,
) -> Ran:
    """Run what is not finished yet, `jobs` runs at once over all arms, and keep the outcomes in a folder of `results`.

    What ended is not run again, unless it ended with an error. A run that lacks a recorded reply, whose key the server turns away, or
    that `max_cost_usd` (what this process may spend) has no room for, is no outcome: it is told in `Ran.unrun`, and run by the next
    process. Once the cap has no room, or a key is turned away, no other run with a model begins. `shared` is the bench without a model.

    Raises:
        ConfigurationError: an arm, a case, a missing key, or a cap on an unknown price.
        HarnessError: another process runs the same experiment, or a suite breaks its own declaration.
        StorageError: the results cannot be written.
    """
    if recordings.mode is not design.mode:
        raise ConfigurationError(f"The design says {design.mode.value}, but the recordings are opened to {recordings.mode.value}.")
    folder = results / design.run_id
    bench = shared or rules_bench()
    budget = Budget(None if design.mode is Mode.REPLAY else max_cost_usd)
    arms: dict[str, ArmBench] = {}
    try:
        for arm in design.arms:
            arms[arm.name] = ArmBench(arm, design.calls, bench, recordings, budget)
        with Journal(folder) as journal:
            _write_design(design, folder)
            everything = list(design.work(suites))
            todo = [work for work in everything if not journal.has(work.key) or journal.failed(work.key)]
            if design.mode is Mode.REPLAY:  # what lacks a recording shows at once, before the rules analyst takes its minutes
                todo.sort(key=lambda work: work.arm.kind is AnalystKind.RULES)
            ran = Ran(design, folder, tuple(work.key for work in everything), resumed=len(everything) - len(todo))
            await _Running(journal, arms, ran, jobs, len(todo), progress or _silent).all(todo)
            ran.used = recordings.used
            return ran
    finally:
        for one in arms.values():
            await one.aclose()


def failing(outcomes: Iterable[Outcome], last: Comparison | None) -> tuple[CaseId, ...]:
    """Cases to look at again: those with an error in any arm, and those on which head did worse than base on a primary metric.

    Run them as an experiment of their own (`Design.only`): to make only bad results anew and mix them with the good ones would favour
    whichever arm is luckier the second time.
    """
    cases = {CaseId(one.suite.value, one.case) for one in outcomes if one.error is not None}
    for suite in last.suites if last else ():
        for case in suite.cases:
            for metric in suite.table.primary:
                base, head = case.base.get(metric.name), case.head.get(metric.name)
                if base is not None and head is not None and metric.gain(base, head) < 0:
                    cases.add(CaseId(suite.suite.value, case.case))
    return tuple(sorted(cases))


class _Running:
    """The state of one process."""

    def __init__(self, journal: Journal, arms: Mapping[str, ArmBench], ran: Ran, jobs: int, total: int, progress: Progress) -> None:
        self._journal = journal
        self._arms = arms
        self._ran = ran
        self._jobs = jobs
        self._total = total
        self._progress = progress
        self._ended = 0
        self._stopped: DiscoveryError | None = None
        """Why no run with a model may begin any more: the cap on cost, or a key that is turned away."""
        self._broken: Exception | None = None

    async def all(self, todo: Sequence[Work]) -> None:
        rest = iter(todo)
        while batch := list(islice(rest, _BATCH)):
            by_name = {"/".join(map(str, work.key)): work for work in batch}

            async def one(name: str, by_name: Mapping[str, Work] = by_name) -> Scores:
                return await self._one(by_name[name])

            try:
                await run_batch("experiment", list(by_name), one, at_once=self._jobs)
            except HarnessError:
                raise self._broken or HarnessError("The harness failed without saying why.") from self._broken
        self._ran.unrun.sort(key=lambda one: one.key)

    async def _one(self, work: Work) -> Scores:
        if self._broken is not None:  # pydantic-evals would begin the others nevertheless
            raise self._broken
        try:
            if self._stopped is not None and work.arm.kind is AnalystKind.MODEL:
                self._ran.unrun.append(stopped(work.key, self._stopped))
                return {}
            if work.arm.kind is AnalystKind.RULES and any(one.missing for one in self._ran.unrun):
                return {}  # nothing will be said of the arms: there is nothing to put beside them
            outcome = await self._run(work)
            if outcome is not None:
                self._journal.add(outcome)
                self._ran.done += 1
                self._ran.failed += outcome.error is not None
            self._ended += 1
            self._progress(f"{work.key.suite}, {work.key.arm}: {work.key.case}", self._ended, self._total)
            return outcome.scores if outcome else {}
        except Exception as error:
            self._broken = self._broken or error
            raise

    async def _run(self, work: Work) -> Outcome | None:
        """The outcome of a run; None, and a note of it, where it is no measurement."""
        bench = self._arms[work.arm.name].of(Place(work.key.suite, work.key.case, work.repeat))
        begun = time.perf_counter()
        attempt, error, unavailable = Attempt(scores={}), None, False
        try:
            attempt = await work.suite.run(work.case, bench.bench, work.repeat)
        except (ConfigurationError, StorageError):
            raise  # no key, a wrong case, a full disk: no fault of the arm
        except Exception as raised:
            error = _said(raised)
            unavailable = isinstance(raised, ModelUnavailable)
        seconds = time.perf_counter() - begun
        self._ran.billed += bench.billed
        if unmeasured := self._no_measurement(work, bench):
            self._ran.unrun.append(unmeasured)
            return None
        if unavailable:
            self._ran.unavailable[work.key.suite, work.key.arm] += 1
        table = work.suite.table
        if unknown := sorted(attempt.scores.keys() - {metric.name for metric in table.metrics}):
            raise HarnessError(f"The suite gives scores that its table does not declare: {', '.join(unknown)}.", where=work.key.suite)
        return Outcome(
            suite=work.suite.name,
            arm=work.arm.name,
            case=work.case.id,
            repeat=work.repeat,
            scores=attempt.scores if error is None else {metric.name: metric.worst for metric in table.metrics},
            counts=attempt.counts,
            slices=work.case.slices,
            notes=attempt.notes,
            error=error,
            billed=bench.billed,
            replayed=bench.replayed,
            seconds=seconds,
        )

    def _no_measurement(self, work: Work, bench: RunBench) -> Unrun | None:
        if bench.missing:
            return Unrun(work.key, bench.missing[0].why, bench.missing)
        if bench.stopped is not None:
            self._stopped = self._stopped or bench.stopped  # the first reason stands for all: later ones differ in cents
            return stopped(work.key, self._stopped)
        return None


def _said(error: Exception) -> str:
    """An error in words; one that nobody raised on purpose also with its place."""
    if isinstance(error, DiscoveryError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _write_design(design: Design, folder: Path) -> None:
    try:
        replace_text(folder / DESIGN_FILE, design.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise StorageError(f"The design cannot be written: {error.strerror or error}.", where=str(folder)) from error


def _silent(label: str, done: int, total: int) -> None:
    """No progress is shown."""
