"""The documents of an engagement: added, listed, taken away."""

from __future__ import annotations

from discovery_agent.discovery.documents import Document, add_document, list_documents, remove_document
from discovery_agent.discovery.report.wording import day
from discovery_agent.knowledge.documents.extracted import LARGEST_FILE
from discovery_agent.web.ui.controls import button, closer, dialog
from discovery_agent.web.ui.elements import Piece, div, empty, name, p, words_of
from discovery_agent.web.ui.files import FileField
from discovery_agent.web.ui.paging import Paged, each
from discovery_agent.web.ui.visit import Visit

KINDS = ".pdf,.docx,.xlsx,.md,.markdown,.txt,.html,.htm,.csv"


class Documents:
    """The list of documents with the way to more."""

    def __init__(self, visit: Visit, engagement_id: str) -> None:
        self._visit = visit
        self._engagement = engagement_id
        if visit.writes:
            FileField(
                visit,
                "Drop documents here",
                "Process descriptions, forms, policies, data dictionaries: PDF, Word, Excel, Markdown, text, HTML or CSV.",
                self._take,
                largest=LARGEST_FILE,
                accept=KINDS,
            )
        with div("part"):
            self._listed: Paged[Document] = Paged(visit, "documents", self._read, each(self._row), size=25, nothing=self._none)

    async def load(self) -> None:
        """Read and show the documents."""
        await self._listed.load()

    async def _take(self, name: str, data: bytes) -> None:
        await self._visit.may(self._engagement, write=True)
        document = await add_document(self._visit.workspace, self._engagement, name, data, actor=self._visit.actor)
        await self._listed.load()
        self._visit.say(f"“{document.title}” can be found now.")

    async def _read(self, offset: int, limit: int) -> tuple[list[Document], int]:
        documents = await list_documents(self._visit.workspace, self._engagement)
        return list(documents[offset : offset + limit]), len(documents)

    def _none(self) -> None:
        empty("No documents yet", "What you add here is searched with the knowledge base, in this engagement only.")

    def _row(self, document: Document) -> None:
        async def remove() -> None:
            await self._visit.may(self._engagement, write=True)
            await remove_document(self._visit.workspace, self._engagement, document.id, actor=self._visit.actor)
            box.delete()
            await self._listed.load()
            self._visit.say("The document was removed.")

        async def ask() -> None:
            self._visit.run("open", box.id)

        with Piece("li"):
            with div("what"):
                words_of(document.title, classes="strong")
                with p("", "quiet small"):
                    name(document.file)
                for note in document.notes:
                    words_of(note, classes="small")
            if document.added:
                p(f"added {_day(document.added)}", "quiet small")
            if self._visit.writes:
                with div("acts"):
                    button(self._visit, "Remove", ask, "slim", aria_label=f"Remove {document.title}")
                with dialog("Remove the document?") as box:
                    words_of(document.title)
                    with div("actions"):
                        closer(box)
                        button(self._visit, "Remove", remove, "danger")


def _day(moment: str) -> str:
    from datetime import datetime

    try:
        return day(datetime.fromisoformat(moment))
    except ValueError:
        return moment
