"""What was said, with the words that findings rest on highlighted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from discovery_agent.discovery.report.highlights import Mark, Segment, segments
from discovery_agent.discovery.report.wording import NOBODY, clock, visible_characters
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import StoredFinding, StoredUtterance
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.web.ui.elements import Piece, div, link, name, span


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of what was said, and the findings that rest on it, numbered in the order in which they were said."""

    utterances: Sequence[StoredUtterance]
    numbered: dict[int, StoredFinding]
    marks: dict[str, list[Mark]]


async def read_stretch(ws: Workspace, engagement_id: str, conversation_id: str, first: int, limit: int) -> Stretch:
    """What was said from utterance `first` on, at most `limit`."""
    async with ws.database.reading() as unit:
        utterances = await unit.conversations.utterances(engagement_id, conversation_id, first, limit)
        found, _ = await unit.findings.list(engagement_id, conversation_id=conversation_id, limit=None)
    here = {utterance.id for utterance in utterances}
    numbered: dict[int, StoredFinding] = {}
    marks: dict[str, list[Mark]] = defaultdict(list)
    for number, stored in enumerate(sorted(found, key=_place), start=1):
        quotes = [quote for quote in stored.finding.quotes if quote.conversation_id == conversation_id and quote.utterance_id in here]
        if quotes:
            numbered[number] = stored
        if stored.finding.status is not FindingStatus.REJECTED:
            for count, quote in enumerate(quotes, start=1):
                marks[quote.utterance_id].append(Mark(quote.start, quote.end, number, count))
    return Stretch(utterances, numbered, dict(marks))


def _place(stored: StoredFinding) -> tuple[int, bool, int, str]:
    """Findings in the order of saying; what a sentence claims comes before what was only read in it."""
    first = stored.finding.quotes[0]
    number = first.utterance_id.removeprefix("u")
    return int(number) if number.isdecimal() else 0, stored.finding.kind is FindingKind.CRITERION, first.start, stored.finding.id


def show_turns(stretch: Stretch) -> None:
    """The turns of a stretch."""
    previous: str | None = None
    with Piece("ol", "", "turns-read"):
        for utterance in stretch.utterances:
            with Piece("li", "", "turn", id=f"u{utterance.index}"):
                again = utterance.speaker is not None and utterance.speaker == previous
                with div("who again" if again else "who"):
                    name(utterance.speaker or NOBODY)
                    if utterance.start is not None:
                        span(clock(utterance.start), "time")
                with Piece("p", "", "", dir="auto"):
                    _words(utterance.text, stretch.marks.get(utterance.id, []), stretch.numbered)
            previous = utterance.speaker


def _words(text: str, marks: Sequence[Mark], numbered: dict[int, StoredFinding]) -> None:
    pieces = visible_characters(text)
    for part in segments(text, marks):
        shown = part.text if pieces is None else "".join(pieces[part.start : part.start + len(part.text)])
        if part.marks:
            kinds = numbered[part.marks[-1].finding].finding.kind.value
            Piece("mark", shown, f"k-{kinds} many" if len(part.marks) > 1 else f"k-{kinds}")
        else:
            span(shown)
        _labels(part, numbered)


def _labels(part: Segment, numbered: dict[int, StoredFinding]) -> None:
    for mark in part.closing:
        finding = numbered[mark.finding].finding
        link(
            "",
            f"#f{mark.finding}",
            f"ref inline k-{finding.kind.value}",
            data_label=f"F{mark.finding}",
            aria_label=f"Finding {mark.finding}",
            title=finding.statement,
        )
