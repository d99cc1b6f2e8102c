"""An arm: who works on the cases. An analyst, a model, and the prompts of a git revision or a folder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field

from discovery_agent.evals.harness.metrics import Record

RULES = "rules"
"""Name of the arm that is always there: plain automation, which a prompt has to beat."""


class AnalystKind(StrEnum):
    """Who reads."""

    RULES = "rules"
    MODEL = "model"


class Prompts(Record):
    """The prompts of an arm, laid out in a folder."""

    folder: Path
    source: str = Field(description="As asked for: a git revision with its commit, or a folder.")
    hashes: dict[str, str] = Field(description="Hash of each prompt's text, by name.")


class Arm(Record):
    """One column of the report."""

    name: str = Field(description="`rules`, `base`, `head`, or as given.")
    kind: AnalystKind
    model: str | None = Field(default=None, description="As configured, such as `openai:gpt-5`; None for the rules analyst.")
    prompts: Prompts | None = Field(default=None, description="None for the rules analyst.")
    label: str = Field(
        default="", description="What a reader should know, such as `relay: replies written by people who played the model`."
    )
