"""Interviews for the tests: scripted answers, played against the policy with the table that ships."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from discovery_agent.domain.agenda import AgendaItem, Feeds
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import Grounding, Quote
from discovery_agent.domain.interview.answers import read_answer
from discovery_agent.domain.interview.known import Known, KnownContradiction
from discovery_agent.domain.interview.moves import Exchange, Move, MoveKind, Offer, Person
from discovery_agent.domain.interview.policy import next_move
from discovery_agent.knowledge.tables import load_interview
from discovery_agent.settings import data_folder

TABLE = load_interview(data_folder("knowledge"))
ROLES = (Role.SPONSOR, Role.BUSINESS, Role.TECHNICAL, Role.COMPLIANCE, Role.END_USER, Role.UNKNOWN)
JANA = Person(name="Jana Petrov", role=Role.BUSINESS, department="Claims")
GOOD = "Each claim is keyed in by Lena on the day it comes in, and on Friday she prints 40 lists for the adjuster."
"""An answer that can be used, whatever was asked for, and that settles nothing by the way."""

Script = Callable[[Move, int], str] | Mapping[str, str] | Sequence[str]


def play(script: Script, *, person: Person = JANA, budget: int = 15, known: Known | None = None) -> list[Exchange]:
    """The interview to its recap. A script is a function of move and number, answers by slot, or answers in order."""
    exchanges: list[Exchange] = []
    known = known or Known()
    while True:
        move = next_move(person, budget, exchanges, known, TABLE)
        if move.kind is MoveKind.RECAP:
            return [*exchanges, Exchange(move=move, said="")]
        text = answer_to(script, move, len(exchanges))
        exchanges.append(answered(move, text))


def answer_to(script: Script, move: Move, number: int) -> str:
    if isinstance(script, Mapping):
        return script.get(f"{move.slot}/{move.kind.value}", script.get(move.slot, GOOD))
    if isinstance(script, Sequence):
        return script[number] if number < len(script) else GOOD
    return script(move, number)


def answered(move: Move, text: str) -> Exchange:
    return Exchange(move=move, said=move.question, answer=text, reading=read_answer(text, move, TABLE))


def asking(slot: str, role: Role = Role.BUSINESS) -> Move:
    """The plain question for a slot."""
    one = TABLE.by_id[slot]
    return Move(kind=MoveKind.ASK, slot=slot, question=one.wordings_for(role)[0], worth=one.worth_for(role), left=15)


def item(
    asks: str | None,
    feeds: Feeds = Feeds.KPI,
    *,
    about: str = "handling time",
    worth: float = 0.6,
    roles: Sequence[Role] = (Role.BUSINESS,),
) -> AgendaItem:
    return AgendaItem(
        id=f"a-{feeds.value}-{asks}-{about}",
        question="What is it?",
        why="something hangs on it",
        feeds=feeds,
        asks=asks,
        about=about,
        roles=tuple(roles),
        people=(),
        worth=worth,
    )


def offer(number: int = 1) -> Offer:
    return Offer(
        label=f"Reminders {number}",
        text=f"A clinic in a case of {number} sites sent text messages two days before and halved the share of missed appointments.",
        page=f"no_ai_cases/reminders-{number}.md",
    )


def quote(text: str, speaker: str) -> Quote:
    return Quote(conversation_id="c-1", utterance_id="u1", speaker=speaker, start=0, end=len(text), text=text, grounding=Grounding.EXACT)


def contradiction(*sides: tuple[str, str], about: str = "handling time") -> KnownContradiction:
    """Sides are (speaker, words)."""
    return KnownContradiction(
        id="x-1",
        about=about,
        sides=tuple(quote(words, speaker) for speaker, words in sides),
        speakers=tuple(speaker for speaker, _ in sides),
    )
