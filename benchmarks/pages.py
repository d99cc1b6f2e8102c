"""How heavy each page is and how soon it can be used: `python -m benchmarks.pages`, with a Chromium of this machine.

A real server in a process of its own, with an engagement that holds the sample transcripts, an assessment and a blueprint. Each page is
opened with an empty cache and once more with what the first visit left there; then on a slow line with a slow processor, as Chromium
slows both. "To use" is when the page's socket is connected and its script answers: whatever is pressed from then on is taken.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from discovery_agent.discovery.access import invite, owner_link, redeem
from discovery_agent.discovery.drafting import draft_blueprint
from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Role
from discovery_agent.settings import Settings
from discovery_agent.web.security import COOKIE

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples" / "halden-spare-parts"
PAGES = ("engagements", "overview", "people", "goals", "verdicts", "blueprint", "review", "plan", "interview")
# What Chromium's own tools call "Fast 3G" and "Fast 4G": bits a second down and up, and milliseconds to and fro.
LINES = {"Fast 3G": (1_600_000, 750_000, 562.5), "Fast 4G": (9_000_000, 1_500_000, 165.0)}
SLOWER = 4
"""How many times slower the processor is made, as that of a phone is."""
_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

_READY = "window.did_handshake === true"
_WATCH = """(() => {
  window.longest = 0; window.blocked = 0;
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) { longest = Math.max(longest, duration); blocked += duration - 50; } })
    .observe({ type: "longtask", buffered: true });
  const look = () => { if (window.did_handshake === true) window.usable = performance.now(); else setTimeout(look, 10); };
  look();
})();"""
_FOUND = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  usable, longest, blocked, nodes: document.querySelectorAll("*").length,
})"""


class Case(NamedTuple):
    """An engagement on disk, and the sessions that open it."""

    engagement: str
    owner: str
    guest: str


class Opened(NamedTuple):
    """What one visit of a page took."""

    bytes: int
    requests: int
    nodes: int
    paint: float
    """Milliseconds to the first contentful paint."""
    usable: float
    """Milliseconds until it can be used."""
    longest: float
    """The longest stretch in milliseconds for which the page answered nothing."""


async def _fill(folder: Path) -> Case:
    async with await Workspace.open(Settings.load(data_dir=folder)) as ws:
        engagement = await create_engagement(ws, "Spare parts", organisation="Halden AG", purpose="Why customers wait.")
        for file in sorted(SAMPLES.glob("0*")):
            await upload_transcript(ws, engagement.id, file.name, file.read_bytes(), "benchmark")
        await ws.settle()
        await draft_blueprint(ws, engagement.id)
        await ws.settle()
        person = await add_stakeholder(ws, engagement.id, "Tomas Berg", role=Role.BUSINESS)
        _, link = await invite(ws, engagement.id, person.id)
        owner = await owner_link(ws, again=True)
        assert owner is not None
        return Case(engagement.id, (await redeem(ws, owner))[0], (await redeem(ws, link))[0])


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of a server over that folder."""
    command = [sys.executable, "-c", "from discovery_agent.cli.main import main; main()", "serve", "--port", "0"]
    environment = os.environ | {"DISCOVERY_DATA_DIR": str(folder)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://[^/\s]+", process.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            process.terminate()


def _address(page: str, case: Case) -> str:
    base = f"/engagements/{case.engagement}"
    return {"engagements": "/", "overview": base, "interview": "/interview"}.get(page, f"{base}/{page}")


def _visited(page: Page, wire: CDPSession, address: str) -> Opened:
    """Open a page and wait until it can be used."""
    received = {"bytes": 0, "requests": 0}
    kept: set[str] = set()

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] not in kept:
            received["bytes"] += int(event["encodedDataLength"])
            received["requests"] += 1

    wire.on("Network.requestServedFromCache", lambda event: kept.add(event["requestId"]))
    wire.on("Network.responseReceived", lambda event: kept.add(event["requestId"]) if event["response"].get("fromDiskCache") else None)
    wire.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="load")
    page.wait_for_function(_READY)
    page.wait_for_function("window.usable")
    found = page.evaluate(_FOUND)
    return Opened(received["bytes"], received["requests"], found["nodes"], found["paint"], found["usable"], found["longest"])


def _context(browser: Browser, address: str, session: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    context.add_init_script(_WATCH)
    context.add_cookies([{"name": COOKIE, "value": session, "url": address}])
    return context


def measure_page(browser: Browser, address: str, path: str, session: str, line: str = "") -> tuple[Opened, Opened]:
    """A first visit and a second one; `line` is one of `LINES`, or empty for this machine as it is."""
    context = _context(browser, address, session)
    try:
        found: list[Opened] = []
        for _ in range(2):
            page = context.new_page()
            wire = context.new_cdp_session(page)
            wire.send("Network.enable")
            if line:
                down, up, delay = LINES[line]
                conditions = {"offline": False, "latency": delay, "downloadThroughput": down / 8, "uploadThroughput": up / 8}
                wire.send("Network.emulateNetworkConditions", conditions)
                wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            found.append(_visited(page, wire, address + path))
            page.close()
        return found[0], found[1]
    finally:
        context.close()


class Weighed(NamedTuple):
    """A page: first and second visit here, and both on each slow line."""

    name: str
    cold: Opened
    warm: Opened
    slow: dict[str, tuple[Opened, Opened]]


def measure(pages: tuple[str, ...] = PAGES, lines: tuple[str, ...] = tuple(LINES)) -> Iterator[Weighed]:
    """Every page, as soon as it is measured."""
    chromium = os.environ.get("DISCOVERY_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise SystemExit("There is no chromium: install it, or name one in DISCOVERY_CHROMIUM.")
    with tempfile.TemporaryDirectory() as folder:
        case = asyncio.run(_fill(Path(folder)))
        with _served(Path(folder)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
            for name in pages:
                session = case.guest if name == "interview" else case.owner
                path = _address(name, case)
                measure_page(browser, address, path, session)  # what the server itself keeps from its first time is not measured
                cold, warm = measure_page(browser, address, path, session)
                yield Weighed(name, cold, warm, {line: measure_page(browser, address, path, session, line) for line in lines})
            browser.close()


def main() -> None:
    """Print the table."""
    from benchmarks.__main__ import machine

    print(f"{machine()}; slow lines with a processor {SLOWER} times slower", flush=True)
    slow = " | ".join(f"{line}: to use, first and again, s" for line in LINES)
    print(f"\n| page | kB, first and again | requests | elements | first paint, ms | to use, ms | longest task, ms | {slow} |")
    print("|---|---|---|---|---|---|---|" + "---|" * len(LINES), flush=True)
    for one in measure():
        cold, warm = one.cold, one.warm
        lines = " | ".join(f"{first.usable / 1000:.1f}, {again.usable / 1000:.1f}" for first, again in one.slow.values())
        print(
            f"| {one.name} | {cold.bytes / 1000:.0f}, {warm.bytes / 1000:.0f} | {cold.requests}, {warm.requests} | {cold.nodes} "
            f"| {cold.paint:.0f}, {warm.paint:.0f} | {cold.usable:.0f}, {warm.usable:.0f} | {cold.longest:.0f} | {lines} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
