"""The figures of the questions suite as tables, and as a plain object for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.question_check import Criterion, check_question
from discovery_agent.evals.questions import (
    COLUMNS,
    READ,
    Agreement,
    Collection,
    PreferenceScore,
    in_tuning_half,
    key_of,
    model_agreement,
    preference_scores,
    reading_agreement,
)

Readings = Mapping[str, frozenset[Criterion]]


def print_questions(collection: Collection, readings: Readings, console: Console, *, details: bool) -> None:
    """What there is, then the three comparisons."""
    console.print(_inventory(collection), soft_wrap=True)
    if collection.judged:
        console.print(
            _agreement_table(f"Beside a language model's verdicts, {len(collection.judged)} questions", model_agreement(collection.judged))
        )
        console.print("No rule was tuned on these verdicts.")
        console.print(f"Rules offer no verdict, because only the meaning could tell: {', '.join(_not_offered())}.", soft_wrap=True)
    if collection.preferences:
        console.print(_preference_table(preference_scores(collection.preferences), len(collection.preferences)))
    for title, tuning in (("the half that rules were tuned on", True), ("the other half", False)):
        questions = [one for one in collection.questions if in_tuning_half(one) is tuning]
        agreements = reading_agreement(questions, readings)
        if agreements[0].cases:
            console.print(_agreement_table(f"Beside our own reading, {title}, {agreements[0].cases} questions", agreements))
    if details:
        _print_differences(collection, readings, console)


def _inventory(collection: Collection) -> str:
    left_out = [
        f"{collection.empty_rows} rows hold no question" if collection.empty_rows else "",
        f"{collection.unjudged} questions stand beside columns for verdicts that are all empty" if collection.unjudged else "",
    ]
    found = (
        f"{len(collection.questions)} distinct questions: {len(collection.judged)} judged, {len(collection.preferences)} pairs compared."
    )
    return " ".join((found, *(f"{one}." for one in left_out if one)))


def _not_offered() -> list[str]:
    return [name for name, criterion in COLUMNS.items() if criterion is None]


def _agreement_table(title: str, agreements: Sequence[Agreement]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("criterion")
    for column in ("n", "bad", "flagged", "agree", "majority", "kappa", "prec.", "recall"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in agreements:
        table.add_row(
            one.name,
            str(one.cases),
            f"{one.share_bad:.2f}",
            str(one.flagged),
            f"{one.agreement:.2f}",
            f"{one.majority:.2f}",
            _shown(one.kappa),
            _shown(one.precision),
            _shown(one.recall),
        )
    return table


def _preference_table(scores: Sequence[PreferenceScore], pairs: int) -> Table:
    table = Table(title=f"Beside people's preferences, {pairs} pairs", title_justify="left")
    table.add_column("criterion", no_wrap=True)
    for column in ("pairs with one flagged", "people prefer the other", "clarity of flagged", "clarity of the rest", "flagged"):
        table.add_column(column, justify="right")
    for one in scores:
        table.add_row(
            one.criterion.value,
            str(one.pairs),
            str(one.unflagged_preferred),
            _shown(one.flagged_clarity),
            _shown(one.other_clarity),
            str(one.flagged),
        )
    return table


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _print_differences(collection: Collection, readings: Readings, console: Console) -> None:
    for question in collection.questions:
        fails = readings.get(key_of(question))
        if fails is None:
            continue
        check = check_question(question, role=Role.END_USER)
        for criterion in READ:
            if check.bad(criterion) != (criterion in fails):
                said = ", ".join(check[criterion].triggers) or "not flagged"
                console.print(f"{criterion.value} ({said}): {question}", markup=False, soft_wrap=True)


def figures(collection: Collection, readings: Readings) -> dict[str, object]:
    """Everything that the tables show."""
    return {
        "suite": "questions",
        "questions": len(collection.questions),
        "judged": len(collection.judged),
        "pairs": len(collection.preferences),
        "empty_rows": collection.empty_rows,
        "unjudged": collection.unjudged,
        "not_offered": _not_offered(),
        "model": [_agreement(one) for one in model_agreement(collection.judged)],
        "people": [
            {
                "criterion": one.criterion.value,
                "pairs": one.pairs,
                "unflagged_preferred": one.unflagged_preferred,
                "flagged": one.flagged,
                "flagged_clarity": one.flagged_clarity,
                "other_clarity": one.other_clarity,
            }
            for one in preference_scores(collection.preferences)
        ],
        "own_reading": {
            half: [_agreement(one) for one in reading_agreement([q for q in collection.questions if in_tuning_half(q) is tuning], readings)]
            for half, tuning in (("tuned", True), ("reported", False))
        },
    }


def _agreement(one: Agreement) -> dict[str, object]:
    return {
        "criterion": one.name,
        "n": one.cases,
        "share_bad": one.share_bad,
        "flagged": one.flagged,
        "agreement": one.agreement,
        "majority": one.majority,
        "kappa": one.kappa,
        "precision": one.precision,
        "recall": one.recall,
    }
