"""Annotated transcripts: the cases of the extraction suite."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from discovery_agent.domain.conversation import Conversation, Stakeholder
from discovery_agent.domain.findings import Direction, FindingKind
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.errors import ConfigurationError, place
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

    id: str
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
    try:
        case = ExtractionCase.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"The case cannot be read: {error.strerror}.", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("The case is not in UTF-8.", where=str(path)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigurationError("The case is not valid YAML.", where=place(path, mark.line + 1 if mark else None)) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        what = f"Field `{field}`: {first['msg']}." if field else "The case must be a mapping of fields."
        raise ConfigurationError(what, where=str(path), remedy="Correct the case file.") from error
    return case, read_transcript(folder / case.transcript, stakeholders=case.stakeholders)


def find_cases(root: Path) -> list[Path]:
    """Folders below `root` that hold a case, in order of name."""
    return sorted(path.parent for path in root.glob("**/case.yaml"))
