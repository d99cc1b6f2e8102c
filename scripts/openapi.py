"""Publishes the description of the API, `docs/schemas/openapi.json` (`make schema`): what a running server answers at `/api/v1/openapi.json`."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings
from discovery_agent.web.api import create_api
from discovery_agent.web.pace import Pace, Paces

PUBLISHED = Path(__file__).parents[1] / "docs" / "schemas" / "openapi.json"


def openapi_text() -> str:
    """The description as it is published."""
    with tempfile.TemporaryDirectory() as folder:
        described = asyncio.run(_described(Path(folder)))
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


async def _described(folder: Path) -> dict[str, object]:
    async with await Workspace.open(Settings(data_dir=folder, cache_dir=folder, model=None, database_url=None)) as ws:
        return create_api(ws, Pace(Paces())).openapi()


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PUBLISHED
    file.write_text(openapi_text(), encoding="utf-8")
    print(file)
