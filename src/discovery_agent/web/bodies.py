"""Bodies of requests are limited, and are of the right kind, before anything reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from discovery_agent.web.problems import Problem, answer, problem, too_large

MOST_BYTES = 1_000_000
"""Of a request that uploads nothing."""
MOST_UPLOAD_BYTES = 200_000_000
"""Of a request that uploads files, all of them together."""
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json", re.IGNORECASE)
_UPLOADS = re.compile(r"/api/v1/engagements/[^/]+/(?:transcripts|documents)/?|/_nicegui/client/[^/]+/upload/.*")


class BodyLimit:
    """Refuses a body that is, or turns out to be, larger than its address takes (413)."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES, most_upload: int = MOST_UPLOAD_BYTES) -> None:
        self._app = app
        self._most = most
        self._most_upload = most_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._most_upload if _UPLOADS.fullmatch(scope["path"]) else self._most
        if _announced(scope) > limit:
            await answer(too_large(limit), {"Connection": "close"})(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


class JsonOnly:
    """Refuses a body that does not say it is JSON (415), wherever no files are uploaded: a guess would hide the sender's mistake.

    `refuse` writes the refusal as the app behind does.
    """

    def __init__(self, app: ASGIApp, refuse: Callable[[Problem, Mapping[str, str]], Response] = answer) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and not _UPLOADS.fullmatch(scope["path"]) and _has_other_body(scope):
            found = problem(
                415,
                "content-type",
                "The body does not say that it is JSON",
                remedy="Send it with the header Content-Type: application/json.",
            )
            await self._refuse(found, {})(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _has_other_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    has_body = _announced(scope) > 0 or "transfer-encoding" in headers
    return has_body and not _JSON.fullmatch(headers.get("content-type", "").partition(";")[0].strip())


def _announced(scope: Scope) -> int:
    """Bytes that the request says it has; 0 if it says none."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() else 0
