"""Times inside a recording, as seconds from its beginning."""

from __future__ import annotations

import math
import re

TIME = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,6})?"
"""A clock time such as `0:03`, `00:12:31` or `0:0:0.570`, for use inside other patterns."""

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,6}))?\Z")
_LONGEST = 30 * 24 * 3600.0


def seconds(text: str) -> float | None:
    """Seconds of a clock time; None if it is not one.

    >>> seconds("00:12:31"), seconds("0:0:0.570"), seconds("00:00:1d.890")
    (751.0, 0.57, None)
    """
    match = _CLOCK.match(text.strip())
    if match is None:
        return None
    hours, minutes, whole, fraction = match.groups()
    if int(whole) > 59 or (hours is not None and int(minutes) > 59):
        return None
    return round(int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{fraction or 0}"), 6)


def plausible(value: object) -> float | None:
    """A number of seconds as float; None for anything that cannot be a time in a recording.

    Refuses booleans, NaN, infinities, negative times and more than 30 days.
    """
    if isinstance(value, str):
        clock = seconds(value)
        if clock is not None:
            return clock
        try:
            value = float(value.strip().removesuffix("s"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(value) if 0 <= value <= _LONGEST else None
