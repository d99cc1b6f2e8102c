"""Whose recordings are replayed where nobody names a model: declared in a file beside them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from discovery_agent.evals.harness.metrics import Record
from discovery_agent.evals.harness.reading import read_yaml

FOLDER = Path("evals") / "recordings"

DEFAULT = "default.yaml"
"""The file that declares it."""


class DefaultModel(Record):
    """What the file says."""

    model: str = Field(min_length=1, description="As configured, such as `openai:gpt-5`.")


def default_model(folder: Path) -> str | None:
    """The model that a folder of recordings declares; None if it declares none.

    Raises:
        ConfigurationError: the declaration cannot be read.
    """
    path = folder / DEFAULT
    return read_yaml(path, DefaultModel).model if path.is_file() else None
