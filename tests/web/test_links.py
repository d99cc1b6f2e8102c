"""Links hold a secret, so they name this service and no host that a request made up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from discovery_agent.domain.engagement import AccessRole
from discovery_agent.settings import Settings
from discovery_agent.web.app import create_app
from discovery_agent.web.running import noted, running_address
from discovery_agent.web.serve import new_owner_link
from tests.web.service import API, Service, served


async def link_for(service: Service, host: str) -> dict[str, str]:
    engagement = await service.engagement()
    lead = await service.member(engagement, AccessRole.LEAD)
    body = {"role": "reviewer", "label": "Rea"}
    return (await lead.post(f"{API}/engagements/{engagement.id}/members", json=body, headers={"Host": host})).json()


@pytest.mark.parametrize("host", ["localhost:8123", "127.0.0.1", "[::1]:8000", "app.localhost", "discovery.test"])
async def test_a_host_that_is_this_machine_is_taken(service: Service, host: str) -> None:
    given = await link_for(service, host)
    assert given["link"] == f"http://{host}/enter/{given['secret']}" and given["note"] is None


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "evil.test:80"])
async def test_another_host_gives_a_path_and_a_note(service: Service, host: str) -> None:
    given = await link_for(service, host)
    assert given["link"] == f"/enter/{given['secret']}" and "Put this path behind" in (given["note"] or "")


@pytest.mark.parametrize("host", ["localhost:80@evil.test", "evil.test/#@localhost", "localhost/@evil.test"])
async def test_a_host_that_is_none_never_gets_into_a_link(service: Service, host: str) -> None:
    given = await link_for(service, host)
    assert "evil.test" not in given["link"] and given["link"].endswith(f"/enter/{given['secret']}")


async def test_the_host_that_the_server_was_started_with_is_taken(service: Service) -> None:
    service.app = create_app(service.ws, pages=False, host="Intranet.test")
    given = await link_for(service, "intranet.test:8000")
    assert given["link"].startswith("http://intranet.test:8000/enter/")


async def test_the_address_of_a_running_server_is_known_while_it_runs(service: Service) -> None:
    settings = service.ws.settings
    async with served(service.app) as address:
        assert await asked(settings) is None
        with noted(settings, address):
            assert await asked(settings) == address
        assert await asked(settings) is None
    with noted(settings, address):
        assert await asked(settings) is None, "it no longer answers"


async def asked(settings: Settings) -> str | None:
    return await asyncio.to_thread(running_address, settings)


def test_a_new_owner_link_without_a_known_server_is_a_path(tmp_path: Path) -> None:
    said: list[str] = []
    settings = Settings.load(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")
    new_owner_link(settings, say=said.append)
    assert "Put it behind the address" in said[0] and said[0].splitlines()[-1].strip().startswith("/enter/")
    new_owner_link(settings, port=8123, say=said.append)
    assert "http://127.0.0.1:8123/enter/" in said[1]


async def test_with_a_public_address_links_begin_with_it_and_the_session_goes_over_tls_only(service: Service) -> None:
    public = "https://discovery.example.com"
    service.ws.settings = service.ws.settings.model_copy(update={"public_url": public})
    given = await link_for(service, "evil.test")
    assert given["link"] == f"{public}/enter/{given['secret']}" and given["note"] is None
    # Between proxy and server there is no TLS, and the proxy may have forgotten to say that there was before.
    answer = await service.client().post(f"/enter/{given['secret']}")
    assert "secure" in {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
