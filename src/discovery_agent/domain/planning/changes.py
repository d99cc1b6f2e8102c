"""Whether what a person changed of a plan can be computed with."""

from __future__ import annotations

from math import isfinite

from discovery_agent.domain.blueprint.claims import Assumption
from discovery_agent.errors import InvalidRequest

MOST = 1e12
"""No figure of a plan is larger; a slip of the keyboard is."""


def sound(changed: Assumption) -> Assumption:
    """An assumption as a person changed it, if it is a figure that a plan can be computed with.

    An end that lies on the wrong side of the value is no mistake: whoever changes the value alone takes the end along.

    Raises:
        InvalidRequest: it is negative, no number, or beyond all bounds.
    """
    for name, value in (("value", changed.value), ("low", changed.low), ("high", changed.high)):
        if value is not None and not (isfinite(value) and 0 <= value <= MOST):
            raise InvalidRequest(
                f"The {name} of `{changed.id}` is {value:g}; it must be a number from 0 to {MOST:g}.",
                where=changed.id,
                remedy="Correct the figure.",
            )
    return changed
