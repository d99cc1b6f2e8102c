"""A browser for the tests: the Chromium of the system, never a downloaded one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium; the tests are skipped where there is none.

    It ends with its module, because the event loop it keeps running would be in the way of tests that need their own.
    """
    path = os.environ.get("DISCOVERY_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium: install it, or name one in DISCOVERY_CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


class Watched(Protocol):
    """Opens a file in a browser window of its own."""

    def __call__(self, file: Path, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page: ...


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Opens a file; at the end there must have been no console message, no dialog and no request but for that file."""
    troubles: list[str] = []
    contexts = []

    def note_request(url: str, address: str) -> None:
        if url.split("#")[0] not in (address, "data:,"):
            troubles.append(f"request: {url}")

    def opened(file: Path, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        address = file.as_uri()
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: note_request(request.url, address))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []
