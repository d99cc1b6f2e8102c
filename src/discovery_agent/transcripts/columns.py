"""Which column holds the speaker, the text, the time: shared by CSV files and by tables in documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discovery_agent.transcripts.draft import Turn
from discovery_agent.transcripts.times import plausible

SPEAKER = ("speaker", "speaker name", "speaker label", "name", "who", "participant", "person", "author", "from", "role")
TEXT = (
    "text",
    "utterance",
    "content",
    "transcript",
    "sentence",
    "message",
    "what",
    "statement",
    "speech",
    "words",
    "said",
    "comment",
    "caption",
)
START = ("start", "start time", "starttime", "start timestamp", "timestamp", "time", "begin", "start seconds", "start s", "in", "offset")
END = ("end", "end time", "endtime", "stop", "end seconds", "end s", "out")


@dataclass(frozen=True, slots=True)
class Columns:
    """Index of each column; only the text is required."""

    text: int
    speaker: int | None
    start: int | None
    end: int | None

    @classmethod
    def find(cls, header: Sequence[str]) -> Columns | None:
        """The columns that a header row names; None if none of them is the text, or nothing else is known."""
        names = [
            " ".join(cell.casefold().strip(" \"'*:()[]").replace("_", " ").replace("(", " ").replace(")", " ").split()) for cell in header
        ]
        text, speaker = _index(names, TEXT), _index(names, SPEAKER)
        start, end = _index(names, START), _index(names, END)
        if text is None or (speaker is None and start is None):
            return None
        return cls(text, speaker, start, end)

    def turn(self, cells: Sequence[str], line: int | None) -> Turn:
        """The turn in a row; cells that are missing are empty."""
        return Turn(
            text=_cell(cells, self.text),
            speaker=_cell(cells, self.speaker).strip() or None,
            start=plausible(_cell(cells, self.start)),
            end=plausible(_cell(cells, self.end)),
            line=line,
        )


def _index(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _cell(cells: Sequence[str], index: int | None) -> str:
    return cells[index] if index is not None and index < len(cells) else ""
