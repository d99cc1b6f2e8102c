"""The chart of a KPI: what was measured, against the way from its baseline to its target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from urllib.parse import quote

from discovery_agent.discovery.drawing import Picture, kpi_picture
from discovery_agent.discovery.execution import drifts, list_check_ins
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.execution import CheckIn, Drift, value_in
from discovery_agent.errors import NotFound
from discovery_agent.web.ui.elements import Piece, div

_ALL = 10_000


def measured_of(drift: Drift, check_ins: Sequence[CheckIn]) -> list[tuple[date, float]]:
    """What was measured, oldest first, in the KPI's unit; what cannot be brought into it is left out."""
    values = ((one.day, value_in(one, drift.unit)) for one in sorted(check_ins, key=lambda one: (one.day, one.at)))
    return [(day, value) for day, value in values if value is not None]


def picture_of(drift: Drift, check_ins: Sequence[CheckIn]) -> Picture | None:
    """The chart; None if there is nothing to draw."""
    measured = measured_of(drift, check_ins)
    base, target, start, due = drift.baseline, drift.target, drift.start_day, drift.deadline_day
    baseline = (start, base) if start and base is not None else None
    goal = (due, target) if target is not None else None
    if not measured and not (baseline and goal and due):
        return None
    return kpi_picture(drift.metric, drift.unit or "", measured, baseline=baseline, target=goal)


async def chart_of(ws: Workspace, engagement_id: str, kpi_id: str) -> tuple[Drift, Picture | None]:
    """A KPI and its chart, as they stand.

    Raises:
        NotFound: there is no such engagement or KPI.
    """
    drift = next((one for one in await drifts(ws, engagement_id) if one.kpi_id == kpi_id), None)
    if drift is None:
        raise NotFound("There is no such KPI.", where=kpi_id)
    listed, _ = await list_check_ins(ws, engagement_id, kpi_id, limit=_ALL)
    return drift, picture_of(drift, [one.check_in for one in listed if one.stands])


def drawn_from(picture: Picture, drift: Drift) -> str:
    """The same for charts that look the same."""
    ends = f"{drift.baseline}|{drift.target}|{drift.start_day}|{drift.deadline_day}|{drift.unit}"
    return sha256(f"{picture.title}\x1f{picture.words}\x1f{ends}".encode("utf-8", "surrogatepass")).hexdigest()[:20]


def show_chart(engagement_id: str, drift: Drift, picture: Picture) -> None:
    """The chart in light or dark, drawn when the browser asks for it."""
    base = f"/engagements/{engagement_id}/execution/charts/{quote(drift.kpi_id, safe='')}/{drawn_from(picture, drift)}"
    with div("kpi-chart", tabindex="0", role="group", aria_label=f"Chart: {picture.title}"), Piece("picture"):
        Piece("source", "", "", srcset=f"{base}-dark.svg", media="(prefers-color-scheme: dark)")
        Piece("img", "", "", src=f"{base}-light.svg", alt=f"{picture.title}. {picture.words}"[:1500], decoding="async", loading="lazy")
