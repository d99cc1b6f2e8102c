"""A comparison is made where a changed prompt plays a part, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.errors import HarnessError
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.prompt_use import PROMPTS_OF, affected, changed_prompts
from discovery_agent.evals.harness.recording import FOLDER, recordings_in
from discovery_agent.evals.suites import suites_in
from discovery_agent.settings import data_folder
from tests.evals.harness.experiments import model_arm

ROOT = Path(__file__).parents[3]


def with_prompt(folder: Path, name: str, old: str, new: str) -> Arm:
    text = (data_folder("prompts") / f"{name}.md").read_text(encoding="utf-8")
    assert old in text
    changed = folder / "changed"
    changed.mkdir()
    (changed / f"{name}.md").write_text(text.replace(old, new), encoding="utf-8")
    return model_arm(folder, "head", changed)


def base(folder: Path) -> Arm:
    return model_arm(folder, "base", data_folder("prompts"))


def test_only_the_suites_that_ask_with_the_changed_prompt_can_differ(tmp_path: Path) -> None:
    suites = suites_in(ROOT / "evals")
    head = with_prompt(tmp_path, "extract_findings", "## User", "Be brief.\n\n## User")
    found = affected(list(suites.values()), base(tmp_path), head)
    assert [suite.name for suite in found] == [SuiteName.EXTRACTION, SuiteName.INJECTION]


def test_a_prompt_that_no_named_suite_uses_is_told_with_the_suite_that_does(tmp_path: Path) -> None:
    verdict = suites_in(ROOT / "evals")[SuiteName.VERDICT]
    head = with_prompt(tmp_path, "draft_section", "## User", "Be brief.\n\n## User")
    with pytest.raises(HarnessError) as caught:
        affected([verdict], base(tmp_path), head)
    assert caught.value.what == "The two arms send the same requests: the changed prompt `draft_section` is not used by suite verdict."
    assert "--suite vision" in (caught.value.remedy or "")


def test_what_stands_in_the_front_matter_is_no_change(tmp_path: Path) -> None:
    head = with_prompt(tmp_path, "extract_findings", "purpose: ", "purpose: In short, ")
    assert changed_prompts(base(tmp_path), head) == frozenset()
    with pytest.raises(HarnessError, match="no prompt says anything else"):
        affected(list(suites_in(ROOT / "evals").values()), base(tmp_path), head)


def test_the_prompts_of_a_suite_are_those_that_its_recordings_asked_with() -> None:
    known = {one.stem for one in data_folder("prompts").glob("*.md")}
    assert set(PROMPTS_OF) == set(SuiteName) and frozenset[str]().union(*PROMPTS_OF.values()) == known
    recorded: dict[str, set[str]] = {}
    for kept in recordings_in(ROOT / FOLDER):
        assert kept.recording is not None
        recorded.setdefault(kept.recording.suite, set()).add(kept.recording.prompt)
    assert {name: set(PROMPTS_OF[SuiteName(name)]) for name in recorded} == recorded
