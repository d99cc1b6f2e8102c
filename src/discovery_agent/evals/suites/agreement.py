"""The agreement suite: how an analyst words the shared objective from agreed parts, disputed parts and critiques. The case is the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from discovery_agent.analysts.protocol import ObjectiveWriter
from discovery_agent.discovery.agreement.proposing import CANDIDATES
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.agreement.compose import Composition
from discovery_agent.domain.agreement.decided import decided, visibly_open
from discovery_agent.domain.agreement.measures_told import tells_date
from discovery_agent.domain.agreement.refusals import figure_that_no_part_holds, gives, refusals_of, too_long
from discovery_agent.errors import ModelReplyInvalid
from discovery_agent.evals.harness.metrics import SuiteName, SuiteTable, load_table
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome, Span
from discovery_agent.evals.harness.reading import read_yaml
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.suites.agreement_cases import AgreementCase, Objection, Told
from discovery_agent.evals.suites.case_files import digest_of, distinct, yaml_files

FOLDERS = {Split.DEV: "cases", Split.HELD_OUT: "held_out"}


class AgreementSuite:
    """Registers before a round; the analyst proposes statements as it would to the lead."""

    name = SuiteName.AGREEMENT

    def __init__(self, root: Path) -> None:
        """`root` is the folder of all suites, such as `evals`."""
        self._folder = root / self.name.value
        self.table: SuiteTable = load_table(self._folder)

    def cases(self, split: Split) -> Sequence[CaseRef]:
        """The registers of a split."""
        found = [_ref(file, read_yaml(file, AgreementCase), split) for file in yaml_files(self._folder / FOLDERS[split])]
        distinct((one.id, one.source) for one in found)
        return found

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        """The statements that the analyst proposes, each scored, averaged.

        Raises:
            ModelReplyInvalid: it proposed none.
        """
        wanted = read_yaml(case.source, AgreementCase)
        told = Told(wanted)
        composition = told.composition()
        writer: ObjectiveWriter = bench.model or bench.rules
        texts = (await writer.propose_objectives(told.brief(composition), CANDIDATES)).texts
        if not texts:
            raise ModelReplyInvalid("It proposed no statement.", where=case.id)
        scored = [scores_of(text, wanted, composition) for text in texts]
        return Attempt(
            scores={name: sum(one[name] for one in scored) / len(scored) for name in scored[0]},
            counts={"statements": len(texts), "refused": sum(not one["stands"] for one in scored)},
            notes=tuple(note for at, text in enumerate(texts, start=1) for note in _notes(at, text, wanted, composition)),
        )

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """How many statements were proposed, and how many the product would have refused to put to anybody."""
        return {name: sum(one.counts.get(name, 0.0) for one in outcomes) for name in ("statements", "refused")}


def _ref(file: Path, case: AgreementCase, split: Split) -> CaseRef:
    slices = {
        "round": "first" if not case.before else "later",
        "disputed": "yes" if any(one.state == "open" for one in case.disputes) else "no",
        "veto": "yes" if any(one.veto for one in case.objections) else "no",
    }
    return CaseRef(id=case.id, split=split, source=file, slices=slices, digest=digest_of(case))


def scores_of(text: str, case: AgreementCase, composition: Composition) -> dict[str, float]:
    """The figures of one statement. What a case does not hold, such as critiques, has no score."""
    scores = {
        "stands": float(not refusals_of(text, composition)),
        "invented_figures": float(bool(list(figure_that_no_part_holds(text, composition)))),
        "within_length": float(not list(too_long(text, composition))),
    }
    if demands := composition.demands:
        given = [gives(text, one, composition) and (not one.deadline or tells_date(text, one.deadline)) for one in demands]
        scores["agreed_values"] = sum(given) / len(demands)
    if questions := composition.questions:
        shown = [visibly_open(text, one, composition) and not decided(text, one, composition) for one in questions]
        scores["left_open"] = sum(shown) / len(questions)
    if case.objections:
        scores["critiques_answered"] = sum(answers(text, one) for one in case.objections) / len(case.objections)
    return scores


def answers(text: str, objection: Objection) -> bool:
    """Whether a statement holds what an objection asked for, or names it, and has dropped what it was against."""
    plain = " ".join(text.casefold().split())
    held = all(any(word.casefold() in plain for word in group) for group in objection.answered_by)
    return held and not any(word.casefold() in plain for word in objection.gone)


def _notes(at: int, text: str, case: AgreementCase, composition: Composition) -> list[Note]:
    notes = [Note(kind="statement", key=f"statement {at}", text=text)]
    notes += [Note(kind="refused", key=f"statement {at}: {one.rule}", text=one.why) for one in refusals_of(text, composition)]
    for number, one in enumerate(case.objections, start=1):
        kind = "answered" if answers(text, one) else "unanswered"
        who = "veto" if one.veto else "minority" if one.minority else "critique"
        notes.append(Note(kind=kind, key=f"statement {at}: critique {number}", text=who, spans=(Span(text=one.words),)))
    return notes
