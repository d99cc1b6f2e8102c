"""Who speaks in the uploaded transcripts of an engagement: how much, where, and whether they are known as stakeholders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import Field

from discovery_agent.discovery.engagements import add_stakeholder
from discovery_agent.discovery.naming import name_to_the_eye
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Conversation, Role, Value, is_interviewer
from discovery_agent.domain.engagement import ConversationState, StakeholderRecord
from discovery_agent.domain.introductions import Introduction, introductions
from discovery_agent.errors import NotFound

_LIVE = "speakers"


class SpokeIn(Value):
    """A transcript in which somebody speaks."""

    conversation_id: str
    title: str
    words: int = Field(ge=0, description="Words that they said there.")


class Speaker(Value):
    """Somebody who speaks in transcripts; the same name is the same person."""

    name: str = Field(description="As the transcripts name them.")
    transcripts: tuple[SpokeIn, ...]
    share: float = Field(ge=0, le=1, description="Their part of all words in these transcripts.")
    role: Role = Field(default=Role.UNKNOWN, description="Of the stakeholder; without one, a guess from the transcript.")
    function: str | None = Field(default=None, description="What they are, as a transcript lists it or they said it themselves.")
    department: str | None = None
    said: Introduction | None = Field(default=None, description="The words in which they said so.")
    stakeholder_id: str | None = Field(default=None, description="The stakeholder of that name; None if there is none.")


class _Heard(NamedTuple):
    """What one transcript tells of its speakers: it never changes, so it is worked out once."""

    words: dict[str, int]
    """Speaker, under the first of several ways to write the name, -> words said."""
    said: dict[str, Introduction]
    listed: dict[str, tuple[Role, str | None]]


async def speakers_of(ws: Workspace, engagement_id: str) -> list[Speaker]:
    """Everybody who speaks in a transcript, those first who said most. Interviewers and turns without a name are left out.

    Raises:
        NotFound: there is no such engagement.
    """
    live: dict[str, _Heard] = ws.live.setdefault(_LIVE, {})
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        people = {name_to_the_eye(one.name): one for one in await unit.stakeholders.list(engagement_id)}
        records, _ = await unit.conversations.list(engagement_id, limit=None)
        uploaded = [one for one in records if one.stakeholder_id is None and one.state is not ConversationState.WAITING]
        unknown = [one.id for one in uploaded if one.id not in live]
        if unknown:
            async for conversation in unit.conversations.loaded(engagement_id, unknown):
                live[conversation.id] = _heard(conversation)
    found: dict[str, list[tuple[SpokeIn, str, _Heard]]] = {}
    for record in reversed(uploaded):  # oldest first
        if (heard := live.get(record.id)) is None:
            continue
        for name, words in heard.words.items():
            if name and not is_interviewer(name):
                spoke = SpokeIn(conversation_id=record.id, title=record.title, words=words)
                found.setdefault(name_to_the_eye(name), []).append((spoke, name, heard))
    speakers = [_speaker(spoke, people.get(key)) for key, spoke in found.items()]
    return sorted(speakers, key=lambda one: (-sum(place.words for place in one.transcripts), one.name))


async def add_speaker(ws: Workspace, engagement_id: str, name: str, *, actor: str = "") -> StakeholderRecord:
    """Make a speaker a stakeholder under the name that the transcripts give, by which the two are one from now on.

    Role and department are those that the transcripts tell, as a guess that the lead may change.

    Raises:
        NotFound: nobody of that name speaks in a transcript.
        InvalidRequest: there is a stakeholder of that name already.
    """
    wanted = name_to_the_eye(name)
    speaker = next((one for one in await speakers_of(ws, engagement_id) if name_to_the_eye(one.name) == wanted), None)
    if speaker is None:
        raise NotFound("Nobody of that name speaks in a transcript.", where="name")
    return await add_stakeholder(ws, engagement_id, speaker.name, role=speaker.role, department=speaker.department, actor=actor)


def _heard(conversation: Conversation) -> _Heard:
    words: dict[str, int] = {}
    first: dict[str, str] = {}
    for utterance in conversation.utterances:
        speaker = utterance.speaker or ""
        name = first.setdefault(name_to_the_eye(speaker), speaker)
        words[name] = words.get(name, 0) + len(utterance.text.split())
    listed = {one.name: (one.role, one.department) for one in conversation.participants}
    return _Heard(words, {one.speaker: one for one in introductions(conversation)}, listed)


def _speaker(spoke: Sequence[tuple[SpokeIn, str, _Heard]], known: StakeholderRecord | None) -> Speaker:
    said = next((heard.said[name] for _, name, heard in spoke if name in heard.said), None)
    listed = [heard.listed[name] for _, name, heard in spoke if name in heard.listed]
    role = next((role for role, _ in listed if role is not Role.UNKNOWN), said.role if said else Role.UNKNOWN)
    department = next((department for _, department in listed if department), said.department if said else None)
    everything = sum(sum(heard.words.values()) for _, _, heard in spoke)
    own = sum(place.words for place, _, _ in spoke)
    return Speaker(
        name=spoke[0][1],
        transcripts=tuple(place for place, _, _ in spoke),
        share=own / everything if everything else 0.0,
        role=known.role if known else role,
        function=said.title if said else None,
        department=known.department if known else department,
        said=said,
        stakeholder_id=known.id if known else None,
    )
