"""The extraction suite: what an analyst finds in annotated transcripts. The transcript is the unit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from discovery_agent.discovery.analyse import check_proposals, read_window
from discovery_agent.discovery.report.wording import KIND_LABELS
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import Finding, FindingKind
from discovery_agent.evals.cases import ExtractionCase, find_cases, load_case
from discovery_agent.evals.extraction import SCORED_FIELDS, CaseScore, KindScore, score_case
from discovery_agent.evals.harness.metrics import SuiteName, SuiteTable, load_table
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome, Span
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.report import total
from discovery_agent.evals.suites.case_files import digest_of, distinct

FOLDERS = {Split.DEV: "cases", Split.HELD_OUT: "held_out"}

SHORT, LONG = 1100, 1300
"""Words of a transcript below which it is short, and from which it is long: about a third of ours are either."""

_GOALS = "goals"
_ALL = "all"
_OWN_SCORES = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL, FindingKind.KPI)


class ExtractionSuite:
    """Annotated transcripts, read window by window."""

    name = SuiteName.EXTRACTION

    def __init__(self, root: Path) -> None:
        """`root` is the folder of all suites, such as `evals`."""
        self._folder = root / self.name.value
        self.table: SuiteTable = load_table(self._folder)

    def cases(self, split: Split) -> Sequence[CaseRef]:
        """The annotated transcripts of a split."""
        found = [_ref(folder, split) for folder in find_cases(self._folder / FOLDERS[split])]
        distinct((one.id, one.source) for one in found)
        return found

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        """Everything that the analyst proposes, checked as in the product, beside the gold findings.

        A stretch that cannot be read raises: what is left would be no measurement.
        """
        gold, conversation = await asyncio.to_thread(load_case, case.source)
        proposals = [
            proposal
            for window in bench.analyst.windows(conversation)
            for proposal in (await read_window(conversation, window, bench.analyst)).proposals
        ]
        return await asyncio.to_thread(_scored, gold, conversation, proposals, bench)

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Precision, recall and F1 over all transcripts together, by kind; and the share of each field that is right."""
        counts = _sums(outcomes)
        names = dict.fromkeys(name.rpartition(".")[0] for name in counts if name.endswith(".found"))
        return {
            "pooled": {name: _ratios(_pooled(counts, name)) for name in names},
            "kpi_fields_of_found": {
                name: [counts.get(f"field.{name}.right", 0), counts.get(f"field.{name}.all", 0)] for name in SCORED_FIELDS
            },
            "false_facts": [counts.get("false_facts", 0), counts.get("predicted", 0)],
        }


def _ref(folder: Path, split: Split) -> CaseRef:
    case, conversation = load_case(folder)
    words = conversation.words
    return CaseRef(
        id=case.id,
        split=split,
        source=folder,
        slices={
            "domain": case.domain,
            "format": case.format,
            "length": "short" if words < SHORT else "medium" if words < LONG else "long",
        },
        digest=digest_of(case, (folder / case.transcript).read_bytes()),
    )


def _scored(case: ExtractionCase, conversation: Conversation, proposals: Sequence, bench: Workbench) -> Attempt:
    findings, unverified = check_proposals(conversation, bench.analyst.name, proposals)
    return attempt_of(case, score_case(case, conversation, findings, len(unverified), bench.embeddings.embed))


def attempt_of(case: ExtractionCase, score: CaseScore) -> Attempt:
    """The figures of one transcript.

    Nothing found and nothing wrong gives a precision of 1, as is customary. Recall and F1 of a kind are left out where the annotator
    found none of it. The fields of a KPI that was missed count as wrong, so that finding fewer KPIs raises nothing.
    """
    kinds = {kind.value: one for kind, one in score.kinds.items() if kind is not FindingKind.CRITERION}
    groups = {_GOALS: score.goals_any, **{kind.value: score.kinds[kind] for kind in _OWN_SCORES}, _ALL: total(list(kinds.values()))}
    scores: dict[str, float] = {}
    for name, one in groups.items():
        scores[f"{name}_precision"] = one.precision
        if one.found + one.missed:
            scores[f"{name}_recall"] = one.recall
            scores[f"{name}_f1"] = one.f1
    quotes = score.exact + score.normalised
    scores["false_facts"] = len(_distinct_traps(score)) / score.predicted if score.predicted else 0.0
    scores["quotes_grounded"] = score.predicted / (score.predicted + score.unverified) if score.predicted + score.unverified else 1.0
    scores["quotes_exact"] = score.exact / quotes if quotes else 1.0
    wanted = sum(_fields_of(one.kpi) for one in case.gold if one.kind is FindingKind.KPI and not one.optional and one.kpi)
    if wanted:
        scores["kpi_fields"] = sum(right for right, _ in score.fields.values()) / wanted
    counts: dict[str, float] = {"false_facts": len(score.on_traps), "predicted": score.predicted}
    for name, one in {**groups, **kinds}.items():
        counts |= {f"{name}.found": one.found, f"{name}.missed": one.missed, f"{name}.wrong": one.wrong}
    for name, (right, all_) in score.fields.items():
        counts |= {f"field.{name}.right": right, f"field.{name}.all": all_}
    return Attempt(scores=scores, counts=counts, notes=tuple(_notes(score)))


def _fields_of(kpi: object) -> int:
    """How many fields of a gold KPI are scored; the direction only where somebody said it."""
    return len(SCORED_FIELDS) - (getattr(kpi, "direction", None) is None)


def _distinct_traps(score: CaseScore) -> set[str]:
    return {finding.id for _, finding in score.on_traps}


def _notes(score: CaseScore) -> list[Note]:
    notes = [
        Note(kind="found", key=gold.id, text=f"{KIND_LABELS[gold.kind][0]}: {finding.statement}", spans=_spans(finding))
        for gold, finding in score.found
    ]
    notes += [
        Note(
            kind="missed",
            key=gold.id,
            text=f"{KIND_LABELS[gold.kind][0]}: {gold.statement}",
            spans=tuple(Span(text=one, where=gold.speaker or "") for one in gold.quotes),
        )
        for gold in score.missed
    ]
    notes += [
        Note(kind="wrong", key=_place(one), text=f"{KIND_LABELS[one.kind][0]}: {one.statement}", spans=_spans(one)) for one in score.wrong
    ]
    notes += [
        Note(kind="trap", key=f"trap {_place(one)}", text=f"{reason.replace('_', ' ')}: {one.statement}", spans=_spans(one))
        for reason, one in score.on_traps
    ]
    notes += [Note(kind="field", key=f"{one.gold.id}.{one.field}", text=str(one), spans=_spans(one.finding)) for one in score.field_errors]
    return notes


def _place(finding: Finding) -> str:
    """The same for two findings of a kind that quote the same place, however they are worded."""
    first = finding.quotes[0]
    return f"{finding.kind.value} {first.utterance_id}:{first.start}"


def _spans(finding: Finding) -> tuple[Span, ...]:
    return tuple(Span(text=one.text, where=f"{one.speaker or ''} {one.utterance_id}".strip()) for one in finding.quotes)


def _sums(outcomes: Sequence[Outcome]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for one in outcomes:
        for name, value in one.counts.items():
            sums[name] = sums.get(name, 0.0) + value
    return sums


def _pooled(counts: Mapping[str, float], name: str) -> KindScore:
    return KindScore(*(int(counts.get(f"{name}.{part}", 0)) for part in ("found", "missed", "wrong")))


def _ratios(score: KindScore) -> dict[str, float]:
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}
