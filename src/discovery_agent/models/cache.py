"""Replies kept on disk, one file a call, so that the same call is never paid for twice."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

_log = logging.getLogger(__name__)


class KeptReply(BaseModel):
    """A reply as it is kept: its text, and what it took to get it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    model: str
    text: str
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    latency_seconds: float


def call_key(**parts: object) -> str:
    """The hash of everything that decides an answer."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


class CallCache:
    """A folder of replies. A file that is damaged, or not what it says, counts as not there."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._warned = False

    def _path(self, key: str) -> Path | None:
        return self._folder / "calls" / key[:2] / f"{key}.json" if self._folder else None

    def get(self, key: str) -> KeptReply | None:
        """The reply kept under a key, if any."""
        path = self._path(key)
        if path is None:
            return None
        try:
            kept = KeptReply.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None
        return kept if kept.key == key else None

    def put(self, reply: KeptReply) -> None:
        """Keep a reply: the whole file appears at once, or not at all.

        A full disk or a folder without rights loses the copy, not the reply, and is said once.
        """
        path = self._path(reply.key)
        if path is None:
            return
        written: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            number, written = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
            with os.fdopen(number, "wb") as file:
                file.write(reply.model_dump_json(indent=1).encode("utf-8", "surrogatepass"))
            os.replace(written, path)
        except OSError as error:
            if not self._warned:
                _log.warning("replies cannot be kept in %s: %s", self._folder, error.strerror)
            self._warned = True
            if written:
                with suppress(OSError):
                    os.unlink(written)
