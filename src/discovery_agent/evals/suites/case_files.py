"""What all suites do with case files: fold one case into a digest, and refuse an id that is there twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from discovery_agent.errors import ConfigurationError

T = TypeVar("T", bound=BaseModel)


def digest_of(*parts: BaseModel | bytes | str) -> str:
    """Hash of all that a case is made of. The order of the parts counts, and that of fields does not change."""
    folded = hashlib.sha256()
    for part in parts:
        content = part.model_dump_json() if isinstance(part, BaseModel) else part
        raw = content.encode() if isinstance(content, str) else content
        folded.update(len(raw).to_bytes(8, "big"))
        folded.update(raw)
    return folded.hexdigest()[:16]


def yaml_files(folder: Path) -> Sequence[Path]:
    """The YAML files of a folder in order of name; none if there is no such folder."""
    return sorted(folder.glob("*.yaml"))


def distinct(named: Iterable[tuple[str, Path]]) -> None:
    """Refuse two cases of one id.

    Raises:
        ConfigurationError: an id is there twice; names the second file.
    """
    seen: set[str] = set()
    for name, file in named:
        if name in seen:
            raise ConfigurationError(f"The id `{name}` is there twice.", where=str(file), remedy="Give each case an id of its own.")
        seen.add(name)
