"""The verdict suite: cases, what an advisor would say, and how far an analyst is from it.

A case is a short description, or a whole annotated transcript.

A case that raises counts as wrong, at the highest cost, and is listed: it never drops out of an average.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty, NecessityAssessment
from discovery_agent.errors import ConfigurationError, DiscoveryError, place
from discovery_agent.evals.cases import find_cases, load_case
from discovery_agent.evals.harness.reading import Name, mistake_words, read_yaml

T = TypeVar("T", bound=BaseModel)

BINS = 5
"""Bins of the table of calibration."""

MOST_CHARACTERS = 60_000
"""Longest description of a case: about what fits the window of a small model, with the prompt."""


class VerdictCase(BaseModel):
    """One described case with the verdict of a sceptical advisor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Name
    text: str = Field(min_length=20, max_length=MOST_CHARACTERS)
    verdict: SolutionClass
    acceptable: tuple[SolutionClass, ...] = ()
    tempts: SolutionClass | None = None
    why: str = ""
    folder: Path | None = Field(
        default=None, description="Where the transcript lies, if the case is one; then `text` says what it is about."
    )

    @property
    def no_ai(self) -> bool:
        """Whether neither the verdict nor anything acceptable holds a learned model."""
        return not any(one.needs_ai for one in (self.verdict, *self.acceptable))


class VerdictCases(BaseModel):
    """A file of cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provenance: str = Field(min_length=10, description="Who wrote the cases, from what, and whether anything was tuned to them.")
    cases: tuple[VerdictCase, ...] = Field(min_length=1)


class Costs(BaseModel):
    """What a wrong verdict costs; see `evals/verdict/costs.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ai_where_none_is_needed: float = Field(ge=0)
    none_where_ai_is_needed: float = Field(ge=0)
    wrong_class_same_side: float = Field(ge=0)
    open: float = Field(ge=0)

    @property
    def worst(self) -> float:
        """The cost of a case that could not be assessed."""
        return max(self.ai_where_none_is_needed, self.none_where_ai_is_needed, self.wrong_class_same_side, self.open)


DEFAULT_COSTS = Costs(ai_where_none_is_needed=5, none_where_ai_is_needed=3, wrong_class_same_side=1, open=0.5)
"""Used outside the project's folder."""


@dataclass(frozen=True)
class VerdictResult:
    """How one case went."""

    case: VerdictCase
    said: SolutionClass | None
    """The most probable class, also of an open verdict; None if the case raised."""
    certainty: Certainty | None
    confidence: float
    error: str | None = None

    @property
    def right(self) -> bool:
        """Whether the class is the verdict or acceptable."""
        return self.said is not None and self.said in (self.case.verdict, *self.case.acceptable)

    @property
    def needless_ai(self) -> bool:
        """Whether AI is recommended where none is needed."""
        return self.said is not None and self.said.needs_ai and self.case.no_ai

    def cost(self, costs: Costs) -> float:
        """What this result costs."""
        if self.said is None:
            return costs.worst
        if self.right:
            wrong = 0.0
        elif self.needless_ai:
            wrong = costs.ai_where_none_is_needed
        elif not self.said.needs_ai and self.case.verdict.needs_ai:
            wrong = costs.none_where_ai_is_needed
        else:
            wrong = costs.wrong_class_same_side
        return wrong if self.certainty is not Certainty.OPEN else costs.open


Assess = Callable[[VerdictCase], Awaitable[NecessityAssessment]]


async def run_cases(cases: Sequence[VerdictCase], assess: Assess) -> list[VerdictResult]:
    """Assess every case."""
    return [await _run(case, assess) for case in cases]


async def _run(case: VerdictCase, assess: Assess) -> VerdictResult:
    try:
        return result_of(case, await assess(case))
    except DiscoveryError as error:
        return VerdictResult(case, None, None, 0.0, error.what)


def result_of(case: VerdictCase, verdict: NecessityAssessment) -> VerdictResult:
    """What an assessment says of a case: its most probable class, however sure."""
    shares = class_shares(verdict)
    said = max(shares, key=lambda one: shares[one])
    return VerdictResult(case, said, verdict.certainty, min(1.0, shares[said]))


def class_shares(verdict: NecessityAssessment) -> dict[SolutionClass, float]:
    """Probability of each class: that of its rungs together."""
    shares: dict[SolutionClass, float] = {}
    for rung in verdict.ladder:
        shares[rung.solution] = shares.get(rung.solution, 0.0) + rung.probability
    return shares


def majority(cases: Sequence[VerdictCase]) -> list[VerdictResult]:
    """The baseline that always says the commonest class of these very cases."""
    commonest = Counter(case.verdict for case in cases).most_common(1)[0][0]
    share = sum(case.verdict is commonest for case in cases) / len(cases)
    return [VerdictResult(case, commonest, Certainty.LEANING, share) for case in cases]


@dataclass(frozen=True)
class VerdictScore:
    """The figures of one run."""

    cases: int
    accuracy: float
    expected_cost: float
    needless_ai: int
    no_ai_cases: int
    certainties: dict[str, int]
    accuracy_by_certainty: dict[str, float]
    confusion: dict[tuple[SolutionClass, SolutionClass | None], int]
    brier: float
    """Mean squared difference of confidence and outcome (Brier 1950): 0 is best, 0.25 is what always saying 0.5 gives."""
    calibration: tuple[tuple[float, float, int], ...]
    """For each bin of confidence: mean confidence, share right, cases."""


def score(results: Sequence[VerdictResult], costs: Costs) -> VerdictScore:
    """The figures of these results. ValueError if there are none."""
    if not results:
        raise ValueError("there is nothing to score")
    names = [one.certainty.value if one.certainty else "error" for one in results]
    bins: list[tuple[float, float, int]] = []
    for at in range(BINS):
        inside = [one for one in results if min(BINS - 1, int(one.confidence * BINS)) == at]
        if inside:
            bins.append((sum(one.confidence for one in inside) / len(inside), sum(one.right for one in inside) / len(inside), len(inside)))
    return VerdictScore(
        cases=len(results),
        accuracy=sum(one.right for one in results) / len(results),
        expected_cost=sum(one.cost(costs) for one in results) / len(results),
        needless_ai=sum(one.needless_ai for one in results),
        no_ai_cases=sum(one.case.no_ai for one in results),
        certainties=dict(Counter(names)),
        accuracy_by_certainty={
            name: sum(one.right for one, own in zip(results, names, strict=True) if own == name) / names.count(name) for name in set(names)
        },
        confusion=dict(Counter((one.case.verdict, one.said) for one in results)),
        brier=sum((one.confidence - one.right) ** 2 for one in results) / len(results),
        calibration=tuple(bins),
    )


def load_costs(path: Path) -> Costs:
    """The cost matrix.

    Raises:
        ConfigurationError: the file is missing or wrong.
    """
    return read_yaml(path, Costs)


def load_verdict_cases(path: Path) -> list[VerdictCase]:
    """The cases of a folder of YAML files, of one such file, of a file with a JSON object a line (`case`, `verdict`), or
    of a folder of annotated transcripts, of which those with a verdict count.

    Raises:
        ConfigurationError: a case is wrong, with file and field, or there is none.
    """
    transcripts = find_cases(path) if path.is_dir() else []
    if transcripts:
        cases = [case for folder in transcripts for case in _of_transcript(folder)]
    else:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        cases = [case for file in files for case in (_of_lines(file) if file.suffix == ".jsonl" else _of_yaml(file))]
    if not cases:
        raise ConfigurationError(
            "No case was found.",
            where=str(path),
            remedy="Give a folder of YAML files or of annotated transcripts, or a JSONL file, with --cases.",
        )
    return cases


def _of_transcript(folder: Path) -> list[VerdictCase]:
    case, _ = load_case(folder)
    if case.verdict is None:
        return []
    return [
        VerdictCase(
            id=case.id,
            text=f"A conversation about {case.domain}.",
            verdict=case.verdict.solution,
            acceptable=tuple(case.verdict.acceptable),
            why=case.verdict.why,
            folder=folder,
        )
    ]


def _of_yaml(path: Path) -> list[VerdictCase]:
    return list(read_yaml(path, VerdictCases).cases)


def _of_lines(path: Path) -> list[VerdictCase]:
    cases: list[VerdictCase] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            "The cases cannot be read.", where=str(path), remedy="Check that the file is there, and saved as UTF-8 text."
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ConfigurationError("The line is no JSON.", where=place(path, number), remedy="Write one JSON object a line.") from error
        if not isinstance(row, dict):
            raise ConfigurationError("The line is no JSON object.", where=place(path, number), remedy="Write one JSON object a line.")
        fields = cast("dict[str, object]", row)
        kept = {"id": fields.get("id", str(number)), "text": fields.get("case"), "verdict": fields.get("verdict")}
        if fields.get("acceptable"):
            kept["acceptable"] = fields["acceptable"]
        cases.append(_checked(VerdictCase, kept, path, number))
    return cases


def _checked(model: type[T], value: object, path: Path, line: int) -> T:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        mistakes = error.errors()
        raise ConfigurationError(
            f"{'; '.join(mistake_words(one, mistakes, model) for one in mistakes[:10])}.",
            where=place(path, line),
            remedy="Correct the line; it takes the fields `case`, `verdict`, `acceptable` and `id`.",
        ) from error
