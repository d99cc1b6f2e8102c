"""From an assessment to a signed and exported blueprint, with people who act at the same time: on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery.access import invite, member_link, principal_of, revoke
from discovery_agent.discovery.agreement import agreement_of, answer_round, close_as_agreed, open_round, propose_objective
from discovery_agent.discovery.drafting import blueprint_versions, save_section
from discovery_agent.discovery.engagements import add_stakeholder, audit_trail
from discovery_agent.discovery.exporting import Format, export_blueprint
from discovery_agent.discovery.gates import gaps_of, gates_of, set_gap_owner
from discovery_agent.discovery.reviewing import act, newest_signed, set_rules, sign, standing
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.rounds import AnswerKind, OutcomeKind
from discovery_agent.domain.blueprint.claims import Claim
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import AccessRole, JobState, Principal
from discovery_agent.domain.gates import Phase
from discovery_agent.domain.review import ReviewEntry, SignOff, Verb
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.storage import sqlite_url
from tests.discovery.drafting.drafted import Drafted, drafted, parts_of, with_claim
from tests.discovery.service import Clock, opened_workspace

VISION = SectionId.SPONSOR_VISION


@pytest.fixture(params=["sqlite", "postgres"])
async def invoices(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[Drafted]:
    """An engagement that was assessed, in a database of each kind."""
    kind: str = request.param
    url = await request.getfixturevalue("postgres").migrated() if kind == "postgres" else sqlite_url(tmp_path / "discovery.db")
    async with opened_workspace(tmp_path, clock, database_url=url) as ws:
        yield await drafted(ws, "automate")


async def member(ws: Workspace, of: str, role: AccessRole, name: str) -> Principal:
    _, secret = await member_link(ws, of, role, name)
    return await principal_of(ws, secret)


async def agree(ws: Workspace, of: str, lead: Principal, *names: str) -> None:
    """The stakeholders endorse the draft of the objective, all at once."""
    people = {name: await add_stakeholder(ws, of, name, role=Role.BUSINESS) for name in names}
    links = {name: (await invite(ws, of, one.id))[1] for name, one in people.items()}
    proposal = await propose_objective(ws, of, lead, seed=1)
    asked = await open_round(ws, of, lead, text=proposal.draft.text, asked=[one.id for one in people.values()], after=0)

    async def endorse(name: str) -> None:
        await answer_round(ws, await principal_of(ws, links[name]), asked.id, AnswerKind.ENDORSE, fit=4)

    await asyncio.gather(*map(endorse, names))
    version = (await agreement_of(ws, of)).rounds[-1].version
    await close_as_agreed(ws, of, lead, asked.id, version=version)


async def test_the_whole_path_from_an_assessment_to_a_signed_export(invoices: Drafted) -> None:
    ws, of = invoices.ws, invoices.id
    lead, other = await member(ws, of, AccessRole.LEAD, "Lea"), await member(ws, of, AccessRole.LEAD, "Olaf")
    ana, ben = await member(ws, of, AccessRole.REVIEWER, "Ana Ruiz"), await member(ws, of, AccessRole.REVIEWER, "Ben Okafor")
    await agree(ws, of, lead, "Maria Santos", "Ivo Petrov")
    outcome = (await agreement_of(ws, of)).outcome
    assert outcome is not None and outcome.kind is OutcomeKind.AGREED and len(outcome.views) == 2
    assert (await invoices.draft()).state is JobState.DONE
    first = await invoices.newest()

    # Two leads save at once: one version is made, and the later is told what differs.
    saved = await asyncio.gather(
        *(save(ws, first, text) for text in ("Suppliers call every day.", "The bank asks.")), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in saved) == ["Blueprint", "StaleVersion"]
    version = await invoices.newest()
    assert version.number == 2 and [one.number for one in (await blueprint_versions(ws, of))[0]] == [2, 1]

    await set_rules(ws, of, required=[ana.key_id, ben.key_id], version=None, principal=lead)
    # Two reviewers act at once on each section, and both count.
    for section in version.sections:
        done = await asyncio.gather(*(approve(ws, version, section.id, who) for who in (ana, ben)))
        assert len({one.id for one in done}) == 2
    for choice in version.choices:
        await approve(ws, version, SectionId.CHOICES, lead, choice.id)
    gaps, _ = await gaps_of(ws, of)
    owner = await add_stakeholder(ws, of, "Tom Berg", role=Role.TECHNICAL)
    for gap in gaps:
        await set_gap_owner(ws, of, gap.id, owner.id, version=None, principal=lead)
    stands = await standing(ws, of, signer=lead)
    assert stands.lacking == () and "technical" in {one.id for one in stands.concerns}
    with pytest.raises(InvalidRequest, match=r"Nobody approves for technical people: .*Tom Berg"):
        await sign(ws, of, 2, version.content_hash, lead)
    reasons = {one.id: "The board decided so on 3 March." for one in stands.concerns}

    # Of two who sign at once, while a reviewer objects, never more than one thing happens.
    risks = version.section(SectionId.RISKS)
    assert risks is not None
    ended = await asyncio.gather(
        sign(ws, of, 2, version.content_hash, lead, although=reasons),
        sign(ws, of, 2, version.content_hash, other, although=reasons),
        act(ws, of, 2, risks.id, risks.content_hash, Verb.REJECT, "Wait.", ana),
        return_exceptions=True,
    )
    assert sum(isinstance(one, (SignOff, ReviewEntry)) for one in ended) == 1, ended
    assert all(isinstance(one, (SignOff, ReviewEntry, InvalidRequest, StaleVersion)) for one in ended), ended
    if isinstance(ended[2], ReviewEntry):  # the objection was first: she takes it back, and it is signed
        await act(ws, of, 2, risks.id, risks.content_hash, Verb.APPROVE, "", ana)
        await sign(ws, of, 2, version.content_hash, lead, although=reasons)
    signed = (await standing(ws, of)).signed
    assert signed is not None and {one.id for one in signed.although} == set(reasons)
    held = await newest_signed(ws, of)
    assert held is not None and held.content_hash == version.content_hash
    await revoke(ws, of, ben.key_id)
    assert not (await standing(ws, of)).draft, "What was signed stays signed."

    heads, _ = await blueprint_versions(ws, of)
    assert [one.signed for one in heads] == [True, False] and heads[0].content_hash == version.content_hash
    assert (await gates_of(ws, of)).gate(Phase.PLANNING).open
    told = (await export_blueprint(ws, of, Format.MARKDOWN)).data.decode()
    assert f"Signed by {signed.signer}" in told and "The board decided so on 3 March." in told and "DRAFT" not in told
    whole = json.loads((await export_blueprint(ws, of, Format.JSON)).data)
    assert whole["content_hash"] == version.content_hash and whole["signature"]["content_hash"] == version.content_hash
    noted, _ = await audit_trail(ws, of, limit=200)
    assert sum(one.action == "blueprint.signed" for one in noted) == 1
    assert sum(one.action == "blueprint.signed_although" for one in noted) == len(reasons)

    # What is drafted next is a draft again, and the signed version stays as it is.
    assert (await invoices.draft()).state is JobState.DONE
    assert (await standing(ws, of)).draft and not (await standing(ws, of, 2)).draft


async def save(ws: Workspace, base: Blueprint, text: str) -> Blueprint:
    parts = with_claim(parts_of(base, VISION), "need", Claim(text=text))
    return await save_section(ws, base.engagement_id, base.number, VISION, parts, "Lea")


async def approve(ws: Workspace, version: Blueprint, section_id: SectionId, who: Principal, choice_id: str | None = None) -> ReviewEntry:
    section = version.section(section_id)
    assert section is not None
    return await act(ws, version.engagement_id, version.number, section_id, section.content_hash, Verb.APPROVE, "", who, choice_id)
