"""Verdicts, readiness, conflicts, coverage and agenda as the report shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from discovery_agent.discovery.report.finding_view import FindingIndex, FindingView
from discovery_agent.discovery.report.knowledge_view import KnowledgeView, KnownView
from discovery_agent.discovery.report.wording import ROLE_LABELS, plural, sentence_case
from discovery_agent.domain.agenda import AgendaItem, by_person
from discovery_agent.domain.conflicts import Conflict, ConflictKind
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.coverage import Coverage
from discovery_agent.domain.decisions import Decisions, GoalDecision
from discovery_agent.domain.economics import Figure, OptionEconomics
from discovery_agent.domain.findings import Finding, Proof, Quote
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty, NecessityAssessment, PivotalCriterion, Rating, RungReading
from discovery_agent.domain.readiness import DataClaim, DimensionReading, GateState, ReadinessAssessment

CONFLICT_LABELS: Mapping[ConflictKind, str] = {
    ConflictKind.TARGET: "Target",
    ConflictKind.DIRECTION: "Direction",
    ConflictKind.METRIC_DEFINITION: "Definition",
    ConflictKind.PRIORITY: "Priority",
    ConflictKind.BUDGET_OR_TIME: "Budget or time",
    ConflictKind.SCOPE: "Scope",
    ConflictKind.OWNERSHIP: "Ownership",
    ConflictKind.FACT: "Fact",
}
PROOF_LABELS = {Proof.HEARSAY: "hearsay", Proof.SHOWN: "shown", Proof.TESTED: "tested"}
_QUESTIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LackView:
    """A condition that fails, and the findings that show it."""

    text: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One rung as a step of the drawn ladder."""

    label: str
    means: str
    state: str
    """`leads`, `holds`, `fails` or `open`."""
    share: int
    """Probability of being the verdict, in per cent."""
    lacks: tuple[LackView, ...]
    unknown: tuple[str, ...]
    """Conditions that nobody's words decide yet."""


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of a contradiction or conflict."""

    holds: str
    people: Sequence[str]
    quotes: tuple[str, ...]
    then: str
    """The verdict if this side is right; empty where that is not the point."""


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Two sides and their crux."""

    anchor: str
    label: str
    about: str
    real: bool
    decides: bool
    crux: str
    sides: tuple[SideView, ...]


@dataclass(frozen=True, slots=True)
class GateView:
    """One dimension of the data against its gate."""

    name: str
    state: str
    level: str
    needs: str
    proof: str
    pips: tuple[str, ...]
    """Four marks for levels 0 to 3: `has`, `needs` or nothing."""
    next_step: str
    findings: tuple[FindingView, ...]
    known: tuple[KnownView, ...]
    """Knowledge that explains the gap; empty for a gate that is open."""


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option of the comparison."""

    label: str
    needs_ai: bool
    build: str
    run: str
    effect: str
    payback: str
    result: str


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The decision for one goal."""

    anchor: str
    goal: str
    headline: str
    tone: str
    """`plain` if no AI is needed, `ai` if it is, `open` if that cannot be said."""
    certainty: str
    means: str
    confidence: int
    steps: tuple[StepView, ...]
    questions: tuple[PivotalCriterion, ...]
    more_questions: int
    contradictions: tuple[ConflictView, ...]
    gates: tuple[GateView, ...]
    readiness: str
    metric: str
    options: tuple[OptionView, ...]
    assumptions: tuple[Figure, ...]
    missing: tuple[str, ...]
    known: tuple[KnownView, ...]
    """Knowledge that explains the verdict."""
    memo: tuple[str, ...]
    """The "do not build" memo, line by line; empty where it does not apply."""


@dataclass(frozen=True, slots=True)
class VoiceView:
    """How much somebody contributed."""

    name: str
    role: str
    turns: int
    findings: int


@dataclass(frozen=True, slots=True)
class DecisionsView:
    """Everything that was decided."""

    verdicts: Sequence[VerdictView]
    conflicts: Sequence[ConflictView]
    agenda: tuple[tuple[str, tuple[AgendaItem, ...]], ...]
    voices: tuple[VoiceView, ...]
    missing_roles: tuple[str, ...]
    single_voices: tuple[tuple[str, str], ...]

    @property
    def questions(self) -> int:
        """How many questions there are to ask."""
        return sum(len(items) for _, items in self.agenda)


def decisions_view(decisions: Decisions, index: FindingIndex, knowledge: KnowledgeView) -> DecisionsView:
    """Work out what the report shows of the decisions."""
    finder = Finder(index)
    return DecisionsView(
        verdicts=tuple(verdict_view(goal, number, finder, knowledge) for number, goal in enumerate(decisions.goals, start=1)),
        conflicts=tuple(conflict_view(one, number) for number, one in enumerate(decisions.conflicts, start=1)),
        agenda=tuple(by_person(decisions.agenda).items()),
        voices=_voices(decisions.coverage),
        missing_roles=tuple(ROLE_LABELS.get(role, role.value) for role in decisions.coverage.missing_roles),
        single_voices=tuple((one.statement, one.speaker) for one in decisions.coverage.single_voices),
    )


Cited = tuple[str, str, str, str, int]
"""A criterion or dimension of the data, and the place of the quote that shows it."""


class Finder:
    """Finds the finding that a rating or claim came from, by its first quote."""

    def __init__(self, index: FindingIndex) -> None:
        self._by_place: dict[Cited, FindingView] = {
            place: index.by_id[id_] for id_, finding in index.sources.items() for place in places_of(finding)
        }

    def ratings(self, ratings: Iterable[Rating]) -> tuple[FindingView, ...]:
        """Findings behind ratings, each once."""
        return self._found(_of_rating(one) for one in ratings)

    def claims(self, reading: DimensionReading) -> tuple[FindingView, ...]:
        """Findings behind the claims about a dimension."""
        return self._found(_of_claim(reading.dimension, one) for one in reading.claims)

    def _found(self, keys: Iterable[Cited]) -> tuple[FindingView, ...]:
        found = {view.number: view for key in keys if (view := self._by_place.get(key))}
        return tuple(found.values())


def places_of(finding: Finding) -> Iterator[Cited]:
    """Where decisions find this finding; nowhere unless it is a fact for the verdicts."""
    quote = finding.quotes[0]
    if finding.criterion:
        yield ("c", finding.criterion.criterion, *_place(quote))
    if finding.data:
        yield ("d", finding.data.dimension, *_place(quote))


def cited_places(goal: GoalDecision, most: int) -> Iterator[Cited]:
    """Where the findings stand that a decision names: at most so many for each condition and each dimension of the data."""
    for rung in goal.necessity.ladder:
        for condition in rung.lacking:
            yield from islice(dict.fromkeys(map(_of_rating, condition.ratings)), most)
    for reading in goal.readiness.dimensions if goal.readiness else ():
        yield from islice(dict.fromkeys(_of_claim(reading.dimension, one) for one in reading.claims), most)


def _of_rating(rating: Rating) -> Cited:
    return ("c", rating.criterion, *_place(rating.quotes[0]))


def _of_claim(dimension: str, claim: DataClaim) -> Cited:
    return ("d", dimension, *_place(claim.quotes[0]))


def _place(quote: Quote) -> tuple[str, str, int]:
    return quote.conversation_id, quote.utterance_id, quote.start


def headline(verdict: NecessityAssessment) -> str:
    """The verdict in a few words."""
    if verdict.nothing_suffices:
        return "Open: nothing suffices as things stand"
    if verdict.hangs_on_words:
        return "Open: settled in words, but which side holds is not said"
    if verdict.solution is None:
        return "Open: people contradict each other" if verdict.hangs_on_a_contradiction else "Open: too little is known"
    return "AI is needed" if verdict.ai_needed else "No AI needed"


def verdict_view(goal: GoalDecision, number: int, finder: Finder, knowledge: KnowledgeView) -> VerdictView:
    """One decision under its number."""
    verdict = goal.necessity
    leader = next((rung for rung in verdict.ladder if rung.id == verdict.rung), None)
    tone = "open" if verdict.solution is None else "ai" if verdict.ai_needed else "plain"
    return VerdictView(
        anchor=f"verdict-{number}",
        goal=goal.statement,
        headline=headline(verdict),
        tone=tone,
        certainty=verdict.certainty.value,
        means=f"{sentence_case(leader.solution.label)}. {leader.means}" if leader else open_words(verdict),
        confidence=round(100 * verdict.confidence),
        steps=tuple(_step(rung, verdict, finder) for rung in verdict.ladder),
        questions=verdict.pivotal[:_QUESTIONS_SHOWN],
        more_questions=max(0, len(verdict.pivotal) - _QUESTIONS_SHOWN),
        contradictions=tuple(_contradictions(verdict)),
        gates=_gates(goal.readiness, finder, knowledge),
        readiness=_readiness_words(goal.readiness),
        metric=goal.economics.metric or "",
        options=tuple(_option(one) for one in goal.economics.options),
        assumptions=goal.economics.assumptions,
        missing=goal.economics.missing,
        known=knowledge.on_verdict(goal.goal_id),
        memo=_memo(goal, leader),
    )


def open_words(verdict: NecessityAssessment) -> str:
    """What an open verdict comes closest to."""
    if verdict.nothing_suffices:
        return f"Closest: {'; '.join(rung.with_lacks for rung in verdict.closest[:2])}."
    ranked = sorted(verdict.ladder, key=lambda rung: -rung.probability)[:2]
    return "Likeliest so far: " + ", ".join(f"{rung.solution.label} ({rung.probability:.0%})" for rung in ranked) + "."


def _step(rung: RungReading, verdict: NecessityAssessment, finder: Finder) -> StepView:
    state = "leads" if rung.id == verdict.rung else {True: "holds", False: "fails", None: "open"}[rung.holds]
    return StepView(
        label=sentence_case(rung.label),
        means=rung.means,
        state=state,
        share=round(100 * rung.probability),
        lacks=tuple(LackView(condition.lacks, finder.ratings(condition.ratings)) for condition in rung.lacking),
        unknown=tuple(condition.lacks for condition in rung.conditions if condition.holds is None),
    )


def _contradictions(verdict: NecessityAssessment) -> Iterable[ConflictView]:
    for one in verdict.contradictions:
        sides = tuple(
            SideView(
                holds=side.means,
                people=tuple(dict.fromkeys(name for rating in side.ratings for name in rating.speakers)),
                quotes=_texts(quote for rating in side.ratings for quote in rating.quotes),
                then=sentence_case(side.solution.label) if side.solution else "open",
            )
            for side in one.sides
        )
        crux = "Which is it: " + " - or: ".join(side.holds for side in sides) + "?"
        yield ConflictView("", "Fact", one.name, True, one.decides, crux, sides)


def _texts(quotes: Iterable[Quote]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(quote.text for quote in quotes))


def _gates(readiness: ReadinessAssessment | None, finder: Finder, knowledge: KnowledgeView) -> tuple[GateView, ...]:
    if readiness is None:
        return ()
    return tuple(
        GateView(
            name=one.name,
            state=one.state.value,
            level=one.means or "nobody said",
            needs=one.needs,
            proof=PROOF_LABELS[one.proof] if one.proof else "",
            pips=tuple(
                "has" if one.level is not None and one.level >= level else "needs" if level <= one.least else "" for level in range(1, 4)
            ),
            next_step=one.next_step or "",
            findings=finder.claims(one),
            known=knowledge.on_gap(one.dimension) if one.next_step else (),
        )
        for one in readiness.dimensions
    )


def _readiness_words(readiness: ReadinessAssessment | None) -> str:
    if readiness is None:
        return ""
    if not readiness.dimensions:
        return "Needs no data."
    states = [one.state for one in readiness.dimensions]
    if readiness.ready:
        return "Every condition is met."
    parts = [
        f"{states.count(state)} {word}"
        for state, word in ((GateState.CLOSED, "not met"), (GateState.UNKNOWN, "not known"), (GateState.OPEN, "met"))
        if states.count(state)
    ]
    return f"{plural(len(states), 'condition')}: {', '.join(parts)}."


def _money(figure: Figure | None, per: str = "") -> str:
    if figure is None:
        return "cannot be told yet"
    if figure.low == figure.high:
        return f"{figure.likely:,.0f} {figure.unit}{per}"
    return f"{figure.likely:,.0f} {figure.unit}{per} ({figure.low:,.0f} to {figure.high:,.0f})"


def _option(one: OptionEconomics) -> OptionView:
    return OptionView(
        label=sentence_case(one.solution.label),
        needs_ai=one.solution.needs_ai,
        build=_money(one.build_cost),
        run=_money(one.run_cost_per_month, " a month"),
        effect=_money(one.effect_per_month, " a month") if one.effect_per_month else "cannot be told yet",
        payback=f"month {one.payback_month}"
        if one.payback_month
        else ("never at these figures" if one.effect_per_month else "cannot be told yet"),
        result=f"{one.twelve_month_result:,.0f} {one.build_cost.unit}" if one.twelve_month_result is not None else "cannot be told yet",
    )


def _memo(goal: GoalDecision, leader: RungReading | None) -> tuple[str, ...]:
    """What to do instead, what it saves, what would make AI worth another look. For verdicts without AI only."""
    verdict = goal.necessity
    if leader is None or verdict.solution is None or verdict.solution.needs_ai:
        return ()
    lines = [f"Instead of AI: {leader.means}"]
    plain = next((one for one in goal.economics.options if one.solution is verdict.solution), None)
    ai = next((one for one in goal.economics.options if one.solution.needs_ai), None)
    if plain and ai:
        saved = ai.build_cost.likely - plain.build_cost.likely
        if saved > 0:
            lines.append(
                f"It is likely to cost {saved:,.0f} {plain.build_cost.unit} less to build than {ai.solution.label} "
                "(an early estimate of the difference, see below; a blueprint plans the work in days)."
            )
    higher = [rung for rung in verdict.ladder if rung.solution.needs_ai]
    changes = [question for question in verdict.pivotal if any(solution and solution.needs_ai for _, solution in question.outcomes)]
    if changes:
        lines.append("AI is worth another look if the answer here points to it: " + changes[0].question)
    elif higher:
        lines.append("AI is worth another look only if one of the facts on the ladder changes.")
    if verdict.certainty is not Certainty.SETTLED:
        lines.append("This is the verdict so far, not a settled one.")
    return tuple(lines)


def conflict_view(one: Conflict, number: int) -> ConflictView:
    """One conflict under its number."""
    sides = tuple(SideView(side.holds, side.speakers, _texts(side.quotes), "") for side in one.sides)
    return ConflictView(f"conflict-{number}", CONFLICT_LABELS[one.kind], one.about, one.real, one.decides, one.crux, sides)


def _voices(coverage: Coverage) -> tuple[VoiceView, ...]:
    return tuple(
        VoiceView(
            voice.name, ROLE_LABELS.get(voice.role, "") if voice.role is not Role.UNKNOWN else "role unknown", voice.turns, voice.findings
        )
        for voice in coverage.voices
    )


def figure_words(figure: Figure) -> str:
    """An assumption in a line."""
    span = f"{figure.likely:,g} {figure.unit}".strip()
    ends = "" if figure.low == figure.high else f" ({figure.low:,g} to {figure.high:,g})"
    return f"{figure.name}: {span}{ends}"


def needed_words(gate: GateView) -> str:
    """What a gate asks of the data. The level is quoted: by itself `disputed` would read as if a dispute were wanted."""
    return f"Needs at least: “{gate.needs}”."


def ladder_words(steps: Sequence[StepView]) -> str:
    """The drawn ladder in words, for those who do not see it."""
    words = {"leads": "is the verdict", "holds": "would do as well", "fails": "does not suffice", "open": "cannot be told yet"}
    return "; ".join(f"{step.label} {words[step.state]}" for step in steps)


def solution_label(solution: SolutionClass | None) -> str:
    """The class in words, or that no class does the job."""
    return solution.label if solution else "none of the solutions"
