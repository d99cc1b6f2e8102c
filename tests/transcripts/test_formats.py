"""One small realistic file per format: who speaks, what is said, when, and where it stands."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date

import pytest
from docx import Document

from discovery_agent.domain.conversation import ConversationKind, Role, Stakeholder
from discovery_agent.transcripts import formats
from tests.transcripts.reading import lines, read, times, turns

ANNA, TOMAS = "Anna Berg", "Tomas Lind"
HELLO = [(ANNA, "We want claims paid in 5 days."), (TOMAS, "That is hard.")]

CASES: dict[str, tuple[str, str, Sequence[tuple[str | None, str]]]] = {
    "teams": (
        "webvtt",
        "WEBVTT\n\nab-1/12-0\n0:0:0.0 --> 0:0:1.570\n<v Anna Berg>We want claims</v>\n\nab-1/12-1\n0:0:1.570 --> 0:0:3.0\n"
        "<v Anna Berg>paid in 5 days.\n\n0:0:4.0 --> 0:0:5.0\n<v.loud Tomas Lind>That is <i>hard</i>.</v>\n",
        HELLO,
    ),
    "zoom": (
        "webvtt",
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAnna Berg: We want claims\n\n2\n00:00:02.000 --> 00:00:03.000\npaid in 5 days.\n\n"
        "3\n00:00:06.000 --> 00:00:08.000\nTomas Lind: That is hard.\n\n4\n00:00:12.000 --> 00:00:13.000\nSorry?\n",
        [*HELLO, (None, "Sorry?")],
    ),
    "webex": (
        "webvtt",
        'WEBVTT\n\n1 "Anna Berg" (123)\n00:00:01.000 --> 00:00:02.000\nWe want claims paid in 5 days.\n\n'
        '2 "Tomas Lind" (124)\n00:00:02.000 --> 00:00:03.000\nThat is hard.\n',
        HELLO,
    ),
    "two voices in a cue": ("webvtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>R&amp;D, x &lt; 3</v>\n<v Bo>Yes</v>\n", [("Ann", "R&D, x < 3"), ("Bo", "Yes")]),
    "name in classes": ("webvtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.Anna.Berg>Hello</v>\n", [(ANNA, "Hello")]),
    "comments and styles": (
        "webvtt",
        "WEBVTT - Kick-off\nKind: captions\n\nSTYLE\n::cue { color: red; }\n\nREGION\nid:fred\n\nNOTE\nnot speech\n\n00:01.000 --> 00:02.000\n<v Ann>Hello</v>\n",
        [("Ann", "Hello")],
    ),
    "rolling": (
        "webvtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\nso we<00:01.500><c> start</c>\n\n00:02.000 --> 00:02.010\nso we start\n\n00:02.010 --> 00:04.000\nso we start\n"
        "with<00:03.000><c> claims</c>\n\n00:04.000 --> 00:05.000\nwith claims\nand pay\n",
        [(None, "so we start with claims and pay")],
    ),
    "blank line in a cue": ("webvtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>One\n\ntwo three</v>\n\n00:03.000 --> 00:04.000\n<v Bo>Four</v>\n", [("Ann", "One two three"), ("Bo", "Four")]),
    "damaged time": ("webvtt", "WEBVTT\n\n00:01.000 --> 00:0x.000\n<v Ann>One</v>\n\n00:03.000 --> 00:04.000\n<v Bo>Two</v>\n", [("Ann", "One"), ("Bo", "Two")]),
    "srt": (
        "srt",
        "1\n00:00:01,000 --> 00:00:02,000\nAnna Berg: We want claims\n\n2\n00:00:02,000 --> 00:00:03,000\nAnna Berg: paid in 5 days.\n\n"
        "3\n00:00:04,000 --> 00:00:05,000\nTomas Lind: That is <b>hard</b>.\n",
        HELLO,
    ),
    "srt with dashes": ("srt", "1\n00:00:01,000 --> 00:00:02,000\n- Is it hot?\n- It is.\n", [(None, "Is it hot?"), (None, "It is.")]),
    "sbv": ("sbv", "0:00:01.000,0:00:02.000\nAnna Berg: We want claims paid in 5 days.\n\n0:00:03.000,0:00:04.000\nTomas Lind: That is hard.\n", HELLO),
    "text": ("text", "Anna Berg: We want claims\npaid in 5 days.\nTomas Lind: That is hard.\n", HELLO),
    "text with blank lines": ("text", "Anna Berg:\nWe want claims paid in 5 days.\n\nTomas Lind:\nThat is hard.\n", HELLO),
    "times before": ("text", "[00:12:31] Anna Berg: We want claims paid in 5 days.\n00:12:40 Tomas Lind: That is hard.\n", HELLO),
    "times behind": ("text", "Anna Berg [00:12]: We want claims paid in 5 days.\nTomas Lind (00:20): That is hard.\n", HELLO),
    "chat": ("text", "[Anna Berg] 09:13:28\nWe want claims paid in 5 days.\n\n[Tomas Lind] 09:13:40\nThat is hard.\n", HELLO),
    "name, time and text on three lines": (
        "text",
        "Weekly sync\n\nAnna Berg\n0:03\nWe want claims paid in 5 days.\n\nTomas Lind\n0:10\nThat is hard.\n",
        HELLO,
    ),
    "title behind a comma": ("text", "Anna Berg, Head of Claims: We want claims paid in 5 days.\nTomas Lind, Claims clerk: That is hard.\n", HELLO),
    "numbered lines": ("markdown", "1. Anna Berg: We want claims paid in 5 days.\n2. Tomas Lind: That is hard.\n", HELLO),
    "interview header": (
        "text",
        "Interviewer: Jo Lee\nInterviewee: Maria Gomez (Nurse)\n\nQ: How?\nA: By hand.\n",
        [("Jo Lee", "How?"), ("Maria Gomez", "By hand.")],
    ),
    "otter": (
        "otter",
        "Anna Berg  0:00  \nWe want claims paid in 5 days.\n\nUnknown Speaker  0:12  \nWe start at 10:30\n\nTranscribed by https://otter.ai\n",
        [HELLO[0], ("Unknown Speaker", "We start at 10:30")],
    ),
    "google meet": (
        "google_meet",
        "# Claims weekly (2026-03-03 16:04 GMT+1) - Transcript\n### Attendees\nAnna Berg, Tomas Lind, Anna Berg's Presentation\n\n"
        "#### _This editable transcript was computer generated and might contain errors._\n\nAnna Berg: We want claims\n\n00:05:00\n\n"
        "Anna Berg: paid in 5 days.\n\nTomas Lind: That is hard.\n\nMeeting ended after 00:06:01 👋\n",
        [(ANNA, "We want claims"), (ANNA, "paid in 5 days."), HELLO[1]],
    ),
    "prose": ("text", "We met. The goal: fewer calls.\n\nNote: no minutes.\n", [(None, "We met. The goal: fewer calls."), (None, "Note: no minutes.")]),
    "markdown, colon inside": ("markdown", "# Weekly\n\n**Anna Berg:** We want claims paid in 5 days.\n\n**Tomas Lind:** That is hard.\n", HELLO),
    "markdown, colon outside": ("markdown", "**Anna Berg**: We want claims paid in 5 days.\n\n## Costs\n\n**Tomas Lind**: That is hard.\n", HELLO),
    "markdown bullets": ("markdown", "# W\n\n- **Anna Berg**: We want claims paid in 5 days.\n- Tomas Lind: That is hard.\n", HELLO),
    "markdown headings": (
        "markdown",
        "# W\n\n### Anna Berg\nWe want.\n\n### Tomas Lind\nThat is hard.\n\n### Anna Berg\nOh.\n\n### Tomas Lind\nYes.\n",
        [(ANNA, "We want."), (TOMAS, "That is hard."), (ANNA, "Oh."), (TOMAS, "Yes.")],
    ),
    "markdown table": ("markdown", "| Time | Speaker | Text |\n|---|---|---|\n| 00:01 | Anna Berg | We want claims paid in 5 days. |\n| 00:05 | Tomas Lind | That is hard. |\n", HELLO),
    "csv": ("csv", 'start;who;content\n0:01;Anna Berg;"We want claims\npaid in 5 days."\n0:09;Tomas Lind;That is hard.\n', HELLO),
    "tsv": ("csv", "Speaker Name\tTranscript\nAnna Berg\tWe want claims paid in 5 days.\nTomas Lind\tThat is hard.\n", HELLO),
    "plain json": ("json", json.dumps([{"speaker": s, "text": t} for s, t in HELLO]), HELLO),
    "json lines": ("json", "\n".join(json.dumps({"speaker": s, "text": t}) for s, t in HELLO), HELLO),
    "qmsum": ("json", json.dumps({"meeting_transcripts": [{"speaker": s, "content": t} for s, t in HELLO]}), HELLO),
    "assembly": ("json", json.dumps({"audio_duration": 4, "text": "x", "utterances": [{"speaker": "A", "text": "Hello", "start": 250, "end": 1500}]}), [("A", "Hello")]),
    "whisper": (
        "json",
        json.dumps({"segments": [{"start": 0, "end": 1, "text": " We want", "speaker": "SPEAKER_00"}, {"start": 1, "end": 2, "text": " claims.", "speaker": "SPEAKER_00"}]}),
        [("SPEAKER_00", "We want claims.")],
    ),
    "deepgram": (
        "json",
        json.dumps({"results": {"channels": [{"alternatives": [{"transcript": "x", "paragraphs": {"paragraphs": [
            {"speaker": 0, "start": 0.1, "end": 2, "sentences": [{"text": "One."}, {"text": "Two."}]},
            {"speaker": 1, "start": 2, "end": 3, "sentences": [{"text": "Three."}]}]}}]}]}}),
        [("Speaker 0", "One. Two."), ("Speaker 1", "Three.")],
    ),
    "fireflies": (
        "json",
        json.dumps({"data": {"transcript": {"title": "Weekly", "sentences": [{"speaker_name": ANNA, "text": "One.", "start_time": 0.5}, {"speaker_name": ANNA, "text": "Two."}]}}}),
        [(ANNA, "One. Two.")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_file_of_each_format_gives_its_turns(case: str) -> None:
    name, content, expected = CASES[case]
    conversation = read(content, "meeting.txt")
    assert conversation.format == name
    assert turns(conversation) == list(expected)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("suffix", [".vtt", ".srt", ".json", ".md", ""])
def test_the_extension_does_not_decide(case: str, suffix: str) -> None:
    _, content, expected = CASES[case]
    assert turns(read(content, f"meeting{suffix}")) == list(expected)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_does_not_change_the_turns(case: str, encoding: str) -> None:
    _, content, expected = CASES[case]
    assert turns(read(content.replace("👋", "").encode(encoding))) == list(expected)
    assert turns(read(content.replace("\n", "\r\n"))) == list(expected)


@pytest.mark.parametrize("case", CASES)
def test_a_cut_off_file_is_read_or_refused(case: str) -> None:
    from tests.transcripts.test_robustness import check

    content = CASES[case][1].encode()
    for end in range(0, len(content), 3):
        check(content[:end], "meeting.txt")


def test_times_and_lines_are_kept() -> None:
    teams = read(CASES["teams"][1])
    assert times(teams) == [(0.0, 3.0), (4.0, 5.0)]
    assert lines(teams) == [4, 11]
    assert times(read(CASES["times before"][1])) == [(751.0, None), (760.0, None)]
    assert times(read(CASES["times behind"][1])) == [(12.0, None), (20.0, None)]
    assert times(read(CASES["assembly"][1])) == [(0.25, 1.5)]
    assert times(read(CASES["csv"][1])) == [(1.0, None), (9.0, None)]
    assert lines(read(CASES["csv"][1])) == [2, 4]
    assert times(read(CASES["google meet"][1])) == [(None, None), (300.0, None), (None, None)]
    assert lines(read(CASES["text"][1])) == [1, 3]


def test_what_was_repaired_is_noted_with_its_line() -> None:
    assert [note.line for note in read(CASES["damaged time"][1]).notes] == [3]
    assert [note.line for note in read(CASES["blank line in a cue"][1]).notes] == [6]
    assert "otter.ai" in read(CASES["otter"][1]).notes[-1].message
    assert "Costs" in read(CASES["markdown, colon outside"][1]).notes[-1].message


def test_windows_1252_is_read_with_a_note() -> None:
    conversation = read("José: Qué tal “amigo”.\nAnaïs: Très bien.\n".encode("cp1252"))
    assert turns(conversation) == [("José", "Qué tal “amigo”."), ("Anaïs", "Très bien.")]
    assert "Windows-1252" in conversation.notes[0].message


def test_header_gives_title_date_people_and_roles() -> None:
    conversation = read(
        "Title: Claims kick-off\nDate: 3 March 2026\nParticipants: Anna Berg (Head of Claims), Tomas Lind (IT architect), Eva Holm\n\n"
        "Anna Berg: Welcome.\n\nTomas: The data is old.\nIt is in ClaimDesk.\n\nJean-Luc O'Neill, Data Protection Officer: Bonjour.\n"
    )
    assert conversation.title == "Claims kick-off"
    assert conversation.held_on == date(2026, 3, 3)
    assert [(person.name, person.role, person.title) for person in conversation.participants] == [
        ("Anna Berg", Role.BUSINESS, "Head of Claims"),
        ("Tomas", Role.TECHNICAL, "IT architect"),
        ("Jean-Luc O'Neill", Role.COMPLIANCE, "Data Protection Officer"),
        ("Eva Holm", Role.UNKNOWN, None),
    ]
    assert conversation.utterances[1].text == "The data is old. It is in ClaimDesk."


def test_a_heading_with_a_colon_is_a_title_and_no_speaker() -> None:
    conversation = read("# Halden: IT and finance\n\n**Date:** 19 March 2026\n\n**Anna Berg:** Hello.\n\n**Tomas Lind:** Hi.\n")
    assert (conversation.title, conversation.held_on) == ("Halden: IT and finance", date(2026, 3, 19))
    assert turns(conversation) == [(ANNA, "Hello."), (TOMAS, "Hi.")]


def test_questions_and_answers_are_an_interview() -> None:
    conversation = read(
        "Interview with Maria Gomez (Operations Manager), 2026-03-04\n\nQ: What do you do?\nA: I run the floor.\n\nTwo shifts.\nQ: And then?\nA: Home.\n"
    )
    assert conversation.kind is ConversationKind.INTERVIEW
    assert conversation.held_on == date(2026, 3, 4)
    assert turns(conversation)[:2] == [("Interviewer", "What do you do?"), ("Maria Gomez", "I run the floor. Two shifts.")]
    assert conversation.role_of("Maria Gomez") is Role.BUSINESS


@pytest.mark.parametrize(
    "line", ["Note: the line broke.", "Example: ten claims a day.", "https://example.com/a: see there", "We meet at 10:30 sharp.", "Next steps: none.",
             "there are three: one, two", "Action: Tomas sends the list.", "Revenue: ten million", "12:30 is fine"]
)  # fmt: skip
def test_what_only_looks_like_a_label_stays_in_the_turn(line: str) -> None:
    conversation = read(f"Anna Berg: Hello.\n{line}\nTomas Lind: Yes.\nAnna Berg: Good.\n")
    assert [turn.speaker for turn in conversation.utterances] == [ANNA, TOMAS, ANNA]
    assert line.split()[-1] in conversation.utterances[0].text


@pytest.mark.parametrize(
    "name", ["Speaker 1", "SPEAKER_00", "José Núñez-Díaz", "D'Angelo", "J. R. Smith", "Ludwig van Beethoven", "Ben", "Will", "Will May", "Tiago - Stakin",
             "Project Manager", "张伟", "Анна", "Dr. Lee", "Berg, Anna", "Participant 3", "Interviewer", "Berg"]
)  # fmt: skip
def test_names_of_many_shapes_are_speakers(name: str) -> None:
    assert turns(read(f"{name}: Hello.\nOle Dahl: Yes.\n{name}: Good.\n")) == [(name, "Hello."), ("Ole Dahl", "Yes."), (name, "Good.")]


def test_two_people_of_one_name_stay_two() -> None:
    conversation = read("Anna (Sales): Yes.\nAnna (IT): No.\nAnna (Sales): Oh.\n")
    assert [turn.speaker for turn in conversation.utterances] == ["Anna (Sales)", "Anna (IT)", "Anna (Sales)"]


def test_the_list_of_people_overrules_the_file_and_keeps_the_identifier() -> None:
    text = "SPEAKER_00: Hello.\nTOMAS LIND (Clerk): Yes.\nSPEAKER_00: Good.\n"
    people = (
        Stakeholder(name=ANNA, role=Role.SPONSOR, aliases=("speaker_00",)),
        Stakeholder(name=TOMAS, role=Role.TECHNICAL, department="IT"),
    )
    known, unknown = read(text, stakeholders=people), read(text)
    assert [turn.speaker for turn in known.utterances] == [ANNA, TOMAS, ANNA]
    assert known.role_of(TOMAS) is Role.TECHNICAL
    assert known.id == unknown.id
    assert any("SPEAKER_00" in note.message for note in known.notes)


def test_the_same_words_in_another_format_are_the_same_conversation() -> None:
    assert len({read(CASES[case][1]).id for case in ("teams", "webex", "srt", "text", "csv", "qmsum", "markdown table")}) == 1


def test_captions_without_names_end_a_turn_at_a_pause_or_after_sixty_words() -> None:
    def clock(second: int) -> str:
        return f"00:{second // 60:02}:{second % 60:02}.000"

    cues = "".join(f"{clock(n)} --> {clock(n + 1)}\none two three four five six.\n\n" for n in range(40))
    conversation = read("WEBVTT\n\n" + cues)
    assert all(60 <= len(turn.text.split()) <= 66 for turn in conversation.utterances)
    paused = read("WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n\n00:04.000 --> 00:05.000\nTwo.\n")
    assert turns(paused) == [(None, "One."), (None, "Two.")]


def test_what_two_people_repeat_is_kept_twice() -> None:
    conversation = read("WEBVTT\n\n00:01.000 --> 00:02.000\nYes.\n\n00:04.000 --> 00:05.000\nYes.\n")
    assert turns(conversation) == [(None, "Yes."), (None, "Yes.")]


def word(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_word_documents_as_teams_saves_them() -> None:
    data = word("Claims weekly", "March 3, 2026, 9:00AM", "12m 4s", "Tomas Lind started transcription",
                "Anna Berg   0:03\nWe want claims paid in 5 days.", "Tomas Lind   0:09\nThat is hard.", "Tomas Lind stopped transcription")  # fmt: skip
    conversation = read(data, "x.docx")
    assert turns(conversation) == HELLO
    assert times(conversation) == [(3.0, None), (9.0, None)]
    assert (conversation.title, conversation.held_on) == ("Claims weekly", date(2026, 3, 3))


def test_word_documents_with_labels_and_tables_are_read_in_order() -> None:
    data = word("Anna Berg: We start.", table=[["Speaker", "Text"], *map(list, HELLO)])
    assert turns(read(data, "x.bin")) == [(ANNA, "We start."), *HELLO]


def test_file_names_give_a_date_only_where_it_is_one() -> None:
    assert read("Ada: hi\n", "2026-03-03 claims.txt").held_on == date(2026, 3, 3)
    assert read("Ada: hi\n", "claims 03-04-2026.txt").held_on is None
    assert read("Ada: we go live on 2026-05-05\n", "claims.txt").held_on is None


def test_every_reader_has_a_name_and_a_description() -> None:
    assert [reader.name for reader in formats()][:3] == ["docx", "webvtt", "srt"]
    assert all(reader.description for reader in formats())


def test_a_title_in_the_form_of_a_label_is_the_title_and_its_date_that_of_the_meeting() -> None:
    text = """Castlemore Linen: kickoff, 12 November 2026

Consultant: Good morning everybody.
Judith Amory: We lose customers because the count is wrong.
Owen Pryce: At the moment 6.5 percent of our deliveries go out short.
Judith Amory: I want that at two percent.
"""
    meeting = read(text, "01-kickoff.txt")
    assert [speaker for speaker, _ in turns(meeting)] == ["Consultant", "Judith Amory", "Owen Pryce", "Judith Amory"]
    assert [person.name for person in meeting.participants] == ["Consultant", "Judith Amory", "Owen Pryce"]
    assert (meeting.title, meeting.held_on) == ("Castlemore Linen: kickoff", date(2026, 11, 12))
    second = read(text.replace("kickoff, 12 ", "data, IT and compliance, 19 "), "02-data.txt")
    assert (second.title, second.held_on) == ("Castlemore Linen: data, IT and compliance", date(2026, 11, 19))


@pytest.mark.parametrize(
    "first",
    [
        "Judith Amory: kickoff, 12 November 2026",  # she speaks again below
        "Anna Berg: I started here on 12 November 2026",
        "Anna Berg: It was signed on 12 November 2026.",
        "Anna Berg: Good morning",
    ],
)
def test_a_first_line_that_somebody_may_have_said_stays_a_turn(first: str) -> None:
    text = f"{first}\n\nConsultant: Thank you.\nJudith Amory: The count is wrong.\nOwen Pryce: Sometimes.\n"
    speaker, said = first.split(": ")
    assert turns(read(text, "kickoff.txt"))[0] == (speaker, said)
