"""What the console says of a batch that is too large to name every goal: counts, what is missing, and where the rest stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rich.console import Console

from discovery_agent.cli.output import say_on
from discovery_agent.discovery.batch.material import Failure
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import BatchAnalysis

_SHOWN = 5
"""Reasons; a cap that is reached fails thousands of stretches for one and the same."""
_FIGURE = re.compile(r"\d[\d.,]*")


def print_batch_summary(batch: BatchAnalysis, failures: Sequence[Failure], console: Console) -> None:
    """Print the outcome in a few lines."""

    def say(line: str) -> None:
        say_on(console, line)

    tree = batch.goal_tree
    operational = sum(len(goal.operational_goals) for goal in tree.business_goals) + len(tree.unlinked_operational_goals)
    say(
        f"{len(batch.conversations):,} conversations: {plural(len(tree.business_goals), 'business goal')}, "
        f"{plural(operational, 'operational goal')}, {plural(len(tree.kpis), 'KPI')}, of which "
        f"{sum(bool(node.disputed) for node in tree.kpis):,} disputed."
    )
    if batch.decisions:
        verdicts = Counter(
            goal.necessity.solution.value.replace("_", " ") if goal.necessity.solution else "open" for goal in batch.decisions.goals
        )
        say("Verdicts: " + ", ".join(f"{verdict} {count:,}" for verdict, count in verdicts.most_common()) + ".")
    for note in batch.knowledge.notes if batch.knowledge else ():
        say(note)
    print_failures(failures, console)


def print_failures(failures: Sequence[Failure], console: Console) -> None:
    """Why stretches could not be read, equal reasons once, where all are listed, and how to read them.

    Reasons that differ in figures alone, such as what was spent by then, are equal.
    """
    alike: dict[str, list[Failure]] = {}
    for one in failures:
        alike.setdefault(_FIGURE.sub("0", one.why), []).append(one)
    groups = sorted(alike.values(), key=len, reverse=True)
    for group in groups[:_SHOWN]:
        first, more = group[0], len(group) - 1
        others = f" and {plural(more, 'more stretch', 'more stretches')}" if more else ""
        say_on(console, f"Failed: {first.source}, {first.place}{others}: {first.why}")
    if not failures:
        return
    hidden = sum(len(group) for group in groups[_SHOWN:])
    if hidden:
        say_on(console, f"{plural(hidden, 'more stretch', 'more stretches')} failed for other reasons.")
    listed = "The report lists each stretch. " if len(failures) > min(len(groups), _SHOWN) else ""
    say_on(console, f"{listed}The same command with --retry-failed reads only these again.")
