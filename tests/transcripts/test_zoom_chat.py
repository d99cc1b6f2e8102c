"""The chat that Zoom saves: each message is its writer's, whatever it answers."""

from __future__ import annotations

import pytest

from tests.transcripts.reading import read, turns

NEW = """\
10:02:11 From Anna Berg to Everyone:
\tClaims wait too long.
10:02:40 From Ben Okafor to Everyone:
\tReplying to "Claims wait too long."

\tNine days:
\tsix of them in a queue.
10:02:50 From Cleo Marsh to Everyone:
\tReacted to "Nine days: six..." with 👍
10:03:00 From Ben Okafor to Anna Berg(Direct Message):
\tDo not tell Priya.
"""
OLD = "10:02:11\t From Anna Berg : Claims wait too long.\n10:02:40\t From  Ben Okafor  to  Everyone : Nine days:\nsix of them in a queue.\n"


@pytest.mark.parametrize("content", [NEW, OLD, NEW.replace("\n10:", "\n2026-03-04 10:").replace("10:02:11", "2026-03-04 10:02:11")])
def test_each_message_is_credited_to_its_writer_and_what_it_repeats_or_whispers_is_left_out(content: str) -> None:
    conversation = read(content, "chat.txt")
    assert conversation.format == "zoom_chat"
    assert turns(conversation) == [("Anna Berg", "Claims wait too long."), ("Ben Okafor", "Nine days: six of them in a queue.")]
    assert [one.start for one in conversation.utterances] == [0.0, 29.0]
