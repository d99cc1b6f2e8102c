"""What the console says of a batch that is too large to name every goal: counts, what is missing, and where the rest stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console

from discovery_agent.discovery.batch.material import Failure
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import BatchAnalysis

_SHOWN = 10


def print_batch_summary(batch: BatchAnalysis, failures: Sequence[Failure], console: Console) -> None:
    """Print the outcome in a few lines."""

    def say(line: str) -> None:
        console.print(line, markup=False, soft_wrap=True)

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
    """The first stretches that could not be read, how many more there are, and how to read them."""
    for one in failures[:_SHOWN]:
        console.print(f"Failed: {one.source}, {one.place}: {one.why}", markup=False, soft_wrap=True)
    if failures:
        more = f"{len(failures) - _SHOWN:,} more are listed in the report. " if len(failures) > _SHOWN else ""
        console.print(f"{more}The same command with --retry-failed reads only these again.", markup=False, soft_wrap=True)
