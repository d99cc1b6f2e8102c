"""Which prompts play a part in which suite, and so in which suites two arms can differ at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import HarnessError
from discovery_agent.evals.harness.arms import Arm
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.suite import Suite
from discovery_agent.files.front_matter import parse, read
from discovery_agent.models.prompts import FrontMatter

PROMPTS_OF: Mapping[SuiteName, frozenset[str]] = {
    SuiteName.EXTRACTION: frozenset({"extract_findings"}),
    SuiteName.VERDICT: frozenset({"rate_criteria"}),
    SuiteName.RETRIEVAL: frozenset(),
    SuiteName.INTERVIEW: frozenset({"ask_question"}),
    SuiteName.AGREEMENT: frozenset({"propose_objective", "revise_objective"}),
    SuiteName.VISION: frozenset({"draft_section"}),
    SuiteName.INJECTION: frozenset({"extract_findings", "rate_criteria"}),
}
"""The prompts that each suite asks a model with."""


def suites_asking(prompts: Collection[str]) -> list[str]:
    """The suites that ask with any of these prompts, in order."""
    return [name.value for name in SuiteName if not PROMPTS_OF[name].isdisjoint(prompts)]


def changed_prompts(base: Arm, head: Arm) -> frozenset[str]:
    """Names of the prompts that send other words in head than in base. The front matter is sent to nobody.

    Raises:
        ConfigurationError: a prompt has no front matter.
    """
    before, after = _sent(base), _sent(head)
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def affected(suites: Sequence[Suite], base: Arm, head: Arm) -> list[Suite]:
    """The suites that ask with a prompt which differs between the arms.

    Raises:
        HarnessError: there is none. Arms that send the same requests measure how much a model's replies vary, and nothing of a prompt.
    """
    if base.model != head.model:
        return list(suites)
    changed = changed_prompts(base, head)
    found = [suite for suite in suites if changed & PROMPTS_OF[suite.name]]
    if found:
        return found
    raise HarnessError(f"The two arms send the same requests: {_why(changed, suites)}.", remedy=_remedy(changed))


def _why(changed: frozenset[str], suites: Sequence[Suite]) -> str:
    if not changed:
        return "no prompt says anything else in head than in base"
    names = ", ".join(f"`{name}`" for name in sorted(changed))
    of = " and ".join(suite.name.value for suite in suites)
    verb = "is" if len(changed) == 1 else "are"
    return f"the changed {plural(len(changed), 'prompt').split(' ')[1]} {names} {verb} not used by {'suite' if len(suites) == 1 else 'suites'} {of}"


def _remedy(changed: frozenset[str]) -> str:
    using = suites_asking(changed)
    if using:
        return f"Compare by what uses it: {' '.join(f'--suite {name}' for name in using)}."
    return "Name a BASE and a HEAD whose prompts differ; what is above the second `---` of a prompt is not sent."


def _sent(arm: Arm) -> dict[str, str]:
    if arm.prompts is None:
        return {}
    return {name: _body(arm.prompts.folder / f"{name}.md") for name in arm.prompts.hashes}


def _body(path: Path) -> str:
    return parse(path, read(path), FrontMatter, "Correct the prompt file.")[1].text.strip()
