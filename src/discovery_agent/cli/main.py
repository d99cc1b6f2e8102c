"""The `discovery-agent` command. Heavy modules are imported inside commands, so that `--help` is quick."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from discovery_agent.cli.blueprint_commands import draft, export
from discovery_agent.cli.engagement_name import engagement_name
from discovery_agent.cli.evals.attempts import NotedGroup
from discovery_agent.cli.evals.commands import eval_app
from discovery_agent.cli.exit_codes import DOCTOR_EPILOG, EPILOG, WATCH_EPILOG, run_guarded
from discovery_agent.cli.review_commands import review_app
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.page_labels import Audience, PageKind, Phase

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
app.add_typer(eval_app, name="eval", cls=NotedGroup)
knowledge_app = typer.Typer(
    help="Search what an experienced advisor knows, and an engagement's own documents.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(review_app, name="review")
app.command("draft", epilog=EPILOG)(draft)
app.command("export", epilog=EPILOG)(export)

_ENGAGEMENT = typer.Option(
    "--engagement", "-e", metavar="NAME", callback=engagement_name, help="Whose documents: small letters, digits and hyphens."
)


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


class TableFormat(StrEnum):
    """Kinds of file that hold the results as tables."""

    JSONL = "jsonl"
    PARQUET = "parquet"


@app.command(epilog=EPILOG)
def analyze(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Transcripts, mails, Slack exports: files, folders, or globs in quotes.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the report; made if it is not there.")] = Path(
        "discovery-report"
    ),
    title: Annotated[str | None, typer.Option(help="Name of the engagement; otherwise that of the folder.")] = None,
    stakeholders: Annotated[Path | None, typer.Option(metavar="FILE", help="people.yaml: names with their role and department.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output, too.")] = False,
    formats: Annotated[
        list[TableFormat] | None, typer.Option("--format", help="Write the results as tables of this kind, too; may be repeated.")
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Show calls, tokens and price, and stop before any model is called.")
    ] = False,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", min=0.0, help="Stop calling the model before this much is spent.")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Of an earlier run into the same folder, read only what failed or was not paid for.")
    ] = False,
    batch_api: Annotated[
        bool, typer.Option("--batch-api", help="Hand the calls in through the provider's Batch API: half the price, within a day.")
    ] = False,
    engagement: Annotated[
        str | None,
        typer.Option(
            "--engagement",
            "-e",
            metavar="NAME",
            callback=engagement_name,
            help="Search the documents added to this engagement, too (`knowledge add`).",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no closing summary.")] = False,
) -> None:
    """Read any number of transcripts; write what was found, with the sentence that proves it, as HTML, Markdown and JSON.

    The same call can be repeated, also after it was stopped or killed: what is finished is kept in the folder of the report, and only
    what is missing or has changed is read, and paid for.
    """
    from discovery_agent.cli.analyze import Asked, run_analyze

    asked = Asked(
        title=title,
        stakeholders=stakeholders,
        engagement=engagement,
        as_json=as_json,
        estimate_only=estimate,
        retry_failed=retry_failed,
        batch_api=batch_api,
        formats=tuple(one.value for one in formats or ()),
        max_cost=max_cost,
        quiet=quiet,
    )
    raise typer.Exit(run_analyze(paths, out, asked))


@app.command(epilog=WATCH_EPILOG)
def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where exports of Teams, Zoom, Meet, Slack and mail land.")],
    engagement: Annotated[
        str | None,
        typer.Option(
            "--engagement", "-e", metavar="TITLE_OR_ID", help="Upload to this engagement; made if it is new. Without it, a report."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for the report; discovery-report if not given.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Read what is there, and end: for a scheduler.")] = False,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look the folder through every two seconds, for drives that do not tell of changes.")
    ] = False,
) -> None:
    """Read transcripts as they land in a folder and its subfolders, each once; Ctrl-C ends it.

    A report of all of them is kept up to date in discovery-report, or they are uploaded to an engagement of the database. Files that
    are still being written are waited for. After a restart, what landed meanwhile is read.
    """
    from discovery_agent.cli.watch import Asked, run_watch

    if engagement is not None and out is not None:
        raise typer.BadParameter("Give --engagement or --out, not both.")
    raise typer.Exit(run_watch(Asked(folder, out or Path("discovery-report"), engagement, once, poll)))


@app.command(epilog=EPILOG)
def assess(
    text: Annotated[str, typer.Argument(metavar="TEXT_OR_FILE", help="The case in a few sentences, a file that holds it, or -.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Does this case need AI? The simplest solution that suffices, why, and what would change it."""
    from discovery_agent.cli.assess import run_assess

    raise typer.Exit(run_assess(text, as_json=as_json))


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the report.")] = Path("demo-report"),
) -> None:
    """Analyse the sample engagement: four conversations of one organisation. Needs no key and no network."""
    from discovery_agent.cli.analyze import run_demo

    raise typer.Exit(run_demo(out))


@app.command(epilog=EPILOG)
def interview(
    engagement: Annotated[
        str | None,
        typer.Option("--engagement", "-e", metavar="TITLE_OR_ID", help="Which one; made if it is new. Not needed if there is only one."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Who is interviewed; asked for otherwise.")] = None,
    role: Annotated[Role | None, typer.Option("--role", help="What a new stakeholder can be expected to know.")] = None,
) -> None:
    """Interview one stakeholder in the terminal. Leave with Ctrl-C at any time: the same call goes on from there."""
    from discovery_agent.cli.interview import run_interview

    raise typer.Exit(run_interview(engagement, name, role))


@app.command(epilog=EPILOG)
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for every one of this machine.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="Port to listen at; 0 for any that is free.")] = 8000,
    demo: Annotated[
        bool, typer.Option("--demo", help="Open the two sample engagements, in a database of their own and without a model.")
    ] = False,
    new_owner_link: Annotated[
        bool, typer.Option("--new-owner-link", help="Print a new one-time link for the owner, and stop; also while a server runs.")
    ] = False,
) -> None:
    """Serve pages and API: engagements, interviews, transcripts, assessments. The first start prints the owner's link."""
    from discovery_agent.cli.serve import run_serve

    raise typer.Exit(run_serve(host, port, demo=demo, owner_link=new_owner_link))


@app.command(epilog=EPILOG)
def worker() -> None:
    """Help a server on PostgreSQL with its background work; any number of workers may run. SQLite needs none."""
    from discovery_agent.cli.worker import run_worker

    raise typer.Exit(run_worker())


@app.command(epilog=EPILOG)
def mcp(
    transcripts: Annotated[
        Path | None, typer.Option("--transcripts", metavar="DIR", help="Folder whose files may be analysed by their path; none without it.")
    ] = None,
) -> None:
    """Let the assistant of another program on this machine read engagements (Model Context Protocol over standard input and output).

    The program starts this command itself. DISCOVERY_KEY holds the key whose rights apply; without it you are the owner of the local data.
    """
    from discovery_agent.cli.mcp import run_mcp

    raise typer.Exit(run_mcp(transcripts))


@app.command(epilog=DOCTOR_EPILOG)
def doctor(
    call: Annotated[
        bool,
        typer.Option(
            "--call", help="Ask the language model one tiny question, which may cost a fraction of a cent, and the provider of sign-ins."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say what is configured, what works, and what to do about the rest. Changes nothing but the cache."""
    from discovery_agent.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(call=call, as_json=as_json))


@knowledge_app.command("search", epilog=EPILOG)
def knowledge_search(
    query: Annotated[str, typer.Argument(help="A question, or words.")],
    engagement: Annotated[str | None, _ENGAGEMENT] = None,
    kind: Annotated[list[PageKind] | None, typer.Option(help="Only pages of this kind; may be repeated.")] = None,
    phase: Annotated[list[Phase] | None, typer.Option(help="Only pages for this phase; may be repeated.")] = None,
    audience: Annotated[list[Audience] | None, typer.Option(help="Only pages for these readers; may be repeated.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many passages.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print the passages as JSON.")] = False,
) -> None:
    """Find passages by meaning and by words, each with where it stands. The index is built on first use."""
    from discovery_agent.cli.knowledge import run_search
    from discovery_agent.domain.retrieval import PassageFilter

    only = PassageFilter(kinds=tuple(kind or ()), phases=tuple(phase or ()), audiences=tuple(audience or ()))
    raise typer.Exit(run_search(query, engagement=engagement, only=only, limit=limit, as_json=as_json))


@knowledge_app.command("add", epilog=EPILOG)
def knowledge_add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or globs in quotes.")],
    engagement: Annotated[str, _ENGAGEMENT],
) -> None:
    """Add documents to an engagement: PDF, Word, Excel, Markdown, text, HTML, CSV. A file of the same name is replaced."""
    from discovery_agent.cli.knowledge import run_add

    raise typer.Exit(run_add(paths, engagement))


@knowledge_app.command("list", epilog=EPILOG)
def knowledge_list(
    engagement: Annotated[str | None, _ENGAGEMENT] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the pages as JSON.")] = False,
) -> None:
    """List the pages of the corpus, or the documents of an engagement."""
    from discovery_agent.cli.knowledge import run_list

    raise typer.Exit(run_list(engagement, as_json=as_json))


@knowledge_app.command("remove", epilog=EPILOG)
def knowledge_remove(
    engagement: Annotated[str, _ENGAGEMENT],
    names: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="Names of files as added, or ids.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All documents of the engagement, its index, and replies of the model that were kept for it.")
    ] = False,
) -> None:
    """Remove documents of an engagement, with their vectors."""
    from discovery_agent.cli.knowledge import run_remove

    if bool(names) == everything:
        raise typer.BadParameter("Name the documents, or give --all.")
    raise typer.Exit(run_remove(names or [], engagement, everything=everything))


@knowledge_app.command("rebuild", epilog=EPILOG)
def knowledge_rebuild(engagement: Annotated[str | None, _ENGAGEMENT] = None) -> None:
    """Make the index of the corpus anew, or that of an engagement."""
    from discovery_agent.cli.knowledge import run_rebuild

    raise typer.Exit(run_rebuild(engagement))


def main() -> None:
    """Entry point of the console script."""
    run_guarded(lambda: app(prog_name="discovery-agent"))


if __name__ == "__main__":
    main()
