"""The documents of an engagement, and the search over them and the knowledge base."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from pydantic import Field

from discovery_agent.discovery.audit import note
from discovery_agent.discovery.engagements import shelf_name
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.retrieval import PassageFilter, Retrieved
from discovery_agent.errors import DocumentError, ModelError, NotFound
from discovery_agent.knowledge.pages import Page
from discovery_agent.knowledge.search import Found


class Document(Value):
    """A document of an engagement."""

    id: str
    title: str
    file: str = Field(description="Name of the file as it was sent.")
    added: str | None = Field(default=None, description="When, in UTC.")
    notes: tuple[str, ...] = Field(default=(), description="What was left out or repaired on reading.")


async def list_documents(ws: Workspace, engagement_id: str) -> tuple[Document, ...]:
    """All documents of an engagement, by id."""
    pages = await asyncio.to_thread(ws.bench.knowledge.documents, shelf_name(engagement_id))
    return tuple(_document(page) for page in pages)


async def add_document(ws: Workspace, engagement_id: str, name: str, data: bytes, *, actor: str = "") -> Document:
    """Put a file on the shelf of an engagement and make it searchable; one of the same name is replaced.

    Where the embedding model fails, the document is kept and its notes say that it is not found yet.

    Raises:
        NotFound: there is no such engagement.
        DocumentError: the file is refused.
        IndexUnavailable: the shelf or its index cannot be written.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
    document = await asyncio.to_thread(_add, ws, engagement_id, name, data)
    async with ws.database.unit() as unit:
        await note(ws, unit, engagement_id, actor, "document.added", document.id, document.file)
    return document


async def remove_document(ws: Workspace, engagement_id: str, document_id: str, *, actor: str = "") -> None:
    """Take a document off the shelf, and its passages out of the index.

    Raises:
        NotFound: the engagement has no such document.
        IndexUnavailable: the shelf or its index cannot be written.
    """
    document = next((one for one in await list_documents(ws, engagement_id) if one.id == document_id), None)
    if document is None:
        raise NotFound("There is no such document.", where=document_id)
    await asyncio.to_thread(_remove, ws, shelf_name(engagement_id), document_id)
    async with ws.database.unit() as unit:
        await note(ws, unit, engagement_id, actor, "document.removed", document.id, document.file)


async def search_knowledge(ws: Workspace, engagement_id: str, query: str, *, kinds: tuple[PageKind, ...] = (), limit: int = 5) -> Found:
    """The best passages of the knowledge base and of the engagement's documents.

    Raises:
        IndexUnavailable: an index cannot be built.
    """
    found = await asyncio.to_thread(
        ws.bench.knowledge.search, [query], engagement=shelf_name(engagement_id), only=PassageFilter(kinds=kinds), limit=limit
    )
    return replace(found[0], results=tuple(_as_of(one, engagement_id) for one in found[0].results))


def _as_of(found: Retrieved, engagement_id: str) -> Retrieved:
    """What was found, with the engagement named by its id instead of by its folder."""
    if found.passage.citation.engagement is None:
        return found
    citation = found.passage.citation.model_copy(update={"engagement": engagement_id})
    return found.model_copy(update={"passage": found.passage.model_copy(update={"citation": citation})})


def _add(ws: Workspace, engagement_id: str, name: str, data: bytes) -> Document:
    knowledge, shelf_id = ws.bench.knowledge, shelf_name(engagement_id)
    late: tuple[str, ...] = ()
    with knowledge.shelf(shelf_id, belongs_to=engagement_id) as shelf:
        added = shelf.add(name, data, now=ws.now())
        try:
            knowledge.refresh(shelf_id, shelf=shelf)
        except ModelError as error:
            late = (f"It is kept, but not found by searches yet: {error.what}",)
        page = next(one for one in shelf.pages if one.id == added.page)
    document = _document(page)
    return document.model_copy(update={"notes": (*document.notes, *late)})


def _remove(ws: Workspace, shelf_id: str, document_id: str) -> None:
    knowledge = ws.bench.knowledge
    try:
        with knowledge.shelf(shelf_id) as shelf:
            shelf.remove(document_id)
            with suppress(ModelError):  # what was removed needs no new vector, so the index catches up at the next change
                knowledge.refresh(shelf_id, shelf=shelf)
    except DocumentError as error:  # somebody else was faster
        raise NotFound("There is no such document.", where=document_id) from error


def _document(page: Page) -> Document:
    return Document(id=page.id, title=page.front.title, file=page.front.file or page.id, added=page.front.added, notes=page.front.notes)
