"""Replies kept on disk, one file a call, so that the same call is never paid for twice.

Each engagement has a folder of its own, which goes when the engagement goes; what is read for no engagement has another. The same call
of two engagements is paid for twice: a reply that they shared would outlive the one that is deleted first.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from discovery_agent.errors import StorageError
from discovery_agent.models.replies import Asked, KeptReply, call_key

_log = logging.getLogger(__name__)
_CALLS, _ENGAGEMENTS, _BATCH = "calls", "engagements", "batch"


class CallCache:
    """The replies of an engagement, by the name of its shelf; or those that belong to none.

    A file that is damaged, or not what it says, counts as not there.
    """

    def __init__(self, folder: Path | None, engagement: str | None = None) -> None:
        self._root = folder
        self._folder = _folder_of(folder, engagement) if folder else None
        self._warned = False
        if self._folder is not None and engagement is not None:
            # Made here and nowhere else: a reply that comes after the engagement was deleted finds no place any more.
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
        self._makes_folder = engagement is None

    def for_engagement(self, engagement: str) -> CallCache:
        """The replies of an engagement in the same place."""
        return CallCache(self._root, engagement)

    def _path(self, key: str) -> Path | None:
        return self._folder / key[:2] / f"{key}.json" if self._folder else None

    def key(self, asked: Asked) -> str:
        """All parts count: the same call to another server, or by another version of a prompt, is another call."""
        return call_key(
            server=asked.server,
            model=asked.model,
            messages=[list(message) for message in asked.messages],
            schema=asked.schema,
            parameters=asked.parameters,
            prompt=asked.prompt.hash,
        )

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

    def permit(self, asked: Asked) -> None:
        """Every call may be made."""

    def put(self, asked: Asked, reply: KeptReply) -> None:
        """Keep a reply. A full disk, a folder without rights, or letters that are none lose the copy and not the reply, which is said."""
        self.keep(reply)

    @property
    def folder(self) -> Path | None:
        """Where all of it is; None where nothing is kept."""
        return self._folder

    def keep(self, reply: KeptReply) -> bool:
        """Keep a reply, for somebody who must know whether it worked: the whole file appears at once, or not at all."""
        path = self._path(reply.key)
        if path is None:
            return False
        try:
            body = reply.model_dump_json(indent=1).encode()
        except PydanticSerializationError:  # half of a letter, which no file can hold
            _log.warning("a reply cannot be kept: it holds half of a letter")
            return False
        written: str | None = None
        try:
            path.parent.mkdir(parents=self._makes_folder, exist_ok=True)
            number, written = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
            with os.fdopen(number, "wb") as file:
                file.write(body)
            os.replace(written, path)
        except OSError as error:
            if not self._warned:
                _log.warning("replies cannot be kept in %s: %s", self._folder, error.strerror)
            self._warned = True
            if written:
                with suppress(OSError):
                    os.unlink(written)
            return False
        return True


def forget_replies(folder: Path, engagement: str) -> None:
    """Remove every reply that was kept for an engagement, by the name of its shelf; replies to calls under way are not kept any more.

    Earlier versions did not tell whose a reply was, and nothing looks for those any more: they go as well.

    Raises:
        StorageError: a file cannot be removed.
    """
    kept = _folder_of(folder, engagement)
    going = kept.with_name(f"{engagement}.going")
    try:
        for old in (folder / _CALLS).glob("[0-9a-f][0-9a-f]"):
            shutil.rmtree(old)
        if going.exists():  # somebody was cut off here
            shutil.rmtree(going)
        # Renamed first: nobody can put a reply into a folder that is being emptied.
        with suppress(FileNotFoundError):
            kept.rename(going)
            shutil.rmtree(going)
    except OSError as error:
        raise StorageError(
            f"The kept replies of the model cannot be removed: {error.strerror or error}.",
            where=str(kept),
            remedy="Check that you may write there, and repeat.",
        ) from error


def _folder_of(folder: Path, engagement: str | None) -> Path:
    calls = folder / _CALLS
    return calls / _BATCH if engagement is None else calls / _ENGAGEMENTS / engagement
