"""A provider that is down, slow, or answers wrongly: a plain page that says what to do, and nobody is let in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from discovery_agent.web.single_sign_on import provider as talking
from tests.web.service import Service
from tests.web.single_sign_on.pretender import Pretender
from tests.web.single_sign_on.signing import ADA, back, begun, claims_of, let_in, member, signed_in, who

DOCUMENT = "/.well-known/openid-configuration"
JSON = "application/json"


def assert_plain(answer: Any, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert words in answer.text and "Traceback" not in answer.text and "site-packages" not in answer.text and not let_in(answer)
    assert answer.headers["cache-control"] == "no-store" and "form-action 'self'" in answer.headers["content-security-policy"]


WRONG: tuple[tuple[int, bytes, str], ...] = (
    (500, b"", "text/plain"),
    (200, b"<html>", "text/html"),
    (200, b"[]", JSON),
    (200, b"{}", JSON),
    (200, b'{"issuer":', JSON),
    (200, b'{"issuer": "https://another.example.com"}', JSON),
    (200, b" " * 1_100_000, JSON),
    (302, b"http://127.0.0.1:1/", "text/plain"),
)


async def test_a_provider_that_describes_itself_wrongly_is_not_believed(signing: Service, pretender: Pretender) -> None:
    browser = signing.client()
    answers = [*WRONG]
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        for address in ("http://evil.test/x", "ftp://evil.test/x", "https://", "https://user@evil.test/x", None):
            answers.append((200, json.dumps(pretender.about | {name: address}).encode(), JSON))
    for answer in answers:
        pretender.instead[DOCUMENT] = answer
        assert_plain(await browser.get("/sign-in/start"), 502, "Signing in did not work")
    del pretender.instead[DOCUMENT]
    assert (await browser.get("/sign-in/start")).status_code == 303, "once it answers rightly, people can sign in"


async def test_a_provider_whose_token_or_keys_are_wrong_is_not_believed(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    browser = signing.client()
    for path in ("/token", "/jwks"):
        for wrong in (
            *WRONG[:4],
            (200, b'{"keys": [{"kty": "oct", "k": "AAAA"}]}', JSON),
            (200, b'{"id_token": 7, "access_token": "x"}', JSON),
        ):
            pretender.instead = {path: wrong}
            assert_plain(await signed_in(signing, pretender, browser), 502, "Signing in did not work")
    pretender.instead = {}
    assert let_in(await signed_in(signing, pretender, browser))


async def test_a_provider_that_is_down_leaves_links_working(signing: Service, pretender: Pretender) -> None:
    signing.ws.settings = signing.ws.settings.model_copy(update={"sso_issuer": "http://127.0.0.1:1"})
    there = Service(signing.ws, create_app(signing.ws, pages=False), signing.clock)
    answer = await there.client().get("/sign-in/start")
    assert_plain(answer, 503, "does not answer")
    assert "A link that you were sent works meanwhile" in answer.text and await who(await there.owner()) is not None
    await there.aclose()


async def test_a_slow_provider_is_not_waited_for_without_end(
    signing: Service, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await member(signing, await signing.engagement())
    released = asyncio.Event()
    loop = asyncio.get_running_loop()

    def never() -> tuple[int, bytes, str]:
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result(60)
        return 200, b"{}", JSON

    browser = signing.client()
    sent = await begun(browser)
    code = pretender.vouch(sent, pretender.token(claims_of(signing, pretender, sent)))
    monkeypatch.setattr(talking, "_PATIENCE_SECONDS", 0.05)
    pretender.instead["/token"] = never
    answer = await back(browser, sent, code)
    released.set()
    assert_plain(answer, 503, "does not answer")


async def test_new_keys_of_the_provider_are_read_when_an_unknown_one_signed(
    signing: Service, pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await member(signing, await signing.engagement())
    browser = signing.client()
    assert let_in(await signed_in(signing, pretender, browser))
    public = {**pretender.stranger.as_dict(private=False), "kid": "second"}
    pretender.instead["/jwks"] = (200, json.dumps({"keys": [public]}).encode(), JSON)
    for waited, taken in ((False, False), (True, True)):
        if waited:
            monkeypatch.setattr(talking, "_KEYS_AGAIN_SECONDS", 0.0)
        sent = await begun(browser)
        token = pretender.token(claims_of(signing, pretender, sent), pretender.stranger, kid="second")
        assert let_in(await back(browser, sent, pretender.vouch(sent, token))) is taken, "at most once a minute"


async def test_whoever_says_no_at_the_provider_can_try_again(signing: Service, pretender: Pretender) -> None:
    browser = signing.client()
    for error, status, words in (
        ("access_denied", 403, "You did not sign in"),
        ("temporarily_unavailable", 502, "reported an error"),
        ("<script>alert(1)</script>", 502, "reported an error"),
    ):
        sent = await begun(browser, "/interview")
        answer = await browser.get("/sign-in/callback", params={"error": error, "error_description": "<b>", "state": sent["state"]})
        assert_plain(answer, status, words)
        assert "<script>" not in answer.text and "<b>" not in answer.text and 'href="/sign-in/start?next=%2Finterview"' in answer.text


async def test_a_service_that_does_not_know_its_address_sends_nobody_away(signing: Service) -> None:
    for host in ("evil.test", "localhost.evil.test", "localhost@evil.test"):
        answer = await signing.client().get("/sign-in/start", headers={"Host": host, "X-Forwarded-Host": "evil.test"})
        assert "evil" not in answer.headers.get("location", "") and (answer.status_code == 503 or "@" in host)
    assert_plain(await signing.client().get("/sign-in/start", headers={"Host": "evil.test"}), 503, "DISCOVERY_PUBLIC_URL")


@pytest.mark.parametrize("chosen", [{"public_url": "https://discovery.example.com"}], indirect=True)
async def test_people_come_back_to_the_public_address_and_cookies_go_over_tls_only(signing: Service, pretender: Pretender) -> None:
    answer = await signing.client().get("/sign-in/start", headers={"Host": "evil.test"})
    assert "redirect_uri=https%3A%2F%2Fdiscovery.example.com%2Fsign-in%2Fcallback" in answer.headers["location"]
    cookie = answer.headers["set-cookie"]
    assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/sign-in" in cookie and "SameSite=lax" in cookie


async def test_another_site_cannot_begin_a_sign_in(signing: Service) -> None:
    answer = await signing.client().get("/sign-in/start?next=/interview", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.headers["location"] == "/sign-in?next=%2Finterview" and "set-cookie" not in answer.headers
    page = await signing.client().get(answer.headers["location"])
    assert page.status_code == 200 and 'href="/sign-in/start?next=%2Finterview"' in page.text


async def test_whoever_tries_too_often_has_to_wait(signing: Service) -> None:
    slow = Service(signing.ws, create_app(signing.ws, pages=False, paces=Paces(entering="2/minute")), signing.clock)
    for path in ("/sign-in", "/sign-in/start", "/sign-in/callback", "/sign-in/choose"):
        browser = slow.client()
        statuses = [(await browser.get(path)).status_code for _ in range(3)]
        assert statuses[-1] == 429
    assert (await slow.client().post("/sign-in/choose", data={"way": ADA})).status_code == 429
    await slow.aclose()
