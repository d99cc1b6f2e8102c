from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discovery_agent.discovery import engagements as use
from discovery_agent.discovery.access import hash_of, invite
from discovery_agent.discovery.assessments import interview_known
from discovery_agent.discovery.documents import add_document, list_documents, remove_document, search_knowledge
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import ConversationKind, Role, Utterance
from discovery_agent.domain.engagement import ConversationRecord, ConversationState, Engagement, StakeholderRecord
from discovery_agent.domain.findings import Finding, FindingKind, Grounding, Quote
from discovery_agent.errors import DocumentError, InvalidRequest, NotFound, StaleVersion
from discovery_agent.knowledge.search import ENGAGEMENT
from tests.discovery.service import Clock, opened_workspace

DEPOT = b"# Depot manual\n\nParcels for the orchard wing wait in the blue cage until the porter signs the zebra form.\n"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ws(tmp_path: Path, clock: Clock) -> AsyncIterator[Workspace]:
    async with opened_workspace(tmp_path, clock) as workspace:
        yield workspace


@pytest.fixture
async def engagement(ws: Workspace) -> Engagement:
    return await use.create_engagement(ws, "Claims handling", organisation="Northwind", actor="Owner (owner)")


async def interviewed(ws: Workspace, person: StakeholderRecord, words: str, *, released: bool, id: str) -> ConversationRecord:
    """A closed interview in which one thing was said and found."""
    record = ConversationRecord(
        id=id,
        engagement_id=person.engagement_id,
        kind=ConversationKind.INTERVIEW,
        title=f"Interview with {person.name}",
        stakeholder_id=person.id,
        state=ConversationState.CLOSED,
        released_at=ws.now() if released else None,
        created_at=ws.now(),
        rating=3,
    )
    quote = Quote(
        conversation_id=id, utterance_id="u0", speaker=person.name, start=0, end=len(words), text=words, grounding=Grounding.EXACT
    )
    finding = Finding(
        id=f"f-{id}",
        kind=FindingKind.PAIN_POINT,
        statement=words,
        speakers=(person.name,),
        confidence=0.9,
        quotes=(quote,),
        proposed_by="rules",
    )
    async with ws.database.unit() as unit:
        await unit.conversations.add(record, [Utterance(index=0, speaker=person.name, text=words)])
        await unit.findings.put(person.engagement_id, id, [finding])
    return record


async def test_an_engagement_can_be_made_changed_and_listed(ws: Workspace, engagement: Engagement) -> None:
    changed = await use.update_engagement(ws, engagement.model_copy(update={"title": "Claims"}), actor="Lea (lead)")
    assert changed.title == "Claims" and changed.version == engagement.version + 1
    assert await use.get_engagement(ws, engagement.id) == changed
    assert await use.list_engagements(ws) == ([changed], 1)
    entries, total = await use.audit_trail(ws, engagement.id)
    assert total == 2
    assert [(one.actor, one.action, one.detail) for one in entries] == [
        ("Lea (lead)", "engagement.changed", "title"),
        ("Owner (owner)", "engagement.created", "Claims handling"),
    ]


async def test_a_change_to_an_old_version_is_refused(ws: Workspace, engagement: Engagement) -> None:
    await use.update_engagement(ws, engagement.model_copy(update={"title": "First"}))
    with pytest.raises(StaleVersion):
        await use.update_engagement(ws, engagement.model_copy(update={"title": "Second"}))
    assert (await use.get_engagement(ws, engagement.id)).title == "First"


async def test_two_stakeholders_cannot_have_one_name(ws: Workspace, engagement: Engagement) -> None:
    maria = await use.add_stakeholder(ws, engagement.id, "Maria Santos", role=Role.BUSINESS)
    other = await use.add_stakeholder(ws, engagement.id, "Maria Silva")
    with pytest.raises(InvalidRequest, match="name"):
        await use.add_stakeholder(ws, engagement.id, "maria  santos")
    with pytest.raises(InvalidRequest, match="name"):
        await use.update_stakeholder(ws, other.model_copy(update={"name": "Maria Santos"}))
    renamed = await use.update_stakeholder(ws, maria.model_copy(update={"department": "Claims"}))
    assert renamed.department == "Claims"


async def test_people_of_another_engagement_are_not_there(ws: Workspace, engagement: Engagement) -> None:
    other = await use.create_engagement(ws, "Another")
    maria = await use.add_stakeholder(ws, engagement.id, "Maria Santos")
    with pytest.raises(NotFound):
        await use.get_stakeholder(ws, other.id, maria.id)
    with pytest.raises(NotFound):
        await use.remove_stakeholder(ws, other.id, maria.id)
    with pytest.raises(NotFound):
        await use.add_stakeholder(ws, "e_none", "Somebody")


async def test_one_who_was_interviewed_cannot_be_removed(ws: Workspace, engagement: Engagement) -> None:
    maria = await use.add_stakeholder(ws, engagement.id, "Maria Santos")
    jonas = await use.add_stakeholder(ws, engagement.id, "Jonas Weber")
    await interviewed(ws, maria, "It takes nine days.", released=True, id="c_1")
    with pytest.raises(InvalidRequest):
        await use.remove_stakeholder(ws, engagement.id, maria.id)
    await use.remove_stakeholder(ws, engagement.id, jonas.id)
    assert await use.list_stakeholders(ws, engagement.id) == [maria]


async def test_privacy_that_interviews_began_with_cannot_be_taken_away(ws: Workspace, engagement: Engagement) -> None:
    maria = await use.add_stakeholder(ws, engagement.id, "Maria Santos")
    await interviewed(ws, maria, "It takes nine days.", released=False, id="c_1")
    with pytest.raises(InvalidRequest, match="private"):
        await use.update_engagement(ws, engagement.model_copy(update={"private_until_release": False}))
    open_one = await use.create_engagement(ws, "Open")
    opened = await use.update_engagement(ws, open_one.model_copy(update={"private_until_release": False}))
    assert not opened.private_until_release


async def test_an_export_holds_everything_but_secrets_and_what_is_private(ws: Workspace, engagement: Engagement) -> None:
    maria = await use.add_stakeholder(ws, engagement.id, "Maria Santos")
    jonas = await use.add_stakeholder(ws, engagement.id, "Jonas Weber")
    await interviewed(ws, maria, "It takes nine days.", released=True, id="c_open")
    await interviewed(ws, jonas, "The scanner is broken.", released=False, id="c_private")
    _, secret = await invite(ws, engagement.id, maria.id)
    await add_document(ws, engagement.id, "depot.md", DEPOT)
    whole = await use.export_engagement(ws, engagement.id)
    text = json.dumps(whole)
    assert "It takes nine days." in text and "zebra form" in text and "Northwind" in text
    assert "scanner" not in text and whole["withheld"] == ["c_private"]
    assert {one["id"] for one in whole["conversations"]} == {"c_open", "c_private"}
    assert secret not in text and hash_of(secret) not in text


async def test_an_engagement_that_is_not_private_is_exported_whole(ws: Workspace) -> None:
    engagement = await use.create_engagement(ws, "Open", private_until_release=False)
    jonas = await use.add_stakeholder(ws, engagement.id, "Jonas Weber")
    await interviewed(ws, jonas, "The scanner is broken.", released=False, id="c_1")
    whole = await use.export_engagement(ws, engagement.id)
    assert whole["withheld"] == [] and "scanner" in json.dumps(whole)


async def test_a_deleted_engagement_leaves_nothing_behind(ws: Workspace, engagement: Engagement, tmp_path: Path) -> None:
    maria = await use.add_stakeholder(ws, engagement.id, "Maria Santos")
    await interviewed(ws, maria, "It takes nine days.", released=True, id="c_1")
    _, secret = await invite(ws, engagement.id, maria.id)
    await add_document(ws, engagement.id, "depot.md", DEPOT)
    other = await use.create_engagement(ws, "Another")
    await add_document(ws, other.id, "depot.md", DEPOT)
    await use.delete_engagement(ws, engagement.id)
    with pytest.raises(NotFound):
        await use.get_engagement(ws, engagement.id)
    async with ws.database.reading() as unit:
        assert await unit.conversations.list(engagement.id) == ([], 0)
        assert await unit.findings.list(engagement.id) == ([], 0)
        with pytest.raises(NotFound):
            await unit.access.by_hash(hash_of(secret))
    assert await list_documents(ws, engagement.id) == ()
    kept = [path for path in (tmp_path / "data" / "engagements").rglob("*") if path.is_file() and b"zebra" in path.read_bytes()]
    assert kept and all(use.shelf_name(other.id) in path.parts for path in kept)
    with pytest.raises(NotFound):
        await use.delete_engagement(ws, engagement.id)


async def test_documents_are_found_in_their_engagement_only(ws: Workspace, engagement: Engagement) -> None:
    other = await use.create_engagement(ws, "Another")
    document = await add_document(ws, engagement.id, "depot.md", DEPOT, actor="Lea (lead)")
    mine = await search_knowledge(ws, engagement.id, "zebra form of the porter")
    assert mine.results[0].passage.citation.page == document.id
    assert mine.results[0].passage.citation.engagement == engagement.id
    theirs = await search_knowledge(ws, other.id, "zebra form of the porter")
    assert all(one.passage.citation.engagement is None for one in theirs.results)
    with pytest.raises(NotFound):
        await remove_document(ws, other.id, document.id)
    await remove_document(ws, engagement.id, document.id)
    gone = await search_knowledge(ws, engagement.id, "zebra form of the porter")
    assert all(one.passage.citation.engagement is None for one in gone.results)


async def test_a_document_that_is_refused_changes_nothing(ws: Workspace, engagement: Engagement) -> None:
    with pytest.raises(DocumentError):
        await add_document(ws, engagement.id, "photo.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    assert await list_documents(ws, engagement.id) == ()
    with pytest.raises(NotFound):
        await add_document(ws, "e_none", "depot.md", DEPOT)


def test_the_name_of_a_shelf_is_one_whatever_the_id() -> None:
    names = {use.shelf_name(one) for one in ("e_aB-", "e_ab-", "../../etc", "e_" + "x" * 500, "")}
    assert len(names) == 5 and all(ENGAGEMENT.fullmatch(one) for one in names)


async def test_a_name_that_looks_like_another_is_refused_and_unseen_characters_are_dropped(ws: Workspace, engagement: Engagement) -> None:
    maria = await use.add_stakeholder(ws, engagement.id, "Maria\u202e  Santos\u200b", department="Cl\u200baims")
    assert (maria.name, maria.department) == ("Maria Santos", "Claims")
    for same in ("M\u0430ria Santos", "maria\u200b santos", "\uff2daria Santos"):
        with pytest.raises(InvalidRequest, match="that name"):
            await use.add_stakeholder(ws, engagement.id, same)
    jonas = await use.add_stakeholder(ws, engagement.id, "Jonas Weber")
    with pytest.raises(InvalidRequest, match="that name"):
        await use.update_stakeholder(ws, jonas.model_copy(update={"name": "M\u0430ria Santos"}))
    with pytest.raises(InvalidRequest, match="letter or a digit"):
        await use.update_stakeholder(ws, jonas.model_copy(update={"name": "..."}))
    changed = await use.update_stakeholder(ws, maria.model_copy(update={"name": "MARIA SANTOS"}))
    assert changed.name == "MARIA SANTOS"


async def test_the_lead_decides_whether_interviews_may_quote_others(ws: Workspace) -> None:
    engagement = await use.create_engagement(ws, "Claims")
    assert not engagement.share_quotes and not (await interview_known(ws, engagement.id)).share_quotes
    await use.update_engagement(ws, engagement.model_copy(update={"share_quotes": True}))
    assert (await interview_known(ws, engagement.id)).share_quotes
