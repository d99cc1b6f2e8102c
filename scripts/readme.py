"""Fills the generated parts of README.md: the settings, and the measured figures (`make docs`)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from discovery_agent.settings import Settings

ROOT = Path(__file__).parents[1]
SHOWN = ("kpi", "business_goal", "operational_goal")


def settings_table() -> str:
    """Every setting as a Markdown table."""
    rows = ["| variable | meaning | default |", "|---|---|---|"]
    rows += [f"| `{row.variable}` | {row.meaning} | {row.default} |" for row in Settings.load().describe()]
    return "\n".join(rows)


def figures_table() -> str:
    """Precision, recall and F1 of the rules analyst on both splits, measured now."""
    results: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for split in ("cases", "held_out"):
        command = [
            sys.executable,
            "-c",
            "from discovery_agent.cli.main import main; main()",
            "eval",
            "run",
            "extraction",
            "--json",
            "--cases",
            str(ROOT / "evals" / "extraction" / split),
        ]
        results[split] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    rows = [
        "| rules analyst | tuned on: precision | recall | F1 | not tuned on: precision | recall | F1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in SHOWN:
        cells = [f"{results[split]['kinds'][kind][name]:.2f}" for split in ("cases", "held_out") for name in ("precision", "recall", "f1")]
        rows.append(f"| {kind.replace('_', ' ')} | {' | '.join(cells)} |")
    goals = [
        f"{results[split]['goals_either_kind'][name]:.2f}" for split in ("cases", "held_out") for name in ("precision", "recall", "f1")
    ]
    rows.append(f"| goals, business or operational | {' | '.join(goals)} |")
    false = [results[split]["false_facts"] for split in ("cases", "held_out")]
    shares = [100 * one[0] / one[1] for one in false]  # type: ignore[index]
    rows += [
        "",
        f"False facts, findings that rest on a joke, a retracted number or somebody else's goal: {shares[0]:.1f} % and {shares[1]:.1f} %.",
    ]
    return "\n".join(rows)


def fill(text: str, name: str, content: str) -> str:
    """The text with the part between the markers of that name replaced."""
    return re.sub(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", lambda found: f"{found[1]}{content}\n{found[2]}", text, flags=re.S)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    text = fill(readme.read_text(encoding="utf-8"), "settings", settings_table())
    readme.write_text(fill(text, "figures", figures_table()), encoding="utf-8")
