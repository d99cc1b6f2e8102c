"""Writing to a terminal or pipe what may come from anybody: nothing in it is a command to the terminal, or markup."""

from __future__ import annotations

import json
import os
import sys
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from discovery_agent.files.unseen import on_a_line


def say_on(console: Console, line: str) -> None:
    """Print a line as it is. A terminal gets it broken between words; a path, however long, stays one word."""
    if console.is_terminal:
        width = max(20, console.width - 1)
        line = "\n".join("\n".join(wrap(one, width, break_long_words=False, break_on_hyphens=False)) for one in line.split("\n"))
    console.print(line, markup=False, soft_wrap=True)


class Output(Console):
    """Standard output. Where its reader has left (`| head`), nothing is wrong: the work is finished in silence."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def on_broken_pipe(self) -> None:
        """Write nothing more, and let the command finish."""
        self.quiet = True
        _write_nowhere()

    def say(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """A line of texts, some with a style such as `dim`. Characters that a terminal would obey are shown by their codes."""
        line = Text(" " * indent)
        for part in parts:
            text, style = (part, "") if isinstance(part, str) else part
            line.append(on_a_line(text), style or None)
        self.print(line, soft_wrap=True)

    def write_json(self, value: object) -> None:
        """JSON in ASCII, so that a console or pipe of any encoding takes it."""
        try:
            sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            self.on_broken_pipe()


def _write_nowhere() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
