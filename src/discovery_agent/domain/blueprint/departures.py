"""What people decided or agreed on, as far as a version departs from it: each such choice says so, and asks for approval."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.domain.blueprint.document import Choice, ChoiceKind, Course
from discovery_agent.domain.blueprint.material import Material
from discovery_agent.domain.blueprint.nearness import words_of
from discovery_agent.domain.blueprint.scoring import to_begin_with
from discovery_agent.domain.blueprint.texts import listed, short
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.findings import Finding, FindingKind

BY_THE_OBJECTIVE = "the shared objective that was agreed on"
_LEAST_SHARED = 2
_LONGEST_WORDS = 120

AI_WORDS = re.compile(
    r"\b(?:a\.?i\.?|artificial intelligence|machine learning|deep learning|chat ?-?bots?|bots?|copilots?|gpt\S*|llms?|language models?|"
    r"neural|generative|virtual assistants?|digital assistants?|ml|predictive models?|large model)\b",
    re.IGNORECASE,
)
"""Words for a learned model, or for something that is one."""
_TURNED_DOWN = re.compile(
    r"\b(?:off the table|no|not|never|without|drop(?:ped)?|nothing|against|waits?|instead of)\b|n['’]t\b", re.IGNORECASE
)


def asks_for_ai(finding: Finding) -> bool:
    """Whether a wish names a learned model or something that is one."""
    return bool(AI_WORDS.search(finding.statement) or any(AI_WORDS.search(quote.text) for quote in finding.quotes))


def carried_out(thread: Thread, decision: Finding) -> bool:
    """Whether the first version does what was decided about a goal: it begins with it, or does without the AI that was turned down."""
    if to_begin_with([decision]):
        return True
    return asks_for_ai(decision) and bool(_TURNED_DOWN.search(decision.statement)) and thread.goal.course is not Course.BUILD_WITH_AI


def in_these_words(finding: Finding, own: frozenset[str]) -> bool:
    """Whether what was said is mostly told in these words."""
    said = words_of(finding.statement)
    return len(said & own) >= max(_LEAST_SHARED, len(said) / 2)


def decided_about(material: Material, thread: Thread) -> tuple[Finding, ...]:
    """The decisions to do what the goal of a thread states."""
    own = words_of(thread.goal.statement)
    decisions = (one for one in thread.asked if one.kind is FindingKind.DECISION)
    return tuple(one for one in decisions if to_begin_with([one]) or in_these_words(one, own))


def agreed_on(material: Material, findings: Sequence[str], kpi_id: str | None = None) -> bool:
    """Whether a part of the shared objective stands on these findings, or on this KPI."""
    parts = material.outcome.draft.parts if material.outcome else ()
    return any((kpi_id is not None and one.kpi_id == kpi_id) or set(findings).intersection(one.findings) for one in parts)


def of_the_objective(choice: Choice) -> bool:
    """Whether a choice leaves something of the shared objective to no work at all; what is done in steps is begun."""
    return BY_THE_OBJECTIVE in choice.departs_from and choice.kind is not ChoiceKind.PHASED


def asked_in(findings: Sequence[Finding]) -> str:
    """The words that asked for it and who said them, in a sentence; empty where nobody is known to have said them."""
    if not findings:
        return ""
    quote = findings[0].quotes[0]
    return f" It was asked for as “{short(quote.text, _LONGEST_WORDS).rstrip('.')}”{f' ({quote.speaker})' if quote.speaker else ''}."


def departure(material: Material, decisions: Sequence[Finding], *, objective: bool = False) -> str:
    """What a choice departs from, in words; empty if nobody decided or agreed on it."""
    found = [_decided(material, one) for one in decisions[:2]]
    if objective:
        found.append(BY_THE_OBJECTIVE)
    return listed(found)


def _decided(material: Material, one: Finding) -> str:
    if how := material.agreed.chosen.get(one.id):
        return f"what was {how.rstrip('.')}"
    who = one.speakers[0] if one.speakers else ""
    said = f"“{short(one.quotes[0].text, _LONGEST_WORDS).rstrip('.')}”"
    return f"the decision {said} ({who})" if who else f"the decision {said}"
