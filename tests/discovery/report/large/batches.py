"""Batches for the tests of large reports: the worked example, and many small conversations about a few goals."""

from __future__ import annotations

from functools import cache

from discovery_agent.discovery.results import BatchAnalysis, ConversationAnalysis, EngagementAnalysis
from discovery_agent.domain.conversation import Role, Stakeholder
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import Direction, Finding, FindingKind, Kpi
from discovery_agent.domain.goals import GoalTree
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.settings import data_folder
from tests.builders import CREATED_AT, amount, business_node, conversation, finding, kpi_node, operational_node, unverified
from tests.example import unlike


def batch_of(analysis: EngagementAnalysis) -> BatchAnalysis:
    """The same as a batch."""
    return BatchAnalysis(
        title=analysis.title,
        created_at=analysis.created_at,
        analyst=analysis.analyst,
        conversations=analysis.conversations,
        goal_tree=analysis.goal_tree,
        decisions=analysis.decisions,
        knowledge=analysis.knowledge,
        unreadable=analysis.unreadable,
        usage=analysis.usage,
    )


@cache
def many(count: int) -> BatchAnalysis:
    """Conversations of two people each. All want one thing, each has an operational goal of its own, one has a goal that nobody shares, and they
    name one KPI with three targets."""
    analyses: list[ConversationAnalysis] = []
    shared: list[Finding] = []
    own: list[Finding] = []
    kpis: list[Finding] = []
    rare: Finding | None = None
    for number in range(1, count + 1):
        days = 3 + number % 3
        talk = conversation(
            [
                ("Ines Moreau", f"Customers should have their parcel fast, that is what depot {number} is for."),
                (f"Clerk {number}", f"We want to sort returns of depot {number} faster, in {days} days."),
                ("Ines Moreau", "Every label is typed by hand, always in the same way."),
            ],
            title=f"Depot {number}",
            source=f"depot-{number}.vtt",
            participants=(Stakeholder(name="Ines Moreau", role=Role.SPONSOR), Stakeholder(name=f"Clerk {number}", role=Role.END_USER)),
        )
        shared.append(finding(talk, FindingKind.BUSINESS_GOAL, "Parcels arrive fast", [(0, "have their parcel fast")]))
        own.append(finding(talk, FindingKind.OPERATIONAL_GOAL, f"Sort returns of depot {number} faster", [(1, "sort returns")]))
        kpi = Kpi(metric="time to sort", direction=Direction.DECREASE, target=amount(days, "days", text=f"{days} days"))
        kpis.append(finding(talk, FindingKind.KPI, "Time to sort", [(1, f"in {days} days")], kpi=kpi))
        pain = finding(talk, FindingKind.PAIN_POINT, "Labels are typed by hand", [(2, "typed by hand")])
        claim = unverified(talk, FindingKind.RISK, f"Depot {number} may close", [(0, "depot closes", "Nobody said so.")])
        found = (shared[-1], own[-1], kpis[-1], pain)
        if number == 1:
            rare = finding(talk, FindingKind.BUSINESS_GOAL, "Know what the depot is for", [(0, "that is what depot 1 is for")])
            found = (*found, rare)
        analyses.append(ConversationAnalysis(conversation=talk, analyst="rules", findings=found, unverified=(claim,)))
    measured = kpi_node("Time to sort", kpis[0].kpi or Kpi(metric="time to sort"), kpis, disputed=("target",))
    tree = GoalTree(
        business_goals=(business_node([rare] if rare else []), business_node(shared, [operational_node(one) for one in own], [measured]))
    )
    return BatchAnalysis(
        title="Parcels",
        created_at=CREATED_AT,
        analyst="rules",
        conversations=tuple(analyses),
        goal_tree=tree,
        decisions=decide(
            [one for analysis in analyses for one in analysis.findings],
            tree,
            [one.conversation for one in analyses],
            load_tables(data_folder("knowledge")),
            unlike,
        ),
    )
