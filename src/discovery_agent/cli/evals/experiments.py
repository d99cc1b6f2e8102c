"""Runs an experiment with a progress bar, and writes what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from discovery_agent.cli.evals.choosing import BASE, HEAD, MODEL, RECORDINGS, Options, cases_of
from discovery_agent.cli.evals.results import Results, note_problem, read_comparison, strike_problem
from discovery_agent.cli.progress import shown_progress
from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import HarnessError, InvalidRequest
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.comparing import Experiment, compare
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.design import CaseId, Design
from discovery_agent.evals.harness.journal import DAMAGED, Journal, Key
from discovery_agent.evals.harness.prompt_use import affected
from discovery_agent.evals.harness.report import write_report
from discovery_agent.evals.harness.report.case_texts import case_texts
from discovery_agent.evals.harness.running import Ran, failing, run_experiment
from discovery_agent.evals.harness.suite import Suite
from discovery_agent.models.recordings import Recordings

_ONLY_FAILING = "Only cases that had failed or lost were run again. That shows what happens on them; chosen like this, they decide nothing."


def measure(arms: Sequence[Arm], suites: Sequence[Suite], options: Options, results: Results, console: Console) -> tuple[Comparison, Path]:
    """Run what is not finished yet, compare, and write the report; the comparison and its folder.

    Raises:
        HarnessError: not every run could be made; the report says which and what to do.
        InvalidRequest: only failing cases were asked for, and none is known.
    """
    names = [arm.name for arm in arms]
    if BASE in names and HEAD in names:
        suites = _that_can_differ(suites, arms[names.index(BASE)], arms[names.index(HEAD)], console)
    design = Design.of(
        arms,
        suites,
        split=options.split,
        repeats=options.repeats,
        seed=options.seed,
        mode=options.mode,
        calls=options.calls,
        only=cases_of(options, suites, console, arms),
        recordings=RECORDINGS,
    )
    whole = design
    if options.only_failing:
        design = design.model_copy(update={"only": _failing(design, suites, results)})
    folder = results.begin(design.run_id, last=not options.only_failing)
    if options.only_failing:
        _take_over(results.folder / whole.run_id, folder, design, suites)
    ran = run(design, suites, options, results, console)
    if (problem := ran.problem or ran.outage) is not None:
        note_problem(folder, problem)
        raise problem
    comparison = compare(
        ran.outcomes,
        suites,
        Experiment(
            arms=arms,
            base=BASE if BASE in names else None,
            head=HEAD if HEAD in names else MODEL if MODEL in names else None,
            program=design.program,
            split=design.split.value,
            repeats=design.repeats,
            seed=design.seed,
        ),
        text=case_texts(suites, options.split),
    )
    if options.only_failing:
        comparison = comparison.model_copy(update={"ruling": None, "reasons": (_ONLY_FAILING,)})
    write_report(comparison, folder)
    strike_problem(folder)
    return comparison, folder


def run(design: Design, suites: Sequence[Suite], options: Options, results: Results, console: Console) -> Ran:
    """Run the experiment with a progress bar; says what an earlier run had finished."""
    total = sum(1 for _ in design.work(suites))
    journal = Journal(results.folder / design.run_id)
    finished = sum(journal.has(work.key) and not journal.failed(work.key) for work in design.work(suites))
    if finished:
        console.print(f"Run {design.run_id} resumes: {finished} of {plural(total, 'run')} had been finished.")
    else:
        console.print(f"Run {design.run_id}: {plural(total, 'run')}.")
    if journal.damaged:
        console.print(
            f"{plural(journal.damaged, 'line')} of its results cannot be read and {'is' if journal.damaged == 1 else 'are'} set apart in {DAMAGED}; what was in it is run again."
        )
    # A look at what failed decides nothing, so a reply that is there need not be paid for.
    recordings = Recordings(RECORDINGS, options.mode, reuse=options.only_failing)
    with shown_progress(console, lines=True) as report:
        return asyncio.run(
            run_experiment(
                design,
                suites,
                results.folder,
                recordings=recordings,
                jobs=options.jobs,
                max_cost_usd=options.max_cost,
                progress=lambda _, done, whole: report("Runs", done, whole),
            )
        )


def _that_can_differ(suites: Sequence[Suite], base: Arm, head: Arm, console: Console) -> Sequence[Suite]:
    """The suites that a changed prompt plays a part in; says which are left out."""
    differ = affected(suites, base, head)
    left = [suite.name.value for suite in suites if suite not in differ]
    if left:
        console.print(f"Left out, because both arms send the same requests there: {', '.join(left)}.")
    return differ


def _take_over(source: Path, target: Path, design: Design, suites: Sequence[Suite]) -> None:
    """Copy the outcomes of these cases that ended well in the whole experiment: they are shown again, and not made again."""
    with Journal(target) as journal:
        for outcome in Journal(source).outcomes(work.key for work in design.work(suites)):
            if outcome.error is None and not journal.has(Key.of(outcome)):
                journal.add(outcome)


def _failing(design: Design, suites: Sequence[Suite], results: Results) -> tuple[CaseId, ...]:
    folder = results.folder / design.run_id
    try:
        last = read_comparison(folder)
    except HarnessError as error:
        raise InvalidRequest(
            "This experiment has not been run to its end, so no case is known to fail.", remedy="Run it without --only-failing."
        ) from error
    cases = failing(Journal(folder).outcomes(work.key for work in design.work(suites)), last)
    if not cases:
        raise InvalidRequest("No case failed, and none lost: there is nothing to run again.", where=folder.name)
    return cases
