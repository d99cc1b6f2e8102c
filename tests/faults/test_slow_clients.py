"""Clients that ask and do not read what they asked for: they hold up nobody, take no memory, and are let go."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest

from tests.faults.conftest import until
from tests.faults.serving import OWN_PAGE, Server, Talk, assert_whole, engagement, interview
from tests.security.asked import in_loop
from tests.web.service import API

pytestmark = pytest.mark.exhaustive
WISH = "Claims take nine days, and customers leave us over it."
NEXT = "We want four days by June."
MANY = 100
REQUESTS = 20
"""Of one file, one after the other on a connection: more than the system keeps for somebody who does not read."""


@pytest.fixture(scope="module")
def owner(server: Server) -> httpx2.Client:
    return server.owner()


@pytest.fixture(scope="module")
def talk(server: Server, owner: httpx2.Client) -> Talk:
    return interview(server, owner, engagement(owner))


def connected(server: Server) -> socket.socket:
    """A connection with as little room for answers as the system allows."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    client.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
    return client


def request(server: Server, method: str, path: str, cookies: httpx2.Cookies, body: object = None) -> bytes:
    data = b"" if body is None else json.dumps(body).encode()
    cookie = "; ".join(f"{one.name}={one.value}" for one in cookies.jar)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {server.url.partition('//')[2]}", f"Cookie: {cookie}", f"Content-Length: {len(data)}"]
    lines += ["Content-Type: application/json", *(f"{name}: {value}" for name, value in OWN_PAGE.items())]
    return "\r\n".join([*lines, "", ""]).encode() + data


def large_file(owner: httpx2.Client) -> str:
    """The address of the largest thing that pages are made of."""
    found = re.search(r"/_nicegui/[^\"']+quasar\.umd\.prod\.js", owner.get("/").text)
    assert found
    return found[0]


async def ends(clients: Sequence[socket.socket], *, bytes_at_once: int) -> list[int]:
    """Read what there is until the server ends each connection; how many bytes each got."""
    loop = asyncio.get_running_loop()

    async def end(client: socket.socket) -> int:
        client.setblocking(False)
        got = 0
        try:
            while piece := await loop.sock_recv(client, bytes_at_once):
                got += len(piece)
        except ConnectionError:
            pass
        return got

    return await asyncio.gather(*map(end, clients))


def open_connections(server: Server) -> int:
    """How many the server has, with clients that do or do not read."""
    port = f":{int(server.url.rpartition(':')[2]):04X} "
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(line.split()[1].endswith(port.strip()) and line.split()[3] == "01" for line in lines)


def test_many_who_read_nothing_hold_up_nobody_and_take_no_memory(server: Server, owner: httpx2.Client, talk: Talk) -> None:
    wanted = request(server, "GET", large_file(owner), owner.cookies)
    before = server.memory
    clients = [connected(server) for _ in range(MANY)]
    for client in clients:
        client.sendall(wanted * REQUESTS)
    assert talk.answer(WISH, "a1").status_code == 200
    assert_whole(talk, WISH)
    assert server.memory - before < 150_000_000
    until(lambda: open_connections(server) < 10)
    whole = REQUESTS * int(owner.head(large_file(owner)).headers["content-length"])
    for client in clients:
        client.setblocking(True)
    got = in_loop(ends(clients, bytes_at_once=1 << 20))
    assert max(got) < whole, "the server did not wait until all was read"
    assert owner.get("/healthz").json() == {"status": "ok"} and server.memory - before < 150_000_000


def test_a_turn_whose_sender_reads_nothing_of_the_reply_is_stored_whole(server: Server, talk: Talk) -> None:
    said = len(talk.said())
    with connected(server) as client:
        client.sendall(
            request(server, "POST", f"{API}/conversations/{talk.id}/turns", talk.browser.cookies, {"text": NEXT, "client_key": "silent"})
        )
        until(lambda: len(talk.said()) == said + 2)
        assert talk.answer(NEXT, "silent").status_code == 200
        assert len(talk.said()) == said + 2
        got = in_loop(ends([client], bytes_at_once=1))
    assert got[0] > 0, "what was sent is there to be read, and then the server ends the connection"
