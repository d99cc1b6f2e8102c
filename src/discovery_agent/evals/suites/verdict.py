"""The verdict suite: described cases, and what a sceptical advisor would say of each. The case is the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from discovery_agent.discovery.assess import assess_description
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty
from discovery_agent.evals.harness.metrics import SuiteName, SuiteTable, load_table
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome, Span
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.suites.case_files import digest_of, distinct, yaml_files
from discovery_agent.evals.verdict import (
    VerdictCase,
    VerdictResult,
    VerdictScore,
    load_costs,
    load_verdict_cases,
    majority,
    result_of,
    score,
)

FOLDERS = {Split.DEV: "cases", Split.HELD_OUT: "held_out"}
COSTS = "costs.yaml"


class VerdictSuite:
    """Short descriptions, each assessed by itself."""

    name = SuiteName.VERDICT

    def __init__(self, root: Path) -> None:
        """`root` is the folder of all suites, such as `evals`."""
        self._folder = root / self.name.value
        self.table: SuiteTable = load_table(self._folder)
        self._costs = load_costs(self._folder / COSTS)

    def cases(self, split: Split) -> Sequence[CaseRef]:
        """The described cases of a split."""
        costs = (self._folder / COSTS).read_bytes()
        found = [
            CaseRef(id=one.id, split=split, source=file, slices=_slices(one), digest=digest_of(one, costs))
            for file in yaml_files(self._folder / FOLDERS[split])
            for one in load_verdict_cases(file)
        ]
        distinct((one.id, one.source) for one in found)
        return found

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        """The verdict on one description, and what it costs."""
        wanted = self._by_id[case.id]
        assessment = await assess_description(wanted.text, bench)
        result = result_of(wanted, assessment.necessity)
        scores = {"cost": result.cost(self._costs), "accuracy": float(result.right), "brier": (result.confidence - result.right) ** 2}
        if wanted.no_ai:
            scores["needless_ai"] = float(result.needless_ai)
        assert result.said is not None and result.certainty is not None
        counts = {f"said.{result.said.value}": 1.0, f"certainty.{result.certainty.value}": 1.0, "confidence": result.confidence}
        return Attempt(scores=scores, counts=counts, notes=(_note(result),))

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Calibration and confusion of the arm, and the baseline that always says the commonest class of these very cases."""
        if not outcomes:
            return {}
        results = [self._result(one) for one in outcomes]
        return {
            "arm": _shown(score(results, self._costs)),
            "majority_class": _shown(score(majority([one.case for one in results]), self._costs)),
        }

    @cached_property
    def _by_id(self) -> Mapping[str, VerdictCase]:
        files = [file for split in Split for file in yaml_files(self._folder / FOLDERS[split])]
        return {one.id: one for file in files for one in load_verdict_cases(file)}

    def _result(self, outcome: Outcome) -> VerdictResult:
        """What was said, read from the counts of the outcome."""
        case = self._by_id[outcome.case]
        if outcome.error is not None:
            return VerdictResult(case, None, None, 0.0, outcome.error)
        said = next(one for one in SolutionClass if outcome.counts.get(f"said.{one.value}"))
        certainty = next(one for one in Certainty if outcome.counts.get(f"certainty.{one.value}"))
        return VerdictResult(case, said, certainty, outcome.counts["confidence"])


def _slices(case: VerdictCase) -> Mapping[str, str]:
    return {"truth": case.verdict.value, "tempts": case.tempts.value if case.tempts else "nothing"}


def _note(result: VerdictResult) -> Note:
    assert result.said is not None and result.certainty is not None
    kind = "found" if result.right else "wrong"
    text = f"said {result.said.value} ({result.certainty.value}, {result.confidence:.2f}); right is {result.case.verdict.value}. {result.case.why}"
    return Note(kind=kind, key=result.case.id, text=text.strip(), spans=(Span(text=result.case.text),))


def _shown(of: VerdictScore) -> Mapping[str, object]:
    return {
        "cases": of.cases,
        "accuracy": of.accuracy,
        "expected_cost": of.expected_cost,
        "needless_ai": [of.needless_ai, of.no_ai_cases],
        "brier": of.brier,
        "certainties": of.certainties,
        "accuracy_by_certainty": of.accuracy_by_certainty,
        "calibration": [{"confidence": mean, "right": share, "cases": cases} for mean, share, cases in of.calibration],
        "confusion": [
            {"truth": truth.value, "said": said.value if said else "error", "cases": cases}
            for (truth, said), cases in sorted(
                of.confusion.items(), key=lambda one: (one[0][0].value, one[0][1].value if one[0][1] else "")
            )
        ],
    }
