"""A command that was asked to end does so while a thread or a process of it computes, which nothing can interrupt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from discovery_agent.cli.exit_codes import Exit

COMPUTES = """
import asyncio, os, sys, time
from multiprocessing import get_context
from discovery_agent.cli import stopping

stopping.GRACE_SECONDS = 0.2

def compute() -> None:
    print(os.getpid(), flush=True)
    while True:
        sum(range(1000))

async def work() -> None:
    if sys.argv[1] == "process":
        get_context("spawn").Process(target=compute).start()
    await asyncio.to_thread(compute)

if __name__ == "__main__":
    try:
        with stopping.ends_as_by_ctrl_c():
            stopping.run_until_stopped(work())
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr, flush=True)
        stopping.leave_soon()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")
@pytest.mark.parametrize(("asked", "where"), [(signal.SIGTERM, "thread"), (signal.SIGINT, "thread"), (signal.SIGTERM, "process")])
def test_it_ends_with_the_code_and_sentence_of_one_that_was_stopped(tmp_path: Path, asked: signal.Signals, where: str) -> None:
    script = tmp_path / "computes.py"
    script.write_text(COMPUTES, encoding="utf-8")
    with subprocess.Popen([sys.executable, script, where], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        computing = {int(process.stdout.readline()) for _ in range(2 if where == "process" else 1)}
        process.send_signal(asked)
        try:
            _, said = process.communicate(timeout=60)  # its output ends when nobody holds it any more, the child included
        except subprocess.TimeoutExpired:
            for one in computing:
                os.kill(one, signal.SIGKILL)
            raise
    assert process.returncode == Exit.INTERRUPTED
    assert said == "Stopped.\n"
