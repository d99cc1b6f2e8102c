"""The outcomes of an experiment as they are compared: read once, stripped of their notes, and whole, or the comparison is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.metrics import Metric, SuiteName, SuiteTable
from discovery_agent.evals.harness.outcomes import Outcome
from discovery_agent.evals.harness.statistics import mean

Cases = Mapping[str, Sequence[Outcome]]
"""The runs of one arm by case, cases and repeats in order, without notes."""

Runs = Mapping[str, Cases]
"""By name of the arm; every arm has the same cases and repeats."""

_NAMED = 5


def read_runs(outcomes: Iterable[Outcome], tables: Sequence[SuiteTable], arms: Sequence[str], repeats: int) -> dict[SuiteName, Runs]:
    """The runs of each suite, in whatever order they come. Memory grows with their number, not with what they say.

    An experiment whose arms did not do the same work compares nothing (Kohavi, Tang and Xu 2020, "Trustworthy Online Controlled
    Experiments", chapter 21: sample ratio mismatch), so a run too few or too many is an error, and none is left out silently.

    Raises:
        ConfigurationError: an arm lacks a run of a case that another has, or has one twice; a suite has no runs; an arm or a
            score is not declared; a score is given for some runs of a case only. Names what is missing.
    """
    by_name = {table.suite: table for table in tables}
    found: dict[SuiteName, dict[str, dict[tuple[str, int], Outcome]]] = {name: {arm: {} for arm in arms} for name in by_name}
    for one in outcomes:
        where = f"{one.suite.value}, arm {one.arm}, case {one.case}, repeat {one.repeat}"
        if one.suite not in found or one.arm not in found[one.suite]:
            raise ConfigurationError("The run belongs to no suite and arm of this comparison.", where=where)
        if unknown := sorted(one.scores.keys() - {metric.name for metric in by_name[one.suite].metrics}):
            raise ConfigurationError(f"The suite declares no metric {', '.join(unknown)}.", where=where)
        if found[one.suite][one.arm].setdefault((one.case, one.repeat), kept := one.model_copy(update={"notes": ()})) is not kept:
            raise ConfigurationError("The run is there twice.", where=where, remedy="Compare the results of one experiment only.")
    return {name: _whole(name, runs, repeats) for name, runs in found.items()}


def _whole(suite: SuiteName, runs: Mapping[str, Mapping[tuple[str, int], Outcome]], repeats: int) -> Runs:
    """The runs by arm and case, if every arm has every repeat of every case."""
    cases = {case for keys in runs.values() for case, _ in keys}
    if not cases:
        raise ConfigurationError("No case has been run.", where=suite.value, remedy="Run the suite first: `discovery-agent eval run`.")
    expected = {(case, repeat) for case in cases for repeat in range(repeats)}
    lacking = [(arm, *key) for arm, keys in runs.items() for key in sorted(expected - keys.keys())]
    surplus = [(arm, *key) for arm, keys in runs.items() for key in sorted(keys.keys() - expected)]
    if lacking or surplus:
        named = [f"arm {arm} lacks case {case}, repeat {repeat}" for arm, case, repeat in lacking]
        named += [f"arm {arm} has case {case}, repeat {repeat}, of {repeats} asked for" for arm, case, repeat in surplus]
        more = f"; and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise ConfigurationError(
            f"The arms did not do the same work, so that they cannot be compared: {'; '.join(named[:_NAMED])}{more}.",
            where=suite.value,
            remedy="Run the same command again: it resumes, and runs what is missing.",
        )
    sorted_runs: dict[str, Cases] = {}
    for arm, keys in runs.items():
        by_case: defaultdict[str, list[Outcome]] = defaultdict(list)
        for key in sorted(keys):
            by_case[key[0]].append(keys[key])
        sorted_runs[arm] = by_case
    return sorted_runs


def scores_of(table: SuiteTable, runs: Runs) -> dict[str, dict[str, dict[str, float]]]:
    """Arm -> metric -> case -> mean over its repeats: what statistics are made of.

    A metric that does not apply to a case has no score there, in any arm. A run that failed has the worst score on each metric
    that applies; where every run of a case failed nobody knows which do, and all count.

    Raises:
        ConfigurationError: a run that did not fail lacks a score that another run of the same case has.
    """
    scores: dict[str, dict[str, dict[str, float]]] = {arm: {metric.name: {} for metric in table.metrics} for arm in runs}
    for case in next(iter(runs.values()), {}):
        for metric in _applicable(table, case, runs):
            for arm, cases in runs.items():
                scores[arm][metric.name][case] = mean(
                    [metric.worst if run.error is not None else run.scores[metric.name] for run in cases[case]]
                )
    return scores


def _applicable(table: SuiteTable, case: str, runs: Runs) -> list[Metric]:
    sound = [run for cases in runs.values() for run in cases[case] if run.error is None]
    if not sound:
        return list(table.metrics)
    names = {name for run in sound for name in run.scores}
    for run in sound:
        if lacking := sorted(names - run.scores.keys()):
            raise ConfigurationError(
                f"The run has no score for {', '.join(lacking)}, which another run of the case has: its average would leave it out.",
                where=f"{run.suite.value}, arm {run.arm}, case {case}, repeat {run.repeat}",
            )
    return [metric for metric in table.metrics if metric.name in names]
