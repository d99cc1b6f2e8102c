"""Rounds as the lead opens and ends them."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.access import may, name_of
from discovery_agent.discovery.agreement.people import read_askable
from discovery_agent.discovery.agreement.proposing import composed_objective, statement_text
from discovery_agent.discovery.agreement.standing import read_agreement
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.compose import RULES, Composition
from discovery_agent.domain.agreement.objective import ObjectiveDraft
from discovery_agent.domain.agreement.proposal import Proposal
from discovery_agent.domain.agreement.refusals import refusals_of
from discovery_agent.domain.agreement.rounds import Outcome, OutcomeKind, PersonsView, Round, RoundAnswer
from discovery_agent.domain.agreement.standing import nobody_objects, objections
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import Principal, StakeholderRecord
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.storage import Unit

REMOVED = "Somebody who was removed"


async def open_round(
    ws: Workspace,
    engagement_id: str,
    principal: Principal,
    *,
    text: str,
    asked: Sequence[str],
    after: int,
) -> Round:
    """Put a statement to stakeholders. `after` is the number of the newest round as the lead last saw it, 0 before the first.

    A statement that the lead worded is checked by the same rules as any other. After an outcome, a new round opens the matter again.

    Raises:
        NotFound: there is no such engagement.
        AccessDenied: they may not change this engagement.
        StaleVersion: another round was opened meanwhile.
        InvalidRequest: a round is open; the rules refuse the statement; nobody is asked, or somebody who has no link.
    """
    may(principal, engagement_id, write=True)
    clean = statement_text(text)
    composition = await composed_objective(ws, engagement_id)
    if composition is None:
        raise InvalidRequest("There is nothing yet to compose an objective from.", remedy="Interview people, or add transcripts.")
    if refusals := refusals_of(clean, composition):
        raise InvalidRequest(
            "The rules refuse this statement. " + " ".join(one.why for one in refusals),
            where="text",
            remedy="Change it, or take a draft that stands.",
        )
    async with ws.database.unit() as unit:
        await unit.engagements.hold(engagement_id)
        agreement = await read_agreement(unit, engagement_id)
        if len(agreement.rounds) != after:
            raise StaleVersion("Another round was opened meanwhile.", remedy="Load the page again, and look at that round first.")
        if agreement.current is not None:
            raise InvalidRequest("A round is open.", where="after", remedy="End it before you open the next one.")
        newest = await unit.proposals.latest(engagement_id)
        proposal = newest if newest is not None and newest.after == after else None
        opened = Round(
            engagement_id=engagement_id,
            id=f"r{after + 1:04d}",
            at=ws.now(),
            number=after + 1,
            draft=_draft(clean, composition, proposal, principal),
            asked=await _asked(ws, unit, engagement_id, asked),
            opened_by=name_of(principal),
        )
        await unit.rounds.add(opened)
        await note(ws, unit, engagement_id, name_of(principal), "round.opened", opened.id, f"{len(opened.asked)} asked")
    return opened


def _draft(text: str, composition: Composition, proposal: Proposal | None, principal: Principal) -> ObjectiveDraft:
    candidates = proposal.draft.candidates if proposal else ()
    known = {one.text: one.proposed_by for one in candidates} | {composition.draft.text: RULES}
    written_by = known.get(text, name_of(principal))
    return composition.draft.model_copy(update={"text": text, "written_by": written_by, "candidates": candidates})


async def _asked(ws: Workspace, unit: Unit, engagement_id: str, asked: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(asked))
    if not wanted:
        raise InvalidRequest("Nobody is asked.", where="asked", remedy="Choose at least one stakeholder.")
    people = {one.person.id: one for one in await read_askable(unit, engagement_id, ws.now())}
    for one in wanted:
        if one not in people:
            raise InvalidRequest("Somebody who is asked is no stakeholder here.", where="asked", remedy="Choose among the stakeholders.")
    if without := [people[one].person.name for one in wanted if not people[one].invited]:
        raise InvalidRequest(
            f"These people have no link by which they could answer: {', '.join(without)}.",
            where="asked",
            remedy="Make a link for them first.",
        )
    return wanted


async def close_as_agreed(ws: Workspace, engagement_id: str, principal: Principal, round_id: str, *, version: int) -> Outcome:
    """End an open round that everybody endorsed: the objective is agreed. A critique or veto stands also if its author was removed since.

    Raises:
        NotFound: there is no such round.
        AccessDenied: they may not change this engagement.
        StaleVersion: somebody answered since that version of the round.
        InvalidRequest: the round is closed, or somebody has not endorsed the draft.
    """
    may(principal, engagement_id, write=True)
    async with ws.database.unit() as unit:
        one, answers, people = await _open_one(unit, engagement_id, round_id, version)
        if not nobody_objects(one, answers, frozenset(people)):
            raise _not_agreed(one, answers, people)
        return await _end(ws, unit, principal, one, answers, people, OutcomeKind.AGREED)


def _not_agreed(one: Round, answers: tuple[RoundAnswer, ...], people: dict[str, StakeholderRecord]) -> InvalidRequest:
    if any(each.stakeholder_id not in people for each in objections(one, answers)):
        return InvalidRequest(
            "Somebody who was removed since had objected to the draft, and what they said stands.",
            remedy="Record the dissent, or revise the draft and open a new round.",
        )
    return InvalidRequest(
        "Not everybody who was asked has endorsed the draft.", remedy="Wait for their answers, revise the draft, or record the dissent."
    )


async def close_for_revision(ws: Workspace, engagement_id: str, principal: Principal, round_id: str, *, version: int) -> Round:
    """Close an open round without an outcome, so that the draft can be revised.

    Raises:
        NotFound, AccessDenied, StaleVersion: as `close_as_agreed`.
        InvalidRequest: the round is closed.
    """
    may(principal, engagement_id, write=True)
    async with ws.database.unit() as unit:
        one, answers, _ = await _open_one(unit, engagement_id, round_id, version)
        closed = await unit.rounds.update(one.model_copy(update={"closed_at": ws.now()}))
        await note(ws, unit, engagement_id, name_of(principal), "round.closed", one.id, f"for revision, {len(answers)} answered")
    return closed


async def record_dissent(ws: Workspace, engagement_id: str, principal: Principal, round_id: str, *, version: int, reason: str) -> Outcome:
    """End the newest round without everybody's consent; what each of them said stays to be read.

    Raises:
        NotFound, AccessDenied, StaleVersion: as `close_as_agreed`.
        InvalidRequest: there is no reason; everybody endorsed the draft; or the round is not the newest, or has an outcome.
    """
    may(principal, engagement_id, write=True)
    clean = printable(reason).strip()
    if not any(sign.isalnum() for sign in clean):
        raise InvalidRequest(
            "Dissent is recorded with a reason.", where="reason", remedy="Write why you go on without everybody's consent."
        )
    async with ws.database.unit() as unit:
        one, answers, people = await _open_one(unit, engagement_id, round_id, version, closed_too=True)
        if nobody_objects(one, answers, frozenset(people)):
            raise InvalidRequest("Everybody endorsed the draft, so there is no dissent.", remedy="Close the round as agreed.")
        return await _end(ws, unit, principal, one, answers, people, OutcomeKind.DISSENT, clean)


async def _open_one(
    unit: Unit, engagement_id: str, round_id: str, version: int, *, closed_too: bool = False
) -> tuple[Round, tuple[RoundAnswer, ...], dict[str, StakeholderRecord]]:
    """The newest round with its answers, and the stakeholders by id; nobody answers meanwhile."""
    await unit.engagements.hold(engagement_id)
    one = await unit.rounds.get(engagement_id, round_id)
    agreement = await read_agreement(unit, engagement_id)
    ended = agreement.outcome is not None or (one.closed_at is not None and not closed_too)
    if ended or agreement.latest is None or agreement.latest.id != one.id:
        raise InvalidRequest("This round is closed.", where="round_id", remedy="Open a new round to take the matter up again.")
    if one.version != version:
        raise StaleVersion("Somebody answered meanwhile.", where=one.id, remedy="Look at the new answers, and decide anew.")
    people = {person.id: person for person in await unit.stakeholders.list(engagement_id)}
    return one, agreement.answers_to(one.id), people


async def _end(
    ws: Workspace,
    unit: Unit,
    principal: Principal,
    one: Round,
    answers: tuple[RoundAnswer, ...],
    people: dict[str, StakeholderRecord],
    kind: OutcomeKind,
    reason: str = "",
) -> Outcome:
    at = ws.now()
    if one.closed_at is None:
        await unit.rounds.update(one.model_copy(update={"closed_at": at}))
    outcome = Outcome(
        engagement_id=one.engagement_id,
        id=one.id,
        at=at,
        kind=kind,
        draft=one.draft,
        views=tuple(_view(asked, people.get(asked), answers) for asked in one.asked),
        reason=reason,
        recorded_by=name_of(principal),
    )
    await unit.outcomes.add(outcome)
    action = "objective.agreed" if kind is OutcomeKind.AGREED else "objective.dissent"
    await note(ws, unit, one.engagement_id, name_of(principal), action, one.id, reason)
    return outcome


def _view(asked: str, person: StakeholderRecord | None, answers: tuple[RoundAnswer, ...]) -> PersonsView:
    given = next((one for one in answers if one.stakeholder_id == asked), None)
    return PersonsView(
        stakeholder_id=asked,
        name=person.name if person else REMOVED,
        role=person.role if person else Role.UNKNOWN,
        answer=given.answer if given else None,
        fit=given.fit if given else None,
        words=given.words if given else "",
        concession=given.concession if given else "",
    )
