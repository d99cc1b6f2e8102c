"""A blueprint as it is told in a document: its sections for one audience, with numbered notes for everything that is cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from discovery_agent.discovery.drawing import Picture, cash_flow_picture, gantt_pages, gantt_picture, matrix_picture, tornado_picture
from discovery_agent.discovery.report.wording import day
from discovery_agent.domain.blueprint.audiences import told_for
from discovery_agent.domain.blueprint.claims import Assumption, Audience, Claim, Defect, Evidence, Row, Severity
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId
from discovery_agent.domain.review import SignOff

AUDIENCE_LABELS = {
    Audience.EXECUTIVE: "for executives",
    Audience.ENGINEERING: "for engineers",
    Audience.COMPLIANCE: "for legal and compliance",
}

UNSIGNED = "DRAFT. Nobody has signed this version."
DEFECTS = "What is wrong with this draft"


@dataclass(frozen=True)
class Telling:
    """What a document is made from. `signed` is the signature that holds for this very content; without one it is a draft."""

    blueprint: Blueprint
    signed: SignOff | None = None
    audience: Audience | None = None
    approvals: Mapping[SectionId, tuple[str, ...]] = field(default_factory=dict[SectionId, tuple[str, ...]])
    """Section -> names of those who approved this very content of it."""
    notes: Notes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", Notes(self))

    @cached_property
    def sections(self) -> tuple[BlueprintSection, ...]:
        """Its sections in reading order: for one audience, or all of the blueprint."""
        return self.blueprint.sections if self.audience is None else told_for(self.blueprint, self.audience)

    @property
    def title(self) -> str:
        """What stands on top."""
        return f"Blueprint: {self.blueprint.title}"

    @property
    def subtitle(self) -> str:
        """Organisation, version, and for whom it is told."""
        parts = [self.blueprint.organisation, f"version {self.blueprint.number}", f"made on {day(self.blueprint.at)}"]
        if self.audience:
            parts.append(AUDIENCE_LABELS[self.audience])
        return ", ".join(part for part in parts if part)

    @property
    def mark(self) -> str:
        """Whether it is a draft, or who signed it when."""
        if self.signed is None:
            return UNSIGNED
        return f"Signed by {self.signed.signed_by} on {day(self.signed.at)}. Content {self.signed.content_hash[:16]}."

    def approved(self, section: BlueprintSection) -> str:
        """Who approved a section, in words; empty while nobody has."""
        names = self.approvals.get(section.id, ())
        return f"Approved by {', '.join(names)}." if names else ""

    @property
    def defects(self) -> list[str]:
        """What is wrong with a draft, what keeps it from being signed first. Of a signed version it is no longer told."""
        if self.signed is not None:
            return []
        ordered = sorted(self.blueprint.defects, key=lambda one: one.severity is not Severity.BLOCKS)
        return [_defect(one) for one in ordered]

    def pictures(self, section: BlueprintSection, *, paper: bool = False) -> list[Picture]:
        """The pictures that belong to a section; for paper, a long roadmap comes in several."""
        plan = self.blueprint.plan
        found: list[Picture] = []
        if section.id is SectionId.MVP and self.blueprint.epics:
            found.append(matrix_picture(self.blueprint.epics))
        if plan and section.id is SectionId.PLAN and plan.forecast.tasks:
            epics = self.blueprint.epics
            found += gantt_pages(plan, epics) if paper else [gantt_picture(plan, epics)]
        if plan and section.id is SectionId.ECONOMICS:
            if plan.forecast.months:
                found.append(cash_flow_picture(plan.forecast, plan.inputs.currency))
            if plan.forecast.tornado:
                found.append(tornado_picture(plan.forecast, plan.inputs.currency))
        return found


class Notes:
    """Numbers for what a document cites, in the order in which it is read: 1, 2, ... for what was said, A1, ... for assumptions,
    and C1, ... for how something was worked out."""

    def __init__(self, telling: Telling) -> None:
        evidence = {one.finding_id: one for one in telling.blueprint.evidence}
        assumptions = {one.id: one for one in telling.blueprint.assumptions}
        self.evidence: dict[str, tuple[int, Evidence]] = {}
        self.assumptions: dict[str, tuple[str, Assumption]] = {}
        self.hows: dict[str, str] = {}
        """Formula or rule -> its number."""
        for cited in _cited(telling.sections):
            if cited.how:
                self.hows.setdefault(cited.how, f"C{len(self.hows) + 1}")
            for finding_id in cited.findings:
                if finding_id in evidence and finding_id not in self.evidence:
                    self.evidence[finding_id] = (len(self.evidence) + 1, evidence[finding_id])
            for assumption_id in cited.assumptions:
                if assumption_id in assumptions and assumption_id not in self.assumptions:
                    self.assumptions[assumption_id] = (f"A{len(self.assumptions) + 1}", assumptions[assumption_id])

    def of(self, cited: Claim | Row) -> str:
        """The numbers of what a claim or row stands on, runs of them drawn together: `1-3, 7, A2, C1`."""
        said = [self.evidence[one][0] for one in cited.findings if one in self.evidence]
        assumed = [int(self.assumptions[one][0][1:]) for one in cited.assumptions if one in self.assumptions]
        how = [self.hows[cited.how]] if cited.how else []
        return ", ".join([*_runs(said, ""), *_runs(assumed, "A"), *how])


def _runs(numbers: Sequence[int], letter: str) -> Iterator[str]:
    ordered = sorted(set(numbers))
    for _, run in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        first, last = members[0], members[-1]
        if last - first < 2:
            yield from (f"{letter}{number}" for number in members)
        else:
            yield f"{letter}{first}-{letter}{last}"


def _cited(sections: tuple[BlueprintSection, ...]) -> Iterator[Claim | Row]:
    for section in sections:
        for part in section.parts:
            yield from part.claims
            yield from part.rows


def _defect(defect: Defect) -> str:
    keeps = "Keeps it from being signed: " if defect.severity is Severity.BLOCKS else ""
    end = "" if defect.text.endswith((".", "!", "?")) else "."
    return f"{keeps}{defect.text}{end} {defect.remedy}".strip()


def quoted(evidence: Evidence) -> str:
    """What was said, by whom and where."""
    words = " … ".join(f"“{quote.text}”" for quote in evidence.quotes)
    who = ", ".join(evidence.speakers) or "speaker not named"
    confirmed = "" if evidence.confirmed else "; not confirmed yet"
    return f"{words} ({who}, {evidence.conversation}{confirmed})"


def assumed(assumption: Assumption) -> str:
    """An assumption with its figures and where it comes from."""
    figures = ""
    if assumption.value is not None:
        ends = f", {assumption.low:g} to {assumption.high:g}" if assumption.low is not None and assumption.high is not None else ""
        figures = f": {assumption.value:g}{' ' + assumption.unit if assumption.unit else ''}{ends}"
    source = f"changed by {assumption.changed_by}" if assumption.changed_by else assumption.source
    return f"{assumption.text}{figures}{f' ({source})' if source else ''}"
