"""Agreement: the register of conflicts, drafts of the shared objective, and the rounds in which stakeholders answer them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, status
from pydantic import BaseModel, Field

from discovery_agent.discovery import agreement as use
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.objective import LONGEST_TEXT, ObjectiveDraft, Refusal
from discovery_agent.domain.agreement.proposal import Proposal
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.domain.agreement.rounds import AnswerKind, Outcome, Round, RoundAnswer
from discovery_agent.domain.agreement.standing import nobody_objects, waiting
from discovery_agent.domain.engagement import Principal
from discovery_agent.errors import NotFound, StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Paced, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import Id, Limit, Offset, Page, Prose, Truth, Version, only_numbers
from discovery_agent.web.api.stale import changed_meanwhile

router = APIRouter(tags=["Agreement"], responses=problems())
_LEADS = "/engagements/{engagement_id}/agreement"
_OWN = "/agreement"

_STATEMENT = (
    "What we want: Keep our workshop customers. How we see that it worked: email waits from 2.5 days to four hours (Management) or one "
    "working day (Service): not agreed."
)

StatementText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S", description="A statement of the objective.")]
SomeId = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[int, Field(ge=0, le=fields.LARGEST_NUMBER), only_numbers]


class Standing(BaseModel):
    """Where the agreement stands."""

    round: Round | None = Field(description="The newest round; None before the first.")
    answers: list[RoundAnswer] = Field(description="What was answered in it.")
    waiting: list[str] = Field(description="Ids of stakeholders who were asked in it and have not answered.")
    ready: bool = Field(description="Whether the round is open and nobody objects: then it can be closed as agreed.")
    outcome: Outcome | None = Field(description="How it ended; None while the rounds go on.")
    rounds: int = Field(ge=0, description="How many rounds there were. The next one is opened `after` this number.")


class RoundWithAnswers(BaseModel):
    """A round, what was answered in it, and how it ended."""

    round: Round
    answers: list[RoundAnswer]
    outcome: Outcome | None


class ConflictDecision(fields.Body):
    """What is decided on a conflict; what is left out stays, and null empties a field."""

    version: Version
    state: Annotated[Literal["open", "in_talks", "settled", "accepted"] | None, Field(description="`gone` is set by assessments only.")] = (
        None
    )
    owner_id: Annotated[SomeId | None, Field(description="Stakeholder who is to bring it to an end.")] = None
    apparent: Annotated[Truth | None, Field(description="Whether only the words differ; null leaves it to the rule.")] = None
    resolution: Annotated[Prose | None, Field(description="What was agreed, or why you go on without agreement.")] = None
    chosen: Annotated[
        str | None, Field(max_length=2000, description="What the side holds that was agreed on, word for word as in `conflict.sides`.")
    ] = None


class NewProposal(fields.Body):
    """Drafts to be laid before the lead."""

    seed: Annotated[Number | None, Field(description="By which the order of the candidates is shuffled; any other without it.")] = None


class Statement(fields.Body):
    """A statement to be checked."""

    text: StatementText


class Checked(BaseModel):
    """What the rules make of a statement."""

    stands: bool
    refusals: list[Refusal]


class NewRound(fields.Body):
    """A statement to be put to stakeholders."""

    text: StatementText
    asked: Annotated[list[SomeId], Field(min_length=1, max_length=500, description="Ids of stakeholders; each needs a link that works.")]
    after: Annotated[Number, Field(description="How many rounds there were when you looked, so that two leads do not open one each.")]


class RoundEnd(fields.Body):
    """How a round ends."""

    version: Version
    end: Annotated[
        Literal["agreed", "revision", "dissent"],
        Field(
            description="`agreed` needs that everybody endorsed and nobody objected; `revision` leaves the matter open; `dissent` needs a reason."
        ),
    ]
    reason: Annotated[Prose, Field(description="For dissent: why you go on without everybody's consent.")] = ""


class NewRoundAnswer(fields.Body):
    """What a stakeholder thinks of the draft."""

    round_id: SomeId
    answer: AnswerKind
    fit: Annotated[int, Field(ge=1, le=4, description="How well it describes your view: 1 poorly, 4 very well."), only_numbers]
    words: Annotated[Prose, Field(description="Needed for a critique or a veto.")] = ""
    part_id: Annotated[SomeId | None, Field(description="The part that it is about; null for the whole.")] = None
    concession: Annotated[Prose, Field(description="What you give up by endorsing it, if anything.")] = ""


class OwnRound(BaseModel):
    """The newest round that the one who asks was asked in."""

    round: use.StakeholderRound | None = Field(description="None if there is none.")


@router.get(_LEADS, summary="Show where the agreement stands")
async def standing(ws: Ws, engagement: Readable) -> Standing:
    """The newest round with its answers, who has not answered, and how it ended."""
    return await _standing(ws, engagement.id)


@router.get(_LEADS + "/conflicts", summary="List the register of conflicts")
async def register(
    ws: Ws, engagement: Readable, state: ConflictState | None = None, offset: Offset = 0, limit: Limit = 50
) -> Page[RegisteredConflict]:
    """Every conflict that was ever found, in the order of first finding, with its owner, its state and how it ended."""
    items, total = await use.conflict_register(ws, engagement.id, offset, limit, state=state)
    return Page(items=items, total=total, offset=offset, limit=limit)


@router.patch(_LEADS + "/conflicts/{conflict_id}", summary="Decide on a conflict", responses=problems(409))
async def decide(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    conflict_id: Id,
    decision: Annotated[
        ConflictDecision,
        Body(examples=[{"version": 1, "state": "settled", "resolution": "Four hours from July on.", "chosen": "four hours"}]),
    ],
) -> RegisteredConflict:
    """Owner, state, resolution, and whether it is only apparent. An older version than the stored one is refused."""
    change = use.ConflictChange.model_validate(decision.model_dump(exclude_unset=True, exclude={"version"}))
    try:
        return await use.change_conflict(ws, engagement.id, conflict_id, change, decision.version, who)
    except StaleVersion as error:
        async with ws.database.reading() as unit:
            current = await unit.conflicts.get(engagement.id, conflict_id)
        raise changed_meanwhile(error, current) from error


@router.get(_LEADS + "/draft", summary="Show the rules' own draft", responses=problems(409))
async def draft(ws: Ws, engagement: Readable) -> ObjectiveDraft:
    """As the rules compose it from what is known now: what is disputed stays visibly open, and what is left out is listed."""
    composition = await use.composed_objective(ws, engagement.id)
    if composition is None:
        raise NotFound("There is nothing yet to compose an objective from.")
    return composition.draft


@router.post(_LEADS + "/proposals", summary="Ask for drafts", status_code=status.HTTP_201_CREATED, responses=problems(409, 502))
async def propose(ws: Ws, who: Who, engagement: Changeable, new: Annotated[NewProposal, Body(examples=[{"seed": 7}])]) -> Proposal:
    """The rules' own and, with a model, some of other wording. Each is checked by the rules; refused ones come with the reasons."""
    return await use.propose_objective(ws, engagement.id, who, seed=new.seed)


@router.post(_LEADS + "/checks", summary="Check a statement", responses=problems(409))
async def check(ws: Ws, engagement: Readable, statement: Annotated[Statement, Body(examples=[{"text": _STATEMENT}])]) -> Checked:
    """What the rules make of it; nothing is stored."""
    refusals = await use.check_objective(ws, engagement.id, statement.text)
    return Checked(stands=not refusals, refusals=list(refusals))


@router.get(_LEADS + "/rounds", summary="List rounds")
async def rounds(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[Round]:
    """The oldest first."""
    return fields.cut(list((await use.agreement_of(ws, engagement.id)).rounds), offset, limit)


@router.post(_LEADS + "/rounds", summary="Open a round", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def open_round(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewRound, Body(examples=[{"text": _STATEMENT, "asked": ["s_4f1c", "s_9a02"], "after": 0}])],
) -> Round:
    """Put a statement to stakeholders. One that the rules refuse is not put to anybody, whoever worded it."""
    return await use.open_round(ws, engagement.id, who, text=new.text, asked=new.asked, after=new.after)


@router.get(_LEADS + "/rounds/{round_id}", summary="Show a round")
async def show_round(ws: Ws, engagement: Readable, round_id: Id) -> RoundWithAnswers:
    """With its answers and its outcome."""
    agreement = await use.agreement_of(ws, engagement.id)
    one = next((each for each in agreement.rounds if each.id == round_id), None)
    if one is None:
        raise NotFound("There is no such round here.", where=round_id)
    outcome = next((each for each in agreement.outcomes if each.id == round_id), None)
    return RoundWithAnswers(round=one, answers=list(agreement.answers_to(round_id)), outcome=outcome)


@router.post(_LEADS + "/rounds/{round_id}/end", summary="End a round", responses=problems(409))
async def end_round(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    round_id: Id,
    end: Annotated[
        RoundEnd,
        Body(examples=[{"version": 3, "end": "agreed"}, {"version": 3, "end": "dissent", "reason": "The board decides by Friday."}]),
    ],
) -> Standing:
    """As agreed, for revision, or with dissent. If somebody has answered since that version, it is refused."""
    try:
        await _end(ws, who, engagement.id, round_id, end)
    except StaleVersion as error:
        raise changed_meanwhile(error, await _standing(ws, engagement.id)) from error
    return await _standing(ws, engagement.id)


@router.get(_OWN, summary="Show the draft that one is asked about")
async def own_round(ws: Ws, who: Who) -> OwnRound:
    """For a stakeholder's key: the newest draft that they were asked about, and their own answer."""
    return OwnRound(round=await use.round_of(ws, who))


@router.put(_OWN + "/answer", summary="Answer a draft", responses=problems(409))
async def answer(
    ws: Ws,
    who: Who,
    pace: Paced,
    new: Annotated[
        NewRoundAnswer,
        Body(examples=[{"round_id": "r0001", "answer": "criticise", "fit": 2, "words": "It does not say by when.", "part_id": None}]),
    ],
) -> RoundAnswer:
    """For a stakeholder's key: endorse, criticise or veto. It can be changed while the round is open."""
    await pace.turn(who.key_id)
    return await use.answer_round(
        ws, who, new.round_id, new.answer, fit=new.fit, words=new.words, part_id=new.part_id, concession=new.concession
    )


async def _end(ws: Workspace, who: Principal, engagement_id: str, round_id: str, end: RoundEnd) -> None:
    if end.end == "agreed":
        await use.close_as_agreed(ws, engagement_id, who, round_id, version=end.version)
    elif end.end == "revision":
        await use.close_for_revision(ws, engagement_id, who, round_id, version=end.version)
    else:
        await use.record_dissent(ws, engagement_id, who, round_id, version=end.version, reason=end.reason)


async def _standing(ws: Workspace, engagement_id: str) -> Standing:
    agreement = await use.agreement_of(ws, engagement_id)
    latest = agreement.latest
    answers = agreement.answers_to(latest.id) if latest else ()
    async with ws.database.reading() as unit:
        present = frozenset(person.id for person in await unit.stakeholders.list(engagement_id))
    return Standing(
        round=latest,
        answers=list(answers),
        waiting=list(waiting(latest, answers, present)) if latest else [],
        ready=agreement.current is not None and nobody_objects(agreement.current, answers, present),
        outcome=agreement.outcome,
        rounds=len(agreement.rounds),
    )
