"""A model server for tests that takes files and batches (the OpenAI Batch API) at a real socket, with faults on request.

    with FakeBatchServer() as server:
        server.reply = lambda request: answered({"findings": []}) if "late" in request.text else failed(500)
        server.ends = lambda batch: "expired"

What becomes of a request is decided when its batch ends. The server remembers what it was asked, so that a test can say that nothing was
paid for twice (`server.paid`), and what it still holds of what was said to it (`server.files`). It runs in a thread of its own.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request of a batch."""

    key: str
    body: Json

    @property
    def text(self) -> str:
        """All that was said to the model."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def form(self) -> str:
        """Name of the form of the reply."""
        return self.body["response_format"]["json_schema"]["name"]


@dataclass(frozen=True)
class Result:
    """What becomes of a request: the lines that the files get for it, `KEY` in place of its key."""

    output: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    is_paid: bool = True


KEY = "$KEY$"
USAGE = (1000, 200)


def answered(reply: object, *, finish: str | None = "stop", usage: tuple[int, int] | None = USAGE, refusal: str | None = None) -> Result:
    """A reply of the model: text as it is, anything else as JSON."""
    text = reply if reply is None or isinstance(reply, str) else json.dumps(reply)
    choice = {"index": 0, "message": {"role": "assistant", "content": text, "refusal": refusal}, "finish_reason": finish}
    body: Json = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    if usage:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return Result(output=(_line(200, body),))


def failed(status: int, code: str = "server_error", message: str = "something is wrong") -> Result:
    """The server answered the request with an error."""
    body = {"error": {"message": message, "type": code, "code": code, "param": None}}
    return Result(errors=(_line(status, body),), is_paid=False)


def not_run(code: str = "batch_expired") -> Result:
    """The batch was over before the request was run."""
    line = {"id": "batch_req_1", "custom_id": KEY, "response": None, "error": {"code": code, "message": "This request was not executed."}}
    return Result(errors=(json.dumps(line),), is_paid=False)


def nothing() -> Result:
    """No line at all."""
    return Result(is_paid=False)


def _line(status: int, body: Json) -> str:
    response = {"status_code": status, "request_id": "req_1", "body": body}
    return json.dumps({"id": "batch_req_1", "custom_id": KEY, "response": response, "error": None})


@dataclass
class Batch:
    """A batch that the server was given."""

    id: str
    file: str
    metadata: Json
    requests: tuple[Asked, ...]
    status: str = "validating"
    polls: int = 0
    output: str | None = None
    errors: str | None = None
    refusals: tuple[Json, ...] = ()
    answered: int = 0

    @property
    def has_ended(self) -> bool:
        return self.status in ("completed", "failed", "expired", "cancelled")


@dataclass
class _Fault:
    method: str
    path: str
    status: int
    times: int
    headers: str


@dataclass
class FakeBatchServer:
    """The server. Set its fields to choose what it does; use it as a context manager."""

    reply: Callable[[Asked], Result] = field(default=lambda request: answered({}))
    ends: Callable[[Batch], str] = field(default=lambda batch: "completed")
    polls_until_end: int = 2
    slow: set[str] = field(default_factory=set)
    """Batches that do not end."""
    refuses: Callable[[Batch], str | None] = field(default=lambda batch: None)
    """Code of the error that a batch fails with before anything of it is run."""
    most_requests_waiting: int | None = None
    """A batch that would pass it fails with `token_limit_exceeded`."""
    more_output: tuple[str, ...] = ()
    """Lines that every file of replies begins with."""
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """What it holds, by id: name and content."""
    batches: dict[str, Batch] = field(default_factory=dict)
    paid: Counter[str] = field(default_factory=Counter)
    """How often each request was run."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of everything it was asked."""
    stops_at: tuple[str, str] | None = None
    """Method and end of a path: the next such call is done, and not answered, or with half of a file; `stopped` is set."""
    stopped: threading.Event = field(default_factory=threading.Event)
    _faults: list[_Fault] = field(default_factory=list)
    _port: int = 0
    _made: int = 0

    @property
    def base_url(self) -> str:
        """What to set OPENAI_BASE_URL to."""
        return f"http://127.0.0.1:{self._port}/v1"

    def fail(self, method: str, path: str, status: int, times: int = 1, **headers: str) -> None:
        """Answer the next calls with an error. Status 0 does what is asked, and drops the connection before it says so."""
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self._faults.append(_Fault(method, path, status, times, lines))

    def recover(self) -> None:
        """Answer everything from now on."""
        self._faults.clear()

    def requests(self) -> list[Asked]:
        """Every request of every batch that was taken, in order."""
        return [request for batch in self.batches.values() if not batch.refusals for request in batch.requests]

    def __enter__(self) -> FakeBatchServer:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(10)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._closing.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.wait(others, timeout=2) if others else None

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
            content = await reader.readexactly(int(headers.get("content-length", 0)))
            url = urlsplit(target)
            path = url.path.removeprefix("/v1")
            self.calls.append((method, path))
            fault = next((one for one in self._faults if one.method == method and path.endswith(one.path)), None)
            if fault:
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                if fault.status:
                    await self._say(writer, fault.status, {"error": {"message": "not now", "code": "busy", "type": "busy"}}, fault.headers)
                    return
            status, body = self._answer(method, path, parse_qs(url.query), headers, content)
            if fault:
                return
            if self.stops_at and method == self.stops_at[0] and path.endswith(self.stops_at[1]):
                self.stops_at = None
                if isinstance(body, bytes):
                    await self._say(writer, status, body, sent=len(body) // 2)
                self.stopped.set()
                await self._closing.wait()
            await self._say(writer, status, body)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone, which some tests want
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, status: int, body: Json | bytes, headers: str = "", sent: int | None = None) -> None:
        kind, data = ("application/octet-stream", body) if isinstance(body, bytes) else ("application/json", json.dumps(body).encode())
        head = f"HTTP/1.1 {status} Status\r\ncontent-type: {kind}\r\ncontent-length: {len(data)}\r\n{headers}connection: close\r\n\r\n"
        writer.write(head.encode() + data[:sent])
        await writer.drain()

    def _answer(
        self, method: str, path: str, query: dict[str, list[str]], headers: dict[str, str], content: bytes
    ) -> tuple[int, Json | bytes]:
        kind, _, name = path.strip("/").partition("/")
        match method, kind, name:
            case "POST", "files", "":
                return 200, self._take_file(headers["content-type"], content)
            case "GET", "files", "":
                return 200, _page([_file(one, name) for one, (name, _) in self.files.items()], query)
            case "GET", "files", _ if name.removesuffix("/content") in self.files:
                return 200, self.files[name.removesuffix("/content")][1]
            case "DELETE", "files", _ if name in self.files:
                del self.files[name]
                return 200, {"id": name, "object": "file", "deleted": True}
            case "POST", "batches", "":
                return 200, self.create(json.loads(content))
            case "GET", "batches", "":
                return 200, _page([self._shown(one) for one in reversed(self.batches.values())], query)
            case "GET", "batches", _ if name in self.batches:
                return 200, self._poll(self.batches[name])
            case _:
                return 404, {"error": {"message": f"Unknown: {method} {path}", "type": "invalid_request_error", "code": "not_found"}}

    def _take_file(self, content_type: str, content: bytes) -> Json:
        form = BytesParser().parsebytes(f"content-type: {content_type}\r\n\r\n".encode() + content)
        fields = {str(part.get_param("name", header="content-disposition")): part for part in form.walk() if not part.is_multipart()}
        assert fields["purpose"].get_payload() == "batch"
        payload = fields["file"].get_payload(decode=True)
        assert isinstance(payload, bytes)
        return self._hold(str(fields["file"].get_filename()), payload)

    def _hold(self, name: str, content: bytes) -> Json:
        self._made += 1
        one = f"file-{self._made}"
        self.files[one] = (name, content)
        return _file(one, name)

    def create(self, asked: Json) -> Json:
        """Take a batch, from whoever hands it in."""
        assert asked["endpoint"] == "/v1/chat/completions" and asked["completion_window"] == "24h"
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]][1].splitlines()]
        assert all(line["method"] == "POST" and line["url"] == asked["endpoint"] for line in lines)
        requests = tuple(Asked(line["custom_id"], line["body"]) for line in lines)
        assert len({request.key for request in requests}) == len(requests) and all(len(request.key) <= 64 for request in requests)
        batch = Batch(f"batch_{len(self.batches) + 1}", asked["input_file_id"], asked["metadata"], requests)
        code = self.refuses(batch)
        waiting = sum(len(one.requests) for one in self.batches.values() if not one.has_ended)
        if self.most_requests_waiting is not None and waiting + len(requests) > self.most_requests_waiting:
            code = "token_limit_exceeded"
        if code:
            batch.refusals = ({"code": code, "message": f"Refused: {code}.", "line": None, "param": None},)
        self.batches[batch.id] = batch
        return self._shown(batch)

    def _poll(self, batch: Batch) -> Json:
        if not batch.has_ended:
            batch.polls += 1
            if batch.refusals:
                batch.status = "failed"
            elif batch.polls < self.polls_until_end or batch.id in self.slow:
                batch.status = "in_progress"
            else:
                self._end(batch)
        return self._shown(batch)

    def _end(self, batch: Batch) -> None:
        output, errors = list(self.more_output), list[str]()
        for request in reversed(batch.requests):  # in no order that anybody may rely on
            result = self.reply(request)
            self.paid[request.key] += result.is_paid
            batch.answered += bool(result.output)
            output += [line.replace(KEY, request.key) for line in result.output]
            errors += [line.replace(KEY, request.key) for line in result.errors]
        batch.status = self.ends(batch)
        if output:
            batch.output = self._hold("output.jsonl", "".join(f"{line}\n" for line in output).encode())["id"]
        if errors:
            batch.errors = self._hold("errors.jsonl", "".join(f"{line}\n" for line in errors).encode())["id"]

    def _shown(self, batch: Batch) -> Json:
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "created_at": 1,
            "input_file_id": batch.file,
            "status": batch.status,
            "metadata": batch.metadata,
            "output_file_id": batch.output,
            "error_file_id": batch.errors,
            "errors": {"object": "list", "data": list(batch.refusals)} if batch.status == "failed" else None,
            "request_counts": {"total": len(batch.requests), "completed": batch.answered, "failed": 0},
        }


def _file(one: str, name: str) -> Json:
    return {"id": one, "object": "file", "bytes": 1, "created_at": 1, "filename": name, "purpose": "batch", "status": "processed"}


def _page(everything: list[Json], query: dict[str, list[str]]) -> Json:
    """Two at a time, so that whoever looks has to turn the page."""
    start = next((place + 1 for place, one in enumerate(everything) if one["id"] == query.get("after", [""])[0]), 0)
    data = everything[start : start + 2]
    return {"object": "list", "data": data, "has_more": start + 2 < len(everything)}
