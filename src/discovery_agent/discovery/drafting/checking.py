"""What people send for a blueprint, made fit to be stored, and refused where it makes no sense."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.domain.blueprint.claims import Assumption, Part
from discovery_agent.domain.blueprint.document import BlueprintSection
from discovery_agent.domain.planning.work import MOST_A_DAY, MOST_DAYS
from discovery_agent.errors import InvalidRequest

_MOST = {
    "rate": MOST_A_DAY,
    "estimate": MOST_DAYS,
    "option_days": MOST_DAYS,
    "lasts_at_least": MOST_DAYS,
    "ramp_months": 120,
    "gap_closed": 1,
}
_MOST_OF_ALL = 1_000_000_000
"""The most that an assumption can be, by the first word of its id."""


def cleaned(parts: Sequence[Part], before: BlueprintSection | None) -> list[Part]:
    """The parts as they can be stored and shown. What stood there already is left as it is, and so stays the rules' or whoever's it is."""
    old = before.parts if before else ()
    lines = {one.heading for one in old} | {one for part in old for one in part.columns}
    texts = {claim.text for part in old for claim in part.claims} | {cell for part in old for row in part.rows for cell in row.cells}

    def line(text: str) -> str:
        return text if text in lines else " ".join(printable(text).split())

    def words(text: str) -> str:
        return text if text in texts else printable(text).strip()

    return [
        part.model_copy(
            update={
                "heading": line(part.heading),
                "columns": tuple(map(line, part.columns)),
                "claims": tuple(one.model_copy(update={"text": words(one.text)}) for one in part.claims),
                "rows": tuple(one.model_copy(update={"cells": tuple(map(words, one.cells))}) for one in part.rows),
            }
        )
        for part in parts
    ]


def checked(listed: Assumption, assumption: Assumption, actor: str) -> Assumption:
    """The listed assumption with the text and values of the other one."""
    low, value, high = assumption.low, assumption.value, assumption.high
    if (value is None) != (listed.value is None):
        raise InvalidRequest("An assumption with a figure keeps one, and one in words alone has none.", where="value")
    if value is not None and not (low if low is not None else value) <= value <= (high if high is not None else value):
        raise InvalidRequest("Low, likely and high must rise.", where="value", remedy="Put them in order.")
    if any(one is not None and one < 0 for one in (low, value, high)):
        raise InvalidRequest("None of these figures can be below 0.", where="low")
    most = _MOST.get(listed.id.partition(".")[0], _MOST_OF_ALL)
    if max(one or 0 for one in (low, value, high)) > most:
        raise InvalidRequest(f"This figure can be {most:,} at most.", where="value", remedy="Correct it.")
    text = assumption.text if assumption.text == listed.text else printable(assumption.text).strip() or listed.text
    return listed.model_copy(update={"text": text, "low": low, "value": value, "high": high, "changed_by": actor})
