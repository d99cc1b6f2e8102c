"""Conversations written in each format and read back: same speakers, same words, none lost and none invented."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcripts.reading import read, turns

Turns = list[tuple[str, str]]

SPEAKERS = ("Anna Berg", "Tomas Lind", "José Núñez", "Jean-Luc O'Neill", "Li Wei", "Speaker 4")
word = st.sampled_from(
    [
        "claims",
        "we",
        "pay",
        "in",
        "5",
        "days",
        "10:30",
        "50%",
        "R&D",
        "x<3",
        "e.g.",
        "(about)",
        "[laughter]",
        "{vocalsound}",
        '"quoted"',
        "it's",
        "naïve",
        "李",
        "https://a.b/c",
        "a;b",
        "7",
        "NOTE",
        "-",
        "Note:",
        "#",
        "*so*",
        "|",
        "end.",
    ]
)
sentence = st.tuples(st.sampled_from(["We", "Then", "Honestly,", "5", "Ünder"]), st.lists(word, max_size=12)).map(
    lambda pair: " ".join([pair[0], *pair[1]])
)
conversations = st.lists(st.tuples(st.sampled_from(SPEAKERS), sentence), min_size=2, max_size=12).map(
    # Formats that join consecutive cues of one speaker cannot keep their border, so speakers alternate.
    lambda said: [turn for turn, before in zip(said, [("", ""), *said], strict=False) if turn[0] != before[0]]
)  # fmt: skip


def clock(second: int, mark: str = ".") -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{mark}000"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_webvtt(said: Turns) -> str:
    return "WEBVTT\n\n" + "".join(
        f"{clock(n)} --> {clock(n + 1)}\n<v {speaker}>{escaped(text)}</v>\n\n" for n, (speaker, text) in enumerate(said)
    )


def as_zoom(said: Turns) -> str:
    return "WEBVTT\n\n" + "".join(
        f"{n + 1}\n{clock(n)} --> {clock(n + 1)}\n{speaker}: {escaped(text)}\n\n" for n, (speaker, text) in enumerate(said)
    )


def as_srt(said: Turns) -> str:
    return "".join(
        f"{n + 1}\n{clock(n, ',')} --> {clock(n + 1, ',')}\n{speaker}: {escaped(text)}\n\n" for n, (speaker, text) in enumerate(said)
    )


def as_sbv(said: Turns) -> str:
    return "".join(f"{clock(n)},{clock(n + 1)}\n{speaker}: {escaped(text)}\n\n" for n, (speaker, text) in enumerate(said))


def as_text(said: Turns) -> str:
    return "".join(f"{speaker}: {text}\n" for speaker, text in said)


def as_timed_text(said: Turns) -> str:
    return "".join(f"[{n // 60}:{n % 60:02}] {speaker}: {text}\n\n" for n, (speaker, text) in enumerate(said))


def as_otter(said: Turns) -> str:
    return (
        "".join(f"{speaker}  {n // 60}:{n % 60:02} \n{text}\n\n" for n, (speaker, text) in enumerate(said))
        + "Transcribed by https://otter.ai\n"
    )


def as_markdown(said: Turns) -> str:
    return "# Weekly\n\n" + "".join(f"**{speaker}:** {text}\n\n" for speaker, text in said)


def as_google_meet(said: Turns) -> str:
    people = ", ".join(sorted({speaker for speaker, _ in said}))
    body = "".join(f"{speaker}: {text}\n\n" for speaker, text in said)
    return f"# Call (2026-03-03 16:04 GMT) - Transcript\n### Attendees\n{people}\n\n{body}Meeting ended after 00:10:00 👋\n"


def as_csv(said: Turns) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([("speaker", "text"), *said])
    return buffer.getvalue()


def as_list(said: Turns) -> str:
    return json.dumps([{"speaker": speaker, "text": text} for speaker, text in said])


def as_segments(said: Turns) -> str:
    return json.dumps(
        {"segments": [{"start": n, "end": n + 1, "speaker": speaker, "text": text} for n, (speaker, text) in enumerate(said)]}
    )


def as_word(said: Turns) -> bytes:
    document = Document()
    for number, (speaker, text) in enumerate(said):
        document.add_paragraph(f"{speaker}   0:{number:02}\n{text}")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


WRITERS: list[Callable[[Turns], str | bytes]] = [
    as_webvtt, as_zoom, as_srt, as_sbv, as_text, as_timed_text, as_otter, as_markdown, as_google_meet, as_csv, as_list, as_segments
]  # fmt: skip


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@given(said=conversations)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(write: Callable[[Turns], str | bytes], said: Turns) -> None:
    assert turns(read(write(said))) == said


@given(said=conversations)
@settings(max_examples=8, deadline=None)
def test_word_documents_are_read_back(said: Turns) -> None:
    assert turns(read(as_word(said))) == said
