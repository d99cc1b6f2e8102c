"""One thing that `doctor` looked at, and how an error becomes one."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from discovery_agent.errors import DiscoveryError
from discovery_agent.settings import Settings
from discovery_agent.telemetry.hiding import without_secrets


class Mark(StrEnum):
    """How it stands."""

    OK = "ok"
    NOTE = "note"
    """It works, and something is worth knowing: a part that is not essential is missing, or data leaves this machine."""
    NO = "no"
    """Something essential is broken."""


class Check(BaseModel):
    """One thing looked at: how it stands, what was seen, and what to do about it."""

    model_config = ConfigDict(frozen=True)

    name: str
    mark: Mark
    seen: str
    remedy: str = Field(default="", description="What to do; empty where there is nothing to do.")


class Seen(NamedTuple):
    """What a look gave, where it gave more than words."""

    text: str
    mark: Mark = Mark.OK
    remedy: str = ""


def look(name: str, probe: Callable[[Settings], str | Seen], settings: Settings, *, essential: bool = True) -> Check:
    """Look at one thing; whatever goes wrong becomes a line that says what to do."""
    bad = Mark.NO if essential else Mark.NOTE
    try:
        found = probe(settings)
    except DiscoveryError as error:
        said = f"{error.where}: {error.what}" if error.where else error.what
        return _check(name, bad, said, error.remedy or "Correct it, and run doctor again.")
    except OSError as error:
        remedy = "Check the folder's permissions, or set DISCOVERY_CACHE_DIR and DISCOVERY_DATA_DIR."
        return _check(name, bad, f"{error.filename or 'the system'}: {error.strerror or type(error).__name__}", remedy)
    seen = found if isinstance(found, Seen) else Seen(found)
    return _check(name, seen.mark, seen.text, seen.remedy)


def _check(name: str, mark: Mark, seen: str, remedy: str) -> Check:
    return Check(name=name, mark=mark, seen=without_secrets(seen), remedy=without_secrets(remedy))
