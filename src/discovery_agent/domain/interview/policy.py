"""What the interviewer does next, and how far it has come: a pure function of what was asked, said and known."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.interview.asking import ask
from discovery_agent.domain.interview.known import Known
from discovery_agent.domain.interview.moves import Exchange, Move, MoveKind, Person, Progress, Stop
from discovery_agent.domain.interview.reactions import reaction
from discovery_agent.domain.interview.situation import Situation
from discovery_agent.domain.interview.slots import SlotTable
from discovery_agent.domain.interview.talk import Talk

RECAP = Move(kind=MoveKind.RECAP, slot="recap")
MOST_SHOWN = 8


def next_move(person: Person, budget: int, exchanges: Sequence[Exchange], known: Known, table: SlotTable) -> Move:
    """The next move. Where the last question still waits for its answer, that question's move.

    The same arguments always give the same move.
    """
    here = Situation(person, budget, Talk.of(exchanges, table), known)
    last = here.talk.last
    if here.talk.closed or here.talk.wants_to_stop:
        return RECAP
    if last and last.answer is None:
        return last.move
    move = _move(here)
    if move is None:
        return RECAP
    still = len(here.can_tell) + (move.kind is not MoveKind.ASK)
    return move.model_copy(update={"left": max(1, min(here.left, still))})


def progress(person: Person, budget: int, exchanges: Sequence[Exchange], known: Known, table: SlotTable) -> Progress:
    """How far the interview has come.

    Each answered question takes its part of what was then still to be asked, so the share never goes down, whatever turns
    up on the way; it is 1 when the interview has come to its recap.
    """
    here = Situation(person, budget, Talk.of(exchanges, table), known)
    stop = _stop(here)
    rest = 1.0
    for one in here.talk.exchanges:
        if one.answer is not None:
            rest *= 1 - 1 / one.move.left
    done = here.talk.closed or stop in (Stop.STAKEHOLDER, Stop.BUDGET_SPENT)
    return Progress(
        asked=here.talk.spent,
        budget=budget,
        settled=tuple(slot.name for slot in table.slots if slot.id in here.talk.settled),
        still_open=tuple(dict.fromkeys(one.name for one in here.can_tell))[:MOST_SHOWN],
        share=1.0 if done else round(1 - rest, 4),
        stop=stop,
    )


def _move(here: Situation) -> Move | None:
    return (reaction(here) or ask(here)) if here.left > 0 else None


def _stop(here: Situation) -> Stop | None:
    """Why no more is asked; None while something is."""
    last = here.talk.last
    if here.talk.wants_to_stop:
        return Stop.STAKEHOLDER
    if last and last.answer is None and not here.talk.closed:
        return None
    if here.left <= 0:
        return Stop.BUDGET_SPENT
    return Stop.NOTHING_LEFT if here.talk.closed or _move(here) is None else None
