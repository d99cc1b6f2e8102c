from __future__ import annotations

import re

import httpx2
import pytest
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from discovery_agent.discovery import access
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from discovery_agent.web.security import Guard, comes_from_elsewhere
from tests.web.service import API, BASE, OWN_PAGE, Service, assert_problem


async def session_of(service: Service) -> str:
    secret = await access.owner_link(service.ws, again=True)
    assert secret
    return (await access.redeem(service.ws, secret))[0]


# Who may come in


async def test_nothing_of_the_api_opens_without_a_key(service: Service) -> None:
    nobody = service.client()
    for path, operations in service_paths(service).items():
        for method in operations:
            if (method, path) == ("post", "/sessions"):
                continue
            response = await nobody.request(method, API + re.sub(r"\{\w+\}", "x", path))
            assert_problem(response, 401, "no-access")
            assert response.headers["www-authenticate"] == "Bearer"


def service_paths(service: Service) -> dict[str, dict[str, object]]:
    api = next(route.app for route in service.app.routes if getattr(route, "path", "") == API)  # pyright: ignore[reportAttributeAccessIssue]
    return api.openapi()["paths"]


async def test_a_wrong_key_and_a_one_time_link_open_nothing(service: Service) -> None:
    owner_link = await access.owner_link(service.ws)
    for key in ("wrong", "", "x" * 10_000, owner_link):
        response = await service.client().get(f"{API}/session", headers={"Authorization": f"Bearer {key}"})
        assert_problem(response, 401, "no-access")
    assert_problem(await service.client(session="wrong").get(f"{API}/session"), 401, "no-access")
    assert_problem(await service.client().get(f"{API}/session", headers={"Authorization": "Basic abc"}), 401, "no-access")


async def test_a_program_opens_a_session_with_a_link_and_ends_it(service: Service) -> None:
    nobody = service.client()
    opened = await nobody.post(f"{API}/sessions", json={"secret": await access.owner_link(service.ws)})
    assert opened.status_code == 201 and opened.json()["principal"]["role"] == "owner"
    client = service.client(opened.json()["session"])
    assert (await client.get(f"{API}/session")).json()["role"] == "owner"
    assert (await client.delete(f"{API}/session")).status_code == 204
    assert_problem(await client.get(f"{API}/session"), 401, "no-access")
    assert_problem(await nobody.post(f"{API}/sessions", json={"secret": "wrong"}), 401, "no-access")


# Requests that other sites make


async def test_a_cookie_reads_by_itself_but_changes_only_from_the_services_own_pages(service: Service) -> None:
    browser = service.client(session=await session_of(service))
    new = {"title": "Claims"}
    assert (await browser.get(f"{API}/engagements")).status_code == 200
    assert (await browser.post(f"{API}/engagements", json=new, headers=OWN_PAGE)).status_code == 201
    without_origin = {"X-Requested-With": "discovery-agent"}
    assert (await browser.post(f"{API}/engagements", json=new, headers=without_origin)).status_code == 201
    for foreign in (
        {},
        {"Origin": BASE},
        {"X-Requested-With": "XMLHttpRequest"},
        {**OWN_PAGE, "Origin": "https://evil.test"},
        {**OWN_PAGE, "Origin": "null"},
        {**OWN_PAGE, "Origin": "http://discovery.test.evil.test"},
        {**OWN_PAGE, "Sec-Fetch-Site": "cross-site"},
        {**OWN_PAGE, "Sec-Fetch-Site": "same-site"},
    ):
        assert_problem(await browser.post(f"{API}/engagements", json=new, headers=foreign), 403, "foreign-request")
    assert (await browser.get(f"{API}/engagements")).json()["total"] == 2


async def test_a_key_as_bearer_needs_no_header_since_no_browser_sends_it_by_itself(service: Service) -> None:
    client = service.client(await session_of(service))
    assert (await client.post(f"{API}/engagements", json={"title": "Claims"})).status_code == 201


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({"host": "a.test"}, False),
        ({"host": "a.test", "origin": "http://a.test"}, False),
        ({"host": "a.test:8000", "origin": "http://a.test:8000"}, False),
        ({"host": "A.test", "origin": "https://a.TEST"}, False),
        ({"host": "a.test", "origin": "null"}, False),
        ({"host": "a.test", "origin": "null", "sec-fetch-site": "cross-site"}, True),
        ({"host": "a.test", "sec-fetch-site": "none"}, False),
        ({"host": "a.test:8000", "origin": "http://a.test:9000"}, True),
        ({"host": "a.test", "origin": "http://b.test"}, True),
        ({"host": "a.test", "origin": "garbage"}, True),
    ],
)
def test_where_a_request_comes_from_is_told_by_the_browser(headers: dict[str, str], elsewhere: bool) -> None:
    assert comes_from_elsewhere(Headers(headers)) is elsewhere


async def test_a_socket_that_another_site_opens_is_refused(service: Service) -> None:
    for origin, refused in ((b"http://evil.test", True), (b"http://discovery.test", False)):
        sent: list[dict[str, object]] = []
        scope = {
            "type": "websocket",
            "path": "/socket",
            "raw_path": b"/socket",
            "root_path": "",
            "query_string": b"",
            "scheme": "ws",
            "headers": [(b"host", b"discovery.test"), (b"origin", origin)],
            "subprotocols": [],
        }

        async def receive() -> dict[str, object]:
            return {"type": "websocket.connect"}

        async def send(message: dict[str, object], into: list[dict[str, object]] = sent) -> None:
            into.append(message)

        await service.app(scope, receive, send)  # pyright: ignore[reportArgumentType]
        assert (sent[0] == {"type": "websocket.close", "code": 1008}) is refused


# Links


async def test_looking_at_a_link_as_chat_programs_do_uses_nothing_up(service: Service) -> None:
    secret = await access.owner_link(service.ws)
    nobody = service.client()
    for _ in range(3):
        page = await nobody.get(f"/enter/{secret}")
        assert page.status_code == 200 and '<form method="post">' in page.text and "set-cookie" not in page.headers
        assert "<script" not in page.text and "http" not in page.text
        assert (await nobody.head(f"/enter/{secret}")).status_code == 200
    entered = await nobody.post(f"/enter/{secret}")
    assert entered.status_code == 303 and entered.headers["location"] == "/"


async def test_pressing_the_button_opens_a_session_that_scripts_cannot_read(service: Service) -> None:
    secret = await access.owner_link(service.ws)
    browser = service.client()
    cookie = (await browser.post(f"/enter/{secret}")).headers["set-cookie"]
    assert cookie.startswith("discovery_session=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", f"max-age={30 * 86_400}"} <= parts and "secure" not in parts
    assert (await browser.get(f"{API}/session")).json()["role"] == "owner"


async def test_over_tls_the_session_is_sent_over_tls_only(service: Service) -> None:
    secret = await access.owner_link(service.ws)
    cookie = (await service.client().post(f"https://discovery.test/enter/{secret}")).headers["set-cookie"]
    assert "secure" in cookie.lower()


async def test_a_link_that_does_not_work_says_so_and_sets_nothing(service: Service) -> None:
    secret = await access.owner_link(service.ws)
    nobody = service.client()
    await nobody.post(f"/enter/{secret}")
    other = service.client()
    for dead in (secret, "wrong", "x" * 5_000, "<b>"):
        for response in (await other.get(f"/enter/{dead}"), await other.post(f"/enter/{dead}")):
            assert response.status_code == 404 and "set-cookie" not in response.headers
            assert "does not work" in response.text and "<b>" not in response.text


async def test_another_site_cannot_press_the_button(service: Service) -> None:
    secret = await access.owner_link(service.ws)
    nobody = service.client()
    response = await nobody.post(f"/enter/{secret}", headers={"Origin": "https://evil.test"})
    assert response.status_code == 403 and "set-cookie" not in response.headers
    assert await access.is_valid(service.ws, secret or "")


async def test_each_role_is_led_to_its_own_first_page(service: Service) -> None:
    engagement = await service.engagement()
    maria = await service.person(engagement)
    _, invite = await access.invite(service.ws, engagement.id, maria.id)
    _, lead = await access.member_link(service.ws, engagement.id, AccessRole.LEAD, "Lea")
    _, reviewer = await access.member_link(service.ws, engagement.id, AccessRole.REVIEWER, "Rea")
    for secret, first in ((invite, "/interview"), (lead, f"/engagements/{engagement.id}"), (reviewer, f"/engagements/{engagement.id}")):
        assert (await service.client().post(f"/enter/{secret}")).headers["location"] == first


# What browsers may do with answers


async def test_every_answer_carries_the_security_headers(service: Service) -> None:
    owner = await service.owner()
    nobody = service.client()
    answers = [
        await owner.get(f"{API}/engagements"),
        await nobody.get(f"{API}/engagements"),
        await owner.get(f"{API}/nothing"),
        await nobody.get("/enter/wrong"),
        await nobody.get("/healthz"),
        await nobody.get("/nothing"),
        await nobody.post(f"{API}/sessions", content=b"x" * 2_000_000),
    ]
    for response in answers:
        headers = response.headers
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"] and headers["x-frame-options"] == "DENY"
        assert "camera=()" in headers["permissions-policy"] and headers["cross-origin-opener-policy"] == "same-origin"
    for response in answers[:5]:
        assert response.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in response.headers["content-security-policy"]


async def test_pages_load_from_and_talk_to_this_service_only() -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await HTMLResponse("<p>A page.</p>")(scope, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(Guard(page)), base_url="http://here") as client:
        policy = (await client.get("/some-page")).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'" and rules["connect-src"] == "'self'" and rules["object-src"] == "'none'"
    assert "http" not in policy and "*" not in policy


# Sizes and paces


async def test_a_body_that_says_it_is_too_large_is_refused_unread(service: Service) -> None:
    owner = await service.owner()
    response = await owner.post(f"{API}/engagements", content=b"x" * 1_000_001)
    assert_problem(response, 413, "too-large")


async def test_a_body_that_turns_out_too_large_is_refused(service: Service) -> None:
    owner = await service.owner()

    async def endless() -> object:
        for _ in range(30):
            yield b" " * 100_000

    response = await owner.post(f"{API}/engagements", content=endless(), headers={"Content-Type": "application/json"})  # pyright: ignore[reportArgumentType]
    assert_problem(response, 413, "too-large")


async def test_an_upload_of_nobody_is_refused_before_its_body_is_read(service: Service) -> None:
    read = 0

    async def upload() -> object:
        nonlocal read
        for _ in range(50):
            read += 1
            yield b"x" * 100_000

    response = await service.client().post(f"{API}/engagements/e_1/transcripts", content=upload())  # pyright: ignore[reportArgumentType]
    assert_problem(response, 401, "no-access")
    assert read <= 1


async def test_guesses_are_slowed_down_by_address(service: Service) -> None:
    app = create_app(service.ws, pages=False, paces=Paces(refused="3/minute"))
    service.app = app
    guesser = service.client("wrong")
    for _ in range(3):
        assert_problem(await guesser.get(f"{API}/session"), 401, "no-access")
    refused = await guesser.get(f"{API}/session")
    assert_problem(refused, 429, "too-fast")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    known = service.client(await session_of(service))
    assert (await known.get(f"{API}/session")).status_code == 200


async def test_visits_to_links_are_slowed_down_by_address(service: Service) -> None:
    service.app = create_app(service.ws, pages=False, paces=Paces(entering="3/minute"))
    nobody = service.client()
    for _ in range(3):
        await nobody.get("/enter/guess")
    refused = await nobody.post("/enter/guess")
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
    assert_problem(await nobody.post(f"{API}/sessions", json={"secret": "guess"}), 429, "too-fast")
