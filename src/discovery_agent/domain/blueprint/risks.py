"""Risks and compliance: what people warned of, gaps of the data, and rules of law that a finding triggers, each with what to do and who."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discovery_agent.domain.blueprint.claims import Assumption, Claim, Row
from discovery_agent.domain.blueprint.document import BlueprintSection, Course, SectionId
from discovery_agent.domain.blueprint.draft import Draft, in_words, limit_claims, part, parts, table
from discovery_agent.domain.blueprint.duties import DUTIES, Duty
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.said_limit import LimitState
from discovery_agent.domain.blueprint.texts import LONGEST_HOW, goal_in_short, short
from discovery_agent.domain.blueprint.threads import Thread, Threads
from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.domain.readiness import GateState

MOST_RISKS = 20
_MOST_CITED = 4
_MOST_OPEN = 6
_MOST_QUESTIONS = 3
_TRIGGER_KINDS = (FindingKind.RISK, FindingKind.CONSTRAINT, FindingKind.DATA_SOURCE, FindingKind.PROCESS_STEP, FindingKind.PAIN_POINT)

# What a warning is about -> what to do about it, and whose matter it is. The first that fits counts.
_MITIGATIONS: tuple[tuple[re.Pattern[str], str, Role], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})", re.IGNORECASE), action, role)
    for pattern, action, role in (
        (
            r"privacy|gdpr|data protection|personal data|consent|abroad|confidential|leaves? (?:the|our|this) (?:eu\b|european|country|house|building|network|company)|outsourc|cloud",
            "Have data protection settle whether and on what basis it may be done, in writing.",
            Role.COMPLIANCE,
        ),
        (
            r"legal|law\b|regulat|audit|complian|explain|liab|court|works council|union\b",
            "Have the rule written down with an example of what satisfies it, and test against that.",
            Role.COMPLIANCE,
        ),
        (
            r"secur|attack|leak|password|phish|fraud",
            "Have it looked at by whoever answers for security before the pilot, and write down what was decided.",
            Role.TECHNICAL,
        ),
        (
            r"wrong|error|mistake|quality|unreliable|not reliable|incomplete|missing|outdated|duplicate|messy|inconsistent|stale",
            "Compare fifty cases with what really happened before building on it, and repeat that during the pilot.",
            Role.TECHNICAL,
        ),
        (
            r"interface|integrat|system|server|legacy|vendor|supplier|api\b|migration|upgrade|release",
            "Try the interface with one case in the first weeks, and keep a way to go on by hand.",
            Role.TECHNICAL,
        ),
        (
            r"staff|people|team|trust|accept|fear|afraid|resist|train|habit|leave\b|busy|capacity|overload",
            "Let those concerned take part in the pilot, and decide on the roll-out with their experience.",
            Role.BUSINESS,
        ),
        (
            r"cost|budget|money|euros?\b|eur\b|usd\b|dollars?\b|expens|price|invest|summer|deadline|late\b|delay|time\b|month|quarter",
            "Look at budget and dates each month, and agree now what is left out first.",
            Role.SPONSOR,
        ),
        (r"customers?\b|complain|reputation|churn", "Begin with a small group, and watch complaints each week.", Role.BUSINESS),
    )
)
_OTHERWISE = ("Name an owner who watches it, and look at it on each review date.", Role.BUSINESS)


def duties_of(material: Material, threads: Threads) -> tuple[tuple[Duty, tuple[str, ...]], ...]:
    """The rules of law that come into play, each with the findings that trigger it."""
    acting = [one for one in threads.first if one.acts]
    if not acting:
        return ()
    ai = [one for one in acting if one.goal.solution and one.goal.solution.needs_ai]
    about = [(thread, one) for thread in acting for kind in _TRIGGER_KINDS for one in thread.told(kind)]
    unplaced = [one for kind in (FindingKind.RISK, FindingKind.CONSTRAINT) for one in threads.unplaced.get(kind, ())]
    goals = [(thread, one) for thread in acting for one in material.sources.all(thread.goal.findings)]
    found: list[tuple[Duty, tuple[str, ...]]] = []
    for duty in DUTIES:
        if duty.ai_only and not ai:
            continue
        concerned = [one for thread, one in (*about, *goals) if not duty.ai_only or thread in ai]
        ids = [one.id for one in (*concerned, *unplaced) if _triggers(duty, one)]
        if not ids and duty.id == "duty.literacy":  # it concerns every class with a learned model
            ids = [id_ for thread in ai for id_ in thread.goal.findings[:1]]
        if ids:
            found.append((duty, tuple(dict.fromkeys(ids))[:_MOST_CITED]))
    return tuple(found)


def duty_assumptions(duties: Iterable[tuple[Duty, tuple[str, ...]]]) -> tuple[Assumption, ...]:
    """That each of these rules applies is assumed until somebody who answers for it says so."""
    return tuple(
        Assumption(id=duty.id, text=duty.text, source=f"knowledge page {duty.page}; orientation, to be confirmed by whoever answers for it")
        for duty, _ in duties
    )


def risks(draft: Draft, duties: Sequence[tuple[Duty, tuple[str, ...]]]) -> BlueprintSection:
    """The section."""
    return BlueprintSection(
        id=SectionId.RISKS,
        title="Risks and compliance",
        parts=parts(
            part(
                "limits",
                "Where the plan exceeds what was said",
                limit_claims(one for one in draft.limits if one.state is LimitState.EXCEEDED),
            ),
            table("named", "What people warned of", ("Risk or limit", "Said as", "What to do", "Who"), _named(draft)),
            table("gaps", "What is not ready or not known of the data", ("Gap", "For", "Next step", "Who"), _gaps(draft)),
            table("rules", "Rules that may apply", ("Rule", "What to do", "Who", "More in"), _rules(draft, duties)),
            part("against", "Who is against it", _against(draft)),
            part("open", "What is open", _open(draft)),
        ),
    )


def who(draft: Draft, role: Role, otherwise: str = "") -> str:
    """A person of a role; else somebody named; else the role itself, to be filled."""
    named = next((one.name for one in draft.material.people if one.role is role), None)
    return named or otherwise or f"somebody from {role.value.replace('_', ' ')}, not named yet"


def _triggers(duty: Duty, finding: Finding) -> bool:
    return bool(duty.triggers.search(finding.statement) or any(duty.triggers.search(quote.text) for quote in finding.quotes[:3]))


def _named(draft: Draft) -> list[Row]:
    kinds = (FindingKind.RISK, FindingKind.CONSTRAINT)
    placed = [one for kind in kinds for thread in draft.threads.first for one in thread.told(kind)]
    elsewhere = [one for kind in kinds for one in draft.threads.unplaced.get(kind, ())]
    later = [one for kind in kinds for thread in draft.threads.later for one in thread.told(kind)]
    ranked = [*placed, *sorted(elsewhere, key=lambda one: -one.confidence), *later]
    rows: list[Row] = []
    for one in list({one.id: one for one in ranked}.values())[:MOST_RISKS]:
        action, role = _mitigation(one)
        rows.append(
            Row(
                cells=(short(one.statement, 120), in_words(one, 90), action, who(draft, role, one.speakers[0] if one.speakers else "")),
                findings=(one.id,),
                how="what to do and who: by rule from what the warning is about",
            )
        )
    return rows


def _mitigation(finding: Finding) -> tuple[str, Role]:
    return next(((action, role) for pattern, action, role in _MITIGATIONS if pattern.search(finding.statement)), _OTHERWISE)


def _gaps(draft: Draft) -> list[Row]:
    rows: list[Row] = []
    for thread in draft.threads.first:
        for gap in thread.decision.readiness.gaps if thread.decision.readiness else ():
            state = "too low" if gap.state is GateState.CLOSED else "disputed" if gap.disputed else "nobody spoke of it"
            cited = draft.material.sources.citing([claim.quotes[0] for claim in gap.claims], 3)
            whose = next((who(draft, role) for role in gap.roles if any(one.role is role for one in draft.material.people)), "")
            rows.append(
                Row(
                    cells=(
                        f"{gap.name}: {state}",
                        goal_in_short(thread.goal.statement, 60),
                        gap.next_step or "",
                        whose or who(draft, gap.roles[0]),
                    ),
                    findings=cited or thread.goal.findings[:2],
                    how=f"what {thread.goal.solution.label if thread.goal.solution else 'the verdict'} needs of the data: {gap.name.lower()}",
                )
            )
    return rows


def _rules(draft: Draft, duties: Sequence[tuple[Duty, tuple[str, ...]]]) -> list[Row]:
    return [
        Row(cells=(duty.text, duty.action, who(draft, duty.role), duty.page), findings=ids, assumptions=(duty.id,)) for duty, ids in duties
    ]


def _against(draft: Draft) -> list[Claim]:
    """Positions against what the first version does."""
    return [
        Claim(text=f"{one.speakers[0] if one.speakers else 'Somebody'} is against it: {short(one.statement)}.", findings=(one.id,))
        for thread in draft.threads.first
        if thread.acts
        for one in thread.against[:4]
    ][:8]


def _open(draft: Draft) -> list[Claim]:
    """Warnings that follow from the courses."""
    claims: list[Claim] = []
    for thread in draft.threads.first:
        if thread.goal.course is Course.BUILD_WITH_AI and (unknown := _unknown(thread)):
            text = f"{goal_in_short(thread.goal.statement, 90)}: nobody has said how it stands with {', '.join(unknown)}. That is asked before anything is built."
            claims.append(Claim(text=text, findings=thread.goal.findings[:3], how="what it needs of the data, and nobody spoke of"))
    undecided = [one for one in draft.threads.all if one.goal.course is Course.UNDECIDED]
    return [*claims, *(_undecided(one) for one in undecided[:_MOST_OPEN])]


def _undecided(thread: Thread) -> Claim:
    """Which questions would settle the verdict, the most decisive first."""
    asked = [one.question for one in thread.decision.necessity.pivotal[:_MOST_QUESTIONS]]
    goal = goal_in_short(thread.goal.statement, 90)
    text = f"{goal}: it is not decided yet what to do. This would settle it: {' '.join(asked)}" if asked else f"{goal}: {thread.goal.why}"
    return Claim(
        text=short(text, 900),
        findings=thread.goal.findings[:3],
        how=short(f"the questions whose answers could change what is proposed. {thread.goal.why}", LONGEST_HOW),
    )


def _unknown(thread: Thread) -> list[str]:
    readiness = thread.decision.readiness
    return [one.name.lower() for one in readiness.dimensions if one.state is GateState.UNKNOWN] if readiness else []
