"""The options on the KPI of a goal, each with the work that it would take: the figures that the whole blueprint tells of them.

The assessment has an early estimate of each option, which stands for any work of its class. A blueprint knows the systems, gaps and KPIs of
the goal, breaks the work down, and tells the figures of that: in the memo, for each goal, in the plan, and in the choice of the course.
"""

from __future__ import annotations

from dataclasses import replace

from discovery_agent.domain.blueprint.courses import course_of
from discovery_agent.domain.blueprint.document import Course
from discovery_agent.domain.blueprint.effects import option_benefit
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.memo import MOST_GOALS as MOST_IN_MEMO
from discovery_agent.domain.blueprint.option_days import with_option_days
from discovery_agent.domain.blueprint.planned import inputs_of, work_of
from discovery_agent.domain.blueprint.threads import MOST_WITH_ITEMS, Option, Thread, Threads, in_order, with_first
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.planning.simulation import OptionWork, forecast_option

_WITHOUT_ITS_WORK = frozenset({Course.PREPARE_FIRST, Course.UNDECIDED})
"""Courses in which nothing of the chosen class is built yet, so no plan lists its estimates."""
_COURSE_OF = {SolutionClass.PROCESS_CHANGE: Course.CHANGE_PROCESS}


def with_options(material: Material, threads: Threads) -> Threads:
    """The same with the options of every goal that is told at length, and the courses and the order that follow from them."""
    told = list(threads.all)
    while lacking := [one for one in _at_length(told) if one.options is None]:
        done = {one.epic.id: _worked_out(material, one) for one in lacking}
        told = in_order([done.get(one.epic.id, one) for one in told])
    return replace(threads, all=with_first(told))


def _at_length(threads: list[Thread]) -> list[Thread]:
    decided = [one for one in threads if one.goal.course is not Course.UNDECIDED]
    return [*threads[:MOST_WITH_ITEMS], *decided[:MOST_IN_MEMO]]


def _worked_out(material: Material, thread: Thread) -> Thread:
    options: list[Option] = []
    for early in thread.decision.economics.options:
        course = _COURSE_OF.get(early.solution, Course.BUILD_WITH_AI if early.solution.needs_ai else Course.AUTOMATE)
        work = work_of(material, thread, course, early.solution)
        benefit, used = option_benefit(material, thread, early)
        tasks, days = work.tasks, work.assumptions
        if early.solution is not thread.goal.solution or thread.goal.course in _WITHOUT_ITS_WORK:
            tasks, together = with_option_days(thread, early.solution, work.tasks, material.settings)
            days = (together,)
        option = OptionWork(solution=early.solution, tasks=tasks, benefit=benefit)
        chosen = early.solution is thread.goal.solution and thread.goal.course is not Course.DO_NOT_BUILD
        options.append(
            Option(
                early=early,
                work=option,
                benefit=benefit,
                forecast=forecast_option(option, inputs_of(material, tasks), chosen=chosen),
                assumptions=(*days, *(one for one in used if one.id in benefit.assumptions)),
            )
        )
    horizon = material.planning.horizon_months
    pays = not options or not all(one.benefit.effect_per_month and one.forecast.payback_month is None for one in options)
    course, why = course_of(thread.decision, horizon, pays=pays)
    why = " ".join(one for one in (why, material.agreed.criteria.get(thread.goal.goal_id, "")) if one)
    goal = thread.goal.model_copy(update={"course": course, "why": why})
    return replace(thread, options=tuple(options), goal=goal, epic=thread.epic.model_copy(update={"course": course}))
