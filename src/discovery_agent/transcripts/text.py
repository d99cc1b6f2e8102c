"""Plain text, and two exports that are plain text with furniture: Otter and Google Meet."""

from __future__ import annotations

import re

from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.gemini import without_notes
from discovery_agent.transcripts.labelled import read_labelled
from discovery_agent.transcripts.lines import Line
from discovery_agent.transcripts.markdown import markdown_lines
from discovery_agent.transcripts.source import Source

_OTTER_HEAD = re.compile(r"^\S.{0,60}?(?:[ ]{2,6}|\t)\d{1,2}:\d{2}(?::\d{2})?[ \t]{0,4}$", re.MULTILINE)
_OTTER_ADVERT = re.compile(r"transcribed by https?://otter\.ai", re.IGNORECASE)
_MEET_TITLE = re.compile(r"^\W{0,8}.{1,200}- Transcript\W{0,8}$", re.MULTILINE | re.IGNORECASE)
_MEET_ATTENDEES = re.compile(r"^\W{0,8}Attendees\W{0,8}$", re.MULTILINE | re.IGNORECASE)
_MEET_MARK = re.compile(r"This editable transcript was computer generated|^Meeting ended after \d", re.MULTILINE | re.IGNORECASE)


def recognise_text(source: Source) -> float:
    """Anything that is text can be read as text: the last resort."""
    return 0.1 if source.text.strip() else 0.05


def recognise_otter(source: Source) -> float:
    """Speaker and time on one line, above the paragraph; or the advert at the end."""
    heads = len(_OTTER_HEAD.findall(source.head))
    advert = _OTTER_ADVERT.search(source.text[-400:]) is not None
    return 0.6 if advert or heads > 1 else 0.0


def recognise_google_meet(source: Source) -> float:
    """A title that ends in `- Transcript`, a list of attendees, the remark that it is computer generated: two of three."""
    top = source.head[:8000]
    ends = top + source.text[-600:]
    signs = (_MEET_TITLE.search(top), _MEET_ATTENDEES.search(top), _MEET_MARK.search(ends))
    return 0.7 if sum(1 for sign in signs if sign) >= 2 else 0.0


def read_text(source: Source) -> Draft:
    """Turns by label, by time or by paragraph, whichever the file shows."""
    return read_labelled([Line(text, number) for number, text in enumerate(source.lines, 1)])


def read_google_meet(source: Source) -> Draft:
    """As Markdown: over the years Meet wrote plain labels, bold labels and five-minute marks."""
    lines, notes = without_notes(markdown_lines(source.lines))
    draft = read_labelled(lines)
    draft.notes += notes
    return draft
