"""A progress bar for commands that read or index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from discovery_agent.knowledge.index import Progress as Report


@contextmanager
def shown_progress(console: Console, *, lines: bool = False) -> Iterator[Report]:
    """A progress bar for what takes time. Where nobody watches, nothing, or, with `lines`, a line for each tenth, as a log wants it."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}
        tenths: dict[str, int] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)
            tenth = 10 * done // total if total else 0
            if lines and not console.is_terminal and tenth > tenths.get(what, 0):
                tenths[what] = tenth
                console.print(f"{what}: {done:,} of {total:,}")

        yield report
