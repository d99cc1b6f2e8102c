"""What the knowledge base has to say on the decisions: passages that explain a verdict, a gap or a question.

Knowledge explains and never decides: it comes after the decisions, and nothing here changes them. Where a page says which
rung, criterion or dimension it explains, that link is followed; search only picks the section. Everything else is found by search, and
cited only where both searches, by meaning and by words, put the same first, and it is near enough. The engagement's own documents are asked
about each verdict, gap and question, too; what they say is pointed out, and no evidence either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from discovery_agent.domain.agenda import AgendaItem, Feeds
from discovery_agent.domain.decisions import Decisions, GoalDecision, telling_words
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.readiness import DimensionReading
from discovery_agent.domain.retrieval import Advice, CitedPassage, KnowledgeUse, PassageFilter, Purpose, Retrieved, UnusedPassage
from discovery_agent.errors import DiscoveryError
from discovery_agent.knowledge.index import Progress
from discovery_agent.knowledge.search import Found, Knowledge

# Chosen on the annotated transcripts, judged on held-out ones; docs/retrieval.md has the figures.
NEAR = 0.45
"""A page on cases like a goal is cited from this likeness on, if it is the first by meaning and by words."""
NEAR_MEASURE = 0.4
"""So is a passage on a measure, within the one page of the catalogue that the goals and measures point to."""
NEAR_DOCUMENT = 0.4
"""So is a passage of an own document."""
NEAR_ALONE = 0.48
"""What is found by meaning alone has to be nearer."""

# Cases like this one, of which at most so many for each goal are kept for the interviewer.
UNUSED_PER_GOAL = 3
_MOST_QUESTIONS = 60
# Deep enough that what is first in either ranking is among the results, however the two are fused.
_DEPTH = 40
_TOP = 5
# A page of the catalogue that gets less than this share of the votes is no more than the first among many.
_LEAST_SHARE = 0.2

_SITUATIONS = PassageFilter(kinds=(PageKind.ARCHETYPE, PageKind.NO_AI_CASE))
_WORTH_BRINGING_IN = PassageFilter(kinds=(PageKind.ARCHETYPE, PageKind.NO_AI_CASE, PageKind.LESSON, PageKind.RISK, PageKind.DOCUMENT))
_CATALOGUE = PassageFilter(kinds=(PageKind.KPI,))
_OWN = PassageFilter(kinds=(PageKind.DOCUMENT,))
# What a catalogue of KPIs can say of one: its usual values and how it is measured, but not who answers for it here, nor by when.
_TOLD_BY_CATALOGUE = ("baseline", "target", "measured_by")
_BY_FEED = {
    Feeds.GOAL: PassageFilter(kinds=(PageKind.TECHNIQUE,)),
    Feeds.CONFLICT: PassageFilter(kinds=(PageKind.AGREEMENT, PageKind.TECHNIQUE)),
}


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def advise(decisions: Decisions, knowledge: Knowledge, *, engagement: str | None = None, progress: Progress = _silent) -> KnowledgeUse:
    """Passages for every verdict, gap and question, and those worth bringing in that nothing cites.

    The knowledge base is help, not a need: if it cannot be read, the result says so and is otherwise empty.
    """
    try:
        return _Adviser(knowledge, engagement, progress).advise(decisions)
    except DiscoveryError as error:
        return KnowledgeUse(notes=(f"No knowledge pages are cited: {error}",))


@dataclass(frozen=True)
class _Wish:
    """A passage that is wanted: for what, found how, how near it must be, and whether both searches must put it first."""

    purpose: Purpose
    subject: str
    query: str
    only: PassageFilter
    near: float = 0.0
    agreed: bool = False


class _Adviser:
    def __init__(self, knowledge: Knowledge, engagement: str | None, progress: Progress) -> None:
        self._knowledge = knowledge
        self._engagement = engagement
        self._progress = progress
        self._notes: dict[str, None] = {}
        self._explains: dict[str, list[str]] = defaultdict(list)
        for page in knowledge.corpus_pages:
            for subject in page.front.explains:
                self._explains[subject].append(page.id)
        self._sources = {page.id: page.front.sources for page in knowledge.corpus_pages}

    def advise(self, decisions: Decisions) -> KnowledgeUse:
        goals = [(goal, telling_words(goal.statement, goal.necessity.ratings)) for goal in decisions.goals]
        agenda = decisions.agenda[:_MOST_QUESTIONS]
        situations = self._search([words for _, words in goals], _SITUATIONS)
        like = [_agreed_page(found.results, NEAR) for found in situations]
        wishes = [wish for (goal, words), page in zip(goals, like, strict=True) for wish in self._of_verdict(goal, words, page)]
        wishes += self._of_gaps(decisions.goals)
        wishes += self._of_questions(decisions.goals, agenda, self._catalogue_page([words for _, words in goals], agenda))
        own = self._granted(_of_own_documents(decisions.goals, agenda)) if self._engagement is not None else []
        cited, advice = self._cited([*own, *self._granted(wishes)])
        return KnowledgeUse(
            cited=cited,
            advice=advice,
            unused=tuple(self._unused(goals, like, {one.found.passage.citation.section for one in cited})),
            notes=tuple(self._notes),
        )

    def _cited(self, found: Iterable[tuple[_Wish, Retrieved]]) -> tuple[tuple[CitedPassage, ...], tuple[Advice, ...]]:
        """Each passage under one number, and what each explains, in the order found."""
        cited: dict[tuple[object, ...], CitedPassage] = {}
        advice: dict[tuple[Purpose, str], list[str]] = defaultdict(list)
        for wish, one in found:
            citation = one.passage.citation
            place = citation.engagement, citation.page, citation.start
            if place not in cited:
                sources = self._sources.get(citation.page, ()) if citation.engagement is None else ()
                cited[place] = CitedPassage(id=f"k{len(cited) + 1}", found=one, sources=sources)
            if cited[place].id not in advice[wish.purpose, wish.subject]:
                advice[wish.purpose, wish.subject].append(cited[place].id)
        return tuple(cited.values()), tuple(
            Advice(purpose=purpose, subject=subject, passages=tuple(ids)) for (purpose, subject), ids in advice.items()
        )

    def _of_verdict(self, goal: GoalDecision, words: str, like: str | None) -> Iterable[_Wish]:
        """The page of the rung that leads, and what suffices in processes like this one."""
        subject = goal.goal_id or ""
        verdict = goal.necessity
        leader = next((rung for rung in verdict.ladder if rung.id == verdict.rung), None)
        if like is not None:
            asked = f"{leader.label}: what suffices" if leader else "questions that settle which solution suffices"
            yield _Wish(Purpose.VERDICT, subject, f"{asked}. {goal.statement}", PassageFilter(pages=(like,)))
        if leader is not None and (pages := self._pages_on(f"rung:{leader.solution.value}")):
            yield _Wish(Purpose.VERDICT, subject, f"When does it suffice? {words}", PassageFilter(pages=pages))

    def _of_gaps(self, goals: Sequence[GoalDecision]) -> Iterable[_Wish]:
        for dimension, gap in _gaps(goals).items():
            if pages := self._pages_on(f"dimension:{dimension}"):
                yield _Wish(Purpose.GAP, dimension, _about_gap(gap), PassageFilter(pages=pages))

    def _of_questions(self, goals: Sequence[GoalDecision], agenda: Sequence[AgendaItem], catalogue: str | None) -> Iterable[_Wish]:
        """How to ask, and how to read the answer; for a request about data, the passage that its gap cites as well."""
        gaps = {gap.dimension: gap for gap in _gaps(goals).values()}
        for item in agenda:
            if item.feeds is Feeds.READINESS and (gap := gaps.get(item.asks or "")) and (pages := self._pages_on(f"dimension:{item.asks}")):
                yield _Wish(Purpose.QUESTION, item.id, _about_gap(gap), PassageFilter(pages=pages))
            elif item.feeds is Feeds.VERDICT and (pages := self._pages_on(f"criterion:{item.asks}")):
                how = f"How to ask, and how to read the answer: {item.question}"
                yield _Wish(Purpose.QUESTION, item.id, how, PassageFilter(pages=pages))
            elif item.feeds is Feeds.KPI and item.asks in _TOLD_BY_CATALOGUE and catalogue is not None:
                page = PassageFilter(pages=(catalogue,))
                yield _Wish(Purpose.QUESTION, item.id, item.about, page, NEAR_MEASURE, agreed=True)
            elif item.feeds in _BY_FEED:
                yield _Wish(Purpose.QUESTION, item.id, f"{item.about}. {item.question}", _BY_FEED[item.feeds], NEAR_ALONE)

    def _catalogue_page(self, goals: Sequence[str], agenda: Sequence[AgendaItem]) -> str | None:
        """The page of the catalogue that goals and measures point to, by the votes of both searches; None where they point everywhere.

        The name of a measure alone, such as "handling time", fits the catalogue of every trade.
        """
        measures = [item.about for item in agenda if item.feeds is Feeds.KPI and item.asks in _TOLD_BY_CATALOGUE]
        if not measures:
            return None
        votes: Counter[str] = Counter()
        for queries, top in ((goals, _TOP), (list(dict.fromkeys(measures)), 2)):
            for found in self._search(queries, _CATALOGUE):
                votes.update(one.passage.citation.page for one in found.results if (one.vector_rank or _DEPTH) <= top)
                votes.update(one.passage.citation.page for one in found.results if (one.keyword_rank or _DEPTH) <= top)
        page, most = next(iter(votes.most_common(1)), (None, 0))
        return page if most >= _LEAST_SHARE * votes.total() else None

    def _pages_on(self, subject: str) -> tuple[str, ...]:
        return tuple(self._explains.get(subject, ()))

    def _granted(self, wishes: Iterable[_Wish]) -> list[tuple[_Wish, Retrieved]]:
        """The best passage for each wish, in their order; those with the same filter are searched for together."""
        wanted = list(wishes)
        places: dict[PassageFilter, list[int]] = defaultdict(list)
        for place, wish in enumerate(wanted):
            places[wish.only].append(place)
        best: dict[int, Retrieved] = {}
        for only, members in places.items():
            for place, found in zip(members, self._search([wanted[place].query for place in members], only), strict=True):
                if one := _most_telling(found.results, wanted[place]):
                    best[place] = one
        return [(wanted[place], best[place]) for place in sorted(best)]

    def _unused(
        self, goals: Sequence[tuple[GoalDecision, str]], like: Sequence[str | None], cited: set[tuple[object, ...]]
    ) -> Iterable[UnusedPassage]:
        given = set(cited)
        found = self._search([words for _, words in goals], _WORTH_BRINGING_IN)
        for (goal, _), page, hits in zip(goals, like, found, strict=True):
            kept = 0
            for one in hits.results:
                section = one.passage.citation.section
                if kept < UNUSED_PER_GOAL and section not in given and _is_worth_bringing_in(one, page):
                    given.add(section)
                    kept += 1
                    yield UnusedPassage(goal=goal.statement, found=one)

    def _search(self, queries: Sequence[str], only: PassageFilter) -> list[Found]:
        """Each distinct query once; what gives orders to a model is no advice for anybody."""
        distinct = list(dict.fromkeys(queries))
        if not distinct:
            return []
        found = self._knowledge.search(distinct, engagement=self._engagement, only=only, limit=_DEPTH, progress=self._progress)
        by_query: Mapping[str, Found] = {
            one.query: Found(one.query, tuple(hit for hit in one.results if not hit.passage.instructs), one.notes) for one in found
        }
        self._notes.update(dict.fromkeys(note for one in found for note in one.notes))
        return [by_query[query] for query in queries]


def _of_own_documents(goals: Sequence[GoalDecision], agenda: Sequence[AgendaItem]) -> Iterable[_Wish]:
    """What the organisation itself has written about each verdict, gap and question: asked in the plain words of each."""
    for goal in goals:
        yield _Wish(Purpose.VERDICT, goal.goal_id or "", goal.statement, _OWN, NEAR_DOCUMENT, agreed=True)
    for dimension, gap in _gaps(goals).items():
        yield _Wish(Purpose.GAP, dimension, gap.next_step or gap.name, _OWN, NEAR_DOCUMENT, agreed=True)
    for item in agenda:
        yield _Wish(Purpose.QUESTION, item.id, item.question, _OWN, NEAR_DOCUMENT, agreed=True)


def _gaps(goals: Sequence[GoalDecision]) -> dict[str, DimensionReading]:
    return {gap.dimension: gap for goal in goals if goal.readiness for gap in goal.readiness.gaps}


def _about_gap(gap: DimensionReading) -> str:
    return f"{gap.name}: how to check it, and the request that settles it. {gap.next_step or ''}"


def _most_telling(results: Sequence[Retrieved], wish: _Wish) -> Retrieved | None:
    """The best passage that is near enough.

    Of a page that was named for what it explains, its introduction only if there is nothing else: it says what the page is about.
    """
    if wish.agreed:
        best = _first_by_meaning(results)
        return best if best is not None and best is _first_by_words(results) and _is_near(best, wish.near) else None
    near = [one for one in results if _is_near(one, wish.near)]
    inside = [one for one in near if len(one.passage.citation.headings) > 1]
    return next(iter(inside if wish.only.pages and inside else near), None)


def _agreed_page(results: Sequence[Retrieved], least: float) -> str | None:
    """The page that is first by meaning and by words, if it is near enough."""
    meaning, words = _first_by_meaning(results), _first_by_words(results)
    if meaning is None or words is None or not _is_near(meaning, least):
        return None
    page = meaning.passage.citation.page
    return page if page == words.passage.citation.page else None


def _first_by_meaning(results: Sequence[Retrieved]) -> Retrieved | None:
    return min((one for one in results if one.vector_rank is not None), key=lambda one: one.vector_rank or 0, default=None)


def _first_by_words(results: Sequence[Retrieved]) -> Retrieved | None:
    return min((one for one in results if one.keyword_rank is not None), key=lambda one: one.keyword_rank or 0, default=None)


def _is_near(one: Retrieved, least: float) -> bool:
    """Whether a passage is alike enough. One that is not among the nearest by meaning is not, whatever words it shares."""
    return least <= 0 or (one.similarity or 0.0) >= least


def _is_worth_bringing_in(one: Retrieved, like: str | None) -> bool:
    """Whether a passage fits a goal: one of the page on such cases, or one that both searches rank high."""
    if one.passage.kind in _SITUATIONS.kinds:
        return one.passage.citation.page == like and _is_near(one, NEAR)
    high = (one.vector_rank or _DEPTH) <= _TOP and (one.keyword_rank or _DEPTH) <= _TOP
    return high and _is_near(one, NEAR_DOCUMENT if one.passage.kind is PageKind.DOCUMENT else NEAR_ALONE)
