"""The command that records what a replay lacks: for exactly the prompts, cases, model and repeats of the experiment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from discovery_agent.evals.harness.arms import Arm, Prompts
from discovery_agent.evals.harness.design import Design
from discovery_agent.evals.harness.suite import Split
from discovery_agent.models.recordings import Place

_FOLDER, _REVISION = re.compile(r"folder (.+)"), re.compile(r"revision (.+) \(commit [0-9a-f]+\)")


def commands_for(design: Design, lacking: Mapping[str, Sequence[Place]]) -> list[str]:
    """One command for each set of prompts that lacks a reply of any case; `lacking` is by name of the arm."""
    arms = {arm.name: arm for arm in design.arms}
    by_prompts: dict[str, tuple[Arm, set[tuple[str, str]]]] = {}
    for name, places in lacking.items():
        arm = arms[name]
        if places and arm.prompts is not None:
            _, cases = by_prompts.setdefault(asked_for(arm.prompts), (arm, set()))
            cases |= {(place.suite, place.case) for place in places}
    return [f"Run `{_command(design, prompts, arm, cases)}`." for prompts, (arm, cases) in sorted(by_prompts.items())]


def asked_for(prompts: Prompts) -> str:
    """What names the prompts on a command line: `.`, the folder or the revision as it was given, or the folder they are laid out in."""
    if prompts.source.startswith("working tree"):
        return "."
    found = _FOLDER.fullmatch(prompts.source) or _REVISION.fullmatch(prompts.source)
    return found.group(1) if found else str(prompts.folder)


def _command(design: Design, prompts: str, arm: Arm, cases: set[tuple[str, str]]) -> str:
    words = ["discovery-agent", "eval", "record", *sorted({suite for suite, _ in cases})]
    words += ["--prompts", prompts]
    if arm.model is not None:
        words += ["--model", arm.model]
    if design.repeats > 1:
        words += ["--repeats", str(design.repeats)]
    if design.split is Split.HELD_OUT:
        words.append("--held-out")
    if design.calls.knowledge_tokens:
        words.append("--with-knowledge")
    for case in sorted(cases):
        words += ["--only", "/".join(case)]
    return shlex.join(words)
