"""Time to the first token of a reply, ours beside the model server's own: `python -m benchmarks.chat`.

A model server with a fixed time to its first token and a fixed pace, our service, and the clients that ask both are three
processes of their own, so that none waits for another's interpreter. At 1, 50 and 200 open interviews, each stakeholder
answers, hears the reply, thinks, and answers again; each answer is followed by the same request straight to the model
server. Compared are the medians and the 95th percentiles of both, measured in one run by the same client.

The ways: `api`, a stream of events; `page`, the page's HTML and socket without a browser, from the click on Send to the
update with the first word; `browser`, the same in Chromium, to the word in the document, at one interview only.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import os
import platform
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from benchmarks.chat.model_server import FIRST_TOKEN_SECONDS, FIRST_WORD, model_server
from benchmarks.chat.service import Way, service, ways_in
from benchmarks.chat.talks import ApiTalk, BrowserTalk, PageTalk, Talk, first_and_last

ROOT = Path(__file__).parents[2]
THINKING_SECONDS = 20.0
"""Between a reply and the next answer. A person who types takes longer."""
SETTLING_SECONDS = 5.0
"""After the very first answer, until it has been read."""
ANSWERS = (
    "We lose about nine days on every claim because the documents come by post.",
    "Last Tuesday a broker called three times about the same case and nobody could find it.",
    "It is about 1,400 claims a month, and two people sort them by hand.",
    "I would call it a success if a claim was decided within three days by the end of next year.",
    "Sandra in operations owns that figure, she reads it from the claims system every Friday.",
)
WAYS = ("api", "page", "browser")


@dataclass
class Measured:
    """Seconds to the first token, ours and the model server's, and what each more interview took."""

    ours: list[float] = field(default_factory=list[float])
    model: list[float] = field(default_factory=list[float])
    first_mb: float = 0.0
    """Of the service, with one interview open."""
    last_mb: float = 0.0
    busy: float = 0.0
    """Seconds of a core that the service worked."""


async def measure(how: str, rounds: int, ours: str, model: str, ways: list[Way], server: int) -> Measured:
    """Hold all interviews at once; `server` is the process of the service."""
    found = Measured()
    alone = len(ways) == 1
    async with AsyncExitStack() as closing:
        limits = httpx2.Limits(max_connections=2 * len(ways) + 10)
        client = await closing.enter_async_context(httpx2.AsyncClient(timeout=120, limits=limits))
        if how == "browser":
            from playwright.async_api import async_playwright

            playwright = await closing.enter_async_context(async_playwright())
            path = os.environ.get("DISCOVERY_CHROMIUM") or shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"])
            talks: list[Talk] = [BrowserTalk(browser, ours, way) for way in ways]
        else:
            talks = [(PageTalk if how == "page" else ApiTalk)(client, ours, way) for way in ways]
        for talk in talks:
            closing.push_async_callback(talk.leave)
        # What is loaded when it is first needed is loaded before anything is measured.
        await talks[0].open()
        await talks[0].answer(ANSWERS[0], "first")
        await asyncio.sleep(SETTLING_SECONDS)
        found.first_mb, begun = _resident_mb(server), _busy(server)

        async def stakeholder(number: int) -> None:
            shuffle = random.Random(number)
            await asyncio.sleep(0 if alone else shuffle.uniform(0, THINKING_SECONDS))
            if number > 0:
                await talks[number].open()
            for turn in range(rounds):
                await asyncio.sleep(1.0 if alone else shuffle.uniform(0.5, 1.5) * THINKING_SECONDS)
                found.ours.append(await talks[number].answer(ANSWERS[turn % len(ANSWERS)], f"a{turn}"))
                asked = {"model": "fake", "stream": True, "messages": [{"role": "user", "content": "hello"}]}
                found.model.append(await first_and_last(client, f"{model}/v1/chat/completions", asked, {}, FIRST_WORD))

        await asyncio.gather(*(stakeholder(number) for number in range(len(ways))))
        found.last_mb, found.busy = _resident_mb(server), _busy(server) - begun
    return found


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def _busy(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _run(how: str, interviews: int, rounds: int) -> Measured:
    me = [sys.executable, "-m", "benchmarks.chat"]
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        fake = subprocess.Popen([*me, "--model-server"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert fake.stdout
        model = f"http://127.0.0.1:{int(fake.stdout.readline())}"
        environment = os.environ | {
            "DISCOVERY_MODEL": "openai:fake",
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": f"{model}/v1",
            "DISCOVERY_DATA_DIR": folder,
            "DISCOVERY_CACHE_DIR": f"{folder}/cache",
            "DISCOVERY_CONCURRENCY": "256",
        }
        server = subprocess.Popen([*me, "--service", str(port), folder, str(interviews), how], env=environment, cwd=ROOT)
        ours = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                try:
                    if httpx2.get(f"{ours}/healthz").status_code == 200:
                        break
                except httpx2.HTTPError:
                    time.sleep(0.1)
            return asyncio.run(measure(how, rounds, ours, model, ways_in(folder), server.pid))
        finally:
            for process in (server, fake):
                process.terminate()
                process.wait(20)


def row(how: str, interviews: int, found: Measured) -> str:
    """A row of the table."""
    (model, model_late), (ours, ours_late) = (_middle_and_late(times) for times in (found.model, found.ours))
    each = f"{(found.last_mb - found.first_mb) / (interviews - 1):.2f}" if interviews > 1 else ""
    return (
        f"| {how} | {interviews} | {1000 * model:.0f}/{1000 * model_late:.0f} | {1000 * ours:.0f}/{1000 * ours_late:.0f} "
        f"| {ours / model:.2f} | {ours_late / model_late:.2f} | {1000 * found.busy / len(found.ours):.0f} | {each} |"
    )


def _middle_and_late(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


def main() -> None:
    """Run the benchmark, or one of its processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-server", action="store_true")
    parser.add_argument("--service", nargs=4, metavar=("PORT", "FOLDER", "INTERVIEWS", "WAY"))
    parser.add_argument("--sizes", default="1,50,200")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.model_server:
        asyncio.run(model_server())
        return
    if arguments.service:
        port, folder, interviews, how = arguments.service
        service(int(port), folder, int(interviews), pages=how != "api")
        return
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()},", end=" ")
    libraries = ("fastapi", "nicegui", "langchain-openai", "openai", "sqlalchemy")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in libraries))
    print(f"Model server: first token after {FIRST_TOKEN_SECONDS} s. Thinking between answers: about {THINKING_SECONDS:.0f} s.\n")
    print(
        "| way | interviews at once | model alone p50/p95 ms | ours p50/p95 ms | ratio p50 | ratio p95 | CPU ms an answer | MB each more |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for how in arguments.ways.split(","):
        for size in (int(one) for one in arguments.sizes.split(",")):
            if how != "browser" or size == 1:
                found = _run(how, size, arguments.rounds if size > 1 else 3 * arguments.rounds)
                print(row(how, size, found), flush=True)


if __name__ == "__main__":
    main()
