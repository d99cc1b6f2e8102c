"""What the last answer calls for before anything else is asked."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.interview.answers import WHO_KNOWS, says_little, says_nothing, solution_head
from discovery_agent.domain.interview.asking import name_contradiction, subject_of
from discovery_agent.domain.interview.following import FOLLOW_UP, follow_up
from discovery_agent.domain.interview.moves import AnswerKind, AnswerReading, Exchange, Move, MoveKind
from discovery_agent.domain.interview.phrases import words_in
from discovery_agent.domain.interview.self_contradictions import contradiction_in
from discovery_agent.domain.interview.situation import Situation
from discovery_agent.domain.interview.slots import Slot, Wants
from discovery_agent.domain.interview.wording import asks_for_case, asks_for_latest_case

MOST_LADDERS = 2
MOST_REROUTED = 2
WORTH_TO_CLARIFY = 0.3
WORTH_TO_REROUTE = 0.5
# Behind "there is little to say" little is to be expected.
WORTH_TO_CLARIFY_LITTLE = 0.6
# Of the budget, at most this goes to asking again.
SHARE_FOR_CLARIFYING = 0.45


def reaction(here: Situation) -> Move | None:
    """The move that the last answer calls for, if any: in this order, since a question must be answered before one is put."""
    last = here.talk.last
    if last is None or last.reading is None:
        return None
    return (
        _put_again(here, last, last.reading)
        or _ladder(here, last.reading)
        or _own_contradiction(here)
        or _reword(here, last, last.reading)
        or follow_up(here, last)
        or _clarify(here, last, last.reading)
        or _reroute(here, last, last.reading)
    )


def _put_again(here: Situation, last: Exchange, reading: AnswerReading) -> Move | None:
    """The same question in other words, after a question to the interviewer; once."""
    if reading.kind is not AnswerKind.ASKS_BACK:
        return None
    before = [one for one in here.talk.exchanges[:-1] if one.move.slot == last.move.slot and one.move.kind is last.move.kind]
    if any(one.reading and one.reading.kind is AnswerKind.ASKS_BACK for one in before):
        return None
    wording = here.pick(_wordings_of(here, last.move), last.move.slot)
    if wording is None:
        return None
    return last.move.model_copy(
        update={
            "question": here.filled(
                wording, solution=last.move.words or "", about=last.move.called or subject_of(last.move.about) or "this"
            )
        }
    )


def _wordings_of(here: Situation, move: Move) -> Sequence[str]:
    slot = here.table.by_id.get(move.base or move.slot)
    moves = here.table.moves
    match move.kind:
        case MoveKind.LADDER:
            return moves.ladder.questions
        case MoveKind.CONTRADICTION:
            return moves.contradiction.questions if move.sides else moves.heard.questions
        case MoveKind.OFFER:
            return moves.offer.questions
        case MoveKind.CLARIFY:
            return slot.clarify if slot else ()
        case MoveKind.FOLLOW_UP:
            ways = [
                one for one in moves.follow_up if move.slot.startswith(f"{FOLLOW_UP}{one.statement.value}/") and one.slot in (move.base, "")
            ]
            return [wording for one in ways for wording in one.questions]
        case _ if move.slot.startswith(WHO_KNOWS):
            return moves.who_knows.questions
        case _:
            return slot.wordings_for(here.person.role) if slot else ()


def _ladder(here: Situation, reading: AnswerReading) -> Move | None:
    """A solution was named: what it is wanted for. Once for each solution; means are what technical people are asked for."""
    solution = reading.solution
    if solution is None or here.person.role is Role.TECHNICAL or here.talk.count(MoveKind.LADDER) >= MOST_LADDERS:
        return None
    head = solution_head(solution)
    wording = here.pick(here.table.moves.ladder.questions, solution)
    last = here.talk.last
    if head in here.talk.laddered or wording is None or (last and last.move.kind is MoveKind.LADDER):
        return None
    return Move(
        kind=MoveKind.LADDER,
        slot=f"ladder/{head}",
        about=solution,
        question=here.filled(wording, solution=solution),
        why=here.reason(here.table.moves.ladder.why, solution),
        words=solution,
        worth=1.0,
    )


def _own_contradiction(here: Situation) -> Move | None:
    """Two figures of the stakeholder's own that do not go together."""
    found = contradiction_in(here.talk.exchanges, here.person.name, here.table.things)
    return name_contradiction(here, found, found.sides) if found else None


def _reword(here: Situation, last: Exchange, reading: AnswerReading) -> Move | None:
    """They did not accept the words of the question: how they would put it, once in an interview."""
    rejected = AnswerKind.REJECTS_WORDING
    earlier = here.talk.exchanges[:-1]
    if reading.kind is not rejected or any(one.reading and one.reading.kind is rejected for one in earlier):
        return None
    wording = here.pick(here.table.moves.reword, last.move.slot)
    if wording is None or last.move.slot.startswith(WHO_KNOWS) or last.move.kind is not MoveKind.ASK:
        return None
    return last.move.model_copy(update={"kind": MoveKind.CLARIFY, "question": here.filled(wording), "why": "", "words": None})


def _clarify(here: Situation, last: Exchange, reading: AnswerReading) -> Move | None:
    """A number, an example or an event, once, where the answer was vague and the slot is worth it."""
    move = last.move
    if reading.kind is not AnswerKind.VAGUE or move.kind is not MoveKind.ASK or move.slot.startswith(WHO_KNOWS):
        return None
    least = WORTH_TO_CLARIFY_LITTLE if says_little(last.answer or "") else WORTH_TO_CLARIFY
    if move.worth < least or here.talk.clarified(move.slot):
        return None
    if here.talk.count(MoveKind.CLARIFY) >= max(1, int(here.budget * SHARE_FOR_CLARIFYING)):
        return None
    slot = here.table.by_id.get(move.base or move.slot)
    fitting = (_not_pressing(here, wordings) for wordings in _clarifications(here, slot, last.answer or ""))
    offered = (here.pick(wordings, move.slot) for wordings in fitting)
    wording = next((one for one in offered if one), None)
    if wording is None:
        return None
    return move.model_copy(update={"kind": MoveKind.CLARIFY, "question": here.filled(wording), "why": "", "words": reading.vague})


def _clarifications(here: Situation, slot: Slot | None, answer: str) -> Sequence[Sequence[str]]:
    """Wordings that ask on, those that fit the vague word best first."""
    moves = here.table.moves
    wants = slot.wants if slot else Wants.ACCOUNT
    general = {
        Wants.ACCOUNT: moves.clarify_account,
        Wants.EVENT: moves.clarify_event,
        Wants.NAME: moves.clarify_name,
        Wants.DATE: moves.clarify_date,
    }.get(wants, moves.clarify_figure)
    own = slot.clarify if slot else ()
    if wants not in (Wants.ACCOUNT, Wants.FIGURE):
        return own, general
    held = words_in(answer)
    fitting = [one.ask for one in moves.clarify_words if any(phrase.find(answer, held) for phrase in one.said_by)]
    return *fitting[:1], own, general


def _not_pressing(here: Situation, wordings: Sequence[str]) -> Sequence[str]:
    """Without those that ask for the latest case again, or for any case where two answers in a row gave none."""
    fresh = [one for one in wordings if not (asks_for_latest_case(one) and here.talk.latest_case_asked)]
    return [one for one in fresh if not asks_for_case(one)] if here.talk.cases_refused else fresh


def _reroute(here: Situation, last: Exchange, reading: AnswerReading) -> Move | None:
    """They do not know: who would, if nobody was named yet and it matters."""
    move = last.move
    slot = here.table.by_id.get(move.base or move.slot)
    if reading.kind is not AnswerKind.DOES_NOT_KNOW or reading.knows or says_nothing(last.answer or ""):
        return None
    # Nobody else knows somebody's own view, and what lies behind a statement is its speaker's to say.
    if slot is None or slot.personal or move.kind is MoveKind.FOLLOW_UP or move.slot.startswith(WHO_KNOWS):
        return None
    if move.worth < WORTH_TO_REROUTE or here.talk.rerouted >= MOST_REROUTED or here.left <= 2:
        return None
    moves = here.table.moves.who_knows
    wording = here.pick(moves.questions, move.slot)
    if wording is None or f"{WHO_KNOWS}{move.slot}" in here.talk.asked_ids:
        return None
    return Move(
        kind=MoveKind.ASK,
        slot=f"{WHO_KNOWS}{move.slot}",
        about=slot.name,
        question=here.filled(wording),
        why=here.reason(moves.why, move.slot),
        worth=move.worth,
    )
