"""Asking a server over real connections, from whichever address of this machine."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeVar

import httpx2

from discovery_agent.web.security import COOKIE, CSRF_HEADER, CSRF_VALUE

Result = TypeVar("Result")
_ADDRESSES = (f"127.0.{number // 200}.{number % 200 + 10}" for number in count(200))


def in_loop(work: Coroutine[Any, Any, Result]) -> Result:
    """Run something to its end in a loop of its own; tests and browsers keep loops running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def new_address() -> str:
    """An address of this machine from which nothing has been asked yet."""
    return next(_ADDRESSES)


@contextmanager
def asking(url: str, session: str | None = None, *, cookie: bool = False, address: str | None = None) -> Iterator[httpx2.Client]:
    """Somebody who asks, with a session as a key, or in the cookie as pages of the service do."""
    headers: dict[str, str] = {}
    if session and cookie:
        headers = {"Cookie": f"{COOKIE}={session}", CSRF_HEADER: CSRF_VALUE}
    elif session:
        headers = {"Authorization": f"Bearer {session}"}
    transport = httpx2.HTTPTransport(local_address=address or "127.0.0.1", retries=0)
    with httpx2.Client(base_url=url, headers=headers, transport=transport, timeout=60, trust_env=False) as client:
        yield client


def all_of(response: httpx2.Response) -> str:
    """Everything that an answer says: its head, its body, and what is packed in it, in small letters."""
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join([one.filename.encode() + b"\n" + packed.read(one) for one in packed.infolist()])
    return f"{head}\n{body.decode('utf-8', 'replace')}".lower()
