"""The memo of a blueprint that builds nothing: what to do instead, what it saves, and what would have to change for AI to be worth another look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from discovery_agent.domain.blueprint.claims import Claim
from discovery_agent.domain.blueprint.courses import deciding
from discovery_agent.domain.blueprint.document import BlueprintSection, Course, SectionId
from discovery_agent.domain.blueprint.draft import Draft, part, parts
from discovery_agent.domain.blueprint.texts import LONGEST_HOW, capital, goal_in_short, listed, money, sentence, short
from discovery_agent.domain.blueprint.threads import Option, Thread
from discovery_agent.domain.necessity import ConditionReading, RungReading

MOST_GOALS = 5
_MOST_CONDITIONS = 4
_SAID = {Course.CHANGE_PROCESS: "change how people work; nothing is built"}


def memo(draft: Draft) -> BlueprintSection:
    """The section. It fits a page: of many goals, those of most value are told."""
    threads = [one for one in draft.threads.all if one.goal.course is not Course.UNDECIDED][:MOST_GOALS]
    return BlueprintSection(
        id=SectionId.MEMO,
        title="Do not build" if draft.course is Course.DO_NOT_BUILD else "Do not build: change the process",
        parts=parts(
            part("verdict", "In a sentence", _verdict(draft, threads)),
            part("instead", "What to do instead", _each_once(claim for one in threads for claim in _instead(draft, one))),
            part("saves", "What it saves", _each_once(claim for one in threads for claim in _saves(draft, one))),
            part("another_look", "What would have to change for AI to be worth another look", _another_look(draft, threads)),
        ),
    )


def _each_once(claims: Iterable[Claim]) -> list[Claim]:
    """What holds for several goals is said once, on the findings of all of them."""
    found: dict[str, Claim] = {}
    for one in claims:
        if known := found.get(one.text):
            findings = tuple(dict.fromkeys((*known.findings, *one.findings)))
            one = known.model_copy(
                update={"findings": findings, "assumptions": tuple(dict.fromkeys((*known.assumptions, *one.assumptions)))}
            )
        found[one.text] = one
    return list(found.values())


def _verdict(draft: Draft, threads: Sequence[Thread]) -> list[Claim]:
    return [
        Claim(
            text=f"{capital(goal_in_short(one.goal.statement, 110))}: {_SAID.get(one.goal.course, one.goal.course.label)}.",
            findings=(*one.goal.findings[:4], *deciding(draft.material.sources, one.decision.necessity, 4)),
            how=short(f"course by rule. {one.goal.why}", LONGEST_HOW),
        )
        for one in threads
    ]


def _instead(draft: Draft, thread: Thread) -> list[Claim]:
    """The work of the plan for a change; for what does not pay, what is left to do."""
    goal = goal_in_short(thread.goal.statement, 90)
    why = deciding(draft.material.sources, thread.decision.necessity, 4)
    if thread.goal.course is Course.CHANGE_PROCESS:
        items = [item for item in draft.items.get(thread.epic.id, ()) if item.mvp][:4]
        if items:
            return [
                Claim(text=sentence(item.title), findings=item.findings or why, assumptions=item.assumptions, how="the work of the plan")
                for item in items
            ]
        return [Claim(text=f"Agree on how people work, and name an owner: {goal}.", findings=why, how="what a change of process asks for")]
    if thread.decision.necessity.nothing_suffices:
        closest = thread.decision.necessity.closest[:1]
        rest = f" The class that comes closest is {closest[0].label}." if closest else ""
        return [
            Claim(
                text=f"Leave it as it is: {goal}.{rest}",
                findings=why or thread.goal.findings[:3],
                how="of all kinds of solution the one that lacks least",
            )
        ]
    return [
        Claim(
            text=f"Leave it as it is, and go on measuring it: {goal}.",
            findings=(*thread.goal.findings[:3], *(id_ for one in thread.kpis[:1] for id_ in one.findings)),
            how="no option of the economics pays back",
        )
    ]


def _saves(draft: Draft, thread: Thread) -> list[Claim]:
    """In money as far as figures allow; else what is missing to tell."""
    options, chosen = thread.options or (), thread.chosen
    goal = capital(goal_in_short(thread.goal.statement, 90))
    kpi = thread.kpis[0] if thread.kpis else None
    cited = (*(kpi.findings if kpi else ()), *thread.goal.findings[:2])
    if thread.goal.course is Course.DO_NOT_BUILD:
        return [_spared(one, cited, draft.currency) for one in options[:2]]
    claims: list[Claim] = []
    if chosen and (effect := chosen.benefit.effect_per_month):
        low, likely, high = (money(one, draft.currency) for one in (effect.low, effect.likely, effect.high))
        how = f"{low}, {likely}, {high} a month. {chosen.benefit.how}"
        findings = tuple(dict.fromkeys((*cited, *chosen.benefit.findings)))
        claims.append(
            Claim(text=f"{goal}: about {likely} a month, between {low} and {high}.", findings=findings, how=short(how, LONGEST_HOW))
        )
    elif missing := thread.decision.economics.missing:
        named = listed([short(one, 80) for one in missing[:2]])
        text = sentence(f"{goal}: the saving cannot be told in money; missing: {named}", 400)
        claims.append(Claim(text=text, findings=cited, how=short(f"economics: {'; '.join(missing)}", LONGEST_HOW)))
    dearer = [one for one in options if one.early.solution.needs_ai and one is not chosen]
    return [*claims, *(_spared(one, cited, draft.currency) for one in dearer[:1])]


def _spared(option: Option, cited: Sequence[str], currency: str) -> Claim:
    build, run = money(option.forecast.build_cost.p50, currency), money(option.forecast.run_cost_per_month, currency)
    text = f"Not building it as {option.early.solution.label} spares about {build} to build, which is all of its planned work, and {run} a month to run."
    how = f"days x rates of its work: {build} in half of all runs; {run} a month: {option.benefit.how}"
    return Claim(text=text, findings=tuple(cited), how=short(how, LONGEST_HOW))


def _another_look(draft: Draft, threads: Sequence[Thread]) -> list[Claim]:
    """The conditions of the next rungs that fail, with the words that show it; then what the figures would have to be."""
    claims: list[Claim] = []
    for thread in threads:
        goal = capital(goal_in_short(thread.goal.statement, 70))
        told: set[str] = set()
        for rung in _next_rungs(thread):
            for condition in rung.lacking:
                if condition.lacks not in told and len(told) < _MOST_CONDITIONS:
                    told.add(condition.lacks)
                    claims.append(_condition(draft, thread, rung, condition, goal))
        if thread.goal.course is Course.CHANGE_PROCESS:
            text = f"{goal}: the change was made and measured, and fell short of the target."
            how = "a simpler step suffices, so no costlier one is recommended until it has failed"
            claims.append(
                Claim(
                    text=text,
                    findings=(*thread.goal.findings[:4], *deciding(draft.material.sources, thread.decision.necessity, 2)),
                    how=how,
                )
            )
        elif not thread.decision.necessity.nothing_suffices:
            claims += _worth_it(draft, thread, goal)
    return claims


def _next_rungs(thread: Thread) -> list[RungReading]:
    """The rungs with a learned model that fail, those that fail on the fewest conditions first."""
    rungs = [one for one in thread.decision.necessity.ladder if one.solution.needs_ai and one.lacking]
    return sorted(rungs, key=lambda one: len(one.lacking))


def _worth_it(draft: Draft, thread: Thread, goal: str) -> list[Claim]:
    """What an option with a learned model would have to bring a month to pay back within the horizon."""
    horizon = draft.material.planning.horizon_months
    option = next((one for one in thread.options or () if one.early.solution.needs_ai), None)
    effect = option.benefit.effect_per_month if option else None
    if option is None or effect is None or not effect.likely:
        return []
    months = max(1, horizon - ceil(option.forecast.duration_months.likely))
    needed = money(option.forecast.run_cost_per_month + option.forecast.build_cost.p50 / months, draft.currency)
    now = money(effect.likely, draft.currency)
    text = f"{goal}: as {option.early.solution.label} it would have to bring more than about {needed} a month; by today's figures it brings {now}."
    how = f"running cost + cost to build / {months} months of effect = {needed}; {now} a month now: {option.benefit.how}"
    ids = (*thread.goal.findings[:2], *option.benefit.findings[:3])
    return [Claim(text=text, findings=tuple(dict.fromkeys(ids)), how=short(how, LONGEST_HOW))]


def _condition(draft: Draft, thread: Thread, rung: RungReading, condition: ConditionReading, goal: str) -> Claim:
    quotes = [rating.quotes[0] for rating in sorted(condition.ratings, key=lambda one: -one.confidence)]
    shown = f" Shown by: “{short(quotes[0].text, 100)}”{f' ({quotes[0].speaker})' if quotes[0].speaker else ''}." if quotes else ""
    text = f"{goal}: {rung.label} is out as long as this holds: {condition.lacks.rstrip('.')}.{shown}"
    findings = draft.material.sources.citing(quotes, 3) or thread.goal.findings[:2]
    return Claim(text=text, findings=findings, how=f"what {rung.label} needs, and what does not hold: {condition.lacks.rstrip('.')}")
