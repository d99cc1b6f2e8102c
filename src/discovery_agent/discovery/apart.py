"""Work that would keep the event loop from answering: in a thread, or in a process."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from discovery_agent.discovery.jobs import Ended
from discovery_agent.settings import Settings


async def in_a_thread(work: Callable[[], Ended]) -> Ended:
    """Work in a thread of its own. One that is not waited for any more does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Ended] = loop.create_future()

    def tell(result: Ended | None, error: BaseException | None) -> None:
        if outcome.cancelled():
            return
        if result is not None:
            outcome.set_result(result)
        elif error is not None:
            outcome.set_exception(error)

    def body() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=body, name="assessment", daemon=True).start()
    return await outcome


async def in_a_process(module: str, settings: Settings, engagement_id: str) -> Ended:
    """Run a module as a process of its own, with the settings on its standard input; how it ended comes from its standard output.

    It is killed if it is not waited for any more.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, engagement_id, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        said, _ = await process.communicate(settings.model_dump_json().encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"The process of {module} for {engagement_id} ended with {process.returncode}.")
    return Ended.model_validate_json(said)
