"""What somebody asked for and this version does not do, does later, or splits: a line each, for a person to approve.

Nothing that was asked for falls away in silence: whatever no epic of the first version cites is listed here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from discovery_agent.domain.blueprint.decided import contradicted, is_about_scope
from discovery_agent.domain.blueprint.departures import (
    agreed_on,
    asked_in,
    asks_for_ai,
    carried_out,
    decided_about,
    departure,
    in_these_words,
)
from discovery_agent.domain.blueprint.document import BacklogItem, Choice, ChoiceKind, Course
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.nearness import words_of
from discovery_agent.domain.blueprint.texts import LONGEST_GOAL, capital, counted, sentence, short
from discovery_agent.domain.blueprint.threads import Thread, Threads
from discovery_agent.domain.blueprint.ties import named_as_means
from discovery_agent.domain.conversation import content_id
from discovery_agent.domain.findings import Finding, FindingKind, Stance

_UNTIED_BUT_AGREED = "The shared objective names it, and it could not be tied to an operational goal that would move it."
_AGREED_FOR_LATER = "The shared objective names it, and what would move it is not part of the first version."
MOST_SINGLE = 120
"""So many wishes and decisions have a line each; of more, those of one kind share a line that cites them all."""

_TO_WHOM = r"(?:please|could you|can you|would you)(?: also| please)?"
_TO_THE_MINUTES = re.compile(
    rf"\b{_TO_WHOM} (?:write|note|jot|put|get)\b[^.?!]{{0,60}}\bdown\b|\b{_TO_WHOM} (?:write|note|jot|put) down\b"
    rf"|\b{_TO_WHOM} (?:note|minute|record) (?:that|this|it)\b|^\W*(?:write|note|put) (?:that|this|it) down\b"
    r"|\b(?:put|have|keep|leave|strike|take) (?:that|this|it|me)\b[^.?!]{0,40}\b(?:minutes|protocol|record|transcript|notes)\b"
    r"|\bI (?:want|would like|wish)(?: it)? to (?:note|be noted|have it noted) that\b|\bfor the (?:minutes|record)\b",
    re.IGNORECASE,
)


def asks_the_minute_taker(finding: Finding) -> bool:
    """Whether somebody asks whoever keeps the minutes, or leads the interview, for something: no wish for what is built."""
    return finding.kind is FindingKind.POSITION and any(
        _TO_THE_MINUTES.search(text) for text in (finding.statement, finding.quotes[0].text)
    )


def taken_up(material: Material, thread: Thread) -> tuple[str, ...]:
    """Ids of wishes and decisions that the epic of a thread carries out, so that it cites them.

    A wish that is only about the goal is not carried out by whatever is built for it: it has to be told in the goal's own words, mostly,
    and one for AI needs a course with AI.
    """
    if not thread.acts:
        return ()
    own = words_of(" ".join((thread.goal.statement, *(one.statement for one in material.sources.all(thread.goal.findings)))))
    ai = thread.goal.course is Course.BUILD_WITH_AI
    return tuple(
        one.id
        for one in thread.asked
        if (one.kind is FindingKind.DECISION and carried_out(thread, one))
        or (in_these_words(one, own) and not is_about_scope(one) and (ai or not asks_for_ai(one)))
    )


def choices_of(material: Material, threads: Threads, items: dict[str, tuple[BacklogItem, ...]]) -> tuple[Choice, ...]:
    """Every choice, goals first, then wishes and decisions, then what is left of the epics of the first version."""
    found: list[Choice] = [choice for thread in threads.all if (choice := _of_goal(material, thread))]
    found += _business_goals(material, threads)
    found += _kpis(material, threads)
    found += _wishes(material, threads)
    found += _not_placed(material, threads, found)
    rest = [(thread, item) for thread in threads.first for item in items.get(thread.epic.id, ()) if not item.mvp]
    found += [choice for thread, item in rest if (choice := _later_item(thread, item))]
    return tuple({one.id: one for one in found}.values())


def _choice(kind: ChoiceKind, asked: str, instead: str, why: str, findings: Iterable[str], departs_from: str = "") -> Choice | None:
    """None where nothing is left that could be cited. One that departs from what people decided begins its reason with that."""
    ids = tuple(dict.fromkeys(findings))
    if not ids:
        return None
    if departs_from:
        why = f"This departs from {departs_from}, so somebody has to approve it. {why}"
    id_ = content_id("c", kind.value, asked, ids[0])
    return Choice(id=id_, kind=kind, asked=asked, instead=instead, why=why, departs_from=departs_from, findings=ids)


def _asked(goal: str) -> str:
    """A goal as it was stated; of a whole speech its first thought, and the findings have the rest."""
    return capital(short(goal))


def _of_goal(material: Material, thread: Thread) -> Choice | None:
    """What happens to an operational goal that the first version does not reach, or not at once."""
    goal = thread.goal
    decisions = decided_about(material, thread)
    stated = (*goal.findings, *(one.id for one in decisions))
    departs = departure(material, decisions, objective=named_as_means(material, goal))
    if goal.course is Course.DO_NOT_BUILD:
        return _choice(
            ChoiceKind.DROPPED,
            _asked(goal.statement),
            "Nothing is built for it; the memo says what to do instead.",
            goal.why,
            stated,
            departs,
        )
    if goal.course is Course.UNDECIDED:
        asked = "The questions that would settle the verdict are asked first; then it is decided."
        return _choice(ChoiceKind.DEFERRED, _asked(goal.statement), asked, goal.why, stated, departs)
    if goal.course is Course.PREPARE_FIRST and thread.first:
        instead = f"First its data is made ready; {_class(thread)} is decided on again after that."
        return _choice(ChoiceKind.PHASED, _asked(goal.statement), instead, goal.why, stated, departs)
    if not thread.first:
        why = f"Its value is {thread.epic.value} and its risk {thread.epic.risk}, and others come before it by that order."
        return _choice(ChoiceKind.DEFERRED, _asked(goal.statement), "It waits in the backlog for a later version.", why, stated, departs)
    return None


def _class(thread: Thread) -> str:
    return thread.goal.solution.label if thread.goal.solution else "what to build"


def _business_goals(material: Material, threads: Threads) -> list[Choice]:
    """Business goals that no epic of the first version serves."""
    served = {finding for thread in threads.all if thread.acts for finding in thread.above_findings}
    served |= {finding for thread in threads.all if thread.acts for finding in thread.goal.findings}
    known = {finding for thread in threads.all for finding in thread.above_findings}
    found: list[Choice] = []
    for goal in material.tree.business_goals:
        stated = material.sources.live(goal.finding_ids)
        if not stated or served.intersection(stated):
            continue
        if goal.operational_goals or known.intersection(stated) or not threads.all:
            why = "The operational goals that serve it are not part of the first version."
        else:
            why = "Nobody has said yet by which operational goal it is to be reached."
        named = agreed_on(material, stated) or any(agreed_on(material, (), kpi.id) for kpi in goal.kpis)
        departs = departure(material, (), objective=named)
        why += asked_in(material.sources.all(stated)) if named else ""
        instead = "It stays in view and is taken up in a later version."
        choice = _choice(ChoiceKind.DEFERRED, _asked(goal.statement), instead, why, stated, departs)
        found += [choice] if choice else []
    return found


def _not_placed(material: Material, threads: Threads, found: Sequence[Choice]) -> list[Choice]:
    """Goals that are in no goal tree: they were said, or corrected, after the assessment that this version rests on."""
    known = {id_ for thread in threads.all if thread.acts for id_ in thread.epic.findings} | {id_ for one in found for id_ in one.findings}
    goals = [one for one in material.sources.of_kind(FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL) if one.id not in known]
    why = "It is not in the assessment that this version rests on."
    instead = "It is taken up when the blueprint is drafted again."
    single = [_choice(ChoiceKind.DEFERRED, _asked(one.statement), instead, why, [one.id]) for one in goals[:MOST_SINGLE]]
    rest = [one.id for one in goals[MOST_SINGLE:]]
    return [one for one in (*single, _choice(ChoiceKind.DEFERRED, counted(len(rest), "further goal"), instead, why, rest)) if one]


def _kpis(material: Material, threads: Threads) -> list[Choice]:
    """KPIs with a target that no epic works towards, and those of the shared objective that the first version does not work towards."""
    carried = {kpi for thread in threads.all for kpi in thread.epic.kpi_ids}
    begun = {kpi for thread in threads.first if thread.goal.course is not Course.DO_NOT_BUILD for kpi in thread.epic.kpi_ids}
    found: list[Choice] = []
    for node in material.tree.kpis:
        agreed = agreed_on(material, (), node.id)
        if (agreed and node.id not in begun) or (node.id not in carried and (node.kpi.target or node.kpi.change)):
            ids = material.sources.live(node.finding_ids)
            why = "It could not be tied to an operational goal."
            if agreed:
                why = _AGREED_FOR_LATER if node.id in carried else _UNTIED_BUT_AGREED
                why += asked_in(material.sources.all(ids))
            instead = "It is not worked towards in this version."
            choice = _choice(ChoiceKind.DEFERRED, node.statement, instead, why, ids, departure(material, (), objective=agreed))
            found += [choice] if choice else []
    return found


def _wishes(material: Material, threads: Threads) -> list[Choice]:
    """Solutions that somebody asked for and decisions that somebody made, as far as no epic carries them out."""
    open_: list[tuple[Finding, Thread | None]] = []
    for thread in threads.all:
        done = set(taken_up(material, thread))
        if not thread.acts:  # told with the goal, as what that departs from
            done.update(one.id for one in decided_about(material, thread))
        open_ += [(one, thread) for one in thread.asked if one.id not in done]
    open_ += [(one, None) for one in threads.unplaced_asked]
    open_ = [(one, thread) for one, thread in open_ if not asks_the_minute_taker(one) and not _kept(one, threads)]
    alike: dict[tuple[FindingKind, frozenset[str] | str], list[tuple[Finding, Thread | None]]] = defaultdict(list)
    for one, thread in open_:  # said twice in other words is asked for once
        alike[(one.kind, words_of(one.statement) or one.statement)].append((one, thread))
    groups = sorted(alike.values(), key=lambda group: -max(one.confidence for one, _ in group))
    found = [choice for group in groups[:MOST_SINGLE] if (choice := _wish(material, group, threads))]
    rest: dict[bool, list[str]] = defaultdict(list)
    for group in groups[MOST_SINGLE:]:
        for one, _ in group:
            rest[one.kind is FindingKind.DECISION].append(one.id)
    for decided, ids in rest.items():
        asked = counted(len(ids), "further decision") if decided else counted(len(ids), "further wish", "further wishes")
        kept = "They are kept as they were said; nothing in this version carries them out."
        why = f"They are less certain than the {MOST_SINGLE} that have a line of their own, and no epic of the first version cites them."
        choice = _choice(ChoiceKind.DEFERRED, asked, kept, why, ids, f"what {asked} say" if decided else "")
        found += [choice] if choice else []
    return found


def _kept(one: Finding, threads: Threads) -> bool:
    """Whether it is a decision about scope that this version keeps: it is told among what was decided, and asks for no approval."""
    return is_about_scope(one) and contradicted(one, threads.all) is None


def _wish(material: Material, group: Sequence[tuple[Finding, Thread | None]], threads: Threads) -> Choice | None:
    """A line for a wish or decision; it tells how the conflict about it ended, if there was one."""
    ended, chosen = material.agreed.wishes, material.agreed.chosen
    first, _ = group[0]
    if is_about_scope(first) and (against := contradicted(first, threads.all)):
        instead = f"The first version works on it all the same: {sentence(against.goal.statement, LONGEST_GOAL)}"
        why = "What was decided and what the first version works on cannot both hold."
        return _choice(ChoiceKind.DROPPED, first.statement, instead, why, [one.id for one, _ in group], departure(material, [first]))
    decided = [one for one, _ in group if one.kind is FindingKind.DECISION or one.id in chosen]
    found = _wish_or_decision(group, departure(material, decided))
    told = next((ended[one.id] for one, _ in group if one.id in ended and one.id not in chosen), "")
    return found.model_copy(update={"why": f"{found.why} What people made of it: {told.rstrip('.')}."}) if found and told else found


def _wish_or_decision(group: Sequence[tuple[Finding, Thread | None]], departs: str) -> Choice | None:
    first, thread = group[0]
    ids = [one.id for one, _ in group]
    if first.kind is FindingKind.DECISION:
        if thread is None:
            instead, why = (
                "It is kept as it was decided; no task of this version carries it out.",
                "It could not be tied to an operational goal.",
            )
        else:
            instead = f"It is kept for the work on: {sentence(thread.goal.statement, LONGEST_GOAL)}"
            why = "No task of this version carries it out by itself." if thread.acts else "That work is not part of the first version."
        return _choice(ChoiceKind.DEFERRED, first.statement, instead, why, ids, departs)
    if thread is None:
        why = "No operational goal was said to be behind it." if first.stance is Stance.FOR else "It could not be tied to a goal."
        return _choice(ChoiceKind.DROPPED, first.statement, "It is no part of this version; ask for the goal behind it.", why, ids, departs)
    if asks_for_ai(first) and thread.goal.course is Course.PREPARE_FIRST:
        instead = f"First the data is made ready for: {sentence(thread.goal.statement, LONGEST_GOAL)}"
        return _choice(ChoiceKind.PHASED, first.statement, instead, thread.goal.why, ids, departs)
    if thread.acts and thread.goal.solution:
        instead = f"The goal behind it is served by {thread.goal.solution.label}: {sentence(thread.goal.statement, LONGEST_GOAL)}"
        return _choice(ChoiceKind.DROPPED, first.statement, instead, thread.goal.why, ids, departs)
    if thread.goal.course is Course.DO_NOT_BUILD:
        return _choice(
            ChoiceKind.DROPPED,
            first.statement,
            f"Nothing is built for: {sentence(thread.goal.statement, LONGEST_GOAL)}",
            thread.goal.why,
            ids,
            departs,
        )
    why = "Whether it is needed is not decided yet." if thread.goal.course is Course.UNDECIDED else "Other goals come first."
    return _choice(
        ChoiceKind.DEFERRED, first.statement, f"It waits with the goal: {sentence(thread.goal.statement, LONGEST_GOAL)}", why, ids, departs
    )


def _later_item(thread: Thread, item: BacklogItem) -> Choice | None:
    instead = f"The first version of “{thread.epic.title}” goes without it; it follows in the backlog."
    why = "The first version holds what is needed to prove the effect."
    return _choice(ChoiceKind.PHASED, item.title, instead, why, item.findings or thread.epic.findings)
