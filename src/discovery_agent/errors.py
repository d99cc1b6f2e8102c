"""Every error that Discovery Agent raises on purpose.

    DiscoveryError
    |-- ConfigurationError       a setting, prompt or data table is wrong
    |-- TranscriptError          a file cannot be read as a conversation
    |   |-- UnsupportedFormat    nothing here reads this kind of file
    |   |-- OwnOutput            this program wrote the file itself, as a report or a blueprint
    |   `-- EmptyTranscript      readable, but nobody says anything
    |-- DocumentError            a file cannot join an engagement's knowledge
    |-- IndexUnavailable         the knowledge index cannot be read or written
    |-- ModelError               one call to a language model failed
    |   |-- ModelUnavailable     rate limit, server error, timeout: worth trying again later
    |   |-- ModelRefused         the request or its content was refused: trying again will not help
    |   |   `-- ModelAccessDenied  wrong key, no quota, unknown model: so is every other call
    |   |-- ModelReplyInvalid    the reply is not what was asked for, even after one repair
    |   `-- ModelReplyTruncated  the reply hit its length limit: ask for less
    |-- SpendLimitReached        the next call would pass the cap on cost
    |-- CallDeferred             a call is not made now: it is handed in with many others
    |-- RecordingMissing         only recorded replies may be used, and there is none for a call
    |-- HarnessError             an experiment cannot be run or is not whole, so it says nothing of its arms
    |-- ExportError              a result cannot be written
    |-- StorageError             the database cannot be opened, read or written
    |   |-- StorageBusy          somebody else has been writing for too long: worth trying again
    |   `-- StorageFull          there is no room for what is to be kept
    |-- NotFound                 no such object here, or none that the asker may see
    |-- StaleVersion             somebody changed the object meanwhile
    |-- AccessDenied             the link, key or session does not open this
    |-- InvalidRequest           what was asked for cannot be done as things stand
    `-- TooMany                  a limit on size, count or pace

Each says what happened, where (file, line, field) and what to do about it. The command line and
the API each turn them into their own form in exactly one place.
"""

from __future__ import annotations

from pathlib import Path


class DiscoveryError(Exception):
    """Base of all errors raised on purpose.

    `what` is one sentence; `where` names the file, line or field; `remedy` is what the reader can do.
    """

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{hint}"

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the parts when an error crosses a process border."""
        return (_rebuild, (type(self), self.what, self.where, self.remedy))


def _rebuild(kind: type[DiscoveryError], what: str, where: str | None, remedy: str | None) -> DiscoveryError:
    return kind(what, where=where, remedy=remedy)


def place(path: Path | str, line: int | None = None) -> str:
    """`where` for a file: its name, and the line if known."""
    return f"{path}, line {line}" if line is not None else str(path)


class ConfigurationError(DiscoveryError):
    """A setting, prompt or data table is wrong."""


class TranscriptError(DiscoveryError):
    """A file cannot be read as a conversation."""


class UnsupportedFormat(TranscriptError):
    """No reader recognises this file."""


class OwnOutput(TranscriptError):
    """This program wrote the file: a report, a blueprint, an export."""


class EmptyTranscript(TranscriptError):
    """The file was readable, but nobody says anything in it."""


class DocumentError(DiscoveryError):
    """A file cannot join an engagement's knowledge: unreadable, unsafe, too large, or of a kind that nothing here reads."""


class IndexUnavailable(DiscoveryError):
    """The knowledge index cannot be read or written."""


class ModelError(DiscoveryError):
    """One call to a language model failed."""


class ModelUnavailable(ModelError):
    """Rate limit, server error or timeout: worth trying again later."""


class ModelRefused(ModelError):
    """The request or its content was refused: trying again will not help."""


class ModelAccessDenied(ModelRefused):
    """Wrong key, no quota or unknown model: every other call would be refused as well."""


class ModelReplyInvalid(ModelError):
    """The reply is not what was asked for, even after one repair round."""


class ModelReplyTruncated(ModelError):
    """The reply hit its length limit: ask for less at a time."""


class SpendLimitReached(DiscoveryError):
    """The next call would pass the cap on cost."""


class CallDeferred(DiscoveryError):
    """A call is not made now: it is collected, and handed in with many others. Whoever collects catches it."""


class RecordingMissing(DiscoveryError):
    """Only recorded replies may be used, and there is none for a call: says of which prompt and case, and why."""


class HarnessError(DiscoveryError):
    """An experiment cannot be run, or is not whole, so it says nothing of its arms."""


class ExportError(DiscoveryError):
    """A result cannot be written."""


class StorageError(DiscoveryError):
    """The database cannot be opened, read or written."""


class StorageBusy(StorageError):
    """Somebody else has been writing to the database for longer than is waited: worth trying again."""


class StorageFull(StorageError):
    """There is no room left for what is to be kept; what was kept before is safe."""


class NotFound(DiscoveryError):
    """There is no such object, or none that the one who asks may see; the two are not told apart."""


class StaleVersion(DiscoveryError):
    """Somebody changed the object meanwhile: load it again, and decide anew."""


class AccessDenied(DiscoveryError):
    """The link, key or session is missing, wrong, expired or revoked, or its role may not do this."""


class InvalidRequest(DiscoveryError):
    """What was asked for cannot be done as things stand; `where` names the field."""


class TooMany(DiscoveryError):
    """A limit on size, count or pace was passed; `remedy` says which and when to try again."""
