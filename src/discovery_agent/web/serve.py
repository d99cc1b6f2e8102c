"""Running the service: the app on a socket, jobs in the background, links to come in by, and an orderly end."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Generator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from discovery_agent.errors import ConfigurationError, DiscoveryError
from discovery_agent.settings import Settings
from discovery_agent.web.deadlines import Deadlines, timed_protocol

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from discovery_agent.discovery.demo import Demo
    from discovery_agent.discovery.health import Health
    from discovery_agent.discovery.workspace import Workspace

Say = Callable[[str], None]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
CLOSING_SECONDS = 10
"""How long open requests, such as the stream of a turn, may take to end."""
_EVERYWHERE = ("0.0.0.0", "::", "")
_ENDING = (signal.SIGINT, signal.SIGTERM)


def serve(settings: Settings, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT, *, demo: bool = False, say: Say = print) -> None:
    """Serve until a signal to end arrives; `say` gets what the user should read.

    Raises:
        ConfigurationError: the address is taken or not to be had.
        StorageError: the database cannot be opened, or another server works with it.
    """
    listening = _listen(host, port)
    try:
        asyncio.run(_serve(demo_settings(settings) if demo else settings, listening, host, demo=demo, say=say))
    finally:
        listening.close()


def demo_settings(settings: Settings) -> Settings:
    """The same settings with a database of their own, and with no model: the demo needs no key, and its invented people come by links."""
    invented = {"data_dir": settings.data_dir / "demo", "database_url": None, "model": None, "sso_members_only": False}
    return settings.model_copy(update=invented)


def new_owner_link(settings: Settings, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT, *, say: Say = print) -> None:
    """Make a new one-time link for the owner, also while a server runs.

    With the usual host and port it is behind the address of the server that runs, if that is known, and otherwise only a path.

    Raises:
        StorageError: the database cannot be opened.
    """
    from discovery_agent.discovery.access import owner_link
    from discovery_agent.discovery.workspace import Workspace
    from discovery_agent.web.running import running_address

    async def make() -> str | None:
        async with await Workspace.open(settings) as ws:
            return await owner_link(ws, again=True)

    path = f"/enter/{asyncio.run(make())}"
    named = (host, port) != (DEFAULT_HOST, DEFAULT_PORT)
    address = settings.public_url or (_address(host, port) if named else running_address(settings))
    if address is not None:
        say(f"This link lets the owner in, once:\n  {address}{path}")
        return
    say(
        "This path lets the owner in, once. Put it behind the address at which your server runs, "
        f"which is {_address(host, port)} unless it was started otherwise:\n  {path}"
    )


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a taken port shows before anything else is done."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(place)
            listening.listen()
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "something else listens there" if taken else (getattr(error, "strerror", None) or str(error))
        raise ConfigurationError(
            f"The server cannot listen at {host}, port {port}: {why}.",
            where="--port" if taken else "--host, --port",
            remedy="Choose another port with --port, or stop what runs there." if taken else "Choose another address.",
        ) from error
    return listening


async def _serve(settings: Settings, listening: socket.socket, named: str, *, demo: bool, say: Say) -> None:
    from discovery_agent.discovery.durable import Durable
    from discovery_agent.discovery.health import Health
    from discovery_agent.discovery.watching import observed
    from discovery_agent.discovery.workspace import Workspace
    from discovery_agent.web.app import create_app
    from discovery_agent.web.running import noted

    async with AsyncExitStack() as closing:
        ws = await closing.enter_async_context(await Workspace.open(settings))
        jobs = await Durable.start(ws, works=settings.background_work or not ws.database.is_postgres)
        closing.push_async_callback(jobs.stop)
        health = Health(ws, queues=lambda: jobs.alive)
        await closing.enter_async_context(observed(ws, health))
        app = create_app(ws, host=None if named in _EVERYWHERE else named, health=health)
        host, port = listening.getsockname()[:2]
        closing.enter_context(noted(settings, _address(host, port)))
        welcome = partial(_welcome, ws, _address(host, port), demo=demo, say=say)
        await _until_told(app, listening, welcome, health, settings.drain_seconds)
    say("Stopped. Everything is kept.")


def server_config(app: FastAPI, deadlines: Deadlines) -> uvicorn.Config:
    """How uvicorn is to serve the app."""
    import uvicorn

    proxies = app.state.workspace.settings.trusted_proxies
    return uvicorn.Config(
        app,
        proxy_headers=proxies is not None,
        forwarded_allow_ips=proxies,
        http=timed_protocol(deadlines.head, deadlines.reading),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=CLOSING_SECONDS,
        server_header=False,
    )


async def _until_told(
    app: FastAPI, listening: socket.socket, welcome: Callable[[], Coroutine[Any, Any, None]], health: Health, drain_seconds: float
) -> None:
    """Run the app until a signal to end; a second one does not wait for open requests.

    From the first signal on `/readyz` says no; for `drain_seconds` everything else is still answered.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            greeting.append(asyncio.ensure_future(welcome()))

        @contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            yield  # uvicorn would raise a signal anew once it has ended, before jobs and database are closed

    greeting: list[asyncio.Future[None]] = []
    server = Server(server_config(app, Deadlines()))

    def end() -> None:
        if not health.closing and drain_seconds:
            health.close()
            loop.call_later(drain_seconds, close)
        else:
            close()

    def close() -> None:
        health.close()
        server.force_exit = server.should_exit
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in _ENDING:
        loop.add_signal_handler(number, end)
    try:
        await server.serve([listening])
    finally:
        for number in _ENDING:
            loop.remove_signal_handler(number)
        for one in greeting:
            one.cancel()
        await asyncio.gather(*greeting, return_exceptions=True)


async def _welcome(ws: Workspace, address: str, *, demo: bool, say: Say) -> None:
    """Say where the service is and how to come in; then load what the first visitor would wait for."""
    from discovery_agent.discovery.access import owner_link

    secret = await owner_link(ws, again=demo)
    say(f"Discovery Agent is at {address}")
    address = ws.settings.public_url or address
    lets_in = f"This link lets the owner in, once:\n  {address}/enter/{secret}"
    if secret is not None:
        say(lets_in)
    else:
        say("Lost the way in? `discovery-agent serve --new-owner-link` makes a new link.")
    opened: tuple[Demo, ...] = ()
    if demo:
        from discovery_agent.discovery.demo import open_demo

        opened = await open_demo(ws)
        for one in opened:
            say(f"{one.title}: the interview with {one.interviewed} waits at\n  {address}/enter/{one.interview_secret}")
            for reviewer in one.reviewers:
                say(f"{one.title}: {reviewer.name} reviews at\n  {address}/enter/{reviewer.secret}")
    await asyncio.to_thread(_warm_up, ws)
    await asyncio.gather(*(_go_on(ws, one, say) for one in opened))
    if opened and secret is not None:
        say(f"Everything is ready. If you have not come in yet: {lets_in[:1].lower()}{lets_in[1:]}")


async def _go_on(ws: Workspace, opened: Demo, say: Say) -> None:
    """Let the invented people of a sample agree, review and sign, and say how it ended."""
    from discovery_agent.discovery.demo import carry_on

    try:
        signed = await carry_on(ws, opened.engagement_id)
    except DiscoveryError as error:
        say(f"{opened.title}: the sample could not go on. {error}")
        return
    if signed is not None:
        say(f"{opened.title}: read, agreed on, drafted, reviewed; version {signed.number} of its blueprint is signed.")


def _warm_up(ws: Workspace) -> None:
    try:
        ws.bench.embeddings.embed(["A first text loads the model."])
        _ = ws.bench.tables, ws.bench.slots
    except Exception as error:  # whoever needs them next says so properly
        logging.getLogger(__name__).warning("Not everything could be loaded ahead: %s", error)


def _address(host: str, port: int) -> str:
    if host in _EVERYWHERE:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
