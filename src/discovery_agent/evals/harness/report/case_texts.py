"""What a case says, for a reader who wants to see why two arms differ on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discovery_agent.errors import DiscoveryError
from discovery_agent.evals.cases import load_case
from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.suite import CaseRef, Split, Suite


def case_texts(suites: Sequence[Suite], split: Split) -> Callable[[SuiteName, str], str]:
    """Finds the text of a case: the transcript of an annotated one. Other suites show the case in their notes."""
    refs: dict[tuple[SuiteName, str], CaseRef] = {}
    for suite in suites:
        if suite.name is SuiteName.EXTRACTION:
            refs |= {(suite.name, case.id): case for case in suite.cases(split)}

    def text(suite: SuiteName, case: str) -> str:
        ref = refs.get((suite, case))
        if ref is None:
            return ""
        try:
            _, conversation = load_case(ref.source)
        except DiscoveryError:  # gone since it was run: the figures stand without it
            return ""
        return "\n".join(f"{one.speaker or 'Unknown'}: {one.text}" for one in conversation.utterances)

    return text
