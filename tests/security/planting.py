"""Two engagements that are full of words that stand nowhere else, so that whatever comes out of the service shows whose it is.

Every field that a person, a file or a model fills holds a canary. What a canary ends in says who may read it:
`opening` whoever is invited, `inside` members of the engagement, `round` whoever is asked in the round, `marek` and `sofia` members and the one who is so named,
`first` and `second` only the one whose private interview it was said in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from discovery_agent.discovery.access import invite, member_link, owner_link, redeem
from discovery_agent.discovery.agreement import conflict_register
from discovery_agent.discovery.assessments import request_assessment
from discovery_agent.discovery.documents import add_document
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.execution import check_in, plan_review_date, write_lesson
from discovery_agent.discovery.interviews import answer, open_interview, start_interview
from discovery_agent.discovery.reviewing import act, set_rules
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.objective import ObjectiveDraft, ObjectivePart, PartKind
from discovery_agent.domain.agreement.rounds import AnswerKind, Round, RoundAnswer
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import ConversationKind, Role
from discovery_agent.domain.engagement import AccessRole, Engagement, Principal, StakeholderRecord
from discovery_agent.domain.review import Verb
from tests.domain.blueprint.drafts import draft_of

NAMES = {"A": "qzkestrel", "B": "qzmarlin"}
KINDS = ("opening", "inside", "round", "first", "second", "marek", "sofia")

_TALK = """\
Ingrid {w}: We want to cut the time to settle a {w} claim from nine days to four days by the end of June.
Marek {w}: I want to cut the time to settle a {w} claim from nine days to six days by the end of June.
Sofia {w}: The {w} orders are in the ERP, but nobody outside IT can query it.
Marek {w}: A clerk of {w} types every order number again; that costs us 14 minutes a mail.
Ingrid {w}: Our business goal is to keep the workshop customers of {w}; we lose money each month.
Sofia {w}: Customer data of {w} must not leave the EU.
"""


@dataclass
class Planted:
    """An engagement, the ids of what is in it by the name that addresses give them, and secrets that open it."""

    engagement: Engagement
    canary: str
    ids: dict[str, str] = field(default_factory=dict[str, str])
    sessions: dict[str, str] = field(default_factory=dict[str, str])
    interviews: dict[str, str] = field(default_factory=dict[str, str])
    people: dict[str, str] = field(default_factory=dict[str, str])

    def word(self, kind: str) -> str:
        return self.canary + kind


async def owner_of(ws: Workspace) -> str:
    """A session of the owner."""
    return (await redeem(ws, await owner_link(ws, again=True) or ""))[0]


async def planted(ws: Workspace, canary: str, owner: Principal) -> Planted:
    """The engagement, gone through all of its phases."""
    inside = canary + "inside"
    opening = canary + "opening"
    made = await create_engagement(ws, f"Claims {opening}", organisation=f"{opening} AG", purpose=f"Why {opening} customers wait.")
    found = Planted(made, canary)
    talk = _TALK.format(w=inside).encode()
    job = await upload_transcript(ws, made.id, f"{inside}.txt", talk, f"Lea {inside}")
    await upload_transcript(ws, made.id, f"broken {inside}.txt", b"\x00\x01" * 300, f"Lea {inside}")
    page = f"# Papers of {inside}\n\n## Waiting\n\nAt {inside} half of the time for an order is waiting for papers of the ERP.\n"
    # The id of a document is made of the file's name, and an answer may repeat an id that was asked for; so the name says nothing.
    document = await add_document(ws, made.id, f"papers {canary[2]}.md", page.encode(), actor=f"Lea {inside}")
    await ws.settle()
    people = await _people(ws, found)
    await request_assessment(ws, made.id)
    await ws.settle()
    await _interviewed(ws, found, people)
    blueprint = await _blueprint(ws, found, inside)
    key = await _members(ws, found, inside)
    await set_rules(ws, made.id, required=[key], version=None, principal=owner)
    section = blueprint.sections[0]
    await act(ws, made.id, 1, section.id, section.content_hash, Verb.COMMENT, f"Say who pays at {inside}.", owner)
    ((conflict, *_), _) = await conflict_register(ws, made.id)
    round_ = await _round(ws, found, inside, people[0])
    today = ws.now().date()
    kept = await check_in(ws, made.id, blueprint.kpis[0].id, today, 7.5, owner, remark=f"Slow at {inside}.")
    date = await plan_review_date(ws, made.id, today + timedelta(days=90), f"First look at {inside}", [people[0].id], owner)
    lesson = await write_lesson(ws, made.id, f"Ask who pays at {inside}", f"Whoever pays at {inside} knows what it costs.", owner)
    async with ws.database.reading() as unit:
        records, _ = await unit.conversations.list(made.id, limit=None)
        finding = (await anext(aiter(unit.findings.all(made.id)))).finding
    meeting = next(one for one in records if one.kind is ConversationKind.MEETING)
    assert blueprint.plan is not None
    found.ids |= {
        "engagement_id": made.id,
        "conversation_id": meeting.id,
        "stakeholder_id": people[0].id,
        "finding_id": finding.id,
        "key_id": key,
        "document_id": document.id,
        "job_id": job.id,
        "conflict_id": conflict.id,
        "round_id": round_.id,
        "number": "1",
        "section_id": section.id,
        "task_id": blueprint.plan.tasks[0].id,
        "assumption_id": blueprint.assumptions[0].id,
        "check_in_id": kept.id,
        "kpi_id": blueprint.kpis[0].id,
        "date_id": date.id,
        "lesson_id": lesson.id,
    }
    return found


async def _people(ws: Workspace, found: Planted) -> tuple[StakeholderRecord, StakeholderRecord]:
    of = found.engagement.id
    first = await add_stakeholder(ws, of, f"Marek {found.word('marek')}", role=Role.BUSINESS, department=f"Service {found.word('marek')}")
    second = await add_stakeholder(ws, of, f"Sofia {found.word('sofia')}", role=Role.TECHNICAL, department=f"IT {found.word('sofia')}")
    found.people |= {"first": first.id, "second": second.id}
    return first, second


async def _interviewed(ws: Workspace, found: Planted, people: tuple[StakeholderRecord, StakeholderRecord]) -> None:
    """Both have begun an interview in private, and hold a link to it."""
    for which, person in zip(("first", "second"), people, strict=True):
        record = await start_interview(ws, found.engagement.id, person.id)
        async for _ in open_interview(ws, record.id):
            pass
        words = f"The scanner of {found.word(which)} breaks every week, and somebody types everything again."
        async for _ in answer(ws, record.id, words, client_key="a1"):
            pass
        found.interviews[which] = record.id
        _, secret = await invite(ws, found.engagement.id, person.id)
        found.sessions[which] = (await redeem(ws, secret))[0]
    await ws.settle()


async def _members(ws: Workspace, found: Planted, inside: str) -> str:
    key = ""
    for role in (AccessRole.LEAD, AccessRole.REVIEWER):
        given, secret = await member_link(ws, found.engagement.id, role, f"Rita {inside}")
        found.sessions[role.value] = (await redeem(ws, secret))[0]
        key = given.id
    return key


async def _round(ws: Workspace, found: Planted, inside: str, asked: StakeholderRecord) -> Round:
    """An open round that asks one of the two, and somebody else who criticised what it puts to them."""
    of, words = found.engagement.id, f"We keep the workshop customers of {found.word('round')}."
    other = await add_stakeholder(ws, of, f"Ingrid {inside}", role=Role.SPONSOR)
    async with ws.database.reading() as unit:
        finding = (await anext(aiter(unit.findings.all(of)))).finding
    part = ObjectivePart(id="part-1", kind=PartKind.OUTCOME, text=words, findings=(finding.id,))
    draft = ObjectiveDraft(text=words, parts=(part,), written_by=f"Lea {inside}")
    opened = Round(engagement_id=of, id="r0001", at=ws.now(), number=1, draft=draft, asked=(asked.id, other.id), opened_by=f"Lea {inside}")
    said = RoundAnswer(
        engagement_id=of,
        id=f"r0001.{other.id}",
        at=ws.now(),
        round_id=opened.id,
        stakeholder_id=other.id,
        answer=AnswerKind.CRITICISE,
        fit=2,
        words=f"Nobody at {inside} will pay for that.",
    )
    async with ws.database.unit() as unit:
        await unit.rounds.add(opened)
        await unit.round_answers.add(said)
    return opened


async def _blueprint(ws: Workspace, found: Planted, inside: str) -> Blueprint:
    """A realistic draft, each text of which names the engagement."""
    plain = draft_of("automate").model_copy(update={"engagement_id": found.engagement.id, "title": f"Faster {inside}"})
    written = re.sub(r'"(text|statement|title|organisation)":"', rf'"\1":"{inside} ', plain.model_dump_json())
    version = Blueprint.model_validate_json(written)
    async with ws.database.unit() as unit:
        await unit.blueprints.add(version)
    return version


def readable(planted: Mapping[str, Planted]) -> dict[str, frozenset[str]]:
    """By principal, the canaries that they may come to see; `A lead` and so on, `nobody`, and the `owner` of all."""
    seen: dict[str, frozenset[str]] = {"nobody": frozenset()}
    open_to_owner: set[str] = set()
    for letter, one in planted.items():
        members = {one.word(kind) for kind in KINDS} - {one.word("first"), one.word("second")}
        open_to_owner |= members
        seen |= {f"{letter} lead": frozenset(members), f"{letter} reviewer": frozenset(members)}
        seen[f"{letter} first"] = frozenset({one.word(kind) for kind in ("opening", "round", "marek", "first")})
        seen[f"{letter} second"] = frozenset({one.word(kind) for kind in ("opening", "sofia", "second")})
    return seen | {"owner": frozenset(open_to_owner)}
