"""What people with keys do to sections, one after the other and at once."""

from __future__ import annotations

import asyncio

import pytest

from discovery_agent.discovery import access
from discovery_agent.discovery.engagements import add_stakeholder, audit_trail, create_engagement
from discovery_agent.discovery.reviewing import act, changed_section, review_trail, reviewers_of, section_view, set_rules
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.domain.review import SectionState, Verb
from discovery_agent.errors import AccessDenied, InvalidRequest, NotFound, StaleVersion
from tests.blueprints import blueprint, choice, section, with_section
from tests.discovery.members import Members
from tests.discovery.service import Clock

RISKS = SectionId.RISKS


async def test_a_section_is_approved_by_its_reviewers_with_a_trace_of_who_did_what(ws: Workspace, members: Members) -> None:
    lead, ana, ben = await members.lead(), await members.reviewer("Ana"), await members.reviewer("Ben")
    await members.require(lead, ana, ben)
    version = await members.keep(blueprint(members.engagement_id))
    shown = version.sections[1].content_hash
    comment = await act(ws, members.engagement_id, 1, RISKS, shown, Verb.COMMENT, "Who asked them?", ana, part_id="main")
    await act(ws, members.engagement_id, 1, RISKS, shown, Verb.COMMENT, "I did, in May.", lead, about=comment.id)
    await act(ws, members.engagement_id, 1, RISKS, shown, Verb.SETTLE, "", ana, about=comment.id)
    await act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "", ana)
    entry = await act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "", ben)
    assert entry.reviewer == "Ben" and entry.role is AccessRole.REVIEWER and entry.section_hash == shown
    found = (await members.standing()).section(RISKS)
    assert found and found.state is SectionState.APPROVED and found.approved_by == ("Ana", "Ben")
    trail, total = await review_trail(ws, members.engagement_id, RISKS)
    assert total == 5 and [one.verb for one in trail] == [Verb.APPROVE, Verb.APPROVE, Verb.SETTLE, Verb.COMMENT, Verb.COMMENT]
    noted, _ = await audit_trail(ws, members.engagement_id)
    assert [(one.actor, one.action) for one in noted[:2]] == [("Ben (reviewer)", "review.approve"), ("Ana (reviewer)", "review.approve")]


async def test_an_act_on_a_section_that_changed_meanwhile_is_refused_and_both_contents_are_there(ws: Workspace, members: Members) -> None:
    ana = await members.reviewer("Ana")
    first = await members.keep(blueprint(members.engagement_id))
    await members.keep(with_section(first, section(RISKS, "The works council has agreed.")))
    shown = first.sections[1].content_hash
    with pytest.raises(StaleVersion, match="version 2"):
        await act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "", ana)
    both = await changed_section(ws, members.engagement_id, 1, RISKS)
    assert both.shown and both.shown.parts[0].claims[0].text == "The works council has to agree."
    assert both.current and both.current.parts[0].claims[0].text == "The works council has agreed."
    assert both.current_hash
    await act(ws, members.engagement_id, both.current_number, RISKS, both.current_hash, Verb.APPROVE, "", ana)
    # What did not change can be decided on by whoever still looks at the first version.
    vision = first.sections[0]
    await act(ws, members.engagement_id, 1, vision.id, vision.content_hash, Verb.APPROVE, "", ana)
    assert (await review_trail(ws, members.engagement_id, RISKS))[1] == 1


async def test_a_section_that_is_gone_or_a_hash_that_was_never_shown_is_refused(ws: Workspace, members: Members) -> None:
    ana = await members.reviewer("Ana")
    first = await members.keep(blueprint(members.engagement_id))
    shown = first.sections[1].content_hash
    with pytest.raises(StaleVersion):
        await act(ws, members.engagement_id, 1, RISKS, "0" * 64, Verb.APPROVE, "", ana)
    left = tuple(one for one in first.sections if one.id is not RISKS)
    await members.keep(with_section(first, section(RISKS, "gone")).model_copy(update={"sections": left}))
    with pytest.raises(StaleVersion):
        await act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "", ana)
    assert (await changed_section(ws, members.engagement_id, 1, RISKS)).current is None
    with pytest.raises(NotFound):
        await act(ws, members.engagement_id, 3, RISKS, shown, Verb.APPROVE, "", ana)
    assert (await review_trail(ws, members.engagement_id, RISKS))[1] == 0


async def test_acts_of_several_people_at_once_all_count_and_the_same_one_twice_counts_once(ws: Workspace, members: Members) -> None:
    lead = await members.lead()
    people = [await members.reviewer(f"Reviewer {number}") for number in range(6)]
    await members.require(lead, *people)
    version = await members.keep(blueprint(members.engagement_id))
    shown = version.sections[1].content_hash
    twice = [*people, *people]
    done = await asyncio.gather(
        *(act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "Fine.", one, client_key=f"c-{one.key_id}") for one in twice)
    )
    assert len({one.id for one in done}) == 6
    found = (await members.standing()).section(RISKS)
    assert found and found.state is SectionState.APPROVED and len(found.approved_by) == 6
    assert (await review_trail(ws, members.engagement_id, RISKS))[1] == 6
    with pytest.raises(InvalidRequest, match="with this key before"):
        await act(ws, members.engagement_id, 1, RISKS, shown, Verb.REJECT, "No.", people[0], client_key=f"c-{people[0].key_id}")


async def test_an_act_sent_twice_with_one_key_must_be_the_same_on_the_same_content(ws: Workspace, members: Members) -> None:
    of, ana = members.engagement_id, await members.reviewer("Ana")
    first = await members.keep(blueprint(of))
    shown = first.sections[1].content_hash
    comment = await act(ws, of, 1, RISKS, shown, Verb.COMMENT, "Who?", ana, part_id="main", client_key="c-1")
    approval = await act(ws, of, 1, RISKS, shown, Verb.APPROVE, "", ana, client_key="c-2")
    settled = await act(ws, of, 1, RISKS, shown, Verb.SETTLE, "", ana, about=comment.id, client_key="c-3")
    second = await members.keep(with_section(first, section(RISKS, "The works council has agreed.")))
    now = second.sections[1].content_hash
    assert await act(ws, of, 1, RISKS, shown, Verb.APPROVE, "", ana, client_key="c-2") == approval
    assert await act(ws, of, 1, RISKS, now, Verb.SETTLE, "", ana, about=comment.id, client_key="c-3") == settled
    for number, content in ((2, now), (2, shown), (1, now)):
        with pytest.raises(InvalidRequest, match="with this key before"):
            await act(ws, of, number, RISKS, content, Verb.APPROVE, "", ana, client_key="c-2")
    for more in ({"part_id": None}, {"part_id": "main", "about": comment.id}):
        with pytest.raises(InvalidRequest, match="with this key before"):
            await act(ws, of, 1, RISKS, shown, Verb.COMMENT, "Who?", ana, client_key="c-1", **more)
    assert (await review_trail(ws, of, RISKS))[1] == 3


async def test_whoever_decides_again_in_the_same_instant_is_heard_last(ws: Workspace, members: Members) -> None:
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    version = await members.keep(blueprint(members.engagement_id))
    shown = version.sections[1].content_hash
    for verb in (Verb.APPROVE, Verb.REQUEST_CHANGES, Verb.APPROVE, Verb.WITHDRAW):  # the clock stands still
        await act(ws, members.engagement_id, 1, RISKS, shown, verb, "Because.", ana)
    found = (await members.standing()).section(RISKS)
    assert found and found.state is SectionState.WAITING
    with pytest.raises(InvalidRequest, match="nothing of yours"):
        await act(ws, members.engagement_id, 1, RISKS, shown, Verb.WITHDRAW, "", ana)


async def test_only_people_with_a_key_that_works_now_and_a_role_that_reviews_can_act(ws: Workspace, members: Members, clock: Clock) -> None:
    ana = await members.reviewer("Ana")
    version = await members.keep(blueprint(members.engagement_id))
    shown = version.sections[1].content_hash
    person = await add_stakeholder(ws, members.engagement_id, "Maria Santos")
    _, invite = await access.invite(ws, members.engagement_id, person.id)
    stakeholder = await access.principal_of(ws, invite)
    other = Members(ws, (await create_engagement(ws, "Another")).id)
    for who, error in (
        (stakeholder, AccessDenied),
        (await other.reviewer("Eve"), NotFound),
        (Principal(key_id="k_made_up", role=AccessRole.OWNER, name="Owner"), AccessDenied),
        (Principal(key_id=ana.key_id, role=AccessRole.LEAD, engagement_id=members.engagement_id, name="Ana"), AccessDenied),
        (stakeholder.model_copy(update={"role": AccessRole.REVIEWER}), AccessDenied),
    ):
        with pytest.raises(error):
            await act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "", who)
    await access.revoke(ws, members.engagement_id, ana.key_id)
    with pytest.raises(AccessDenied, match="does not work"):
        await act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "", ana)
    late = await members.reviewer("Late")
    clock.passes(days=access.MEMBER_DAYS + 1)
    with pytest.raises(AccessDenied, match="does not work"):
        await act(ws, members.engagement_id, 1, RISKS, shown, Verb.APPROVE, "", late)
    assert (await review_trail(ws, members.engagement_id, RISKS))[1] == 0


async def test_the_owner_acts_with_the_session_that_the_one_time_link_opened(ws: Workspace, members: Members, clock: Clock) -> None:
    owner = await members.owner()
    version = await members.keep(blueprint(members.engagement_id, choices=(choice(),)))
    clock.passes(days=access.OWNER_LINK_DAYS + 1)
    shown = version.sections[2].content_hash
    await act(ws, members.engagement_id, 1, SectionId.CHOICES, shown, Verb.APPROVE, "", owner, choice_id="choice-1")
    assert (await members.standing()).choices_open == ()


async def test_words_are_needed_where_an_act_says_nothing_without_them(ws: Workspace, members: Members) -> None:
    ana = await members.reviewer("Ana")
    version = await members.keep(blueprint(members.engagement_id, choices=(choice(),)))
    risks, choices = version.sections[1], version.sections[2]

    async def refused(verb: Verb, words: str = "Because.", section_id: SectionId = RISKS, **more: str) -> str:
        shown = (choices if section_id is SectionId.CHOICES else risks).content_hash
        with pytest.raises((InvalidRequest, NotFound, AccessDenied)) as caught:
            await act(ws, members.engagement_id, 1, section_id, shown, verb, words, ana, **more)  # pyright: ignore[reportArgumentType]
        return caught.value.what

    for verb in (Verb.COMMENT, Verb.REQUEST_CHANGES, Verb.REJECT):
        assert "says why" in await refused(verb, " \u200b\u202e ")
    assert "no such part" in await refused(Verb.COMMENT, part_id="none")
    assert "whole section" in await refused(Verb.APPROVE, part_id="main")
    assert "no such comment" in await refused(Verb.COMMENT, about="a000000009")
    assert "which comment" in await refused(Verb.SETTLE)
    assert "Only the section of choices" in await refused(Verb.APPROVE, choice_id="choice-1")
    assert "no such choice" in await refused(Verb.APPROVE, section_id=SectionId.CHOICES, choice_id="choice-7")
    assert "At most 4,000" in await refused(Verb.COMMENT, "x" * 4001)


async def test_a_comment_is_settled_by_the_one_who_made_it_or_by_the_lead(ws: Workspace, members: Members) -> None:
    lead, ana, ben = await members.lead(), await members.reviewer("Ana"), await members.reviewer("Ben")
    version = await members.keep(blueprint(members.engagement_id))
    shown = version.sections[1].content_hash
    comments = [await act(ws, members.engagement_id, 1, RISKS, shown, Verb.COMMENT, "Why?", ana) for _ in range(2)]
    with pytest.raises(AccessDenied):
        await act(ws, members.engagement_id, 1, RISKS, shown, Verb.SETTLE, "", ben, about=comments[0].id)
    await act(ws, members.engagement_id, 1, RISKS, shown, Verb.SETTLE, "", ana, about=comments[0].id)
    await act(ws, members.engagement_id, 1, RISKS, shown, Verb.SETTLE, "", lead, about=comments[1].id)
    found = (await members.standing()).section(RISKS)
    assert found and (found.comments, found.open_comments) == (2, 0)


async def test_a_reviewer_sees_beside_a_changed_section_what_they_approved_of_it(ws: Workspace, members: Members) -> None:
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    first = await members.keep(blueprint(members.engagement_id))
    await act(ws, members.engagement_id, 1, RISKS, first.sections[1].content_hash, Verb.APPROVE, "", ana)
    await members.keep(with_section(first, section(RISKS, "The works council has agreed.")))
    view = await section_view(ws, members.engagement_id, 2, RISKS, ana)
    assert view.review.state is SectionState.REAPPROVE and view.own and view.own.number == 1
    assert view.approved_number == 1 and view.approved == first.sections[1]
    unchanged = await section_view(ws, members.engagement_id, 2, SectionId.SPONSOR_VISION, ana)
    assert unchanged.approved is None and unchanged.own is None


async def test_who_must_approve_is_set_by_the_lead_among_those_whose_key_works(ws: Workspace, members: Members) -> None:
    lead, ana, ben = await members.lead(), await members.reviewer("Ana"), await members.reviewer("Ben")
    of = members.engagement_id
    rules = await set_rules(ws, of, required=[ana.key_id], by_section={RISKS: [ben.key_id]}, version=None, principal=lead)
    found = {one.name: one for one in await reviewers_of(ws, of)}
    assert found["Ana"].everywhere and found["Ben"].sections == (RISKS,) and not found["Lea"].everywhere
    with pytest.raises(StaleVersion):
        await set_rules(ws, of, required=[], version=None, principal=lead)
    changed = await set_rules(ws, of, required=[ben.key_id], version=rules.version, principal=lead)
    with pytest.raises(StaleVersion):
        await set_rules(ws, of, required=[ana.key_id], version=rules.version, principal=lead)
    with pytest.raises(AccessDenied):
        await set_rules(ws, of, required=[ana.key_id], version=changed.version, principal=ana)
    await access.revoke(ws, of, ana.key_id)
    for wrong in (ana.key_id, "k_none", (await members.owner()).key_id):
        with pytest.raises(InvalidRequest):
            await set_rules(ws, of, required=[wrong], version=changed.version, principal=lead)
    assert {one.name: one.revoked for one in await reviewers_of(ws, of)} == {"Ana": True, "Ben": False, "Lea": False}
    actions = [one.detail for one in (await audit_trail(ws, of))[0] if one.action == "review.rules_set"]
    assert actions == ["every section: Ben", "every section: Ana; risks: Ben"]
