"""The service of the API's tests, asked by the protocol's own client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pytest

from discovery_agent.discovery import access
from discovery_agent.discovery.assessment_records import Assessment, kept
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.changes import ChangeReport
from discovery_agent.domain.engagement import AccessRole, ConversationRecord, ConversationState, Engagement, StakeholderRecord
from discovery_agent.domain.retrieval import KnowledgeUse
from tests.domain.blueprint.cases import CASES
from tests.domain.blueprint.cases.case import Case
from tests.domain.blueprint.drafts import draft_of, material_of
from tests.web.conftest import paces as paces
from tests.web.conftest import service as service
from tests.web.conftest import shared_bench as shared_bench
from tests.web.conftest import web_cache as web_cache
from tests.web.service import Service

SECRET_WORDS = "The okapi scanner breaks every week."
"""Said in an interview that is not released."""


class Key(NamedTuple):
    """A secret and the id of the key that it opens with."""

    secret: str
    id: str


@dataclass
class Filled:
    """An engagement with conversations, verdicts, a blueprint and a private interview; and the keys of everybody."""

    service: Service
    engagement: Engagement
    maria: StakeholderRecord
    keys: dict[str, Key]

    @property
    def id(self) -> str:
        return self.engagement.id

    @property
    def root(self) -> str:
        """The beginning of the addresses of its resources."""
        return f"discovery://engagements/{self.id}"


async def given_keys(service: Service, engagement: Engagement, maria: StakeholderRecord) -> dict[str, Key]:
    link = await access.owner_link(service.ws, again=True)
    assert link
    session, owner = await access.redeem(service.ws, link)
    keys = {"owner": Key(session, owner.key_id)}
    for role in (AccessRole.LEAD, AccessRole.REVIEWER):
        key, secret = await access.member_link(service.ws, engagement.id, role, "Lea")
        keys[role.value] = Key(secret, key.id)
    key, secret = await access.invite(service.ws, engagement.id, maria.id)
    keys["stakeholder"] = Key(secret, key.id)
    return keys


@pytest.fixture
async def small(service: Service, shared_bench: Workbench) -> Filled:
    """An engagement in which two things were said, one of them in private; not assessed."""
    service.ws.bench.rules, service.ws.bench.expect = shared_bench.rules, shared_bench.expect
    engagement = await service.engagement()
    maria = await service.person(engagement)
    await service.heard(engagement, "Claims take nine days to settle.", id="c_open")
    await service.heard(engagement, SECRET_WORDS, id="i-private", person=maria, released=False)
    return Filled(service, engagement, maria, await given_keys(service, engagement, maria))


@cache
def _automate() -> tuple[Sequence[Case], Material, Blueprint]:
    return CASES["automate"](), material_of("automate"), draft_of("automate")


@pytest.fixture
async def filled(service: Service, shared_bench: Workbench) -> Filled:
    """An engagement that was assessed, with a first version of its blueprint; no knowledge page was asked for it, which takes long."""
    service.ws.bench.rules, service.ws.bench.expect = shared_bench.rules, shared_bench.expect
    engagement = await service.engagement("Faster invoices", organisation="Halden Parts")
    cases, material, version = _automate()
    assessment = Assessment(
        id="a-1",
        created_at=service.clock(),
        basis="b-1",
        analyst="rules",
        goal_tree=material.tree,
        decisions=material.decisions,
        knowledge=KnowledgeUse(),
        change=ChangeReport(),
    )
    async with service.ws.database.unit() as unit:
        for case in cases:
            record = ConversationRecord(
                id=case.talk.id,
                engagement_id=engagement.id,
                kind=case.talk.kind,
                title=case.talk.title,
                state=ConversationState.ANALYSED,
                created_at=service.clock(),
            )
            await unit.conversations.add(record, case.talk.utterances, participants=case.talk.participants)
            await unit.findings.put(engagement.id, case.talk.id, case.findings)
        said = sum(len(case.findings) for case in cases)
        await unit.assessments.add(kept(assessment, engagement.id, findings=said, conversations=len(cases), more={}))
        await unit.blueprints.add(version.model_copy(update={"engagement_id": engagement.id}))
    maria = await service.person(engagement)
    return Filled(service, engagement, maria, await given_keys(service, engagement, maria))
