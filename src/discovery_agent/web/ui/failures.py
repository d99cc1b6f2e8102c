"""Pages that need nothing else to work: plain HTML, for what is not there, not allowed or broken, and for the door."""

from __future__ import annotations

import logging

from markupsafe import escape
from starlette.responses import HTMLResponse

from discovery_agent.discovery.report.wording import visible
from discovery_agent.errors import AccessDenied, DiscoveryError, ExportError, NotFound, StorageFull, TooMany
from discovery_agent.telemetry.context import request_number
from discovery_agent.web.problems import NO_ROOM_REMEDY, Refused, headers_of, problem_of, whom_to_tell
from discovery_agent.web.ui.look import STYLESHEET

_log = logging.getLogger(__name__)

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<title>{title} · Discovery Agent</title><link rel="stylesheet" href="{stylesheet}"></head>
<body><header class="masthead"><div class="wrap"><span class="brand">Discovery Agent</span></div></header>
<main><div class="farewell wrap"><h1>{title}</h1><p>{what}</p>{below}</div></main></body>
</html>
"""


def failure_page(status: int, title: str, what: str, remedy: str | None = None, way_on: tuple[str, str] | None = None) -> HTMLResponse:
    """A page that says what is wrong and what to do; `way_on` is the address and the words of a link, made by the program."""
    said = f'<p class="quiet">{escape(visible(remedy))}</p>' if remedy else ""
    link = f'<p><a class="button" href="{escape(way_on[0])}">{escape(way_on[1])}</a></p>' if way_on else ""
    return plain_page(status, title, what, said + link)


def plain_page(status: int, title: str, what: str, below: str = "") -> HTMLResponse:
    """A page with a title, a sentence, and below it HTML that the program wrote."""
    found = _PAGE.format(title=escape(title), stylesheet=STYLESHEET, what=escape(visible(what)), below=below)
    return HTMLResponse(found, status, headers={"Cache-Control": "no-store"})


def not_there() -> HTMLResponse:
    """There is nothing at this address, or nothing for the one who asks; the two are not told apart."""
    return failure_page(
        404,
        "There is nothing here",
        "The address may be mistyped, or what it led to was removed.",
        "If somebody gave you a link, ask them whether it still holds.",
        ("/", "To the start"),
    )


def broken() -> HTMLResponse:
    """An error that nobody foresaw; it tells nothing of the inside."""
    return failure_page(
        500,
        "Something went wrong",
        "The error was written to the log of the service. Nothing that you entered before is lost.",
        f"Try again. {whom_to_tell(request_number())}",
    )


def too_fast(refused: Refused) -> HTMLResponse:
    """More came from an address than is taken."""
    page = failure_page(429, "Too many tries", refused.problem.remedy or "Wait a moment.")
    page.headers.update(refused.headers)
    return page


def page_of(error: DiscoveryError, *, known: bool = False, way_in: tuple[str, str] | None = None) -> HTMLResponse:
    """The page for an error while a page was being made. `known` are those whose link works: they are shown a way back.

    `way_in` is the address and the words of the link to signing in, for everybody else, where there is one.
    """
    if isinstance(error, NotFound):
        return not_there()
    if isinstance(error, AccessDenied):
        remedy = error.remedy or (None if known else "Ask the person who invited you for a new link.")
        return failure_page(403, "This page is not open to you", error.what, remedy, ("/", "To the start") if known else way_in)
    if isinstance(error, ExportError):
        return failure_page(409, "It could not be exported", error.what, error.remedy)
    if isinstance(error, TooMany):
        return failure_page(429, "Too much at once", error.what, error.remedy)
    _log.error("%s: %s", type(error).__name__, error)
    if isinstance(error, StorageFull):
        return failure_page(507, "There is no room left", "The service could not store this.", NO_ROOM_REMEDY)
    page = failure_page(503, "Not just now", "The service cannot reach its data.", "Try again in a moment.")
    page.headers.update(headers_of(problem_of(error), error))
    return page
