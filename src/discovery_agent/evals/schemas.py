"""The published JSON schemas of the evaluation: of every file that a person writes, and of what an experiment leaves behind.

`discovery-agent eval schema` writes them. A case file names its schema in its first line, which editors with the YAML language server read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from pydantic import BaseModel

from discovery_agent.evals.cases import ExtractionCase
from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.design import Design
from discovery_agent.evals.harness.metrics import SuiteTable
from discovery_agent.evals.harness.outcomes import Outcome
from discovery_agent.evals.interview_personas import Persona
from discovery_agent.evals.matching_sweep import MatchingPairs
from discovery_agent.evals.retrieval import RetrievalQuestions
from discovery_agent.evals.suites.agreement_cases import AgreementCase
from discovery_agent.evals.suites.injection_cases import Attacks, Carriers, LookAlikes
from discovery_agent.evals.suites.vision import VisionCase
from discovery_agent.evals.verdict import Costs, VerdictCases
from discovery_agent.models.recordings import Recording

VERSION = "1"


class Published(NamedTuple):
    """A schema, and which files follow it."""

    model: type[BaseModel]
    files: str
    written: bool = False
    """Whether the program writes these files, so that each field is there; people leave out what has a default."""


SCHEMAS: Mapping[str, Published] = {
    "suite": Published(SuiteTable, "evals/*/suite.yaml"),
    "extraction-case": Published(ExtractionCase, "evals/extraction/*/*/case.yaml"),
    "matching-pairs": Published(MatchingPairs, "evals/extraction/matching_pairs.yaml"),
    "verdict-cases": Published(VerdictCases, "evals/verdict/{cases,held_out}/*.yaml"),
    "verdict-costs": Published(Costs, "evals/verdict/costs.yaml"),
    "retrieval-questions": Published(RetrievalQuestions, "evals/retrieval/questions/*.yaml"),
    "persona": Published(Persona, "evals/interview/{personas,held_out}/*.yaml"),
    "agreement-case": Published(AgreementCase, "evals/agreement/{cases,held_out}/*.yaml"),
    "vision-case": Published(VisionCase, "evals/vision/{cases,held_out}/*.yaml"),
    "injection-carriers": Published(Carriers, "evals/injection/carriers.yaml"),
    "injection-attacks": Published(Attacks, "evals/injection/attacks.yaml"),
    "injection-look-alikes": Published(LookAlikes, "evals/injection/look_alikes.yaml"),
    "recording": Published(Recording, "evals/recordings/*/*/*.json", written=True),
    "experiment": Published(Design, "experiment.json", written=True),
    "outcome": Published(Outcome, "outcomes.jsonl, one a line", written=True),
    "comparison": Published(Comparison, "comparison.json", written=True),
}


def schema_text(name: str) -> str:
    """The schema of that name as it is published."""
    published = SCHEMAS[name]
    body = published.model.model_json_schema(mode="serialization" if published.written else "validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:discovery-agent:{name}:{VERSION}"}
    return json.dumps({**head, **body}, indent=2, ensure_ascii=False) + "\n"


def schema_files() -> dict[str, str]:
    """Every schema by the name of its file."""
    return {f"{name}.schema.json": schema_text(name) for name in SCHEMAS}
