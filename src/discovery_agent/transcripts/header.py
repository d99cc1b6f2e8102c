"""What stands above the first turn: title, date, attendees, who is interviewed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.transcripts.dates import only_date
from discovery_agent.transcripts.draft import Draft, Turn
from discovery_agent.transcripts.labels import speaks_in_sentences
from discovery_agent.transcripts.lines import Line, time_alone
from discovery_agent.transcripts.people import split_title

_KEY = re.compile(r"\s{0,4}[-*]?\s?(?:\*\*|__)?([^\W\d_][\w -]{1,30}?)\s?(?:\*\*|__)?\s?[:：]\s?(?:\*\*|__)?\s*(.*)\Z", re.DOTALL)
_PEOPLE_KEYS = frozenset(("attendees", "participants", "present", "attending", "invitees", "people", "speakers"))
_TITLE_KEYS = frozenset(("title", "subject", "meeting", "topic", "meeting title"))
_DATE_KEYS = frozenset(("date", "held on", "recorded", "recorded on", "when", "meeting date", "day"))
_INTERVIEWEE_KEYS = frozenset(("interviewee", "respondent", "expert"))
_INTERVIEWER_KEYS = frozenset(("interviewer", "interviewed by"))
_OTHER_KEYS = frozenset(
    (
        *("time", "duration", "location", "place", "room", "venue", "language", "project", "department", "company"),
        *("organizer", "organiser", "host", "recording", "absent", "apologies", "version", "status", "kind"),
    )
)
_KEYS = _PEOPLE_KEYS | _TITLE_KEYS | _DATE_KEYS | _INTERVIEWEE_KEYS | _INTERVIEWER_KEYS | _OTHER_KEYS
_INTERVIEW = re.compile(r"(?:transcript of (?:an |the )?)?interview(?: with|:)\s+(.{1,160}?)\s*\Z", re.IGNORECASE)
_NAME_AND_TITLE = re.compile(r"([^(),;–—]{2,60}?)\s*+(?:\(([^()]{2,80})\)|,\s*([^\d,;()]{2,60}?))?\s*(?:[,;–—-].{0,60}|\Z)")
_TRANSCRIPT_SUFFIX = re.compile(r"\s*[-–—:]\s*transcript\s*\Z|\s*\btranscript\s*\Z", re.IGNORECASE)
_DATE_IN_TITLE = re.compile(
    r"(?:(?<!\s)\s++)?(?:[-–—,]\s*+)?\(?\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:[ T,]+\d{1,2}:\d{2})?(?:\s?[A-Z]{2,4}(?:[+-]\d{1,2})?)?\)?\s*"
)
_DATE_LINE = re.compile(r"[\w,.:/ +()–-]{4,60}\Z")
_SPAN = re.compile(r"(?:\d{1,3}\s?(?:h|m|s|hours?|minutes?|mins?|seconds?)\s?){1,3}\Z", re.IGNORECASE)


class Header:
    """Facts of a header, gathered line by line."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.attendees: list[str] = []
        self.interviewee: str | None = None
        self.interviewer: str | None = None
        self.is_interview = False
        self._dates: list[date] = []
        self._certain: date | None = None
        self._title_level = 9

    @property
    def held_on(self) -> date | None:
        """The date of a `Date:` line, else the only date in the header."""
        return self._certain or (self._dates[0] if len(set(self._dates)) == 1 else None)

    def read(self, lines: Sequence[Line]) -> list[Line]:
        """Take what is a header out of the lines above the first turn; the rest is speech and comes back."""
        left: list[Line] = []
        listing = False
        previous = ""
        for index, line in enumerate(lines):
            text = line.text.strip().strip("*_").strip()
            if not text or not any(letter.isalnum() for letter in text):
                # A list of attendees may stand one blank line below its heading.
                listing = listing and previous.casefold().rstrip(":") in _PEOPLE_KEYS
                continue
            if listing and not line.heading and not self._field(text):
                self._list(line.text.strip())
            elif text.casefold().rstrip(":") in _PEOPLE_KEYS:
                listing = True
            elif line.heading or self._structure(text):
                self._heading(text, line.heading or 8)
                listing = False
            elif not self._field(text):
                if self.title is None and index < 3 and _like_a_title(text) and not left:
                    self._heading(text, 8)
                else:
                    left.append(line)
            previous = text
        return left

    def apply(self, draft: Draft) -> None:
        """Write the facts into the draft."""
        draft.title = draft.title or self.title
        draft.held_on = draft.held_on or self.held_on
        draft.attendees.extend(self.attendees)
        if self.interviewee and split_title(self.interviewee)[1]:
            draft.attendees.append(self.interviewee)
        if self.is_interview:
            draft.kind = ConversationKind.INTERVIEW

    def _heading(self, text: str, level: int) -> None:
        self._note_date(text)
        interview = _INTERVIEW.match(text)
        if interview:
            self.is_interview = True
            if person := _NAME_AND_TITLE.match(interview.group(1)):
                name, title = person.group(1).strip(), person.group(2) or person.group(3)
                self.interviewee = f"{name} ({title.strip()})" if title else name
        if text.casefold() in ("transcript", "notes") or _SPAN.match(text) or time_alone(text) is not None:
            return
        if level < self._title_level and (titled := title_in_label_form(text)):
            self.title, self._title_level = titled, level
        elif level < self._title_level and not (self._structure(text) and only_date(text) and not interview):
            self.title, self._title_level = title_of(text), level

    def _structure(self, text: str) -> bool:
        if _INTERVIEW.match(text) or _SPAN.match(text) or text.casefold() == "transcript" or time_alone(text) is not None:
            return True
        return len(text.split()) <= 8 and bool(_DATE_LINE.match(text)) and only_date(text) is not None and text[-1] not in "!?"

    def _field(self, text: str) -> bool:
        match = _KEY.match(text[:2000])
        if match is None:
            return False
        key, value = match.group(1).casefold().strip(), text[match.start(2) :].strip()
        if key in _PEOPLE_KEYS:
            self._list(value)
        elif key in _TITLE_KEYS and value:
            self._heading(value, 0)
        elif key in _DATE_KEYS:
            self._certain = only_date(value) or self._certain
        elif key in _INTERVIEWEE_KEYS and value:
            self.is_interview, self.interviewee = True, value
        elif key in _INTERVIEWER_KEYS and value:
            self.is_interview, self.interviewer = True, value
        elif key not in _OTHER_KEYS or len(value) > 120:
            return False
        return True

    def _list(self, text: str) -> None:
        bare = text.lstrip("-*•").strip().rstrip(".")
        if bare != text and split_title(bare)[1]:
            self.attendees.append(bare)  # a bullet holds one person: "- Tomas Lind, IT"
        else:
            self.attendees.extend(part for part in split_people(bare) if part)

    def _note_date(self, text: str) -> None:
        if found := only_date(text):
            self._dates.append(found)


def split_people(text: str) -> list[str]:
    """`Anna Berg (Head of Claims, Motor), Tom` -> its two people: a comma in brackets parts nobody."""
    cuts = [0]
    depth = 0
    for index, letter in enumerate(text):
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth = max(0, depth - 1)
        elif (letter == ";" or letter == ",") and depth == 0:
            cuts.append(index + 1)
    cuts.append(len(text) + 1)
    return [text[start : end - 1].strip() for start, end in pairwise(cuts)]


def title_of(text: str) -> str:
    """A heading without its date and the word `Transcript`."""
    short = _TRANSCRIPT_SUFFIX.sub("", text[:300]).strip()
    return _TRANSCRIPT_SUFFIX.sub("", _DATE_IN_TITLE.sub(" ", short).strip()).strip(" -–—") or text[:300]


def _like_a_title(text: str) -> bool:
    return len(text.split()) <= 12 and text[-1] not in ".!?,;:…"


def title_in_label_form(text: str) -> str | None:
    """The title, without its day, of a line such as `Organisation: what, day`; None if somebody may have said it.

    >>> title_in_label_form("Castlemore Linen: kickoff, 12 November 2026")
    'Castlemore Linen: kickoff'
    >>> title_in_label_form("Anna Berg: I began on 12 November 2026")
    """
    label, colon, rest = text.partition(": ")
    if not colon or len(rest) > 120 or label.casefold() in _KEYS or not _like_a_title(rest) or (day := only_date(rest)) is None:
        return None
    words = rest.split()
    before = next((words[:at] for at in range(len(words) - 1, -1, -1) if only_date(" ".join(words[at:])) == day), words)
    if speaks_in_sentences(before):
        return None
    return f"{label}: {' '.join(before)}".rstrip(" :,;-–—")


def rename_interview(turns: Sequence[Turn], header: Header) -> bool:
    """Give `Q` and `A` their people; says whether the turns are an interview in that form."""
    labels = {turn.speaker.casefold().rstrip(".") for turn in turns if turn.speaker}
    forms = next((pair for pair in (("q", "a"), ("question", "answer")) if set(pair) <= labels), None)
    if forms is None:
        return False
    names = {forms[0]: header.interviewer or "Interviewer", forms[1]: header.interviewee or "Interviewee"}
    for turn in turns:
        if turn.speaker:
            turn.speaker = names.get(turn.speaker.casefold().rstrip("."), turn.speaker)
    return True
