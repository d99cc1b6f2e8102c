"""The stylesheet and script of the pages, served from here and never from elsewhere."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from hashlib import sha256
from importlib.resources import files

from fastapi import FastAPI
from nicegui.version import __version__ as nicegui_version
from starlette.requests import Request
from starlette.responses import Response

_HERE = files("discovery_agent.web.ui") / "assets"
_REPORT = files("discovery_agent.discovery.report") / "templates" / "style.css"
_PARTS = ("frame.css", "interview.css", "engagement.css", "agreement.css", "blueprint.css", "review.css")

_STYLE = "\n".join([_REPORT.read_text("utf-8"), *((_HERE / part).read_text("utf-8") for part in _PARTS)])
_SCRIPT = "\n".join((_HERE / part).read_text("utf-8") for part in ("pages.js", "blueprint.js"))


def _address(name: str, text: str) -> str:
    return f"/assets/{sha256(text.encode('utf-8')).hexdigest()[:12]}/{name}"


STYLESHEET = _address("pages.css", _STYLE)
"""Address of the stylesheet; it changes with what stands in it, so browsers may keep it for ever."""
SCRIPT = _address("pages.js", _SCRIPT)
"""Address of the script."""

# What the script of a page imports is otherwise asked for only once the page was read to its end: a round trip more on a slow line.
_IMPORTED = ("vue.esm-browser.prod.js", "dompurify.mjs")
_EARLY = "\n".join(f'<link rel="modulepreload" href="/_nicegui/{nicegui_version}/static/{one}">' for one in _IMPORTED)

HEAD = f"""{_EARLY}
<link rel="stylesheet" href="{STYLESHEET}">
<script src="{SCRIPT}"></script>
<noscript><style>#app {{ display: none }}</style><p style="padding: 2rem">These pages need JavaScript.</p></noscript>
"""


def install_look(app: FastAPI) -> None:
    """Serve the stylesheet and the script."""

    def serving(text: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
        plain = text.encode("utf-8")
        packed = gzip.compress(plain, mtime=0)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}

        async def serve(request: Request) -> Response:
            if "gzip" in request.headers.get("accept-encoding", ""):
                return Response(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
            return Response(plain, media_type=media_type, headers=headers)

        return serve

    app.add_route(STYLESHEET, serving(_STYLE, "text/css"), include_in_schema=False)
    app.add_route(SCRIPT, serving(_SCRIPT, "text/javascript"), include_in_schema=False)
