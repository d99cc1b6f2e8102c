"""The knowledge base, and the documents of an engagement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, status
from pydantic import BaseModel, Field

from discovery_agent.discovery.access import name_of
from discovery_agent.discovery.documents import Document, add_document, list_documents, remove_document, search_knowledge
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.retrieval import Retrieved
from discovery_agent.errors import DocumentError
from discovery_agent.web.api import fields
from discovery_agent.web.api.context import Changeable, Paced, Readable, Who, Ws, problems
from discovery_agent.web.api.fields import Id, Limit, Offset, Page
from discovery_agent.web.api.files import form, sent_files
from discovery_agent.web.problems import Problem, problem_of

router = APIRouter(prefix="/engagements/{engagement_id}", tags=["Knowledge"], responses=problems())


class SearchResult(BaseModel):
    """Passages, best first."""

    results: tuple[Retrieved, ...]
    notes: tuple[str, ...] = Field(description="What the reader should know of the search.")


class RefusedFile(BaseModel):
    """A file that was not taken."""

    name: str
    problem: Problem


class DocumentsAdded(BaseModel):
    """What became of the files."""

    documents: list[Document]
    refused: list[RefusedFile] = Field(description="Files that were not taken; the others were.")


@router.get("/knowledge", summary="Search the knowledge base")
async def search(
    ws: Ws,
    engagement: Readable,
    q: Annotated[
        str, Query(min_length=1, max_length=500, pattern=r"\S", description="What is sought, in any words.", examples=["invoice intake"])
    ],
    kind: Annotated[list[PageKind] | None, Query(description="Kinds of page to search; all without it.")] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> SearchResult:
    """By meaning and by words, in the pages that ship and in the engagement's own documents."""
    found = await search_knowledge(ws, engagement.id, q, kinds=tuple(kind or ()), limit=limit)
    return SearchResult(results=found.results, notes=found.notes)


@router.get("/documents", summary="List documents")
async def documents(ws: Ws, engagement: Readable, offset: Offset = 0, limit: Limit = 50) -> Page[Document]:
    """The engagement's own documents."""
    return fields.cut(list(await list_documents(ws, engagement.id)), offset, limit)


@router.post(
    "/documents",
    summary="Add documents",
    openapi_extra=form(),
    responses=problems(415),
)
async def add(request: Request, ws: Ws, who: Who, pace: Paced, engagement: Changeable) -> DocumentsAdded:
    """PDF, Word, Excel, Markdown, text, HTML or CSV, told by content. One of the same name is replaced.

    What is refused is listed with the reason; it loses none of the others.
    """
    await pace.upload(who.key_id)
    added: list[Document] = []
    refused: list[RefusedFile] = []
    async for file in sent_files(request):
        try:
            added.append(await add_document(ws, engagement.id, file.name, file.data, actor=name_of(who)))
        except DocumentError as error:
            refused.append(RefusedFile(name=file.name, problem=problem_of(error)))
    return DocumentsAdded(documents=added, refused=refused)


@router.delete("/documents/{document_id}", summary="Remove a document", status_code=status.HTTP_204_NO_CONTENT)
async def remove(ws: Ws, who: Who, engagement: Changeable, document_id: Id) -> None:
    """With its vectors."""
    await remove_document(ws, engagement.id, document_id, actor=name_of(who))
