"""The work of the plan: what decides its end, and every task with its dates and why it is there, a page at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.domain.blueprint.delivery import day_of
from discovery_agent.domain.blueprint.document import Plan
from discovery_agent.domain.blueprint.trace import trace
from discovery_agent.domain.planning.forecast import TaskForecast
from discovery_agent.domain.planning.work import Task
from discovery_agent.web.ui.blueprint.desk import Desk
from discovery_agent.web.ui.blueprint.marks import Marks, show_said
from discovery_agent.web.ui.controls import Values, choice, field, form, tick
from discovery_agent.web.ui.elements import Piece, badge, div, fold, lazy, p, span, words_of
from discovery_agent.web.ui.engagement.result_page import none
from discovery_agent.web.ui.paging import Paged
from discovery_agent.web.ui.plan.words import STAGES, days_of, may_slip

SIZE = 20
_PATH = 14
_AFTER = 2
_QUOTES = 4
_COLUMNS = ("Task", "Role", "Days (low / likely / high)", "After", "Starts", "Ends", "Ends (P80)")


def show_critical_path(plan: Plan) -> None:
    """The tasks that cannot slip without moving the end, in order of time."""
    titles = {one.id: one.title for one in plan.tasks}
    dated = {one.task_id: one for one in plan.forecast.tasks}
    path = [one for one in plan.forecast.critical_path if one in titles]
    p(f"{plural(len(path), 'task')} of {len(plan.tasks)} cannot slip without moving the end, at the likeliest values.", "note")
    _path(plan, path[:_PATH], titles, dated)
    if len(path) > _PATH:
        with fold("All of them", str(len(path))):
            _path(plan, path, titles, dated)


def _path(plan: Plan, path: Sequence[str], titles: dict[str, str], dated: dict[str, TaskForecast]) -> None:
    with Piece("ol", "", "path-list"):
        for one in path:
            with Piece("li"):
                words_of(titles[one], "span")
                if one in dated:
                    span(f" until {day(day_of(plan, dated[one].end))}", "quiet small")


class TaskTable:
    """Every task, in order of its start; only what is looked at is built."""

    def __init__(self, desk: Desk, marks: Marks, plan: Plan) -> None:
        self._desk = desk
        self._marks = marks
        self._plan = plan
        self._dated = {one.task_id: one for one in plan.forecast.tasks}
        self._titles = {one.id: one.title for one in plan.tasks}
        self._roles = {one.id: one.name for one in plan.inputs.roles}
        self._epics = {one.id: one.title for one in desk.shown.epics}
        self._tasks = sorted(plan.tasks, key=lambda one: (self._dated[one.id].start if one.id in self._dated else 0.0, one.id))
        self._chosen: Sequence[Task] = self._tasks

    async def show(self) -> None:
        """The filter and the first tasks."""
        if len(self._tasks) > SIZE:
            self._filter()
        self._list = Paged(self._desk.visit, "tasks", self._read, self._build, size=SIZE, nothing=lambda: none("No task is like that."))
        await self._list.load()

    def _filter(self) -> None:
        async def filter_(values: Values) -> None:
            epic, role, critical = values.get("epic", ""), values.get("role", ""), "critical" in values
            self._chosen = [
                one
                for one in self._tasks
                if (not epic or one.epic_id == epic)
                and (not role or one.role == role)
                and (not critical or (one.id in self._dated and self._dated[one.id].critical))
            ]
            await self._list.load(0)

        with form(self._desk.visit, filter_, "filterbar", aria_label="Which tasks to show"):
            with field("Of"):
                choice("epic", [("", "all epics"), *self._epics.items()])
            with field("Done by"):
                choice("role", [("", "everybody"), *self._roles.items()])
            tick("critical", "only those that cannot slip")
            Piece("button", "Show", "button", type="submit")

    async def _read(self, offset: int, limit: int) -> tuple[Sequence[Task], int]:
        return self._chosen[offset : offset + limit], len(self._chosen)

    def _build(self, tasks: Sequence[Task]) -> None:
        with div("table stretch", tabindex="0", role="group", aria_label="Tasks"), Piece("table", "", "kpis tasks"):
            with Piece("thead"), Piece("tr"):
                for head in _COLUMNS:
                    Piece("th", head, scope="col")
            with Piece("tbody"):
                for one in tasks:
                    self._task(one)

    def _task(self, task: Task) -> None:
        times = self._dated.get(task.id)
        dates = [day(day_of(self._plan, one)) for one in (times.start, times.end, times.end_p80)] if times else ["", "", ""]
        after = [self._titles[one].rstrip(".") for one in task.after if one in self._titles]
        shown = "; ".join(after[:_AFTER]) + (f"; and {len(after) - _AFTER} more" if len(after) > _AFTER else "")
        with Piece("tr", "", "task"):
            with Piece("th", "", scope="row"):
                words_of(task.title, "span")
                with p("", "line small"):
                    badge(STAGES[task.stage])
                    if times and times.critical:
                        badge("cannot slip", "warn")
                    elif times:
                        span(may_slip(times.slack), "quiet")
            words_of(self._roles.get(task.role, task.role), "td").put("data_label", _COLUMNS[1])
            with Piece("td", "", data_label=_COLUMNS[2]), div():
                span(days_of(task.estimate))
                if task.lasts_at_least:
                    span(f", lasts at least {task.lasts_at_least:g}", "quiet small")
                span(" ")
                self._marks.show_ids((), task.assumptions)
                if self._desk.editable:
                    label = f"Change the estimate of: {task.title[:80]}"
                    Piece("button", "Change", "button plain tiny", type="button", data_do=f"estimate|{task.id}", aria_label=label)
            words_of(shown or "the start", "td", "after").put("data_label", _COLUMNS[3])
            for head, text in zip(_COLUMNS[4:], dates, strict=True):
                Piece("td", text, data_label=head)
        with Piece("tr", "", "why"), Piece("td", "", colspan=len(_COLUMNS)):
            lazy(self._desk.visit, "Why this task?", "", self._why(task), "inner").put("aria_label", f"Why this task? {task.title[:80]}")

    def _why(self, task: Task) -> Callable[[], Awaitable[None]]:
        async def show() -> None:
            self._chain(task)

        return show

    def _chain(self, task: Task) -> None:
        """From the task up to the goal, and the sentences it all stands on."""
        found = trace(self._desk.shown, task.id)
        with Piece("ol", "", "why-chain"):
            _link("Task", [task.title])
            _link("Item", [one.title for one in found.items])
            _link("Epic", [found.epic.title] if found.epic else [])
            _link("KPI", [one.metric for one in found.kpis])
            _link("Goal", [found.goal.statement] if found.goal else [])
            with Piece("li"):
                p("Said", "level")
                for one in found.evidence[:_QUOTES]:
                    show_said(self._desk.engagement.id, one, 1)
                if not found.evidence:
                    p("nobody said anything that it stands on", "hole")
                elif len(found.evidence) > _QUOTES:
                    p(f"and {len(found.evidence) - _QUOTES} more findings", "quiet small")


def _link(level: str, texts: Sequence[str]) -> None:
    with Piece("li"):
        p(level, "level")
        for text in texts:
            words_of(text)
        if not texts:
            p("none: this is where it breaks off", "hole")
