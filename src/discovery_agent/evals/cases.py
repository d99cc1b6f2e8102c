"""Annotated transcripts: the cases of the extraction suite."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.domain.findings import Direction, FindingKind
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.evals.harness.reading import Name, read_yaml
from discovery_agent.transcripts import read_transcript


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GoldKpi(_Record):
    """What an annotator read off the transcript; None where nobody said."""

    metric: str
    unit: str | None = None
    direction: Direction | None = None
    baseline: float | None = None
    target: float | None = None
    change: float | None = None
    change_unit: str | None = None
    deadline: str | None = None
    owner: str | None = None


class GoldFinding(_Record):
    """A finding that a careful analyst would list. `optional` ones are neither rewarded nor punished."""

    id: str
    kind: FindingKind
    statement: str
    speaker: str | None = None
    quotes: list[str] = Field(min_length=1)
    optional: bool = False
    kpi: GoldKpi | None = None


class Trap(_Record):
    """Words that read like a fact of these kinds and are none."""

    quote: str
    kinds: list[FindingKind]
    reason: Literal["retracted", "hypothetical", "somebody_else", "question", "sarcasm", "solution_as_goal", "abandoned", "negated"]


class GoldVerdict(_Record):
    """What a sceptical advisor would say after this conversation about the problem it is mainly about."""

    solution: SolutionClass
    acceptable: list[SolutionClass] = []
    why: str = ""


class ExtractionCase(_Record):
    """One transcript with its gold findings and traps."""

    id: Name
    domain: str
    format: str
    split: Literal["dev", "held_out"]
    provenance: str
    transcript: str
    stakeholders: list[Stakeholder]
    verdict: GoldVerdict | None = None
    gold: list[GoldFinding]
    traps: list[Trap] = []


def load_case(folder: Path) -> tuple[ExtractionCase, Conversation]:
    """A case and its transcript.

    Raises:
        ConfigurationError: the case file is wrong; names the field.
        TranscriptError: the transcript cannot be read.
    """
    path = folder / "case.yaml"
    case = read_yaml(path, ExtractionCase)
    return case, read_transcript(folder / case.transcript, stakeholders=case.stakeholders)


def find_cases(root: Path) -> list[Path]:
    """Folders below `root` that hold a case, in order of name."""
    return sorted(path.parent for path in root.glob("**/case.yaml"))
