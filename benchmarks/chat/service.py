"""Our service over a fresh database with interviews that have just begun."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, NamedTuple


class Way(NamedTuple):
    """How one stakeholder comes in."""

    key: str
    """For the API."""
    session: str
    """For the pages."""
    conversation: str


def service(port: int, folder: str, interviews: int, *, pages: bool) -> None:
    """Serve, with a file `ways.json` in the folder that holds the way in for each stakeholder."""
    import uvicorn

    from discovery_agent.discovery.access import invite, owner_link, redeem
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
            ways: list[Way] = []
            for number in range(interviews):
                person = await add_stakeholder(ws, engagement.id, name=f"Ada {number}", role=Role.BUSINESS, actor="benchmark")
                _, key = await invite(ws, engagement.id, person.id)
                session, _ = await redeem(ws, key)
                record = await start_interview(ws, engagement.id, person.id)
                ways.append(Way(key, session, record.id))
            await ws.prepare()
            Path(folder, "ways.json").write_text(json.dumps(ways), encoding="utf-8")
            app = create_app(ws, pages=pages, paces=_no_limits())
            config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
            await uvicorn.Server(config).serve()

    asyncio.run(main())


def ways_in(folder: str) -> list[Way]:
    """What the service wrote."""
    return [Way(*one) for one in json.loads(Path(folder, "ways.json").read_text(encoding="utf-8"))]


def _no_limits() -> Any:
    from discovery_agent.web.pace import Paces

    return Paces(**dict.fromkeys(Paces.__dataclass_fields__, "1000000/second"))
