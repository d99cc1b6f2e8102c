"""`review`: where a blueprint stands, and what the holder of a key does to its sections, in the terminal.

Nobody acts under a free name: whoever acts shows the secret of their key, from the environment or typed without being shown.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from getpass import getpass
from typing import TypeVar

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.output import Output
from discovery_agent.discovery import reviewing
from discovery_agent.discovery.access import principal_of
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.which_engagement import which_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Part
from discovery_agent.domain.blueprint.differences import Happened, section_differences
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.engagement import Engagement, Principal
from discovery_agent.domain.review import ReviewStanding, SectionReview, SectionState, Verb, gives_a_reason
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.settings import PREFIX, Settings

T = TypeVar("T")

KEY = f"{PREFIX}KEY"
SHOWN_OF_HASH = 12
"""Characters of a hash that are shown, and the fewest that name one again."""
_ENTRANCE = "/enter/"
_STATES = {
    SectionState.WAITING: ("waits", "yellow"),
    SectionState.CHANGES_REQUESTED: ("changes requested", "red"),
    SectionState.REJECTED: ("rejected", "red"),
    SectionState.APPROVED: ("approved", "green"),
    SectionState.REAPPROVE: ("changed since it was approved", "yellow"),
}
_SIGNS = {Happened.ADDED: ("+ ", "green"), Happened.REMOVED: ("- ", "red"), Happened.CHANGED: ("~ ", "yellow")}


def run_list(engagement: str | None, number: int | None, *, as_json: bool) -> Exit:
    """Print where a version stands: each section, each open choice, and what is lacking for a signature.

    Raises:
        DiscoveryError: there is no such engagement or version, or the database cannot be used.
    """
    return _run(lambda ws: _list(ws, engagement, number, as_json=as_json))


def run_show(section: SectionId, engagement: str | None, number: int | None, *, as_json: bool) -> Exit:
    """Print a section, how it differs from what was approved of it, and what was said about it.

    Raises:
        DiscoveryError: there is no such section, or the database cannot be used.
    """
    return _run(lambda ws: _show(ws, section, engagement, number, as_json=as_json))


def run_act(
    verb: Verb,
    section: SectionId,
    *,
    engagement: str | None,
    seen: str | None,
    words: str = "",
    choice: str | None = None,
    part: str | None = None,
    about: str | None = None,
    as_json: bool = False,
) -> Exit:
    """Act on a section of the newest version; `seen` is the beginning of the hash that `show` printed.

    Raises:
        DiscoveryError: the key does not work or may not do this, or the section is not what was seen.
    """

    async def work(ws: Workspace) -> Exit:
        found, who = await _entered(ws, engagement)
        stands = await reviewing.standing(ws, found.id)
        review = stands.section(section)
        if review is None:
            raise NotFound(f"Version {stands.number} has no section `{section.value}`.", remedy="`review list` shows what it has.")
        shown = _whole(seen, review.section_hash) if verb is not Verb.SETTLE else review.section_hash
        try:
            entry = await reviewing.act(ws, found.id, stands.number, section, shown, verb, words, who, choice, part, about=about)
        except StaleVersion as error:
            raise StaleVersion(
                f"“{review.title}” is not what you looked at: it is {review.section_hash[:SHOWN_OF_HASH]} in version {stands.number}.",
                remedy=f"Look at it with `review show {section.value}`, and decide anew.",
            ) from error
        console = Output()
        if as_json:
            console.write_json(entry.model_dump(mode="json"))
        else:
            console.say(
                f"{entry.reviewer}: {verb.value.replace('_', ' ')}, {review.title}, version {stands.number}. (", (entry.id, "dim"), ")"
            )
        return Exit.OK

    return _run(work)


def run_sign(*, engagement: str | None, seen: str, words: str, name: str = "", although: Sequence[str] = (), as_json: bool = False) -> Exit:
    """Sign the newest version; `seen` is the beginning of the hash that `list` printed, each of `although` a concern and its reason, such as
    `discovery=The board agreed to it.`.

    Raises:
        DiscoveryError: the key does not work or may not sign.
    """

    reasons = dict(map(_reason, although))

    async def work(ws: Workspace) -> Exit:
        found, who = await _entered(ws, engagement)
        stands = await reviewing.standing(ws, found.id, signer=who)
        console = Output()
        try:
            shown = _whole(seen, stands.content_hash)
            signed = await reviewing.sign(ws, found.id, stands.number, shown, who, words, name=name, although=reasons)
        except InvalidRequest as error:
            if as_json:
                concerns = [one.model_dump(mode="json") for one in stands.concerns]
                console.write_json({"signed": None, "lacking": list(stands.lacking), "concerns": concerns, "why": str(error)})
            else:
                _print_refusal(error, [*_not_shown(seen, stands), *stands.lacking], stands, reasons, console)
            return Exit.REFUSED
        if as_json:
            console.write_json({"signed": signed.model_dump(mode="json"), "lacking": []})
        else:
            console.say(f"Version {signed.number} is signed by {signed.signer}; it is no draft any more.")
            for one in signed.although:
                console.say(f"- Although: {one.what}. {one.reason}", indent=2)
        return Exit.OK

    return _run(work)


def _reason(given: str) -> tuple[str, str]:
    """A concern and its reason: `discovery=The board agreed to it.`"""
    concern, equals, reason = given.partition("=")
    if not equals or not concern.strip():
        raise InvalidRequest(
            f"“{given[:80]}” names no concern.", where="--although", remedy="Write it as `discovery=The board agreed to it.`."
        )
    return concern.strip().lower(), reason.strip()


def _print_refusal(
    error: InvalidRequest, lacking: Sequence[str], stands: ReviewStanding, reasons: Mapping[str, str], console: Output
) -> None:
    console.say((error.what, "bold"))
    if lacking:
        console.say("What is lacking:")
        for one in lacking:
            console.say(f"- {one}", indent=2)
    without = [one for one in stands.concerns if not gives_a_reason(reasons.get(one.id, ""))]
    for one in without:
        console.say((f"{one.what}:", "yellow"))
        for each in one.lacks:
            console.say(f"- {each}", indent=2)
    if without:
        options = " ".join(f"--although {one.id}=..." for one in without)
        console.say(f"To sign it all the same, say why: {options}")
    elif not lacking and error.remedy:
        console.say(error.remedy)
    if not stands.signs_as:
        console.say("This key names no person: say your own name with --name.")


def _run(work: Callable[[Workspace], Awaitable[Exit]]) -> Exit:
    async def opened() -> Exit:
        async with await Workspace.open(Settings.load()) as ws:
            return await work(ws)

    return asyncio.run(opened())


async def _list(ws: Workspace, engagement: str | None, number: int | None, *, as_json: bool) -> Exit:
    who = await _principal(ws) if os.environ.get(KEY) else None
    found = await which_engagement(ws, engagement, who)
    stands = await reviewing.standing(ws, found.id, number, signer=who)
    console = Output()
    if as_json:
        console.write_json(stands.model_dump(mode="json") | {"draft": stands.draft, "may_be_signed": stands.may_be_signed})
        return Exit.OK
    mark = f"signed by {stands.signed.signer}" if stands.signed else "signature broken" if stands.broken else "draft"
    console.say((f"{found.title}, version {stands.number}", "bold"), f"  {mark}  ", (stands.content_hash[:SHOWN_OF_HASH], "dim"))
    for one in stands.sections:
        console.say(_line(one), (one.section_hash[:SHOWN_OF_HASH], "dim"), indent=2)
    for one in stands.lacking:
        console.say(f"- {one}", indent=2)
    for one in stands.concerns:
        console.say(
            f"- {one.what} ({plural(len(one.lacks), 'thing is', 'things are')} missing): signing it takes --although {one.id}=...", indent=2
        )
    for one in stands.signed.although if stands.signed else ():
        console.say(f"- Although: {one.what}. {one.reason}", indent=2)
    return Exit.OK


def _line(one: SectionReview) -> str:
    words, _ = _STATES[one.state]
    who = f", waits for {', '.join(one.waits_for)}" if one.waits_for else ""
    against = f", against it: {', '.join(one.against)}" if one.against else ""
    comments = f", {plural(one.open_comments, 'open comment')}" if one.open_comments else ""
    return f"{one.section_id.value}: {words}{who}{against}{comments}  "


async def _show(ws: Workspace, section: SectionId, engagement: str | None, number: int | None, *, as_json: bool) -> Exit:
    who = await _principal(ws) if os.environ.get(KEY) else None
    found = await which_engagement(ws, engagement, who)
    stands = await reviewing.standing(ws, found.id, number)
    view = await reviewing.section_view(ws, found.id, stands.number, section, who)
    trail, _ = await reviewing.review_trail(ws, found.id, section, limit=200)
    console = Output()
    changes = section_differences(view.approved, view.section) if view.approved else ()
    if as_json:
        console.write_json(
            {
                **view.model_dump(mode="json"),
                "differences": [one.model_dump(mode="json") for one in changes],
                "trail": [one.model_dump(mode="json") for one in trail],
            }
        )
        return Exit.OK
    console.say((f"{view.section.title}, version {view.number}", "bold"), "  ", (view.review.section_hash[:SHOWN_OF_HASH], "dim"))
    console.say(_line(view.review), indent=2)
    for part in view.section.parts:
        _print_part(part, console)
    if view.approved is not None:
        console.say((f"Since version {view.approved_number}, where it was approved:", "bold"))
        for one in changes:
            sign, style = _SIGNS[one.happened]
            for text, mark in ((one.was, "- "), (one.now, "+ ")):
                if text:
                    console.say((mark if one.happened is Happened.CHANGED else sign, style), text, indent=2)
    for one in reversed(trail):
        said = f": {one.words}" if one.words else ""
        what = one.verb.value.replace("_", " ")
        console.say(
            (f"{one.at:%Y-%m-%d} ", "dim"), f"{one.reviewer}, {what}{said} ", (f"({one.id}, version {one.number})", "dim"), indent=2
        )
    return Exit.OK


def _print_part(part: Part, console: Output) -> None:
    if part.heading:
        console.say((part.heading, "bold"), "  ", (part.id, "dim"), indent=2)
    for claim in part.claims:
        console.say(claim.text, indent=4)
    if part.columns:
        console.say((" | ".join(part.columns), "dim"), indent=4)
    for row in part.rows:
        console.say(" | ".join(row.cells), indent=4)


async def _entered(ws: Workspace, engagement: str | None) -> tuple[Engagement, Principal]:
    """Who acts, and the engagement: that of their key unless another is named."""
    who = await _principal(ws)
    return await which_engagement(ws, engagement or who.engagement_id, who), who


async def _principal(ws: Workspace) -> Principal:
    return await principal_of(ws, _secret())


def _secret() -> str:
    """The secret of a key, or the link that holds it; never an argument, which others on the machine could read."""
    given = os.environ.get(KEY, "")
    if not given:
        if not sys.stdin.isatty():
            raise InvalidRequest(
                "It is not known who acts.", where=KEY, remedy="Set it to the secret of your key, or run this in a terminal."
            )
        given = getpass("Your key, or the link that you were sent: ")
    return given.strip().rsplit(_ENTRANCE, 1)[-1].strip()


def _whole(seen: str | None, current: str) -> str:
    """The hash whose beginning was given: the current one if it fits, or else something that fits nothing."""
    given = (seen or "").strip().lower()
    if len(given) < SHOWN_OF_HASH:
        raise InvalidRequest(
            "It is not said which content was looked at.", where="--seen", remedy=f"Give the {SHOWN_OF_HASH} characters that were shown."
        )
    return current if current.startswith(given) else given


def _not_shown(seen: str, stands: ReviewStanding) -> list[str]:
    if _whole(seen, stands.content_hash) == stands.content_hash:
        return []
    return [f"The newest version is {stands.content_hash[:SHOWN_OF_HASH]}, and you looked at other content: look at it with `review list`."]
