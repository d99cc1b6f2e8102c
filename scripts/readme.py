"""Fills the measured figures of README.md, and the settings of the deployment guide (`make docs`)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from discovery_agent.settings import Settings

ROOT = Path(__file__).parents[1]


def settings_table() -> str:
    """Every setting as a Markdown table."""
    rows = ["| variable | meaning | default |", "|---|---|---|"]
    rows += [f"| `{row.variable}` | {row.meaning} | {row.default} |" for row in Settings.load().describe()]
    return "\n".join(rows)


def figures_table() -> str:
    """Figures of the rules analyst, measured now: findings on transcripts it never saw, and verdicts on described cases."""
    seen, unseen = (_run("extraction", f"evals/extraction/{split}") for split in ("cases", "held_out"))
    rows = ["| kind of finding, rules analyst | precision | recall | F1 | F1 on what it was fitted to |", "|---|---|---|---|---|"]
    for kind, ratios in unseen["kinds"].items():
        fitted = seen["kinds"].get(kind, {}).get("f1")
        rows.append(_row(kind.replace("_", " "), ratios, fitted))
    rows.append(_row("goals, business or operational", unseen["goals_either_kind"], seen["goals_either_kind"]["f1"]))
    false, all_ = unseen["false_facts"]
    goals = unseen["goals_either_kind"]
    rows += [
        "",
        f"Measured on {len(unseen['cases'])} transcripts that nothing was fitted to. False facts, findings that rest on a joke, a "
        f"retracted number or somebody else's goal: {100 * false / all_:.1f} %.",
        "",
        f"So of ten goals it lists about {10 * goals['precision']:.0f} are right, and of ten that were said it finds about "
        f"{10 * goals['recall']:.0f}.",
        "",
        "| is AI needed? | cases | class right or acceptable | always the commonest class | AI where none is needed |",
        "|---|---|---|---|---|",
        _verdicts("short descriptions", "evals/verdict/cases"),
        _verdicts("the transcripts it was fitted to, as wholes", "evals/extraction/cases"),
        _verdicts("transcripts it never saw, as wholes", "evals/extraction/held_out"),
        "",
        *_retrieval(),
    ]
    return "\n".join(rows)


def _retrieval() -> list[str]:
    """Recall and MRR of the three ways to search the knowledge base, by slice of questions."""
    figures = _run("retrieval", "evals/retrieval/questions")
    rows = [
        "| finding the right section of the knowledge base | questions | recall@5: keywords alone | vectors alone | fused "
        "| MRR: keywords alone | vectors alone | fused |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, arms in figures["slices"].items():
        cells = [f"{arms[arm][figure]:.2f}" for figure in ("recall", "reciprocal_rank") for arm in ("words", "meaning", "fused")]
        rows.append(f"| {name} | {arms['fused']['questions']} | {' | '.join(cells)} |")
    return rows


def _row(name: str, ratios: dict[str, float], fitted: float | None) -> str:
    cells = [f"{ratios[one]:.2f}" for one in ("precision", "recall", "f1")]
    return f"| {name} | {' | '.join(cells)} | {'' if fitted is None else f'{fitted:.2f}'} |"


def _verdicts(name: str, cases: str) -> str:
    figures = _run("verdict", cases)
    arm, most = figures["arms"]["rules"], figures["arms"]["majority class"]
    needless, of = arm["needless_ai"]
    return f"| {name} | {len(figures['cases'])} | {arm['accuracy']:.2f} | {most['accuracy']:.2f} | {needless} of {of} |"


def _run(suite: str, cases: str) -> dict[str, Any]:
    program = "from discovery_agent.cli.main import main; main()"
    command = [sys.executable, "-c", program, "eval", "run", suite, "--json", "--cases", str(ROOT / cases)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def fill(text: str, name: str, content: str) -> str:
    """The text with the part between the markers of that name replaced."""
    return re.sub(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", lambda found: f"{found[1]}{content}\n{found[2]}", text, flags=re.S)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    deployment = ROOT / "docs" / "deployment" / "settings.md"
    deployment.write_text(fill(deployment.read_text(encoding="utf-8"), "settings", settings_table()), encoding="utf-8")
    readme.write_text(fill(readme.read_text(encoding="utf-8"), "figures", figures_table()), encoding="utf-8")
