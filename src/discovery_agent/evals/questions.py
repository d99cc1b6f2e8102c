"""The questions suite: the question checker beside judgements that others made.

It reads a folder in the layout of the public collection "Requirements Elicitation Follow-up Question Generation" (Shen, Singhal
and Breaux 2025) and makes three comparisons:

- with a language model's verdicts: files with a column for each of fourteen criteria. `No` means that the question fails. The
  collection's program asked for `Yes` or `No`; the file it published keeps the `No` and leaves the rest blank, so a blank counts as
  met in a file that holds a `No`, and as not judged in a file that holds none;
- with people's preferences: pairs of questions of which people said which avoids a mistake better, and how clear each is (1 to 5);
- with our own reading of the same questions, of which only hashes and verdicts are kept here.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.question_check import Criterion, check_question
from discovery_agent.errors import ConfigurationError, place
from discovery_agent.files.yaml_text import parsed

COLUMNS: Mapping[str, Criterion | None] = {
    "Justify Assumptions": None,
    "Consider Alternatives": None,
    "Clarify When Unclear": None,
    "Clarify When Contradictory": None,
    "Elicit Tacit Knowledge": None,
    "Be Domain-Specific": None,
    "Appropriate Length": Criterion.SHORT,
    "No Jargon": Criterion.PLAIN,
    "No Technical Question": Criterion.FITS_ROLE,
    "Appropriate to User Profile": Criterion.FITS_ROLE,
    "No Asking for Solutions": Criterion.NO_SOLUTION,
    "One Req at a Time": Criterion.ONE_QUESTION,
    "No Multiple Interpretations": None,
    "No Questions without Reasonable Meanings": None,
}
"""The collection's criteria with ours; None where only the meaning could tell, so that rules offer no verdict."""

READ = (Criterion.ASKS, Criterion.ONE_QUESTION, Criterion.OPEN, Criterion.SHORT, Criterion.NOT_LEADING, Criterion.NO_SOLUTION)
"""The criteria of our own reading."""

PREFERRED = (Criterion.ONE_QUESTION, Criterion.OPEN, Criterion.SHORT, Criterion.NOT_LEADING, Criterion.NO_SOLUTION, Criterion.PLAIN)
_QUESTION_COLUMNS = ("Interviewer_Response", "Human Follow Up Question", "Q1", "Q2")
# Those interviewed about flats and restaurants are the general public.
_ROLE = Role.END_USER


@dataclass(frozen=True)
class Judged:
    """A question with what others said of it: whether it fails, by the name of the criterion."""

    question: str
    answer: str
    fails: Mapping[str, bool]


@dataclass(frozen=True)
class Preference:
    """Two questions for one answer, and what people said of them."""

    questions: tuple[str, str]
    better: int
    """Which of the two, 0 or 1."""
    clarity: tuple[int, int]
    """1 to 5."""


@dataclass(frozen=True)
class Collection:
    """All that a folder holds."""

    judged: tuple[Judged, ...]
    preferences: tuple[Preference, ...]
    questions: tuple[str, ...]
    """Every distinct question."""
    empty_rows: int
    """Rows without a question."""
    unjudged: int
    """Questions of files with columns for verdicts that hold none."""


@dataclass(frozen=True)
class Agreement:
    """Rules and others on one criterion. What both look for is the bad question."""

    name: str
    cases: int
    bad: int
    flagged: int
    both: int

    @property
    def share_bad(self) -> float:
        """Share that the others call bad."""
        return self.bad / self.cases if self.cases else 0.0

    @property
    def agreement(self) -> float:
        """Share on which both say the same."""
        return (self.cases - self.bad - self.flagged + 2 * self.both) / self.cases if self.cases else 0.0

    @property
    def majority(self) -> float:
        """The agreement of always saying what the others say more often."""
        return max(self.share_bad, 1 - self.share_bad) if self.cases else 0.0

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance (Cohen 1960); None where one side never varies."""
        if not self.cases:
            return None
        ours = self.flagged / self.cases
        chance = ours * self.share_bad + (1 - ours) * (1 - self.share_bad)
        varies = 0 < self.bad < self.cases and 0 < self.flagged < self.cases
        return (self.agreement - chance) / (1 - chance) if varies else None

    @property
    def precision(self) -> float | None:
        """Share of what rules flag that the others call bad."""
        return self.both / self.flagged if self.flagged else None

    @property
    def recall(self) -> float | None:
        """Share of what the others call bad that rules flag."""
        return self.both / self.bad if self.bad else None


@dataclass(frozen=True)
class PreferenceScore:
    """What people preferred where rules flag exactly one of two questions."""

    criterion: Criterion
    pairs: int
    unflagged_preferred: int
    flagged_clarity: float | None
    """Mean clarity of all flagged questions, 1 to 5."""
    other_clarity: float | None
    flagged: int


def key_of(question: str) -> str:
    """The key of a question in the file of readings: spaces and case do not count."""
    return hashlib.sha256(" ".join(question.split()).casefold().encode("utf-8", "surrogatepass")).hexdigest()[:12]


def in_tuning_half(question: str) -> bool:
    """Whether a question belongs to the half that rules may be tuned on."""
    return int(key_of(question), 16) % 2 == 0


def load_collection(folder: Path) -> Collection:
    """Read every CSV file of a folder.

    Raises:
        ConfigurationError: a file cannot be read, or no file holds a question.
    """
    judged: list[Judged] = []
    preferences: list[Preference] = []
    questions: dict[str, None] = {}
    empty = unjudged = 0
    for file in sorted(folder.glob("*.csv")):
        rows = _rows(file)
        for row in rows:
            found = [row[name].strip() for name in _QUESTION_COLUMNS if (row.get(name) or "").strip()]
            empty += not found
            questions.update(dict.fromkeys(found))
        asked = [row for row in rows if (row.get("Interviewer_Response") or "").strip()]
        if asked and any(name in asked[0] for name in COLUMNS):
            if any((row.get(name) or "").strip() for row in asked for name in COLUMNS):
                judged += [_judged(row) for row in asked]
            else:
                unjudged += len(asked)
        preferences += [_preference(row, file) for row in rows if row.get("A1")]
    if not questions:
        raise ConfigurationError("No question was found.", where=str(folder), remedy="Give a folder with the collection's CSV files.")
    return Collection(tuple(judged), tuple(preferences), tuple(questions), empty, unjudged)


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"The file cannot be read: {error}.", where=str(file), remedy="It is CSV in UTF-8.") from error


def _judged(row: Mapping[str, str]) -> Judged:
    fails = {name: (row.get(name) or "").strip().casefold().startswith("no") for name in COLUMNS}
    return Judged(row["Interviewer_Response"].strip(), (row.get("Interviewee_Speech") or "").strip(), fails)


def _preference(row: Mapping[str, str], file: Path) -> Preference:
    try:
        better = {"1": 0, "2": 1}[row["A1"].strip()]
        return Preference((row["Q1"].strip(), row["Q2"].strip()), better, (int(row["A3_Q1"]), int(row["A3_Q2"])))
    except (KeyError, ValueError) as error:
        raise ConfigurationError(f"A preference is wrong: {error}.", where=str(file), remedy="A1 is 1 or 2; A3 is 1 to 5.") from error


def load_readings(path: Path) -> dict[str, frozenset[Criterion]]:
    """Our own readings: which criteria each question fails, by its key.

    Raises:
        ConfigurationError: the file is missing or wrong.
    """
    try:
        _, data = parsed(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError("it holds no table")
        table = cast("dict[str, list[str]]", data)
        return {str(key): frozenset(Criterion(name) for name in names) for key, names in table.items()}
    except (OSError, UnicodeDecodeError, ValueError, TypeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"The readings cannot be read: {error}.", where=place(path), remedy="Correct the file.") from error


def model_agreement(judged: Sequence[Judged]) -> list[Agreement]:
    """Agreement with a model's verdicts on every criterion that rules offer."""
    checks = [(one, check_question(one.question, role=_ROLE, answer=one.answer)) for one in judged]
    return [
        _agreement(name, [(one.fails[name], check.bad(criterion)) for one, check in checks])
        for name, criterion in COLUMNS.items()
        if criterion is not None
    ]


def reading_agreement(questions: Iterable[str], readings: Mapping[str, frozenset[Criterion]]) -> list[Agreement]:
    """Agreement with our own reading, over the questions that were read."""
    read = [(readings[key_of(one)], check_question(one, role=_ROLE)) for one in questions if key_of(one) in readings]
    return [_agreement(criterion.value, [(criterion in fails, check.bad(criterion)) for fails, check in read]) for criterion in READ]


def _agreement(name: str, pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    return Agreement(
        name,
        cases=len(pairs),
        bad=sum(theirs for theirs, _ in pairs),
        flagged=sum(ours for _, ours in pairs),
        both=sum(theirs and ours for theirs, ours in pairs),
    )


def preference_scores(preferences: Sequence[Preference]) -> list[PreferenceScore]:
    """Whether people prefer the question that rules do not flag, criterion by criterion."""
    scores: list[PreferenceScore] = []
    for criterion in PREFERRED:
        marked = [tuple(check_question(one, role=_ROLE).bad(criterion) for one in pair.questions) for pair in preferences]
        split = [(pair, flags) for pair, flags in zip(preferences, marked, strict=True) if flags[0] != flags[1]]
        clarity = [(flag, pair.clarity[at]) for pair, flags in zip(preferences, marked, strict=True) for at, flag in enumerate(flags)]
        scores.append(
            PreferenceScore(
                criterion,
                pairs=len(split),
                unflagged_preferred=sum(not flags[pair.better] for pair, flags in split),
                flagged_clarity=_mean([value for flag, value in clarity if flag]),
                other_clarity=_mean([value for flag, value in clarity if not flag]),
                flagged=sum(flag for flag, _ in clarity),
            )
        )
    return scores


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None
