"""Where the server of a database runs: kept in a small file beside the database, so that other commands can tell."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from discovery_agent.discovery.workspace import database_address
from discovery_agent.files.private import private_folder
from discovery_agent.settings import Settings
from discovery_agent.storage.address import Address

_PATIENCE_SECONDS = 2.0


@contextmanager
def noted(settings: Settings, address: str) -> Generator[None]:
    """Keep the address of a server as long as it runs. Where no file can be written it is not kept."""
    file = _file(settings)
    with suppress(OSError):
        if not file.parent.exists():
            private_folder(file.parent)
        file.write_text(json.dumps({"address": address}), encoding="utf-8")
    try:
        yield
    finally:
        if _read(file) == address:
            with suppress(OSError):
                file.unlink()


def running_address(settings: Settings) -> str | None:
    """The address of the server that works with the database of these settings; None if none is known, or it does not answer."""
    address = _read(_file(settings))
    return address if address and _answers(address) else None


def _file(settings: Settings) -> Path:
    address = Address.parse(database_address(settings))
    if address.file is not None:
        return address.file.with_name(f"{address.file.stem}-server.json")
    return settings.data_dir / f"server-{hashlib.sha256(address.shown.encode()).hexdigest()[:16]}.json"


def _read(file: Path) -> str | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))["address"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def _answers(address: str) -> bool:
    try:
        place = urlsplit(address)
        asked = http.client.HTTPConnection(place.hostname or "", place.port, timeout=_PATIENCE_SECONDS)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().read(100) == b'{"status":"ok"}'
        finally:
            asked.close()
    except (OSError, ValueError, http.client.HTTPException):
        return False
