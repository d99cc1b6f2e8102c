"""`worker`: more processes for the background work of a server on PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
import sys

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.arenas import keep_arenas_few
from discovery_agent.settings import Settings
from discovery_agent.telemetry.starting import telemetry


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
    keep_arenas_few()
    with telemetry(settings):
        asyncio.run(_work(settings))
    return Exit.OK


async def _work(settings: Settings) -> None:
    from discovery_agent.discovery.durable import Durable
    from discovery_agent.discovery.health import Health
    from discovery_agent.discovery.watching import observed
    from discovery_agent.discovery.workspace import Workspace

    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    async with await Workspace.open(settings) as ws:
        jobs = await Durable.start(ws)
        health = Health(ws, queues=lambda: jobs.alive)
        try:
            async with observed(ws, health):
                print(f"Working for {ws.database.shown}.", flush=True)
                await told.wait()
                health.close()
        finally:
            await jobs.stop()
    print("Stopped. What was not finished, others or the next start will finish.", flush=True)
