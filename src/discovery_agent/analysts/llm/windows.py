"""Cutting a conversation into runs of utterances that a model reads at once."""

from __future__ import annotations

from collections.abc import Callable

from discovery_agent.analysts.llm.fence import line_of
from discovery_agent.analysts.protocol import Window
from discovery_agent.domain.conversation import Conversation, Utterance


def cut(conversation: Conversation, tokens_of: Callable[[str], int], budget: int) -> tuple[Window, ...]:
    """Windows of at most `budget` tokens and of about the same size; every utterance is in exactly one.

    An utterance that is longer than the budget is a window of its own.
    """
    sizes = [tokens_of(line_of(utterance)) + 1 for utterance in conversation.utterances]
    count = max(1, -(-sum(sizes) // budget))
    fair = sum(sizes) / count
    windows: list[Window] = []
    run: list[Utterance] = []
    filled = read = 0
    for utterance, size in zip(conversation.utterances, sizes, strict=True):
        # Past a fair share of the whole by more than half of this utterance: it goes to the next window.
        if run and (filled + size > budget or read + size / 2 > fair * (len(windows) + 1)):
            windows.append(Window(first=run[0].index, last=run[-1].index))
            run, filled = [], 0
        run.append(utterance)
        filled += size
        read += size
    if run:
        windows.append(Window(first=run[0].index, last=run[-1].index))
    return tuple(windows)


def halves(conversation: Conversation, window: Window) -> tuple[Window, Window] | None:
    """The window in two parts with about as much text each; None if it is a single utterance."""
    inside = [one for one in conversation.utterances if window.first <= one.index <= window.last]
    if len(inside) < 2:
        return None
    total = sum(len(one.text) for one in inside)
    read = 0
    for place in range(1, len(inside)):
        read += len(inside[place - 1].text)
        if read * 2 >= total or place == len(inside) - 1:
            return (
                Window(first=window.first, last=inside[place - 1].index),
                Window(first=inside[place].index, last=window.last),
            )
    return None
