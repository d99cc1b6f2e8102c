"""`eval run` and `eval compare`: measure, print, and leave a report."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from discovery_agent.cli.evals.choosing import (
    BASE,
    HEAD,
    MODEL,
    WITHOUT_PROMPTS,
    Options,
    model_arm,
    model_for,
    recorded_suites,
    rules_arm,
    suites_of,
)
from discovery_agent.cli.evals.experiments import measure
from discovery_agent.cli.evals.printing import print_comparison
from discovery_agent.cli.evals.results import Results
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.output import Output
from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import ConfigurationError, DiscoveryError
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.design import DESIGN_FILE, Design
from discovery_agent.evals.harness.journal import Journal
from discovery_agent.evals.harness.report import render_json
from discovery_agent.evals.harness.suite import Suite
from discovery_agent.evals.harness.versioned import refuse_unfinished
from discovery_agent.models.recordings import Mode
from discovery_agent.settings import Settings


def run_suites(names: Sequence[str], options: Options, *, as_json: bool) -> Exit:
    """The rules analyst, and beside it the configured model with the prompts as they are, on every case of the suites."""
    suites = _suites(names, options, everything=True)
    settings = Settings.load()
    results = Results.of(settings)
    arms = [rules_arm()]
    if (model := model_for(options, settings, suites)) is not None:
        arms.append(model_arm(MODEL, str(settings.prompts_dir) if settings.prompts_dir else ".", model, results, suites))
    return _measured(arms, suites, options, results, as_json=as_json)


def run_comparison(base: str, head: str, names: Sequence[str], options: Options, *, as_json: bool, details: bool) -> Exit:
    """The prompts of two revisions or folders on the same cases, beside the rules analyst.

    Raises:
        ConfigurationError: no model is configured or recorded; in an automatic check, something is not committed.
    """
    refuse_unfinished()
    suites = _suites(names, options, everything=False)
    settings = Settings.load()
    results = Results.of(settings)
    model = model_for(options, settings, suites)
    if model is None:
        raise ConfigurationError(
            "Prompts are compared by what a model makes of them, and none is configured.",
            where="DISCOVERY_MODEL",
            remedy="Set it (such as openai:gpt-5, with OPENAI_API_KEY), name one with --model, or use recorded replies with --replay.",
        )
    arms = [rules_arm(), *(model_arm(name, prompts, model, results, suites) for name, prompts in ((BASE, base), (HEAD, head)))]
    return _measured(arms, suites, options, results, as_json=as_json, details=details)


def _suites(names: Sequence[str], options: Options, *, everything: bool) -> list[Suite]:
    if not names and options.mode is Mode.REPLAY and (recorded := recorded_suites()):
        return suites_of(recorded)
    return suites_of(names, frozenset() if everything else WITHOUT_PROMPTS)


def _measured(
    arms: Sequence[Arm], suites: Sequence[Suite], options: Options, results: Results, *, as_json: bool, details: bool = False
) -> Exit:
    console = Console(stderr=True, highlight=False)
    try:
        comparison, folder = measure(arms, suites, options, results, console)
    except KeyboardInterrupt:
        console.print(f"Stopped. {_finished(arms, suites, results)}", soft_wrap=True)
        return Exit.INTERRUPTED
    if as_json:
        print(render_json(comparison), end="")
    else:
        print_comparison(comparison, folder, Output(), details=details)
    failed = any(one.errors for suite in comparison.suites for one in suite.arms)
    return Exit.PARTLY if failed else Exit.OK


def _finished(arms: Sequence[Arm], suites: Sequence[Suite], results: Results) -> str:
    """How far an experiment came that was stopped, as it is on disk."""
    try:
        folder = results.find(None)
        design = Design.model_validate_json((folder / DESIGN_FILE).read_bytes())
        journal = Journal(folder)
        keys = [work.key for work in design.work(suites)]
    except (DiscoveryError, OSError, ValueError):
        return "No run had begun."
    if [arm.model_dump() for arm in design.arms] != [arm.model_dump() for arm in arms]:  # stopped before anything of it was written
        return "No run had begun."
    return f"{sum(map(journal.has, keys)):,} of {plural(len(keys), 'run')} finished; the same command resumes."
