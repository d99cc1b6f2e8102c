"""Export papers for a handful of trucks."""

from __future__ import annotations

from tests.builders import amount, conversation, finding
from tests.domain.blueprint.cases.case import PEOPLE, Case, rated

from discovery_agent.domain.findings import Direction, FindingKind, Kpi


def export_papers() -> Case:
    """Automation would do, but there are so few cases that nothing ever pays."""
    talk = conversation(
        [
            ("Ingrid Dahl", "The export papers should not hold up the truck, that is all I ask."),
            (
                "Marek Novak",
                "We need to fill in the export papers without typing. It takes 25 minutes and 5 minutes would be nice by autumn.",
            ),
            ("Sofia Reyes", "We have 6 exports a month, and I type the same fields from Navision every time."),
            ("Jonas Weber", "The fields are always the same, they come from one table."),
            ("Marek Novak", "The rules are known to the last comma, customs wrote them."),
            ("Marek Novak", "What comes out is the filled form, nothing else."),
        ],
        title="Export papers",
        participants=PEOPLE,
    )
    kpi = Kpi(
        metric="Time to fill in the export papers",
        unit="minutes",
        direction=Direction.DECREASE,
        baseline=amount(25, "minutes", text="25 minutes"),
        target=amount(5, "minutes", text="5 minutes"),
        deadline="by autumn",
    )
    return Case(
        "Export papers",
        "Halden Parts",
        talk,
        (
            finding(
                talk,
                FindingKind.BUSINESS_GOAL,
                "Export papers do not hold up the truck",
                [(0, "The export papers should not hold up the truck")],
            ),
            finding(
                talk,
                FindingKind.OPERATIONAL_GOAL,
                "Fill in the export papers without typing",
                [(1, "We need to fill in the export papers without typing")],
            ),
            finding(
                talk,
                FindingKind.KPI,
                "Time to fill in the export papers: from 25 to 5 minutes",
                [(1, "It takes 25 minutes and 5 minutes would be nice by autumn")],
                kpi=kpi,
            ),
            finding(
                talk,
                FindingKind.PAIN_POINT,
                "The same fields are typed for each of 6 exports a month",
                [(2, "We have 6 exports a month, and I type the same fields from Navision every time")],
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Cause: effort", [(2, "I type the same fields from Navision every time")]),
                "cause",
                "effort",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Input: fields", [(3, "The fields are always the same, they come from one table")]),
                "input",
                "fields",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Rules: complete", [(4, "The rules are known to the last comma")]), "rules", "complete"
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Rest: people", [(4, "The rules are known to the last comma, customs wrote them")]),
                "rest",
                "people",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Output: fixed action", [(5, "What comes out is the filled form")]),
                "output",
                "fixed_action",
            ),
        ),
    )
