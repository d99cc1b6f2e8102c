"""What people make of findings: confirmed, corrected in their own words, rejected; always with a trace of who did it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.analysts.protocol import Analyst, Window
from discovery_agent.discovery.assessments import note_change
from discovery_agent.discovery.interviewing.cleaning import printable
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Conversation, ConversationKind, Utterance
from discovery_agent.domain.decisions import Tables
from discovery_agent.domain.engagement import AuditEntry, StoredFinding
from discovery_agent.domain.findings import Finding, FindingKind, FindingStatus, Kpi, ProposedFinding, Stance
from discovery_agent.domain.kpi_evidence import keep_evidenced
from discovery_agent.errors import InvalidRequest, StaleVersion
from discovery_agent.storage.unit import Unit

LONGEST_STATEMENT = 1_000
"""Characters of a corrected statement."""

DECIDED = (FindingStatus.CONFIRMED, FindingStatus.CORRECTED, FindingStatus.REJECTED)

_STANCE = re.compile(r"\s*(for|against)\s*:\s*", re.IGNORECASE)
_FIGURES = ("baseline", "target", "change")


async def correct_finding(
    ws: Workspace,
    engagement_id: str,
    finding_id: str,
    *,
    status: FindingStatus,
    statement: str | None = None,
    version: int,
    actor: str,
) -> StoredFinding:
    """Store what somebody made of a finding; `version` is that on which they decided.

    A corrected one keeps its quotes and, in `corrected_from`, the statement before the first correction.

    Raises:
        NotFound: the engagement has no such finding.
        StaleVersion: somebody decided on it meanwhile.
        InvalidRequest: the status is no decision, or a correction says nothing.
    """
    async with ws.database.reading() as unit:
        stored = await unit.findings.get(engagement_id, finding_id)
    if stored.version != version:
        raise StaleVersion("Somebody decided on this finding meanwhile.", where="version", remedy="Load it again, and decide anew.")
    changed = await decided(ws, stored, status, statement)
    async with ws.database.unit() as unit:
        done = await store_decision(ws, unit, stored, changed, actor)
    await note_change(ws, engagement_id)
    return done


async def decided(ws: Workspace, stored: StoredFinding, status: FindingStatus, statement: str | None = None) -> StoredFinding:
    """The finding as somebody decided on it, not stored yet.

    Raises:
        InvalidRequest: the status is no decision, or a correction says nothing.
    """
    if status not in DECIDED:
        raise InvalidRequest("A finding is confirmed, corrected or rejected.", where="status")
    finding = stored.finding
    if status is not FindingStatus.CORRECTED:
        return stored.model_copy(update={"finding": finding.model_copy(update={"status": status})})
    text = statement_text(statement)
    if text == finding.statement:
        return stored.model_copy(update={"finding": finding.model_copy(update={"status": FindingStatus.CONFIRMED})})
    corrected = await _corrected(finding, text, ws.rules, ws.bench.tables)
    return stored.model_copy(update={"finding": corrected, "corrected_from": stored.corrected_from or finding.statement})


async def store_decision(ws: Workspace, unit: Unit, before: StoredFinding, after: StoredFinding, actor: str) -> StoredFinding:
    """Store a decision and who made it.

    Raises:
        StaleVersion: somebody decided on it meanwhile.
    """
    done = await unit.findings.update(after)
    status = after.finding.status
    detail = f"{before.finding.statement} -> {after.finding.statement}" if status is FindingStatus.CORRECTED else before.finding.statement
    entry = AuditEntry(at=ws.now(), actor=actor, action=f"finding.{status.value}", subject=after.finding.id, detail=detail)
    await unit.audit.add(after.engagement_id, entry)
    return done


def statement_text(text: str | None) -> str:
    """A correction as it is stored: one line of words.

    Raises:
        InvalidRequest: there are no words, or too many.
    """
    clean = " ".join(printable(text or "").split())
    if not any(sign.isalnum() for sign in clean):
        raise InvalidRequest("A correction says what is right.", where="statement", remedy="Write it, or reject the finding.")
    if len(clean) > LONGEST_STATEMENT:
        raise InvalidRequest(f"A statement has at most {LONGEST_STATEMENT:,} characters.", where="statement", remedy="Make it shorter.")
    return clean


async def _corrected(finding: Finding, text: str, rules: Analyst, tables: Tables) -> Finding:
    """The finding with another statement. What rules decide by (figures, criteria) is read anew from it, or dropped."""
    update: dict[str, object] = {"status": FindingStatus.CORRECTED}
    if finding.kind is FindingKind.POSITION and (stance := _STANCE.match(text)):
        update["stance"] = Stance(stance[1].lower())
        text = text[stance.end() :].strip() or text
    if finding.kpi is not None:
        said = await rules.extract(_as_said(finding, text), Window(first=0, last=0))
        update["kpi"] = _kpi(finding.kpi, text, said.proposals)
    if finding.criterion is not None or finding.data is not None:
        shown = await rules.rate(_as_said(finding, text), Window(first=0, last=0), tables)
        update["criterion"] = next((one.criterion for one in shown.proposals if _same_criterion(one, finding)), None)
        update["data"] = next((one.data for one in shown.proposals if _same_dimension(one, finding)), None)
    return finding.model_copy(update=update | {"statement": text})


def _as_said(finding: Finding, text: str) -> Conversation:
    speaker = finding.speakers[0] if finding.speakers else None
    said = (Utterance(index=0, speaker=speaker, text=text),)
    return Conversation(
        id="correction", title="Correction", kind=ConversationKind.INTERVIEW, source="correction", format="text", utterances=said
    )


def _same_criterion(one: ProposedFinding, finding: Finding) -> bool:
    return bool(one.criterion and finding.criterion and one.criterion.criterion == finding.criterion.criterion)


def _same_dimension(one: ProposedFinding, finding: Finding) -> bool:
    return bool(one.data and finding.data and one.data.dimension == finding.data.dimension)


def _kpi(before: Kpi, text: str, proposals: Sequence[ProposedFinding]) -> Kpi:
    """The KPI of a corrected statement: its figures are those that the statement holds, as far as rules can read them."""
    kept, _ = keep_evidenced(before, [text])
    kpi = kept or before
    read = next((one.kpi for one in proposals if one.kpi), None)
    low = text.lower()
    update: dict[str, object] = {}
    if kpi.deadline and kpi.deadline.lower() not in low:
        update["deadline"] = None
    if read is not None:
        update |= {name: getattr(read, name) for name in (*_FIGURES, "deadline", "direction") if getattr(read, name) is not None}
        if not all(word in low for word in kpi.metric.lower().split()):
            update |= {"metric": read.metric, "unit": read.unit or kpi.unit}
    return kpi.model_copy(update=update)
