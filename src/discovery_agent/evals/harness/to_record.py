"""The command that records what a replay lacks: for exactly the prompts, cases, model and repeats of the experiment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence

from discovery_agent.evals.harness.arms import Arm, Prompts
from discovery_agent.evals.harness.design import CaseId, Design
from discovery_agent.evals.harness.prompt_use import suites_asking
from discovery_agent.evals.harness.replayed_model import DEFAULT, FOLDER
from discovery_agent.evals.harness.suite import Split
from discovery_agent.models.recordings import Place

_FOLDER, _REVISION = re.compile(r"folder (.+)"), re.compile(r"revision (.+) \(commit [0-9a-f]+\)")


def remedies_for(design: Design, lacking: Mapping[str, Sequence[Place]], prompts: Collection[str]) -> list[str]:
    """What to do about replies that are not recorded: one command for all suites and arms. `lacking` is by name of the arm, `prompts`
    are those that asked. Recordings that no model made cannot be continued by one, so there everything is recorded anew.
    """
    cases = {CaseId(place.suite, place.case) for places in lacking.values() for place in places}
    if not cases:
        return []
    arms = [arm for arm in design.arms if arm.prompts is not None and lacking.get(arm.name)]
    played = next((arm for arm in arms if arm.label), None)
    if played is None:
        remedies = [f"Run `{_command(design, arms, cases)}`."]
    else:
        every = [arm for arm in design.arms if arm.prompts is not None]
        of_design = {CaseId(suite, case) for suite, named in design.cases.items() for case in named}
        anew = _command(design, every, of_design if design.only is None else set(design.only), anew=True)
        remedies = [
            f"You cannot add to the recordings of {played.model} ({played.label}): no model can be asked for them. "
            f"Record all arms with a model of your own: set DISCOVERY_MODEL to it, run `{anew}`, and compare again. "
            f"So that CI replays it too, name it in {(FOLDER / DEFAULT).as_posix()}."
        ]
    hashes = [arm.prompts.hashes for arm in design.arms if arm.prompts is not None]
    changed = [name for name in prompts if len({one.get(name) for one in hashes}) > 1]
    if others := [name for name in suites_asking(changed) if name not in design.suites]:
        remedies.append(
            f"Suite {' and '.join(others)} asks with the same prompt, and CI compares it as well: without --suite the comparison names "
            "one command for all."
        )
    return remedies


def asked_for(prompts: Prompts) -> str:
    """What names the prompts on a command line: `.`, the folder or the revision as it was given, or the folder they are laid out in."""
    if prompts.source.startswith("working tree"):
        return "."
    found = _FOLDER.fullmatch(prompts.source) or _REVISION.fullmatch(prompts.source)
    return found.group(1) if found else str(prompts.folder)


def _command(design: Design, arms: Sequence[Arm], cases: Collection[CaseId], *, anew: bool = False) -> str:
    """`anew` leaves the model to the settings; otherwise it is that of the arms."""
    words = ["discovery-agent", "eval", "record", *sorted({case.suite for case in cases})]
    for prompts in dict.fromkeys(asked_for(arm.prompts) for arm in arms if arm.prompts):
        words += ["--prompts", prompts]
    if not anew and arms[0].model is not None:
        words += ["--model", arms[0].model]
    if design.repeats > 1:
        words += ["--repeats", str(design.repeats)]
    if design.split is Split.HELD_OUT:
        words.append("--held-out")
    if design.calls.knowledge_tokens:
        words.append("--with-knowledge")
    for case in sorted(cases):
        words += ["--only", "/".join(case)]
    return shlex.join(words)
