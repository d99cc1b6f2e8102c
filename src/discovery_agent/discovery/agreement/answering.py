"""A round as a stakeholder sees and answers it: the draft, their own answer, and nothing of who said what unless the lead allows it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.agreement.standing import read_agreement
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.objective import PartKind
from discovery_agent.domain.agreement.rounds import AnswerKind, Outcome, OutcomeKind, Round, RoundAnswer
from discovery_agent.domain.agreement.standing import Agreement
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.engagement import AccessRole, Engagement, Principal, StakeholderRecord
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound
from discovery_agent.storage import Unit

LONGEST_WORDS = 2000
_OBJECTIONS = (AnswerKind.CRITICISE, AnswerKind.VETO)


class ShownPart(Value):
    """A part of the draft as stakeholders see it: its words and figures, without who said it."""

    id: str
    kind: PartKind
    text: str
    open: bool
    gaps: tuple[str, ...] = ()


class ShownCritique(Value):
    """What somebody else said against the draft."""

    words: str
    veto: bool
    part_id: str | None = None
    name: str | None = Field(default=None, description="Who said it; None if they are no stakeholder any more.")


class StakeholderRound(Value):
    """The newest round that a stakeholder was asked in."""

    round_id: str
    number: int
    open: bool = Field(description="Whether it can be answered.")
    text: str
    parts: tuple[ShownPart, ...]
    answer: RoundAnswer | None = Field(default=None, description="Their own, as it is stored.")
    critiques: tuple[ShownCritique, ...] = Field(default=(), description="What others said, where the engagement shares that.")
    outcome: OutcomeKind | None = Field(default=None, description="How it ended; None while it goes on or is being revised.")
    unanimous: bool = Field(default=False, description="Whether it ended with an endorsement of each person who was asked.")


async def asks(ws: Workspace, engagement_id: str, stakeholder_id: str) -> bool:
    """Whether an open round waits for the answer of a stakeholder."""
    async with ws.database.reading() as unit:
        latest = await unit.rounds.latest(engagement_id)
        if latest is None or latest.closed_at is not None or stakeholder_id not in latest.asked:
            return False
        return await unit.round_answers.find(engagement_id, _answer_id(latest.id, stakeholder_id)) is None


async def round_of(ws: Workspace, principal: Principal) -> StakeholderRound | None:
    """The newest round that the stakeholder was asked in; None if there is none.

    Raises:
        AccessDenied: they are no stakeholder.
        NotFound: they were removed.
    """
    engagement_id, stakeholder_id = _stakeholder(principal)
    async with ws.database.reading() as unit:
        engagement = await unit.engagements.get(engagement_id)
        await unit.stakeholders.get(engagement_id, stakeholder_id)
        people = await unit.stakeholders.list(engagement_id)
        agreement = await read_agreement(unit, engagement_id)
    mine = next((one for one in reversed(agreement.rounds) if stakeholder_id in one.asked), None)
    if mine is None:
        return None
    latest = agreement.latest is not None and agreement.latest.id == mine.id
    outcome = next((one for one in agreement.outcomes if one.id == mine.id), None)
    return _shown(mine, agreement, stakeholder_id, engagement, people, latest=latest, outcome=outcome)


async def end_of_rounds(ws: Workspace, principal: Principal) -> OutcomeKind | None:
    """How the rounds ended, for a stakeholder who was not asked too: no word of the draft or of anybody. None while they go on.

    Raises:
        AccessDenied: they are no stakeholder.
        NotFound: they were removed.
    """
    engagement_id, stakeholder_id = _stakeholder(principal)
    async with ws.database.reading() as unit:
        await unit.stakeholders.get(engagement_id, stakeholder_id)
        outcome = (await read_agreement(unit, engagement_id)).outcome
    return outcome.kind if outcome else None


def _shown(
    one: Round,
    agreement: Agreement,
    stakeholder_id: str,
    engagement: Engagement,
    people: Iterable[StakeholderRecord],
    *,
    latest: bool,
    outcome: Outcome | None,
) -> StakeholderRound:
    answers = agreement.answers_to(one.id)
    named = {person.id: person.name for person in people}
    return StakeholderRound(
        round_id=one.id,
        number=one.number,
        open=latest and one.closed_at is None,
        text=one.draft.text,
        parts=tuple(ShownPart(id=part.id, kind=part.kind, text=part.text, open=part.open, gaps=part.gaps) for part in one.draft.parts),
        answer=next((each for each in answers if each.stakeholder_id == stakeholder_id), None),
        critiques=_critiques(answers, stakeholder_id, engagement, named),
        outcome=outcome.kind if outcome else None,
        unanimous=outcome is not None and all(view.answer is AnswerKind.ENDORSE for view in outcome.views),
    )


def _critiques(
    answers: Iterable[RoundAnswer], stakeholder_id: str, engagement: Engagement, named: dict[str, str]
) -> tuple[ShownCritique, ...]:
    """What others object, and who, where the engagement is set so; else nothing."""
    if not engagement.share_quotes:
        return ()
    return tuple(
        ShownCritique(words=each.words, veto=each.answer is AnswerKind.VETO, part_id=each.part_id, name=named.get(each.stakeholder_id))
        for each in answers
        if each.answer in _OBJECTIONS and each.stakeholder_id != stakeholder_id
    )


async def answer_round(
    ws: Workspace,
    principal: Principal,
    round_id: str,
    answer: AnswerKind,
    *,
    fit: int,
    words: str = "",
    part_id: str | None = None,
    concession: str = "",
) -> RoundAnswer:
    """Say what one thinks of a draft, or change it while the round is open.

    Raises:
        AccessDenied: they are no stakeholder.
        NotFound: there is no such round, or they were not asked in it.
        InvalidRequest: the round was closed; a critique or veto has no words; the fit is not 1 to 4; or there is no such part.
    """
    engagement_id, stakeholder_id = _stakeholder(principal)
    said, given_up = (printable(one).strip() for one in (words, concession))
    _require_sound(answer, fit, said, given_up)
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        await unit.stakeholders.get(engagement_id, stakeholder_id)
        one = await _asked_in(unit, engagement_id, round_id, stakeholder_id)
        if part_id is not None and part_id not in {part.id for part in one.draft.parts}:
            raise InvalidRequest("The draft has no such part.", where="part_id", remedy="Name one of its parts, or none for the whole.")
        before = await unit.round_answers.find(engagement_id, _answer_id(one.id, stakeholder_id))
        stored = RoundAnswer(
            engagement_id=engagement_id,
            id=_answer_id(one.id, stakeholder_id),
            at=ws.now(),
            version=before.version if before else 1,
            round_id=one.id,
            stakeholder_id=stakeholder_id,
            answer=answer,
            fit=fit,
            words=said,
            part_id=part_id if answer in _OBJECTIONS else None,
            concession=given_up if answer is AnswerKind.ENDORSE else "",
        )
        stored = await (unit.round_answers.update(stored) if before else unit.round_answers.add(stored))
        await unit.rounds.update(one)  # its version tells the lead that there is a new answer
        action = "round.answer_changed" if before else "round.answered"
        await note(ws, unit, engagement_id, name_of(principal), action, one.id, f"{answer.value}, fit {fit}")
    return stored


async def _asked_in(unit: Unit, engagement_id: str, round_id: str, stakeholder_id: str) -> Round:
    one = await unit.rounds.find(engagement_id, round_id)
    if one is None or stakeholder_id not in one.asked:
        raise NotFound("There is no such round here.", where=round_id)
    if one.closed_at is not None:
        raise InvalidRequest(
            "This round was closed, so your answer was not taken.",
            where="round_id",
            remedy="Keep your words: a new round may ask you again, and the person who leads this discovery can tell you.",
        )
    return one


def _require_sound(answer: AnswerKind, fit: int, words: str, concession: str) -> None:
    if not 1 <= fit <= 4:
        raise InvalidRequest("The fit is 1 to 4.", where="fit", remedy="Say how well the draft describes your view.")
    if answer in _OBJECTIONS and not any(sign.isalnum() for sign in words):
        raise InvalidRequest(
            "A veto needs a reason." if answer is AnswerKind.VETO else "A critique needs words.",
            where="words",
            remedy="Write what should change.",
        )
    for name, text in (("words", words), ("concession", concession)):
        if len(text) > LONGEST_WORDS:
            raise InvalidRequest(f"There is room for {LONGEST_WORDS:,} characters.", where=name, remedy="Make it shorter.")


def _stakeholder(principal: Principal) -> tuple[str, str]:
    if principal.role is not AccessRole.STAKEHOLDER or principal.engagement_id is None or principal.stakeholder_id is None:
        raise AccessDenied("Only stakeholders who are asked answer a draft.", remedy="Open the link that a stakeholder was sent.")
    return principal.engagement_id, principal.stakeholder_id


def _answer_id(round_id: str, stakeholder_id: str) -> str:
    return f"{round_id}.{stakeholder_id}"
