"""What a page of another site makes a signed-in browser do: forms, scripts and sockets that are sent with the owner's cookie."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest

from discovery_agent.web.security import COOKIE
from tests.security.asked import asking
from tests.security.conftest import Full
from tests.security.test_nothing_leaks import Address, addresses, filled, schema, sent
from tests.web.service import API

__all__ = ["addresses", "schema"]
EVIL = "https://evil.example"
# What browsers let other sites send without asking first: three kinds of forms, and whatever a script sends as plain text.
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/plain; application/json")


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_of_another_site_changes_anything(kind: str, full: Full, addresses: list[Address]) -> None:
    ids, wrong = full.planted["A"].ids | {"gap_id": "gap-1"}, list[str]()
    headers = {"Cookie": f"{COOKIE}={full.owner}", "Content-Type": kind, "Origin": EVIL, "Sec-Fetch-Site": "cross-site"}
    before = trail(full)
    with asking(full.server.url) as browser:
        for one in addresses:
            if one.method in ("GET", "HEAD") or one.pattern in (f"{API}/sessions", "/enter/{secret}"):  # a link opens them, not a cookie
                continue
            answer = browser.request(one.method, filled(one.pattern, ids), content=b'{"title": "x", "a": "="}', headers=headers)
            if answer.status_code not in (403, 415):
                wrong.append(f"{one.method} {one.pattern}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert trail(full) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": EVIL, "X-Requested-With": "discovery-agent"},
        {"Origin": "null", "X-Requested-With": "discovery-agent"},
        {"Sec-Fetch-Site": "same-site", "X-Requested-With": "discovery-agent"},
        {"Sec-Fetch-Site": "cross-site", "X-Requested-With": "discovery-agent"},
    ],
    ids=["without the header", "from elsewhere", "from nowhere", "from a sibling", "without origin"],
)
def test_no_script_of_another_site_changes_anything(
    headers: dict[str, str], full: Full, addresses: list[Address], schema: dict[str, Any]
) -> None:
    ids, wrong = full.planted["A"].ids | {"gap_id": "gap-1"}, list[str]()
    before = trail(full)
    with asking(full.server.url) as browser:
        browser.headers |= {"Cookie": f"{COOKIE}={full.owner}", **headers}
        for one in addresses:
            if one.method in ("GET", "HEAD") or not one.pattern.startswith((API, "/v1/")) or one.pattern == f"{API}/sessions":
                continue
            answer = sent(browser, one, ids, schema)
            if answer.status_code != 403:
                wrong.append(f"{one.method} {one.pattern}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert trail(full) == before


def trail(full: Full) -> list[int]:
    """How many entries each audit trail has: whatever is changed leaves one."""
    with asking(full.server.url, full.owner) as owner:
        return [owner.get(f"{API}/engagements/{one.engagement.id}/audit").json()["total"] for one in full.planted.values()]


def test_no_answer_lets_a_script_of_another_site_read_it(full: Full, addresses: list[Address], schema: dict[str, Any]) -> None:
    ids = full.planted["A"].ids | {"gap_id": "gap-1"}
    asked = {"Origin": EVIL, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "x-requested-with"}
    with asking(full.server.url, full.owner, cookie=True) as browser:
        browser.headers |= {"Origin": EVIL}
        answers = [sent(browser, one, ids, schema) for one in addresses if one.method == "GET" and "/export" not in one.pattern]
        answers += [
            browser.options(path, headers=asked) for path in (f"{API}/engagements", "/v1/chat/completions", "/", "/_nicegui_ws/socket.io/")
        ]
        answers += [browser.get("/_nicegui_ws/socket.io/?EIO=4&transport=polling")]
        answers += [browser.post("/_nicegui_ws/socket.io/?EIO=4&transport=polling&sid=x", content=b"40")]
    shared = [str(one.request.url) for one in answers if any(name.startswith("access-control-") for name in one.headers)]
    assert shared == []


@pytest.mark.parametrize(
    ("origin", "status"), [(EVIL, 403), ("null", 403), ("http://127.0.0.1.evil.example", 403), ("OWN", 101), (None, 101)]
)
def test_a_socket_opens_for_pages_of_this_service_only(origin: str | None, status: int, full: Full) -> None:
    own = full.server.url if origin == "OWN" else origin
    head = [
        "GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: 127.0.0.1:{full.server.port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Cookie: {COOKIE}={full.owner}",
        *([f"Origin: {own}"] if own else []),
    ]
    with socket.create_connection(("127.0.0.1", full.server.port), timeout=30) as wire:
        wire.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        first = wire.makefile("rb").readline().decode()
    assert int(first.split()[1]) == status


def test_a_socket_without_the_number_of_a_page_is_told_nothing(full: Full) -> None:
    with asking(full.server.url, full.session("B lead"), cookie=True) as browser:
        page = browser.get(f"/engagements/{full.planted['B'].engagement.id}")
        assert re.search(r"client_id", page.text)
        opened = browser.get("/_nicegui_ws/socket.io/?EIO=4&transport=polling")
        sid = re.search(r'"sid":"([^"]+)"', opened.text)
        assert sid is not None
        way = f"/_nicegui_ws/socket.io/?EIO=4&transport=polling&sid={sid[1]}"
        guess = '42["handshake",{"client_id":"00000000-0000-0000-0000-000000000000","tab_id":"t","document_id":"d","next_message_id":0}]'
        for words in ("40", guess, '42["event",{"client_id":"00000000-0000-0000-0000-000000000000","id":1,"listener_id":"x","args":[]}]'):
            assert browser.post(way, content=words.encode()).status_code == 200
        told = browser.get(way).text
    assert full.planted["A"].canary not in told.lower() and full.planted["B"].canary not in told.lower()
