"""Documents in which Gemini's notes of a meeting stand, with or without the transcript."""

from __future__ import annotations

from tests.transcripts.reading import read, turns

NOTES = """📝 Notes
Mar 4, 2026
Claims weekly
Invited Anna Berg Ben Okafor

Summary
Ben Okafor: nine days is what a claim takes.

You should review Gemini's notes to make sure they're accurate.
"""
TRANSCRIPT = """
📖 Transcript
Mar 4, 2026
Claims weekly - Transcript
00:00:00

Anna Berg: Claims wait too long.
Ben Okafor: Nine days.

This editable transcript was computer generated and might contain errors.
"""


def test_notes_above_a_transcript_are_nobodys_words() -> None:
    conversation = read(NOTES + TRANSCRIPT, "Claims weekly - Notes by Gemini.txt")
    assert turns(conversation) == [("Anna Berg", "Claims wait too long."), ("Ben Okafor", "Nine days.")]
    assert "written by Gemini" in conversation.notes[0].message


def test_people_who_say_these_words_lose_nothing() -> None:
    spoken = "Anna: I read Gemini's notes.\nBen: Transcript\nAnna: Yes.\n"
    assert turns(read(spoken)) == [("Anna", "I read Gemini's notes."), ("Ben", "Transcript"), ("Anna", "Yes.")]
