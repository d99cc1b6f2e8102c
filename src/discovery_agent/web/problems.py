"""Every error as problem details (RFC 9457): the one place where errors become answers of the API.

What is told is what the sender can act on. The inside of the service (paths, queries, tracebacks) goes to the log only.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from discovery_agent import errors
from discovery_agent.telemetry.context import request_number

MEDIA_TYPE = "application/problem+json"
_KIND = "urn:discovery-agent:problem:"
NO_ROOM_REMEDY = "What was stored before is safe. Tell whoever runs the server; once there is room, try again."
_log = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One part of a request that is wrong."""

    where: str = Field(description="Place in the request, such as `body.title`.")
    message: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 writes it down."""

    type: str = Field(description="Stable name of the kind of problem.")
    title: str = Field(description="The kind of problem in words.")
    status: int
    detail: str | None = Field(default=None, description="What happened this time.")
    where: str | None = Field(default=None, description="The file, field or object that it is about.")
    remedy: str | None = Field(default=None, description="What can be done about it.")
    errors: list[FieldError] | None = Field(default=None, description="For a request that does not fit its schema.")
    request_id: str | None = Field(default=None, description="Number of the request: with it, whoever runs the server finds it in the log.")
    current: dict[str, Any] | None = Field(default=None, description="For a version that is no longer the newest: the object as it stands.")


class Refused(Exception):
    """A request that is answered with this problem."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        self.problem = problem
        self.headers = dict(headers or {})
        super().__init__(problem.detail or problem.title)


# The first that fits counts, so the narrower comes before the wider.
_MEANINGS: tuple[tuple[type[errors.DiscoveryError], int, str, str], ...] = (
    (errors.NotFound, 404, "not-found", "There is no such object"),
    (errors.StaleVersion, 409, "changed-meanwhile", "Somebody changed it meanwhile"),
    (errors.AccessDenied, 403, "not-allowed", "This is not allowed"),
    (errors.InvalidRequest, 409, "not-now", "This cannot be done as things stand"),
    (errors.TooMany, 429, "too-many", "Too much or too often"),
    (errors.UnsupportedFormat, 415, "format", "This kind of file is not read"),
    (errors.TranscriptError, 422, "transcript", "The transcript cannot be read"),
    (errors.DocumentError, 422, "document", "The document cannot be taken"),
    (errors.SpendLimitReached, 409, "spend-limit", "The cap on cost is reached"),
    (errors.ModelUnavailable, 503, "model-unavailable", "The language model does not answer"),
    (errors.ModelError, 502, "model", "The language model failed"),
    (errors.ExportError, 409, "not-here", "This file cannot be made here"),
    (errors.IndexUnavailable, 503, "unavailable", "The service cannot reach its data"),
    (errors.StorageBusy, 503, "busy", "The service is busy storing other things"),
    (errors.StorageFull, 507, "no-room", "The service has no room left to store this"),
    (errors.StorageError, 503, "unavailable", "The service cannot reach its data"),
)
_INWARD = (errors.IndexUnavailable, errors.StorageError)
"""Errors whose words may name paths or queries."""
_RETRY_SECONDS = 5
"""When it is worth asking again while the service cannot reach its data."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def problem_of(error: errors.DiscoveryError) -> Problem:
    """The problem that an error is for the one who asked."""
    for kind, status, name, title in _MEANINGS:
        if not isinstance(error, kind):
            continue
        if isinstance(error, _INWARD):
            remedy = NO_ROOM_REMEDY if status == 507 else "Try again in a moment."
            return Problem(type=_KIND + name, title=title, status=status, remedy=remedy)
        # What an export fails at is a path of this machine, which is nobody's business elsewhere.
        where = None if isinstance(error, errors.ExportError) else error.where
        return Problem(type=_KIND + name, title=title, status=status, detail=error.what, where=where, remedy=error.remedy)
    return unforeseen()


def answer_to(error: errors.DiscoveryError, write: Callable[[Problem, Mapping[str, str]], Response]) -> Response:
    """An error as `write` makes a response of it; one that lies here is also written to the log."""
    found = problem_of(error)
    if found.status >= 500:
        _log.error("%s: %s", type(error).__name__, error)
    return write(found, headers_of(found, error))


def headers_of(found: Problem, error: errors.DiscoveryError) -> dict[str, str]:
    """Headers that go with the problem of an error."""
    return {"Retry-After": str(_RETRY_SECONDS)} if isinstance(error, _INWARD) and found.status == 503 else {}


def no_room(error: OSError) -> errors.StorageFull | None:
    """What it means that the system refused to write, if that is for lack of room: a file that is sent is kept there for a moment."""
    return errors.StorageFull("The disk is full.", remedy="Free some space.") if error.errno in _NO_ROOM else None


def problem(status: int, name: str, title: str, detail: str | None = None, remedy: str | None = None) -> Problem:
    """A problem that no error of the program stands for."""
    return Problem(type=_KIND + name, title=title, status=status, detail=detail, remedy=remedy)


def unforeseen() -> Problem:
    """The problem for an error that nobody foresaw; it tells nothing of the inside."""
    return problem(500, "unforeseen", "Something went wrong here", "The error was written to the log of the service.", "Try again.")


def no_access(detail: str) -> Refused:
    """Nobody is known to ask: the answer to a missing, wrong, expired or revoked key."""
    found = problem(
        401, "no-access", "A valid link or key is needed", detail, "Open your link again, or ask the one who sent it for a new one."
    )
    return Refused(found, {"WWW-Authenticate": "Bearer"})


def too_fast(seconds: int) -> Refused:
    """Too many requests in a row; `seconds` is when the next is taken."""
    found = problem(429, "too-fast", "Too many requests", "More requests came than are taken.", f"Try again in {seconds} s.")
    return Refused(found, {"Retry-After": str(seconds)})


def too_large(limit: int) -> Problem:
    """A body of more than `limit` bytes."""
    return problem(413, "too-large", "The request is too large", f"At most {limit / 1e6:g} MB are taken here.", "Send less at a time.")


def numbered(found: Problem) -> Problem:
    """The problem with the number of the request; one that lies here also says whom to tell it."""
    number = request_number()
    if number is None or found.request_id is not None:
        return found
    remedy = f"{found.remedy} {whom_to_tell(number)}" if found.remedy and found.status >= 500 else found.remedy
    return found.model_copy(update={"request_id": number, "remedy": remedy})


def whom_to_tell(number: str | None) -> str:
    """What somebody can do whose request failed for a reason of the server's."""
    return (
        f"If it goes on, give this number to whoever runs the server: {number}"
        if number
        else "If it goes on, tell whoever runs the server."
    )


def answer(found: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem as a response."""
    found = numbered(found)
    return JSONResponse(found.model_dump(exclude_none=True), found.status, headers=headers, media_type=MEDIA_TYPE)


def install_problems(app: FastAPI, write: Callable[[Problem, Mapping[str, str]], Response] = answer) -> None:
    """Let an app answer every error with problem details, or with what `write` makes of them."""

    async def known(_: Request, error: Exception) -> Response:
        assert isinstance(error, errors.DiscoveryError)
        return answer_to(error, write)

    async def of_the_system(request: Request, error: Exception) -> Response:
        assert isinstance(error, OSError)
        full = no_room(error)
        if full is None:
            raise error
        return await known(request, full)

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return write(error.problem, error.headers)

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return write(_of_validation(error.errors()), {})

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        allowed = {"Allow": ", ".join(_methods(request))} if error.status_code == 405 else {}
        return write(_of_status(error), {**(error.headers or {}), **allowed})

    async def unknown(_: Request, __: Exception) -> Response:
        return write(unforeseen(), {})

    app.add_exception_handler(errors.DiscoveryError, known)
    app.add_exception_handler(OSError, of_the_system)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, unknown)


def _of_validation(found: Sequence[Any]) -> Problem:
    if found and all(one["loc"][:1] == ("path",) for one in found):  # what cannot be an id is the id of nothing
        return problem(404, "not-found", "There is no such object")
    wrong = [FieldError(where=".".join(str(part) for part in one["loc"]), message=one["msg"]) for one in found[:50]]
    return Problem(type=_KIND + "invalid", title="The request does not fit its schema", status=422, errors=wrong)


def _methods(request: Request) -> list[str]:
    """Every method that an address takes: it may have one route for each."""
    app: FastAPI = request.app
    wanted = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    return [one for one in wanted if any(route.matches({**request.scope, "method": one})[0] is Match.FULL for route in app.routes)]


_STATUSES = {
    404: ("not-found", "There is nothing at this address"),
    405: ("method", "This address takes other methods"),
    413: ("too-large", "The request is too large"),
}


def _of_status(error: HTTPException) -> Problem:
    name, title = _STATUSES.get(error.status_code, ("request", HTTPStatus(error.status_code).phrase))
    detail = error.detail if error.status_code not in _STATUSES and error.detail != title else None
    return problem(error.status_code, name, title, detail)
