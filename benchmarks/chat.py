"""Time to the first token of a reply, ours beside the model server's own: `python -m benchmarks.chat`.

A model server with a fixed time to its first token and a fixed pace, our service, and the clients that ask both are three
processes of their own, so that none waits for another's interpreter. At 1, 50 and 200 open interviews, each stakeholder
answers, hears the reply, thinks, and answers again; each answer is followed by the same request straight to the model
server. Compared are the medians and the 95th percentiles of both, measured in one run by the same client.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import json
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parents[1]
FIRST_TOKEN_SECONDS = 0.5
PIECE_SECONDS = 0.02
PIECES = 30
THINKING_SECONDS = 20.0
"""Between a reply and the next answer. A person who types takes longer."""
ANSWERS = (
    "We lose about nine days on every claim because the documents come by post.",
    "Last Tuesday a broker called three times about the same case and nobody could find it.",
    "It is about 1,400 claims a month, and two people sort them by hand.",
    "I would call it a success if a claim was decided within three days by the end of next year.",
    "Sandra in operations owns that figure, she reads it from the claims system every Friday.",
)


async def model_server() -> None:
    """Speaks the OpenAI protocol: waits, then streams at a fixed pace. Findings come at once and empty."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")))
                body: dict[str, Any] = json.loads(await reader.readexactly(length))
                await _reply(writer, body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**24, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _reply(writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    structured = "response_format" in body or "tools" in body
    schema = json.dumps(body.get("response_format", {}))
    pieces = ['{"ratings": [], "claims": []}' if "ratings" in schema else '{"findings": []}'] if structured else _pieces()
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    await asyncio.sleep(FIRST_TOKEN_SECONDS)
    writer.write(head.encode())
    for piece in pieces:
        _event(writer, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        await writer.drain()
        await asyncio.sleep(PIECE_SECONDS)
    _event(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    _chunk(writer, b"data: [DONE]\n\n")
    writer.write(b"0\r\n\r\n")
    await writer.drain()


def _pieces() -> list[str]:
    return [f"word{number} " for number in range(PIECES)] + ["and what happened then?"]


def _event(writer: asyncio.StreamWriter, more: dict[str, Any]) -> None:
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "fake"} | more
    _chunk(writer, f"data: {json.dumps(chunk)}\n\n".encode())


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def service(port: int, folder: str) -> None:
    """Our service over a fresh database with `interviews` stakeholders; prints the key of each."""
    import uvicorn

    from discovery_agent.discovery.access import invite, owner_link
    from discovery_agent.discovery.engagements import add_stakeholder, create_engagement
    from discovery_agent.discovery.interviews import start_interview
    from discovery_agent.discovery.workspace import Workspace
    from discovery_agent.domain.conversation import Role
    from discovery_agent.settings import Settings
    from discovery_agent.web.app import create_app

    async def main() -> None:
        async with await Workspace.open(Settings.load()) as ws:
            await owner_link(ws)
            engagement = await create_engagement(ws, title="Claims", organisation="Northwind", question_budget=60, actor="benchmark")
            keys: list[tuple[str, str]] = []
            for number in range(int(os.environ["INTERVIEWS"])):
                person = await add_stakeholder(ws, engagement.id, name=f"Ada {number}", role=Role.BUSINESS, actor="benchmark")
                _, secret = await invite(ws, engagement.id, person.id)
                record = await start_interview(ws, engagement.id, person.id)
                keys.append((secret, record.id))
            await ws.prepare()
            Path(folder, "keys.json").write_text(json.dumps(keys), encoding="utf-8")
            config = uvicorn.Config(create_app(ws, pages=False, paces=_no_limits()), host="127.0.0.1", port=port, log_level="error")
            await uvicorn.Server(config).serve()

    asyncio.run(main())


def _no_limits() -> Any:
    from discovery_agent.web.pace import Paces

    return Paces(**dict.fromkeys(Paces.__dataclass_fields__, "1000000/second"))


async def _first_and_last(client: httpx2.AsyncClient, url: str, body: dict[str, Any], headers: dict[str, str], mark: str) -> float:
    """Seconds to the first line of a stream that holds a mark; the stream is read to its end."""
    begun = time.perf_counter()
    first = 0.0
    async with client.stream("POST", url, json=body, headers=headers) as response:
        if response.status_code != 200:
            await response.aread()
            raise RuntimeError(f"{response.status_code}: {response.text[:300]}")
        async for line in response.aiter_lines():
            if not first and mark in line:
                first = time.perf_counter() - begun
    return first


async def measure(interviews: int, rounds: int, ours: str, model: str, keys: list[tuple[str, str]]) -> dict[str, Any]:
    """Times to the first token, of ours and of the model server, in seconds."""
    times: dict[str, list[float]] = {"ours": [], "model": []}
    limits = httpx2.Limits(max_connections=2 * interviews + 10)
    async with httpx2.AsyncClient(timeout=120, limits=limits) as client:

        async def stakeholder(number: int) -> None:
            secret, conversation = keys[number]
            headers = {"authorization": f"Bearer {secret}"}
            shuffle = random.Random(number)
            await asyncio.sleep(shuffle.uniform(0, THINKING_SECONDS) if interviews > 1 else 0)
            await _first_and_last(client, f"{ours}/api/v1/conversations/{conversation}/opening", {}, headers, '"delta"')
            for turn in range(rounds):
                await asyncio.sleep(shuffle.uniform(0.5, 1.5) * THINKING_SECONDS if interviews > 1 else 1.0)
                body = {"text": ANSWERS[turn % len(ANSWERS)], "client_key": f"a{turn}"}
                times["ours"].append(
                    await _first_and_last(client, f"{ours}/api/v1/conversations/{conversation}/turns", body, headers, '"delta"')
                )
                asked = {"model": "fake", "stream": True, "messages": [{"role": "user", "content": "hello"}]}
                times["model"].append(await _first_and_last(client, f"{model}/v1/chat/completions", asked, {}, "word0"))

        await asyncio.gather(*(stakeholder(number) for number in range(interviews)))
    return times


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def _run(interviews: int, rounds: int) -> dict[str, Any]:
    me = [sys.executable, "-m", "benchmarks.chat"]
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        fake = subprocess.Popen([*me, "--model-server"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert fake.stdout
        model = f"http://127.0.0.1:{int(fake.stdout.readline())}"
        environment = os.environ | {
            "DISCOVERY_MODEL": "openai:fake",
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": f"{model}/v1",
            "DISCOVERY_DATA_DIR": folder,
            "DISCOVERY_CACHE_DIR": f"{folder}/cache",
            "DISCOVERY_CONCURRENCY": "256",
            "INTERVIEWS": str(interviews),
        }
        server = subprocess.Popen([*me, "--service", str(port), folder], env=environment, cwd=ROOT)
        ours = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                try:
                    if httpx2.get(f"{ours}/healthz").status_code == 200:
                        break
                except httpx2.HTTPError:
                    time.sleep(0.1)
            keys = json.loads(Path(folder, "keys.json").read_text(encoding="utf-8"))
            before = _resident_mb(server.pid)
            times = asyncio.run(measure(interviews, rounds, ours, model, keys))
            return {"interviews": interviews, "before_mb": before, "after_mb": _resident_mb(server.pid), **times}
        finally:
            for process in (server, fake):
                process.terminate()
                process.wait(20)


def main() -> None:
    """Run the benchmark, or one of its processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-server", action="store_true")
    parser.add_argument("--service", nargs=2, metavar=("PORT", "FOLDER"))
    parser.add_argument("--sizes", default="1,50,200")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.model_server:
        asyncio.run(model_server())
        return
    if arguments.service:
        service(int(arguments.service[0]), arguments.service[1])
        return
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()},", end=" ")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("fastapi", "langchain-openai", "openai", "sqlalchemy")))
    print(f"Model server: first token after {FIRST_TOKEN_SECONDS} s. Thinking between answers: about {THINKING_SECONDS:.0f} s.\n")
    print("| interviews at once | model alone p50/p95 ms | through the API p50/p95 ms | ratio p50 | ratio p95 | MB each more |")
    print("|---|---|---|---|---|---|")
    for size in (int(one) for one in arguments.sizes.split(",")):
        result = _run(size, arguments.rounds if size > 1 else 3 * arguments.rounds)
        ours, model = (sorted(result[name]) for name in ("ours", "model"))
        at = [(statistics.median(one), one[int(0.95 * (len(one) - 1))]) for one in (model, ours)]
        grown = (result["after_mb"] - result["before_mb"]) / size
        print(
            f"| {size} | {1000 * at[0][0]:.0f}/{1000 * at[0][1]:.0f} | {1000 * at[1][0]:.0f}/{1000 * at[1][1]:.0f} "
            f"| {at[1][0] / at[0][0]:.2f} | {at[1][1] / at[0][1]:.2f} | {grown:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
