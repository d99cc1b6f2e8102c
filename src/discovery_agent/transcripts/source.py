"""The file as readers see it: its bytes, its text and its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from discovery_agent.domain.conversation import ReadingNote
from discovery_agent.errors import TranscriptError, place
from discovery_agent.files.encoding import decode

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n?")


@dataclass
class Source:
    """One input. `text` has no byte order mark, no control characters and only `\\n` as line end."""

    name: str
    data: bytes
    notes: list[ReadingNote] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """The decoded text; repairs are recorded in `notes`."""
        text, notes = decode(self.data)
        self.notes.extend(notes)
        text = _LINE_END.sub("\n", text)
        if match := _CONTROL.search(text):
            line = text.count("\n", 0, match.start()) + 1
            self.notes.append(ReadingNote(line=line, message="Control characters were replaced by spaces, first in this line."))
            text = _CONTROL.sub(" ", text)
        return text.removeprefix("\ufeff")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; line numbers count from 1, so line n is `lines[n - 1]`."""
        return self.text.split("\n")

    @cached_property
    def head(self) -> str:
        """The first 64 thousand characters: enough to tell formats apart."""
        return self.text[: 1 << 16]

    @property
    def suffix(self) -> str:
        """The extension of the name in lower case, with its dot."""
        return PurePath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """The name without folder and extension."""
        return PurePath(self.name).stem or self.name

    def error(self, what: str, remedy: str, line: int | None = None) -> TranscriptError:
        """An error about this file, to be raised by the caller."""
        return TranscriptError(what, where=place(self.name, line), remedy=remedy)
