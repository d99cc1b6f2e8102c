"""JSON: the results of speech services, research corpora, and plain lists of turns."""

from __future__ import annotations

import json
import re

from discovery_agent.errors import EmptyTranscript
from discovery_agent.transcripts.draft import Draft
from discovery_agent.transcripts.json_shapes import find_shape
from discovery_agent.transcripts.source import Source

_BEGINS = re.compile(r"\s*(?:\{\s*(?:[\"}]|\Z)|\[\s*(?:[\"{\]]|\Z))")


def recognise(source: Source) -> float:
    """A brace or bracket, then what JSON allows behind it: `[00:12] Anna:` is not JSON."""
    return 0.95 if _BEGINS.match(source.head) else 0.0


def read(source: Source) -> Draft:
    """The turns of whichever known shape the data has.

    Raises:
        TranscriptError: not JSON, cut off, nested too deeply, or no known shape.
    """
    data = load(source)
    draft = Draft()
    shape = find_shape(data, draft)
    if shape is None:
        raise source.error(
            "This JSON holds no list of turns.",
            "Known: WhisperX, AssemblyAI, Deepgram, Fireflies, QMSum, Slack messages, or a list of {speaker, text}.",
        )
    if not draft.turns:
        raise EmptyTranscript("The list of turns is empty.", where=source.name, remedy="Check that the transcription finished.")
    return draft


def load(source: Source) -> object:
    """The JSON of a file, or of each of its lines.

    Raises:
        TranscriptError: it is none.
    """
    try:
        return json.loads(source.text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (rows := _json_lines(source)) is not None:
            return rows
        cut = error.pos >= len(source.text.rstrip()) or error.msg.startswith("Unterminated string")
        what = "The JSON ends too early: the file is cut off." if cut else f"This is not valid JSON: {error.msg}."
        raise source.error(what, "Export or copy the file again.", error.lineno) from None
    except RecursionError:
        raise source.error("The JSON is nested too deeply to be a transcript.", "Give the list of turns alone.") from None
    except ValueError as error:  # a number with thousands of digits
        raise source.error("The JSON holds a number that is too long.", "Export the file again.") from error


def _json_lines(source: Source) -> list[object] | None:
    """One object a line; None if a line is no JSON."""
    rows: list[object] = []
    for line in source.lines:
        if line.strip():
            try:
                rows.append(json.loads(line))
            except (ValueError, RecursionError):
                return None
    return rows
