"""Reviews of a blueprint: where a version stands, what reviewers do to its sections, who must approve, signing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, status
from pydantic import BaseModel, Field

from discovery_agent.discovery import reviewing as use
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.review import ReviewEntry, Reviewer, ReviewRules, ReviewStanding, SignOff, Verb
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import LARGEST_NUMBER, ClientKey, Limit, Name, Offset, Page, Version
from discovery_agent.web.api.stale import changed_meanwhile
from discovery_agent.web.problems import Refused, problem_of

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Review"], responses=problems())

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Number of the version.")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
KeyId = Annotated[str, Field(min_length=1, max_length=80)]
_SHOWN = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"


class NewAct(fields.Body):
    """What a reviewer does to a section, or to one choice of the section of choices."""

    verb: Verb
    section_hash: Annotated[Hash, Field(description="`section_hash` of the section as it was shown.")]
    words: Annotated[str, Field(max_length=4000, description="Needed for a comment, a request for changes and a rejection.")] = ""
    choice_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    part_id: Annotated[str, Field(min_length=1, max_length=80, description="The part that a comment is on.")] | None = None
    about: (
        Annotated[
            str,
            Field(min_length=1, max_length=80, description="Id of the comment that is answered or settled, or of the objection that is."),
        ]
        | None
    ) = None
    client_key: ClientKey | None = None


class NewSignature(fields.Body):
    """A signature under a version as it was shown."""

    content_hash: Hash
    words: Annotated[str, Field(max_length=2000)] = ""
    name: Name | None = Field(default=None, description="The signer's own name, where their key names a role and no person.")
    although: dict[Annotated[str, Field(min_length=1, max_length=40)], Annotated[str, Field(max_length=use.LONGEST_REASON)]] = Field(
        default_factory=dict[str, str],
        max_length=20,
        description="Id of each of the `concerns` of the version -> why it is signed all the same. It stays with the signature.",
    )


class NewRules(fields.Body):
    """Who must approve."""

    version: Version | None = Field(default=None, description="The version that was read; none the first time.")
    required: Annotated[list[KeyId], Field(max_length=100, description="Ids of keys of leads and reviewers.")]
    by_section: dict[SectionId, Annotated[list[KeyId], Field(max_length=100)]] = Field(
        default_factory=dict[SectionId, list[str]], description="Section -> further ids."
    )


class Reviewers(BaseModel):
    """Leads and reviewers, and who of them must approve."""

    version: int | None = Field(description="Of the rules; none as long as nobody was named.")
    items: list[Reviewer]


@router.get("/blueprints/{number}/review", summary="Show where a version stands")
async def get_standing(ws: Ws, who: Who, engagement: Readable, number: Number) -> ReviewStanding:
    """Section by section, choice by choice, and what keeps the one who asks from signing it.

    `signed` is there only as long as the content is what was signed; otherwise `broken` holds the signature, which counts for nothing.
    """
    return await use.standing(ws, engagement.id, number, signer=who)


@router.get("/blueprints/{number}/review/{section_id}", summary="Show a section to its reviewer")
async def get_section(ws: Ws, who: Who, engagement: Readable, number: Number, section_id: SectionId) -> use.SectionView:
    """Its content and where it stands; if it has changed since it was approved, also the content that was approved."""
    return await use.section_view(ws, engagement.id, number, section_id, who)


@router.post(
    "/blueprints/{number}/review/{section_id}", summary="Review a section", status_code=status.HTTP_201_CREATED, responses=problems(409)
)
async def act(
    ws: Ws,
    who: Who,
    engagement: Readable,
    number: Number,
    section_id: SectionId,
    new: Annotated[
        NewAct,
        Body(
            examples=[
                {"verb": "approve", "section_hash": _SHOWN},
                {"verb": "request_changes", "section_hash": _SHOWN, "words": "The works council has to be named as a risk."},
            ]
        ),
    ],
) -> ReviewEntry:
    """Comment, ask for changes, approve, reject, take that back, or settle a comment: by the owner, a lead or a reviewer.

    If the section has changed since it was shown, the answer is 409, and `current` holds it as it was shown and as it is now.
    Approving the section of choices approves none of them: each is approved by itself, with `choice_id`.
    """
    try:
        return await use.act(
            ws,
            engagement.id,
            number,
            section_id,
            new.section_hash,
            new.verb,
            new.words,
            who,
            new.choice_id,
            new.part_id,
            about=new.about,
            client_key=new.client_key,
        )
    except StaleVersion as error:
        raise changed_meanwhile(error, await use.changed_section(ws, engagement.id, number, section_id)) from error


@router.post("/blueprints/{number}/signature", summary="Sign a version", status_code=status.HTTP_201_CREATED, responses=problems(409))
async def sign(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    number: Number,
    new: Annotated[
        NewSignature,
        Body(
            examples=[
                {"content_hash": _SHOWN},
                {
                    "content_hash": _SHOWN,
                    "name": "Maria Santos",
                    "although": {"feasibility": "The data are looked at in the pilot, before anything is built."},
                },
            ]
        ),
    ],
) -> SignOff:
    """Freezes the version and takes its draft mark. If something is lacking, the answer is 409, and `current` lists all of it.

    It is 409, too, as long as one of the version's `concerns` has no reason in `although`: an earlier gate that is shut, or a role that
    answers for sections and whose approval nobody asks for. `remedy` names each with what it lacks.
    """
    try:
        return await use.sign(ws, engagement.id, number, new.content_hash, who, new.words, name=new.name or "", although=new.although)
    except (InvalidRequest, StaleVersion) as error:
        stands = await use.standing(ws, engagement.id, number, signer=who)
        raise Refused(problem_of(error).model_copy(update={"current": stands.model_dump(mode="json")})) from error


@router.get("/review-trail/{section_id}", summary="List what was done to a section")
async def trail(ws: Ws, engagement: Readable, section_id: SectionId, offset: Offset = 0, limit: Limit = 50) -> Page[ReviewEntry]:
    """In all versions, the newest first."""
    items, total = await use.review_trail(ws, engagement.id, section_id, offset, limit)
    return Page(items=items, total=total, offset=offset, limit=limit)


@router.get("/reviewers", summary="List reviewers")
async def list_reviewers(ws: Ws, engagement: Readable) -> Reviewers:
    """Everybody who was let in as lead or reviewer, and who of them must approve what."""
    rules = await use.review_rules(ws, engagement.id)
    return Reviewers(version=rules.version if rules else None, items=list(await use.reviewers_of(ws, engagement.id)))


@router.put("/reviewers", summary="Say who must approve", responses=problems(409))
async def set_rules(
    ws: Ws,
    who: Who,
    engagement: Changeable,
    new: Annotated[NewRules, Body(examples=[{"required": ["k_Zb3kQ0vP1sXy"], "by_section": {"risks": ["k_9sJd73hQpLx2"]}}])],
) -> ReviewRules:
    """Of every section, and further ones of single sections. Whoever signs cannot be the only one who approved."""
    try:
        return await use.set_rules(ws, engagement.id, required=new.required, by_section=new.by_section, version=new.version, principal=who)
    except StaleVersion as error:
        raise changed_meanwhile(error, await list_reviewers(ws, engagement)) from error
