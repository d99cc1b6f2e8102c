"""What every kind of answer carries, and what no answer leads to: headers, caches, other hosts, files of the machine."""

from __future__ import annotations

import re
import socket
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.security.asked import all_of, asking, new_address
from tests.security.conftest import Full
from tests.security.test_nothing_leaks import Address, addresses, schema, sent
from tests.web.service import API

__all__ = ["addresses", "schema"]
FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
KEPT = ("/assets/", "/_nicegui/", "/favicon.ico")
"""What is the same for everybody, and may be kept."""


def assert_guarded(answer: Any) -> None:
    where = f"{answer.request.method} {answer.request.url} {answer.status_code}"
    assert {name: answer.headers.get(name) for name in FIXED} == FIXED, where
    policy = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert policy["frame-ancestors"] == "'none'" and policy["default-src"] in ("'none'", "'self'"), where
    assert not re.search(r"https?:|\*|wss?:", " ".join(policy.values())), where
    if "'unsafe-inline'" in policy.get("script-src", ""):
        assert answer.headers.get("content-type", "").startswith("text/html") or answer.request.url.path.startswith(KEPT), where
    kept = answer.headers.get("cache-control", "")
    if not answer.request.url.path.startswith(KEPT) and answer.status_code != 304:
        assert "no-store" in kept or kept.startswith("private, max-age="), f"{where}: {kept!r}"
    assert "server" not in answer.headers and "x-powered-by" not in answer.headers, where


@pytest.mark.parametrize("principal", ["owner", "nobody", "A first"])
def test_every_answer_is_guarded(principal: str, full: Full, addresses: list[Address], schema: dict[str, Any]) -> None:
    ids = full.planted["A"].ids | {"gap_id": "gap-1"}
    reading = [one for one in addresses if one.method == "GET"]
    for start in range(0, len(reading), 20):
        with asking(full.server.url, full.session(principal), cookie=True, address=new_address()) as client:
            for one in reading[start : start + 20]:
                assert_guarded(sent(client, one, ids, schema))


def test_refusals_of_every_kind_are_guarded(full: Full) -> None:
    with asking(full.server.url, full.owner) as owner:
        kinds = {
            owner.post(f"{API}/engagements", json={"title": ""}): 422,
            owner.post(f"{API}/engagements", content=b"x" * 1_000_001): 413,
            owner.post(f"{API}/engagements", content=b"<a/>", headers={"Content-Type": "text/xml"}): 415,
            owner.put(f"{API}/engagements"): 405,
            owner.request("TRACE", "/"): 405,
            owner.get(f"{API}/nothing"): 404,
            owner.get("/nothing/at/all"): 404,
            owner.get(f"{API}/engagements?limit=0"): 422,
            owner.post(f"{API}/engagements", content=b'{"a": ' * 5_000, headers={"Content-Type": "application/json"}): 400,
        }
    for answer, status in kinds.items():
        assert answer.status_code == status, (str(answer.request.url), answer.status_code)
        assert_guarded(answer)
        assert "Traceback" not in answer.text and "site-packages" not in answer.text and "discovery_agent/" not in answer.text


def test_nothing_that_a_request_says_of_its_host_comes_back(full: Full, addresses: list[Address], schema: dict[str, Any]) -> None:
    ids = full.planted["A"].ids | {"gap_id": "gap-1"}
    made_up = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Server": "evil.example",
        "X-Original-URL": "/evil.example",
        "X-Rewrite-URL": "/evil.example",
        "Forwarded": "host=evil.example",
    }
    with asking(full.server.url, full.owner, cookie=True) as owner:
        owner.headers |= made_up
        for one in addresses:
            if one.method == "GET" and "/export" not in one.pattern:
                assert "evil.example" not in all_of(sent(owner, one, ids, schema)), one.pattern
        given = owner.post(f"{API}/engagements/{ids['engagement_id']}/members", json={"role": "reviewer", "label": "Eve"})
        assert given.status_code == 201 and "evil.example" not in given.text


PATHS = (
    "//evil.example/",
    "//evil.example/%2e%2e",
    "//evil.example/engagements/",
    "/\\evil.example/",
    "/%5cevil.example/",
    "/%2f%2fevil.example/",
    "/https:%2f%2fevil.example/",
    "/enter//evil.example",
    "/enter/x?next=https://evil.example",
    "/engagements/?next=//evil.example",
    "/engagements//evil.example/",
    "/api/v1//evil.example/",
    "/v1//evil.example",
    "/.evil.example",
    "/;@evil.example/",
    "/\tevil.example",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_address_leads_to_another_site(path: str, full: Full) -> None:
    for method in ("GET", "POST"):
        status, headers = raw(full, f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{full.server.port}", "Content-Length: 0")
        if "location" in headers:
            led = urlsplit(urljoin(full.server.url + path, headers["location"].replace("\\", "/")))
            assert led.netloc in ("", f"127.0.0.1:{full.server.port}"), (method, status, headers["location"])


UPWARDS = (
    "/assets/../../../../etc/passwd",
    "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/_nicegui/VERSION/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
    "/_nicegui/VERSION/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/_nicegui/VERSION/static//etc/passwd",
    "/_nicegui/VERSION/libraries/..%2f..%2f..%2fetc%2fpasswd",
    "/_nicegui/VERSION/resources/x/..%2f..%2f..%2fetc%2fpasswd",
    "/_nicegui/VERSION/esm/x/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/_nicegui/VERSION/components/..%2f..%2fetc%2fpasswd",
    "/engagements/ID/blueprint/1/export/..%2f..%2fetc%2fpasswd",
    "/engagements/ID/blueprint/1/pictures/x/..%2f..%2fetc%2fpasswd-light.svg",
    "/engagements/..%2f..%2fdata/export",
    "/api/v1/engagements/ID/documents/..%2f..%2f..%2fetc%2fpasswd",
    "/api/v1/engagements/ID/blueprints/1/export?format=..%2f..%2fetc%2fpasswd",
    "/api/v1/engagements/..%2f..%2fdata/export",
    "/%00/etc/passwd",
)


@pytest.mark.parametrize("path", UPWARDS)
def test_no_address_leads_to_a_file_of_the_machine(path: str, full: Full) -> None:
    version = next(one.path.split("/")[2] for one in full.server.routes if one.path.startswith("/_nicegui/"))
    there = path.replace("VERSION", version).replace("ID", full.planted["A"].engagement.id)
    host = f"Host: 127.0.0.1:{full.server.port}"
    for method in ("GET", "DELETE") if "/documents/" in path else ("GET",):
        status, _, body = raw(full, f"{method} {there} HTTP/1.1", host, f"Authorization: Bearer {full.owner}", with_body=True)
        assert status in (400, 404, 405, 422), (status, body[:200])
        assert b"root:" not in body


# Requests that two readers could take for something else


def raw(full: Full, *lines: str, body: bytes = b"", with_body: bool = False) -> Any:
    """Status and headers of the answer to a request that is sent as it stands; everything that came with `with_body`."""
    with socket.create_connection(("127.0.0.1", full.server.port), timeout=30) as wire:
        wire.sendall(("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode("latin-1") + body)
        came = b""
        try:
            while piece := wire.recv(65_536):
                came += piece
        except ConnectionResetError:
            pass
    head, _, rest = came.partition(b"\r\n\r\n")
    first, *named = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in named)}
    status = int(first.split()[1]) if first else 0
    return (status, headers, rest) if with_body else (status, headers)


HIDDEN = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: here\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (["Content-Length: 6", "Transfer-Encoding: chunked"], CHUNKED),
        (["Transfer-Encoding: chunked", "Content-Length: 6"], CHUNKED),
        (["Content-Length: 0", f"Content-Length: {len(HIDDEN)}"], HIDDEN),
        (["Content-Length: 0, 5"], HIDDEN),
        (["Content-Length: +5"], HIDDEN),
        (["Content-Length: -1"], HIDDEN),
        (["Content-Length: 0x5"], HIDDEN),
        (["Transfer-Encoding: xchunked"], CHUNKED),
        (["Transfer-Encoding : chunked"], CHUNKED),
        (["Transfer-Encoding: chunked, identity"], CHUNKED),
        (["Transfer-Encoding: identity, chunked", "Content-Length: 3"], CHUNKED),
        (["Transfer-Encoding: chunked"], b"5;a=\n\r\nhello\r\n0\r\n\r\n" + HIDDEN),
        (["Transfer-Encoding: chunked"], b"-1\r\n\r\n" + HIDDEN),
        (["Transfer-Encoding: chunked"], b"FFFFFFFFFFFFFFFFF\r\n" + HIDDEN),
        (["X-A: b\rTransfer-Encoding: chunked"], CHUNKED),
        (["X-A: b", " Transfer-Encoding: chunked"], CHUNKED),
    ],
)
def test_a_request_whose_end_is_unclear_hides_no_second_one(lines: list[str], body: bytes, full: Full) -> None:
    host = f"Host: 127.0.0.1:{full.server.port}"
    key = f"Authorization: Bearer {full.owner}"
    status, headers, rest = raw(full, "POST /healthz HTTP/1.1", host, key, *lines, body=body, with_body=True)
    assert b"openapi" not in rest, "the hidden request was answered"
    assert status in (0, 400, 405) and (status != 405 or headers.get("connection") == "close")


@pytest.mark.parametrize(
    "head",
    [
        "GET /healthz HTTP/1.1\r\nX: " + "a" * 700_000,
        "GET /" + "a" * 700_000 + " HTTP/1.1\r\nX: a",
        "GET /healthz HTTP/1.1\r\n" + "X: a\r\n" * 200_000 + "X: a",
        "GET /healthz HTTP/9.9\r\nX: a",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET /healthz HTTP/1.1\r\nX\x00: a",
    ],
    ids=["long header", "long address", "many headers", "no such version", "tls", "null in a name"],
)
def test_a_head_that_is_none_is_refused_and_others_are_answered_meanwhile(head: str, full: Full) -> None:
    status, headers = raw(full, head, f"Host: 127.0.0.1:{full.server.port}")
    assert status in (0, 400, 404, 414, 431, 505) and "server" not in headers
    with asking(full.server.url) as other:
        assert other.get("/healthz").status_code == 200
