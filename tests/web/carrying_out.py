"""An engagement that has come all the way: conflicts, an open round, a blueprint under review, and what is kept while it is carried out."""

from __future__ import annotations

from datetime import timedelta

from discovery_agent.discovery.access import invite, member_link
from discovery_agent.discovery.agreement import askable, conflict_register, open_round
from discovery_agent.discovery.execution import check_in, plan_review_date, write_lesson
from discovery_agent.discovery.reviewing import act, set_rules
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Engagement, Principal, StakeholderRecord
from discovery_agent.domain.review import Verb
from tests.domain.blueprint.drafts import draft_of
from tests.web.agreeing import assessed

STATEMENT = (
    "We keep our workshop customers; churn falls from 9 % to 6 % by the end of June. How long an email waits is not agreed: four hours or one "
    "working day."
)


async def carried_out(ws: Workspace, engagement: Engagement, person: StakeholderRecord, lead: Principal) -> dict[str, str | int]:
    """Put all of it there, with a round that asks this person; gives the ids that addresses of the API hold."""
    of, today = engagement.id, ws.now().date()
    await assessed(ws, engagement)
    ((conflict, *_), _) = await conflict_register(ws, of)
    if not any(one.person.id == person.id and one.invited for one in await askable(ws, of)):
        await invite(ws, of, person.id)
    round_ = await open_round(ws, of, lead, text=STATEMENT, asked=[person.id], after=0)
    blueprint = draft_of("automate").model_copy(update={"engagement_id": of})
    async with ws.database.unit() as unit:
        await unit.blueprints.add(blueprint)
    key, _ = await member_link(ws, of, AccessRole.REVIEWER, "Rita Vogel")
    await set_rules(ws, of, required=[key.id], version=None, principal=lead)
    section = blueprint.sections[0]
    await act(ws, of, 1, section.id, section.content_hash, Verb.COMMENT, "Say who pays.", lead)
    kept = await check_in(ws, of, blueprint.kpis[0].id, today, 7.5, lead)
    date = await plan_review_date(ws, of, today + timedelta(days=90), "First look at the pilot", [person.id], lead)
    lesson = await write_lesson(ws, of, "Ask who pays first", "Whoever pays knows what it costs.", lead)
    assert blueprint.plan is not None
    return {
        "conflict_id": conflict.id,
        "round_id": round_.id,
        "number": blueprint.number,
        "task_id": blueprint.plan.tasks[0].id,
        "assumption_id": blueprint.assumptions[0].id,
        "key_id": key.id,
        "check_in_id": kept.id,
        "date_id": date.id,
        "lesson_id": lesson.id,
    }
