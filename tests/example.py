"""A worked example for the tests: two meetings of an insurer, with everything that a report has to show.

There is every kind of finding, overlapping quotes, a dispute, orphans, claims without proof, a stretch
that failed and a file that could not be read. `hostile(...)` is the same with one text in every field.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from discovery_agent.analysts.protocol import Window
from discovery_agent.discovery.results import (
    ConversationAnalysis,
    EngagementAnalysis,
    FailedWindow,
    UnreadableFile,
)
from discovery_agent.domain.conversation import Conversation, ReadingNote, Role, Stakeholder
from discovery_agent.domain.decisions import decide
from discovery_agent.domain.findings import Amount, CriterionReading, DataReading, Direction, Finding, FindingKind, Grounding, Kpi, Stance
from discovery_agent.domain.goals import GoalTree
from discovery_agent.knowledge.tables import load_tables
from discovery_agent.models.usage import Usage
from discovery_agent.settings import data_folder
from tests.builders import (
    CREATED_AT,
    amount,
    business_node,
    conversation,
    finding,
    kpi_node,
    operational_node,
    unverified,
)


def kickoff() -> Conversation:
    """The first of the two meetings of `engagement()`: goals, figures and pains."""
    return conversation(
        [
            (
                "Anna Berg",
                "Thanks for coming. What I want is simple: customers should get their claim paid fast, and stay with us.",
            ),
            (
                "Anna Berg",
                "Last year 14 percent of claimants left. I want that under 10 percent by the end of 2027.",
            ),
            (
                "Tomas Lind",
                "A motor claim takes 9 working days from first notice to payment today, and half of that is waiting for papers.",
            ),
            ("Tomas Lind", "So we need to shorten handling of simple motor claims. Five days should do it."),
            (
                "Priya Nair",
                "Photos arrive by e-mail, a clerk opens every one and types the plate into ClaimDesk.",
            ),
            (
                "Anna Berg",
                "Everybody is talking about chatbots. I think we should have one on the front page.",
            ),
            (
                "Tomas Lind",
                "Honestly I would not start with a chatbot, people call because they do not know the status.",
            ),
            (
                "Priya Nair",
                "All claims since 2019 are in ClaimDesk, but the damage codes before 2022 are not reliable.",
            ),
            (None, "[crosstalk]"),
            ("Anna Berg", "Handling cost is about 38 euros a claim. I would be happy with a fifth less."),
            ("Priya Nair", "Do we know how many calls are only about the status? Nobody measures that."),
            ("Anna Berg", "Let us agree: no new system before the summer release."),
        ],
        title="Motor claims kick-off",
        source="motor-claims-kickoff.vtt",
        participants=(
            Stakeholder(name="Anna Berg", role=Role.SPONSOR, department="Claims", title="Head of Claims"),
            Stakeholder(name="Tomas Lind", role=Role.BUSINESS, department="Claims operations"),
            Stakeholder(name="Priya Nair", role=Role.TECHNICAL, department="IT"),
            Stakeholder(name="Lena Fox", role=Role.END_USER, department="Claims operations"),
        ),
        notes=(ReadingNote(line=41, message="A cue without text was skipped."),),
    )


def follow_up() -> Conversation:
    """The second meeting of `engagement()`: compliance speaks, and one target is disputed."""
    return conversation(
        [
            (
                "Mehmet Aydin",
                "From the compliance side: every rejection must be explained to the customer in writing.",
            ),
            ("Anna Berg", "On the nine days, I told the board three days, not five. Three days by June."),
            ("Mehmet Aydin", "If photos go to a vendor abroad we have a data protection problem."),
            ("Tomas Lind", "We assume that body shops will send photos through the portal once it is there."),
            (
                "Mehmet Aydin",
                "We could send a text message at each step, then nobody has to call. Calls about status should go down.",
            ),
            (
                "Tomas Lind",
                "Simple claims follow the same twelve rules, my senior clerk can write them down.",
            ),
            ("Anna Berg", "Then send me the list of them, please."),
            ("Tomas Lind", "You will have it next week."),
        ],
        title="Compliance follow-up",
        source="compliance follow-up.docx",
        participants=(
            Stakeholder(name="Mehmet Aydin", role=Role.COMPLIANCE, department="Legal"),
            Stakeholder(name="Anna Berg", role=Role.SPONSOR, department="Claims"),
            Stakeholder(name="Tomas Lind", role=Role.BUSINESS, department="Claims operations"),
        ),
        held_on=date(2026, 3, 10),
        seconds_per_turn=None,
    )


def kickoff_findings(source: Conversation) -> dict[str, Finding]:
    """What the first meeting gave, by a short name. `leave` and `churn` quote overlapping words."""
    churn = Kpi(
        metric="Claimants who leave",
        unit="%",
        direction=Direction.DECREASE,
        baseline=amount(14, "%", text="14 percent"),
        target=amount(10, "%", text="10 percent"),
        deadline="by the end of 2027",
        measured_by="policies cancelled within 12 months of a claim",
        owner="Anna Berg",
    )
    days = Kpi(
        metric="Time to pay a simple motor claim",
        unit="days",
        direction=Direction.DECREASE,
        baseline=amount(9, "days", text="9 working days"),
        target=amount(5, "days", text="Five days"),
    )
    cost = Kpi(
        metric="Handling cost per claim",
        unit="EUR",
        direction=Direction.DECREASE,
        baseline=Amount(value=38, unit="EUR", text="about 38 euros", approximate=True),
        change=amount(-20, "%", text="a fifth less"),
    )
    kind = FindingKind
    return {
        "fast": finding(source, kind.BUSINESS_GOAL, "Customers get their claim paid fast and stay", [(0, "customers should get their claim paid fast, and stay with us")], confidence=0.9),
        "leave": finding(source, kind.BUSINESS_GOAL, "Keep customers after a claim", [(1, "14 percent of claimants left. I want that under 10 percent")], confidence=0.74),
        "churn": finding(source, kind.KPI, "Claimants who leave: from 14 % to under 10 % by the end of 2027", [(1, "I want that under 10 percent by the end of 2027")], confidence=0.92, kpi=churn),
        "days": finding(source, kind.KPI, "Time to pay a simple motor claim: from 9 to 5 days", [(2, "9 working days from first notice to payment"), (3, "Five days should do it")], confidence=0.85, kpi=days),
        "shorten": finding(source, kind.OPERATIONAL_GOAL, "Shorten the handling of simple motor claims", [(3, "we need to shorten handling of simple motor claims")], confidence=0.88),
        "waiting": finding(source, kind.PAIN_POINT, "Half of the handling time is waiting for papers", [(2, "half of that is waiting for papers")], confidence=0.81),
        "typing": finding(source, kind.PROCESS_STEP, "A clerk opens each photo and types the number plate into ClaimDesk", [(4, "a clerk opens every one and types the plate into ClaimDesk")], confidence=0.78),
        "form": finding(source, kind.CRITERION, "Input arrives as photos by e-mail", [(4, "Photos arrive by e-mail, a clerk opens every one")], confidence=0.66, note="Bears on the form of the input."),
        "chatbot": finding(source, kind.POSITION, "A chatbot on the front page", [(5, "I think we should have one on the front page")], confidence=0.7, stance=Stance.FOR),
        "no_chatbot": finding(source, kind.POSITION, "Starting with a chatbot", [(6, "I would not start with a chatbot")], confidence=0.83, stance=Stance.AGAINST),
        "archive": finding(source, kind.DATA_SOURCE, "ClaimDesk holds all claims since 2019", [(7, "All claims since 2019 are in ClaimDesk")], confidence=0.87),
        "codes": finding(source, kind.RISK, "Damage codes before 2022 are not reliable", [(7, "the damage codes before 2022 are not reliable")], confidence=0.79, grounding=Grounding.NORMALISED),
        "cost": finding(source, kind.KPI, "Handling cost per claim: about 38 EUR, a fifth less", [(9, "Handling cost is about 38 euros a claim. I would be happy with a fifth less")], confidence=0.72, kpi=cost),
        "calls": finding(source, kind.OPEN_QUESTION, "How many calls are only about the status?", [(10, "Do we know how many calls are only about the status?")], confidence=0.76),
        "freeze": finding(source, kind.DECISION, "No new system before the summer release", [(11, "no new system before the summer release")], confidence=0.9),
    }  # fmt: skip


def follow_up_findings(source: Conversation) -> dict[str, Finding]:
    """What the second meeting gave, by a short name."""
    days = Kpi(
        metric="Time to pay a simple motor claim",
        unit="days",
        direction=Direction.DECREASE,
        baseline=amount(9, "days", text="nine days"),
        target=amount(3, "days", text="three days"),
        deadline="by June",
    )
    status = Kpi(metric="Calls about the status", direction=Direction.DECREASE)
    kind = FindingKind
    return {
        "explain": finding(source, kind.CONSTRAINT, "Each rejection must be explained in writing", [(0, "every rejection must be explained to the customer in writing")], confidence=0.93),
        "days": finding(source, kind.KPI, "Time to pay a simple motor claim: from 9 to 3 days by June", [(1, "I told the board three days, not five. Three days by June")], confidence=0.8, kpi=days),
        "abroad": finding(source, kind.RISK, "Photos sent to a vendor abroad would break data protection rules", [(2, "If photos go to a vendor abroad we have a data protection problem")], confidence=0.77),
        "portal": finding(source, kind.ASSUMPTION, "Body shops will send photos through the portal", [(3, "body shops will send photos through the portal once it is there")], confidence=0.48),
        "message": finding(source, kind.OPERATIONAL_GOAL, "Tell customers the status before they call", [(4, "We could send a text message at each step, then nobody has to call")], confidence=0.6),
        "sms": finding(source, kind.POSITION, "A text message at each step", [(4, "We could send a text message at each step")], confidence=0.64, stance=Stance.FOR),
        "status": finding(source, kind.KPI, "Fewer calls about the status", [(4, "Calls about status should go down")], confidence=0.69, kpi=status),
        "rules": finding(source, kind.CRITERION, "An expert can write the rules for simple claims down", [(5, "Simple claims follow the same twelve rules, my senior clerk can write them down")], confidence=0.84),
    }  # fmt: skip


def rated(found: Finding, criterion: tuple[str, str] | None = None, data: tuple[str, int] | None = None) -> Finding:
    """The finding as a reading of a criterion, or of a dimension of data."""
    return found.model_copy(
        update={
            "criterion": CriterionReading(criterion=criterion[0], value=criterion[1]) if criterion else None,
            "data": DataReading(dimension=data[0], level=data[1]) if data else None,
        }
    )


def unlike(left: str, right: str) -> float:
    """Similarity of texts that have nothing in common unless they are the same."""
    return float(left == right)


def engagement(*, analyst: str = "rules", usage: Usage | None = None) -> EngagementAnalysis:
    """Two meetings of an insurer, with everything that a report has to show."""
    first, second = kickoff(), follow_up()
    early, late = kickoff_findings(first), follow_up_findings(second)
    early["form"] = rated(early["form"], ("input", "varied_documents"))
    late["rules"] = rated(late["rules"], ("rules", "complete"))
    # Two people who see the result of the work differently, and one who speaks of the data.
    early["reading"] = rated(
        finding(
            first,
            FindingKind.CRITERION,
            "What the work has to produce: an action from a fixed list",
            [(4, "types the plate into ClaimDesk")],
            confidence=0.8,
        ),
        ("output", "fixed_action"),
    )
    early["grading"] = rated(
        finding(
            first,
            FindingKind.CRITERION,
            "What the work has to produce: text",
            [(6, "people call because they do not know the status")],
            confidence=0.8,
        ),
        ("output", "language"),
    )
    early["since"] = rated(
        finding(
            first,
            FindingKind.CRITERION,
            "Coverage and history: several years of all cases",
            [(7, "All claims since 2019 are in ClaimDesk")],
        ),
        data=("coverage", 3),
    )
    days = early["days"].kpi
    assert days
    assert early["churn"].kpi
    assert early["cost"].kpi
    assert late["status"].kpi
    tree = GoalTree(
        business_goals=(
            business_node(
                [early["fast"]],
                [
                    operational_node(
                        early["shorten"],
                        [
                            kpi_node(
                                early["days"].statement,
                                days.model_copy(update={"deadline": "by June"}),
                                [early["days"], late["days"]],
                                disputed=["target"],
                            )
                        ],
                    )
                ],
                [kpi_node(early["cost"].statement, early["cost"].kpi, [early["cost"]])],
            ),
            business_node([early["leave"]], [], [kpi_node("Claimants who leave", early["churn"].kpi, [early["churn"]])]),
        ),
        unlinked_operational_goals=(operational_node(late["message"]),),
        unlinked_kpis=(kpi_node(late["status"].statement, late["status"].kpi, [late["status"]]),),
    )
    analyses = (
        ConversationAnalysis(
            conversation=first,
            analyst=analyst,
            findings=tuple(early.values()),
            unverified=(
                unverified(
                    first,
                    FindingKind.KPI,
                    "Claims are paid in 4 days",
                    [(2, "takes 4 working days from first notice", "The source says 9, the quote says 4.")],
                ),
            ),
        ),
        ConversationAnalysis(
            conversation=second,
            analyst=analyst,
            findings=tuple(late.values()),
            unverified=(
                unverified(
                    second,
                    FindingKind.CONSTRAINT,
                    "Rejections need no explanation",
                    [(0, "rejection must not be explained", "The quote adds a negation that nobody said.")],
                ),
            ),
            failed_windows=(
                FailedWindow(
                    window=Window(first=6, last=7),
                    error="The model did not answer within 60 seconds.",
                    remedy="Run the analysis again: only this stretch is read again.",
                ),
            ),
        ),
    )
    findings = [*early.values(), *late.values()]
    return EngagementAnalysis(
        decisions=decide(findings, tree, (first, second), load_tables(data_folder("knowledge")), unlike),
        title="Faster motor claims",
        created_at=CREATED_AT,
        analyst=analyst,
        conversations=analyses,
        goal_tree=tree,
        unreadable=(
            UnreadableFile(
                source="workshop photo.heic",
                error="This is a picture, not a transcript.",
                remedy="Give the text of it.",
            ),
        ),
        usage=usage or Usage(),
    )


_FREE_TEXT = frozenset(
    [
        "analyst",
        "deadline",
        "department",
        "error",
        "measured_by",
        "message",
        "metric",
        "name",
        "note",
        "owner",
        "proposed_by",
        "remedy",
        "source",
        "statement",
        "text",
        "title",
        "unit",
        "format",
        "speaker",
        "goal",
        "about",
        "holds",
        "crux",
    ]
)


def hostile(payload: str) -> EngagementAnalysis:
    """The example with `payload` in every field that a file, a person or a model fills."""
    return EngagementAnalysis.model_validate(_replaced(engagement().model_dump(), payload))


def _replaced(value: Any, payload: str) -> Any:
    if isinstance(value, dict):
        changed = {key: payload if key in _FREE_TEXT and isinstance(item, str) else _replaced(item, payload) for key, item in value.items()}
        if "grounding" in changed:
            changed |= {"start": 0, "end": len(payload)}
        for key in ("speakers", "reasons"):
            if key in changed:
                changed[key] = tuple(payload for _ in changed[key])
        return changed
    if isinstance(value, (list, tuple)):
        return tuple(_replaced(item, payload) for item in value)
    return value
