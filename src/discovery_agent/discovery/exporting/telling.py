"""A blueprint as it is told in a document: its sections for one audience, with numbered notes for everything that is cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from discovery_agent.discovery.drawing import Picture, cash_flow_picture, gantt_pages, gantt_picture, matrix_picture, tornado_picture
from discovery_agent.discovery.exporting.brief import brief
from discovery_agent.discovery.exporting.plain_words import all_cited, conversation_words, in_plain_words, source_words
from discovery_agent.discovery.report.wording import day, plural
from discovery_agent.domain.blueprint.audiences import told_for
from discovery_agent.domain.blueprint.claims import Assumption, Audience, Claim, Defect, Evidence, Row, Severity
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, SectionId
from discovery_agent.domain.review import SignOff, listed

AUDIENCE_LABELS = {
    Audience.EXECUTIVE: "for executives",
    Audience.ENGINEERING: "for engineers",
    Audience.COMPLIANCE: "for legal and compliance",
}

UNSIGNED = "DRAFT. Nobody has signed this version."
DEFECTS = "What is wrong with this draft"
SIGNATURES = "Signature"
_MORE = "How the figures were worked out, and what is assumed, stands in the document for engineers."
# What was missing when it was signed: all of it, and in brief the beginning.
_MOST_LACKING = {False: 20, True: 3}


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
        told = self.blueprint.sections if self.audience is None else told_for(self.blueprint, self.audience)
        return tuple(in_plain_words(one) for one in (brief(self.blueprint, told) if self.is_brief else told))

    @property
    def is_brief(self) -> bool:
        """Whether it is told on a few pages: without how figures were worked out and what is assumed."""
        return self.audience is Audience.EXECUTIVE

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
        despite = [f"{one.what[:1].lower()}{one.what[1:]}" for one in self.signed.although]
        although = f", although {listed(despite)}" if despite else ""
        return f"Signed by {self.signed.signer} on {day(self.signed.at)}{although}."

    @property
    def running_head(self) -> str:
        """What each page bears: the mark on one line, without what the version was signed despite."""
        return UNSIGNED if self.signed is None else f"Signed by {self.signed.signer} on {day(self.signed.at)}."

    def said(self, evidence: Evidence) -> str:
        """What was said, as the notes of this document tell it."""
        return quoted(evidence, shortly=self.is_brief)

    @property
    def closing(self) -> str:
        """What a document of a few pages says under its notes; empty for others."""
        if not self.is_brief:
            return ""
        unsure = sum(not one.confirmed for _, one in self.notes.evidence.values())
        said = f"A person has yet to confirm {unsure} of these {plural(len(self.notes.evidence), 'statement')}. " if unsure else ""
        return f"{said}{_MORE}"

    def approved(self, section: BlueprintSection) -> str:
        """Who approved a section, in words; empty while nobody has. On a few pages it is told once, with the signature."""
        names = self.approvals.get(section.id, ())
        return f"Approved by {', '.join(names)}." if names and not self.is_brief else ""

    @property
    def signatures(self) -> list[tuple[str, tuple[str, ...]]]:
        """What stands under the document: who signed, with which words and despite what; sentences, some with others below them."""
        lines: list[tuple[str, tuple[str, ...]]] = [(one, ()) for one in self._approvals()] if self.is_brief else []
        if self.signed is None:
            return [*lines, (UNSIGNED, ())] if lines else []
        lines.append((self.running_head, ()))
        if self.signed.words:
            lines.append((f"“{self.signed.words}”", ()))
        for one in self.signed.although:
            lines.append((f"Signed although {one.what[:1].lower()}{one.what[1:]}: {one.reason}", one.lacks[: _MOST_LACKING[self.is_brief]]))
        if not self.is_brief:
            lines.append((f"Fingerprint of the signed content: {self.signed.content_hash[:16]}", ()))
        return lines

    def _approvals(self) -> Iterator[str]:
        """Who approved which sections, each group of people once."""
        titles: dict[tuple[str, ...], list[str]] = {}
        for section in self.blueprint.sections:
            if names := self.approvals.get(section.id, ()):
                titles.setdefault(tuple(sorted(names)), []).append(section.title)
        for names, approved in titles.items():
            what = "every section" if len(approved) == len(self.blueprint.sections) else ", ".join(f"“{one}”" for one in approved)
            yield f"Approved by {listed(names)}: {what}."

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
        if self.is_brief and plan:
            if section.id is SectionId.ECONOMICS and plan.forecast.months and plan.forecast.twelve_month_result is not None:
                found.append(cash_flow_picture(plan.forecast, plan.inputs.currency))
            return found
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
        for cited in all_cited(telling.sections):
            if cited.how and not telling.is_brief:
                self.hows.setdefault(cited.how, f"C{len(self.hows) + 1}")
            for finding_id in cited.findings:
                if finding_id in evidence and finding_id not in self.evidence:
                    self.evidence[finding_id] = (len(self.evidence) + 1, evidence[finding_id])
            for assumption_id in () if telling.is_brief else cited.assumptions:
                if assumption_id in assumptions and assumption_id not in self.assumptions:
                    self.assumptions[assumption_id] = (f"A{len(self.assumptions) + 1}", assumptions[assumption_id])

    def of(self, cited: Claim | Row) -> str:
        """The numbers of what a claim or row stands on, runs of them drawn together: `1-3, 7, A2, C1`."""
        said = [self.evidence[one][0] for one in cited.findings if one in self.evidence]
        assumed = [int(self.assumptions[one][0][1:]) for one in cited.assumptions if one in self.assumptions]
        how = [self.hows[cited.how]] if cited.how in self.hows else []
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


def _defect(defect: Defect) -> str:
    keeps = "Keeps it from being signed: " if defect.severity is Severity.BLOCKS else ""
    end = "" if defect.text.endswith((".", "!", "?", "…", ".”", "!”", "?”")) else "."
    return f"{keeps}{defect.text}{end} {defect.remedy}".strip()


def quoted(evidence: Evidence, *, shortly: bool = False) -> str:
    """What was said, by whom and where; `shortly`, the first quote alone, without whether it was confirmed."""
    words = " … ".join(f"“{quote.text}”" for quote in (evidence.quotes[:1] if shortly else evidence.quotes))
    who = ", ".join(evidence.speakers) or "speaker not named"
    confirmed = "" if evidence.confirmed or shortly else "; not confirmed yet"
    return f"{words} ({who}, {conversation_words(evidence.conversation)}{confirmed})"


def assumed(assumption: Assumption) -> str:
    """An assumption with its figures and where it comes from."""
    figures = ""
    if assumption.value is not None:
        ends = f", {assumption.low:g} to {assumption.high:g}" if assumption.low is not None and assumption.high is not None else ""
        figures = f": {assumption.value:g}{' ' + assumption.unit if assumption.unit else ''}{ends}"
    source = f"changed by {assumption.changed_by}" if assumption.changed_by else source_words(assumption.source)
    return f"{assumption.text}{figures}{f' ({source})' if source else ''}"
