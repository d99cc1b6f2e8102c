"""The `discovery-agent` command. Heavy modules are imported inside commands, so that `--help` is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discovery_agent.cli.exit_codes import EPILOG, run_guarded

app = typer.Typer(
    name="discovery-agent",
    help="Find out from what people said what they want, how it is measured, and what proves it.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
eval_app = typer.Typer(help="Measure an analyst on annotated cases.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(eval_app, name="eval")


def _version(asked: bool) -> None:
    if asked:
        from discovery_agent import __version__

        typer.echo(f"discovery-agent {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")] = False,
) -> None:
    pass


@app.command(epilog=EPILOG)
def analyze(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Transcript files, folders, or globs in quotes.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the report; made if it is not there.")] = Path(
        "discovery-report"
    ),
    title: Annotated[str | None, typer.Option(help="Name of the engagement; otherwise that of the folder.")] = None,
    stakeholders: Annotated[Path | None, typer.Option(metavar="FILE", help="people.yaml: names with their role and department.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output, too.")] = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Show calls, tokens and price, and stop before any model is called.")
    ] = False,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", min=0.0, help="Stop calling the model before this much is spent.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no closing summary.")] = False,
) -> None:
    """Read transcripts; write what was found, with the sentence that proves it, as HTML, Markdown and JSON.

    The same call can be repeated: with a language model, only what changed is paid for again.
    """
    from discovery_agent.cli.analyze import run_analyze

    code = run_analyze(
        paths, out, title=title, stakeholders=stakeholders, as_json=as_json, estimate_only=estimate, max_cost=max_cost, quiet=quiet
    )
    raise typer.Exit(code)


@app.command(epilog=EPILOG)
def assess(
    text: Annotated[str, typer.Argument(metavar="TEXT_OR_FILE", help="The case in a few sentences, a file that holds it, or -.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Does this case need AI? The lowest rung of the ladder that suffices, why, and what would change it."""
    from discovery_agent.cli.assess import run_assess

    raise typer.Exit(run_assess(text, as_json=as_json))


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the report.")] = Path("demo-report"),
) -> None:
    """Analyse the sample engagement: three conversations of one organisation. Needs no key and no network."""
    from discovery_agent.cli.analyze import run_demo

    raise typer.Exit(run_demo(out))


@app.command()
def doctor() -> None:
    """Say what is configured, what works, and what to do about the rest."""
    from discovery_agent.cli.doctor import run_doctor

    raise typer.Exit(run_doctor())


@eval_app.command("run")
def eval_run(
    suite: Annotated[str, typer.Argument(help="Which suite to run: extraction or verdict.")] = "extraction",
    cases: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of cases, or a JSONL file of verdict cases; otherwise evals/<suite>/cases here."),
    ] = None,
    details: Annotated[bool, typer.Option("--details", help="List every finding missed or wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Run a suite: extraction (precision, recall and F1 per kind) or verdict (accuracy, expected cost, calibration)."""
    from discovery_agent.cli.evaluate import run_suite

    raise typer.Exit(run_suite(suite, cases, details=details, as_json=as_json))


def main() -> None:
    """Entry point of the console script."""
    run_guarded(lambda: app(prog_name="discovery-agent"))
