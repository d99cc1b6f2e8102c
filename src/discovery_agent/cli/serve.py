"""`serve`: the service with its pages, its API and its background work."""

from __future__ import annotations

import sys

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery.arenas import keep_arenas_few
from discovery_agent.settings import Settings
from discovery_agent.telemetry.starting import telemetry
from discovery_agent.web.serve import demo_settings, new_owner_link, serve

_HERE = ("127.0.0.1", "localhost", "::1")


def run_serve(host: str, port: int, *, demo: bool, owner_link: bool) -> Exit:
    """Serve until told to stop; or print a new link for the owner.

    Raises:
        ConfigurationError: a setting is wrong, or the address is taken.
        StorageError: the database cannot be opened, or another server works with it.
    """
    settings = Settings.load()
    if owner_link:
        new_owner_link(demo_settings(settings) if demo else settings, host, port, say=_say)
        return Exit.OK
    if host not in _HERE:
        print("Whoever can reach this address talks to it unencrypted: put a proxy with TLS before it.", file=sys.stderr)
    keep_arenas_few()
    if demo:
        settings = quiet_demo(settings, terminal=sys.stderr.isatty())
    with telemetry(settings):
        serve(settings, host, port, demo=demo, say=_say)
    return Exit.OK


def quiet_demo(settings: Settings, *, terminal: bool) -> Settings:
    """Settings by which only warnings are logged in a terminal, where links would scroll away; unless the level was set."""
    if not terminal or "log_level" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"log_level": "WARNING"})


def _say(text: str) -> None:
    print(text, flush=True)
