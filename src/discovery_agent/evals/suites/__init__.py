"""The suites, each a way to measure one thing that analysts do; `suites_in` gives them by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from discovery_agent.evals.harness.metrics import SuiteName
from discovery_agent.evals.harness.suite import Suite
from discovery_agent.evals.suites.agreement import AgreementSuite
from discovery_agent.evals.suites.extraction import ExtractionSuite
from discovery_agent.evals.suites.injection import InjectionSuite
from discovery_agent.evals.suites.interview import InterviewSuite
from discovery_agent.evals.suites.retrieval import RetrievalSuite
from discovery_agent.evals.suites.verdict import VerdictSuite
from discovery_agent.evals.suites.vision import VisionSuite

SUITES: Mapping[SuiteName, Callable[[Path], Suite]] = {
    SuiteName.EXTRACTION: ExtractionSuite,
    SuiteName.VERDICT: VerdictSuite,
    SuiteName.RETRIEVAL: RetrievalSuite,
    SuiteName.INTERVIEW: InterviewSuite,
    SuiteName.AGREEMENT: AgreementSuite,
    SuiteName.VISION: VisionSuite,
    SuiteName.INJECTION: InjectionSuite,
}
"""How each is made from the folder of all suites, such as `evals`; in the order in which they run."""


def suites_in(root: Path) -> dict[SuiteName, Suite]:
    """Every suite, with its cases and tables in a folder such as `evals`.

    Raises:
        ConfigurationError: a table is missing or wrong; names file and field.
    """
    return {name: make(root) for name, make in SUITES.items()}
