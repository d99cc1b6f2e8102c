"""Signing although something speaks against it: shut gates and roles that nobody approves for need a reason, and the signer a name."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.engagements import add_stakeholder, audit_trail
from discovery_agent.discovery.exporting import Format, export_blueprint
from discovery_agent.discovery.reviewing import act, set_rules, sign
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.review import Verb
from discovery_agent.errors import InvalidRequest
from tests.blueprints import blueprint
from tests.discovery.members import DESPITE_SHUT_GATES, Members
from tests.web.agreeing import assessed


@pytest.fixture
async def reviewed(ws: Workspace, members: Members) -> tuple[Blueprint, Principal]:
    """A version that Ana approved whole, and the lead who is to sign it."""
    lead, ana = await members.lead(), await members.reviewer("Ana Ruiz")
    await members.require(lead, ana)
    version = await members.keep(blueprint(members.engagement_id))
    await approve(ws, version, ana)
    return version, lead


async def approve(ws: Workspace, version: Blueprint, who: Principal) -> None:
    for part in version.sections:
        await act(ws, version.engagement_id, version.number, part.id, part.content_hash, Verb.APPROVE, "", who)


async def test_nobody_signs_past_shut_gates_without_a_reason_for_each_and_the_reasons_stay_with_the_signature(
    ws: Workspace, reviewed: tuple[Blueprint, Principal]
) -> None:
    version, lead = reviewed
    of = version.engagement_id
    for given in ({}, {"discovery": "The board agreed to it."}, DESPITE_SHUT_GATES | {"feasibility": "ok"}):
        with pytest.raises(InvalidRequest) as refused:
            await sign(ws, of, 1, version.content_hash, lead, although=given)
        told = refused.value.remedy or ""
        assert "The phase Feasibility is not complete: Nobody has said by which means" in told
        assert ("The phase Discovery is not complete" in told) is (given == {})
    signed = await sign(ws, of, 1, version.content_hash, lead, although=DESPITE_SHUT_GATES)
    assert [(one.id, one.reason) for one in signed.although] == list(DESPITE_SHUT_GATES.items())
    assert "Nothing was analysed yet." in signed.although[0].lacks
    noted, _ = await audit_trail(ws, of)
    details = [one.detail for one in noted if one.action == "blueprint.signed_although"]
    assert sorted(details) == [
        "The phase Discovery is not complete. The board agreed to the objective on 3 March.",
        "The phase Feasibility is not complete. The data are looked at in the pilot.",
    ]
    for form in (Format.MARKDOWN, Format.HTML, Format.JSON):
        text = (await export_blueprint(ws, of, form)).data.decode()
        assert "The board agreed to the objective on 3 March." in text and "Nothing was analysed yet." in text, form


async def test_a_gate_that_is_open_needs_no_reason_and_a_reason_for_it_is_not_kept(ws: Workspace, members: Members) -> None:
    async with ws.database.reading() as unit:
        engagement = await unit.engagements.get(members.engagement_id)
    await assessed(ws, engagement)
    lead, ana = await members.lead(), await members.reviewer("Ana Ruiz")
    await members.require(lead, ana)
    version = await members.keep(blueprint(members.engagement_id))
    await approve(ws, version, ana)
    shut = {one.id for one in (await members.standing(signer=lead)).concerns}
    assert "discovery" in shut
    signed = await sign(ws, version.engagement_id, 1, version.content_hash, lead, although=DESPITE_SHUT_GATES)
    assert {one.id for one in signed.although} == shut


async def test_what_reviewers_have_not_approved_is_signed_for_no_reason_at_all(ws: Workspace, members: Members) -> None:
    lead, ana = await members.lead(), await members.reviewer("Ana Ruiz")
    await members.require(lead, ana)
    version = await members.keep(blueprint(members.engagement_id))
    with pytest.raises(InvalidRequest, match="cannot be signed yet"):
        await sign(ws, version.engagement_id, 1, version.content_hash, lead, although=DESPITE_SHUT_GATES)
    with pytest.raises(InvalidRequest, match="nothing that a version is signed despite"):
        await sign(ws, version.engagement_id, 1, version.content_hash, lead, although={"blueprinting": "They are all on holiday."})


async def test_leaving_out_those_who_answer_for_a_section_takes_a_reason_that_is_shown_with_the_signature(
    ws: Workspace, reviewed: tuple[Blueprint, Principal]
) -> None:
    version, lead = reviewed
    of = version.engagement_id
    for name, role in (("Ana Ruiz", Role.SPONSOR), ("Aino Salmi", Role.COMPLIANCE), ("Lena Fox", Role.END_USER)):
        await add_stakeholder(ws, of, name, role=role)
    with pytest.raises(InvalidRequest, match=r"Nobody approves for compliance: “Risks and compliance”: Aino Salmi"):
        await sign(ws, of, 1, version.content_hash, lead, although=DESPITE_SHUT_GATES)
    reasons = DESPITE_SHUT_GATES | {"compliance": "Aino is on leave until May and has read it."}
    signed = await sign(ws, of, 1, version.content_hash, lead, although=reasons)
    assert signed.although[-1].id == "compliance"
    text = (await export_blueprint(ws, of, Format.MARKDOWN)).data.decode()
    assert (
        "Signed although nobody approves for compliance: Aino is on leave" in text and "Aino is on leave until May and has read it." in text
    )


async def test_with_those_who_answer_among_the_required_reviewers_nothing_is_left_out(ws: Workspace, members: Members) -> None:
    await add_stakeholder(ws, members.engagement_id, "Aino Salmi", role=Role.COMPLIANCE)
    lead, aino = await members.lead(), await members.reviewer("aino salmi")
    version = await members.keep(blueprint(members.engagement_id))
    assert "compliance" in {one.id for one in (await members.standing(signer=lead)).concerns}
    await set_rules(
        ws, members.engagement_id, required=[], by_section={version.sections[1].id: [aino.key_id]}, version=None, principal=lead
    )
    assert "compliance" not in {one.id for one in (await members.standing(signer=lead)).concerns}


async def test_whoever_holds_a_key_without_a_name_of_a_person_says_their_own(
    ws: Workspace, members: Members, reviewed: tuple[Blueprint, Principal]
) -> None:
    version, lead = reviewed
    of, owner = version.engagement_id, await members.owner()
    assert (await members.standing(signer=owner)).signs_as == "" and (await members.standing(signer=lead)).signs_as == "Lea"

    async def signs(who: Principal, name: str) -> str:
        return (await sign(ws, of, 1, version.content_hash, who, name=name, although=DESPITE_SHUT_GATES)).signer

    for wrong in ("", "  ", "Owner", "the project lead"):
        with pytest.raises(InvalidRequest, match="name"):
            await signs(owner, wrong)
    # Under the name of the only one who approved it, whoever holds the key is no second person.
    with pytest.raises(InvalidRequest, match="cannot be the only approver"):
        await signs(owner, "ana  RUIZ")
    with pytest.raises(InvalidRequest, match="belongs to Lea"):
        await signs(lead, "Maria Santos")
    assert await signs(owner, " Maria\u200b Santos ") == "Maria Santos (owner)"
    noted, _ = await audit_trail(ws, of)
    assert any(one.actor == "Maria Santos (owner)" and one.action == "blueprint.signed" for one in noted)
    assert "Signed by Maria Santos (owner)" in (await export_blueprint(ws, of, Format.MARKDOWN)).data.decode()
