"""The commands of `discovery-agent eval` as they are called. Heavy modules are imported inside them, so that `--help` is quick."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from discovery_agent.cli.exit_codes import EPILOG, GATE_EPILOG

if TYPE_CHECKING:
    from discovery_agent.cli.evals.choosing import Options

eval_app = typer.Typer(
    help="Is this prompt better, by how much, how sure are we, and at what cost? Experiments on annotated cases.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@eval_app.callback()
def prepare() -> None:
    """Set up what counts before anything heavy is loaded."""
    # Cases run side by side; matrix products that take all cores for themselves mostly wait for one another. Numpy reads it once.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


_Suites = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SUITE]...", help="extraction, verdict, retrieval, interview, agreement, vision, injection; all by default."),
]
_Suite = Annotated[list[str] | None, typer.Option("--suite", "-s", metavar="SUITE", help="Only this suite; may be repeated.")]
_Model = Annotated[str | None, typer.Option("--model", "-m", metavar="PROVIDER:NAME", help="The model; otherwise DISCOVERY_MODEL.")]
_Replay = Annotated[bool, typer.Option("--replay", help="Call no model: use the replies in evals/recordings, on the cases that have some.")]
_HeldOut = Annotated[bool, typer.Option("--held-out", help="The cases that are kept back, instead of those that are worked with.")]
_Repeats = Annotated[
    int, typer.Option("--repeats", min=1, max=100, help="Runs of each case; they are averaged before anything is compared.")
]
_Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, help="Runs at once.")]
_MaxCost = Annotated[float | None, typer.Option("--max-cost", metavar="USD", min=0.0, help="Begin no call that could pass this.")]
_Only = Annotated[list[str] | None, typer.Option("--only", metavar="CASE", help="Only this case, as ID or SUITE/ID; may be repeated.")]
_Failing = Annotated[
    bool, typer.Option("--only-failing", help="Only cases that failed, or on which head lost, when the same command ran before.")
]
_Knowledge = Annotated[bool, typer.Option("--with-knowledge", help="Show the model passages of the knowledge base, as in the product.")]
_Seed = Annotated[int, typer.Option("--seed", help="Seed of the permutation test.")]
_Json = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


@eval_app.command("run", epilog=EPILOG)
def eval_run(
    suites: _Suites = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Customary figures of one suite on cases elsewhere: a folder of cases, a JSONL file of verdict cases, or a BEIR folder.",
        ),
    ] = None,
    details: Annotated[bool, typer.Option("--details", help="Customary figures of one suite, with everything missed or wrong.")] = False,
    as_json: _Json = False,
    personas: Annotated[Path | None, typer.Option(metavar="DIR", help="For interview: other simulated stakeholders.")] = None,
    transcripts: Annotated[Path | None, typer.Option(metavar="DIR", help="For interview: write each interview as Markdown.")] = None,
    model: _Model = None,
    replay: _Replay = False,
    held_out: _HeldOut = False,
    repeats: _Repeats = 1,
    jobs: _Jobs = 4,
    max_cost: _MaxCost = None,
    only: _Only = None,
    only_failing: _Failing = False,
    with_knowledge: _Knowledge = False,
    seed: _Seed = 0,
) -> None:
    """Measure the rules analyst, and the configured model beside it, on every case of the suites. The same call resumes.

    With --cases, --details, --personas or --transcripts, or for the suite `questions` (the question checker beside judged questions), the
    customary figures of one suite are printed and nothing is kept.
    """
    if cases or details or personas or transcripts or suites == ["questions"]:
        from discovery_agent.cli.evals.figures import run_suite

        if suites and len(suites) > 1:
            raise typer.BadParameter("Name one suite with --cases, --details, --personas or --transcripts.")
        suite = suites[0] if suites else "extraction"
        raise typer.Exit(run_suite(suite, cases, details=details, as_json=as_json, personas=personas, transcripts=transcripts))
    from discovery_agent.cli.evals.running import run_suites

    options = _options(model, replay, held_out, repeats, jobs, max_cost, only, only_failing, with_knowledge, seed)
    raise typer.Exit(run_suites(suites or (), options, as_json=as_json))


@eval_app.command("compare", epilog=EPILOG)
def eval_compare(
    base: Annotated[str, typer.Argument(help="What it is measured against: a git revision, a folder of prompts, or `.` (working tree).")],
    head: Annotated[str, typer.Argument(help="What is new: likewise. A folder may hold only the prompts that differ.")],
    suite: _Suite = None,
    details: Annotated[bool, typer.Option("--details", help="Print every metric, not only those that decide.")] = False,
    as_json: _Json = False,
    model: _Model = None,
    replay: _Replay = False,
    held_out: _HeldOut = False,
    repeats: _Repeats = 1,
    jobs: _Jobs = 4,
    max_cost: _MaxCost = None,
    only: _Only = None,
    only_failing: _Failing = False,
    with_knowledge: _Knowledge = False,
    seed: _Seed = 0,
) -> None:
    """Is HEAD's prompt better than BASE's? Same code, same cases, two sets of prompts, and plain automation beside them.

    Writes a report; `eval gate` turns it into an exit code. The same call resumes, and what has ended is not paid for twice.
    """
    from discovery_agent.cli.evals.running import run_comparison

    options = _options(model, replay, held_out, repeats, jobs, max_cost, only, only_failing, with_knowledge, seed)
    raise typer.Exit(run_comparison(base, head, suite or (), options, as_json=as_json, details=details))


@eval_app.command("report", epilog=EPILOG)
def eval_report(
    run: Annotated[str | None, typer.Argument(help="Id of a run, or its beginning; the last one by default.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where to; otherwise beside the results.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the text for a pull request, and write nothing.")] = False,
) -> None:
    """Write the report of a finished run: report.html, report.md and comparison.json."""
    from discovery_agent.cli.evals.gating import run_report

    raise typer.Exit(run_report(run, out, markdown=markdown))


@eval_app.command("list", epilog=EPILOG)
def eval_list() -> None:
    """What there is: suites with their cases, recordings and prompts, and the experiments that were run."""
    from discovery_agent.cli.evals.listing import run_list

    raise typer.Exit(run_list())


@eval_app.command("gate", epilog=GATE_EPILOG)
def eval_gate(
    run: Annotated[str | None, typer.Argument(help="Id of a run, or its beginning; the last one by default.")] = None,
) -> None:
    """Rule on a comparison by exit code, with the reasons. Only what is surely not worse passes."""
    from discovery_agent.cli.evals.gating import run_gate

    raise typer.Exit(run_gate(run))


@eval_app.command("schema", epilog=EPILOG)
def eval_schema(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write them to.")] = Path("docs/schemas"),
) -> None:
    """Write the JSON Schema of every case file, for editors, and of what an experiment leaves behind, for programs."""
    from discovery_agent.cli.output import Output
    from discovery_agent.discovery.report.files import write_all
    from discovery_agent.evals.schemas import SCHEMAS, schema_files

    console = Output()
    for path, published in zip(write_all(out, schema_files()).values(), SCHEMAS.values(), strict=True):
        console.say(f"{path}  {published.files}")


@eval_app.command("record", epilog=EPILOG)
def eval_record(
    suites: _Suites = None,
    prompts: Annotated[
        list[str] | None,
        typer.Option(
            "--prompts", metavar="PROMPTS", help="A git revision, a folder, or `.`; may be repeated. The working tree's by default."
        ),
    ] = None,
    model: _Model = None,
    held_out: _HeldOut = False,
    repeats: _Repeats = 1,
    jobs: _Jobs = 4,
    max_cost: _MaxCost = None,
    only: _Only = None,
    with_knowledge: _Knowledge = False,
    remove: Annotated[
        bool, typer.Option("--prune", help="Remove recordings of this model that none of these prompts uses, after a question.")
    ] = False,
    sure: Annotated[bool, typer.Option("--yes", help="With --prune: remove them without a question.")] = False,
) -> None:
    """Ask the model for replies that are not recorded yet, into evals/recordings, and list those of this model that these prompts do not use."""
    from discovery_agent.cli.evals.recording import run_record

    options = _options(model, False, held_out, repeats, jobs, max_cost, only, False, with_knowledge, 0)
    raise typer.Exit(run_record(suites or (), prompts or ["."], options, remove=remove, sure=sure))


def _options(
    model: str | None,
    replay: bool,
    held_out: bool,
    repeats: int,
    jobs: int,
    max_cost: float | None,
    only: list[str] | None,
    only_failing: bool,
    with_knowledge: bool,
    seed: int,
) -> Options:
    from discovery_agent.cli.evals.choosing import Options
    from discovery_agent.evals.harness.suite import Split
    from discovery_agent.models.recordings import Mode

    return Options(
        mode=Mode.REPLAY if replay else Mode.OFF,
        model=model,
        split=Split.HELD_OUT if held_out else Split.DEV,
        repeats=repeats,
        seed=seed,
        jobs=jobs,
        max_cost=max_cost,
        only=tuple(only or ()),
        only_failing=only_failing,
        with_knowledge=with_knowledge,
    )
