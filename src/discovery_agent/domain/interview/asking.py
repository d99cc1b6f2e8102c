"""What is asked when the last answer calls for nothing: a contradiction, an offer, or the question worth most."""

from __future__ import annotations

import re

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import Quote
from discovery_agent.domain.interview.figures import is_name_of_figure
from discovery_agent.domain.interview.known import KnownContradiction
from discovery_agent.domain.interview.moves import Move, MoveKind
from discovery_agent.domain.interview.offers import offer_line
from discovery_agent.domain.interview.ranking import OpenSlot
from discovery_agent.domain.interview.situation import Situation
from discovery_agent.domain.interview.slots import Slot, Wants
from discovery_agent.domain.interview.subjects import neutral_figure

CLOSING = "anything_else"
"""The slot that the last question goes to when nothing of weight is left, if the table has it."""

WORTH_OF_CLOSING = 0.3
MOST_CONTRADICTIONS = 3
MOST_OFFERS = 2
# An offer needs a talk that has found its feet, and a second one some distance from the first.
EXCHANGES_BEFORE_OFFER = 4
EXCHANGES_BETWEEN_OFFERS = 5
# The first offer waits until so much of the budget is used, so that the stakeholder's own account comes first.
SHARE_BEFORE_OFFER = 0.6
WORTH_OF_OFFER = 0.4

MOST_WORDS_OF_A_SUBJECT = 7
_A_SUBJECT = re.compile(r"[^\W\d_][\w '-]*")
_A_SENTENCE = re.compile(
    r"\b(?:we|i|you|they|he|she|our|my|your|not|no|want|wants|need|needs|should|must|will|would|can|could|is|are|was|were)\b", re.IGNORECASE
)
_FIELD_OF_A_FIGURE = re.compile(r"(?P<figure>[^\W\d_][\w %'-]{2,50}): the (?P<field>[a-z ]{4,20})")


def ask(here: Situation) -> Move | None:
    """The next thing to ask; None if nothing is left that could change a decision."""
    if not here.talk.exchanges:
        opening = next((one for one in here.can_tell if one.opens), None)
        return _question(here, opening or next(iter(here.can_tell), None))
    best = next((one for one in here.can_tell if one.id != CLOSING), None)
    if here.left == 1 and (best is None or best.worth < WORTH_OF_CLOSING) and (closing := _closing(here)):
        return closing
    return _known_contradiction(here, best) or _offer(here, best) or _question(here, best) or _closing(here)


def name_contradiction(here: Situation, one: KnownContradiction, sides: tuple[Quote, ...]) -> Move | None:
    """Name what cannot both hold, with these words of the stakeholder's, or with none of anybody's; once."""
    if one.id in here.talk.asked_ids or here.talk.count(MoveKind.CONTRADICTION) >= MOST_CONTRADICTIONS:
        return None
    moves = here.table.moves.contradiction if sides else here.table.moves.heard
    wording = here.pick(moves.questions, one.id)
    name = subject_of(one.about)
    if wording is None or (not sides and name is None):
        return None
    return Move(
        kind=MoveKind.CONTRADICTION,
        slot=one.id,
        about=one.about,
        question=here.filled(wording, about=name or ""),
        why=here.reason(moves.why, one.id),
        sides=sides,
        worth=one.worth,
    )


def subject_of(about: str) -> str | None:
    """What a contradiction is about, as a question can name it; None where it is somebody's sentence or too long to say.

    Conflicts on figures are called "handling time: the target".
    """
    figure = _FIELD_OF_A_FIGURE.fullmatch(about)
    if figure:
        name = neutral_figure(figure["figure"])
        return f"the {figure['field']} for {name}" if name else None
    if len(about.split()) > MOST_WORDS_OF_A_SUBJECT or not _A_SUBJECT.fullmatch(about) or _A_SENTENCE.search(about):
        return None
    return about[:1].lower() + about[1:] if about[1:2].islower() else about


def _known_contradiction(here: Situation, best: OpenSlot | None) -> Move | None:
    """A contradiction of the engagement that this person can settle, if it is worth more than the best question.

    Nobody is shown the words of others, unless the lead allows it.
    """
    for one in sorted(here.known.contradictions, key=lambda one: -one.worth):
        if best is not None and one.worth < best.worth:
            return None
        if here.person.name not in one.speakers and here.person.role not in (Role.SPONSOR, Role.BUSINESS):
            continue
        own = tuple(side for side in one.sides if side.speaker == here.person.name)
        move = name_contradiction(here, one, one.sides if here.known.share_quotes else own)
        if move:
            return move
    return None


def _offer(here: Situation, best: OpenSlot | None) -> Move | None:
    """What others found and nobody mentioned here."""
    talk = here.talk
    given = [at for at, one in enumerate(talk.exchanges) if one.move.kind is MoveKind.OFFER]
    asked = len(talk.exchanges)
    if asked < EXCHANGES_BEFORE_OFFER or len(given) >= MOST_OFFERS or (given and asked - given[-1] < EXCHANGES_BETWEEN_OFFERS):
        return None
    due = not given and asked >= SHARE_BEFORE_OFFER * here.budget
    if best is not None and best.worth > WORTH_OF_OFFER and not due:
        return None
    used = {one.move.offer.label for one in talk.exchanges if one.move.offer}
    offer = next((one for one in here.known.offers if one.label not in used and offer_line(one)), None)
    wording = here.pick(here.table.moves.offer.questions, offer.label) if offer else None
    if offer is None or wording is None:
        return None
    return Move(
        kind=MoveKind.OFFER,
        slot=f"offer/{len(given) + 1}",
        about=offer.label,
        question=here.filled(wording),
        offer=offer,
        worth=WORTH_OF_OFFER,
    )


def _closing(here: Situation) -> Move | None:
    return _question(here, next((one for one in here.can_tell if one.id == CLOSING), None))


def _question(here: Situation, best: OpenSlot | None) -> Move | None:
    if best is None:
        return None
    slot = here.table.by_id.get(best.base or best.id)
    return Move(
        kind=MoveKind.ASK,
        slot=best.id,
        base=best.base,
        about=best.about,
        name_about=best.of_goal and bool(best.called),
        called=best.called,
        question=_worded(here, slot, best) if slot else best.question,
        why=here.reason(slot.why, slot.id) if slot else best.why,
        words=best.words,
        worth=best.worth,
    )


def _worded(here: Situation, slot: Slot, best: OpenSlot) -> str:
    """The question: with the name of the figure if it has one, since "it" would leave open which is meant."""
    if best.in_part and (rest := here.pick(slot.more, slot.id)):
        return here.filled(rest)
    figure = best.called if best.figure and is_name_of_figure(best.about) else here.called_figure
    if figure and (best.base or slot.wants not in (Wants.DATE, Wants.NAME)):
        named = here.pick(slot.named, slot.id)
        if named:
            return here.filled(named, about=figure)
    wording = here.pick(slot.wordings_for(here.person.role), slot.id)
    return here.filled(wording or slot.questions[0])
