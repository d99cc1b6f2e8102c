"""The vision for the builders: components, data flow, what it is tied to, limits, and where a person stays in the loop."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.domain.blueprint.claims import Assumption, Claim, Row
from discovery_agent.domain.blueprint.courses import deciding
from discovery_agent.domain.blueprint.document import BlueprintSection, Course, SectionId
from discovery_agent.domain.blueprint.draft import Draft, in_words, part, parts, said, table
from discovery_agent.domain.blueprint.systems import NamedSystem, systems_in
from discovery_agent.domain.blueprint.texts import goal_in_short, short
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.findings import FindingKind
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Rating

_MOST_ROWS = 12

_COMPONENTS: dict[SolutionClass, tuple[tuple[str, str], ...]] = {
    SolutionClass.PROCESS_CHANGE: (
        ("Agreed way of working", "Written down in a page: who does what, when, and in which words."),
        ("Owner of the step", "One named person who keeps the page and answers questions."),
    ),
    SolutionClass.RULES_AUTOMATION: (
        ("Intake", "Takes the case in as it arrives and checks that it is complete."),
        ("Rule table", "The rules as the experts write them down; changed without programming."),
        ("Action", "Does what the rules say in the systems that are tied in, and writes a log."),
        ("List of exceptions", "What no rule covers, for people to take."),
    ),
    SolutionClass.ANALYTICS: (
        ("Extract", "Takes the figures from where they are on record."),
        ("Agreed definitions", "One meaning for each figure, written down."),
        ("Report", "One page that everybody sees, with the day of its data."),
    ),
    SolutionClass.PREDICTIVE_ML: (
        ("Extract of past cases", "Cases with the outcome that is known, as of the moment at which it was asked for."),
        ("Training and test", "Learns from older cases and is measured on newer ones, against a rule of thumb."),
        ("Scoring", "Gives each new case its score with the reasons that weigh most."),
        ("Watch", "Compares scores with what came of them and raises a warning when they part."),
    ),
    SolutionClass.GENERATIVE_AI: (
        ("Intake", "Takes text in, leaves out what the model need not see."),
        ("Language model", "Reads or writes within a fixed task; its output has a fixed form."),
        ("Check", "Rules that refuse what is not supported by the input, and a person where it matters."),
        ("Test set", "Cases with the right answer; run before each change of prompt or model."),
    ),
    SolutionClass.HYBRID: (
        ("Intake", "Takes the case in and tells which kind it is."),
        ("Rule table", "Settles the bulk by the rules that experts write down."),
        ("AI step", "Reads or grades only what no rule covers; its output has a fixed form."),
        ("Check", "Rules that refuse unlikely output, and a person where it matters."),
        ("Test set", "Cases with the right answer; run before each change of prompt or model."),
    ),
}


def component_assumptions(threads: Sequence[Thread]) -> tuple[Assumption, ...]:
    """What the usual parts of a class of solution stand on, a line for each class of the first version."""
    classes = dict.fromkeys(_built(one) for one in threads)
    return tuple(
        Assumption(
            id=_assumption(solution),
            text=f"A solution of the class “{solution.label}” is made of its usual parts: "
            f"{', '.join(name.lower() for name, _ in _COMPONENTS[solution])}.",
            source="rule of thumb of this program; to be confirmed by whoever builds it",
        )
        for solution in classes
        if solution
    )


def builder_vision(draft: Draft) -> BlueprintSection:
    """The section."""
    first = draft.threads.first
    return BlueprintSection(
        id=SectionId.BUILDER_VISION,
        title="Vision for the builders",
        parts=parts(
            table("components", "Components", ("Part", "What it does", "For"), _components(first)),
            table("data_flow", "Data flow", ("From", "What", "Goes to"), _data_flow(draft)),
            table("integrations", "Integrations", ("System", "Named in", "For"), _integrations(draft)),
            part("data", "Where the data is", _data(draft)),
            part("limits", "Limits to keep", _limits(draft)),
        ),
    )


def people_in_the_loop(draft: Draft) -> BlueprintSection:
    """Where a person stays in charge, for each goal of the first version."""
    return BlueprintSection(
        id=SectionId.PEOPLE_IN_THE_LOOP,
        title="Where a person stays in the loop",
        parts=parts(
            *(part(thread.epic.id, goal_in_short(thread.goal.statement, 100), _loop(draft, thread)) for thread in draft.threads.first)
        ),
    )


def _built(thread: Thread) -> SolutionClass | None:
    return thread.goal.solution if thread.goal.course not in (Course.DO_NOT_BUILD, Course.UNDECIDED) else None


def _assumption(solution: SolutionClass) -> str:
    return f"components.{solution.value}"


def _components(threads: Sequence[Thread]) -> list[Row]:
    """The usual parts of each class, once, with the goals that they are for."""
    goals: dict[SolutionClass, list[Thread]] = {}
    for one in threads:
        if solution := _built(one):
            goals.setdefault(solution, []).append(one)
    return [
        Row(
            cells=(name, does, "; ".join(goal_in_short(one.goal.statement, 60) for one in whose)),
            findings=tuple(dict.fromkeys(id_ for one in whose for id_ in one.goal.findings[:2])),
            assumptions=(_assumption(solution),),
        )
        for solution, whose in goals.items()
        for name, does in _COMPONENTS[solution]
    ]


def _systems(draft: Draft) -> list[tuple[NamedSystem, Thread | None]]:
    """Systems of the first version, then those that were named without telling what for."""
    found: dict[str, tuple[NamedSystem, Thread | None]] = {}
    for thread in draft.threads.first:
        for system in thread.systems:
            found.setdefault(system.name.lower(), (system, thread))
    if len(found) < _MOST_ROWS:
        unplaced = [one for kind in (FindingKind.DATA_SOURCE, FindingKind.PROCESS_STEP) for one in draft.threads.unplaced.get(kind, ())]
        for system in systems_in(unplaced[:200], draft.material.no_systems):
            found.setdefault(system.name.lower(), (system, None))
    return list(found.values())[:_MOST_ROWS]


def _integrations(draft: Draft) -> list[Row]:
    sources = draft.material.sources
    rows: list[Row] = []
    for system, thread in _systems(draft):
        named = sources.all(system.findings[:1])
        where = in_words(named[0], 90) if named else ""
        rows.append(
            Row(
                cells=(system.name, where, goal_in_short(thread.goal.statement, 60) if thread else "not tied to a goal yet"),
                findings=system.findings[:4],
            )
        )
    return rows


def _data_flow(draft: Draft) -> list[Row]:
    """The steps as they were told, each with the system that it names, in the order of saying."""
    rows: list[Row] = []
    people = [one.name for one in draft.material.people]
    for thread in draft.threads.first:
        goal = goal_in_short(thread.goal.statement, 60)
        steps = sorted(
            thread.told(FindingKind.PROCESS_STEP, 4), key=lambda one: (one.quotes[0].conversation_id, int(one.quotes[0].utterance_id[1:]))
        )
        for step in steps:
            systems = [one.name for one in systems_in([step], people)]
            rows.append(Row(cells=(systems[0] if systems else "as today", short(step.statement, 110), goal), findings=(step.id,)))
    return rows[:_MOST_ROWS]


def _data(draft: Draft) -> list[Claim]:
    placed = [one for thread in draft.threads.first for one in thread.told(FindingKind.DATA_SOURCE, 4)]
    return [said(one) for one in (*placed, *draft.threads.unplaced.get(FindingKind.DATA_SOURCE, ()))[:_MOST_ROWS]]


def _limits(draft: Draft) -> list[Claim]:
    placed = [one for thread in draft.threads.first for one in thread.told(FindingKind.CONSTRAINT, 4)]
    return [said(one) for one in (*placed, *draft.threads.unplaced.get(FindingKind.CONSTRAINT, ()))[:_MOST_ROWS]]


def _loop(draft: Draft, thread: Thread) -> list[Claim]:
    """Where a person decides, from what was said of errors, checks and explanations, and from the class."""
    known = {rating.criterion: rating for rating in sorted(thread.decision.necessity.ratings, key=lambda one: one.confidence)}
    course, solution = thread.goal.course, thread.goal.solution

    def because(*criteria: str) -> tuple[str, ...]:
        return draft.material.sources.citing([known[one].quotes[0] for one in criteria if one in known])

    why = deciding(draft.material.sources, thread.decision.necessity, 3)
    if course is Course.CHANGE_PROCESS:
        return [Claim(text="People do all of it; what changes is how.", findings=why, how="a change of process has no automatic step")]
    if course in (Course.DO_NOT_BUILD, Course.UNDECIDED):
        return [
            Claim(text="Nothing decides by itself: nothing is built for this goal in this version.", findings=why, how="course by rule")
        ]
    claims: list[Claim] = []
    if _shows(known, "error", "severe"):
        text = "A wrong result does harm: a person confirms each result before it takes effect."
        claims.append(Claim(text=text, findings=because("error"), how="rule: a wrong result was said to do severe harm"))
    elif _shows(known, "check", "checked"):
        text = "A person looks at each result before it takes effect, as today."
        claims.append(Claim(text=text, findings=because("check"), how="rule: somebody was said to check each result"))
    if _shows(known, "explain", "needed"):
        text = "Each decision is shown with its reasons, so that whoever has to explain it can."
        claims.append(Claim(text=text, findings=because("explain"), how="rule: each decision was said to need its reasons"))
    if _shows(known, "rest", "people") or _shows(known, "rules", "bulk"):
        text = "Cases that no rule covers go to people, with what is known of them."
        claims.append(Claim(text=text, findings=because("rest", "rules"), how="rule: there are cases that no rule covers, as was said"))
    if solution and solution.needs_ai:
        text = "A person samples results each week and can switch the model off; then the work is done as today."
        claims.append(Claim(text=text, findings=why, how="rule for every class with a learned model"))
        if not claims or ("error" not in known and "check" not in known):
            text = "Until somebody says what a wrong result does, a person confirms each one."
            claims.append(
                Claim(
                    text=text,
                    findings=thread.goal.findings[:2],
                    how="nobody said what an error costs, or who checks; the careful side is taken",
                )
            )
    if not claims:
        text = "A person takes what the rules refuse, and can undo each automatic step."
        claims.append(Claim(text=text, findings=thread.goal.findings[:2], how="rule for automation without a learned model"))
    return claims


def _shows(known: dict[str, Rating], criterion: str, value: str) -> bool:
    return criterion in known and known[criterion].value == value
