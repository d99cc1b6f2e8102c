"""Progress of commands that read or index: a bar on a terminal, a line now and then where there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from discovery_agent.discovery.batch.running import Standing
from discovery_agent.knowledge.index import Progress as Report

LINE_EVERY_SECONDS = 30.0
"""How often a batch tells how far it has come where there is no terminal."""


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


PUTTING_TOGETHER = "Putting together what was found ..."
"""Said when everything is read: joining and judging the goals of many conversations takes a while."""


@contextmanager
def batch_progress(
    console: Console | None, files: int, cost: Callable[[], float | None], clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[Standing], None]]:
    """How far a batch of so many files has come: a bar on a terminal, a line every `LINE_EVERY_SECONDS` elsewhere, nothing with no console.

    `cost` gives what this run has spent so far, in USD; None where nobody publishes the price.
    """
    if console is None:
        yield lambda _: None
        return
    began = clock()
    said = began
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Reading", total=files or None, told="")

        def tell(standing: Standing) -> None:
            nonlocal said
            now = clock()
            if console.is_terminal:
                done = _files_done(standing, files)
                bar.update(task, completed=done, told=told(standing, files, cost(), now - began))
                if done == files:  # the bar then moves without an end that anybody knows
                    bar.update(task, description=PUTTING_TOGETHER, total=None)
            elif now - said >= LINE_EVERY_SECONDS:
                said = now
                console.print(told(standing, files, cost(), now - began), markup=False, soft_wrap=True)

        yield tell


def told(standing: Standing, files: int, cost_usd: float | None, seconds: float) -> str:
    """In words: conversations of the files found, windows, failures, cost, and the time left at the pace so far.

    A file that gives no conversation of its own, such as a copy, counts as done.

    >>> told(Standing(files=40, conversations=30, kept=10, windows=25, failed=1), 50, 0.5, 60.0)
    '30 of 50 conversations (10 from an earlier run), 25 windows read, 1 failed, USD 0.5000, about 1 min left'
    """
    parts = [f"{_files_done(standing, files):,} of {files:,} conversations"]
    if standing.kept:
        parts[0] += f" ({standing.kept:,} from an earlier run)"
    parts.append(f"{standing.windows:,} windows read")
    if standing.failed:
        parts.append(f"{standing.failed:,} failed")
    if cost_usd != 0:
        parts.append("cost unknown" if cost_usd is None else f"USD {cost_usd:.4f}")
    done = standing.conversations - standing.kept
    left = files - standing.conversations - standing.without
    if done and seconds and left > 0:
        parts.append(f"{_in_words(seconds / done * left)} left")
    return ", ".join(parts)


def _files_done(standing: Standing, files: int) -> int:
    """Files that gave a conversation which is finished, and those that gave none."""
    return min(files, standing.conversations + standing.without)


def _in_words(seconds: float) -> str:
    if seconds < 90:
        return "about 1 min" if seconds >= 45 else "less than a minute"
    return f"about {round(seconds / 60)} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"
