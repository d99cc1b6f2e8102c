"""The patterns of orders to a language model, tried on one reading of a text."""

from __future__ import annotations

from discovery_agent.domain.orders.dictation import dictates, is_said_to_a_machine, mentions_an_entry
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


def hidden_order(reading: Reading) -> bool:
    """Whether what had to be decoded or turned round gives an order of any kind."""
    if orders(reading):
        return True
    if reading.disguised:
        return is_said_to_a_machine(reading.words)
    return is_said_to_a_machine(reading.text) or dictates(reading.text) or mentions_an_entry(reading.text)
