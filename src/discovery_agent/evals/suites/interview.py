"""The interview suite: how much of what a simulated stakeholder knows an interviewer finds out. The persona is the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.engagement import DEFAULT_QUESTIONS
from discovery_agent.domain.question_check import Criterion
from discovery_agent.evals.harness.metrics import SuiteName, SuiteTable, load_table
from discovery_agent.evals.harness.outcomes import Attempt, Note, Outcome, Span
from discovery_agent.evals.harness.suite import CaseRef, Split
from discovery_agent.evals.interview import AFTER, MISTAKES, InterviewResult, Turn, hold_interview
from discovery_agent.evals.interview_arms import namesakes
from discovery_agent.evals.interview_interviewers import PolicyInterviewer
from discovery_agent.evals.interview_personas import Persona, load_persona
from discovery_agent.evals.suites.case_files import digest_of, distinct, yaml_files

FOLDERS = {Split.DEV: "personas", Split.HELD_OUT: "held_out"}

_COUNTED = {"leading": Criterion.NOT_LEADING, "compound": Criterion.ONE_QUESTION, "over_long": Criterion.SHORT}


class InterviewSuite:
    """Simulated stakeholders, interviewed by the product's policy in the words of the analyst."""

    name = SuiteName.INTERVIEW

    def __init__(self, root: Path, budget: int = DEFAULT_QUESTIONS) -> None:
        """`root` is the folder of all suites, such as `evals`; `budget` the questions of an interview."""
        self._folder = root / self.name.value
        self._budget = budget
        self.table: SuiteTable = load_table(self._folder)

    def cases(self, split: Split) -> Sequence[CaseRef]:
        """The personas of a split, by the names of their files."""
        found = [_ref(file, load_persona(file), split) for file in yaml_files(self._folder / FOLDERS[split])]
        distinct((one.id, one.source) for one in found)
        return found

    async def run(self, case: CaseRef, bench: Workbench, repeat: int) -> Attempt:
        """One interview. Each repeat meets the persona under another name, by which the rules choose among wordings."""
        persona = namesakes(load_persona(case.source), repeat + 1)[repeat]
        interviewer = PolicyInterviewer(persona, self._budget, bench, bench.analyst)
        turns: list[Turn] = []
        await hold_interview(persona, interviewer, bench.embeddings.embed, self._budget, turns)
        return attempt_of(InterviewResult(persona, interviewer.name, self._budget, tuple(turns), interviewer.stop))

    def figures(self, outcomes: Sequence[Outcome]) -> Mapping[str, object]:
        """Questions asked in all interviews together, and how many of them show which mistake."""
        names = dict.fromkeys(name for one in outcomes for name in one.counts)
        return {name: sum(one.counts.get(name, 0.0) for one in outcomes) for name in names}


def _ref(file: Path, persona: Persona, split: Split) -> CaseRef:
    slices = {"manner": persona.manner.value, "role": persona.role.value}
    return CaseRef(id=file.stem, split=split, source=file, slices=slices, digest=digest_of(persona))


def attempt_of(result: InterviewResult) -> Attempt:
    """The figures of one interview. One in which nothing was asked found nothing, and made no mistake."""
    asked = max(1, len(result.turns))
    again = {*result.repeats, *(at for at, turn in enumerate(result.turns) if turn.reply.again)}
    shares = {name: result.mistakes(criterion) / asked for name, criterion in _COUNTED.items()}
    return Attempt(
        scores={
            **{f"coverage_{at}": result.coverage(at) for at in AFTER},
            "area": result.area,
            "redundancy": len(again) / asked,
            "mistakes": sum(shares.values()),
            **shares,
        },
        counts={
            "questions": len(result.turns),
            "repeats": len(result.repeats),
            "told_already": result.told_already,
            "nothing_new": result.empty,
            **{f"mistakes.{criterion.value}": result.mistakes(criterion) for criterion in MISTAKES},
        },
        notes=(*(_note(at, turn) for at, turn in enumerate(result.turns, start=1)), *_missed(result)),
    )


def _note(at: int, turn: Turn) -> Note:
    marks = [f"told: {', '.join(turn.reply.told)}"] if turn.reply.told else ["nothing new"]
    marks += [criterion.value.replace("_", " ") for criterion in MISTAKES if turn.mistake(criterion)]
    return Note(kind="question", key=f"question {at}", text=f"{turn.asked.said} [{'; '.join(marks)}]", spans=(Span(text=turn.reply.text),))


def _missed(result: InterviewResult) -> list[Note]:
    says = {one.id: one.says for one in result.persona.facts}
    return [Note(kind="missed", key=one, text=says.get(one, "the contradiction, settled")) for one in result.missed]
