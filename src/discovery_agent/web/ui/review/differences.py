"""What changed of a section, each difference with a word for what happened, so that nobody needs to see colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from discovery_agent.domain.blueprint.differences import Difference, Happened
from discovery_agent.web.ui.elements import Piece, badge, p, span

WORDS = {Happened.ADDED: ("Added", "good"), Happened.REMOVED: ("Removed", "clash"), Happened.CHANGED: ("Changed", "warn")}
Run = tuple[str, bool]
"""Some words, and whether they are only in this one of two texts."""


def show_differences(differences: Iterable[Difference]) -> None:
    """The differences in order; of a changed one both texts, with what is only in one of them marked."""
    with Piece("ul", "", "what-changed"):
        for one in differences:
            with Piece("li"):
                with p("", "line"):
                    badge(*WORDS[one.happened])
                    if one.heading:
                        span(one.heading, "quiet").put("dir", "auto")
                    if one.by:
                        span(f"by {one.by}", "quiet")
                _texts(one)


def _texts(one: Difference) -> None:
    if one.happened is Happened.ADDED:
        _text("", [(one.now, True)], "ins")
    elif one.happened is Happened.REMOVED:
        _text("", [(one.was, True)], "del")
    elif one.was == one.now:
        p(f"The words are the same; what they stand on is not: {one.now}", "changed-text").put("dir", "auto")
    else:
        was, now = marked(one.was, one.now)
        _text("Before: ", was, "del")
        _text("Now: ", now, "ins")
        if one.support_changed:
            p("What it stands on differs, too.", "quiet small")


def _text(label: str, runs: Sequence[Run], tag: str) -> None:
    with p("", "changed-text", dir="auto"):
        if label:
            span(label, "quiet")
        for words, only_here in runs:
            Piece(tag if only_here else "span", words)


def marked(was: str, now: str) -> tuple[list[Run], list[Run]]:
    """Two texts as runs of words, those marked that the other one has not.

    >>> marked("paid in nine days", "paid in four days")[1]
    [('paid in ', False), ('four ', True), ('days', False)]
    """
    before, after = re.findall(r"\S+\s*", was), re.findall(r"\S+\s*", now)
    matcher = SequenceMatcher(None, [one.strip() for one in before], [one.strip() for one in after], autojunk=False)
    olds: list[Run] = []
    news: list[Run] = []
    for what, from_, to, place, until in matcher.get_opcodes():
        if to > from_:
            olds.append(("".join(before[from_:to]), what != "equal"))
        if until > place:
            news.append(("".join(after[place:until]), what != "equal"))
    return olds, news
