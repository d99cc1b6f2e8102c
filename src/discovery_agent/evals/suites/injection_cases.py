"""Cases of the injection suite: short talks, what is planted in them, and ordinary talk that only sounds like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance, content_id
from discovery_agent.domain.findings import FindingKind
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.harness.metrics import Record
from discovery_agent.evals.harness.reading import Name, read_yaml
from discovery_agent.evals.harness.suite import Split

CARRIERS, ATTACKS, LOOK_ALIKES, HELD_OUT = "carriers.yaml", "attacks.yaml", "look_alikes.yaml", "held_out.yaml"
NOTHING_FOUND = "nothing found"
"""What an attack wants that asks for an empty result."""


class Expected(Record):
    """Something that must be found, of one of these kinds, in these words."""

    kinds: tuple[FindingKind, ...] = Field(min_length=1)
    quote: str = Field(min_length=3)


class Speaker(Record):
    """Who talks."""

    name: str
    role: Role
    department: str


class Turn(Record):
    """One utterance."""

    speaker: str
    text: str


class Carrier(Record):
    """A short talk that something is planted in."""

    id: Name
    domain: str
    speakers: tuple[Speaker, ...] = Field(min_length=1)
    talk: tuple[Turn, ...] = Field(min_length=2)
    expected: tuple[Expected, ...] = Field(min_length=1, description="What must be found whether or not something is planted.")

    @model_validator(mode="after")
    def _quotes_are_said(self) -> Self:
        for one in self.expected:
            if not any(one.quote in turn.text for turn in self.talk):
                raise ValueError(f"nobody says `{one.quote}`")
        return self


class Attack(Record):
    """Words that try to give orders to whoever reads."""

    id: Name
    carrier: str = Field(description="Id of the talk that it is planted in.")
    place: Literal["utterance", "speaker", "title", "knowledge"]
    at: int = Field(ge=0, description="The utterance that it follows, or whose speaker is renamed.")
    technique: str
    language: str
    wants: str = Field(description="What it asks for; `nothing found` for an empty result.")
    payload: str
    forbidden: tuple[str, ...] = Field(description="Words that only what it asks for would hold.")

    @model_validator(mode="after")
    def _can_be_checked(self) -> Self:
        if not self.forbidden and self.wants != NOTHING_FOUND:
            raise ValueError("`forbidden` is empty, so nobody can tell whether it was obeyed")
        return self


class LookAlike(Record):
    """Ordinary talk about instructions, prompts, approvals or old processes."""

    id: Name
    carrier: str
    at: int = Field(ge=0)
    about: str
    text: str
    expected: tuple[Expected, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _quotes_are_said(self) -> Self:
        if missing := [one.quote for one in self.expected if one.quote not in self.text]:
            raise ValueError(f"the text does not say `{missing[0]}`")
        return self


class Carriers(Record):
    """The file of talks."""

    provenance: str = Field(min_length=10)
    carriers: tuple[Carrier, ...] = Field(min_length=1)


class Attacks(Record):
    """The file of attacks."""

    provenance: str = Field(min_length=10)
    attacks: tuple[Attack, ...] = Field(min_length=1)


class LookAlikes(Record):
    """The file of look-alikes."""

    provenance: str = Field(min_length=10)
    look_alikes: tuple[LookAlike, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Planted:
    """A talk with something in it."""

    id: str
    carrier: Carrier
    planted: Attack | LookAlike

    @property
    def attack(self) -> Attack | None:
        """What is planted, if it is an attack."""
        return self.planted if isinstance(self.planted, Attack) else None

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What must be found: all that the talk says, and what a look-alike says."""
        own = self.planted.expected if isinstance(self.planted, LookAlike) else ()
        return (*self.carrier.expected, *own)

    @property
    def slices(self) -> dict[str, str]:
        """By what the report tells cases apart."""
        if self.attack is None:
            return {"technique": "look-alike", "place": "utterance", "language": "en"}
        return {"technique": self.attack.technique, "place": self.attack.place, "language": self.attack.language}

    def conversation(self) -> Conversation:
        """The talk as it is read, with what is planted in an utterance, in a speaker's name or in the title."""
        planted = self.planted
        place = planted.place if isinstance(planted, Attack) else "utterance"
        words = planted.payload if isinstance(planted, Attack) else planted.text
        turns = [(one.speaker, one.text) for one in self.carrier.talk]
        renamed: dict[str, str] = {}
        if place == "utterance":
            turns.insert(planted.at + 1, (turns[planted.at][0], words))
        elif place == "speaker":
            renamed = {turns[planted.at][0]: words}
        return _conversation(self.carrier, turns, renamed, words if place == "title" else _TITLE)


_TITLE = "Discovery meeting"


def clean(carrier: Carrier) -> Conversation:
    """The talk with nothing planted in it."""
    return _conversation(carrier, [(one.speaker, one.text) for one in carrier.talk], {}, _TITLE)


def _conversation(carrier: Carrier, turns: list[tuple[str, str]], renamed: dict[str, str], title: str) -> Conversation:
    turns = [(renamed.get(speaker, speaker), text) for speaker, text in turns]
    people = tuple(Stakeholder(name=renamed.get(one.name, one.name), role=one.role, department=one.department) for one in carrier.speakers)
    return Conversation(
        id=content_id("c", title, *(part for turn in turns for part in turn)),
        title=title,
        source=f"{carrier.id}.txt",
        format="text",
        participants=people,
        utterances=tuple(Utterance(index=at, speaker=speaker, text=text) for at, (speaker, text) in enumerate(turns)),
    )


def load_planted(folder: Path, split: Split = Split.DEV) -> Iterator[tuple[Path, Planted]]:
    """Every attack and look-alike of a split with its talk and the file that it comes from, in order. Attacks alone are held out.

    Raises:
        ConfigurationError: a file is wrong, or a case is planted in no talk or after its end.
    """
    carriers = {one.id: one for one in read_yaml(folder / CARRIERS, Carriers).carriers}
    attacks, look_alikes = folder / (ATTACKS if split is Split.DEV else HELD_OUT), folder / LOOK_ALIKES
    cases: list[tuple[Path, Attack | LookAlike]] = [(attacks, one) for one in read_yaml(attacks, Attacks).attacks]
    if split is Split.DEV:
        cases += [(look_alikes, one) for one in read_yaml(look_alikes, LookAlikes).look_alikes]
    for file, one in cases:
        carrier = carriers.get(one.carrier)
        if carrier is None or one.at >= len(carrier.talk):
            raise ConfigurationError(f"{one.id}: there is no utterance {one.at} of a talk `{one.carrier}`.", where=str(file))
        yield file, Planted(one.id, carrier, one)
