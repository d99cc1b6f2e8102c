"""Invoices that are typed from one system into another."""

from __future__ import annotations

from tests.builders import amount, conversation, finding
from tests.domain.blueprint.cases.case import PEOPLE, Case, rated

from discovery_agent.domain.findings import Direction, FindingKind, Kpi, Stance


def invoices() -> Case:
    """Orders come in a fixed form and the rules can be written down: automation by rules."""
    talk = conversation(
        [
            ("Ingrid Dahl", "I want suppliers paid on time, because we lose discounts and goodwill."),
            (
                "Marek Novak",
                "We need to release matched invoices without typing. It takes 14 minutes per invoice, and 4 minutes would be fine by the end of September.",
            ),
            ("Sofia Reyes", "Every morning I export the list from Navision and type each number into the bank portal."),
            ("Sofia Reyes", "We handle 3,000 invoices a month, and I retype every one of them, which is dull and full of slips."),
            ("Jonas Weber", "The fields are always the same eleven columns, they come out of Navision as a table."),
            ("Marek Novak", "I could write down the rules in an afternoon; order, receipt and amount must agree, that is all."),
            ("Marek Novak", "The outcome is always the same thing, the invoice is released for payment or it is not."),
            ("Marek Novak", "The few that do not match we can go on taking ourselves."),
            ("Ingrid Dahl", "Somebody told me we need a chatbot for suppliers. I would like one."),
            ("Leila Haddad", "Payments above 50,000 need two signatures, that stays."),
            ("Leila Haddad", "If a wrong payment goes out to a fraudster we have a legal problem."),
            ("Marek Novak", "We decided to drop the paper folder from next month."),
            ("Sofia Reyes", "I measure it myself, with the time stamps in Navision, so I can own that figure."),
        ],
        title="Accounts payable kick-off",
        participants=PEOPLE,
    )
    kpi = Kpi(
        metric="Handling time per invoice",
        unit="minutes",
        direction=Direction.DECREASE,
        baseline=amount(14, "minutes", text="14 minutes"),
        target=amount(4, "minutes", text="4 minutes"),
        deadline="by the end of September",
        measured_by="time stamps in Navision",
        owner="Sofia Reyes",
    )
    return Case(
        "Faster invoices",
        "Halden Parts",
        talk,
        (
            finding(talk, FindingKind.BUSINESS_GOAL, "Pay suppliers on time", [(0, "I want suppliers paid on time")]),
            finding(
                talk,
                FindingKind.OPERATIONAL_GOAL,
                "Release matched invoices without typing",
                [(1, "We need to release matched invoices without typing")],
            ),
            finding(
                talk,
                FindingKind.KPI,
                "Handling time per invoice: from 14 to 4 minutes",
                [
                    (1, "It takes 14 minutes per invoice, and 4 minutes would be fine by the end of September"),
                    (12, "with the time stamps in Navision"),
                ],
                kpi=kpi,
            ),
            finding(
                talk,
                FindingKind.PROCESS_STEP,
                "The list is exported from Navision and typed into the bank portal",
                [(2, "I export the list from Navision and type each number into the bank portal")],
            ),
            finding(
                talk,
                FindingKind.PAIN_POINT,
                "Each of 3,000 invoices a month is retyped",
                [(3, "We handle 3,000 invoices a month, and I retype every one of them")],
            ),
            finding(
                talk,
                FindingKind.DATA_SOURCE,
                "Navision holds the invoices as a table of eleven columns",
                [(4, "always the same eleven columns, they come out of Navision as a table")],
            ),
            rated(finding(talk, FindingKind.CRITERION, "Input: fields", [(4, "always the same eleven columns")]), "input", "fields"),
            rated(
                finding(talk, FindingKind.CRITERION, "Cause: effort", [(3, "I retype every one of them, which is dull and full of slips")]),
                "cause",
                "effort",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Rules: complete", [(5, "I could write down the rules in an afternoon")]),
                "rules",
                "complete",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Output: fixed action", [(6, "the invoice is released for payment or it is not")]),
                "output",
                "fixed_action",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Rest: people", [(7, "The few that do not match we can go on taking ourselves")]),
                "rest",
                "people",
            ),
            finding(
                talk,
                FindingKind.POSITION,
                "A chatbot for suppliers",
                [(8, "we need a chatbot for suppliers. I would like one")],
                stance=Stance.FOR,
            ),
            finding(
                talk,
                FindingKind.CONSTRAINT,
                "Payments above 50,000 need two signatures",
                [(9, "Payments above 50,000 need two signatures")],
            ),
            finding(
                talk,
                FindingKind.RISK,
                "A wrong payment to a fraudster is a legal problem",
                [(10, "If a wrong payment goes out to a fraudster we have a legal problem")],
            ),
            finding(
                talk,
                FindingKind.DECISION,
                "Drop the paper folder from next month",
                [(11, "We decided to drop the paper folder from next month")],
            ),
        ),
    )
