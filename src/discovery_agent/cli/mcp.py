"""`mcp`: engagements for the assistant in another program on this machine, over standard input and output."""

from __future__ import annotations

import os
from pathlib import Path

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.stopping import ends_as_by_ctrl_c, leave_soon, run_until_stopped
from discovery_agent.errors import InvalidRequest
from discovery_agent.settings import PREFIX, Settings
from discovery_agent.telemetry.logs import start_logs, stop_logs

KEY = f"{PREFIX}KEY"
_ENTRANCE = "/enter/"


def run_mcp(files: Path | None) -> Exit:
    """Serve until the client closes standard input; nothing but the protocol is written to standard output.

    Raises:
        AccessDenied: DISCOVERY_KEY opens nothing.
        ConfigurationError: a setting is wrong.
        InvalidRequest: there is no such folder of transcripts.
        StorageError: the database cannot be opened.
    """
    settings = Settings.load()
    if files is not None and not files.is_dir():
        raise InvalidRequest("There is no such folder.", where="--transcripts", remedy="Name a folder that holds transcripts.")
    secret = os.environ.get(KEY, "").strip().rsplit(_ENTRANCE, 1)[-1].strip() or None
    start_logs(settings)
    with ends_as_by_ctrl_c():
        try:
            run_until_stopped(_serve(settings, secret, files))
        except KeyboardInterrupt:
            leave_soon()
            raise
        finally:
            stop_logs()
    return Exit.OK


async def _serve(settings: Settings, secret: str | None, files: Path | None) -> None:
    from discovery_agent.discovery.workspace import Workspace
    from discovery_agent.mcp.over_stdio import serve_stdio

    async with await Workspace.open(settings) as ws:
        await serve_stdio(ws, secret=secret, files=files)
