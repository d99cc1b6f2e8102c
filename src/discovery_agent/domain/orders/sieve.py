"""The patterns of orders to a language model, tried on one reading of a text."""

from __future__ import annotations

from discovery_agent.domain.orders.readings import Reading
from discovery_agent.domain.orders.wordings import IN_DISGUISE, IN_LINES, IN_RUNS, IN_TEXT, IN_WORDS


def orders(reading: Reading) -> bool:
    """Whether a text, read so, gives orders to a model."""
    if reading.disguised:
        return any(wordings.found_in(reading.words) for wordings in IN_DISGUISE)
    return (
        any(wordings.found_in(run) for run in reading.spaced for wordings in IN_RUNS)
        or any(wordings.found_in(reading.words) for wordings in IN_WORDS)
        or any(wordings.found_in(reading.text) for wordings in IN_TEXT)
        or any(wordings.found_in(reading.lines) for wordings in IN_LINES)
    )
