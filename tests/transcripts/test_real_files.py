"""Files that nobody on this project wrote: each is read as expected or refused clearly."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from discovery_agent.errors import EmptyTranscript
from discovery_agent.transcripts import read_transcript

DATA = Path(os.environ.get("DISCOVERY_TEST_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
pytestmark = pytest.mark.skipif(not (DATA / "formats").is_dir(), reason=f"the public sample data is not at {DATA}")

EMPTY = {"webvttpy_empty.vtt", "webvttpy_no_captions.vtt", "webvttpy_invalid_format1.srt"}
CAPTIONS = sorted(path for path in (DATA / "formats").glob("[sv][rt]t/*"))
MEET = sorted((DATA / "formats" / "google_meet").glob("*.md"))
MEETINGS = sorted((DATA / "meetings").glob("*.json"))


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.name)
def test_caption_files_keep_every_numbered_caption(path: Path) -> None:
    if path.name in EMPTY:
        with pytest.raises(EmptyTranscript):
            read_transcript(path)
        return
    conversation = read_transcript(path)
    said = " ".join(utterance.text for utterance in conversation.utterances)
    source = path.read_text(encoding="utf-8-sig")
    for caption in re.findall(r"Caption text #\d+(?: \(line \d\))?", source):
        assert re.search(re.escape(caption) + r"(?!\d)", said), caption
    assert "-->" not in said
    assert "::cue" not in said


def test_a_real_teams_head_gives_both_speakers() -> None:
    conversation = read_transcript(DATA / "formats/vtt/webvttpy_teams_timeframe_real_short_digits.vtt")
    assert [(turn.speaker, turn.start, turn.end) for turn in conversation.utterances] == [
        ("Yuri Bakulin", 0.0, 0.57),
        ("Adrian Petrescu", 0.21, 1.13),
    ]


def test_real_rolling_captions_say_each_line_once() -> None:
    said = " ".join(turn.text for turn in read_transcript(DATA / "formats/vtt/webvttpy_youtube_dl.vtt").utterances)
    assert said.count("yeah") == said.count("this will happen") == 1


@pytest.mark.parametrize("path", MEET, ids=lambda path: path.name)
def test_real_google_meet_files_give_one_turn_per_label_and_nothing_else(path: Path) -> None:
    conversation = read_transcript(path)
    labelled = [
        (number, match.group(1))
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if (match := re.match(r"(?:\*\*)?([^:*]{3,40}):(?:\*\*)? ", line))
    ]
    assert [(turn.line, turn.speaker) for turn in conversation.utterances] == labelled
    assert conversation.format == "google_meet"
    assert conversation.title == "Polygon Protocol Governance Call"
    assert conversation.held_on is not None
    said = " ".join(turn.text for turn in conversation.utterances)
    assert "editable transcript" not in said
    assert "Meeting ended" not in said
    assert not re.search(r"\b00:\d\d:00\b", said)
    assert not any("Notetaker" in person.name or "Presentation" in person.name for person in conversation.participants)
    marks = len(re.findall(r"^00:\d\d:00$", path.read_text(), re.MULTILINE))
    assert sum(1 for turn in conversation.utterances if turn.start is not None) == marks


@pytest.mark.parametrize("path", MEETINGS, ids=lambda path: path.name)
def test_research_meetings_keep_each_turn_and_its_noise(path: Path) -> None:
    conversation = read_transcript(path)
    expected = [(turn["speaker"], " ".join(turn["content"].split())) for turn in json.loads(path.read_text())["meeting_transcripts"]]
    assert [(turn.speaker, turn.text) for turn in conversation.utterances] == [turn for turn in expected if turn[1]]
