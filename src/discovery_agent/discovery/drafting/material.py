"""What a blueprint is drafted from, gathered at one moment from the database or from analysed files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from discovery_agent.discovery.agreement.standing import read_agreement
from discovery_agent.discovery.assessing import ATTENDED, Attended
from discovery_agent.discovery.assessment_records import Assessment, restored
from discovery_agent.discovery.known import as_stakeholder
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.conversation import ConversationKind, Role, Stakeholder, is_interviewer
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.engagement import ConversationRecord, ConversationState
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.domain.planning.tokens import PublishedPrice
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.errors import InvalidRequest, NotFound
from discovery_agent.storage import AssessmentRecord, Unit

SETTINGS = "settings"
"""Id of the plan settings of an engagement."""

NO_ASSESSMENT = InvalidRequest(
    "There is no assessment to draft from yet.",
    where="assessment",
    remedy="Analyse a transcript or finish an interview first; the assessment follows by itself.",
)


async def gather(
    ws: Workspace, unit: Unit, engagement_id: str, *, assessment_id: str | None = None, settings: PlanSettings | None = None
) -> Material:
    """The material of an engagement: of the assessment of that id if it is still kept, else of the newest.

    What a stakeholder keeps private, or a person rejected, is not in it.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: nothing was assessed yet.
    """
    engagement = await unit.engagements.get(engagement_id)
    record = await _record(unit, engagement_id, assessment_id)
    if record is None:
        raise NO_ASSESSMENT
    assessment: Assessment = restored(record)
    conversations, _ = await unit.conversations.list(engagement_id, limit=None)
    private = engagement.private_until_release
    counted = {one.id: one.title for one in reversed(conversations) if _counts(one, private=private)}
    findings = [
        one.finding
        async for one in unit.findings.all(engagement_id, released_only=private)
        if one.conversation_id in counted and one.finding.status is not FindingStatus.REJECTED
    ]
    rows, _ = await unit.assessments.section(engagement_id, assessment.id, ATTENDED, 0, None)
    attended = [person for row in rows for person in Attended.model_validate(row).attendance.participants]
    invited = [as_stakeholder(one) for one in await unit.stakeholders.list(engagement_id)]
    latest = await unit.blueprints.latest(engagement_id)
    return Material(
        engagement_id=engagement_id,
        title=engagement.title,
        organisation=engagement.organisation,
        assessment_id=assessment.id,
        at=ws.now(),
        findings=findings,
        conversations=counted,
        people=everybody((*invited, *attended)),
        tree=assessment.goal_tree,
        decisions=assessment.decisions,
        tables=ws.bench.tables,
        planning=ws.bench.planning,
        knowledge=assessment.knowledge,
        outcome=(await read_agreement(unit, engagement_id)).outcome,
        conflicts=[one async for one in unit.conflicts.all(engagement_id)],
        expect=ws.bench.expect,
        settings=settings or await unit.plan_settings.find(engagement_id, SETTINGS),
        price=_price(ws, ws.now()),
        held_on={one.id: one.held_on or one.created_at.date() for one in conversations},
        number=latest.number + 1 if latest else 1,
        parent=latest.number if latest else None,
    )


def material_of_files(
    analysis: EngagementAnalysis, tables: Tables, planning: PlanningTable, *, price: PublishedPrice | None = None, organisation: str = ""
) -> Material:
    """The material of analysed files, without any database.

    Raises:
        InvalidRequest: the analysis was made without tables, so nothing was decided.
    """
    if analysis.decisions is None:
        raise NO_ASSESSMENT
    return Material(
        engagement_id="files",
        title=analysis.title,
        organisation=organisation,
        assessment_id="files",
        at=analysis.created_at,
        findings=[one for one in analysis.findings if one.status is not FindingStatus.REJECTED],
        conversations={one.conversation.id: one.conversation.title for one in analysis.conversations},
        people=everybody(person for one in analysis.conversations for person in one.conversation.participants),
        tree=analysis.goal_tree,
        decisions=analysis.decisions,
        tables=tables,
        planning=planning,
        knowledge=analysis.knowledge or KnowledgeUse(),
        price=price,
        held_on={one.conversation.id: one.conversation.held_on for one in analysis.conversations if one.conversation.held_on},
    )


def everybody(people: Iterable[Stakeholder]) -> Sequence[Stakeholder]:
    """Each once; a known role and department beat unknown ones. Who only asks questions is left out."""
    found: dict[str, Stakeholder] = {}
    for one in people:
        known = found.get(one.name)
        if is_interviewer(one.name):
            continue
        if known is None:
            found[one.name] = one
        else:
            role = known.role if known.role is not Role.UNKNOWN else one.role
            found[one.name] = known.model_copy(update={"role": role, "department": known.department or one.department})
    return list(found.values())


async def _record(unit: Unit, engagement_id: str, assessment_id: str | None) -> AssessmentRecord | None:
    if assessment_id is not None:
        try:
            return await unit.assessments.get(engagement_id, assessment_id, sections=True)
        except NotFound:  # only the newest few are kept
            pass
    return await unit.assessments.latest(engagement_id, sections=True)


def _counts(record: ConversationRecord, *, private: bool) -> bool:
    if record.state is ConversationState.WAITING:
        return False
    return not private or record.kind is not ConversationKind.INTERVIEW or record.stakeholder_id is None or record.released_at is not None


def _price(ws: Workspace, at: datetime) -> PublishedPrice | None:
    from discovery_agent.models.prices import price_for_plans

    return price_for_plans(ws.settings, ws.bench.planning.reference_model, at.date())
