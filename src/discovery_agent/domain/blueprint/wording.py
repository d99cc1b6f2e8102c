"""Other words for what rules wrote: which parts may be worded, and the rules that refuse a claim.

An analyst may say it better. It may not say more: every claim cites what it was given, holds no figure and no name that is not there,
and neither approves nor decides. What is refused is left out; what the words leave out comes from the rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from discovery_agent.domain.blueprint.claims import Assumption, Claim, Evidence, Part
from discovery_agent.domain.blueprint.departures import AI_WORDS
from discovery_agent.domain.blueprint.document import Blueprint, BlueprintSection, Course, SectionId
from discovery_agent.domain.blueprint.sponsor import MOST_WORDS, words_in
from discovery_agent.domain.blueprint.support import figures_without_source, quotes_not_said
from discovery_agent.domain.conversation import Value

LONGEST_CLAIM = 400
MOST_CLAIMS = 6
"""Of one part."""
SUMMARY = "summary"

WORDED: Mapping[SectionId, tuple[str, ...]] = {
    SectionId.MEMO: ("verdict", "instead", "saves", "another_look"),
    SectionId.SPONSOR_VISION: ("for_whom", "need", "product", "benefit", "unlike"),
    SectionId.RISKS: (SUMMARY,),
}
"""The parts that may be worded. Tables stay as rules made them."""

_APPROVES = re.compile(
    r"\b(?:approv(?:e|es|ed|al|als|ing)|sign(?:s|ed)?[ -]?off|signed|authori[sz](?:e|es|ed|ation)|ratif(?:y|ies|ied)|endors(?:e|es|ed)|"
    r"accept(?:s|ed)? by (?:the )?(?:board|reviewers?|sponsor)|(?:is|are|was|were|been|has|have) (?:hereby )?(?:agreed|decided|settled|cleared)|"
    r"green ?light|go[- ]ahead|no (?:further )?(?:review|approval)|ready (?:to|for) (?:sign|signature|launch|production)|we (?:hereby )?decide)\b",
    re.IGNORECASE,
)
# "Automated without AI" speaks of the course, not for AI.
_WITHOUT_AI = re.compile(
    r"\b(?:without|no|instead of|rather than|needs? no|uses? no)\s+(?:any\s+|an?\s+)?(?:ai|artificial intelligence|machine learning)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"https?://|www\.|\]\(|<[a-z/!]|```|^#|\*\*|\{\{", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[^\W\d_][\w’'&/.-]*[\w]|[^\W\d_]")
_SAYS_THE_COURSE: Mapping[Course, re.Pattern[str]] = {
    Course.DO_NOT_BUILD: re.compile(r"\b(?:nothing|not|no)\b", re.IGNORECASE),
    Course.CHANGE_PROCESS: re.compile(r"\bchang|\bway of working|\bagree", re.IGNORECASE),
    Course.AUTOMATE: re.compile(r"\bautomat|\bwithout ai\b|\brules?\b|\breport|\bdashboard", re.IGNORECASE),
    Course.PREPARE_FIRST: re.compile(r"\bfirst\b|\bprepar|\bbefore\b", re.IGNORECASE),
    Course.BUILD_WITH_AI: re.compile(r"\bai\b|\bmodel", re.IGNORECASE),
    Course.UNDECIDED: re.compile(r"\bquestion|\bopen\b|\bnot (?:yet )?decided|\bfind out", re.IGNORECASE),
}
"""A claim about a goal has to say its course, in one of these words."""


class ProposedClaim(Value):
    """A claim that an analyst proposes for a part."""

    part_id: str
    text: str = Field(min_length=1)
    cites: tuple[str, ...] = Field(default=(), description="Ids of findings and assumptions that it was given.")


class RefusedClaim(Value):
    """A claim that was left out, and the rule that refused it."""

    claim: ProposedClaim
    rule: str
    why: str


class Worded(Value):
    """A section in other words, and what was refused of them."""

    section: BlueprintSection
    refused: tuple[RefusedClaim, ...] = ()

    @property
    def note(self) -> str:
        """What was refused, in a sentence; empty if nothing was."""
        if not self.refused:
            return ""
        counted = Counter(one.why for one in self.refused)
        reasons = "; ".join(f"{why} ({count})" for why, count in counted.most_common())
        many = len(self.refused)
        return f"{self.section.title}: {many} proposed {'sentence was' if many == 1 else 'sentences were'} refused: {reasons}."


def wordable(blueprint: Blueprint, section_id: SectionId) -> tuple[Part, ...]:
    """The parts of a section that may be worded, as they are; of the risks an empty one for a summary."""
    section = blueprint.section(section_id)
    if section is None or section_id not in WORDED:
        return ()
    if section_id is SectionId.RISKS:
        return (Part(id=SUMMARY, heading="In short"),)
    return tuple(part for part in section.parts if part.id in WORDED[section_id] and part.claims)


def citable(blueprint: Blueprint, section_id: SectionId) -> tuple[tuple[Evidence, ...], tuple[Assumption, ...]]:
    """What a section stands on, which is what words for it may cite."""
    section = blueprint.section(section_id)
    held = [one for part in section.parts for one in (*part.claims, *part.rows)] if section else []
    findings = {id_ for one in held for id_ in one.findings}
    assumptions = {id_ for one in held for id_ in one.assumptions}
    return (
        tuple(one for one in blueprint.evidence if one.finding_id in findings),
        tuple(one for one in blueprint.assumptions if one.id in assumptions),
    )


def worded(blueprint: Blueprint, section_id: SectionId, proposals: Sequence[ProposedClaim], author: str) -> Worded:
    """A section with the words of an analyst where the rules let them stand.

    A claim of the rules stays if no accepted one cites the same findings, or if it holds a figure that was computed.
    """
    section = blueprint.section(section_id)
    assert section is not None
    refused: list[RefusedClaim] = []
    parts = {one.id: one for one in wordable(blueprint, section_id)}
    evidence, assumptions = citable(blueprint, section_id)
    checks = _Checks(blueprint, evidence, assumptions)
    accepted: dict[str, list[Claim]] = {}
    for proposed in proposals:
        reason = checks.against(proposed, parts.get(proposed.part_id))
        if reason is None and len(accepted.get(proposed.part_id, ())) >= MOST_CLAIMS:
            reason = ("too_many", "more than a part takes")
        if reason is not None:
            refused.append(RefusedClaim(claim=proposed, rule=reason[0], why=reason[1]))
            continue
        accepted.setdefault(proposed.part_id, []).append(checks.claim(proposed, parts[proposed.part_id], author))
    told = tuple(_merged(part, accepted.get(part.id, ())) for part in section.parts)
    if (summary := accepted.get(SUMMARY)) and section_id is SectionId.RISKS:
        told = (Part(id=SUMMARY, heading="In short", claims=tuple(summary)), *told)
    changed = section.model_copy(update={"parts": told})
    if section_id is SectionId.SPONSOR_VISION and words_in(told) > max(MOST_WORDS, words_in(section.parts)):
        everything = [claim for claims in accepted.values() for claim in claims]
        too_long = [ProposedClaim(part_id="", text=one.text, cites=(*one.findings, *one.assumptions)) for one in everything]
        refused += [RefusedClaim(claim=one, rule="longer_than_a_page", why=f"longer than a page of {MOST_WORDS} words") for one in too_long]
        changed = section
    return Worded(section=changed, refused=tuple(refused))


def _merged(part: Part, accepted: Sequence[Claim]) -> Part:
    """Accepted claims in place of those of the rules that they cover; the others stay, in their order, behind them."""
    if not accepted:
        return part
    covered = {id_ for one in accepted for id_ in one.findings}
    kept = tuple(one for one in part.claims if _computed(one) or not covered.intersection(one.findings))
    return part.model_copy(update={"claims": (*accepted, *kept)})


def _computed(claim: Claim) -> bool:
    """Whether it holds a figure that no finding does: one that rules computed."""
    return bool(claim.how) and any(sign.isdigit() for sign in claim.text) and not claim.how.startswith("course by rule")


class _Checks:
    """The rules, for one section."""

    def __init__(self, blueprint: Blueprint, evidence: Sequence[Evidence], assumptions: Sequence[Assumption]) -> None:
        self._evidence = {one.finding_id: one for one in evidence}
        self._assumptions = {one.id: one for one in assumptions}
        self._goals = [(one.course, set(one.findings)) for one in blueprint.goals]
        self._ai = any(one.course in (Course.BUILD_WITH_AI, Course.PREPARE_FIRST) for one in blueprint.goals)
        texts = [blueprint.title, blueprint.organisation, blueprint.objective]
        texts += [text for one in evidence for text in (one.statement, *one.speakers, *(quote.text for quote in one.quotes))]
        texts += [one.text for one in assumptions]
        texts += [text for kpi in blueprint.kpis for text in (kpi.metric, kpi.owner, kpi.measured_by, kpi.deadline) if text]
        self._known = {word.casefold().rstrip(".") for text in texts for word in _WORD.findall(text)}
        self._kpis: dict[str, list[str]] = {}
        for kpi in blueprint.kpis:
            for id_ in kpi.findings:
                self._kpis.setdefault(id_, []).extend(text for text in (kpi.baseline, kpi.target, kpi.deadline) if text)

    def against(self, proposed: ProposedClaim, part: Part | None) -> tuple[str, str] | None:
        """The rule that refuses a claim, and why; None if it stands."""
        if part is None:
            return "no_such_part", "for a part that is not to be worded"
        unknown = [one for one in proposed.cites if one not in self._evidence and one not in self._assumptions]
        if unknown or not proposed.cites:
            return "cites_nothing_given", "cites what it was not given, or nothing"
        if len(proposed.text) > LONGEST_CLAIM or _MARKUP.search(proposed.text):
            return "not_plain", "too long, or with markup or an address"
        held = self._held(proposed)
        if figures_without_source(proposed.text, held, self._values(proposed)):
            return "figure_without_source", "names a figure that nothing it cites holds"
        if quotes_not_said(
            proposed.text, (quote.text for one in proposed.cites if one in self._evidence for quote in self._evidence[one].quotes)
        ):
            return "quote_not_said", "puts words in quotation marks that nobody it cites said"
        if self._strangers(proposed.text):
            return "names_a_stranger", "names a person or system that nobody named"
        if _APPROVES.search(proposed.text) and not any(_APPROVES.search(text) for text in held):
            return "approves", "approves or decides something"
        if (
            AI_WORDS.search(_WITHOUT_AI.sub(" ", proposed.text))
            and not self._ai
            and not any(AI_WORDS.search(text) for text in held)
            and part.id in ("need", "product")
        ):
            return "brings_ai_in", "speaks for AI where the course is another"
        if part.id in ("product", "verdict") and not self._says_the_course(proposed):
            return "hides_the_course", "does not say what is proposed for the goal"
        return None

    def claim(self, proposed: ProposedClaim, part: Part, author: str) -> Claim:
        """An accepted claim. One that says a course stands on the rule that set it, as the claim of the rules does."""
        findings = tuple(one for one in proposed.cites if one in self._evidence)
        how = next((one.how for one in part.claims if one.how.startswith("course by rule") and set(one.findings) & set(findings)), "")
        return Claim(
            text=" ".join(proposed.text.split()),
            findings=findings,
            assumptions=tuple(one for one in proposed.cites if one in self._assumptions),
            how=how,
            written_by=author[:120],
        )

    def _held(self, proposed: ProposedClaim) -> list[str]:
        texts: list[str] = []
        for one in proposed.cites:
            if one in self._evidence:
                found = self._evidence[one]
                texts += [found.statement, *(quote.text for quote in found.quotes), *self._kpis.get(one, ())]
            else:
                texts.append(self._assumptions[one].text)
        return texts

    def _values(self, proposed: ProposedClaim) -> Iterable[float]:
        held = [self._assumptions[one] for one in proposed.cites if one in self._assumptions]
        return [value for one in held for value in (one.low, one.value, one.high) if value is not None]

    def _strangers(self, text: str) -> list[str]:
        """Names that occur in nothing that was given: words with a capital inside a sentence, or written like a product anywhere."""
        found: list[str] = []
        for match in _WORD.finditer(text):
            word = match.group().rstrip(".")
            before = text[: match.start()].rstrip()
            begins = not before or before[-1] in '.!?:;“"('
            product = sum(sign.isupper() for sign in word) > 1
            named = word[:1].isupper() and (not begins or product or self._before_a_name(text, match.end()))
            plain = word.casefold().removesuffix("’s").removesuffix("'s")
            if named and plain not in self._known and plain not in _NO_NAMES and plain.rstrip("s") not in self._known:
                found.append(word)
        return found

    def _before_a_name(self, text: str, end: int) -> bool:
        """Whether another word with a capital follows at once: a first name at the beginning of a sentence."""
        following = re.match(r"\s+([^\W\d_]\w+)", text[end:])
        return following is not None and following[1][:1].isupper()

    def _says_the_course(self, proposed: ProposedClaim) -> bool:
        courses = [course for course, findings in self._goals if findings & set(proposed.cites)]
        return bool(courses) and all(_SAYS_THE_COURSE[one].search(proposed.text) for one in courses)


_NO_NAMES = frozenset(
    """
    a an the this that these those every each our no all some any i ai kpi kpis it mvp eu gdpr monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december english german p50 p80 ok q1 q2 q3 q4
    """.split()
)
