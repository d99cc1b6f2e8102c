"""A page of ours without a browser: it says and hears what NiceGUI's script would, and draws nothing.

The page's HTML holds its elements as JSON and the query with which its script opens a socket. The socket speaks engine.io 4
(`2` asks whether we are there, `3` says so) with socket.io in it (`40` connects, `42` is an event with its data). What
is done on the page goes out as `event`; what changes on it comes in as `update`, from element id to element.
"""

from __future__ import annotations

import ast
import asyncio
import html
import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx2
from websockets.asyncio.client import ClientConnection, connect

Element = dict[str, Any]

_ELEMENTS = re.compile(r"parseElements\(String\.raw`(.*?)`\)", re.DOTALL)
_QUERY = re.compile(r"^\s*query: (\{.*\}),$", re.MULTILINE)
_NUMBER = re.compile(r'"_id":(\d+)')
_SECONDS_BETWEEN_ACKNOWLEDGEMENTS = 3.0
_ENOUGH = 64
"""Characters at the end of a message that hold its number."""


def read_page(text: str) -> tuple[dict[str, Element], dict[str, str]]:
    """The elements of a page's HTML by id, and the query of its socket.

    Raises:
        ValueError: this is no page of NiceGUI.
    """
    elements, query = _ELEMENTS.search(text), _QUERY.search(text)
    if elements is None or query is None:
        raise ValueError(f"No page of NiceGUI: {text[:300]}")
    said: dict[str, Any] = ast.literal_eval(query[1])
    words = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()}
    return json.loads(html.unescape(elements[1])), words


class Sign(NamedTuple):
    """Something that is waited for."""

    mark: str
    """What a message must hold to be looked at."""
    seen: Callable[[str, Element], bool]
    """Whether the element with this id, as it now is, shows it."""


def begins_with(word: str) -> Sign:
    """An element whose text begins with a word."""
    return Sign(word, lambda _, element: str(element.get("text", "")).startswith(word))


def without(id_: str, attribute: str) -> Sign:
    """An element that is sent without an attribute."""
    return Sign(f'"{id_}":', lambda other, element: other == id_ and attribute not in element.get("props", {}))


class LightPage:
    """One open page."""

    def __init__(self, elements: dict[str, Element], query: dict[str, str], socket: ClientConnection) -> None:
        self.elements = elements
        self._client_id = query["client_id"]
        self._socket = socket
        self._next = int(query["next_message_id"])
        self._signs: list[Sign] = []
        self._moments: list[float] = []
        self._all_seen = asyncio.Event()
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._acknowledge())]

    @classmethod
    async def load(cls, client: httpx2.AsyncClient, service: str, path: str, headers: dict[str, str]) -> LightPage:
        """Get the page and connect its socket."""
        response = await client.get(service + path, headers=headers)
        elements, query = read_page(response.text)
        own = {"document_id": str(uuid.uuid4()), "tab_id": str(uuid.uuid4()), "EIO": "4", "transport": "websocket"}
        address = httpx2.URL(f"{service.replace('http', 'ws', 1)}/_nicegui_ws/socket.io/", params=query | own)
        socket = await connect(str(address), origin=service, additional_headers=headers, max_size=None)  # pyright: ignore[reportArgumentType]
        await socket.recv()
        await socket.send("40")
        connected = str(await socket.recv())
        if not connected.startswith("40"):
            raise RuntimeError(f"The socket was refused: {connected[:300]}")
        return cls(elements, query, socket)

    def named(self, tag: str, text: str) -> str:
        """The id of the element with this tag and text that the page was loaded with."""
        return next(id_ for id_, element in self.elements.items() if element["tag"] == tag and element.get("text") == text)

    async def emit(self, id_: str, kind: str, *arguments: object) -> None:
        """Do something to an element, as its script in the page would."""
        listener = next(one["listener_id"] for one in self.elements[id_]["events"] if one["type"] == kind)
        arguments_ = [json.dumps(one) for one in arguments]
        event = {"id": int(id_), "client_id": self._client_id, "listener_id": listener, "args": arguments_}
        await self._send("event", event)

    async def until(self, *signs: Sign, seconds: float) -> list[float]:
        """Wait for updates that hold these signs, one after another; gives the moment of each, as `time.perf_counter` does."""
        self._signs, self._moments = list(signs), []
        self._all_seen.clear()
        await asyncio.wait_for(self._all_seen.wait(), seconds)
        return self._moments

    async def leave(self) -> None:
        """Close the page."""
        for task in self._tasks:
            task.cancel()
        await self._socket.close()

    async def _listen(self) -> None:
        async for message in self._socket:
            arrived = time.perf_counter()
            if message == "2":
                await self._socket.send("3")
            elif isinstance(message, str) and message.startswith("42"):
                if number := _NUMBER.search(message, max(0, len(message) - _ENOUGH)):
                    self._next = int(number[1]) + 1
                self._hear(message, arrived)

    def _hear(self, message: str, arrived: float) -> None:
        update: dict[str, Any] = {}
        # Only what may hold the next sign is parsed, so that two hundred pages do not keep a core busy.
        while self._signs and self._signs[0].mark in message and message.startswith('42["update"'):
            update = update or json.loads(message[2:])[1]
            if not any(self._signs[0].seen(id_, element) for id_, element in update.items() if isinstance(element, dict)):
                return
            del self._signs[0]
            self._moments.append(arrived)
            if not self._signs:
                self._all_seen.set()

    async def _acknowledge(self) -> None:
        said = self._next
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_ACKNOWLEDGEMENTS)
            if self._next > said:
                said = self._next
                await self._send("ack", {"client_id": self._client_id, "next_message_id": said})

    async def _send(self, event: str, data: dict[str, Any]) -> None:
        await self._socket.send("42" + json.dumps([event, data]))
