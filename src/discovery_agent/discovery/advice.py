"""What the knowledge base has to say on the decisions: passages that explain a verdict, a gap or a question.

Knowledge explains and never decides: it comes after the decisions, and nothing here changes them. Where a page says which
rung, criterion or dimension it explains, that link is followed; search only picks the section. Everything else is found by search, and
cited only if it is near enough in meaning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from discovery_agent.domain.agenda import Feeds
from discovery_agent.domain.decisions import Decisions, GoalDecision, telling_words
from discovery_agent.domain.page_labels import PageKind
from discovery_agent.domain.readiness import DimensionReading
from discovery_agent.domain.retrieval import Advice, CitedPassage, KnowledgeUse, PassageFilter, Purpose, Retrieved, UnusedPassage
from discovery_agent.errors import DiscoveryError
from discovery_agent.knowledge.index import Progress
from discovery_agent.knowledge.search import Found, Knowledge

# A passage less alike than this is about something else. Read off the annotated tuning transcripts: what a reader would call fitting lies mostly
# above .48, and what is merely about another office's work below. The name of a measure is short, so chance likeness is higher.
NEAR = 0.48
NEAR_MEASURE = 0.5
# Cases like this one, of which at most so many for each goal are kept for the interviewer.
UNUSED_PER_GOAL = 3
_MOST_QUESTIONS = 60

_SITUATIONS = PassageFilter(kinds=(PageKind.ARCHETYPE, PageKind.NO_AI_CASE, PageKind.DOCUMENT))
_WORTH_BRINGING_IN = PassageFilter(kinds=(PageKind.ARCHETYPE, PageKind.NO_AI_CASE, PageKind.LESSON, PageKind.RISK, PageKind.DOCUMENT))
_CATALOGUE = PassageFilter(kinds=(PageKind.KPI,))
# What a catalogue of KPIs can say of one: its usual values and how it is measured, but not who answers for it here, nor by when.
_TOLD_BY_CATALOGUE = ("baseline", "target", "measured_by")
_BY_FEED = {
    Feeds.GOAL: PassageFilter(kinds=(PageKind.KPI, PageKind.TECHNIQUE)),
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
    """A passage that is wanted: for what, found how, and how near it must be."""

    purpose: Purpose
    subject: str
    query: str
    only: PassageFilter
    near: float


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
        situations = self._search([words for _, words in goals], _SITUATIONS, limit=1)
        wishes = [wish for (goal, words), like in zip(goals, situations, strict=True) for wish in self._of_verdict(goal, words, like)]
        wishes += self._of_gaps(decisions.goals)
        wishes += self._of_questions(decisions)
        found = self._granted(wishes)
        cited: dict[tuple[object, ...], CitedPassage] = {}
        advice: dict[tuple[Purpose, str], list[str]] = defaultdict(list)
        for wish, one in found:
            place = _place(one)
            if place not in cited:
                cited[place] = CitedPassage(id=f"k{len(cited) + 1}", found=one, sources=self._sources.get(one.passage.citation.page, ()))
            if cited[place].id not in advice[wish.purpose, wish.subject]:
                advice[wish.purpose, wish.subject].append(cited[place].id)
        return KnowledgeUse(
            cited=tuple(cited.values()),
            advice=tuple(Advice(purpose=purpose, subject=subject, passages=tuple(ids)) for (purpose, subject), ids in advice.items()),
            unused=tuple(self._unused(goals, {one.found.passage.citation.section for one in cited.values()})),
            notes=tuple(self._notes),
        )

    def _of_verdict(self, goal: GoalDecision, words: str, like: Found) -> Iterable[_Wish]:
        """The page of the rung that leads, and what suffices in processes like this one."""
        subject = goal.goal_id or ""
        verdict = goal.necessity
        leader = next((rung for rung in verdict.ladder if rung.id == verdict.rung), None)
        near = next(iter(like.results), None)
        if near is not None and _is_near(near, NEAR):
            page = PassageFilter(pages=(near.passage.citation.page,))
            asked = f"{leader.label}: what suffices" if leader else "questions that settle which rung suffices"
            yield _Wish(Purpose.VERDICT, subject, f"{asked}. {goal.statement}", page, 0.0)
        if leader is not None and (pages := self._pages_on(f"rung:{leader.solution.value}")):
            yield _Wish(Purpose.VERDICT, subject, f"When does it suffice? {words}", PassageFilter(pages=pages), 0.0)

    def _of_gaps(self, goals: Sequence[GoalDecision]) -> Iterable[_Wish]:
        gaps = {gap.dimension: gap for goal in goals if goal.readiness for gap in goal.readiness.gaps}
        for dimension, gap in gaps.items():
            if pages := self._pages_on(f"dimension:{dimension}"):
                yield _Wish(Purpose.GAP, dimension, _about_gap(gap), PassageFilter(pages=pages), 0.0)

    def _of_questions(self, decisions: Decisions) -> Iterable[_Wish]:
        """How to ask, and how to read the answer; for a request about data, the passage that its gap cites as well."""
        gaps = {gap.dimension: gap for goal in decisions.goals if goal.readiness for gap in goal.readiness.gaps}
        for item in decisions.agenda[:_MOST_QUESTIONS]:
            if (
                item.feeds is Feeds.READINESS
                and (gap := gaps.get(item.question))
                and (pages := self._pages_on(f"dimension:{gap.dimension}"))
            ):
                yield _Wish(Purpose.QUESTION, item.id, _about_gap(gap), PassageFilter(pages=pages), 0.0)
            elif item.feeds is Feeds.VERDICT and (pages := self._pages_on(f"criterion:{item.asks}")):
                yield _Wish(
                    Purpose.QUESTION, item.id, f"How to ask, and how to read the answer: {item.question}", PassageFilter(pages=pages), 0.0
                )
            elif item.feeds is Feeds.KPI and item.asks in _TOLD_BY_CATALOGUE:
                yield _Wish(Purpose.QUESTION, item.id, item.about, _CATALOGUE, NEAR_MEASURE)
            elif item.feeds in _BY_FEED:
                yield _Wish(Purpose.QUESTION, item.id, f"{item.about}. {item.question}", _BY_FEED[item.feeds], NEAR)

    def _pages_on(self, subject: str) -> tuple[str, ...]:
        return tuple(self._explains.get(subject, ()))

    def _granted(self, wishes: Sequence[_Wish]) -> list[tuple[_Wish, Retrieved]]:
        """The best passage for each wish, in their order; those with the same filter are searched for together."""
        places: dict[PassageFilter, list[int]] = defaultdict(list)
        for place, wish in enumerate(wishes):
            places[wish.only].append(place)
        best: dict[int, Retrieved] = {}
        for only, members in places.items():
            for place, found in zip(members, self._search([wishes[place].query for place in members], only, limit=3), strict=True):
                if one := _most_telling(found.results, wishes[place]):
                    best[place] = one
        return [(wishes[place], best[place]) for place in sorted(best)]

    def _unused(self, goals: Sequence[tuple[GoalDecision, str]], cited: set[tuple[object, ...]]) -> Iterable[UnusedPassage]:
        given = set(cited)
        for (goal, _), found in zip(goals, self._search([words for _, words in goals], _WORTH_BRINGING_IN, limit=12), strict=True):
            kept = 0
            for one in found.results:
                section = one.passage.citation.section
                if kept < UNUSED_PER_GOAL and section not in given and _is_near(one, NEAR):
                    given.add(section)
                    kept += 1
                    yield UnusedPassage(goal=goal.statement, found=one)

    def _search(self, queries: Sequence[str], only: PassageFilter, *, limit: int) -> list[Found]:
        """Each distinct query once; what gives orders to a model is no advice for anybody."""
        distinct = list(dict.fromkeys(queries))
        if not distinct:
            return []
        found = self._knowledge.search(distinct, engagement=self._engagement, only=only, limit=limit + 2, progress=self._progress)
        by_query: Mapping[str, Found] = {
            one.query: Found(one.query, tuple(hit for hit in one.results if not hit.passage.instructs)[:limit], one.notes) for one in found
        }
        self._notes.update(dict.fromkeys(note for one in found for note in one.notes))
        return [by_query[query] for query in queries]


def _about_gap(gap: DimensionReading) -> str:
    return f"{gap.name}: how to check it, and the request that settles it. {gap.next_step or ''}"


def _most_telling(results: Sequence[Retrieved], wish: _Wish) -> Retrieved | None:
    """The nearest passage; of a page that was named, its introduction only if there is nothing else: it says what the page is about."""
    near = [one for one in results if _is_near(one, wish.near)]
    inside = [one for one in near if len(one.passage.citation.headings) > 1]
    return next(iter(inside if wish.only.pages and inside else near), None)


def _is_near(one: Retrieved, least: float) -> bool:
    """Whether a passage is alike enough. One that is not among the nearest by meaning is not, whatever words it shares."""
    return least <= 0 or (one.similarity or 0.0) >= least


def _place(one: Retrieved) -> tuple[object, ...]:
    citation = one.passage.citation
    return citation.engagement, citation.page, citation.start
