"""A browser for the tests: the Chromium of the system, never a downloaded one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

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
