"""Errors as clients are told of them: what happened, where, and what to do; never a traceback, a path of this machine or a query."""

from __future__ import annotations

import logging

import mcp_types as wire
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from discovery_agent.errors import (
    AccessDenied,
    DiscoveryError,
    ExportError,
    IndexUnavailable,
    InvalidRequest,
    NotFound,
    StorageError,
    TooMany,
)

_log = logging.getLogger(__name__)
_INWARD = (IndexUnavailable, StorageError)
"""Errors whose words may name paths or queries."""
_OF_THE_ASKER = (AccessDenied, InvalidRequest, NotFound, TooMany)
_MOST_FIELDS = 20


class Told(Exception):
    """A failure in the words that whoever asked is told."""

    def __init__(self, what: str, where: str | None = None, remedy: str | None = None, *, theirs: bool = False) -> None:
        self.what, self.where, self.remedy, self.theirs = what, where, remedy, theirs
        super().__init__(what)

    @property
    def text(self) -> str:
        """What a model reads of it."""
        place = f"{self.where}: " if self.where else ""
        return f"Error: {place}{self.what}" + (f"\nWhat to do: {self.remedy}" if self.remedy else "")

    def as_protocol_error(self) -> MCPError:
        """The same where the protocol has no other form for it."""
        code = wire.INVALID_PARAMS if self.theirs else wire.INTERNAL_ERROR
        parts = {"what": self.what, "where": self.where, "remedy": self.remedy}
        return MCPError(code, self.what, {name: part for name, part in parts.items() if part})


def told(error: Exception) -> Told:
    """An error as it is told. One that nobody foresaw, or that lies here, goes to the log."""
    match error:
        case Told():
            return error
        case ValidationError():
            wrong = "; ".join(
                f"{'.'.join(str(part) for part in one['loc']) or 'arguments'}: {one['msg']}"
                for one in error.errors(include_input=False, include_url=False)[:_MOST_FIELDS]
            )
            return Told("The arguments do not fit the schema.", remedy=f"{wrong}.", theirs=True)
        case DiscoveryError() if isinstance(error, _INWARD):
            _log.error("%s: %s", type(error).__name__, error)
            return Told("The service cannot reach its data.", remedy="Try again in a moment.")
        case DiscoveryError():
            where = None if isinstance(error, ExportError) else error.where
            return Told(error.what, where, error.remedy, theirs=isinstance(error, _OF_THE_ASKER))
        case _:
            _log.error("A request failed for a reason that nobody foresaw", exc_info=error)
            return Told("It failed for a reason that nobody foresaw.", remedy="Tell whoever runs the server; its log says more.")
