"""The figures of the interview suite as tables, as a plain object for JSON, and the interviews as Markdown to read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from discovery_agent.domain.question_check import Criterion
from discovery_agent.evals.interview import AFTER, MISTAKES, Arms, InterviewResult, PersonaResult, paired_difference

_NAMES = {
    Criterion.ONE_QUESTION: "are compound",
    Criterion.OPEN: "are closed",
    Criterion.SHORT: "are too long",
    Criterion.NOT_LEADING: "are leading",
    Criterion.NO_SOLUTION: "ask for a solution",
    Criterion.PLAIN: "hold jargon",
    Criterion.FITS_ROLE: "are too technical",
}


def print_interviews(arms: Arms, console: Console) -> None:
    """Each arm's personas and mean, then the first arm less each other."""
    for name, results in arms.items():
        console.print(_coverage_table(name, results))
        console.print(_asking_table(name, results))
    first, *others = arms
    for other in others:
        gap = paired_difference(arms[first], arms[other], _area)
        console.print(
            f"Area under the curve, {first} less {other}: {gap.mean:+.3f} (95 % interval {gap.low:+.3f} to {gap.high:+.3f}, "
            f"p {gap.p:.3f}; {len(arms[first])} personas).",
            soft_wrap=True,
        )
    for name, results in arms.items():
        for one in results:
            for error in dict.fromkeys(run.error for run in one.runs if run.error):
                console.print(f"[red]Failed[/] ({name}): {one.persona.name}: {error}", highlight=False, soft_wrap=True)


def _area(run: InterviewResult) -> float:
    return run.area


def _coverage_table(name: str, results: Sequence[PersonaResult]) -> Table:
    table = Table(title=f"{name}: share of hidden facts found after so many questions", title_justify="left")
    table.add_column("persona", no_wrap=True)
    table.add_column("manner", no_wrap=True)
    for column in ("facts", *map(str, AFTER), "area", "asked"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in results:
        table.add_row(one.persona.name, one.persona.manner.value, str(len(one.persona.hidden)), *_shown(_values(one)))
    means = [_mean(column) for column in zip(*(_values(one) for one in results), strict=True)]
    table.add_row("mean", "", "", *_shown(means))
    stops = Counter(_stopped(run) for one in results for run in one.runs)
    table.caption = f"Stopped: {', '.join(f'{why} {count}' for why, count in stops.items())}."
    return table


def _stopped(run: InterviewResult) -> str:
    return "failed" if run.error else run.stop.value if run.stop else "open"


def _values(one: PersonaResult) -> list[float]:
    covered = [one.mean(lambda run, at=at: run.coverage(at)) for at in AFTER]
    return [*covered, one.mean(_area), one.mean(lambda run: len(run.turns))]


def _shown(values: Sequence[float]) -> list[str]:
    *covered, area, asked = values
    return [*(f"{value:.2f}" for value in covered), f"{area:.3f}", f"{asked:.1f}"]


def _asking_table(name: str, results: Sequence[PersonaResult]) -> Table:
    asked = sum(len(run.turns) for one in results for run in one.runs)
    interviews = sum(len(one.runs) for one in results)
    table = Table(title=f"{name}: how it asked, {asked} questions in {interviews} interviews", title_justify="left")
    table.add_column("questions that", no_wrap=True)
    for one in results:
        table.add_column(one.persona.name.split()[-1], justify="right")
    table.add_column("all", justify="right")
    for measure, *counts in zip(_ASKING, *(_asking(one) for one in results), strict=True):
        table.add_row(measure, *(str(count) for count in counts), str(sum(counts)))
    return table


_ASKING = ("repeat", "ask what was told", "bring nothing new", *_NAMES.values(), "use their words")


def _asking(one: PersonaResult) -> list[int]:
    return [sum(column) for column in zip(*(_counts(run) for run in one.runs), strict=True)]


def _counts(run: InterviewResult) -> list[int]:
    own_words = sum(not turn.check.bad(Criterion.OWN_WORDS) for turn in run.turns[1:])
    return [len(run.repeats), run.told_already, run.empty, *(run.mistakes(criterion) for criterion in MISTAKES), own_words]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def figures(arms: Arms) -> dict[str, object]:
    """Everything that the tables show, interview by interview."""
    first, *others = arms
    names = [*(f"after_{at}" for at in AFTER), "area", "questions"]
    return {
        "suite": "interview",
        "arms": {
            name: {
                "mean": dict(zip(names, (_mean(column) for column in zip(*(_values(one) for one in results), strict=True)), strict=True)),
                "personas": [
                    {
                        "persona": one.persona.name,
                        "role": one.persona.role.value,
                        "manner": one.persona.manner.value,
                        "facts": len(one.persona.hidden),
                        **dict(zip(names, _values(one), strict=True)),
                        "interviews": [_interview(run) for run in one.runs],
                    }
                    for one in results
                ],
            }
            for name, results in arms.items()
        },
        "area_of_first_less": {other: asdict(paired_difference(arms[first], arms[other], _area)) for other in others},
    }


def _interview(run: InterviewResult) -> dict[str, object]:
    return {
        "questions": len(run.turns),
        "stopped": _stopped(run),
        "error": run.error,
        "area": run.area,
        "missed": run.missed,
        **{name.replace(" ", "_"): count for name, count in zip(_ASKING, _counts(run), strict=True)},
    }


def write_transcripts(arms: Arms, folder: Path) -> list[Path]:
    """One Markdown file for each interview."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, results in arms.items():
        for one in results:
            for run in one.runs:
                path = folder / f"{_slug(run.persona.name)}--{_slug(name)}.md"
                path.write_text(transcript(run), encoding="utf-8")
                paths.append(path)
    return paths


def transcript(one: InterviewResult) -> str:
    """The interview with what each question served, what it brought out, and what the checker says."""
    persona = one.persona
    missed = {fact.id: fact.says for fact in persona.facts}
    lines = [
        f"# {persona.name}, {persona.role.value}, {persona.organisation}",
        "",
        f"{persona.manner.value}; asked by: {one.interviewer}; {len(one.turns)} questions; coverage {one.coverage(one.budget):.2f}, "
        f"area {one.area:.3f}; stopped: {one.stop.value if one.stop else one.error or 'no'}.",
        "",
    ]
    for at, turn in enumerate(one.turns):
        marks = [f"told: {', '.join(turn.reply.told)}"] if turn.reply.told else []
        marks += [f"told before: {', '.join(turn.reply.again)}"] if turn.reply.again else []
        marks += [f"**{_NAMES[c]}**: {', '.join(turn.check[c].triggers)}" for c in MISTAKES if turn.mistake(c)]
        marks += ["**repeat**"] if at in one.repeats else []
        lines += [f"**{at + 1}. {_inline(turn.asked.said)}**", ""]
        lines += [f"<sub>{_inline(turn.asked.note)}</sub>", ""] if turn.asked.note else []
        lines += [f"{persona.name}: {_inline(turn.reply.text)}", ""]
        lines += [f"<sub>{_inline('; '.join(marks))}</sub>", ""] if marks else []
    lines += ["## Never came out", "", *(f"- {name}: {_inline(missed.get(name, 'the contradiction, settled'))}" for name in one.missed), ""]
    return "\n".join(lines)


def _inline(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;").replace("[", "\\[")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "interview"
