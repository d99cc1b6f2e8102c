"""What the console says when an analysis is done: counts, verdicts, disputes, and whatever is missing."""

from __future__ import annotations

from rich.console import Console

from discovery_agent.cli.assess import headline
from discovery_agent.cli.batch_summary import print_failures
from discovery_agent.cli.output import say_on
from discovery_agent.discovery.batch.material import failures_of
from discovery_agent.discovery.report.wording import plural
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.domain.findings import FindingKind

# Notes of a reader can be many: the report has them all.
_NOTES = 3


def print_summary(analysis: EngagementAnalysis, console: Console) -> None:
    """Print the outcome in a few lines; goals and KPIs are counted as the report shows them, joined across conversations."""

    def say(line: str) -> None:
        say_on(console, line)

    for one in analysis.conversations:
        for note in one.conversation.notes[:_NOTES]:
            say(f"{one.conversation.source}{f', line {note.line}' if note.line else ''}: {note.message}")
        if len(one.conversation.notes) > _NOTES:
            say(f"{one.conversation.source}: {len(one.conversation.notes) - _NOTES} more notes are in the report.")
    say(f"{plural(len(analysis.conversations), 'conversation')}: {_counts(analysis)}.")
    for goal in analysis.decisions.goals if analysis.decisions else ():
        say(f"- {goal.statement.rstrip('.')}: {headline(goal.necessity)}")
    for node in analysis.goal_tree.kpis:
        if node.disputed:
            say(f"Disputed: {node.kpi.metric} ({', '.join(node.disputed)})")
    if analysis.unverified:
        held = "finding" if len(analysis.unverified) == 1 else "findings"
        say(f"{len(analysis.unverified)} {held} had no quote that holds, kept apart in the report.")
    for note in analysis.knowledge.notes if analysis.knowledge else ():
        say(note)
    print_failures([failure for one in analysis.conversations for failure in failures_of(one)], console)


def _counts(analysis: EngagementAnalysis) -> str:
    tree = analysis.goal_tree
    operational = sum(len(goal.operational_goals) for goal in tree.business_goals) + len(tree.unlinked_operational_goals)
    counts = {
        FindingKind.BUSINESS_GOAL: len(tree.business_goals),
        FindingKind.OPERATIONAL_GOAL: operational,
        FindingKind.KPI: len(tree.kpis),
    }
    for finding in analysis.findings:
        if finding.kind not in (*list(counts)[:3], FindingKind.CRITERION):
            counts[finding.kind] = counts.get(finding.kind, 0) + 1
    facts = sum(finding.kind is FindingKind.CRITERION for finding in analysis.findings)
    named = [
        plural(counts[kind], "KPI" if kind is FindingKind.KPI else kind.value.replace("_", " ")) for kind in FindingKind if counts.get(kind)
    ]
    named += [plural(facts, "fact") + " for the verdicts"] if facts else []
    return ", ".join(named) or "nothing was found"
