"""What tools are asked with. Every text is limited in length and can be stored; whatever is not known is a mistake, not ignored."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LONGEST_CASE = 20_000
"""Characters of a described case."""
LONGEST_TRANSCRIPT = 200_000
"""Characters of a transcript: about four hours of talk. Longer ones are uploaded, and read in the background."""
MOST_IN_A_PART = 100


def _whole_characters(value: object) -> object:
    """Without halves of characters and zero bytes, which no database and no JSON holds."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")


# Written behind the limits of a text, so that it comes before them, and they stay those of a text: what was left out may be given as null.
_clean = BeforeValidator(_whole_characters)
EngagementId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$", description="Id of an engagement, as list_engagements gives it.")]
Offset = Annotated[int, Field(ge=0, le=2**31 - 1, strict=True, description="How many to leave out at the beginning.")]
Limit = Annotated[int, Field(ge=1, le=MOST_IN_A_PART, strict=True, description="How many at most.")]


class Arguments(BaseModel):
    """Base of what a tool takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListEngagements(Arguments):
    """A part of the list of engagements."""

    offset: Offset = 0
    limit: Limit = 50


class ReadEngagement(Arguments):
    """An engagement; `offset` and `limit` count in each of its lists."""

    engagement_id: EngagementId
    offset: Offset = 0
    limit: Limit = 20


class SearchEvidence(Arguments):
    """A question to what people said."""

    engagement_id: EngagementId
    query: Annotated[str, Field(min_length=1, max_length=1000, description="A question, or words."), _clean]
    limit: Annotated[int, Field(ge=1, le=50, strict=True, description="How many findings at most.")] = 10


class AssessCase(Arguments):
    """A case to be assessed."""

    description: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_CASE,
            description="What is done today, how often, what goes in and comes out, who decides and by what rules, and what an error costs.",
        ),
        _clean,
    ]


Title = Annotated[str, Field(max_length=200, description="What to call the conversation."), _clean]
Most = Annotated[int, Field(ge=1, le=500, strict=True, description="How many findings at most are given back.")]


class AnalyseTranscript(Arguments):
    """A transcript to be analysed."""

    text: Annotated[
        str | None,
        Field(
            max_length=LONGEST_TRANSCRIPT,
            description="The transcript: WebVTT, SRT, JSON, CSV, Markdown, or plain text with a speaker before each turn (`Name: ...`).",
        ),
        _clean,
    ] = None
    title: Title = ""
    limit: Most = 100


class AnalyseFile(AnalyseTranscript):
    """A transcript to be analysed, given as text or as a file of the folder that was opened for it."""

    path: Annotated[
        str | None, Field(max_length=1000, description="Instead of the text: a file, relative to the folder of transcripts."), _clean
    ] = None


__all__ = [
    "LONGEST_CASE",
    "LONGEST_TRANSCRIPT",
    "MOST_IN_A_PART",
    "AnalyseFile",
    "AnalyseTranscript",
    "Arguments",
    "AssessCase",
    "ListEngagements",
    "ReadEngagement",
    "SearchEvidence",
]
