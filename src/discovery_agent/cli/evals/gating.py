"""`eval gate` and `eval report`: what a finished experiment says, for a machine and for a reader."""

from __future__ import annotations

from pathlib import Path

from discovery_agent.cli.evals.attempts import refuse_without_result
from discovery_agent.cli.evals.printing import print_reasons
from discovery_agent.cli.evals.results import Results, problem_text, read_comparison
from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.output import Output
from discovery_agent.errors import DiscoveryError, HarnessError
from discovery_agent.evals.harness.gate import GateExit, exit_code
from discovery_agent.evals.harness.report import TEXT, write_report
from discovery_agent.evals.harness.report.wording import headline
from discovery_agent.settings import Settings


def run_gate(run: str | None) -> GateExit:
    """The ruling on a run as an exit code, with its reasons. Whatever keeps a ruling from being made is a harness error: it never passes."""
    console = Output()
    try:
        results = Results.of(Settings.load())
        if run is None:
            refuse_without_result(results.folder)
        folder = results.find(run)
        comparison = read_comparison(folder)
        code = exit_code(comparison)
    except DiscoveryError as error:
        where = f"{error.where}: " if error.where else ""
        console.say(("Nothing can be ruled on.", "bold"))
        console.say(f"- {where}{error.what}")
        if error.remedy:
            console.say(f"- What to do: {error.remedy}")
        return GateExit.HARNESS_ERROR
    console.say((headline(comparison), "bold"))
    print_reasons(comparison, console)
    console.say(f"Gate: {code.name.lower().replace('_', ' ')} (exit code {code.value}). Run {folder.name}.")
    return code


def run_report(run: str | None, out: Path | None, *, markdown: bool) -> Exit:
    """Write the report of a finished run anew, or print its Markdown; of one that was cut short, print why.

    Raises:
        NotFound: there is no such run.
        HarnessError: it did not come to its end.
    """
    results, console = Results.of(Settings.load()), Output()
    try:
        if run is None:
            refuse_without_result(results.folder)
        folder = results.find(run)
        comparison = read_comparison(folder)
    except HarnessError as error:
        if not markdown:
            raise
        print(problem_text(error), end="")
        return Exit.OK
    if markdown and (folder / TEXT).is_file():
        print((folder / TEXT).read_text(encoding="utf-8"), end="")
        return Exit.OK
    for path in write_report(comparison, out or folder).values():
        console.say(str(path))
    return Exit.OK
