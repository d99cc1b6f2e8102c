"""A canteen that cooks too much or too little."""

from __future__ import annotations

from tests.builders import conversation, finding
from tests.domain.blueprint.cases.case import PEOPLE, Case

from discovery_agent.domain.findings import FindingKind


def canteen() -> Case:
    """A goal and hardly anything else: the verdict is open."""
    talk = conversation(
        [
            ("Ingrid Dahl", "We should waste less food in the canteen."),
            ("Marek Novak", "We need to plan the canteen's portions better, that is the point."),
            ("Sofia Reyes", "Some days we throw away forty portions, other days we run out at noon."),
        ],
        title="Canteen",
        participants=PEOPLE,
    )
    return Case(
        "Canteen",
        "Halden Parts",
        talk,
        (
            finding(talk, FindingKind.BUSINESS_GOAL, "Waste less food in the canteen", [(0, "We should waste less food in the canteen")]),
            finding(
                talk,
                FindingKind.OPERATIONAL_GOAL,
                "Plan the canteen's portions better",
                [(1, "We need to plan the canteen's portions better")],
            ),
            finding(
                talk, FindingKind.PAIN_POINT, "Forty portions are thrown away on some days", [(2, "Some days we throw away forty portions")]
            ),
        ),
    )
