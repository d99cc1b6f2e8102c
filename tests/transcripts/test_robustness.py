"""Whatever the bytes are: a conversation or a TranscriptError that somebody foresaw."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from discovery_agent.errors import EmptyTranscript, TranscriptError, UnsupportedFormat
from discovery_agent.transcripts import formats, read_transcript, read_transcript_bytes
from discovery_agent.transcripts.source import Source
from tests.transcripts.reading import read, refusal, turns

NAMES = ("a.txt", "a.vtt", "a.srt", "a.sbv", "a.json", "a.csv", "a.md", "a.docx", "2026-03-03", "")
FRAGMENTS = (
    "WEBVTT", "NOTE x", "STYLE", "1", "7", "00:00:01.000 --> 00:00:02.000", "00:00:01,000 --> 00:00:02,000", "00:0d --> 1",
    "0:00:01.000,0:00:02.000", "<v Anna Berg>", "</v>", "<v.Ben>", "<i>so</i>", "&amp;", "&#0;", "&#99999999;", "Anna Berg: hi", "Ben: yo",
    "Q: why", "A: so", "**Anna Berg:** hi", "# Title", "### Anna", "| Speaker | Text |", "|---|---|", "| Anna | hi |", "- Ben: x",
    "Anna Berg  0:03", "[00:12] Anna: x", "Attendees", "Date: 2026-03-03", "Interview with Anna Berg (CFO), 2026-03-03",
    "speaker,text", "speaker;text;start", "Anna,hello", '"', ",", ";", "\t", "{", "}", "[", "]", '{"segments":[', '{"text":"x"}', "null",
    '"text":"x",', "NaN", "1e999", "-1", "\\ud800", "00:05:00", "Transcribed by https://otter.ai", "---", "> x", "(", "：", "\x00", "\ufeff", "",
)  # fmt: skip
fragments = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=12).flatmap(
    lambda parts: st.sampled_from(["\n", "\n\n", " ", ""]).map(lambda glue: glue.join(parts))
)


def check(data: bytes, name: str) -> None:
    try:
        conversation = read_transcript_bytes(data, name)
    except TranscriptError as error:
        if "nobody foresaw" in error.what:
            raise AssertionError(repr(error.__cause__)) from error
        return
    assert [utterance.index for utterance in conversation.utterances] == list(range(len(conversation.utterances)))
    assert conversation.model_validate_json(conversation.model_dump_json()) == conversation


@given(st.binary(max_size=300), st.sampled_from(NAMES))
def test_arbitrary_bytes_raise_nothing_but_transcript_errors(data: bytes, name: str) -> None:
    check(data, name)


@given(fragments, st.sampled_from(NAMES), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252"]))
@example("WEBVTT", "a.vtt", "utf-8")
@example('{"segments":[{"text":"\\ud800 x"}]}', "a.json", "utf-8")
@settings(max_examples=400)
def test_arbitrary_mixtures_of_formats_raise_nothing_but_transcript_errors(text: str, name: str, encoding: str) -> None:
    check(text.encode(encoding, "replace"), name)


@given(fragments)
@settings(max_examples=300)
def test_every_reader_takes_any_text(text: str) -> None:
    for reader in formats():
        source = Source("a.txt", text.encode("utf-8", "replace"))
        assert 0 <= reader.recognise(source) <= 1
        with suppress(TranscriptError):
            reader.read(source)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["text", "speaker", "segments", "utterances", "results", "channels", "alternatives", "paragraphs", "sentences", "start",
                         "end", "monologues", "elements", "date", "title", "meeting_transcripts", "data", "transcript", "audio_url", "ts", "name"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
@settings(max_examples=400)
def test_any_json_is_read_or_refused(value: object) -> None:
    check(json.dumps(value).encode(), "a.json")


@given(fragments)
@settings(max_examples=300)
def test_no_letter_is_invented_or_moved(text: str) -> None:
    """Every letter of the utterances stands in the source, in the same order."""
    # Character references and escapes become other letters, and tables give up the order of their columns.
    if any(sign in text for sign in "&|\\") or "speaker" in text:
        return
    try:
        conversation = read(text)
    except TranscriptError:
        return
    source = iter(text)
    for letter in "".join("".join(utterance.text.split()) for utterance in conversation.utterances):
        assert letter in source, (letter, turns(conversation))


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind", "says"),
    [
        (b"", "a.vtt", EmptyTranscript, "empty"),
        (b" \n\t\r\n ", "a.txt", EmptyTranscript, "empty"),
        (b"\xef\xbb\xbf", "a.txt", EmptyTranscript, "empty"),
        (b"WEBVTT\n", "a.vtt", EmptyTranscript, "Nobody"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "a.vtt", EmptyTranscript, "Nobody"),
        (b"1\n", "a.srt", EmptyTranscript, "Nobody"),
        (b"[]", "a.json", EmptyTranscript, "empty"),
        (b"%PDF-1.7 ...", "a.txt", UnsupportedFormat, "PDF"),
        (b"ID3\x04\x00\x00", "a.mp3", UnsupportedFormat, "recording"),
        (b"\x00\x00\x00\x20ftypisom", "a.mp4", UnsupportedFormat, "recording"),
        (bytes(range(256)) * 20, "a.txt", UnsupportedFormat, "not text"),
        (b"<!DOCTYPE html><html><body>Hi</body></html>", "a.txt", UnsupportedFormat, "web page"),
        (archive(xl__workbook_xml=b"<x/>"), "a.docx", UnsupportedFormat, "zip"),
        (archive(word__document_xml=b"<x/>"), "a.docx", TranscriptError, "damaged"),
        (archive(word__document_xml=b"<x>")[:60], "a.docx", TranscriptError, "damaged"),
        (b"Anna,Hello\nBen,Hi\n", "a.csv", TranscriptError, "no header row"),
        (b'speaker,text\nAnna,"Hello\nBen,Hi\n', "a.csv", TranscriptError, "never closed"),
        (b'{"segments": [\n{"text": "Hel', "a.json", TranscriptError, "cut off"),
        (b'{"segments": [\n{"text": "Hello"},,]}', "a.json", TranscriptError, "not valid JSON"),
        (b'{"a": 1}', "a.json", TranscriptError, "no list of turns"),
        (b"[" * 200_000, "a.json", TranscriptError, ""),
        (b'{"a":' * 200_000, "a.json", TranscriptError, ""),
        (b'[{"text": "x", "start": ' + b"9" * 5000 + b"}]", "a.json", TranscriptError, "number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, name: str, kind: type[TranscriptError], says: str) -> None:
    error = refusal(content, name)
    assert isinstance(error, kind)
    assert says in error.what


def test_an_error_names_the_line() -> None:
    assert refusal(b'{"segments": [\n{"text": "Hel', "a.json").where == "a.json, line 2"
    assert refusal(b'speaker,text\nBen,Hi\nAnna,"Hello\nBen,Hi\n', "a.csv").where == "a.csv, line 3"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = archive(word__document_xml=b" " * 70_000_000)
    assert "unpacks to far more" in refusal(bomb, "a.docx").what


def test_a_document_type_definition_is_refused() -> None:
    attack = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    assert "document type definition" in refusal(archive(word__document_xml=attack), "a.docx").what


def test_folders_missing_files_and_closed_files_are_transcript_errors(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.vtt", tmp_path / "x\x00y"):
        with pytest.raises(TranscriptError):
            read_transcript(path)


def test_a_file_over_the_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("Ada: hello\n" * 100)
    with pytest.raises(TranscriptError, match="larger than"):
        read_transcript(path, limit=1000)
    assert read_transcript(path, limit=1100).utterances


def test_zero_bytes_become_spaces_with_a_note() -> None:
    conversation = read(b"Ada: hello\x00 there, how are you today\nBen: fine\n" * 3)
    assert turns(conversation)[0] == ("Ada", "hello there, how are you today")
    assert any("Control characters" in note.message for note in conversation.notes)


@pytest.mark.parametrize(
    "unit", [":", "[", "<v ", "<v.a", "**a", "| a ", "a ", "Aa Bb ", "1:1:", "a --> ", "(a", "&#1", "{\\a", "- ", "> ", "# ", '"', ",", "A\t", "__a", "a:\n", "0:01\n", "7\n\n", "Ab Cd  0:01\n", "00:x --> 1\nhi\n\n"]
)  # fmt: skip
@pytest.mark.parametrize("head", ["", "WEBVTT\n\n00:01.000 --> 00:02.000\n", "speaker,text\nAda,"])
def test_hostile_repetition_is_read_or_refused(unit: str, head: str) -> None:
    # At this size a pattern that backtracks, or a loop over the rest of the text, would never come back.
    check((head + unit * (300_000 // len(unit))).encode(), "a.txt")


def test_a_line_of_five_megabytes_is_read() -> None:
    conversation = read("Ada: " + "word " * 1_000_000)
    assert conversation.words == 1_000_000


settings.register_profile("transcripts", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("transcripts")
