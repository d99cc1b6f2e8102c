from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nicegui.slot import Slot
from playwright.sync_api import Browser, expect

from discovery_agent.discovery.workbench import Workbench
from tests.browser.conftest import browser as browser
from tests.web.ui.site import Site
from tests.web.ui.visitor import Visitor

expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, web_cache: Path, shared_bench: Workbench) -> Iterator[Site]:
    """One running service for all tests; each makes an engagement of its own."""
    with pytest.MonkeyPatch.context() as patched:
        # It forgets what pages of every other event loop are building, and a process that runs tests has several; a server has one.
        patched.setattr(Slot, "prune_stacks", _prune_nothing)
        running = Site(tmp_path_factory.mktemp("site"), web_cache, shared_bench)
        running.start()
        yield running
        running.stop()


async def _prune_nothing() -> None:
    """Leave the slots of pages under way alone."""


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Opens pages, and in the end says that nothing was asked of any other host and that no script failed."""
    visitor = Visitor(browser, site)
    yield visitor
    visitor.leave()
    assert visitor.foreign == []
    assert visitor.failures == []
