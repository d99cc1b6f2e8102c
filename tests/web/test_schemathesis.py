"""The API against what its own description allows: schemathesis makes requests of every kind, and nothing may surprise it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from discovery_agent.discovery.access import owner_link, principal_of, redeem
from discovery_agent.discovery.documents import search_knowledge
from discovery_agent.discovery.interviews import start_interview
from tests.web.carrying_out import carried_out
from tests.web.service import API, Service, served

# These would end the session, or the engagement, that all others need; what they do is tested elsewhere.
_ENDING = r"^(end_session|delete_engagement)_"


async def findings_of_schemathesis(
    service: Service, folder: Path, key: str, ids: Mapping[str, str | int], options: Sequence[str]
) -> str | None:
    """What schemathesis complains of; None if there is nothing."""
    settings = "\n".join(["[parameters]", *(f'"path.{name}" = {json.dumps(value)}' for name, value in ids.items())])
    (folder / "schemathesis.toml").write_text(settings, encoding="utf-8")
    async with served(service.app) as address:
        running = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", "schemathesis.toml", "--no-color"),
            *("run", f"{address}{API}/openapi.json", "--header", f"Authorization: Bearer {key}"),
            *("--seed", "1", "--generation-deterministic", "--continue-on-failure"),
            *("--request-timeout", "60", "--warnings", "off", "--exclude-operation-id-regex", _ENDING, *options),
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await running.communicate()
    return None if running.returncode == 0 else output.decode("utf-8", "replace")[-6000:]


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        ["--phases", "examples,fuzzing", "--max-examples", "2"],
        pytest.param(
            ["--phases", "coverage", "--include-method", "POST", "--include-method", "PATCH", "--include-method", "PUT"],
            marks=pytest.mark.exhaustive,
        ),
        pytest.param(["--phases", "coverage", "--include-method", "GET", "--include-method", "DELETE"], marks=pytest.mark.exhaustive),
    ],
    ids=["anything", "the edges of what is sent", "the edges of what is asked"],
)
async def test_nothing_surprises_an_owner(service: Service, tmp_path: Path, options: list[str]) -> None:
    engagement = await service.engagement()
    maria = await service.person(engagement)
    finding = await service.heard(engagement, "It takes nine days.", id="c_1")
    await search_knowledge(service.ws, engagement.id, "invoices")
    session, _ = await redeem(service.ws, await owner_link(service.ws) or "")
    ids = {
        "engagement_id": engagement.id,
        "stakeholder_id": maria.id,
        "conversation_id": "c_1",
        "finding_id": finding.finding.id,
        **await carried_out(service.ws, engagement, maria, await principal_of(service.ws, session)),
    }
    found = await findings_of_schemathesis(service, tmp_path, session, ids, options)
    assert found is None, found


@pytest.mark.slow
async def test_nothing_surprises_a_stakeholder_in_their_interview(service: Service, tmp_path: Path) -> None:
    engagement = await service.engagement()
    maria = await service.person(engagement)
    _, secret = await service.invited(maria)
    interview = await start_interview(service.ws, engagement.id, maria.id)
    session, _ = await redeem(service.ws, await owner_link(service.ws) or "")
    made = await carried_out(service.ws, engagement, maria, await principal_of(service.ws, session))
    ids = {"engagement_id": engagement.id, "conversation_id": interview.id, "round_id": made["round_id"]}
    options = [
        "--phases",
        "coverage,fuzzing",
        "--max-examples",
        "4",
        "--include-path-regex",
        "^/conversations|^/agreement|interviews|findings|/session$",
    ]
    found = await findings_of_schemathesis(service, tmp_path, secret, ids, options)
    assert found is None, found
