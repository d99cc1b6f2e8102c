"""Runs an experiment with a progress bar, and writes what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from discovery_agent.cli.evals.choosing import BASE, HEAD, MODEL, RECORDINGS, Options, cases_of
from discovery_agent.cli.evals.results import Results, read_comparison
from discovery_agent.cli.progress import shown_progress
from discovery_agent.discovery.report.markdown import markdown_text
from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import HarnessError, InvalidRequest
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.comparing import Experiment, compare
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.design import CaseId, Design
from discovery_agent.evals.harness.journal import Journal
from discovery_agent.evals.harness.report import TEXT, write_report
from discovery_agent.evals.harness.report.case_texts import case_texts
from discovery_agent.evals.harness.running import Ran, failing, run_experiment
from discovery_agent.evals.harness.suite import Suite
from discovery_agent.files.writing import replace_text
from discovery_agent.models.recordings import Recordings

_ONLY_FAILING = "Only cases that had failed or lost were run again. That shows what happens on them; chosen like this, they decide nothing."


def measure(arms: Sequence[Arm], suites: Sequence[Suite], options: Options, results: Results, console: Console) -> tuple[Comparison, Path]:
    """Run what is not finished yet, compare, and write the report; the comparison and its folder.

    Raises:
        HarnessError: not every run could be made; the report says which and what to do.
        InvalidRequest: only failing cases were asked for, and none is known.
    """
    design = Design.of(
        arms,
        suites,
        split=options.split,
        repeats=options.repeats,
        seed=options.seed,
        mode=options.mode,
        calls=options.calls,
        only=cases_of(options, suites, console),
        recordings=RECORDINGS,
    )
    if options.only_failing:
        design = design.model_copy(update={"only": _failing(design, suites, results)})
    folder = results.begin(design.run_id)
    ran = run(design, suites, options, results, console)
    if ran.problem is not None:
        write_problem(folder, ran.problem)
        raise ran.problem
    names = [arm.name for arm in arms]
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
    recordings = Recordings(RECORDINGS, options.mode)
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


def write_problem(folder: Path, problem: HarnessError) -> None:
    """Leave word in the folder, where a pull request's report is looked for, of why there is none."""
    said = f"## ⚠️ Nothing was measured\n\n{markdown_text(problem.what)}\n\n{markdown_text(problem.remedy or 'Run it again.')}\n"
    replace_text(folder / TEXT, said)
