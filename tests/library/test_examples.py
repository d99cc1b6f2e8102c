"""The examples, the notebook and the code of the guide run as they stand."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


TOLD = {
    "analyse_transcripts": "Report: discovery-report/report.html",
    "assess_a_case": "AI needed: False - automation by rules (leaning)",
    "draft_a_blueprint": "Written: blueprint-claims-v1-draft.json",
    "evidence_for_agents": "'speaker': 'Ingrid Halden'",
    "hold_an_interview": "understood: Returns from 9 days to 4 days by the end of June",
}
"""Words that each example prints."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_an_example_runs_and_tells_what_it_found(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(example), run_name="__main__")
    assert TOLD[example.stem] in capsys.readouterr().out


def test_the_notebook_runs_from_top_to_bottom_and_its_results_show_themselves() -> None:
    notebook = json.loads((ROOT / "examples" / "discovery.ipynb").read_text(encoding="utf-8"))
    cells = [one for one in notebook["cells"] if one["cell_type"] == "code"]
    assert not any(one["outputs"] or one["execution_count"] for one in cells), "Outputs are left out of the file."
    shell = InteractiveShell.instance()
    shown = []
    for cell in cells:
        outcome = shell.run_cell("".join(cell["source"]))
        outcome.raise_error()
        if outcome.result is not None:
            formats, _ = shell.display_formatter.format(outcome.result)  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue]
            shown.append("text/html" in formats)
    assert sum(shown) >= 6


def test_the_code_of_the_guide_runs_in_its_order_and_prints_what_it_shows(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    known: dict[str, object] = {"__name__": "__main__"}
    for block in blocks:
        exec(compile(block, "docs/library.md", "exec"), known)
    assert list(work.glob("blueprint-claims-*.md"))
    shown = re.findall(r"^```text\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    printed = capsys.readouterr().out
    assert len(shown) >= 2 and all(one in printed for one in shown)
