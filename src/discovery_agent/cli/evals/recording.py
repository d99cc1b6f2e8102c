"""`eval record`: ask the configured model for the replies that are not recorded yet, and say which recordings nothing uses any more."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.console import Console

from discovery_agent.cli.evals.choosing import RECORDINGS, WITHOUT_PROMPTS, Options, cases_of, model_arm, model_for, suites_of
from discovery_agent.cli.evals.experiments import run
from discovery_agent.cli.evals.results import Results
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.output import Output
from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.design import Design
from discovery_agent.evals.harness.prompts_at import lay_out
from discovery_agent.evals.harness.recording import Kept, prune, recordings_in, standing
from discovery_agent.evals.harness.suite import Split, Suite
from discovery_agent.models.recordings import Mode, Recording
from discovery_agent.settings import Settings

DEMONSTRATION = Path("evals") / "demonstration" / "prompts"
"""Folders of prompts that scripts/eval_demo.sh compares: their recordings are kept."""

_SHOWN = 20


def run_record(names: Sequence[str], prompts: Sequence[str], options: Options, *, remove: bool, sure: bool = False) -> Exit:
    """Fill what is missing for these prompts, then replay everything to find what is stale. `sure` removes it without a question.

    Raises:
        ConfigurationError: no model is configured.
        HarnessError: a reply could not be had.
    """
    suites = suites_of(names, WITHOUT_PROMPTS)
    settings = Settings.load()
    model = model_for(options, settings, suites)
    if model is None:
        raise ConfigurationError(
            "Replies are recorded from a model, and none is configured.",
            where="DISCOVERY_MODEL",
            remedy="Set it, such as openai:gpt-5 with OPENAI_API_KEY, or name one with --model.",
        )
    console, results = Console(stderr=True, highlight=False), Results.of(settings)
    arms = [model_arm(f"prompts {one}", one, model, results, suites) for one in prompts]
    before = _count(suites)
    with tempfile.TemporaryDirectory() as folder:
        # A folder of its own: what an earlier run had finished says nothing of whether its replies are still recorded.
        ran = run(
            _design(arms, suites, replace(options, mode=Mode.RECORD), console),
            suites,
            replace(options, mode=Mode.RECORD),
            Results(Path(folder)),
            console,
        )
        if ran.problem is not None:
            raise ran.problem
        first = next((one for one in ran.outcomes() if one.error), None)
    output = Output()
    output.say(
        f"{plural(_count(suites) - before, 'reply', 'replies')} recorded in {RECORDINGS}; {ran.failed} of {plural(ran.total, 'run')} failed."
    )
    if first is not None:
        output.say(f"- {first.suite.value}, case {first.case}: {first.error}")
    if not options.only:
        _stale(arms, suites, replace(options, mode=Mode.REPLAY), output, console, remove=remove, sure=sure)
    return Exit.PARTLY if ran.failed else Exit.OK


def _design(arms: Sequence[Arm], suites: Sequence[Suite], options: Options, console: Console) -> Design:
    only = cases_of(options, suites, console) if options.only else None
    return Design.of(
        arms,
        suites,
        split=options.split,
        repeats=options.repeats,
        mode=options.mode,
        calls=options.calls,
        only=only,
        recordings=RECORDINGS,
    )


def _count(suites: Sequence[Suite]) -> int:
    return sum(1 for _ in recordings_in(RECORDINGS, {suite.name.value for suite in suites}))


def _stale(
    arms: Sequence[Arm],
    suites: Sequence[Suite],
    options: Options,
    output: Output,
    console: Console,
    *,
    remove: bool,
    sure: bool,
) -> None:
    """List what a replay of these prompts has no use for. Prompts that were not named may still need it, so it is only removed on request."""
    with tempfile.TemporaryDirectory() as folder:
        ran = run(_design(arms, suites, options, console), suites, options, Results(Path(folder)), console)
    model = arms[0].model
    stale = _of_this_model(standing(ran, RECORDINGS).stale, model, suites, options)
    if not stale:
        output.say("No recording is stale.")
        return
    output.say(f"{plural(len(stale), 'recording')} of {model} in {RECORDINGS} not used by these prompts:")
    shown = stale if remove else stale[:_SHOWN]
    for kept in shown:
        output.say(f"- {kept.path}")
    if len(stale) > len(shown):
        output.say(f"- and {len(stale) - len(shown)} more")
    if not remove:
        return
    if not sure and not sys.stdin.isatty():
        output.say("Nothing is removed without a question that somebody answers; --yes answers it.")
    elif sure or typer.confirm("Remove them? Another version of a prompt may need them."):
        output.say(f"{plural(prune(stale), 'recording')} removed.")


def _of_this_model(stale: Sequence[Kept], model: str | None, suites: Sequence[Suite], options: Options) -> list[Kept]:
    """Those that nobody else can need: of this model, and neither of the other cases, of further repeats, nor of the demonstration."""
    other = Split.DEV if options.split is Split.HELD_OUT else Split.HELD_OUT
    elsewhere = {(suite.name.value, case.id) for suite in suites for case in suite.cases(other)}
    elsewhere -= {(suite.name.value, case.id) for suite in suites for case in suite.cases(options.split)}
    demonstrated = _demonstrated()

    def nobodys(one: Recording) -> bool:
        return (
            one.model == model
            and one.repeat < options.repeats
            and (one.suite, one.case) not in elsewhere
            and one.prompt_hash not in demonstrated
        )

    return [kept for kept in stale if kept.recording is not None and nobodys(kept.recording)]


def _demonstrated() -> frozenset[str]:
    """Hashes of the prompts that the demonstration compares."""
    hashes: set[str] = set()
    for prompts in sorted(DEMONSTRATION.iterdir()) if DEMONSTRATION.is_dir() else ():
        with tempfile.TemporaryDirectory() as folder:
            hashes |= set(lay_out(str(prompts), Path(folder) / "prompts").hashes.values())
    return frozenset(hashes)
