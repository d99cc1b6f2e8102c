"""From the turns of a file to a Conversation."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.conversation import Conversation, ReadingNote, Stakeholder, Utterance, content_id
from discovery_agent.errors import EmptyTranscript
from discovery_agent.files.encoding import whole_letters
from discovery_agent.transcripts.dates import only_date
from discovery_agent.transcripts.draft import Draft, Turn
from discovery_agent.transcripts.long_turns import cut_long
from discovery_agent.transcripts.people import Cast, tidy
from discovery_agent.transcripts.source import Source
from discovery_agent.transcripts.times import plausible


def assemble(draft: Draft, source: Source, format_name: str, stakeholders: Sequence[Stakeholder]) -> Conversation:
    """Number the turns, settle who speaks, and derive title, date and identifier.

    Raises:
        EmptyTranscript: no turn holds a letter, and nobody is named who says a number.
    """
    turns = cut_long([turn for turn in map(_tidied, draft.turns) if turn.text], draft)
    # A bare number is the rest of a broken caption file, unless somebody is named who says it.
    if not any(letter.isalpha() or (turn.speaker and letter.isalnum()) for turn in turns for letter in turn.text):
        raise EmptyTranscript(
            "Nobody says anything in this file.", where=source.name, remedy="Check that it is the transcript, and that it is complete."
        )
    cast = Cast((turn.speaker for turn in turns if turn.speaker), draft.attendees, stakeholders)
    utterances = tuple(_utterance(index, turn, cast, draft) for index, turn in enumerate(turns))
    renamed = [ReadingNote(message=f"`{alias}` in the file is {name}, by the list of people.") for alias, name in cast.renamed.items()]
    # Names of the file, not of the user's list: better knowledge of people must not make it another conversation.
    said = [part for turn in turns for part in (cast.file_name(turn.speaker) if turn.speaker else "", turn.text)]
    return Conversation(
        id=content_id("c", *said),
        title=tidy(whole_letters(draft.title or "")) or tidy(whole_letters(source.stem)) or "Untitled",
        kind=draft.kind,
        source=whole_letters(source.name),
        format=format_name,
        held_on=draft.held_on or only_date(source.stem),
        participants=cast.participants,
        utterances=utterances,
        notes=_ordered([*source.notes, *draft.notes, *renamed], draft.unlisted),
    )


def _tidied(turn: Turn) -> Turn:
    speaker = tidy(whole_letters(turn.speaker)) if turn.speaker else None
    return Turn(tidy(whole_letters(turn.text)), speaker or None, turn.start, turn.end, turn.line)


def _utterance(index: int, turn: Turn, cast: Cast, draft: Draft) -> Utterance:
    start, end = plausible(turn.start), plausible(turn.end)
    if (turn.start is not None and start is None) or (turn.end is not None and end is None):
        draft.note(f"Turn {index} has an impossible time, which was left out.", turn.line)
    if start is not None and end is not None and end < start:
        draft.note(f"Turn {index} ends before it begins; its end was left out.", turn.line)
        end = None
    return Utterance(
        index=index,
        speaker=cast.name(turn.speaker) if turn.speaker else None,
        text=turn.text,
        start=start,
        end=end,
        line=turn.line,
    )


def _ordered(notes: list[ReadingNote], unlisted: int) -> tuple[ReadingNote, ...]:
    unique = sorted(dict.fromkeys(notes), key=lambda note: note.line or 0)
    return (*unique, ReadingNote(message=f"{unlisted} more places were skipped or repaired.")) if unlisted else tuple(unique)
