"""The recap as a dialogue in plain text, for chats that have nothing but text.

Each message is acted on at once and what it decided is stored, so the dialogue can break off and go on anywhere:

    1. Figures: A claim takes nine days. ...
    > 1: nine working days
    > yes
    > 4, release
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from discovery_agent.discovery.corrections import decided, store_decision
from discovery_agent.discovery.interviewing.closing import Confirm, Correct, Decision, Reject, finish_recap
from discovery_agent.discovery.interviewing.view import view_interview
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import ConversationState, StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.domain.interview.moves import RecapLine
from discovery_agent.errors import InvalidRequest

CLOSED = "This interview is closed. Thank you for your time; there is nothing more to do here."
_HELP = (
    "Is that right? Answer “yes” if all of it is. Otherwise correct a line by its number, such as “2: nine days, not four”, or drop it, "
    "such as “drop 3”; several in one message are fine, one to a line."
)
_HELP_BEYOND = "Confirm, correct or drop any of these by its number, such as “15: yes”; or leave them as they are."
_ASK_BOTH = (
    "Last, please: how well does this describe your view, from 1 (poorly) to 4 (very well)? And may the lead read this interview? Answer "
    "with both, such as “4, release” or “4, keep private”."
)
_ASK_RATING = "Last, please: how well does this describe your view, from 1 (poorly) to 4 (very well)?"
_NOT_UNDERSTOOD = "I did not get that."
_NOTED = "Noted."
_LINES_FIRST = "First the lines, please."
_MORE = re.compile(r"\s*(?:show (?:me )?|see )?(?:the )?(?:more|others|rest)(?: (?:lines|things))?(?:,? please)?\W*", re.IGNORECASE)

_NUMBERED = re.compile(r"\s*(?:line\s+)?(\d{1,2})\s*[:.)]\s*(.+)", re.IGNORECASE)
_DROPPED = re.compile(r"\s*(?:drop|remove|delete|reject|strike)\s+(?:line\s+)?(\d{1,2})\W*", re.IGNORECASE)
_WRONG = re.compile(r"\s*(?:no|wrong|drop|remove|delete|reject|not (?:right|true|correct))(?: it)?\W*", re.IGNORECASE)
_RIGHT = re.compile(
    r"\s*(?:yes|yep|yeah|y|ok(?:ay)?|right|correct|true|confirm(?:ed)?|agreed|perfect|fine|(?:sounds|looks) (?:good|right)|"
    r"(?:that|all|it)(?:'s| is|’s)? (?:of it )?(?:is )?(?:all )?(?:right|correct|good|fine|true))\b(?P<more>.*)",
    re.IGNORECASE | re.DOTALL,
)
_RATING = re.compile(r"(?<![\d.,])([1-4])(?:\s*(?:/|of|out of)\s*4)?(?![\d.]|,\d)")
_PRIVATE = re.compile(
    r"\bprivate\b|\bconfidential\b|(?:\bnot|n.t|\bnever|\bno)\s+(?:be\s+)?(?:releas|shar|read|see|show)\w*", re.IGNORECASE
)
_RELEASED = re.compile(r"\b(?:releas|shar)\w*", re.IGNORECASE)
_YES = re.compile(r"\b(?:yes|yep|yeah|sure|of course|ok(?:ay)?)\b", re.IGNORECASE)
_NO = re.compile(r"\b(?:no|nope|rather not)\b", re.IGNORECASE)
# What may stand beside "yes" without taking anything back.
_BESIDE = re.compile(
    r"\b(?:yes|all|of|it|is|that|this|the|right|correct|good|fine|true|thanks?|thank you|you|and|please|keep|my|rating|rate|lead|may|can|read)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Message:
    """What a message says to the recap."""

    lines: Mapping[int, Decision] = field(default_factory=dict[int, Decision])
    all_right: bool = False
    rating: int | None = None
    release: bool | None = None
    agrees: bool | None = None
    """A plain yes or no, to whatever was asked."""
    more: bool = False
    """Whether it asks for the lines that go beyond the first ones."""


def read_message(text: str) -> Message:
    """Read a message: what it says of lines by their numbers, and what else it says."""
    lines: dict[int, Decision] = {}
    rest: list[str] = []
    for part in re.split(r"[\n;]+", text):
        if match := _DROPPED.fullmatch(part):
            lines[int(match[1])] = Reject()
        elif match := _NUMBERED.fullmatch(part):
            lines[int(match[1])] = _of_line(match[2].strip())
        else:
            rest.append(part)
    remaining = " ".join(rest)
    right = _RIGHT.match(remaining)
    rating = _RATING.search(remaining)
    return Message(
        lines=lines,
        all_right=right is not None and not _takes_back(right["more"]),
        rating=int(rating[1]) if rating else None,
        release=False if _PRIVATE.search(remaining) else True if _RELEASED.search(remaining) else None,
        agrees=False if _NO.search(remaining) else True if _YES.search(remaining) else None,
        more=_MORE.fullmatch(text) is not None,
    )


def _of_line(said: str) -> Decision:
    if _WRONG.fullmatch(said):
        return Reject()
    right = _RIGHT.fullmatch(said)
    return Confirm() if right and not _takes_back(right["more"]) else Correct(text=said)


def _takes_back(more: str) -> bool:
    """Whether something stands beside a "yes" that is more than politeness, a rating or a release."""
    for harmless in (_PRIVATE, _RELEASED, _RATING, _BESIDE):
        more = harmless.sub(" ", more)
    return any(sign.isalnum() for sign in more)


def shown(lines: Sequence[RecapLine], done: Collection[RecapLine] = (), *, first: int = 1) -> str:
    """The lines with their numbers, from `first` on; those that are done say so."""
    if not lines:
        return "I understood nothing that I could write down."
    listed = [
        f"{number}. {line.heading}: {line.statement}{' (done)' if line in done else ''}\n   You said: “{line.quote}”"
        for number, line in enumerate(lines, start=first)
    ]
    return "\n".join(["Here is what I understood:" if first == 1 else "This I noted, too:", "", *listed])


def waiting(numbers: Sequence[int]) -> str:
    """Which lines are still waited for: `Lines 2, 3 and 5 still wait for your word.`"""
    if len(numbers) == 1:
        return f"Line {numbers[0]} still waits for your word."
    *others, last = numbers
    return f"Lines {', '.join(map(str, others))} and {last} still wait for your word."


async def recap_reply(ws: Workspace, conversation_id: str, message: str, *, actor: str) -> str:
    """Act on a message of the stakeholder to the recap, and say what comes next. An empty message only asks where it stands.

    Raises:
        NotFound: there is no such interview.
        StaleVersion: the same recap is gone through elsewhere at this moment.
    """
    view = await view_interview(ws, conversation_id)
    if view.record.state is ConversationState.CLOSED:
        return CLOSED
    asked = read_message(message)
    by_id = {one.finding.id: one for one in view.understood}
    undecided = [line for line in view.recap if not line.further and _is_open(line, by_id)]
    decisions: dict[RecapLine, Decision] = {}
    for number, line in enumerate(view.recap, start=1):
        if number in asked.lines:
            decisions[line] = asked.lines[number]
        elif asked.all_right and line in undecided:
            decisions[line] = Confirm()
    opening = "" if decisions or not message or asked.more else _LINES_FIRST if undecided and asked.rating else _NOT_UNDERSTOOD
    if decisions:
        try:
            await _decide(ws, decisions, by_id, actor)
            opening = _NOTED
        except InvalidRequest as error:
            opening = f"{error.what} {error.remedy or ''}".strip()
        view = await view_interview(ws, conversation_id)
        by_id = {one.finding.id: one for one in view.understood}
    done = [line for line in view.recap if not _is_open(line, by_id)]
    asks_for = [line for line in view.recap if not line.further]
    beyond = view.recap[len(asks_for) :]
    if missing := [number for number, line in enumerate(asks_for, start=1) if line not in done]:
        partly = waiting(missing) if len(missing) < len(asks_for) or (undecided and asked.rating) else ""
        return "\n\n".join(part for part in (opening, shown(asks_for, done), partly, _HELP) if part)
    release = asked.release if asked.release is not None or undecided else asked.agrees
    release = release if view.private else True
    if asked.rating is not None and release is not None:
        await finish_recap(ws, conversation_id, decisions={}, rating=asked.rating, release=release, actor=actor)
        return "Thank you. Your interview is closed, and " + ("the lead can read it now." if release else "it stays private.")
    question = _ASK_BOTH if view.private else _ASK_RATING
    if beyond and asked.more:
        listed = shown(beyond, done, first=len(asks_for) + 1)
        return "\n\n".join((listed, _HELP_BEYOND, question))
    listed = "" if decisions else shown(asks_for, done)
    return "\n\n".join(part for part in (opening, listed, _beyond(sum(line not in done for line in beyond)), question) if part)


def _beyond(count: int) -> str:
    if not count:
        return ""
    return (
        f"I noted {'one more thing' if count == 1 else f'{count} more things'}, which the lead would see marked as not confirmed by you. "
        "Answer “more” to go through them."
    )


def _is_open(line: RecapLine, by_id: Mapping[str, StoredFinding]) -> bool:
    return any(by_id[one].finding.status is FindingStatus.PROPOSED for one in line.finding_ids)


async def _decide(ws: Workspace, decisions: Mapping[RecapLine, Decision], by_id: Mapping[str, StoredFinding], actor: str) -> None:
    """Store what was said of some lines: all of it, or nothing."""
    changes = [
        (stored, after)
        for line, decision in decisions.items()
        for stored in (by_id[one] for one in line.finding_ids)
        if (after := await _decided(ws, stored, by_id[line.finding_ids[0]], decision)) is not None
    ]
    async with ws.database.unit() as unit:
        for before, after in changes:
            await store_decision(ws, unit, before, after, actor)


async def _decided(ws: Workspace, stored: StoredFinding, first: StoredFinding, decision: Decision) -> StoredFinding | None:
    """A finding of a line after a decision on the line. A correction concerns what the line says, not facts read beside it."""
    match decision:
        case Confirm():
            return await decided(ws, stored, FindingStatus.CONFIRMED) if stored.finding.status is FindingStatus.PROPOSED else None
        case Reject():
            return await decided(ws, stored, FindingStatus.REJECTED)
        case Correct(text=text):
            beside = stored.finding.kind is FindingKind.CRITERION and first.finding.kind is not FindingKind.CRITERION
            return await decided(ws, stored, FindingStatus.CONFIRMED if beside else FindingStatus.CORRECTED, None if beside else text)
