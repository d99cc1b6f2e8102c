"""Realistic drafts for tests, one for each course, all made through `compose`.

    blueprint = draft_of("automate")             # or any other name of CASES
    blueprint = draft_of("automate", number=2)   # the same as a later version
    material = material_of("prepare_first")      # to change something before composing

The cases: `automate`, `build_with_ai`, `prepare_first`, `change_process`, `do_not_build`, `undecided`, and `several`, which holds
goals of several courses, a wish for a chatbot, positions against, decisions and a disputed target. People talk as in a meeting, and
every finding is located in what they said. Each is decided by the real tables; nothing is set by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from tests.builders import amount, conversation, finding

from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder
from discovery_agent.domain.decisions import Tables, decide
from discovery_agent.domain.findings import CriterionReading, DataReading, Direction, Finding, FindingKind, Kpi, Proof, Stance
from discovery_agent.domain.merging import build_goal_tree
from discovery_agent.domain.planning.table import PlanningTable
from discovery_agent.knowledge.tables import load_planning, load_tables
from discovery_agent.settings import data_folder

AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
K = FindingKind


@cache
def tables() -> Tables:
    return load_tables(data_folder("knowledge"))


@cache
def planning() -> PlanningTable:
    return load_planning(data_folder("knowledge"))


_TOGETHER = (
    ("Pay suppliers on time", "Release matched invoices without typing", "Handling time per invoice"),
    ("Customers get an answer while they still care", "Answer customer complaints faster", "Time to answer a complaint"),
    ("Production does not stop over a misunderstanding", "A clean handover between shifts", "Length of a handover"),
    ("Export papers do not hold up the truck", "Fill in the export papers without typing", "Time to fill in the export papers"),
    ("Waste less food in the canteen", "Plan the canteen's portions better"),
)
"""Business goal, operational goal and measure, as they belong together."""


def alike(left: str, right: str) -> float:
    """What an embedding would say of these statements, with shared words for all others."""
    if any(any(left.startswith(one) for one in group) and any(right.startswith(one) for one in group) for group in _TOGETHER):
        return 1.0 if left == right else 0.6
    one, other = set(left.lower().split()), set(right.lower().split())
    return 0.5 * len(one & other) / max(1, len(one | other))


@dataclass(frozen=True)
class Case:
    """What was said, and the findings that were taken from it."""

    title: str
    organisation: str
    talk: Conversation
    findings: tuple[Finding, ...]


def rated(one: Finding, criterion: str, value: str) -> Finding:
    return one.model_copy(update={"criterion": CriterionReading(criterion=criterion, value=value)})


def data(one: Finding, dimension: str, level: int, proof: Proof = Proof.HEARSAY) -> Finding:
    return one.model_copy(update={"data": DataReading(dimension=dimension, level=level, proof=proof)})


PEOPLE = (
    Stakeholder(name="Ingrid Dahl", role=Role.SPONSOR, department="Finance"),
    Stakeholder(name="Marek Novak", role=Role.BUSINESS, department="Accounts payable"),
    Stakeholder(name="Sofia Reyes", role=Role.END_USER, department="Accounts payable"),
    Stakeholder(name="Jonas Weber", role=Role.TECHNICAL, department="IT"),
    Stakeholder(name="Leila Haddad", role=Role.COMPLIANCE, department="Legal"),
)


def _invoices() -> Case:
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
            finding(talk, K.BUSINESS_GOAL, "Pay suppliers on time", [(0, "I want suppliers paid on time")]),
            finding(
                talk,
                K.OPERATIONAL_GOAL,
                "Release matched invoices without typing",
                [(1, "We need to release matched invoices without typing")],
            ),
            finding(
                talk,
                K.KPI,
                "Handling time per invoice: from 14 to 4 minutes",
                [
                    (1, "It takes 14 minutes per invoice, and 4 minutes would be fine by the end of September"),
                    (12, "with the time stamps in Navision"),
                ],
                kpi=kpi,
            ),
            finding(
                talk,
                K.PROCESS_STEP,
                "The list is exported from Navision and typed into the bank portal",
                [(2, "I export the list from Navision and type each number into the bank portal")],
            ),
            finding(
                talk,
                K.PAIN_POINT,
                "Each of 3,000 invoices a month is retyped",
                [(3, "We handle 3,000 invoices a month, and I retype every one of them")],
            ),
            finding(
                talk,
                K.DATA_SOURCE,
                "Navision holds the invoices as a table of eleven columns",
                [(4, "always the same eleven columns, they come out of Navision as a table")],
            ),
            rated(finding(talk, K.CRITERION, "Input: fields", [(4, "always the same eleven columns")]), "input", "fields"),
            rated(
                finding(talk, K.CRITERION, "Cause: effort", [(3, "I retype every one of them, which is dull and full of slips")]),
                "cause",
                "effort",
            ),
            rated(
                finding(talk, K.CRITERION, "Rules: complete", [(5, "I could write down the rules in an afternoon")]), "rules", "complete"
            ),
            rated(
                finding(talk, K.CRITERION, "Output: fixed action", [(6, "the invoice is released for payment or it is not")]),
                "output",
                "fixed_action",
            ),
            rated(
                finding(talk, K.CRITERION, "Rest: people", [(7, "The few that do not match we can go on taking ourselves")]),
                "rest",
                "people",
            ),
            finding(
                talk, K.POSITION, "A chatbot for suppliers", [(8, "we need a chatbot for suppliers. I would like one")], stance=Stance.FOR
            ),
            finding(talk, K.CONSTRAINT, "Payments above 50,000 need two signatures", [(9, "Payments above 50,000 need two signatures")]),
            finding(
                talk,
                K.RISK,
                "A wrong payment to a fraudster is a legal problem",
                [(10, "If a wrong payment goes out to a fraudster we have a legal problem")],
            ),
            finding(
                talk, K.DECISION, "Drop the paper folder from next month", [(11, "We decided to drop the paper folder from next month")]
            ),
        ),
    )


def _letters(*, ready: bool) -> Case:
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
                K.BUSINESS_GOAL,
                "Customers get an answer while they still care",
                [(0, "Customers should get an answer while they still care")],
            ),
            finding(talk, K.OPERATIONAL_GOAL, "Answer customer complaints faster", [(1, "We need to answer customer complaints faster")]),
            finding(
                talk,
                K.KPI,
                "Time to answer a complaint: from 40 to 15 minutes",
                [(1, "A complaint takes 40 minutes today and 15 minutes is the target for June")],
                kpi=kpi,
            ),
            finding(
                talk,
                K.PROCESS_STEP,
                "A clerk reads the e-mail, looks the order up in ServiceCloud and writes a letter",
                [(2, "I read the e-mail, look the order up in ServiceCloud and write a letter from scratch")],
            ),
            finding(
                talk,
                K.PAIN_POINT,
                "2,500 complaints a month, each written differently",
                [(3, "There are 2,500 complaints a month and every one is written differently")],
            ),
            finding(talk, K.DATA_SOURCE, "ServiceCloud holds all letters since 2018", [(8, "All letters since 2018 are in ServiceCloud")]),
            rated(finding(talk, K.CRITERION, "Cause: effort", [(2, "write a letter from scratch")]), "cause", "effort"),
            rated(
                finding(talk, K.CRITERION, "Input: free text", [(3, "every one is written differently, in free text")]),
                "input",
                "free_text",
            ),
            rated(
                finding(talk, K.CRITERION, "Rules: none", [(4, "Nobody could put into rules how a good answer is written")]),
                "rules",
                "none",
            ),
            rated(finding(talk, K.CRITERION, "Output: language", [(5, "What comes out is a letter")]), "output", "language"),
            rated(
                finding(talk, K.CRITERION, "Check: checked", [(6, "A clerk reads every letter before it leaves the house")]),
                "check",
                "checked",
            ),
            rated(finding(talk, K.CRITERION, "Error: bearable", [(7, "The harm of a wrong letter is small")]), "error", "bearable"),
            data(
                finding(
                    talk,
                    K.CRITERION,
                    "Availability: all on record",
                    [(8, "All letters since 2018 are in ServiceCloud, I can export them any day")],
                ),
                "availability",
                3,
            ),
            data(finding(talk, K.CRITERION, "Access: can be exported", [(8, "I can export them any day")]), "access", 3),
            data(finding(talk, K.CRITERION, "Quality", [(9, "I compared a hundred of them last month")]), "quality", low, Proof.TESTED),
            data(
                finding(
                    talk,
                    K.CRITERION,
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
                    K.CRITERION,
                    "Integration: interface in use",
                    [(11, "ServiceCloud has an interface, we use it for the web shop already")],
                ),
                "integration",
                3,
            ),
            data(
                finding(talk, K.CRITERION, "Ownership: the team", [(12, "My team owns the letters, and I put wrong ones right")]),
                "ownership",
                3,
            ),
            finding(
                talk, K.RISK, "Colleagues may not trust what a machine writes", [(13, "colleagues will not trust what a machine writes")]
            ),
            finding(
                talk,
                K.POSITION,
                "An AI assistant that drafts the answers to complaints",
                [(14, "an AI assistant that drafts the answers to complaints would be right")],
                stance=Stance.FOR,
            ),
        ),
    )


def _handover() -> Case:
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
                K.BUSINESS_GOAL,
                "Production does not stop over a misunderstanding",
                [(0, "Production must not stop because two shifts understand something different")],
            ),
            finding(talk, K.OPERATIONAL_GOAL, "A clean handover between shifts", [(1, "We need a clean handover between shifts")]),
            finding(
                talk,
                K.KPI,
                "Length of a handover: from 30 to 10 minutes",
                [(1, "A handover takes 30 minutes and should take 10 minutes from May on")],
                kpi=kpi,
            ),
            finding(
                talk,
                K.PAIN_POINT,
                "After every second handover the other shift is called at home",
                [(3, "There are 120 handovers a month, and after every second one I call the other shift at home")],
            ),
            rated(
                finding(talk, K.CRITERION, "Cause: way of working", [(2, "Everybody does it their own way, and nobody owns the list")]),
                "cause",
                "way_of_working",
            ),
            rated(finding(talk, K.CRITERION, "Input: free text", [(4, "The notes are free text on paper")]), "input", "free_text"),
            finding(
                talk,
                K.POSITION,
                "Artificial intelligence that reads the handover notes",
                [(5, "artificial intelligence could read the handover notes")],
                stance=Stance.FOR,
            ),
            finding(
                talk,
                K.POSITION,
                "A new system on the shop floor",
                [(6, "I am against a new system on the shop floor")],
                stance=Stance.AGAINST,
            ),
            finding(
                talk,
                K.CONSTRAINT,
                "The works council sees whatever records who said what",
                [(7, "The works council wants to see anything that records who said what")],
            ),
        ),
    )


def _rare_case() -> Case:
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
                talk, K.BUSINESS_GOAL, "Export papers do not hold up the truck", [(0, "The export papers should not hold up the truck")]
            ),
            finding(
                talk,
                K.OPERATIONAL_GOAL,
                "Fill in the export papers without typing",
                [(1, "We need to fill in the export papers without typing")],
            ),
            finding(
                talk,
                K.KPI,
                "Time to fill in the export papers: from 25 to 5 minutes",
                [(1, "It takes 25 minutes and 5 minutes would be nice by autumn")],
                kpi=kpi,
            ),
            finding(
                talk,
                K.PAIN_POINT,
                "The same fields are typed for each of 6 exports a month",
                [(2, "We have 6 exports a month, and I type the same fields from Navision every time")],
            ),
            rated(finding(talk, K.CRITERION, "Cause: effort", [(2, "I type the same fields from Navision every time")]), "cause", "effort"),
            rated(
                finding(talk, K.CRITERION, "Input: fields", [(3, "The fields are always the same, they come from one table")]),
                "input",
                "fields",
            ),
            rated(finding(talk, K.CRITERION, "Rules: complete", [(4, "The rules are known to the last comma")]), "rules", "complete"),
            rated(
                finding(talk, K.CRITERION, "Rest: people", [(4, "The rules are known to the last comma, customs wrote them")]),
                "rest",
                "people",
            ),
            rated(finding(talk, K.CRITERION, "Output: fixed action", [(5, "What comes out is the filled form")]), "output", "fixed_action"),
        ),
    )


def _open_case() -> Case:
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
            finding(talk, K.BUSINESS_GOAL, "Waste less food in the canteen", [(0, "We should waste less food in the canteen")]),
            finding(talk, K.OPERATIONAL_GOAL, "Plan the canteen's portions better", [(1, "We need to plan the canteen's portions better")]),
            finding(talk, K.PAIN_POINT, "Forty portions are thrown away on some days", [(2, "Some days we throw away forty portions")]),
        ),
    )


CASES: dict[str, Callable[[], tuple[Case, ...]]] = {
    "automate": lambda: (_invoices(),),
    "build_with_ai": lambda: (_letters(ready=True),),
    "prepare_first": lambda: (_letters(ready=False),),
    "change_process": lambda: (_handover(),),
    "do_not_build": lambda: (_rare_case(),),
    "undecided": lambda: (_open_case(),),
    "several": lambda: (_invoices(), _letters(ready=True), _handover(), _rare_case(), _open_case()),
}


def material_of(name: str, **changes: object) -> Material:
    """The material of a case; `changes` are fields of `Material`."""
    cases = CASES[name]()
    return replace(material_from(cases), **changes)  # type: ignore[arg-type]


def material_from(cases: Sequence[Case]) -> Material:
    """One engagement of these cases."""
    findings = [one for case in cases for one in case.findings]
    tree = build_goal_tree(findings, alike)
    talks = [case.talk for case in cases]
    return Material(
        engagement_id="e-halden",
        title=cases[0].title if len(cases) == 1 else "Less paper at Halden",
        organisation=cases[0].organisation,
        assessment_id="a-1",
        at=AT,
        findings=findings,
        conversations={one.id: one.title for one in talks},
        people=PEOPLE,
        tree=tree,
        decisions=decide(findings, tree, talks, tables(), alike),
        tables=tables(),
        planning=planning(),
    )


def draft_of(name: str, **changes: object) -> Blueprint:
    """The blueprint of a case."""
    return compose(material_of(name, **changes))
