"""Sessions: nobody chooses one for somebody else, an ended one is dead on the server, and guesses are counted by who makes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from pathlib import Path

import httpx2
import pytest
import uvicorn

from discovery_agent.discovery.access import member_link, owner_link
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.errors import ConfigurationError
from discovery_agent.settings import Settings
from discovery_agent.web.app import create_app
from discovery_agent.web.deadlines import Deadlines
from discovery_agent.web.pace import Paces
from discovery_agent.web.security import COOKIE
from discovery_agent.web.serve import server_config
from tests.security.asked import asking, new_address
from tests.security.conftest import Full
from tests.web.service import API, Service, started

PLACES = ("/api/v1/session", "/v1/models", "/", "/interview", "/engagements/e_1/blueprint/1/export/json")
"""Where a secret is looked at; each has a way of its own to refuse."""


def invited(full: Full) -> tuple[str, str]:
    """A new link to a review of B, and the id of its key."""
    of = full.planted["B"].engagement.id
    with asking(full.server.url, full.owner) as owner:
        given = owner.post(f"{API}/engagements/{of}/members", json={"role": "reviewer", "label": "Passing by"}).json()
    return given["secret"], given["key"]["id"]


def cookie_of(answer: httpx2.Response) -> str:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE].value


def test_a_session_that_was_there_before_somebody_comes_in_is_not_theirs(full: Full) -> None:
    secret, _ = invited(full)
    with asking(full.server.url, address=new_address()) as browser:
        browser.headers["Cookie"] = f"{COOKIE}=chosen-by-somebody-else"
        before = browser.get(f"/enter/{secret}")
        entered = browser.post(f"/enter/{secret}")
        again = browser.post(f"/enter/{secret}")
        assert "set-cookie" not in before.headers and entered.status_code == 303
        sessions = {cookie_of(entered), cookie_of(again), "chosen-by-somebody-else", secret}
        assert len(sessions) == 4, "each entry makes a session of its own"
        assert browser.get(f"{API}/session").status_code == 401


def test_signing_out_ends_the_session_unless_another_site_asks_for_it(full: Full) -> None:
    secret, _ = invited(full)
    with asking(full.server.url, address=new_address()) as browser:
        session = cookie_of(browser.post(f"/enter/{secret}"))
        browser.headers["Cookie"] = f"{COOKIE}={session}"
        assert browser.get("/leave").status_code == 404, "a picture or a link signs nobody out"
        assert browser.post("/leave", headers={"Origin": "https://elsewhere.example"}).status_code == 403
        assert browser.post("/leave", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert browser.get(f"{API}/session").status_code == 200
        gone = browser.post("/leave")
        assert gone.status_code == 200 and 'discovery_session=""' in gone.headers["set-cookie"]
        assert_dead(browser, full.planted["B"].engagement.id)


def test_what_was_ended_is_dead_whoever_kept_it(full: Full) -> None:
    secret, key = invited(full)
    of = full.planted["B"].engagement.id
    with asking(full.server.url, address=new_address()) as browser:
        left, kept, other = (cookie_of(browser.post(f"/enter/{secret}")) for _ in range(3))
    with asking(full.server.url, left, cookie=True) as browser:
        gone = browser.delete(f"{API}/session")
        assert gone.status_code == 204 and 'discovery_session=""' in gone.headers["set-cookie"]
        browser.headers["Cookie"] = f"{COOKIE}={left}"
        assert_dead(browser, of)
    with asking(full.server.url, kept, cookie=True) as browser:
        assert browser.get(f"{API}/session").status_code == 200, "leaving ends one session, not all"
        with asking(full.server.url, full.owner) as owner:
            assert owner.delete(f"{API}/engagements/{of}/members/{key}").status_code == 200
        assert_dead(browser, of)
    with asking(full.server.url, other) as program:
        assert_dead(program, of)
    with asking(full.server.url, address=new_address()) as browser:
        assert browser.post(f"/enter/{secret}").status_code == 404
        assert browser.post(f"{API}/sessions", json={"secret": secret}).status_code == 401


def assert_dead(client: httpx2.Client, engagement_id: str) -> None:
    """Nothing opens with this session, wherever it is shown."""
    for path in (*PLACES, f"/engagements/{engagement_id}", f"{API}/engagements/{engagement_id}", f"{API}/engagements"):
        answer = client.get(path)
        assert answer.status_code == (401 if path.startswith(("/api/", "/v1/")) else 403), path
        assert "qzmarlin" not in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(full: Full) -> None:
    secret, _ = invited(full)
    with asking(full.server.url, address=new_address()) as browser:
        cookie = SimpleCookie(browser.post(f"/enter/{secret}").headers["set-cookie"])[COOKIE]
    assert cookie["httponly"] is True and cookie["samesite"] == "lax" and cookie["path"] == "/" and cookie["domain"] == ""


@pytest.mark.parametrize("place", PLACES)
def test_guesses_are_counted_by_address_wherever_they_are_made(place: str, full: Full) -> None:
    guesser, neighbour = new_address(), new_address()
    with asking(full.server.url, address=guesser) as client:
        answers = [client.get(place, headers=spoofed(number) | {"Cookie": f"{COOKIE}=guess{number}"}) for number in range(31)]
        assert {one.status_code for one in answers[:30]} <= {401, 403}
        assert answers[30].status_code == 429 and 1 <= int(answers[30].headers["retry-after"]) <= 60
    with asking(full.server.url, address=neighbour) as client:
        assert client.get(place).status_code in (401, 403)
    with asking(full.server.url, full.session("B lead"), cookie=True, address=guesser) as known:
        assert known.get(f"{API}/session").status_code == 200, "whoever is known is not held up by what others guess"


def test_visits_to_links_are_counted_by_address(full: Full) -> None:
    with asking(full.server.url, address=new_address()) as client:
        ways = [client.get, client.post]
        answers = [ways[number % 2](f"/enter/guess{number}", headers=spoofed(number)) for number in range(30)]
        assert {one.status_code for one in answers} == {404}
        assert client.post("/enter/guess", headers=spoofed(99)).status_code == 429
        assert client.post(f"{API}/sessions", json={"secret": "guess"}, headers=spoofed(98)).status_code == 429


def spoofed(number: int) -> dict[str, str]:
    """Headers in which a client claims to be somebody else each time."""
    address = f"203.0.113.{number}"
    return {
        "X-Forwarded-For": address,
        "X-Real-IP": address,
        "Forwarded": f"for={address}",
        "X-Client-IP": address,
        "True-Client-IP": address,
        "X-Forwarded-Proto": "https",
    }


# Behind a proxy that is named in the settings


@pytest.fixture
async def proxied(service: Service) -> AsyncIterator[str]:
    """The address of a server that believes one proxy, at 127.0.0.1."""
    service.ws.settings = service.ws.settings.model_copy(update={"trusted_proxies": "127.0.0.1"})
    config = server_config(create_app(service.ws, pages=False, paces=Paces(refused="2/minute")), Deadlines())
    async with started(uvicorn.Server(config)) as url:
        yield url


async def test_behind_a_proxy_the_cookie_goes_over_tls_only_and_clients_are_told_apart(service: Service, proxied: str) -> None:
    secret = await owner_link(service.ws) or ""
    async with httpx2.AsyncClient(base_url=proxied, trust_env=False) as proxy:
        entered = await proxy.post(f"/enter/{secret}", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"})
        assert "secure" in entered.headers["set-cookie"].lower()
        for made_up in ("198.51.100.1", "198.51.100.2"):
            guess = await proxy.get(f"{API}/session", headers={"X-Forwarded-For": f"{made_up}, 203.0.113.8"})
            assert guess.status_code == 401
        # What a client wrote before the proxy's own entry counts for nothing.
        third = await proxy.get(f"{API}/session", headers={"X-Forwarded-For": "198.51.100.3, 203.0.113.8"})
        assert third.status_code == 429
        assert (await proxy.get(f"{API}/session", headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 401


async def test_whoever_is_no_proxy_is_not_believed(service: Service, proxied: str) -> None:
    _, secret = await member_link(service.ws, (await service.engagement()).id, AccessRole.LEAD, "Lea")
    transport = httpx2.AsyncHTTPTransport(local_address=new_address())
    async with httpx2.AsyncClient(base_url=proxied, transport=transport, trust_env=False) as stranger:
        entered = await stranger.post(f"/enter/{secret}", headers={"X-Forwarded-Proto": "https"})
        assert entered.status_code == 303 and "secure" not in entered.headers["set-cookie"].lower()
        stranger.cookies.clear()
        for number in range(2):
            assert (await stranger.get(f"{API}/session", headers=spoofed(number))).status_code == 401
        assert (await stranger.get(f"{API}/session", headers=spoofed(2))).status_code == 429


@pytest.mark.parametrize("value", ["*", "localhost", "127.0.0.1,*", "10.0.0.0/99"])
def test_a_proxy_has_an_address(value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_TRUSTED_PROXIES", value)
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES"):
        Settings.load(data_dir=tmp_path)
