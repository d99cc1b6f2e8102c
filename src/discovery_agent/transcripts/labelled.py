"""Transcripts written as lines: `Name: text`, `[00:12] Name: text`, `Name  0:03` above its text, or plain prose.

One engine for plain text, Markdown, Word and the exports of meeting services: they differ in markup and in the
furniture around the speech, not in how a turn begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.transcripts.cues import Cue, join_cues
from discovery_agent.transcripts.dates import only_date
from discovery_agent.transcripts.draft import Draft, Turn
from discovery_agent.transcripts.header import Header, rename_interview, title_in_label_form
from discovery_agent.transcripts.labels import Candidate, Shape, accepted, shape
from discovery_agent.transcripts.lines import Line, Parts, take_apart, time_alone

# What meeting services write around the speech; each is dropped with a note.
_FURNITURE = re.compile(
    r"\W{0,8}(?:transcribed by https?://otter\.ai.{0,40}|meeting ended after [\d:]{4,10}.{0,6}"
    r"|this editable transcript was computer generated.{0,160}|.{1,60} (?:started|stopped) transcription"
    r"|(?:recording|transcription) (?:started|stopped|ended).{0,40})\W{0,8}\Z",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s{0,8}(?:[-*_=~] ?){3,200}\s*\Z")


class _File:
    """The lines with what each may be, and which labels turned out to be speakers."""

    def __init__(self, lines: Sequence[Line], known: Sequence[str]) -> None:
        self.lines = lines
        # "# Halden: IT and finance" is a heading, whatever stands before its colon.
        self.parts = [Parts(text=line.text.strip()) if line.heading else take_apart(line.text) for line in lines]
        self._settle_headers()
        self._settle_title(known)
        blocks = texts = 0
        before_blank = True
        candidates: list[Candidate] = []
        for line, parts in zip(lines, self.parts, strict=True):
            blank = not line.text.strip()
            if not blank and not line.heading and time_alone(line.text) is None:
                texts += 1
                blocks += before_blank
            before_blank = blank
            if parts.name and not parts.header and not parts.tight:
                candidates.append(Candidate(parts.name, line.emphasised))
        labels = {candidate.name.casefold() for candidate in candidates}
        if {"q", "a"} <= labels:  # then `Interviewer: Jo Lee` is a line of the header
            candidates = [candidate for candidate in candidates if candidate.name.casefold() not in ("interviewer", "interviewee")]
        questions = ("question", "answer") if {"question", "answer"} <= labels else ()
        self.speakers = accepted(candidates, min(blocks, texts), (*known, *questions))
        if not self.speakers:
            self._try_tight(min(blocks, texts))
        self.timed = sum(1 for parts in self.parts if parts.time is not None and not parts.name and parts.text)

    def speaker(self, index: int) -> str | None:
        """The label that begins a turn at this line."""
        parts = self.parts[index]
        if parts.header:
            return parts.label
        return parts.label if parts.name and parts.name.casefold() in self.speakers else None

    def _settle_headers(self) -> None:
        """Lines of name and time count as heads of turns only if they cannot be the end of a sentence."""
        sure = [i for i, parts in enumerate(self.parts) if parts.header and self._above_text(i) and not only_date(parts.label or "")]
        wide = [i for i in sure if not self.parts[i].tight and shape(self.parts[i].name or "") is not Shape.NONE]
        # One space before the time is enough for a name that also stands alone with a wider gap, or where all
        # heads have one space.
        names = {self.parts[i].name for i in wide}
        narrow = [i for i in sure if shape(self.parts[i].name or "") >= Shape.SINGLE]
        heads = {*wide, *(i for i in narrow if self.parts[i].name in names)} if wide else set(narrow if len(narrow) > 1 else ())
        for index, parts in enumerate(self.parts):
            if parts.header and index not in heads:
                self.parts[index] = Parts(text=self.lines[index].text.strip())

    def _settle_title(self, known: Sequence[str]) -> None:
        """A first line such as "Castlemore Linen: kickoff, 12 November 2026" is a title, not a turn."""
        top = next((i for i, line in enumerate(self.lines) if line.text.strip()), None)
        if top is None:
            return
        first, name = self.parts[top], (self.parts[top].name or "").casefold()
        if not name or first.time is not None or first.header or name in {one.casefold() for one in known}:
            return
        others = [parts.name.casefold() for parts in self.parts[top + 1 :] if parts.name and not parts.tight]
        if len(others) > 1 and name not in others and title_in_label_form(line := self.lines[top].text.strip()):
            self.parts[top] = Parts(text=line)

    def _above_text(self, index: int) -> bool:
        following = next((line.text for line in self.lines[index + 1 : index + 3] if line.text.strip()), "")
        return bool(following)

    def _try_tight(self, units: int) -> None:
        tight = [Candidate(parts.name) for parts in self.parts if parts.name and parts.tight]
        names = accepted(tight, units)
        counts = Counter(candidate.name.casefold() for candidate in tight)
        self.speakers = frozenset(name for name in names if counts[name] > 1)


def read_labelled(lines: Sequence[Line], *, attendees: Sequence[str] = ()) -> Draft:
    """Read lines as turns, by whatever marks the turns; a paragraph is a turn where nothing does."""
    draft = Draft(attendees=list(attendees))
    file = _File(_with_whole_heads(_without_furniture(lines, draft)), attendees)
    header = Header()
    first = next((i for i in range(len(file.lines)) if file.speaker(i) is not None), None)
    if first is not None:
        spoken = header.read(file.lines[:first])
        if header.attendees and not attendees:
            file = _File(file.lines, header.attendees)
            again = next((i for i in range(len(file.lines)) if file.speaker(i) is not None), first)
            if again < first:
                header, first = Header(), again
                spoken = header.read(file.lines[:first])
        draft.turns += _paragraphs(spoken)
        draft.turns += _turns(file, first, draft)
    else:
        body = _below_header(file, header, draft)
        timed = file.timed and 2 * file.timed >= sum(1 for line in file.lines if line.text.strip())
        draft.turns += _timed(file) if timed else _paragraphs(body)
    header.apply(draft)
    is_interview = rename_interview(draft.turns, header) or header.is_interview
    names = {turn.speaker.casefold() for turn in draft.turns if turn.speaker}
    if is_interview or ("interviewer" in names and len(names) == 2):
        draft.kind = ConversationKind.INTERVIEW
    return draft


def _without_furniture(lines: Sequence[Line], draft: Draft) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        if len(line.text) < 300 and _FURNITURE.match(line.text):
            draft.note(f"Left out, written by the service: {line.text.strip()[:120]}", line.number)
        elif not _RULE.match(line.text):
            kept.append(line)
    return kept


def _with_whole_heads(lines: list[Line]) -> list[Line]:
    """Name and time on two lines above the text, as Teams copies them, put on one."""
    heads = [
        index
        for index in range(len(lines) - 2)
        if time_alone(lines[index + 1].text) is not None
        and (index < 3 or not lines[index - 1].text.strip())
        and lines[index + 2].text.strip()
        and shape(lines[index].text.strip()) >= Shape.SINGLE
    ]
    for index in heads if len(heads) > 1 else ():
        lines[index] = replace(lines[index], text=f"{lines[index].text.strip()}  {lines[index + 1].text.strip()}")
        lines[index + 1] = Line("")
    return lines


def _turns(file: _File, first: int, draft: Draft) -> list[Turn]:
    turns: list[Turn] = []
    said: list[str] = []
    mark: float | None = None

    def close() -> None:
        if turns:
            turns[-1].text = " ".join(said)

    for index in range(first, len(file.lines)):
        line, parts = file.lines[index], file.parts[index]
        text = line.text.strip()
        if not text:
            continue
        label = file.speaker(index)
        if label is not None:
            close()
            turns.append(Turn("", label, parts.time if parts.time is not None else mark, None, line.number))
            said = [parts.text] if parts.text else []
            mark = None
        elif (at := time_alone(text)) is not None:
            mark = at  # a mark between turns, as Google Meet sets every five minutes
        elif line.heading:
            draft.note(f"Heading left out: {text[:120]}", line.number)
        else:
            said.append(parts.text if parts.time is not None and not parts.name else text)
    close()
    return turns


def _below_header(file: _File, header: Header, draft: Draft) -> list[Line]:
    """In prose only headings and `Key: value` lines at the top are a header: a short first line may be speech."""
    body: list[Line] = []
    for line in file.lines:
        if line.heading:
            header.read([line])
            if line.number != 1:
                draft.note(f"Heading left out: {line.text.strip()[:120]}", line.number)
            body.append(Line(""))
        elif any(other.text.strip() for other in body) or header.read([Line("."), Line("."), Line("."), line]):
            body.append(line)
    return body


def _paragraphs(lines: Sequence[Line]) -> list[Turn]:
    turns: list[Turn] = []
    said: list[str] = []
    for line in (*lines, Line("")):
        if text := line.text.strip():
            if not said:
                turns.append(Turn("", line=line.number))
            said.append(text)
        elif said:
            turns[-1].text = " ".join(said)
            said = []
    return turns


def _timed(file: _File) -> list[Turn]:
    cues: list[Cue] = []
    for line, parts in zip(file.lines, file.parts, strict=True):
        if line.text.strip():
            cues.append(Cue(parts.text if parts.time is not None else line.text.strip(), None, parts.time, None, line.number))
    return join_cues(cues)
