"""A sample engagement goes on as its invented people would: they settle a conflict, agree, have a blueprint drafted, review and sign.

They come in by keys of their own, through the same use cases as real people, and what the rules refuse them is refused here too.
"""

from __future__ import annotations

import asyncio

from discovery_agent.discovery.access import invite, member_link
from discovery_agent.discovery.agreement import (
    ConflictChange,
    agreement_of,
    answer_round,
    askable,
    change_conflict,
    close_as_agreed,
    close_for_revision,
    composed_objective,
    conflict_register,
    open_round,
)
from discovery_agent.discovery.demo.opening import ACTOR
from discovery_agent.discovery.demo.sample import Reply, Story, samples
from discovery_agent.discovery.drafting import draft_blueprint, latest_blueprint
from discovery_agent.discovery.engagements import list_engagements, list_stakeholders
from discovery_agent.discovery.gates import gaps_of, set_gap_owner
from discovery_agent.discovery.reviewing import act, review_rules, reviewers_of, set_rules, sign, standing
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.register import ConflictState
from discovery_agent.domain.agreement.rounds import Round
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.domain.review import SignOff, Verb

LOOK_SECONDS = 0.5
"""How often it is looked whether the work in the background has ended."""
MOST_GAPS = 500


async def carry_on(ws: Workspace, engagement_id: str) -> SignOff | None:
    """Take a sample from its transcripts to a signed blueprint, going on from wherever an earlier start left it.

    None if the sample has no story, nothing could be read, the rules keep its blueprint from being signed, or somebody has made a
    version of their own meanwhile: that one is theirs to have reviewed and to sign.

    Raises:
        DiscoveryError: a step failed; the next start tries again.
    """
    story = await _story_of(ws, engagement_id)
    if story is None:
        return None
    await _until_idle(ws, engagement_id)
    newest = await latest_blueprint(ws, engagement_id)
    if newest is not None and newest.number > 1:
        return None
    if await composed_objective(ws, engagement_id) is None:
        return None
    lead = await _member(ws, engagement_id, AccessRole.LEAD, story.lead)
    await _settle(ws, engagement_id, story, lead)
    await _agree(ws, engagement_id, story, lead)
    await _look_after(ws, engagement_id, story, lead)
    blueprint = await _draft(ws, engagement_id)
    return None if blueprint is None else await _review(ws, blueprint, story, lead)


async def _story_of(ws: Workspace, engagement_id: str) -> Story | None:
    found, _ = await list_engagements(ws, 0, 50)
    titles = {one.title for one in found if one.id == engagement_id}
    return next((sample.story for _, sample in samples() if sample.title in titles), None)


async def _until_idle(ws: Workspace, engagement_id: str) -> None:
    while True:
        async with ws.database.reading() as unit:
            if not await unit.jobs.unfinished(engagement_id):
                return
        await asyncio.sleep(LOOK_SECONDS)


async def _member(ws: Workspace, engagement_id: str, role: AccessRole, name: str) -> Principal:
    """The key of an invented member, made once."""
    known = {(one.name, one.role): one.key_id for one in await reviewers_of(ws, engagement_id) if not one.revoked}
    key_id = known.get((name, role))
    if key_id is None:
        key, _ = await member_link(ws, engagement_id, role, name, actor=ACTOR)
        key_id = key.id
    return Principal(key_id=key_id, role=role, engagement_id=engagement_id, name=name)


async def _settle(ws: Workspace, engagement_id: str, story: Story, lead: Principal) -> None:
    open_ones, _ = await conflict_register(ws, engagement_id, state=ConflictState.OPEN)
    for end in story.settle:
        for one in open_ones:
            side = next((side for side in one.conflict.sides if end.holds.casefold() in side.holds.casefold()), None)
            if side is not None and end.about.casefold() in one.conflict.about.casefold():
                change = ConflictChange(state=ConflictState.SETTLED, resolution=end.resolution, chosen=side.holds)
                await change_conflict(ws, engagement_id, one.id, change, one.version, lead)


async def _agree(ws: Workspace, engagement_id: str, story: Story, lead: Principal) -> None:
    """The rounds of agreement, from the one that an earlier start left open."""
    while (agreement := await agreement_of(ws, engagement_id)).outcome is None:
        one = agreement.current
        if one is None:
            composed = await composed_objective(ws, engagement_id)
            assert composed is not None
            asked = await _asked(ws, engagement_id, story)
            one = await open_round(
                ws, engagement_id, lead, text=composed.draft.text, asked=list(asked.values()), after=len(agreement.rounds)
            )
        last = one.number >= len(story.rounds)
        await _answer(ws, one, story.rounds[-1] if last else story.rounds[one.number - 1])
        version = (await agreement_of(ws, engagement_id)).rounds[-1].version
        if last:
            await close_as_agreed(ws, engagement_id, lead, one.id, version=version)
        else:
            await close_for_revision(ws, engagement_id, lead, one.id, version=version)


async def _asked(ws: Workspace, engagement_id: str, story: Story) -> dict[str, str]:
    """Who is asked, each with a link."""
    wanted = {reply.who for replies in story.rounds for reply in replies}
    asked: dict[str, str] = {}
    for one in await askable(ws, engagement_id):
        if one.person.name in wanted:
            if not one.invited:
                await invite(ws, engagement_id, one.person.id, actor=ACTOR)
            asked[one.person.name] = one.person.id
    return asked


async def _answer(ws: Workspace, one: Round, replies: tuple[Reply, ...]) -> None:
    ids = {person.name: person.id for person in await list_stakeholders(ws, one.engagement_id)}
    async with ws.database.reading() as unit:
        keys = {key.stakeholder_id: key.id for key in await unit.access.list(one.engagement_id) if key.revoked_at is None}
    for reply in replies:
        person_id = ids.get(reply.who)
        if person_id is None or person_id not in one.asked:
            continue
        who = Principal(
            key_id=keys.get(person_id, ""),
            role=AccessRole.STAKEHOLDER,
            engagement_id=one.engagement_id,
            stakeholder_id=person_id,
            name=reply.who,
        )
        await answer_round(ws, who, one.id, reply.answer, fit=reply.fit, words=reply.words, concession=reply.concession)


async def _look_after(ws: Workspace, engagement_id: str, story: Story, lead: Principal) -> None:
    """Who closes which gap in the data."""
    ids = {person.name: person.id for person in await list_stakeholders(ws, engagement_id)}
    gaps, _ = await gaps_of(ws, engagement_id, limit=MOST_GAPS)
    for gap in gaps:
        person_id = ids.get(story.gaps.get(gap.dimension, ""))
        if person_id is not None and gap.owner is None:
            await set_gap_owner(ws, engagement_id, gap.id, person_id, version=None, principal=lead)


async def _draft(ws: Workspace, engagement_id: str) -> Blueprint | None:
    """The version under review: the one that is there, or a first one."""
    if await latest_blueprint(ws, engagement_id) is None:
        await draft_blueprint(ws, engagement_id, ACTOR)
        await _until_idle(ws, engagement_id)
    return await latest_blueprint(ws, engagement_id)


async def _review(ws: Workspace, blueprint: Blueprint, story: Story, lead: Principal) -> SignOff | None:
    of, number = blueprint.engagement_id, blueprint.number
    now = await standing(ws, of, number)
    if now.signed is not None:
        return now.signed
    reviewers = [await _member(ws, of, AccessRole.REVIEWER, name) for name in story.reviewers]
    rules = await review_rules(ws, of)
    required = [one.key_id for one in reviewers]
    if rules is None or list(rules.required) != required:
        await set_rules(ws, of, required=required, version=rules.version if rules else None, principal=lead)
    by_name = {one.name: one for one in reviewers}
    for remark in story.remarks:
        if remark.who in by_name:
            await _do(ws, blueprint, remark.section, Verb.COMMENT, remark.words, by_name[remark.who])
    for section in blueprint.sections:
        for one in reviewers:
            await _do(ws, blueprint, section.id, Verb.APPROVE, "", one)
    for choice in blueprint.choices:
        await _do(ws, blueprint, SectionId.CHOICES, Verb.APPROVE, "", reviewers[0], choice_id=choice.id)
    now = await standing(ws, of, number, signer=lead)
    if now.lacking:
        return None
    return await sign(ws, of, number, now.content_hash, lead, "Signed for the sample.", although=story.although)


async def _do(
    ws: Workspace, blueprint: Blueprint, section_id: SectionId, verb: Verb, words: str, who: Principal, *, choice_id: str | None = None
) -> None:
    """One act; the key makes the same act of an earlier start count once."""
    section = blueprint.section(section_id)
    if section is None:
        return
    key = f"demo-{blueprint.number}-{section_id.value}-{verb.value}-{choice_id or ''}-{section.content_hash[:8]}"[:80]
    await act(ws, blueprint.engagement_id, blueprint.number, section_id, section.content_hash, verb, words, who, choice_id, client_key=key)
