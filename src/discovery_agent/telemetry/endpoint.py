"""`/metrics`, `/healthz` and `/readyz` at an address of their own, which a worker without web server has as well.

They are answered by a thread, so that `/healthz` can tell that the event loop is stuck.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from discovery_agent.errors import ConfigurationError
from discovery_agent.telemetry.loop import LoopWatch
from discovery_agent.telemetry.metrics import CONTENT_TYPE, metrics

_PATIENCE_SECONDS = 10.0
_log = logging.getLogger(__name__)
Ready = Callable[[], Awaitable[tuple[bool, dict[str, Any]]]]
"""Whether the process can do its work, and what to tell whoever asked."""


class Endpoint:
    """Answers at an address while its block lasts; to be entered in the event loop that it watches."""

    def __init__(self, address: str, watch: LoopWatch, ready: Ready) -> None:
        """Listen at an address such as `127.0.0.1:9464`.

        Raises:
            ConfigurationError: the address is taken or not to be had.
        """
        self._watch = watch
        self._ready = ready
        self._loop = asyncio.get_running_loop()
        host, _, port = address.rpartition(":")
        host = host.strip("[]")
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            timeout = _PATIENCE_SECONDS

            def do_GET(self) -> None:
                """Answer it."""
                status, kind, body = endpoint.answer(self.path.partition("?")[0])
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Such requests come every few seconds, and say nothing."""

            def version_string(self) -> str:
                """Nothing of the inside."""
                return "discovery-agent"

        class Server(ThreadingHTTPServer):
            """A thread for each request; none keeps the process from ending."""

            daemon_threads = True
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

            def handle_error(self, request: object, client_address: object) -> None:
                """Whoever asked may hang up early; anything else belongs in the log, and not on standard error."""
                if not isinstance(error := sys.exception(), ConnectionError):
                    _log.error("A request at the address for metrics failed", exc_info=error)

        try:
            self._server = Server((host, int(port)), Handler)
        except OSError as error:
            raise ConfigurationError(
                f"Metrics cannot be shown at {address}: {error.strerror}.",
                where="DISCOVERY_METRICS_ADDRESS",
                remedy="Choose another address or port, or unset the variable.",
            ) from error

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return self._server.server_address[1]

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, kind and body for an address; called in threads."""
        if path == "/metrics" and (found := metrics()) is not None:
            return 200, CONTENT_TYPE, found.text()
        if path == "/healthz":
            alive = self._watch.alive()
            return (200, "application/json", b'{"status":"ok"}') if alive else (503, "application/json", b'{"status":"stuck"}')
        if path == "/readyz":
            asked = asyncio.run_coroutine_threadsafe(self._ask(), self._loop)
            try:
                ready, told = asked.result(_PATIENCE_SECONDS)
            except Exception:
                asked.cancel()
                ready, told = False, {"status": "not ready"}
            return (200 if ready else 503), "application/json", json.dumps(told).encode()
        return 404, "text/plain", b"There are /metrics, /healthz and /readyz.\n"

    async def _ask(self) -> tuple[bool, dict[str, Any]]:
        return await self._ready()

    async def __aenter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._server.shutdown)
        self._server.server_close()
