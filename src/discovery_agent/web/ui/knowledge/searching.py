"""Search by meaning and by words, each result with where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.documents import search_knowledge
from discovery_agent.discovery.report.knowledge_view import KnownView, knowledge_view
from discovery_agent.discovery.report.wording import plural, sentence_case
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.retrieval import CitedPassage, KnowledgeUse, Retrieved
from discovery_agent.web.ui.controls import Values, choice, field, form, text_input
from discovery_agent.web.ui.elements import Piece, badge, div, empty, fold, heading, words_of
from discovery_agent.web.ui.visit import Visit

_SHOWN = 10
_LONGEST_QUERY = 500
# Cosine of the local embeddings. The nearest passage of each of the 202 questions in `evals/retrieval/questions` is at 0.27 or more; of
# twenty queries about nothing that is here, from keyboard noise to pizza, none came above 0.24. Of other models nothing is known.
_FITS = 0.26
_NAMES = {
    PageKind.KPI: "KPIs",
    PageKind.NO_AI_CASE: "Cases without AI",
    PageKind.LADDER: "Ladder of solutions",
    PageKind.DOCUMENT: "Your documents",
}


def kind_words(kind: PageKind) -> str:
    """A kind of page in words."""
    return _NAMES.get(kind) or sentence_case(kind.value.replace("_", " "))


class Search:
    """The field and what was found."""

    def __init__(self, visit: Visit, engagement_id: str) -> None:
        self._visit = visit
        self._engagement = engagement_id
        with Piece("search"), form(visit, self._search, "searchbar", role="search", aria_label="Search the knowledge base"):
            with field("What are you looking for?"):
                text_input(
                    "q",
                    kind="search",
                    required=True,
                    maxlength=_LONGEST_QUERY,
                    autocomplete="off",
                    placeholder="How do others measure this?",
                )
            with field("Where"):
                choice("where", [("", "Everywhere"), ("own", "Only your documents"), ("general", "Only the knowledge base")])
            with field("Kind of page"):
                general = [kind for kind in PageKind if kind is not PageKind.DOCUMENT]
                choice("kind", [("", "All kinds"), *((kind.value, kind_words(kind)) for kind in general)])
            Piece("button", "Search", "button main", type="submit")
        self._found = div("found", aria_live="polite")

    async def _search(self, values: Values) -> None:
        query = values.get("q", "").strip()[:_LONGEST_QUERY]
        if not query:
            return
        await self._visit.may(self._engagement)
        found = await search_knowledge(self._visit.workspace, self._engagement, query, kinds=_kinds(values), limit=_SHOWN)
        self._found.clear()
        with self._found, div("part"):
            for note in found.notes:
                words_of(note, classes="warning")
            if not found.results:
                empty("Nothing fits", "Try other words, or leave out a filter.")
                return
            if self._visit.workspace.settings.embedding_model is None and not fits(found.results):
                empty("Nothing fits well", "Try other words. What comes nearest is below, though it is hardly about this.")
                with fold("What comes nearest", str(len(found.results))):
                    _hits(found.results)
                return
            heading(2, plural(len(found.results), "passage"))
            _hits(found.results)


def _kinds(values: Values) -> tuple[PageKind, ...]:
    kinds = {kind.value: kind for kind in PageKind}
    where, wanted = values.get("where"), kinds.get(values.get("kind", ""))
    if where == "own":
        return (PageKind.DOCUMENT,)
    if wanted:
        return (wanted,)
    return tuple(kind for kind in PageKind if kind is not PageKind.DOCUMENT) if where == "general" else ()


def fits(found: Sequence[Retrieved]) -> bool:
    """Whether something found is near enough in meaning to be about what was sought."""
    return any((one.similarity or 0.0) >= _FITS for one in found)


def place_words(found: KnownView) -> str:
    """Where a passage stands, for people: file and heading of a document, or the section of the knowledge base."""
    return found.where if found.whose else f"Knowledge base: {found.title.rpartition(' › ')[2]}"


def _hits(found: Sequence[Retrieved]) -> None:
    cited = tuple(CitedPassage(id=f"k{number}", found=one) for number, one in enumerate(found, start=1))
    with Piece("ol"):
        for one in knowledge_view(KnowledgeUse(cited=cited)).cited:
            _hit(one)


def _hit(found: KnownView) -> None:
    with Piece("li", "", "hit"):
        with div("line"):
            heading(3, found.title)
            badge("Your document" if found.whose else found.kind)
        with div("passage"):
            for text in found.paragraphs:
                words_of(text)
        words_of(place_words(found), classes="quiet small")
