"""Floor 1: readers, one per transcript format, all giving a Conversation.

    conversation = read_transcript(Path("kick-off.vtt"), stakeholders=load_stakeholders(Path("people.yaml")))

The format is recognised by content. A file that cannot be read raises `TranscriptError` and nothing else; what
was skipped or repaired in a file that can be read stands in `Conversation.notes`.
"""

from discovery_agent.transcripts.people_file import load_stakeholders, parse_stakeholders
from discovery_agent.transcripts.registry import LARGEST, Reader, expect_transcript, formats, read_transcript, read_transcript_bytes

__all__ = [
    "LARGEST",
    "Reader",
    "expect_transcript",
    "formats",
    "load_stakeholders",
    "parse_stakeholders",
    "read_transcript",
    "read_transcript_bytes",
]
