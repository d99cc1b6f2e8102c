"""Drafting the shared objective: the rules compose it, a model may word it otherwise, and the rules check every wording."""

from __future__ import annotations

import random
import secrets

from discovery_agent.analysts.protocol import Critique, ObjectiveBrief, ObjectiveWriter
from discovery_agent.discovery.access import may, name_of
from discovery_agent.discovery.agreement.material import AgreementMaterial, agreement_material
from discovery_agent.discovery.agreement.standing import agreement_of
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.compose import Composition, compose_objective
from discovery_agent.domain.agreement.names import Names
from discovery_agent.domain.agreement.objective import LONGEST_TEXT, Candidate, Refusal
from discovery_agent.domain.agreement.proposal import Proposal
from discovery_agent.domain.agreement.refusals import refusals_of
from discovery_agent.domain.agreement.rounds import AnswerKind, Round, RoundAnswer
from discovery_agent.domain.agreement.standing import Agreement
from discovery_agent.domain.engagement import Principal
from discovery_agent.errors import InvalidRequest, ModelError, SpendLimitReached, StaleVersion
from discovery_agent.models.billing import Meter

CANDIDATES = 3
"""So many statements are asked of a model."""
PURPOSE = "objective"
"""What the spending of a model on statements is booked under."""

_OBJECTIONS = (AnswerKind.CRITICISE, AnswerKind.VETO)
_TRIES = 3


async def composed_objective(ws: Workspace, engagement_id: str) -> Composition | None:
    """The objective as the rules compose it from what is known now; None if there is nothing to compose it from.

    Raises:
        NotFound: there is no such engagement.
    """
    material = await agreement_material(ws, engagement_id)
    return None if material is None else compose_objective(material.ground)


async def check_objective(ws: Workspace, engagement_id: str, text: str) -> tuple[Refusal, ...]:
    """Why the rules refuse a statement; empty if it stands.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: the text is empty or endless, or there is nothing to check it against yet.
    """
    composition = await _require_composition(ws, engagement_id)
    return refusals_of(statement_text(text), composition)


async def propose_objective(ws: Workspace, engagement_id: str, principal: Principal, *, seed: int | None = None) -> Proposal:
    """Lay drafts before the lead: the rules' own and, with a model, some of other wording, shuffled by `seed`.

    Each is checked by the rules, and those that are refused are kept with the reasons. After a round, the model is told what was
    criticised, without names. If the model fails, the rules' draft is there and `note` says why there is no other.

    Raises:
        NotFound: there is no such engagement.
        AccessDenied: they may not change this engagement.
        InvalidRequest: nobody has stated a goal or a KPI yet.
    """
    may(principal, engagement_id, write=True)
    material = await agreement_material(ws, engagement_id)
    composition = compose_objective(material.ground) if material else None
    if material is None or composition is None:
        raise _nothing_to_compose()
    agreement = await agreement_of(ws, engagement_id)
    brief = _brief(material, composition, agreement)
    rules: ObjectiveWriter = ws.bench.rules
    texts = [(text, rules.name) for text in (await rules.propose_objectives(brief, 1)).texts]
    more, failure = await _by_model(ws, engagement_id, brief)
    known = {_plain(text) for text, _ in texts}
    texts += [(text, by) for text, by in more if _plain(text) not in known]
    seed = secrets.randbelow(2**31) if seed is None else seed
    random.Random(seed).shuffle(texts)
    candidates = tuple(Candidate(text=text, proposed_by=by, refusals=refusals_of(text, composition)) for text, by in texts)
    draft = composition.draft.model_copy(update={"candidates": candidates})
    return await _stored(ws, engagement_id, principal, draft=draft, seed=seed, after=len(agreement.rounds), note=failure)


async def _by_model(ws: Workspace, engagement_id: str, brief: ObjectiveBrief) -> tuple[list[tuple[str, str]], str | None]:
    """Statements of the configured model with its name, and why there are none if it failed."""
    model = await ws.model_for(engagement_id)
    if model is None:
        return [], None
    meter = Meter()
    try:
        found = await model.propose_objectives(brief, CANDIDATES, meter=meter)
    except (ModelError, SpendLimitReached) as error:
        return [], " ".join(part for part in (f"The model gave no statement: {error.what}", error.remedy) if part)
    finally:
        if meter.usage.calls:
            async with ws.database.unit() as unit:
                await unit.spending.add(engagement_id, None, PURPOSE, meter.usage, ws.now())
    return [(text, model.name) for text in found.texts], None


async def _stored(ws: Workspace, engagement_id: str, principal: Principal, **fields: object) -> Proposal:
    for left in reversed(range(_TRIES)):
        try:
            async with ws.database.unit() as unit:
                before = await unit.proposals.latest(engagement_id)
                number = before.number + 1 if before else 1
                proposal = Proposal.model_validate(
                    {"engagement_id": engagement_id, "id": f"d{number:04d}", "at": ws.now(), "number": number}
                    | {"asked_by": name_of(principal), **fields}
                )
                await unit.proposals.add(proposal)
                await note(ws, unit, engagement_id, name_of(principal), "objective.proposed", proposal.id)
            return proposal
        except StaleVersion:  # another lead asked at the same moment
            if not left:
                raise
    raise AssertionError("unreachable")


def _brief(material: AgreementMaterial, composition: Composition, agreement: Agreement) -> ObjectiveBrief:
    names = composition.names
    latest = agreement.latest
    return ObjectiveBrief(
        parts=composition.draft.parts,
        organisation=material.engagement.organisation,
        purpose=names.replaced(material.engagement.purpose),
        longest=composition.longest,
        before=names.replaced(latest.draft.text) if latest else "",
        critiques=critiques_of(latest, agreement.answers_to(latest.id), names) if latest else (),
    )


def critiques_of(one: Round, answers: tuple[RoundAnswer, ...], names: Names) -> tuple[Critique, ...]:
    """What was said against a draft, vetoes first, without names."""
    parts = {part.id: part.text for part in one.draft.parts}
    objections = sorted((each for each in answers if each.answer in _OBJECTIONS), key=lambda each: each.answer is not AnswerKind.VETO)
    return tuple(
        Critique(
            words=names.replaced(each.words),
            part=names.replaced(parts[each.part_id]) if each.part_id in parts else None,
            veto=each.answer is AnswerKind.VETO,
        )
        for each in objections
    )


def statement_text(text: str) -> str:
    """A statement as it is checked and stored: line by line, without characters that nobody sees.

    Raises:
        InvalidRequest: there are no words, or too many.
    """
    lines = (" ".join(line.split()) for line in printable(text).splitlines())
    clean = "\n".join(line for line in lines if line)
    if not any(sign.isalnum() for sign in clean):
        raise InvalidRequest("An objective needs words.", where="text", remedy="Write it, or take one of the drafts.")
    if len(clean) > LONGEST_TEXT:
        raise InvalidRequest(f"An objective has at most {LONGEST_TEXT:,} characters.", where="text", remedy="Make it shorter.")
    return clean


async def _require_composition(ws: Workspace, engagement_id: str) -> Composition:
    composition = await composed_objective(ws, engagement_id)
    if composition is None:
        raise _nothing_to_compose()
    return composition


def _nothing_to_compose() -> InvalidRequest:
    return InvalidRequest(
        "There is nothing yet to compose an objective from.",
        remedy="Nobody has stated a goal or a KPI. Interview people, or add transcripts.",
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
