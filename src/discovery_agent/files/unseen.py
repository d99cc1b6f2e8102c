"""Writing a text where what it holds could do something: on a terminal, in a log."""

from __future__ import annotations

_JOINERS = "\u200c\u200d"


def on_a_line(text: str) -> str:
    r"""The text in one line that does nothing to a terminal or a log: what is not printed is shown by its code.

    >>> on_a_line("a\x1b[31m\nb")
    'a\\x1b[31m\\nb'
    """
    return "".join(
        one if one.isprintable() or one in _JOINERS else " " if one == "\u00a0" else one.encode("unicode_escape").decode("ascii")
        for one in text
    )
