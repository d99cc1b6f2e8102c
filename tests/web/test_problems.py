from __future__ import annotations

import pytest

from discovery_agent import errors
from discovery_agent.web.problems import problem_of
from tests.web.service import API, Service, assert_problem


async def test_an_address_that_is_not_there_is_a_problem(service: Service) -> None:
    owner = await service.owner()
    assert_problem(await owner.get(f"{API}/nothing"), 404, "not-found")
    assert_problem(await service.client().get("/nothing"), 404, "not-found")


async def test_a_method_that_is_not_taken_is_a_problem_that_names_those_that_are(service: Service) -> None:
    owner = await service.owner()
    response = await owner.put(f"{API}/engagements", json={})
    assert_problem(response, 405, "method")
    assert {"GET", "POST"} & set(response.headers["allow"].split(", "))


async def test_a_body_that_does_not_fit_is_told_field_by_field_without_repeating_it(service: Service) -> None:
    owner = await service.owner()
    response = await owner.post(f"{API}/engagements", json={"question_budget": 99, "colour": "secret-word"})
    body = assert_problem(response, 422, "invalid")
    assert {one["where"] for one in body["errors"]} == {"body.title", "body.question_budget", "body.colour"}
    assert "secret-word" not in response.text


async def test_broken_json_is_a_problem(service: Service) -> None:
    owner = await service.owner()
    response = await owner.post(f"{API}/engagements", content=b'{"title": ', headers={"Content-Type": "application/json"})
    assert_problem(response, 422, "invalid")


async def test_text_that_is_no_text_is_a_problem(service: Service) -> None:
    owner = await service.owner()
    response = await owner.post(f"{API}/engagements", content=rb'{"title": "\ud800"}', headers={"Content-Type": "application/json"})
    assert_problem(response, 422, "invalid")


async def test_what_cannot_be_an_id_is_not_found(service: Service) -> None:
    owner = await service.owner()
    for strange in ("%00", "..%2f..", "a" * 500, "e_%F0%9F%98%80"):
        assert_problem(await owner.get(f"{API}/engagements/{strange}"), 404, "not-found")


async def test_an_error_nobody_foresaw_tells_nothing_of_the_inside(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await service.owner()

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("password=hunter2 in /srv/secret.py")

    monkeypatch.setattr("discovery_agent.web.api.engagements.use.list_engagements", broken)
    lenient = service.client(raises=False)
    lenient.headers.update(owner.headers)
    response = await lenient.get(f"{API}/engagements")
    assert_problem(response, 500, "unforeseen")
    assert "hunter2" not in response.text and "/srv" not in response.text


async def test_a_failing_database_tells_nothing_of_the_inside(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await service.owner()

    async def broken(*_: object, **__: object) -> None:
        raise errors.StorageError("disk I/O error", where="/var/lib/discovery.db")

    monkeypatch.setattr("discovery_agent.web.api.engagements.use.list_engagements", broken)
    response = await owner.get(f"{API}/engagements")
    assert_problem(response, 503, "unavailable")
    assert "disk" not in response.text and "/var" not in response.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("x"), 404),
        (errors.StaleVersion("x"), 409),
        (errors.AccessDenied("x"), 403),
        (errors.InvalidRequest("x"), 409),
        (errors.TooMany("x"), 429),
        (errors.UnsupportedFormat("x"), 415),
        (errors.EmptyTranscript("x"), 422),
        (errors.DocumentError("x"), 422),
        (errors.SpendLimitReached("x"), 409),
        (errors.ModelUnavailable("x"), 503),
        (errors.ModelRefused("x"), 502),
        (errors.IndexUnavailable("x", where="/srv/index"), 503),
        (errors.StorageError("x", where="/srv/db"), 503),
        (errors.StorageBusy("x", where="/srv/db"), 503),
        (errors.StorageFull("x", where="/srv/db"), 507),
        (errors.ConfigurationError("x", where="/srv/settings"), 500),
        (errors.ExportError("x", where="/srv/out"), 409),
    ],
)
def test_every_error_of_the_program_has_its_status(error: errors.DiscoveryError, status: int) -> None:
    found = problem_of(error)
    assert found.status == status
    assert found.where is None or not found.where.startswith("/srv")


async def test_the_health_of_the_service_is_told_to_everybody(service: Service) -> None:
    response = await service.client().get("/healthz")
    assert response.status_code == 200 and response.json() == {"status": "ok"}
