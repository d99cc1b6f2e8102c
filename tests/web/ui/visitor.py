"""Somebody with a browser."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route

from discovery_agent.web.security import COOKIE
from tests.web.ui.site import Site

_EXPECTED = ("the server responded with a status of", "ERR_INTERNET_DISCONNECTED", "WebSocket connection")


class Visitor:
    """Opens pages of a site, one browser profile each; whatever would leave the machine is stopped and noted."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._contexts: list[BrowserContext] = []
        self.foreign: list[str] = []
        self.failures: list[str] = []

    def page(self, session: str | None = None, *, width: int = 1280, height: int = 900, scheme: Literal["light", "dark"] = "light") -> Page:
        """A page of a new profile, signed in with a session."""
        context = self._browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
        context.set_default_timeout(60_000)
        context.route("**/*", self._at_home)
        if session is not None:
            context.add_cookies([{"name": COOKIE, "value": session, "url": self._site.url, "httpOnly": True}])
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.on("console", self._listen)
        return page

    def opened(self, path: str, session: str | None = None, **look: object) -> Page:
        """A page that has been opened and is alive."""
        page = self.page(session, **look)  # pyright: ignore[reportArgumentType]
        page.goto(path if path.startswith("http") else self._site.url + path)
        alive(page)
        return page

    def leave(self) -> None:
        for context in self._contexts:
            context.close()

    def _at_home(self, route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(self._site.url).netloc:
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in _EXPECTED):
            self.failures.append(message.text)


def alive(page: Page) -> None:
    """Wait until a page is there and answers."""
    page.wait_for_selector("h1")
    page.wait_for_function("window.did_handshake === true || !document.getElementById('app')")


def tab_to(page: Page, target: Locator, *, most: int = 120) -> None:
    """Reach something with the Tab key alone."""
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with the Tab key")
