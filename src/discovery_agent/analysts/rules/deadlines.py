"""Deadlines in a sentence, as they were said."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_SEASON = (
    r"(?:spring|summer|autumn|fall|winter|christmas|easter|thanksgiving|year[- ]end|new year|ramadan|peak season|the holidays|black friday)"
)
_PERIOD = r"(?:(?:financial|fiscal|calendar|school|budget|business) year|year|quarter|month|half|half[- ]year|fiscal year|financial year|season|budget cycle|school year|semester|summer|winter|spring|autumn)"
_NUMBER = r"(?:\d+|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen|twenty[- ]four|a couple of|the next|a few)"
_WHEN = (
    rf"(?:(?:the )?(?:very )?(?:end|middle|beginning|start|close|turn|first half|second half|back end|mid|last week)(?: of)?[- ]?(?: the| this| next)?[ ]?"
    rf"(?:q[1-4]|h[12]|{_MONTH}|{_PERIOD}|{_SEASON}|(?:fy ?)?'?\d{{2,4}})(?: (?:of )?(?:this year|next year|\d{{4}}))?(?: quarter| year)?"
    rf"|(?:next|this|the coming|the following|the) (?:q[1-4]|{_MONTH}|{_PERIOD}|{_SEASON}|audit|contract renewal|renewal|inspection|board meeting)(?:'s end)?"
    rf"|(?:the )?(?:q[1-4]|h[12])(?: (?:of )?(?:this year|next year|\d{{4}}))?|(?:the )?(?:first|second|third|fourth|last) quarter(?: (?:of )?(?:this year|next year|\d{{4}}))?"
    rf"|(?:the )?(?:\w+-?first|\w+-?second|\w+-?third|\w*teenth|\w+ieth|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirtieth|thirty-first) of {_MONTH}(?: (?:next year|this year|20\d\d))?"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? )?(?:mid[- ]|early |late )?{_MONTH}\b(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? (?:next year|this year|20\d\d))?|{_SEASON}(?: (?:next year|this year|20\d\d))?|20\d\d)"
)
_DEADLINE = re.compile(
    rf"\b(?:(?:by|before|until|till|no later than|not later than|latest by|come|for|starting|from|at|in|during|towards?)(?: about| around| roughly)? {_WHEN}"
    rf"|(?:with)?in(?:side)?(?: of)? (?:the next )?{_NUMBER} (?:weeks?|months?|years?|quarters?)(?:' time|'s time| time)?(?! (?:of|each|per))"
    rf"|(?:over|in) the next {_NUMBER} (?:weeks?|months?|years?|quarters?)|(?:this|next|the coming|the next) (?:(?:financial|fiscal|calendar|school|budget|business) )?(?:year|quarter|season|summer|spring|autumn|winter|month)|by then"
    rf"|{_NUMBER} (?:weeks?|months?|years?) from now|by year[- ]end)\b"
)
_NOT_A_DEADLINE = re.compile(
    r"^(?:in|during|at|for|from) (?:the )?(?:last|first|second|20\d\d|year|month|quarter|summer|winter|spring|autumn|season)"
)


@dataclass(frozen=True)
class Deadline:
    """A point in time by which something should be done; offsets count in the sentence.

    `lead` is where its preposition begins ("by the end of June").
    """

    start: int
    end: int
    text: str
    lead: int


LONGEST_ALONE = 60
# "End of May." answers "by when?" with no word before it.
_ALONE = re.compile(rf"\W*(?:(?:well|yes|um+|uh+|say|ideally|maybe|probably)\W+)*(?P<when>{_WHEN})\W*", re.IGNORECASE)

_LEADING = re.compile(r"^(?:by|before|until|till|no later than|not later than|latest by|come|for|at|towards?)\s+")


def find_deadlines(text: str) -> list[Deadline]:
    """Deadlines of a sentence as they were said, without the leading "by"."""
    low = text.lower() if len(text.lower()) == len(text) else text
    found: list[Deadline] = []
    alone = _ALONE.fullmatch(low) if len(low) <= LONGEST_ALONE else None
    if alone:
        start, end = alone.span("when")
        return [Deadline(start, end, text[start:end], start)]
    for match in _DEADLINE.finditer(low):
        if _NOT_A_DEADLINE.match(match.group()):
            continue
        start = match.start()
        lead = _LEADING.match(match.group())
        keeps_before = match.group().startswith("before ")
        if lead and not keeps_before:
            start += lead.end()
        found.append(Deadline(start, match.end(), text[start : match.end()], match.start()))
    return found
