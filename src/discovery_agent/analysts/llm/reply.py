"""What the model is asked to reply, and how it becomes proposals.

Evidence comes first in each finding, so that a claim is written after the words that prove it. Offsets and
speakers never come from the model: they are looked up in the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.analysts.protocol import Window
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import Amount, Direction, FindingKind, Kpi, ProposedFinding, ProposedQuote, Stance

ProposedKind = Literal[
    "business_goal",
    "operational_goal",
    "kpi",
    "pain_point",
    "process_step",
    "data_source",
    "constraint",
    "risk",
    "decision",
    "assumption",
    "open_question",
    "position",
]
"""All kinds but `criterion`, which is rated and not extracted."""


class _Part(BaseModel):
    # A field that nobody asked for does no harm; it is only left out.
    model_config = ConfigDict(extra="ignore", frozen=True)


class QuoteReply(_Part):
    """Words of one utterance."""

    utterance: str = Field(description="Id of the utterance, such as u12.")
    text: str = Field(description="Copied character by character.")


class AmountReply(_Part):
    """A quantity as somebody said it."""

    text: str = Field(description="The words as said.")
    number: float | None = Field(allow_inf_nan=False, description="Written out in full, in the unit.")
    upper: float | None = Field(allow_inf_nan=False, description="The other end of a range, else null.")
    unit: str | None
    approximate: bool


class KpiReply(_Part):
    """What was said of a measure; null is what nobody said."""

    metric: str = Field(min_length=1)
    unit: str | None
    direction: Literal["increase", "decrease", "maintain"] | None
    baseline: AmountReply | None = Field(description="The value today.")
    target: AmountReply | None = Field(description="The value wanted.")
    change: AmountReply | None = Field(description="A relative target.")
    deadline: str | None
    measured_by: str | None
    owner: str | None


class FindingReply(_Part):
    """One finding."""

    quotes: list[QuoteReply]
    kind: ProposedKind
    statement: str = Field(min_length=1)
    confidence: float = Field(ge=0, le=1, description="From 0 to 1.")
    stance: Literal["for", "against"] | None = Field(description="For kind position, else null.")
    kpi: KpiReply | None = Field(description="For kind kpi, else null.")


class FindingsReply(_Part):
    """All findings of the part to read; an empty list is a good answer."""

    findings: list[FindingReply]


def proposals_of(reply: FindingsReply, conversation: Conversation, window: Window) -> tuple[ProposedFinding, ...]:
    """The findings as proposals, their quotes said to be by whoever speaks in that utterance.

    A finding quoted only from utterances outside the window belongs to the window that holds them,
    and is left out here; so is one without any quote. An utterance that does not exist stays: the check of the
    quotes will reject and count it.
    """
    proposals: list[ProposedFinding] = []
    for finding in reply.findings:
        quotes = proposed_quotes(finding.quotes, conversation, window)
        if quotes:
            proposals.append(_proposal(finding, quotes))
    return tuple(proposals)


def proposed_quotes(quotes: Sequence[QuoteReply], conversation: Conversation, window: Window) -> tuple[ProposedQuote, ...]:
    """The quotes with whoever speaks there; empty if all of them come from outside the window.

    An utterance that does not exist stays: the check of the quotes will reject and count it.
    """
    speakers = {utterance.id: utterance.speaker for utterance in conversation.utterances}
    inside = {utterance.id for utterance in conversation.utterances if window.first <= utterance.index <= window.last}
    found = tuple(
        ProposedQuote(utterance_id=name, text=quote.text, speaker=speakers.get(name))
        for quote in quotes
        if (name := _utterance_id(quote.utterance)) is not None and quote.text.strip()
    )
    return found if any(quote.utterance_id in inside or quote.utterance_id not in speakers for quote in found) else ()


def _utterance_id(said: str) -> str | None:
    """`u12` also where the model wrote `[u12]`, `U12` or `12`."""
    number = re.search(r"[0-9]{1,9}", said)
    return f"u{int(number.group())}" if number else said.strip() or None


def _proposal(finding: FindingReply, quotes: tuple[ProposedQuote, ...]) -> ProposedFinding:
    kind = FindingKind(finding.kind)
    notes: list[str] = []
    return ProposedFinding(
        kind=kind,
        statement=finding.statement,
        confidence=finding.confidence,
        quotes=quotes,
        kpi=_kpi(finding, notes) if kind is FindingKind.KPI else None,
        stance=Stance(finding.stance) if kind is FindingKind.POSITION and finding.stance else None,
        note="; ".join(notes) or None,
    )


def _kpi(finding: FindingReply, notes: list[str]) -> Kpi:
    said = finding.kpi
    if said is None:
        return Kpi(metric=finding.statement)
    amounts = dict(_amounts(said, notes))
    return Kpi(
        metric=said.metric,
        unit=_words(said.unit),
        direction=Direction(said.direction) if said.direction else None,
        baseline=amounts.get("baseline"),
        target=amounts.get("target"),
        change=amounts.get("change"),
        deadline=_words(said.deadline),
        measured_by=_words(said.measured_by),
        owner=_words(said.owner),
    )


def _amounts(said: KpiReply, notes: list[str]) -> Iterator[tuple[str, Amount]]:
    """The amounts that have a number; one without is kept in the notes as it was said."""
    parts: Iterable[tuple[str, AmountReply | None]] = (
        ("baseline", said.baseline),
        ("target", said.target),
        ("change", said.change),
    )
    for name, amount in parts:
        if amount is None:
            continue
        if amount.number is None:
            notes.append(f"{name} was said without a number: {amount.text}")
            continue
        yield (
            name,
            Amount(
                value=amount.number,
                upper=amount.upper,
                unit=_words(amount.unit),
                text=amount.text,
                approximate=amount.approximate,
            ),
        )


def _words(text: str | None) -> str | None:
    return (text or "").strip() or None
