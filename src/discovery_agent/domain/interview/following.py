"""What the last answer itself gives to ask on: a strong statement, once."""

from __future__ import annotations

import re

from discovery_agent.domain.interview.answers import WHO_KNOWS
from discovery_agent.domain.interview.moves import Exchange, Move, MoveKind, StrongKind, StrongStatement
from discovery_agent.domain.interview.situation import Situation
from discovery_agent.domain.interview.slots import FollowUp, Wants

COST_OF_A_MISTAKE = "error"
"""The slot whose account is a loss, though it asks for no figure."""

FOLLOW_UP = "follow_up/"
"""Beginning of the id of a follow-up: it serves a slot, but is no plain question for it."""

WORTH_TO_FOLLOW_UP = 0.45
# Of the budget, at most this goes to following up; the agenda has questions that nobody brings up.
SHARE_FOR_FOLLOWING_UP = 0.25
# What the statement tells already is worth asking deeper; what was told before hardly is.
TOLD_JUST_NOW = 0.8
TOLD_BEFORE = 0.4
# A hint is asked on although nobody knows what it hides.
WORTH_OF_A_HINT = 0.9
# A hint with hardly a word beside it is the answer.
A_FEW_WORDS = 3
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_COUNTED = (Wants.FIGURE, Wants.MONEY, Wants.TIME)


def follow_up(here: Situation, last: Exchange) -> Move | None:
    """One question on the strong statement of the last answer, if what it would tell is still worth its place.

    Never on the same statement again, never on an answer to a follow-up, and not on what somebody only repeats.
    """
    reading = last.reading
    statement = reading.strong if reading else None
    if statement is None or last.move.kind is MoveKind.FOLLOW_UP or last.move.slot.startswith(WHO_KNOWS):
        return None
    if here.talk.count(MoveKind.FOLLOW_UP) >= max(1, int(here.budget * SHARE_FOR_FOLLOWING_UP)):
        return None
    if _is_old(here, last, statement) or _is_the_answer(here, last, statement) or _is_an_aside(here, last, statement):
        return None
    ways = [
        (one, slot, _worth(here, last, slot, hint=not one.slot)) for one in _ways(here, statement) for slot in [one.slot or _slot_of(last)]
    ]
    way, slot, worth = max(ways, key=lambda found: found[2], default=(None, "", 0.0))
    best = max((one.worth for one in here.can_tell), default=0.0)
    if way is None or worth < WORTH_TO_FOLLOW_UP or (here.left <= 1 and worth < best):
        return None
    wording = here.pick(way.questions, statement.words)
    if wording is None:
        return None
    return Move(
        kind=MoveKind.FOLLOW_UP,
        slot=f"{FOLLOW_UP}{statement.kind.value}/{here.talk.count(MoveKind.FOLLOW_UP) + 1}",
        base=slot,
        question=here.filled(wording),
        why=here.reason(way.why, statement.words),
        words=statement.words,
        worth=round(worth, 4),
    )


def _ways(here: Situation, statement: StrongStatement) -> list[FollowUp]:
    return [one for one in here.table.moves.follow_up if one.statement is statement.kind]


def _slot_of(last: Exchange) -> str:
    return last.move.base or last.move.slot


def _is_old(here: Situation, last: Exchange, statement: StrongStatement) -> bool:
    words = statement.words.lower()
    earlier = (one.answer or "" for one in here.talk.exchanges if one is not last)
    return words in here.talk.followed_up or any(words in " ".join(answer.lower().split()) for answer in earlier)


def _is_the_answer(here: Situation, last: Exchange, statement: StrongStatement) -> bool:
    """Whether a figure of harm is what was asked for, and so needs no asking on."""
    slot = here.table.by_id.get(_slot_of(last))
    return statement.kind is StrongKind.HARM and slot is not None and (slot.wants in _COUNTED or slot.id == COST_OF_A_MISTAKE)


def _is_an_aside(here: Situation, last: Exchange, statement: StrongStatement) -> bool:
    """Whether a hint stands beside other things and shares no word with what the talk is about: "the parking is another story"."""
    answer = " ".join((last.answer or "").split())
    if statement.kind is not StrongKind.WITHHELD or len(answer.split()) <= len(statement.words.split()) + A_FEW_WORDS:
        return False
    about = " ".join((here.known.subject, *here.talk.questions)).lower()
    return set(_LONG_WORD.findall(statement.words.lower())).isdisjoint(_LONG_WORD.findall(about))


def _worth(here: Situation, last: Exchange, slot: str, *, hint: bool) -> float:
    """What an answer could tell: that of the slot it serves, less where that was told or asked before."""
    known = here.table.by_id.get(slot)
    if known is None:
        return 0.0
    if hint:
        return WORTH_OF_A_HINT * last.move.worth
    # The statement itself is what the slot builds on, so its plain worth counts.
    if any(slot == one.id for one in here.can_tell):
        return known.worth_for(here.person.role)
    just_now = last.reading is not None and slot in last.reading.settles and slot not in here.talk.before(last).settled
    return known.worth_for(here.person.role) * (TOLD_JUST_NOW if just_now else TOLD_BEFORE)
