"""Where the turns lie in the JSON of each service, and in which unit its times are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from discovery_agent.transcripts.cues import Cue, join_cues
from discovery_agent.transcripts.dates import only_date
from discovery_agent.transcripts.draft import Draft, Turn
from discovery_agent.transcripts.times import plausible

Json = Any
"""Whatever `json.loads` gives; each function here checks before it takes."""

_SPEAKER = ("speaker", "speaker_name", "speakerName", "speaker_label", "name", "who", "participant", "author", "role", "speaker_id", "user")
_TEXT = ("text", "content", "utterance", "transcript", "sentence", "message", "raw_text", "body", "caption")
_START = ("start", "start_time", "startTime", "start_timestamp", "begin", "timestamp", "offset", "time")
_END = ("end", "end_time", "endTime", "end_timestamp", "stop")
_LISTS = (
    "utterances",
    "turns",
    "transcript",
    "messages",
    "conversation",
    "dialogue",
    "dialog",
    "entries",
    "items",
    "results",
    "captions",
    "data",
)


def find_shape(data: Json, draft: Draft) -> str | None:
    """Fill the draft from the first shape that fits; its name, or None."""
    for name, fill in _SHAPES:
        if fill(data, draft):
            if isinstance(data, dict):
                _header(data, draft)
            return name
    return None


def _qmsum(data: Json, draft: Draft) -> bool:
    return _fill(_at(data, "meeting_transcripts"), draft)


def _deepgram(data: Json, draft: Draft) -> bool:
    results = _at(data, "results")
    if isinstance(utterances := _at(results, "utterances"), list) and utterances:
        return _fill(utterances, draft)
    channels = _at(results, "channels")
    if not isinstance(channels, list):
        return False
    turns: list[Turn] = []
    for number, channel in enumerate(channels):
        alternatives = _at(channel, "alternatives")
        best = alternatives[0] if isinstance(alternatives, list) and alternatives else None
        alone = f"Channel {number}" if len(channels) > 1 else None
        paragraphs = _at(_at(best, "paragraphs"), "paragraphs")
        if isinstance(paragraphs, list) and paragraphs:
            turns += [turn for part in paragraphs if (turn := _paragraph(part, alone))]
        elif isinstance(text := _at(best, "transcript"), str) and text.strip():
            turns.append(Turn(text, alone))
    # Each channel is one microphone; people answer each other across channels.
    draft.turns = sorted(turns, key=lambda turn: turn.start or 0.0) if len(channels) > 1 else turns
    return True


def _paragraph(part: Json, channel: str | None) -> Turn | None:
    sentences = _at(part, "sentences")
    texts = [text for item in sentences if isinstance(text := _at(item, "text"), str)] if isinstance(sentences, list) else []
    if not texts:
        return None
    return Turn(" ".join(texts), channel or _speaker(part), plausible(_at(part, "start")), plausible(_at(part, "end")))


def _assembly(data: Json, draft: Draft) -> bool:
    if not isinstance(data, dict) or not (
        "audio_duration" in data or "audio_url" in data or "acoustic_model" in data or "utterances" in data
    ):
        return False
    if isinstance(utterances := data.get("utterances"), list) and utterances:
        # AssemblyAI counts whole milliseconds; whoever else writes `utterances` writes fractions of seconds.
        times = [time for item in utterances[:1000] for key in ("start", "end") if (time := _at(item, key)) is not None]
        whole = bool(times) and all(isinstance(time, int) and not isinstance(time, bool) for time in times)
        return _fill(utterances, draft, scale=0.001 if whole else 1.0)
    if isinstance(text := data.get("text"), str) and text.strip() and not isinstance(data.get("segments"), list):
        draft.turns = [Turn(text)]
        return True
    return False


def _fireflies(data: Json, draft: Draft) -> bool:
    for holder in (data, _at(data, "transcript"), _at(_at(data, "data"), "transcript"), _at(data, "data")):
        if isinstance(sentences := _at(holder, "sentences"), list):
            _header(holder, draft)
            return _fill(sentences, draft, join=True)
    return False


def _whisper(data: Json, draft: Draft) -> bool:
    return _fill(_at(data, "segments"), draft, join=True)


def _rev(data: Json, draft: Draft) -> bool:
    monologues = _at(data, "monologues")
    if not isinstance(monologues, list):
        return False
    for item in monologues:
        elements = _at(item, "elements")
        parts = [part for part in elements if isinstance(part, dict)] if isinstance(elements, list) else []
        text = "".join(str(part.get("value", "")) for part in parts)
        times = [time for part in parts for key in ("ts", "end_ts") if (time := plausible(part.get(key))) is not None]
        if text.strip():
            draft.turns.append(Turn(text, _speaker(item), times[0] if times else None, times[-1] if times else None))
    return True


def _plain_list(data: Json, draft: Draft) -> bool:
    if isinstance(data, list):
        return _fill(data, draft)
    return any(_fill(data.get(key), draft) for key in _LISTS) if isinstance(data, dict) else False


_SHAPES: tuple[tuple[str, Callable[[Json, Draft], bool]], ...] = (
    ("QMSum", _qmsum),
    ("Deepgram", _deepgram),
    ("Fireflies", _fireflies),
    ("AssemblyAI", _assembly),
    ("WhisperX", _whisper),
    ("Rev", _rev),
    ("list of turns", _plain_list),
)


def _fill(items: Json, draft: Draft, *, scale: float = 1.0, join: bool = False) -> bool:
    """Turns of a list of objects with a text; False if it is no such list."""
    if not isinstance(items, list) or (items and not any(_text(item) is not None for item in items)):
        return False
    turns: list[Turn] = []
    for number, item in enumerate(items):
        text = _text(item)
        if text is None or not text.strip():
            draft.note(f"Entry {number + 1} of the list has no text and was skipped.")
            continue
        start, end = (_time(item, keys, scale, draft, number) for keys in (_START, _END))
        turns.append(Turn(text, _speaker(item), start, end))
    if join:
        turns = join_cues([Cue(turn.text, turn.speaker, turn.start, turn.end) for turn in turns])
    draft.turns = turns
    return True


def _time(item: Json, keys: Sequence[str], scale: float, draft: Draft, number: int) -> float | None:
    value = next((found for key in keys if (found := _at(item, key)) is not None), None)
    time = plausible(value)
    if time is None and value is not None and not isinstance(value, str):
        draft.note(f"Entry {number + 1} of the list has an impossible time, which was left out.")
    if time is None and scale != 1.0 and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**13:
        time = plausible(value * scale)
        return time
    return round(time * scale, 6) if time is not None else None


def _text(item: Json) -> str | None:
    if not isinstance(item, dict):
        return None
    return next((value for key in _TEXT if isinstance(value := item.get(key), str)), None)


def _speaker(item: Json) -> str | None:
    """The name; a bare number, which counts voices, becomes `Speaker 0`."""
    for key in _SPEAKER:
        value = _at(item, key)
        if isinstance(value, dict):
            value = value.get("name") or value.get("display_name")
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**6:
            return f"Speaker {value}"
    return None


def _header(data: Json, draft: Draft) -> None:
    title = next((value for key in ("title", "meeting_title", "name", "subject") if isinstance(value := _at(data, key), str)), None)
    draft.title = draft.title or title
    for key in ("date", "held_on", "meeting_date", "start_time", "created_at", "dateString"):
        if draft.held_on is None:
            draft.held_on = _date(_at(data, key), draft)


def _date(value: Json, draft: Draft) -> Any:
    if isinstance(value, str):
        return only_date(value.partition("T")[0])
    # Fireflies writes milliseconds since 1970.
    if isinstance(value, int | float) and not isinstance(value, bool) and 6e11 < value < 4e12:
        return datetime.fromtimestamp(value / 1000, UTC).date()
    return None


def _at(data: Json, key: str) -> Json:
    return data.get(key) if isinstance(data, dict) else None
