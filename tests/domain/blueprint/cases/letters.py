"""Complaints that are answered by letter."""

from __future__ import annotations

from tests.builders import amount, conversation, finding
from tests.domain.blueprint.cases.case import PEOPLE, Case, data, rated

from discovery_agent.domain.findings import Direction, FindingKind, Kpi, Proof, Stance


def letters(*, ready: bool) -> Case:
    """Free text has to be read and answered: AI; whether the data is ready depends."""
    talk = conversation(
        [
            ("Ingrid Dahl", "Customers should get an answer while they still care, that is what I want."),
            (
                "Marek Novak",
                "We need to answer customer complaints faster. A complaint takes 40 minutes today and 15 minutes is the target for June.",
            ),
            ("Sofia Reyes", "I read the e-mail, look the order up in ServiceCloud and write a letter from scratch."),
            ("Sofia Reyes", "There are 2,500 complaints a month and every one is written differently, in free text."),
            ("Marek Novak", "Nobody could put into rules how a good answer is written; it is a feeling."),
            ("Marek Novak", "What comes out is a letter, in our tone, that answers the question."),
            ("Leila Haddad", "A clerk reads every letter before it leaves the house, and that must stay so."),
            ("Leila Haddad", "The harm of a wrong letter is small; we apologise and send another one."),
            ("Jonas Weber", "All letters since 2018 are in ServiceCloud, I can export them any day."),
            (
                "Jonas Weber",
                "The records are clean, I compared a hundred of them last month."
                if ready
                else "Half of the records are wrong or empty, I compared a hundred of them last month.",
            ),
            (
                "Leila Haddad",
                "Data protection has signed off this use of the letters."
                if ready
                else "Nobody has a legal basis for using the letters, data protection said no so far.",
            ),
            ("Jonas Weber", "ServiceCloud has an interface, we use it for the web shop already."),
            ("Marek Novak", "My team owns the letters, and I put wrong ones right."),
            ("Sofia Reyes", "I am afraid that colleagues will not trust what a machine writes."),
            ("Ingrid Dahl", "I believe an AI assistant that drafts the answers to complaints would be right."),
        ],
        title="Complaints workshop",
        participants=PEOPLE,
    )
    kpi = Kpi(
        metric="Time to answer a complaint",
        unit="minutes",
        direction=Direction.DECREASE,
        baseline=amount(40, "minutes", text="40 minutes"),
        target=amount(15, "minutes", text="15 minutes"),
        deadline="for June",
        measured_by="ServiceCloud",
        owner="Marek Novak",
    )
    low = 1 if not ready else 3
    return Case(
        "Answers to complaints",
        "Halden Parts",
        talk,
        (
            finding(
                talk,
                FindingKind.BUSINESS_GOAL,
                "Customers get an answer while they still care",
                [(0, "Customers should get an answer while they still care")],
            ),
            finding(
                talk,
                FindingKind.OPERATIONAL_GOAL,
                "Answer customer complaints faster",
                [(1, "We need to answer customer complaints faster")],
            ),
            finding(
                talk,
                FindingKind.KPI,
                "Time to answer a complaint: from 40 to 15 minutes",
                [(1, "A complaint takes 40 minutes today and 15 minutes is the target for June")],
                kpi=kpi,
            ),
            finding(
                talk,
                FindingKind.PROCESS_STEP,
                "A clerk reads the e-mail, looks the order up in ServiceCloud and writes a letter",
                [(2, "I read the e-mail, look the order up in ServiceCloud and write a letter from scratch")],
            ),
            finding(
                talk,
                FindingKind.PAIN_POINT,
                "2,500 complaints a month, each written differently",
                [(3, "There are 2,500 complaints a month and every one is written differently")],
            ),
            finding(
                talk,
                FindingKind.DATA_SOURCE,
                "ServiceCloud holds all letters since 2018",
                [(8, "All letters since 2018 are in ServiceCloud")],
            ),
            rated(finding(talk, FindingKind.CRITERION, "Cause: effort", [(2, "write a letter from scratch")]), "cause", "effort"),
            rated(
                finding(talk, FindingKind.CRITERION, "Input: free text", [(3, "every one is written differently, in free text")]),
                "input",
                "free_text",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Rules: none", [(4, "Nobody could put into rules how a good answer is written")]),
                "rules",
                "none",
            ),
            rated(finding(talk, FindingKind.CRITERION, "Output: language", [(5, "What comes out is a letter")]), "output", "language"),
            rated(
                finding(talk, FindingKind.CRITERION, "Check: checked", [(6, "A clerk reads every letter before it leaves the house")]),
                "check",
                "checked",
            ),
            rated(
                finding(talk, FindingKind.CRITERION, "Error: bearable", [(7, "The harm of a wrong letter is small")]), "error", "bearable"
            ),
            data(
                finding(
                    talk,
                    FindingKind.CRITERION,
                    "Availability: all on record",
                    [(8, "All letters since 2018 are in ServiceCloud, I can export them any day")],
                ),
                "availability",
                3,
            ),
            data(finding(talk, FindingKind.CRITERION, "Access: can be exported", [(8, "I can export them any day")]), "access", 3),
            data(
                finding(talk, FindingKind.CRITERION, "Quality", [(9, "I compared a hundred of them last month")]),
                "quality",
                low,
                Proof.TESTED,
            ),
            data(
                finding(
                    talk,
                    FindingKind.CRITERION,
                    "Privacy",
                    [
                        (
                            10,
                            "Data protection has signed off this use of the letters"
                            if ready
                            else "Nobody has a legal basis for using the letters",
                        )
                    ],
                ),
                "privacy",
                3 if ready else 0,
            ),
            data(
                finding(
                    talk,
                    FindingKind.CRITERION,
                    "Integration: interface in use",
                    [(11, "ServiceCloud has an interface, we use it for the web shop already")],
                ),
                "integration",
                3,
            ),
            data(
                finding(talk, FindingKind.CRITERION, "Ownership: the team", [(12, "My team owns the letters, and I put wrong ones right")]),
                "ownership",
                3,
            ),
            finding(
                talk,
                FindingKind.RISK,
                "Colleagues may not trust what a machine writes",
                [(13, "colleagues will not trust what a machine writes")],
            ),
            finding(
                talk,
                FindingKind.POSITION,
                "An AI assistant that drafts the answers to complaints",
                [(14, "an AI assistant that drafts the answers to complaints would be right")],
                stance=Stance.FOR,
            ),
        ),
    )
