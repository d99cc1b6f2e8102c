"""A stakeholder's talk with the service, by each way that there is: the API, the page without a browser, and the page in one."""

from __future__ import annotations

import time
from typing import Any, Protocol

import httpx2
from playwright.async_api import Browser, Page

from benchmarks.chat.light_page import LightPage, begins_with, without
from benchmarks.chat.model_server import FIRST_WORD
from benchmarks.chat.service import Way
from discovery_agent.web.security import COOKIE

LONGEST_SECONDS = 120.0


class Talk(Protocol):
    """One open interview."""

    async def open(self) -> None:
        """Come in, and hear the first question to its end."""
        ...

    async def answer(self, text: str, key: str) -> float:
        """Seconds from sending an answer to the first word of the reply, which is heard to its end."""
        ...

    async def leave(self) -> None:
        """Close what was opened."""
        ...


async def first_and_last(client: httpx2.AsyncClient, url: str, body: dict[str, Any], headers: dict[str, str], mark: str) -> float:
    """Seconds to the first line of a stream that holds a mark; the stream is read to its end."""
    begun = time.perf_counter()
    first = 0.0
    async with client.stream("POST", url, json=body, headers=headers) as response:
        if response.status_code != 200:
            await response.aread()
            raise RuntimeError(f"{response.status_code}: {response.text[:300]}")
        async for line in response.aiter_lines():
            if not first and mark in line:
                first = time.perf_counter() - begun
    return first


class ApiTalk:
    """Through the API, as a stream of server-sent events."""

    def __init__(self, client: httpx2.AsyncClient, service: str, way: Way) -> None:
        self._client = client
        self._at = f"{service}/api/v1/conversations/{way.conversation}"
        self._headers = {"authorization": f"Bearer {way.key}"}

    async def open(self) -> None:
        await first_and_last(self._client, f"{self._at}/opening", {}, self._headers, '"delta"')

    async def answer(self, text: str, key: str) -> float:
        return await first_and_last(self._client, f"{self._at}/turns", {"text": text, "client_key": key}, self._headers, '"delta"')

    async def leave(self) -> None:
        pass


class PageTalk:
    """Through the page's HTML and socket, without a browser."""

    def __init__(self, client: httpx2.AsyncClient, service: str, way: Way) -> None:
        self._client = client
        self._service = service
        self._session = way.session
        self._page: LightPage | None = None
        self._send = ""

    async def open(self) -> None:
        self._page = await LightPage.load(self._client, self._service, "/interview", {"cookie": f"{COOKIE}={self._session}"})
        self._send = self._page.named("button", "Send")
        await self._reply()

    async def answer(self, text: str, key: str) -> float:
        assert self._page
        begun = time.perf_counter()
        await self._page.emit(self._send, "click", text, key)
        return await self._reply() - begun

    async def leave(self) -> None:
        if self._page:
            await self._page.leave()

    async def _reply(self) -> float:
        """Hear a reply until the next answer may be sent; gives the moment of its first word."""
        assert self._page
        first, _ = await self._page.until(begins_with(FIRST_WORD), without(self._send, "aria-disabled"), seconds=LONGEST_SECONDS)
        return first


class BrowserTalk:
    """Through the page in a browser, to the word that stands in its document."""

    def __init__(self, browser: Browser, service: str, way: Way) -> None:
        self._browser = browser
        self._service = service
        self._session = way.session
        self._page: Page | None = None

    async def open(self) -> None:
        context = await self._browser.new_context()
        context.set_default_timeout(1000 * LONGEST_SECONDS)
        await context.add_cookies([{"name": COOKIE, "value": self._session, "url": self._service, "httpOnly": True}])
        self._page = await context.new_page()
        await self._page.goto(f"{self._service}/interview")
        await self._stands(1)

    async def answer(self, text: str, key: str) -> float:
        assert self._page
        questions = await self._page.locator(_QUESTIONS).count()
        milliseconds = await self._page.evaluate(_SEND, [text, FIRST_WORD])
        await self._stands(questions + 1)
        return milliseconds / 1000

    async def leave(self) -> None:
        if self._page:
            await self._page.context.close()

    async def _stands(self, questions: int) -> None:
        assert self._page
        found = "([list, count]) => document.querySelectorAll(list).length >= count"
        await self._page.wait_for_function(found, arg=[_QUESTIONS, questions])


_QUESTIONS = ".turns .from-us:not([aria-busy]) .said"
_SEND = """([text, word]) => new Promise((resolve) => {
  const begun = performance.now();
  new MutationObserver((_, watching) => {
    const written = document.querySelector(".turns > li[aria-busy]:last-child .said");
    if (!written?.textContent.startsWith(word)) return;
    watching.disconnect();
    resolve(performance.now() - begun);
  }).observe(document.querySelector(".turns"), { childList: true, subtree: true, characterData: true });
  document.querySelector(".compose textarea").value = text;
  [...document.querySelectorAll(".compose button")].find((one) => one.textContent === "Send").click();
})"""
