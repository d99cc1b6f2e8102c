from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery import access
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind
from discovery_agent.domain.days import long_day
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, ConversationState, Engagement, Principal, StakeholderRecord
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound
from tests.discovery.service import Clock, opened_workspace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ws(tmp_path: Path, clock: Clock) -> AsyncIterator[Workspace]:
    async with opened_workspace(tmp_path, clock) as workspace:
        yield workspace


@pytest.fixture
async def engagement(ws: Workspace) -> Engagement:
    return await create_engagement(ws, "Claims handling")


@pytest.fixture
async def maria(ws: Workspace, engagement: Engagement) -> StakeholderRecord:
    return await add_stakeholder(ws, engagement.id, "Maria Santos")


def interview_with(person: StakeholderRecord, clock: Clock, **more: object) -> ConversationRecord:
    fields = {"kind": ConversationKind.INTERVIEW, "stakeholder_id": person.id, "state": ConversationState.OPEN, **more}
    return ConversationRecord.model_validate(
        {"id": "c_1", "engagement_id": person.engagement_id, "title": "Interview", "created_at": clock(), **fields}
    )


async def test_the_first_start_gives_an_owner_link_that_opens_everything_once(ws: Workspace) -> None:
    secret = await access.owner_link(ws)
    assert secret is not None
    session, principal = await access.redeem(ws, secret)
    assert principal.role is AccessRole.OWNER and principal.engagement_id is None
    assert await access.principal_of(ws, session) == principal
    with pytest.raises(AccessDenied, match="once"):
        await access.redeem(ws, secret)


async def test_an_owner_link_is_given_anew_until_an_owner_came_in(ws: Workspace) -> None:
    first = await access.owner_link(ws)
    second = await access.owner_link(ws)
    assert first and second and first != second
    with pytest.raises(AccessDenied, match="taken back"):
        await access.redeem(ws, first)
    await access.redeem(ws, second)
    assert await access.owner_link(ws) is None


async def test_an_owner_who_lost_the_way_gets_another_link_without_losing_the_session(ws: Workspace) -> None:
    first = await access.owner_link(ws)
    assert first
    session, _ = await access.redeem(ws, first)
    again = await access.owner_link(ws, again=True)
    assert again
    await access.redeem(ws, again)
    assert (await access.principal_of(ws, session)).role is AccessRole.OWNER


async def test_a_one_time_link_is_no_key_by_itself(ws: Workspace) -> None:
    secret = await access.owner_link(ws)
    assert secret
    with pytest.raises(AccessDenied):
        await access.principal_of(ws, secret)


async def test_looking_at_a_link_does_not_use_it(ws: Workspace) -> None:
    secret = await access.owner_link(ws)
    assert secret
    assert await access.is_valid(ws, secret) and await access.is_valid(ws, secret)
    await access.redeem(ws, secret)
    assert not await access.is_valid(ws, secret)
    assert not await access.is_valid(ws, "something else")


async def test_an_invite_opens_on_every_device_and_works_as_a_key(ws: Workspace, engagement: Engagement, maria: StakeholderRecord) -> None:
    key, secret = await access.invite(ws, engagement.id, maria.id)
    phone, _ = await access.redeem(ws, secret)
    laptop, _ = await access.redeem(ws, secret)
    for one in (phone, laptop, secret):
        principal = await access.principal_of(ws, one)
        assert principal == Principal(
            key_id=key.id, role=AccessRole.STAKEHOLDER, engagement_id=engagement.id, stakeholder_id=maria.id, name="Maria Santos"
        )


async def test_a_revoked_invite_closes_its_sessions_at_once(ws: Workspace, engagement: Engagement, maria: StakeholderRecord) -> None:
    key, secret = await access.invite(ws, engagement.id, maria.id)
    session, _ = await access.redeem(ws, secret)
    await access.revoke(ws, engagement.id, key.id)
    for one in (session, secret):
        with pytest.raises(AccessDenied):
            await access.principal_of(ws, one)
    with pytest.raises(AccessDenied):
        await access.redeem(ws, secret)


async def test_an_invite_expires_with_its_sessions(ws: Workspace, engagement: Engagement, maria: StakeholderRecord, clock: Clock) -> None:
    _, secret = await access.invite(ws, engagement.id, maria.id, days=2)
    session, _ = await access.redeem(ws, secret)
    clock.passes(days=1, hours=23)
    await access.principal_of(ws, session)
    clock.passes(hours=1)
    for one in (session, secret):
        with pytest.raises(AccessDenied, match="expired"):
            await access.principal_of(ws, one)
    assert not await access.is_valid(ws, secret)


async def test_an_unused_owner_link_expires_but_its_session_lasts_as_long_as_sessions_do(ws: Workspace, clock: Clock) -> None:
    used, _ = await access.redeem(ws, await access.owner_link(ws) or "")
    unused = await access.owner_link(ws, again=True)
    assert unused
    clock.passes(days=access.OWNER_LINK_DAYS)
    with pytest.raises(AccessDenied, match="expired"):
        await access.redeem(ws, unused)
    await access.principal_of(ws, used)
    clock.passes(days=access.SESSION_DAYS - access.OWNER_LINK_DAYS)
    with pytest.raises(AccessDenied, match="expired"):
        await access.principal_of(ws, used)


async def test_a_session_that_was_left_is_over_and_the_invite_still_works(
    ws: Workspace, engagement: Engagement, maria: StakeholderRecord
) -> None:
    _, secret = await access.invite(ws, engagement.id, maria.id)
    session, _ = await access.redeem(ws, secret)
    await access.leave(ws, session)
    await access.leave(ws, session)
    with pytest.raises(AccessDenied):
        await access.principal_of(ws, session)
    await access.redeem(ws, secret)


async def test_no_secret_is_in_the_database(ws: Workspace, engagement: Engagement, maria: StakeholderRecord, tmp_path: Path) -> None:
    _, secret = await access.invite(ws, engagement.id, maria.id)
    session, _ = await access.redeem(ws, secret)
    with sqlite3.connect(tmp_path / "data" / "discovery.db") as database:
        dump = "\n".join(database.iterdump())
    assert secret not in dump and session not in dump
    assert access.hash_of(secret) in dump


async def test_secrets_have_256_random_bits(ws: Workspace, engagement: Engagement, maria: StakeholderRecord) -> None:
    secrets = {(await access.invite(ws, engagement.id, maria.id))[1] for _ in range(5)}
    assert len(secrets) == 5 and all(len(one) == 43 for one in secrets)


async def test_an_invite_is_for_a_stakeholder_of_the_engagement(ws: Workspace, engagement: Engagement, maria: StakeholderRecord) -> None:
    other = await create_engagement(ws, "Another")
    with pytest.raises(NotFound):
        await access.invite(ws, other.id, maria.id)
    with pytest.raises(InvalidRequest):
        await access.invite(ws, engagement.id, maria.id, days=0)


async def test_members_are_leads_and_reviewers_only(ws: Workspace, engagement: Engagement) -> None:
    for role in (AccessRole.OWNER, AccessRole.STAKEHOLDER):
        with pytest.raises(InvalidRequest):
            await access.member_link(ws, engagement.id, role, "Jonas")
    with pytest.raises(NotFound):
        await access.member_link(ws, "e_none", AccessRole.LEAD, "Jonas")


async def test_a_key_of_another_engagement_cannot_be_revoked(ws: Workspace, engagement: Engagement, maria: StakeholderRecord) -> None:
    other = await create_engagement(ws, "Another")
    key, secret = await access.invite(ws, engagement.id, maria.id)
    with pytest.raises(NotFound):
        await access.revoke(ws, other.id, key.id)
    await access.principal_of(ws, secret)


async def test_giving_out_using_and_taking_back_are_in_the_audit_trail(
    ws: Workspace, engagement: Engagement, maria: StakeholderRecord
) -> None:
    key, secret = await access.invite(ws, engagement.id, maria.id, actor="Lea (lead)")
    await access.redeem(ws, secret)
    await access.revoke(ws, engagement.id, key.id, actor="Lea (lead)")
    async with ws.database.reading() as unit:
        entries, _ = await unit.audit.list(engagement.id)
    of_key = [(one.action, one.actor) for one in reversed(entries) if one.subject == key.id]
    assert of_key == [("invite.created", "Lea (lead)"), ("link.opened", "Maria Santos (stakeholder)"), ("key.revoked", "Lea (lead)")]


async def audited(ws: Workspace, engagement: Engagement) -> list[tuple[str, str, str]]:
    async with ws.database.reading() as unit:
        entries, _ = await unit.audit.list(engagement.id)
    return [(one.action, one.subject, one.detail) for one in reversed(entries)]


async def begun(ws: Workspace, maria: StakeholderRecord, clock: Clock, **more: object) -> ConversationRecord:
    record = interview_with(maria, clock, **more)
    async with ws.database.unit() as unit:
        await unit.conversations.add(record)
    return record


async def test_a_new_link_to_a_private_interview_ends_the_earlier_ones_and_is_noticed(
    ws: Workspace, engagement: Engagement, maria: StakeholderRecord, clock: Clock
) -> None:
    _, first = await access.invite(ws, engagement.id, maria.id)
    session, _ = await access.redeem(ws, first)
    record = await begun(ws, maria, clock)
    assert await access.link_renewed_at(ws, record) is None
    clock.passes(days=1)
    key, second = await access.invite(ws, engagement.id, maria.id, actor="Lea (lead)")
    for one in (first, session):
        with pytest.raises(AccessDenied, match="taken back"):
            await access.redeem(ws, first)
        with pytest.raises(AccessDenied):
            await access.principal_of(ws, one)
    assert await access.principal_of(ws, second)
    (entry,) = [one for one in await audited(ws, engagement) if one[0] == "invite.renewed"]
    assert entry[1] == key.id and "a private interview had begun" in entry[2]
    assert await access.link_renewed_at(ws, record) == clock()
    assert long_day(clock()) in access.renewal_notice(clock())


async def test_taking_the_link_back_first_hides_no_new_one(
    ws: Workspace, engagement: Engagement, maria: StakeholderRecord, clock: Clock
) -> None:
    key, _ = await access.invite(ws, engagement.id, maria.id)
    record = await begun(ws, maria, clock)
    clock.passes(days=1)
    await access.revoke(ws, engagement.id, key.id)
    await access.invite(ws, engagement.id, maria.id)
    assert "invite.renewed" in {one[0] for one in await audited(ws, engagement)}
    assert await access.link_renewed_at(ws, record) == clock()


async def test_no_spare_link_to_a_private_interview_is_made_ahead(ws: Workspace, engagement: Engagement, maria: StakeholderRecord) -> None:
    _, spare = await access.invite(ws, engagement.id, maria.id)
    await access.invite(ws, engagement.id, maria.id)
    assert not await access.is_valid(ws, spare)


async def test_another_persons_link_and_one_to_an_open_engagement_stay(
    ws: Workspace, engagement: Engagement, maria: StakeholderRecord
) -> None:
    jonas = await add_stakeholder(ws, engagement.id, "Jonas Weber")
    _, other = await access.invite(ws, engagement.id, jonas.id)
    await access.invite(ws, engagement.id, maria.id)
    await access.invite(ws, engagement.id, maria.id)
    assert await access.is_valid(ws, other)
    public = await create_engagement(ws, "Another", private_until_release=False)
    ann = await add_stakeholder(ws, public.id, "Ann")
    _, first = await access.invite(ws, public.id, ann.id)
    await access.invite(ws, public.id, ann.id)
    assert await access.is_valid(ws, first) and "invite.renewed" not in {one[0] for one in await audited(ws, public)}


async def test_a_released_interview_carries_no_notice(
    ws: Workspace, engagement: Engagement, maria: StakeholderRecord, clock: Clock
) -> None:
    await access.invite(ws, engagement.id, maria.id)
    record = await begun(ws, maria, clock, released_at=clock())
    clock.passes(days=1)
    await access.invite(ws, engagement.id, maria.id)
    assert await access.link_renewed_at(ws, record) is None


@pytest.mark.parametrize("entered_before", [False, True])
async def test_the_first_use_of_a_secret_as_a_key_is_in_the_audit_trail_once(
    entered_before: bool, ws: Workspace, engagement: Engagement, maria: StakeholderRecord
) -> None:
    key, secret = await access.invite(ws, engagement.id, maria.id)
    if entered_before:
        session, _ = await access.redeem(ws, secret)
        await access.principal_of(ws, session)
    await access.principal_of(ws, secret)
    ws.live.clear()
    await access.principal_of(ws, secret)
    opened = [detail for action, subject, detail in await audited(ws, engagement) if (action, subject) == ("link.opened", key.id)]
    assert opened == ["Maria Santos"] * entered_before + ["Maria Santos, as a key"]
    (stored,) = await access.keys_of(ws, engagement.id)
    assert stored.used_at is not None


OWNER = Principal(key_id="k_o", role=AccessRole.OWNER)


def member(role: AccessRole, engagement_id: str) -> Principal:
    return Principal(key_id="k_m", role=role, engagement_id=engagement_id, name="Lea")


def test_the_owner_may_do_everything_everywhere() -> None:
    access.may(OWNER, "e_1")
    access.may(OWNER, "e_2", write=True)


def test_a_lead_may_do_everything_in_one_engagement_and_the_others_are_not_there() -> None:
    access.may(member(AccessRole.LEAD, "e_1"), "e_1", write=True)
    with pytest.raises(NotFound):
        access.may(member(AccessRole.LEAD, "e_1"), "e_2")


def test_a_reviewer_reads_and_changes_nothing() -> None:
    reviewer = member(AccessRole.REVIEWER, "e_1")
    access.may(reviewer, "e_1")
    with pytest.raises(AccessDenied):
        access.may(reviewer, "e_1", write=True)
    with pytest.raises(NotFound):
        access.may(reviewer, "e_2", write=True)


def test_a_stakeholder_may_open_no_engagement(maria: StakeholderRecord) -> None:
    invited = Principal(key_id="k", role=AccessRole.STAKEHOLDER, engagement_id=maria.engagement_id, stakeholder_id=maria.id)
    with pytest.raises(AccessDenied):
        access.may(invited, maria.engagement_id)
    with pytest.raises(NotFound):
        access.may(invited, "e_other")


def test_a_stakeholder_opens_their_own_interview_and_no_other_conversation_is_there(maria: StakeholderRecord, clock: Clock) -> None:
    invited = Principal(key_id="k", role=AccessRole.STAKEHOLDER, engagement_id=maria.engagement_id, stakeholder_id=maria.id)
    own = interview_with(maria, clock)
    access.may_open(invited, own, speak=True)
    access.may_open(invited, own, write=True)
    assert access.visible(invited, own)
    for foreign in (
        interview_with(maria, clock, stakeholder_id="s_other", released_at=clock()),
        interview_with(maria, clock, kind=ConversationKind.MEETING, stakeholder_id=None, state=ConversationState.ANALYSED),
        interview_with(maria, clock, engagement_id="e_other"),
    ):
        with pytest.raises(NotFound):
            access.may_open(invited, foreign)


@pytest.mark.parametrize("role", [AccessRole.OWNER, AccessRole.LEAD, AccessRole.REVIEWER])
def test_nobody_reads_a_private_interview_before_its_release(role: AccessRole, maria: StakeholderRecord, clock: Clock) -> None:
    reader = OWNER if role is AccessRole.OWNER else member(role, maria.engagement_id)
    private, released = interview_with(maria, clock), interview_with(maria, clock, released_at=clock())
    with pytest.raises(AccessDenied, match="released"):
        access.may_open(reader, private)
    assert not access.visible(reader, private)
    access.may_open(reader, released)
    access.may_open(reader, private, private=False)


@pytest.mark.parametrize("role", [AccessRole.OWNER, AccessRole.LEAD, AccessRole.REVIEWER])
def test_nobody_answers_in_place_of_the_stakeholder(role: AccessRole, maria: StakeholderRecord, clock: Clock) -> None:
    other = OWNER if role is AccessRole.OWNER else member(role, maria.engagement_id)
    with pytest.raises(AccessDenied, match="stakeholder"):
        access.may_open(other, interview_with(maria, clock, released_at=clock()), private=False, speak=True)


def test_a_meeting_is_never_private(maria: StakeholderRecord, clock: Clock) -> None:
    meeting = interview_with(maria, clock, kind=ConversationKind.MEETING, stakeholder_id=None, state=ConversationState.ANALYSED)
    access.may_open(member(AccessRole.REVIEWER, maria.engagement_id), meeting)
    with pytest.raises(NotFound):
        access.may_open(member(AccessRole.LEAD, "e_other"), meeting)
