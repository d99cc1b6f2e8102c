"""Where the marks of an interval picture stand: figures to shares of a width, so that a template only draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 100.0
_ROOM = 0.06  # of the width, left free at both ends
_LEAST = 1e-6  # a range smaller than that is none


@dataclass(frozen=True)
class Whisker:
    """A mean with its interval, in hundredths of the width."""

    low: float
    middle: float
    high: float
    cut_low: bool = False
    """Whether the interval goes on beyond the left edge."""
    cut_high: bool = False


@dataclass(frozen=True)
class Axis:
    """A range of figures laid over the width."""

    first: float
    last: float

    def at(self, value: float) -> float:
        """Where a figure stands, between 0 and `WIDTH`."""
        share = (value - self.first) / (self.last - self.first)
        return round(WIDTH * min(1.0, max(0.0, share)), 2)

    def whisker(self, low: float, middle: float, high: float) -> Whisker:
        """The picture of an interval; what lies outside the range is cut, and marked as cut."""
        return Whisker(self.at(low), self.at(middle), self.at(high), low < self.first - _LEAST, high > self.last + _LEAST)


def axis_over(values: Sequence[float]) -> Axis:
    """The range that shows all of these figures, with a little room; one figure alone stands in the middle.

    >>> axis_over([0.0, 0.88])
    Axis(first=-0.06, last=0.94)
    """
    first, last = min(values), max(values)
    if last - first < _LEAST:
        return Axis(first - 0.5, last + 0.5)
    room = (last - first) * _ROOM / (1 - 2 * _ROOM)
    return Axis(first - room, last + room)


def axis_around_zero(values: Sequence[float]) -> Axis:
    """As `axis_over`, with 0 in the middle: gains to the right, losses to the left.

    >>> axis_around_zero([-0.47, 0.2])
    Axis(first=-0.5, last=0.5)
    """
    reach = max((abs(one) for one in values), default=0.0) / (1 - _ROOM)
    return Axis(-reach, reach) if reach > _LEAST else Axis(-1.0, 1.0)
