"""A handover between two shifts."""

from __future__ import annotations

from tests.builders import amount, conversation, finding
from tests.domain.blueprint.cases.case import PEOPLE, Case, rated

from discovery_agent.domain.findings import Direction, FindingKind, Kpi, Stance


def handover() -> Case:
    """People do it differently and nobody owns it: a change of process."""
    talk = conversation(
        [
            ("Ingrid Dahl", "Production must not stop because two shifts understand something different."),
            ("Marek Novak", "We need a clean handover between shifts. A handover takes 30 minutes and should take 10 minutes from May on."),
            ("Sofia Reyes", "Everybody does it their own way, and nobody owns the list."),
            ("Sofia Reyes", "There are 120 handovers a month, and after every second one I call the other shift at home."),
            ("Jonas Weber", "The notes are free text on paper, in every handwriting you can think of."),
            ("Ingrid Dahl", "I thought artificial intelligence could read the handover notes for us."),
            ("Marek Novak", "I am against a new system on the shop floor, we have seven already."),
            ("Leila Haddad", "The works council wants to see anything that records who said what."),
        ],
        title="Shift handover",
        participants=PEOPLE,
    )
    kpi = Kpi(
        metric="Length of a handover",
        unit="minutes",
        direction=Direction.DECREASE,
        baseline=amount(30, "minutes", text="30 minutes"),
        target=amount(10, "minutes", text="10 minutes"),
        deadline="from May on",
    )
    return Case(
        "Shift handover",
        "Halden Parts",
        talk,
        (
            finding(
                talk,
                FindingKind.BUSINESS_GOAL,
                "Production does not stop over a misunderstanding",
                [(0, "Production must not stop because two shifts understand something different")],
            ),
            finding(
                talk, FindingKind.OPERATIONAL_GOAL, "A clean handover between shifts", [(1, "We need a clean handover between shifts")]
            ),
            finding(
                talk,
                FindingKind.KPI,
                "Length of a handover: from 30 to 10 minutes",
                [(1, "A handover takes 30 minutes and should take 10 minutes from May on")],
                kpi=kpi,
            ),
            finding(
                talk,
                FindingKind.PAIN_POINT,
                "After every second handover the other shift is called at home",
                [(3, "There are 120 handovers a month, and after every second one I call the other shift at home")],
            ),
            rated(
                finding(
                    talk, FindingKind.CRITERION, "Cause: way of working", [(2, "Everybody does it their own way, and nobody owns the list")]
                ),
                "cause",
                "way_of_working",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Input: free text", [(4, "The notes are free text on paper")]), "input", "free_text"
            ),
            finding(
                talk,
                FindingKind.POSITION,
                "Artificial intelligence that reads the handover notes",
                [(5, "artificial intelligence could read the handover notes")],
                stance=Stance.FOR,
            ),
            finding(
                talk,
                FindingKind.POSITION,
                "A new system on the shop floor",
                [(6, "I am against a new system on the shop floor")],
                stance=Stance.AGAINST,
            ),
            finding(
                talk,
                FindingKind.CONSTRAINT,
                "The works council sees whatever records who said what",
                [(7, "The works council wants to see anything that records who said what")],
            ),
        ),
    )
