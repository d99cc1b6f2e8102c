"""`worker`: more processes for the background work of a server on PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
import sys

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.cli.serve import log_warnings
from discovery_agent.settings import Settings


def run_worker() -> Exit:
    """Work until told to stop.

    Raises:
        ConfigurationError: a setting is wrong.
        StorageError: the database cannot be opened.
    """
    settings = Settings.load()
    if settings.database_url is None or settings.database_url.startswith("sqlite"):
        print(
            "On SQLite the server does the background work itself. Workers are for PostgreSQL: set DISCOVERY_DATABASE_URL to it.",
            file=sys.stderr,
        )
        return Exit.USAGE
    log_warnings()
    asyncio.run(_work(settings))
    return Exit.OK


async def _work(settings: Settings) -> None:
    from discovery_agent.discovery.durable import Durable
    from discovery_agent.discovery.workspace import Workspace

    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    async with await Workspace.open(settings) as ws:
        jobs = await Durable.start(ws)
        try:
            print(f"Working for {ws.database.shown}.", flush=True)
            await told.wait()
        finally:
            await jobs.stop()
    print("Stopped. What was not finished, others or the next start will finish.", flush=True)
