"""One analysed conversation as rows of the tables: plain values under the names of the columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from discovery_agent.discovery.results import ConversationAnalysis
from discovery_agent.discovery.tabular.schema import CONVERSATIONS, FAILED_WINDOWS, FINDINGS, UNVERIFIED
from discovery_agent.domain.conversation import Conversation, Role, Stakeholder
from discovery_agent.domain.findings import Amount, Finding, Grounding, Kpi, UnverifiedFinding

Row = dict[str, object]


def rows_of(analysis: ConversationAnalysis) -> Iterator[tuple[str, Row]]:
    """Every row that this conversation gives, each with the name of its table."""
    for table, build in _BUILDERS.items():
        for row in build(analysis):
            yield table, row


def _conversation(conversation: Conversation) -> Row:
    return {
        "conversation_id": conversation.id,
        "conversation_title": conversation.title,
        "source": conversation.source,
        "held_on": conversation.held_on,
    }


def _conversations(analysis: ConversationAnalysis) -> Iterator[Row]:
    conversation, usage = analysis.conversation, analysis.usage
    unread = {at for failed in analysis.failed_windows for at in range(failed.window.first, failed.window.last + 1)}
    yield {
        **_conversation(conversation),
        "kind": conversation.kind.value,
        "format": conversation.format,
        "words": conversation.words,
        "utterances": len(conversation.utterances),
        "speakers": len({one.speaker for one in conversation.utterances if one.speaker}),
        "participants": [_person(one) for one in conversation.participants],
        "analyst": analysis.analyst,
        "findings": len(analysis.findings),
        "unverified": len(analysis.unverified),
        "failed_windows": len(analysis.failed_windows),
        "failed_utterances": len(unread),
        "reading_notes": len(conversation.notes),
        "calls": usage.calls,
        "cached_calls": usage.cached_calls,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": _finite(usage.cost_usd),
    }


def _findings(analysis: ConversationAnalysis) -> Iterator[Row]:
    conversation = analysis.conversation
    seconds = {one.id: one.start for one in conversation.utterances}
    roles = {one.name: one.role for one in conversation.participants}
    for finding in analysis.findings:
        yield _finding(finding, conversation, seconds, roles)


def _finding(finding: Finding, conversation: Conversation, seconds: Mapping[str, float | None], roles: Mapping[str, Role]) -> Row:
    begins = seconds.get(finding.quotes[0].utterance_id)
    exact = all(quote.grounding is Grounding.EXACT for quote in finding.quotes)
    speaker = finding.speakers[0] if finding.speakers else None
    return {
        "finding_id": finding.id,
        **_conversation(conversation),
        "kind": finding.kind.value,
        "statement": finding.statement,
        "speaker": speaker,
        "role": roles.get(speaker or "", Role.UNKNOWN).value,
        "speakers": [{"name": name, "role": roles.get(name, Role.UNKNOWN).value} for name in finding.speakers],
        "quotes": [
            {
                "utterance_id": quote.utterance_id,
                "speaker": quote.speaker,
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
                "grounding": quote.grounding.value,
                "seconds": _finite(seconds.get(quote.utterance_id)),
            }
            for quote in finding.quotes
        ],
        "minute": int(begins // 60) if begins is not None and math.isfinite(begins) else None,
        "grounding": (Grounding.EXACT if exact else Grounding.NORMALISED).value,
        "confidence": finding.confidence,
        "status": finding.status.value,
        "stance": finding.stance.value if finding.stance else None,
        "kpi": _kpi(finding.kpi) if finding.kpi else None,
        "criterion": {"criterion": finding.criterion.criterion, "value": finding.criterion.value} if finding.criterion else None,
        "data": {"dimension": finding.data.dimension, "level": finding.data.level, "proof": finding.data.proof.name.lower()}
        if finding.data
        else None,
        "note": finding.note,
        "proposed_by": finding.proposed_by,
    }


def _unverified(analysis: ConversationAnalysis) -> Iterator[Row]:
    for claim in analysis.unverified:
        yield {
            **_conversation(analysis.conversation),
            "kind": claim.proposal.kind.value,
            "statement": claim.proposal.statement,
            "confidence": claim.proposal.confidence,
            "quotes": [*_rejected(claim)],
            "proposed_by": claim.proposed_by,
        }


def _rejected(claim: UnverifiedFinding) -> Iterator[Row]:
    for at, quote in enumerate(claim.proposal.quotes):
        reason = claim.reasons[at] if at < len(claim.reasons) else "No reason was recorded."
        yield {"text": quote.text, "utterance_id": quote.utterance_id, "speaker": quote.speaker, "reason": reason}
    for reason in claim.reasons[len(claim.proposal.quotes) :]:
        yield {"text": None, "utterance_id": None, "speaker": None, "reason": reason}


def _failed_windows(analysis: ConversationAnalysis) -> Iterator[Row]:
    for failed in analysis.failed_windows:
        yield {
            **_conversation(analysis.conversation),
            "first_utterance": f"u{failed.window.first}",
            "last_utterance": f"u{failed.window.last}",
            "utterances": failed.window.last - failed.window.first + 1,
            "error": failed.error,
            "remedy": failed.remedy,
        }


def _person(person: Stakeholder) -> Row:
    return {"name": person.name, "role": person.role.value}


def _kpi(kpi: Kpi) -> Row:
    return {
        "metric": kpi.metric,
        "unit": kpi.unit,
        "direction": kpi.direction.value if kpi.direction else None,
        "baseline": _amount(kpi.baseline),
        "target": _amount(kpi.target),
        "change": _amount(kpi.change),
        "deadline": kpi.deadline,
        "measured_by": kpi.measured_by,
        "owner": kpi.owner,
        "gaps": list(kpi.gaps),
    }


def _amount(amount: Amount | None) -> Row | None:
    if amount is None:
        return None
    return {
        "value": _finite(amount.value),
        "upper": _finite(amount.upper),
        "unit": amount.unit,
        "text": amount.text,
        "approximate": amount.approximate,
        "per": amount.per,
    }


def _finite(number: float | None) -> float | None:
    """JSON knows no number without end."""
    return number if number is not None and math.isfinite(number) else None


_BUILDERS: dict[str, Callable[[ConversationAnalysis], Iterator[Row]]] = {
    CONVERSATIONS.name: _conversations,
    FINDINGS.name: _findings,
    UNVERIFIED.name: _unverified,
    FAILED_WINDOWS.name: _failed_windows,
}
