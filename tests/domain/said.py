"""Small findings for the tests of decisions."""

from __future__ import annotations

from discovery_agent.domain.findings import (
    Amount,
    CriterionReading,
    DataReading,
    Finding,
    FindingKind,
    Grounding,
    Kpi,
    Proof,
    Quote,
    Stance,
    finding_id,
)


def quote(text: str, speaker: str | None = "Ada", turn: int = 0, conversation: str = "c") -> Quote:
    return Quote(
        conversation_id=conversation, utterance_id=f"u{turn}", speaker=speaker, start=0, end=len(text), text=text, grounding=Grounding.EXACT
    )


def finding(
    kind: FindingKind,
    text: str,
    speaker: str | None = "Ada",
    turn: int = 0,
    *,
    kpi: Kpi | None = None,
    stance: Stance | None = None,
    criterion: tuple[str, str] | None = None,
    data: tuple[str, int, Proof] | None = None,
    confidence: float = 0.8,
    conversation: str = "c",
) -> Finding:
    quotes = (quote(text, speaker, turn, conversation),)
    return Finding(
        id=finding_id(kind, conversation, quotes, text),
        kind=kind,
        statement=text,
        speakers=(speaker,) if speaker else (),
        confidence=confidence,
        quotes=quotes,
        kpi=kpi,
        stance=stance,
        criterion=CriterionReading(criterion=criterion[0], value=criterion[1]) if criterion else None,
        data=DataReading(dimension=data[0], level=data[1], proof=data[2]) if data else None,
        proposed_by="test",
    )


def amount(value: float, unit: str | None = None, text: str = "") -> Amount:
    return Amount(value=value, unit=unit, text=text or f"{value:g} {unit or ''}".strip())
