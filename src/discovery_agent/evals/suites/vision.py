"""The vision suite: sections of a blueprint in an analyst's words, and whether they hold no more than what they cite. The brief is the unit.

A brief is made from the gold findings of an annotated transcript, so that no reading is involved: every analyst words the same draft.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from discovery_agent.analysts.protocol import SectionWriter
from discovery_agent.discovery.analyse import assemble
from discovery_agent.discovery.drafting.material import material_of_files
from discovery_agent.discovery.drafting.writing import brief_of
from discovery_agent.discovery.results import ConversationAnalysis
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.agreement.sentences import sentences_of
from discovery_agent.domain.blueprint.claims import Claim
from discovery_agent.domain.blueprint.compose import compose
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.blueprint.support import Support
from discovery_agent.domain.blueprint.wording import WORDED, ProposedClaim, wordable, worded
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import (
    Amount,
    CriterionReading,
    Finding,
    FindingKind,
    Kpi,
    ProposedFinding,
    ProposedQuote,
    UnverifiedFinding,
)
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.grounding import ground_all
from discovery_agent.errors import ConfigurationError
from discovery_agent.evals.cases import ExtractionCase, GoldFinding, GoldKpi, load_case
from discovery_agent.evals.harness.metrics import Record, SuiteName, SuiteTable, load_table
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome, Span
from discovery_agent.evals.harness.reading import read_yaml
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.suites.case_files import digest_of, distinct, yaml_files

FOLDERS = {Split.DEV: "cases", Split.HELD_OUT: "held_out"}
_DRAFTED_ON = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)

OF_WHOLE_CLAIMS = frozenset({"hides_the_course", "too_many", "longer_than_a_page", "no_such_part"})
"""Rules that are about a whole claim or section: a single sentence of one may break them and say nothing that is not so."""
_INVENTED = "figure_without_source"


class Shown(Record):
    """What a sentence of the transcript shows of a criterion of the ladder, by which the verdict is decided."""

    criterion: str
    value: str
    quote: str = Field(min_length=3, description="Word for word from one utterance.")


class VisionCase(Record):
    """A brief: the gold findings of a transcript, and what decides the course."""

    id: str = Field(pattern=r"^[a-z0-9_-]+$")
    provenance: str = Field(min_length=10)
    transcript: str = Field(description="Folder of the annotated transcript, from the folder of all suites.")
    organisation: str
    shows: tuple[Shown, ...] = Field(min_length=1)


class VisionSuite:
    """Drafts from gold findings, whose sections an analyst words."""

    name = SuiteName.VISION

    def __init__(self, root: Path) -> None:
        """`root` is the folder of all suites, such as `evals`."""
        self._root = root
        self._folder = root / self.name.value
        self.table: SuiteTable = load_table(self._folder)

    def cases(self, split: Split) -> Sequence[CaseRef]:
        """The briefs of a split."""
        found = [self._ref(file, split) for file in yaml_files(self._folder / FOLDERS[split])]
        distinct((one.id, one.source) for one in found)
        return found

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        """Every section that may be worded, as the analyst proposes it, claim by claim and sentence by sentence."""
        wanted = read_yaml(case.source, VisionCase)
        drafted, tree = await asyncio.to_thread(drafted_from, wanted, self._root, bench)
        writer: SectionWriter = bench.model or bench.rules
        judged: list[Judged] = []
        for section in WORDED:
            if wordable(drafted, section):
                words = await writer.write_section(brief_of(drafted, section))
                judged.append(judge(drafted, section, words.claims, writer.name))
        return attempt_of(judged, citable_goals(drafted, tree))

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Claims, sentences and what the rules refuse, over all briefs together."""
        names = dict.fromkeys(name for one in outcomes for name in one.counts)
        return {name: sum(one.counts.get(name, 0.0) for one in outcomes) for name in names}

    def _ref(self, file: Path, split: Split) -> CaseRef:
        case = read_yaml(file, VisionCase)
        folder = self._root / case.transcript
        gold, _ = load_case(folder)
        drawn = (folder / gold.transcript).read_bytes()
        return CaseRef(id=case.id, split=split, source=file, slices={"domain": gold.domain}, digest=digest_of(case, gold, drawn))


@dataclass(frozen=True)
class Judged:
    """The words of one section."""

    claims: int
    accepted: int
    """Claims that the product would take over as they are."""
    sentences: int
    refused: tuple[tuple[str, str, str], ...]
    """Sentences that say more than they cite: the text, the rule, and why."""
    cited: frozenset[str]
    """What sound sentences cite."""


def judge(drafted: Blueprint, section: SectionId, proposed: Sequence[ProposedClaim], author: str) -> Judged:
    """What the rules make of an analyst's claims; of the draft's own where it proposes none, because those then stand."""
    if not proposed:
        return _judge_own(drafted, section)
    accepted = len(proposed) - len(worded(drafted, section, proposed, author).refused)
    refused: list[tuple[str, str, str]] = []
    cited: set[str] = set()
    sentences = 0
    for claim in proposed:
        for text in sentences_of(claim.text) or [claim.text]:
            sentences += 1
            alone = worded(drafted, section, [claim.model_copy(update={"text": text})], author).refused
            wrong = [one for one in alone if one.rule not in OF_WHOLE_CLAIMS]
            if wrong:
                refused.append((text, wrong[0].rule, wrong[0].why))
            else:
                cited.update(claim.cites)
    return Judged(len(proposed), max(0, accepted), sentences, tuple(refused), frozenset(cited))


def _judge_own(drafted: Blueprint, section: SectionId) -> Judged:
    support = Support(drafted)
    refused: list[tuple[str, str, str]] = []
    cited: set[str] = set()
    claims: list[Claim] = []
    for part in wordable(drafted, section):
        for claim in part.claims:
            claims.append(claim)
            if figures := support.figures(section, part.id, claim):
                refused.append((claim.text, _INVENTED, f"names figures that nothing it cites holds: {', '.join(figures)}"))
            elif not (claim.findings or claim.assumptions or claim.how):
                refused.append((claim.text, "cites_nothing_given", "cites nothing"))
            else:
                cited.update(claim.findings)
    return Judged(len(claims), len(claims) - len(refused), len(claims), tuple(refused), frozenset(cited))


def attempt_of(judged: Sequence[Judged], agreed: Mapping[str, frozenset[str]]) -> Attempt:
    """The figures of one brief. A goal appears if a sound sentence cites a finding that it stands on."""
    sentences = sum(one.sentences for one in judged)
    claims = sum(one.claims for one in judged)
    refused = [each for one in judged for each in one.refused]
    rules = Counter(rule for _, rule, _ in refused)
    cited = frozenset[str]().union(*(one.cited for one in judged))
    missing = [name for name, findings in agreed.items() if not cited.intersection(findings)]
    return Attempt(
        scores={
            "supported": 1 - len(refused) / sentences if sentences else 0.0,
            "goals": 1 - len(missing) / len(agreed) if agreed else 1.0,
            "invented_figures": rules[_INVENTED] / sentences if sentences else 0.0,
            "accepted": sum(one.accepted for one in judged) / claims if claims else 0.0,
        },
        counts={"claims": claims, "sentences": sentences, **{f"refused.{rule}": count for rule, count in rules.items()}},
        notes=(
            *(Note(kind="unsupported", key=f"{rule}: {text}"[:200], text=why, spans=(Span(text=text),)) for text, rule, why in refused),
            *(Note(kind="missed", key=name, text=name) for name in missing),
        ),
    )


def citable_goals(drafted: Blueprint, tree: GoalTree) -> dict[str, frozenset[str]]:
    """Goals, business and operational, with the findings that they stand on; of those that a brief gives a writer to cite."""
    given = {one.finding_id for section in WORDED if wordable(drafted, section) for one in brief_of(drafted, section).evidence}
    operational = [one for goal in tree.business_goals for one in goal.operational_goals]
    nodes = (*tree.business_goals, *operational, *tree.unlinked_operational_goals)
    goals = {one.statement: frozenset(one.finding_ids) for one in nodes}
    return {statement: findings for statement, findings in goals.items() if findings & given}


def drafted_from(case: VisionCase, root: Path, bench: Workbench) -> tuple[Blueprint, GoalTree]:
    """The draft that the rules compose from the annotator's findings, and the goals that it is for.

    Raises:
        ConfigurationError: a quote of the case is not in its transcript.
    """
    gold, conversation = load_case(root / case.transcript)
    findings = [*_gold(gold, conversation), *(_shown(one, conversation, case.id) for one in case.shows)]
    analysis = assemble(
        [ConversationAnalysis(conversation=conversation, analyst="annotator", findings=tuple(findings))],
        analyst="annotator",
        title=gold.domain,
        similarity_of=bench.similarity_of,
        now=_DRAFTED_ON,
        tables=bench.tables,
    )
    return compose(material_of_files(analysis, bench.tables, bench.planning, organisation=case.organisation)), analysis.goal_tree


def _gold(gold: ExtractionCase, conversation: Conversation) -> list[Finding]:
    """The annotator's findings. One whose quote the product would not take as evidence cannot be cited, so it is left out."""
    found = [ground_all(_proposal(one, conversation), conversation, "annotator") for one in gold.gold if not one.optional]
    return [one for one in found if isinstance(one, Finding)]


def _shown(one: Shown, conversation: Conversation, case: str) -> Finding:
    reading = CriterionReading(criterion=one.criterion, value=one.value)
    quotes = _quotes([one.quote], conversation)
    proposed = ProposedFinding(kind=FindingKind.CRITERION, statement=one.quote, confidence=0.9, quotes=quotes, criterion=reading)
    found = ground_all(proposed, conversation, "annotator")
    if isinstance(found, UnverifiedFinding):
        raise ConfigurationError(f"Not in the transcript: {one.quote} {' '.join(found.reasons)}", where=case)
    return found


def _proposal(gold: GoldFinding, conversation: Conversation) -> ProposedFinding:
    return ProposedFinding(
        kind=gold.kind,
        statement=gold.statement,
        confidence=0.9,
        quotes=_quotes(gold.quotes, conversation),
        kpi=_kpi(gold.kpi) if gold.kpi else None,
    )


def _quotes(quotes: Sequence[str], conversation: Conversation) -> tuple[ProposedQuote, ...]:
    """Each quote where it stands; one that stands nowhere is proposed for the first turn, where it will not ground."""
    first = conversation.utterances[0]
    return tuple(
        ProposedQuote(utterance_id=next((one.id for one in conversation.utterances if quote in one.text), first.id), text=quote)
        for quote in quotes
    )


def _kpi(gold: GoldKpi) -> Kpi:
    def amount(value: float | None, unit: str | None) -> Amount | None:
        return None if value is None else Amount(value=value, unit=unit, text=f"{value:g} {unit or ''}".strip())

    return Kpi(
        metric=gold.metric,
        unit=gold.unit,
        direction=gold.direction,
        baseline=amount(gold.baseline, gold.unit),
        target=amount(gold.target, gold.unit),
        change=amount(gold.change, gold.change_unit or "%"),
        deadline=gold.deadline,
        owner=gold.owner,
    )
