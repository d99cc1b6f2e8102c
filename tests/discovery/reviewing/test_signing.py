"""Signing a version: what it takes, what it freezes, and what a tampered database shows."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from discovery_agent.discovery.access import revoke
from discovery_agent.discovery.engagements import audit_trail
from discovery_agent.discovery.reviewing import act, newest_signed
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.claims import Evidence
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import Principal
from discovery_agent.domain.findings import FindingStatus
from discovery_agent.domain.review import SignOff, Verb
from discovery_agent.errors import AccessDenied, DiscoveryError, InvalidRequest, NotFound, StaleVersion
from tests.blueprints import blocking, blueprint, choice, section, with_section
from tests.discovery.members import Members
from tests.discovery.members import sign_despite_shut_gates as sign
from tests.storage.filling import finding, meeting, turns


async def approved(ws: Workspace, version: Blueprint, *who: Principal) -> None:
    for one in who:
        for part in version.sections:
            await act(ws, version.engagement_id, version.number, part.id, part.content_hash, Verb.APPROVE, "", one)


async def test_a_version_is_signed_once_everything_is_approved_and_later_edits_are_drafts_again(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    first = await members.keep(blueprint(of, choices=(choice(),)))
    await approved(ws, first, ana)
    with pytest.raises(InvalidRequest, match="an assistant on the phone"):
        await sign(ws, of, 1, first.content_hash, lead)
    await act(ws, of, 1, SectionId.CHOICES, first.sections[2].content_hash, Verb.APPROVE, "", lead, choice_id="choice-1")
    signature = await sign(ws, of, 1, first.content_hash, lead, "Go.")
    assert signature.signed_by == "Lea" and signature.content_hash == first.content_hash
    assert await sign(ws, of, 1, first.content_hash, lead, "Go.") == signature
    now = await members.standing(1)
    assert not now.draft and now.signed == signature and not now.may_be_signed
    second = await members.keep(with_section(first, section(SectionId.RISKS, "None.")))
    assert (await members.standing()).draft and not (await members.standing(1)).draft
    found = await newest_signed(ws, of)
    assert found and found.number == 1
    await act(ws, of, 2, SectionId.RISKS, second.sections[1].content_hash, Verb.REJECT, "There are risks.", ana)
    assert not (await members.standing(1)).draft
    noted, _ = await audit_trail(ws, of)
    assert [one.subject for one in noted if one.action == "blueprint.signed"] == ["v0001"]


async def test_a_refusal_lists_every_lacking_thing_at_once(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana, ben = await members.lead(), await members.reviewer("Ana"), await members.reviewer("Ben")
    await members.require(lead, ana)
    first = await members.keep(blueprint(of, choices=(choice(),), defects=(blocking(),)))
    await act(ws, of, 1, SectionId.RISKS, first.sections[1].content_hash, Verb.REQUEST_CHANGES, "Name them.", ben)
    await members.keep(with_section(first, section(SectionId.SPONSOR_VISION, "Claims are paid in three days.")))
    with pytest.raises(InvalidRequest) as caught:
        await sign(ws, of, 1, "0" * 64, lead)
    told = caught.value.remedy or ""
    for part in (
        "What was shown is not the content",
        "Version 2 is newer",
        "Ben asks for changes to it",
        "“Vision for the sponsor”: Ana has to approve it",
        "an assistant on the phone",
        "traces to no KPI",
    ):
        assert part in told


async def test_only_owner_and_lead_sign_and_not_what_only_they_approved(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana, owner = await members.lead(), await members.reviewer("Ana"), await members.owner()
    await members.require(lead, lead)
    version = await members.keep(blueprint(of))
    await approved(ws, version, lead)
    with pytest.raises(AccessDenied):
        await sign(ws, of, 1, version.content_hash, ana)
    with pytest.raises(InvalidRequest, match="cannot be the only approver"):
        await sign(ws, of, 1, version.content_hash, lead)
    with pytest.raises(InvalidRequest, match="needs the name of a person"):
        await sign(ws, of, 1, version.content_hash, owner)


async def test_a_second_key_under_a_name_that_looks_the_same_is_no_second_person(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, again = await members.lead(), await members.reviewer("L\u0435a")  # its second letter is Cyrillic
    await members.require(lead, again)
    first = await members.keep(blueprint(of))
    await approved(ws, first, again)
    with pytest.raises(InvalidRequest) as refused:
        await sign(ws, of, 1, first.content_hash, lead)
    assert "cannot be the only approver" in (refused.value.remedy or "")


async def test_a_lead_cannot_sign_away_an_objection_by_taking_the_key_back(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana, ben = await members.lead(), await members.reviewer("Ana"), await members.reviewer("Ben")
    await members.require(lead, ana, ben)
    first = await members.keep(blueprint(of))
    await approved(ws, first, ana, ben)
    shown = first.sections[1].content_hash
    objection = await act(ws, of, 1, SectionId.RISKS, shown, Verb.REJECT, "Nobody asked the works council.", ben)

    async def settle(who: Principal, words: str) -> None:
        await act(ws, of, 1, SectionId.RISKS, shown, Verb.SETTLE, words, who, about=objection.id)

    with pytest.raises(InvalidRequest, match="take that back themselves"):
        await settle(ana, "They were asked in May.")
    await revoke(ws, of, ben.key_id)
    with pytest.raises(InvalidRequest) as refused:
        await sign(ws, of, 1, first.content_hash, lead)
    assert "the key of Ben was taken back, and the objection stands" in (refused.value.remedy or "")
    with pytest.raises(InvalidRequest, match="with a reason"):
        await settle(lead, " - ")
    with pytest.raises(AccessDenied, match="required reviewer"):
        await settle(await members.reviewer("Eve"), "They were asked in May.")
    await settle(lead, "They were asked in May.")
    with pytest.raises(InvalidRequest) as refused:
        await sign(ws, of, 1, first.content_hash, lead)
    assert "cannot settle that alone" in (refused.value.remedy or "")
    await settle(ana, "They were asked in May, and the minutes say so.")
    assert (await sign(ws, of, 1, first.content_hash, lead)).signed_by == "Lea"


async def test_a_signature_and_the_end_of_an_approvers_key_at_once_come_one_after_the_other(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    first = await members.keep(blueprint(of))
    await approved(ws, first, ana)
    signed, _ = await asyncio.gather(sign(ws, of, 1, first.content_hash, lead), revoke(ws, of, ana.key_id), return_exceptions=True)
    noted, _ = await audit_trail(ws, of)
    done = [one.action for one in reversed(noted) if one.action in ("blueprint.signed", "key.revoked")]
    assert isinstance(signed, (SignOff, InvalidRequest))
    assert done == (["blueprint.signed", "key.revoked"] if isinstance(signed, SignOff) else ["key.revoked"])
    with pytest.raises(NotFound):
        await revoke(ws, "e_nothing", ana.key_id)


async def test_of_two_who_sign_at_once_one_does(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, other, ana = await members.lead(), await members.lead("Olaf"), await members.reviewer("Ana")
    await members.require(lead, ana)
    version = await members.keep(blueprint(of))
    await approved(ws, version, ana)

    async def signed(who: Principal) -> SignOff | DiscoveryError:
        try:
            return await sign(ws, of, 1, version.content_hash, who)
        except DiscoveryError as error:
            return error

    done = await asyncio.gather(signed(lead), signed(other))
    assert sorted(type(one).__name__ for one in done) == ["SignOff", "StaleVersion"]


async def test_an_objection_and_a_signature_at_once_never_both_stand(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    version = await members.keep(blueprint(of))
    await approved(ws, version, ana)
    risks = version.sections[1]
    done = await asyncio.gather(
        sign(ws, of, 1, version.content_hash, lead),
        act(ws, of, 1, risks.id, risks.content_hash, Verb.REJECT, "Wait.", ana),
        return_exceptions=True,
    )
    assert sum(isinstance(one, InvalidRequest) for one in done) == 1
    now = await members.standing()
    found = now.section(risks.id)
    assert found and (now.signed is None) is bool(found.against)


async def test_nothing_is_decided_about_a_signed_version_any_more_but_it_can_be_commented_on(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    version = await members.keep(blueprint(of))
    await approved(ws, version, ana)
    await sign(ws, of, 1, version.content_hash, lead)
    risks = version.sections[1]
    with pytest.raises(InvalidRequest, match="is signed"):
        await act(ws, of, 1, risks.id, risks.content_hash, Verb.WITHDRAW, "", ana)
    await act(ws, of, 1, risks.id, risks.content_hash, Verb.COMMENT, "Well done.", ana)
    assert not (await members.standing()).draft


async def test_a_signed_version_that_somebody_changed_in_the_database_is_shown_as_broken(
    ws: Workspace, members: Members, tmp_path: Path
) -> None:
    of = members.engagement_id
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    version = await members.keep(blueprint(of))
    await approved(ws, version, ana)
    signature = await sign(ws, of, 1, version.content_hash, lead)
    with sqlite3.connect(tmp_path / "data" / "discovery.db") as database:
        changed = database.execute("UPDATE kept SET body = replace(body, 'within four days', 'within two days') WHERE kind = 'blueprint'")
        assert changed.rowcount == 1
    now = await members.standing()
    assert now.draft and now.signed is None and now.broken == signature
    assert await newest_signed(ws, of) is None
    with pytest.raises(InvalidRequest, match="not what was signed"):
        await sign(ws, of, 1, now.content_hash, lead)
    with pytest.raises((InvalidRequest, StaleVersion)):
        await sign(ws, of, 1, version.content_hash, lead)


async def test_a_version_that_cites_what_was_rejected_since_cannot_be_signed(ws: Workspace, members: Members) -> None:
    of = members.engagement_id
    lead, ana = await members.lead(), await members.reviewer("Ana")
    await members.require(lead, ana)
    said = finding("c_1", "Claims are paid in nine days.")
    evidence = Evidence(finding_id=said.id, statement=said.statement, conversation="Claims weekly", quotes=said.quotes, confirmed=True)
    async with ws.database.unit() as unit:
        await unit.conversations.add(meeting(of, conversation_id="c_1"), turns(said.statement))
        await unit.findings.put(of, "c_1", [said])
    version = await members.keep(blueprint(of, evidence=(evidence,)))
    await approved(ws, version, ana)
    assert (await members.standing(signer=lead)).may_be_signed
    async with ws.database.unit() as unit:
        stored = await unit.findings.get(of, said.id)
        rejected = stored.finding.model_copy(update={"status": FindingStatus.REJECTED})
        await unit.findings.update(stored.model_copy(update={"finding": rejected}))
    with pytest.raises(InvalidRequest, match="rejected since"):
        await sign(ws, of, 1, version.content_hash, lead)
