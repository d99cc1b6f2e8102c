"""The commands of `review` and their options; what they do is in `cli.review`, imported when one is called."""

from __future__ import annotations

from typing import Annotated

import typer

from discovery_agent.cli.exit_codes import EPILOG
from discovery_agent.domain.blueprint.document import SectionId

Section = Annotated[SectionId, typer.Argument(metavar="SECTION", help="Id of the section, as `review list` shows it.")]
Engagement = Annotated[
    str | None, typer.Option("--engagement", "-e", metavar="TITLE_OR_ID", help="Which one; otherwise that of the key, or the only one.")
]
Version = Annotated[int | None, typer.Option("--version", min=1, max=9999, help="Which version; the newest otherwise.")]
Seen = Annotated[str, typer.Option("--seen", metavar="HASH", help="The hash of the section as `review show` printed it.")]
Words = Annotated[str, typer.Option("--words", "-w", help="What you have to say; needed for everything but an approval.")]
Choice = Annotated[str | None, typer.Option("--choice", metavar="ID", help="One choice of the section of choices.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


review_app = typer.Typer(
    help="Review a blueprint as the holder of a key (DISCOVERY_KEY, or asked for): nobody acts under a free name.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@review_app.command("list", epilog=EPILOG)
def list_standing(engagement: Engagement = None, version: Version = None, as_json: AsJson = False) -> None:
    """Where a version stands: its sections, whom they wait for, and what is lacking for a signature."""
    from discovery_agent.cli.review import run_list

    raise typer.Exit(run_list(engagement, version, as_json=as_json))


@review_app.command("show", epilog=EPILOG)
def show(section: Section, engagement: Engagement = None, version: Version = None, as_json: AsJson = False) -> None:
    """A section, how it differs from what you (or else anybody) approved of it, and what was said about it."""
    from discovery_agent.cli.review import run_show

    raise typer.Exit(run_show(section, engagement, version, as_json=as_json))


@review_app.command("comment", epilog=EPILOG)
def comment(
    section: Section,
    seen: Seen,
    words: Words,
    engagement: Engagement = None,
    choice: Choice = None,
    part: Annotated[str | None, typer.Option("--part", metavar="ID", help="The part that it is on.")] = None,
    about: Annotated[str | None, typer.Option("--about", metavar="ID", help="The comment that it answers.")] = None,
    as_json: AsJson = False,
) -> None:
    """Comment on a section, on one part of it, or on another comment."""
    _act("comment", section, engagement, seen, words, choice, as_json, part=part, about=about)


@review_app.command("approve", epilog=EPILOG)
def approve(
    section: Section, seen: Seen, engagement: Engagement = None, words: Words = "", choice: Choice = None, as_json: AsJson = False
) -> None:
    """Approve a section, or with --choice one choice: approving the section of choices approves none of them."""
    _act("approve", section, engagement, seen, words, choice, as_json)


@review_app.command("request-changes", epilog=EPILOG)
def request_changes(
    section: Section, seen: Seen, words: Words, engagement: Engagement = None, choice: Choice = None, as_json: AsJson = False
) -> None:
    """Ask for changes: the section is not approved while this stands."""
    _act("request_changes", section, engagement, seen, words, choice, as_json)


@review_app.command("reject", epilog=EPILOG)
def reject(
    section: Section, seen: Seen, words: Words, engagement: Engagement = None, choice: Choice = None, as_json: AsJson = False
) -> None:
    """Reject a section: it is not approved while this stands."""
    _act("reject", section, engagement, seen, words, choice, as_json)


@review_app.command("withdraw", epilog=EPILOG)
def withdraw(
    section: Section, seen: Seen, engagement: Engagement = None, words: Words = "", choice: Choice = None, as_json: AsJson = False
) -> None:
    """Take back your last approval, request or rejection of a section."""
    _act("withdraw", section, engagement, seen, words, choice, as_json)


@review_app.command("settle", epilog=EPILOG)
def settle(
    section: Section,
    about: Annotated[str, typer.Option("--about", metavar="ID", help="The comment, or the objection.")],
    engagement: Engagement = None,
    words: Words = "",
    as_json: AsJson = False,
) -> None:
    """Mark a comment as settled, if you made it or lead; or, with a reason, the objection of somebody whose key was taken back."""
    _act("settle", section, engagement, None, words, None, as_json, about=about)


@review_app.command("sign", epilog=EPILOG)
def sign(
    seen: Annotated[str, typer.Option("--seen", metavar="HASH", help="The hash of the version as `review list` printed it.")],
    engagement: Engagement = None,
    words: Words = "",
    name: Annotated[str, typer.Option("--name", help="Your own name, where your key names a role and no person.")] = "",
    although: Annotated[
        list[str] | None,
        typer.Option(
            "--although",
            metavar="CONCERN=REASON",
            help="Why it is signed although an earlier gate is shut (discovery, feasibility), or although nobody approves for a role "
            "(sponsor, business, technical, compliance). Once for each; it stays with the signature.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sign the newest version, as owner or lead. If something is lacking, all of it is listed."""
    from discovery_agent.cli.review import run_sign

    raise typer.Exit(run_sign(engagement=engagement, seen=seen, words=words, name=name, although=although or [], as_json=as_json))


def _act(
    verb: str,
    section: SectionId,
    engagement: str | None,
    seen: str | None,
    words: str,
    choice: str | None,
    as_json: bool,
    *,
    part: str | None = None,
    about: str | None = None,
) -> None:
    from discovery_agent.cli.review import run_act
    from discovery_agent.domain.review import Verb

    code = run_act(
        Verb(verb), section, engagement=engagement, seen=seen, words=words, choice=choice, part=part, about=about, as_json=as_json
    )
    raise typer.Exit(code)
