"""The page without a browser, which the benchmark of the chat opens by the hundred, works the real page."""

from __future__ import annotations

import httpx2
import pytest
from benchmarks.chat.light_page import LightPage, Sign, begins_with, read_page, without

from discovery_agent.web.security import COOKIE
from tests.web.conftest import shared_bench as shared_bench
from tests.web.conftest import web_cache as web_cache
from tests.web.ui.conftest import site as site
from tests.web.ui.site import Site

SECONDS = 60.0
ASKED = Sign("aria-live", lambda _, element: "aria-live" in element.get("props", {}) and bool(element.get("text")))
"""A question stands: it is read aloud."""


@pytest.fixture
def session(site: Site) -> str:
    return site.guest(site.person(site.engagement()))


async def test_an_interview_is_begun_and_an_answer_given_without_a_browser(site: Site, session: str) -> None:
    headers = {"cookie": f"{COOKIE}={session}"}
    async with httpx2.AsyncClient(timeout=SECONDS) as client:
        welcome = await LightPage.load(client, site.url, "/interview", headers)
        await welcome.emit(welcome.named("button", "Begin"), "click")
        await welcome.until(ASKED, seconds=SECONDS)
        await welcome.leave()

        page = await LightPage.load(client, site.url, "/interview", headers)
        send = page.named("button", "Send")
        said = "Customers wait two and a half days for an answer, and then buy elsewhere."
        await page.emit(send, "click", said, "an-answer")
        moments = await page.until(begins_with(said), ASKED, without(send, "aria-disabled"), seconds=SECONDS)
        await page.leave()

        again = await client.get(f"{site.url}/interview", headers=headers)
    assert moments == sorted(moments)
    elements, _ = read_page(again.text)
    assert said in [element.get("text") for element in elements.values()]


def test_a_page_that_is_not_one_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="No page of NiceGUI: <h1>Gone"):
        read_page("<h1>Gone</h1>")


def test_a_sign_is_seen_on_the_element_that_shows_it() -> None:
    button = {"text": "Send", "props": {}}
    assert begins_with("word0").seen("7", {"text": "word0 word1"})
    assert not begins_with("word0").seen("7", {"text": "A question with word0"})
    assert without("7", "aria-disabled").seen("7", button)
    assert not without("7", "aria-disabled").seen("8", button)
    assert not without("7", "aria-disabled").seen("7", {"text": "Send", "props": {"aria-disabled": "true"}})


def test_the_elements_and_the_query_are_read_as_the_script_reads_them() -> None:
    text = """
      const app = createApp(parseElements(String.raw`{"4":{"tag":"p","text":"A &lt;b&gt; &amp;amp; costs &#36;5, &#96;x&#96;"}}`), {
        version: "3.18.0",
        query: {'client_id': 'c0ffee', 'next_message_id': 0, 'implicit_handshake': True},
      });
    """
    elements, query = read_page(text)
    assert elements["4"]["text"] == "A <b> &amp; costs $5, `x`"
    assert query == {"client_id": "c0ffee", "next_message_id": "0", "implicit_handshake": "true"}
