"""Times in which something must not be touched, as somebody said it, and the work that the plan puts there.

"From May to August nothing is changed on the lines", "don't touch the order interface before 15 February 2027". Which task touches what was
named is told by shared words; where none shares any, the line names all work that falls into the time and says that nobody told them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from discovery_agent.domain.blueprint.dates import day_of as day_in_plan
from discovery_agent.domain.blueprint.document import Plan
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.nearness import words_of
from discovery_agent.domain.blueprint.said_limit import LimitKind, LimitState, SaidLimit
from discovery_agent.domain.blueprint.texts import counted, listed, on_day, short
from discovery_agent.domain.deadlines import day_of
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus
from discovery_agent.domain.planning.work import Stage, Task

_KINDS = (FindingKind.CONSTRAINT, FindingKind.DECISION)
_CLOSED = re.compile(
    r"\b(?:freez\w*|frozen|blackout|shut ?down|closed|change ban|hands off|no (?:changes?|releases?|roll[- ]?outs?|deployments?|installations?)"
    r"|(?:nothing|nobody|no one|none|never|not|cannot|must not|may not|n['’]t) (?:\S+ ){0,5}?"
    r"(?:touch\w*|chang\w*|install\w*|deploy\w*|releas\w*|go(?:es)? live|switch\w*|roll\w*|upgrad\w*|migrat\w*|replac\w*|interfere\w*))",
    re.IGNORECASE,
)
# "We don't touch it before ..." is written with the no within a word.
_NO_WITHIN = re.compile(r"n['’]t\b", re.IGNORECASE)
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DAY = (
    rf"(?:the )?(?:(?:beginning|start|middle|end|close) of )?(?:\d{{1,2}}(?:st|nd|rd|th)?\.?(?: of)? (?:{_MONTH})\b|(?:{_MONTH})\b(?: \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d))?"
    r"|\d{4}-\d\d-\d\d|q[1-4]|christmas|new year)(?:,? (?:19|20)\d\d)?"
)
_FROM_TO = re.compile(
    rf"\b(?:from|between)?\s*(?P<first>{_DAY})\s+(?:to|until|till|through|and|up to|-|–)\s+(?:and including )?(?P<last>{_DAY})",
    re.IGNORECASE,
)
_UNTIL = re.compile(rf"\b(?:until|till|up to)\s+(?P<last>{_DAY})", re.IGNORECASE)
_BEFORE = re.compile(rf"\bbefore\s+(?P<last>{_DAY}|that\b|then\b|this\b)", re.IGNORECASE)
_NAMED_DAY = re.compile(rf"\b(?:on|by|from|at)\s+(?P<day>{_DAY})", re.IGNORECASE)
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_TOUCHES = frozenset({Stage.BUILD, Stage.PILOT, Stage.ROLL_OUT})
_IN_USE = frozenset({Stage.PILOT, Stage.ROLL_OUT})
_OF_NO_SUBJECT = words_of(
    "january february march april june july august september october november december change changed changes touch touched freeze frozen nothing"
    " nobody before until between read write system version first install upgrade goes live"
)
_MOST, _MOST_TASKS, _LONGEST_WORDS = 6, 3, 140


def closed_periods(material: Material) -> tuple[SaidLimit, ...]:
    """Every time in which something must not be touched, each once, in the order of saying."""
    found: dict[tuple[date | None, date | None, str], SaidLimit] = {}
    for one in material.sources.of_kind(*_KINDS):
        period = _period(material, one)
        if period and period.day:
            found.setdefault((period.begins, period.day, period.words), period)
    return tuple(found.values())[:_MOST]


def held_against_work(plan: Plan, periods: Sequence[SaidLimit]) -> tuple[SaidLimit, ...]:
    """Each period with the tasks that the plan puts into it; those that it leaves free are kept."""
    return tuple(_held(plan, one) for one in periods if one.begins and one.day)


def _period(material: Material, finding: Finding) -> SaidLimit | None:
    words = finding.statement if finding.status is FindingStatus.CORRECTED else finding.quotes[0].text
    if not _CLOSED.search(_NO_WITHIN.sub(" not", words)):
        return None
    on = material.said_on([finding])
    first, last = _days(material, finding, words, on)
    if last is None or (first is not None and last < first):
        return None
    return SaidLimit(
        kind=LimitKind.PERIOD,
        begins=first or on,
        day=last,
        words=words,
        speaker=finding.speakers[0] if finding.speakers else "",
        findings=(finding.id,),
    )


def _days(material: Material, finding: Finding, words: str, on: date) -> tuple[date | None, date | None]:
    """The first and the last day; the first is None where it is closed from now on."""
    if match := _FROM_TO.search(words):
        last = day_of(match["last"], on)
        first = _first_day(match["first"], on)
        if first and last and first > last:  # "from May to August 2027": the year stands once
            first = _first_day(f"{match['first']} {last.year}", on)
        return first, last if first else None
    if match := _BEFORE.search(words):
        named = match["last"] if match["last"].lower() not in ("that", "then", "this") else _named_nearby(material, finding)
        day = _first_day(named, on) if named else None
        return None, day - timedelta(days=1) if day else None
    if match := _UNTIL.search(words):
        return None, day_of(match["last"], on)
    return None, None


def _first_day(words: str, on: date) -> date | None:
    """The day that the words name; of a month its first."""
    day = day_of(words, on)
    without_year = re.sub(r"\b(?:19|20)\d\d\b", "", words)
    whole = not _DAY_NUMBER.search(without_year) and not re.search(r"\b(?:middle|end|close) of\b", words, re.IGNORECASE)
    return day.replace(day=1) if day and whole and re.search(_MONTH, words, re.IGNORECASE) else day


def _named_nearby(material: Material, finding: Finding) -> str | None:
    """The day that "before that" stands for: the one named in the same breath."""
    quote = finding.quotes[0]
    texts = [
        other.text
        for one in (finding, *material.findings)
        for other in one.quotes
        if (other.conversation_id, other.utterance_id) == (quote.conversation_id, quote.utterance_id) and other.start <= quote.start
    ]
    return next((match["day"] for text in texts if (match := _NAMED_DAY.search(text))), None)


def _held(plan: Plan, one: SaidLimit) -> SaidLimit:
    said = f"“{short(one.words, _LONGEST_WORDS).rstrip('.')}”"
    who = f"{one.speaker}: {said}" if one.speaker else said
    inside = _inside(plan, one)
    named = words_of(one.words) - _OF_NO_SUBJECT
    about = [(task, span) for task, span in inside if named & words_of(task.title)]
    stages = _TOUCHES if _BEFORE.search(one.words) else _IN_USE
    hit = about or [(task, span) for task, span in inside if task.stage in stages]
    time = f"{on_day(one.begins)} to {on_day(one.day)}" if one.begins and one.day else ""
    if not hit:
        return one.model_copy(update={"state": LimitState.KEPT, "text": f"{who}. The plan puts no such work into the time from {time}."})
    tasks = listed([f"“{short(task.title, 60)}” ({on_day(start)} to {on_day(end)})" for task, (start, end) in hit[:_MOST_TASKS]])
    more = f" and {counted(len(hit) - _MOST_TASKS, 'further task')}" if len(hit) > _MOST_TASKS else ""
    unsure = "" if about else " Whether they touch what was meant, nobody said."
    text = f"{who}. The plan puts {tasks}{more} into that time, {time} (ends in four of five runs).{unsure}"
    return one.model_copy(update={"state": LimitState.EXCEEDED, "text": text})


def _inside(plan: Plan, one: SaidLimit) -> list[tuple[Task, tuple[date, date]]]:
    """Tasks of which a day falls into the period, from their likeliest start to their end in four of five runs."""
    when = {task.task_id: (day_in_plan(plan, task.start), day_in_plan(plan, task.end_p80)) for task in plan.forecast.tasks}
    return [
        (task, when[task.id])
        for task in plan.tasks
        if task.id in when
        and task.stage in _TOUCHES
        and one.begins
        and one.day
        and when[task.id][0] <= one.day
        and one.begins <= when[task.id][1]
    ]
