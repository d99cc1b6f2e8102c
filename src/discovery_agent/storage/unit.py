"""A unit of work: the repositories over one transaction."""

from __future__ import annotations

import base64
from typing import Any

from discovery_agent.domain.agreement.proposal import Proposal
from discovery_agent.domain.agreement.register import RegisteredConflict
from discovery_agent.domain.agreement.rounds import Outcome, Round, RoundAnswer
from discovery_agent.domain.execution import CheckIn, Lesson, ReviewDate
from discovery_agent.domain.gates import GapOwner
from discovery_agent.domain.planning.settings import PlanSettings
from discovery_agent.domain.review import ReviewEntry, ReviewRules, SignOff
from discovery_agent.storage.link import Link
from discovery_agent.storage.repositories.access import Access
from discovery_agent.storage.repositories.assessments import Assessments
from discovery_agent.storage.repositories.blueprints import Blueprints
from discovery_agent.storage.repositories.charges import Charges
from discovery_agent.storage.repositories.conversations import Conversations
from discovery_agent.storage.repositories.engagements import Engagements
from discovery_agent.storage.repositories.extractions import Extractions
from discovery_agent.storage.repositories.findings import Findings
from discovery_agent.storage.repositories.jobs import Jobs, Uploads
from discovery_agent.storage.repositories.ledger import Audit, Spending
from discovery_agent.storage.repositories.shelves import Shelf
from discovery_agent.storage.repositories.stakeholders import Stakeholders

EXPORT_VERSION = "1"


class Unit:
    """Everything that can be read and written in one transaction; what is written counts when the unit ends without an exception."""

    def __init__(self, link: Link) -> None:
        self.engagements = Engagements(link)
        self.stakeholders = Stakeholders(link)
        self.conversations = Conversations(link)
        self.findings = Findings(link)
        self.extractions = Extractions(link)
        self.assessments = Assessments(link)
        self.jobs = Jobs(link)
        self.uploads = Uploads(link)
        self.access = Access(link)
        self.audit = Audit(link)
        self.spending = Spending(link)
        self.charges = Charges(link)
        self.conflicts = Shelf(link, RegisteredConflict, "conflict")
        self.proposals = Shelf(link, Proposal, "proposal")
        self.rounds = Shelf(link, Round, "round")
        self.round_answers = Shelf(link, RoundAnswer, "round answer")
        self.outcomes = Shelf(link, Outcome, "outcome")
        self.blueprints = Blueprints(link)
        self.plan_settings = Shelf(link, PlanSettings, "plan settings")
        self.reviews = Shelf(link, ReviewEntry, "review")
        self.review_rules = Shelf(link, ReviewRules, "review rules")
        self.sign_offs = Shelf(link, SignOff, "signature")
        self.gap_owners = Shelf(link, GapOwner, "gap owner")
        self.check_ins = Shelf(link, CheckIn, "check-in")
        self.review_dates = Shelf(link, ReviewDate, "review date")
        self.lessons = Shelf(link, Lesson, "lesson")

    @property
    def shelves(self) -> tuple[Shelf[Any], ...]:
        """What is kept on shelves, in the order in which it comes about."""
        return (
            self.conflicts,
            self.proposals,
            self.rounds,
            self.round_answers,
            self.outcomes,
            self.plan_settings,
            self.blueprints,
            self.review_rules,
            self.reviews,
            self.sign_offs,
            self.gap_owners,
            self.check_ins,
            self.review_dates,
            self.lessons,
        )

    async def export(self, engagement_id: str) -> dict[str, Any]:
        """A whole engagement as plain JSON data, without hashes of secrets; uploads are base64.

        Raises:
            NotFound: it is not there.
        """
        engagement = await self.engagements.get(engagement_id)
        records, _ = await self.conversations.list(engagement_id, limit=None)
        conversations: list[dict[str, Any]] = []
        for record in records:
            key = (engagement_id, record.id)
            conversations.append(
                {
                    **_plain(record),
                    "participants": [_plain(one) for one in await self.conversations.participants(*key)],
                    "said": [_plain(one) for one in await self.conversations.utterances(*key)],
                    "extractions": [_plain(one) for one in await self.extractions.list(*key)],
                }
            )
        uploads = [await self.uploads.get(engagement_id, one) for one in await self.uploads.list(engagement_id)]
        entries, _ = await self.audit.list(engagement_id, limit=None)
        return {
            "export_version": EXPORT_VERSION,
            "engagement": _plain(engagement),
            "stakeholders": [_plain(one) for one in await self.stakeholders.list(engagement_id)],
            "conversations": conversations,
            "findings": [_plain(one) async for one in self.findings.all(engagement_id)],
            "assessments": [
                _plain(await self.assessments.get(engagement_id, one.id, sections=True))
                for one in await self.assessments.list(engagement_id)
            ],
            "kept": {shelf.name: [_plain(one) async for one in shelf.all(engagement_id)] for shelf in self.shelves},
            "jobs": [_plain(one) for one in await self.jobs.list(engagement_id)],
            "uploads": [{"id": one.id, "name": one.name, "data": base64.b64encode(one.data).decode("ascii")} for one in uploads],
            "access_keys": [_plain(one) for one in await self.access.list(engagement_id)],
            "audit": [_plain(one) for one in entries],
            "spending": {purpose: _plain(one) for purpose, one in (await self.spending.by_purpose(engagement_id)).items()},
        }


def _plain(value: Any) -> dict[str, Any]:
    return value.model_dump(mode="json")
