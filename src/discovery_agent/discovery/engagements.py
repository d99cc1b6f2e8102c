"""Engagements and their people: made, changed, exported whole, deleted whole."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import Any

from discovery_agent.discovery.access import is_private
from discovery_agent.discovery.assessments import note_change
from discovery_agent.discovery.audit import note
from discovery_agent.discovery.naming import clean_name, name_to_the_eye, person_name
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.engagement import DEFAULT_QUESTIONS, AuditEntry, ConversationRecord, Engagement, StakeholderRecord
from discovery_agent.errors import DiscoveryError, InvalidRequest
from discovery_agent.models.cache import forget_replies
from discovery_agent.storage.ids import new_id
from discovery_agent.storage.unit import Unit

_log = logging.getLogger(__name__)
_PAGE = 500


def shelf_name(engagement_id: str) -> str:
    """The name under which an engagement's documents are kept: a name of a folder, which an id need not be."""
    return f"e-{hashlib.sha256(engagement_id.encode()).hexdigest()[:32]}"


async def create_engagement(
    ws: Workspace,
    title: str,
    *,
    organisation: str = "",
    purpose: str = "",
    question_budget: int = DEFAULT_QUESTIONS,
    private_until_release: bool = True,
    share_quotes: bool = False,
    actor: str = "",
) -> Engagement:
    """A new engagement."""
    engagement = Engagement(
        id=new_id("e"),
        title=title,
        organisation=organisation,
        purpose=purpose,
        question_budget=question_budget,
        private_until_release=private_until_release,
        share_quotes=share_quotes,
        created_at=ws.now(),
    )
    async with ws.database.unit() as unit:
        await unit.engagements.add(engagement)
        await note(ws, unit, engagement.id, actor, "engagement.created", engagement.id, title)
    return engagement


async def get_engagement(ws: Workspace, engagement_id: str) -> Engagement:
    """The engagement of an id.

    Raises:
        NotFound: there is none.
    """
    async with ws.database.reading() as unit:
        return await unit.engagements.get(engagement_id)


async def list_engagements(ws: Workspace, offset: int = 0, limit: int = 50) -> tuple[list[Engagement], int]:
    """Some engagements, the newest first, and how many there are."""
    async with ws.database.reading() as unit:
        return await unit.engagements.list(offset, limit)


async def update_engagement(ws: Workspace, engagement: Engagement, *, actor: str = "") -> Engagement:
    """Store a changed engagement; `version` is that on which the change was made.

    Raises:
        NotFound: there is none of that id.
        StaleVersion: somebody changed it meanwhile.
        InvalidRequest: interviews that were begun in private would be opened to the lead.
    """
    async with ws.database.unit() as unit:
        before = await unit.engagements.get(engagement.id)
        if before.private_until_release and not engagement.private_until_release and await _withheld(unit, before):
            raise InvalidRequest(
                "There are interviews that their stakeholders have not released, and they began in private.",
                where="private_until_release",
                remedy="Wait until they are released.",
            )
        changed = await unit.engagements.update(engagement.model_copy(update={"created_at": before.created_at}))
        named = [name for name in type(changed).model_fields if name != "version" and getattr(changed, name) != getattr(before, name)]
        await note(ws, unit, engagement.id, actor, "engagement.changed", engagement.id, ", ".join(named))
    return changed


async def delete_engagement(ws: Workspace, engagement_id: str, *, actor: str = "") -> None:
    """Remove an engagement with everything that belongs to it: also documents and their vectors, and kept replies of the model.

    Raises:
        NotFound: there is none of that id.
        IndexUnavailable: its documents cannot be removed; it is still there then, so it can be tried again.
        StorageError: its kept replies, or it, cannot be removed.
    """
    await get_engagement(ws, engagement_id)
    await asyncio.to_thread(_remove_files, ws, engagement_id)
    async with ws.database.unit() as unit:
        await unit.engagements.delete(engagement_id)
    _log.info("Engagement %s was deleted.", engagement_id)
    try:
        await asyncio.to_thread(_remove_files, ws, engagement_id)  # what was under way may have written meanwhile
        await ws.database.wipe_deleted()
    except DiscoveryError as error:  # it is gone, so nobody can ask for this again
        _log.error("Something of the deleted engagement %s may be left: %s", engagement_id, error)


def _remove_files(ws: Workspace, engagement_id: str) -> None:
    ws.bench.knowledge.delete_engagement(shelf_name(engagement_id))
    forget_replies(ws.settings.cache_dir, shelf_name(engagement_id))


async def add_stakeholder(
    ws: Workspace, engagement_id: str, name: str, *, role: Role = Role.UNKNOWN, department: str | None = None, actor: str = ""
) -> StakeholderRecord:
    """A new stakeholder of an engagement.

    Raises:
        NotFound: there is no such engagement.
        InvalidRequest: it has a stakeholder of that name, or one that looks the same; or the name has no letter and no digit.
    """
    person = StakeholderRecord(
        id=new_id("s"), engagement_id=engagement_id, name=person_name(name), role=role, department=clean_name(department or "") or None
    )
    async with ws.database.unit() as unit:
        await unit.engagements.get(engagement_id)
        await _require_free(unit, person)
        await unit.stakeholders.add(person)
        await note(ws, unit, engagement_id, actor, "stakeholder.added", person.id, person.name)
    await note_change(ws, engagement_id, first=False)
    return person


async def list_stakeholders(ws: Workspace, engagement_id: str) -> list[StakeholderRecord]:
    """Everybody, by name.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.stakeholders.list(engagement_id)


async def get_stakeholder(ws: Workspace, engagement_id: str, stakeholder_id: str) -> StakeholderRecord:
    """The stakeholder of an id.

    Raises:
        NotFound: the engagement has none.
    """
    async with ws.database.reading() as unit:
        return await unit.stakeholders.get(engagement_id, stakeholder_id)


async def update_stakeholder(ws: Workspace, person: StakeholderRecord, *, actor: str = "") -> StakeholderRecord:
    """Store a changed stakeholder; `version` is that on which the change was made.

    Raises:
        NotFound: the engagement has none of that id.
        StaleVersion: somebody changed them meanwhile.
        InvalidRequest: another has that name, or one that looks the same; or the name has no letter and no digit.
    """
    async with ws.database.unit() as unit:
        before = await unit.stakeholders.get(person.engagement_id, person.id)
        if person.name != before.name:
            person = person.model_copy(update={"name": person_name(person.name)})
            await _require_free(unit, person)
        if person.department != before.department:
            person = person.model_copy(update={"department": clean_name(person.department or "") or None})
        changed = await unit.stakeholders.update(person)
        await note(ws, unit, person.engagement_id, actor, "stakeholder.changed", person.id, person.name)
    await note_change(ws, person.engagement_id, first=False)
    return changed


async def remove_stakeholder(ws: Workspace, engagement_id: str, stakeholder_id: str, *, actor: str = "") -> None:
    """Remove a stakeholder, and the links that were given to them.

    Raises:
        NotFound: the engagement has none of that id.
        InvalidRequest: there are interviews with them.
    """
    async with ws.database.unit() as unit:
        person = await unit.stakeholders.get(engagement_id, stakeholder_id)
        await unit.stakeholders.delete(engagement_id, stakeholder_id)
        await note(ws, unit, engagement_id, actor, "stakeholder.removed", stakeholder_id, person.name)
    await note_change(ws, engagement_id, first=False)


async def audit_trail(ws: Workspace, engagement_id: str, offset: int = 0, limit: int = 50) -> tuple[list[AuditEntry], int]:
    """Some of what was done in an engagement, the newest first, and how much there is.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await unit.audit.list(engagement_id, offset, limit)


async def export_engagement(ws: Workspace, engagement_id: str) -> dict[str, Any]:
    """An engagement whole, as data that is plain JSON: everything but secrets.

    What was said in interviews that are still private stays out; `withheld` names them.

    Raises:
        NotFound: there is none of that id.
    """
    async with ws.database.reading() as unit:
        whole = await unit.export(engagement_id)
        withheld = {record.id for record in await _withheld(unit, await unit.engagements.get(engagement_id))}
    for conversation in whole["conversations"]:
        if conversation["id"] in withheld:
            conversation.update(said=[], extractions=[], rating=None)
    whole["findings"] = [one for one in whole["findings"] if one["conversation_id"] not in withheld]
    whole["withheld"] = sorted(withheld)
    documents = await asyncio.to_thread(ws.bench.knowledge.documents, shelf_name(engagement_id))
    whole["documents"] = [{"page": page.id, **page.front.model_dump(mode="json"), "text": page.body.text} for page in documents]
    return whole


async def _withheld(unit: Unit, engagement: Engagement) -> list[ConversationRecord]:
    """The interviews whose words their stakeholders have not released, where the engagement is set so."""
    if not engagement.private_until_release:
        return []
    found: list[ConversationRecord] = []
    for offset in range(0, 2**31, _PAGE):
        records, total = await unit.conversations.list(engagement.id, offset, _PAGE)
        found += [one for one in records if is_private(one)]
        if offset + _PAGE >= total:
            break
    return found


async def _require_free(unit: Unit, person: StakeholderRecord) -> None:
    """Two stakeholders of one name, or of names that look the same, could not be told apart in what they said."""
    wanted = name_to_the_eye(person.name)
    others = await unit.stakeholders.list(person.engagement_id)
    if any(name_to_the_eye(other.name) == wanted for other in others if other.id != person.id):
        raise InvalidRequest(
            "There is a stakeholder of that name.", where="name", remedy="Add something that tells them apart, such as the department."
        )
