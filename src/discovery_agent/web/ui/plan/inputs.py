"""What the plan is computed from: start, people and rates, estimates, assumptions. A lead changes them, and it is computed anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from discovery_agent.discovery.drafting import PlanChanges, save_plan
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.domain.blueprint.document import Blueprint, Plan
from discovery_agent.domain.economics import Span
from discovery_agent.domain.planning.work import LEAST_PEOPLE, MOST_A_DAY, MOST_DAYS, Estimate, RoleRate
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.web.ui.blueprint.assumptions import number_of, three_numbers
from discovery_agent.web.ui.blueprint.desk import Desk, Refusal
from discovery_agent.web.ui.blueprint.marks import figures_of, source_of
from discovery_agent.web.ui.controls import Values, closer, dialog, field, form, text_input, tick
from discovery_agent.web.ui.elements import Piece, badge, div, p, span, words_of
from discovery_agent.web.ui.paging import Paged

_ASSUMPTIONS = 12
_MOST_PEOPLE = 50
_RATES = ("low", "likely", "high")


def show_settings(desk: Desk, plan: Plan) -> None:
    """Start, people and rates: a form for leads, a table for others."""
    if not desk.editable:
        p(f"It starts on {day(plan.inputs.starts_on)}.")
        _roles(plan, None)
        return
    _Settings(desk, plan).show()


class _Settings:
    """The form for the start and for people with their rates."""

    def __init__(self, desk: Desk, plan: Plan) -> None:
        self._desk = desk
        self._plan = plan

    def show(self) -> None:
        """Build it."""
        with form(self._desk.visit, self._save, "plan-form", aria_label="Start, people and rates"):
            self._refusal = Refusal(self._desk)
            with field("Starts on"):
                text_input("starts_on", self._plan.inputs.starts_on.isoformat(), "date", required=True, min="2000-01-01", max="2200-12-31")
            _roles(self._plan, "fields")
            with p("", "line"):
                Piece("button", "Recompute", "button main", type="submit")
                span("It makes a new version, and holds for drafts to come.", "quiet small")

    async def _save(self, values: Values) -> None:
        self._refusal.clear()
        starts = starting_day(values.get("starts_on", ""))
        roles = changed_roles(self._plan.inputs.roles, values)
        if starts == self._plan.inputs.starts_on and not roles:
            raise InvalidRequest("Nothing is changed yet.", remedy="Change the start, people or a rate first.")
        changes = PlanChanges(starts_on=starts if starts != self._plan.inputs.starts_on else None, roles=roles)
        await save_changes(self._desk, self._refusal, changes)


def _roles(plan: Plan, fields: str | None) -> None:
    heads = ("Role", "People", "A day, low", "likely", "high")
    with div("table roles-form stretch", tabindex="0", role="group", aria_label="People and rates"), Piece("table", "", "kpis"):
        with Piece("thead"), Piece("tr"):
            for head in heads:
                Piece("th", head, scope="col")
        with Piece("tbody"):
            for one in plan.inputs.roles:
                with Piece("tr"):
                    with Piece("th", "", scope="row"):
                        words_of(one.name, "span")
                        if one.changed_by:
                            span(" ")
                            badge(f"changed by {one.changed_by}")
                    values = (one.people, one.day_rate.low, one.day_rate.likely, one.day_rate.high)
                    for head, key, value in zip(heads[1:], ("people", *_RATES), values, strict=True):
                        with Piece("td", "", data_label=head):
                            if fields is None:
                                span(f"{value:,.12g}")
                            else:
                                text_input(
                                    f"{one.id}.{key}",
                                    f"{value:.12g}",
                                    "number",
                                    min=f"{LEAST_PEOPLE:g}" if key == "people" else "0",
                                    max=str(_MOST_PEOPLE) if key == "people" else None,
                                    step="any",
                                    required=True,
                                    inputmode="decimal",
                                    aria_label=f"{one.name}: {head}",
                                )
    p(f"Rates in {plan.inputs.currency}; people in full-time people, parts count.", "quiet small")


def starting_day(text: str) -> date:
    """The day in a field.

    Raises:
        InvalidRequest: it is none on which a plan starts.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2200:
        raise InvalidRequest("That is no day on which a plan starts.", where="starts_on", remedy="Choose a day.")
    return found


def changed_roles(roles: Sequence[RoleRate], values: Mapping[str, str]) -> tuple[RoleRate, ...]:
    """The roles that read otherwise in a form.

    Raises:
        InvalidRequest: a rate or a number of people is none that can be computed with.
    """
    found: list[RoleRate] = []
    for one in roles:
        low, likely, high = (_required(values, f"{one.id}.{key}") for key in _RATES)
        people = _required(values, f"{one.id}.people")
        if not LEAST_PEOPLE <= people <= _MOST_PEOPLE:
            raise InvalidRequest(
                f"{one.name}: {people:g} people.",
                where=f"{one.id}.people",
                remedy=f"Use {LEAST_PEOPLE:g} (a hundredth of one person) to {_MOST_PEOPLE}.",
            )
        if not low <= likely <= high:
            raise InvalidRequest(f"{one.name}: low, likely and high must rise.", remedy="Put them in order.")
        if high > MOST_A_DAY:
            raise InvalidRequest(f"{one.name}: a day costs at most {MOST_A_DAY:,}.", remedy="Correct the rate.")
        changed = one.model_copy(update={"people": people, "day_rate": Span(low=low, likely=likely, high=high)})
        if changed != one:
            found.append(changed)
    return tuple(found)


def open_estimate(desk: Desk, task_id: str) -> None:
    """The dialog for the estimate of one task.

    Raises:
        NotFound: the plan has no such task.
        InvalidRequest: this version is not theirs to change.
    """
    plan = desk.shown.plan
    task = next((one for one in plan.tasks if one.id == task_id), None) if plan else None
    if task is None:
        raise NotFound("The plan of this version has no such task.", where=task_id)
    if not desk.editable:
        raise InvalidRequest("Only the newest version is changed, by a lead.")

    async def save(values: Values) -> None:
        refusal.clear()
        await save_changes(desk, refusal, PlanChanges(estimates={task_id: _estimate(values)}), box)

    with desk.visit.client.content, dialog("Estimate") as box:
        box.on("close", lambda: box.delete(), js_handler="() => emit()")
        words_of(task.title, classes="strong")
        with form(desk.visit, save, "fields", aria_label="Change the estimate"):
            refusal = Refusal(desk)
            estimate = task.estimate
            three_numbers("optimistic", estimate.optimistic, "likely", estimate.likely, "pessimistic", estimate.pessimistic, "working days")
            tick("back", "Take my estimate back: use the planning table's")
            with div("actions"):
                closer(box)
                Piece("button", "Save and recompute", "button main", type="submit")
    desk.visit.run("open", box.id)


def _estimate(values: Values) -> Estimate | None:
    if "back" in values:
        return None
    low, likely, high = (_required(values, name) for name in ("optimistic", "likely", "pessimistic"))
    if not low <= likely <= high:
        raise InvalidRequest("Low, likely and high must rise.", remedy="Put them in order.")
    if high > MOST_DAYS:
        raise InvalidRequest(f"A task takes at most {MOST_DAYS:,} days.", remedy="Cut it into several.")
    return Estimate(optimistic=low, likely=likely, pessimistic=high)


async def save_changes(desk: Desk, refusal: Refusal, changes: PlanChanges, box: Piece | None = None) -> None:
    """Compute the plan anew as the next version; refused with the differences if somebody was quicker."""
    try:
        await compute_anew(desk, refusal.base, changes, box)
    except StaleVersion as error:
        await refusal.tell(error)


async def compute_anew(desk: Desk, base: Blueprint, changes: PlanChanges, box: Piece | None = None) -> None:
    """Make the next version from `base`, with these changes.

    Raises:
        StaleVersion: somebody was quicker.
    """

    async def make(base: Blueprint) -> Blueprint:
        return await save_plan(desk.visit.workspace, desk.engagement.id, base.number, changes, desk.actor)

    await desk.change(base, make, said="The plan was computed anew.", dialog=box)


async def show_assumptions(desk: Desk, blueprint: Blueprint) -> None:
    """Every assumption, with the way to change it."""
    listed = blueprint.assumptions

    async def read(offset: int, limit: int) -> tuple[Sequence[Assumption], int]:
        return listed[offset : offset + limit], len(listed)

    def build(some: Sequence[Assumption]) -> None:
        words = "Change" if desk.editable else "Show"
        with Piece("ul", "", "rows"):
            for one in some:
                with Piece("li"):
                    with div("what"):
                        words_of(one.text)
                        with p("", "small quiet"):
                            span(" · ".join(part for part in (figures_of(one), source_of(one)) if part))
                    Piece(
                        "button",
                        words,
                        "button slim",
                        type="button",
                        data_do=f"assumption|{one.id}",
                        aria_label=f"{words} the assumption: {one.text[:80]}",
                    )

    await Paged(desk.visit, "assumptions", read, build, size=_ASSUMPTIONS).load()


def _required(values: Mapping[str, str], name: str) -> float:
    found = number_of(values, name)
    if found is None:
        raise InvalidRequest("A figure is missing.", where=name, remedy="Fill it in.")
    return found
