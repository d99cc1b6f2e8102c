"""Exports over the API: for whom they are, under which names they come, and what keeps them from being anything but files."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import date
from typing import Any
from urllib.parse import unquote

import icalendar
import jsonschema
import pytest

from discovery_agent.discovery.report.json_schema import schema_text
from discovery_agent.domain.engagement import AccessRole, Engagement
from discovery_agent.domain.execution import ReviewDate
from discovery_agent.domain.review import SignOff
from discovery_agent.errors import ExportError
from tests.blueprints import blueprint
from tests.web.service import API, Service, assert_problem


@pytest.fixture
async def engagement(service: Service) -> Engagement:
    made = await service.engagement("Claims: “Söhne”\r\nSet-Cookie: x=1")
    async with service.ws.database.unit() as unit:
        await unit.blueprints.add(blueprint(made.id).model_copy(update={"title": made.title}))
    return made


def address(engagement: Engagement, number: int = 1) -> str:
    return f"{API}/engagements/{engagement.id}/blueprints/{number}/export"


async def test_owner_lead_and_reviewer_get_each_format_as_a_file(service: Service, engagement: Engagement) -> None:
    people = [
        await service.owner(),
        await service.member(engagement, AccessRole.LEAD),
        await service.member(engagement, AccessRole.REVIEWER),
    ]
    kinds = {
        "markdown": "text/markdown; charset=utf-8",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "html": "text/html; charset=utf-8",
        "json": "application/json",
        "jira": "text/csv; charset=utf-8",
        "linear": "text/csv; charset=utf-8",
        "github": "text/csv; charset=utf-8",
    }
    for at, (form, kind) in enumerate(kinds.items()):
        answer = await people[at % 3].get(address(engagement), params={"format": form})
        assert answer.status_code == 200 and answer.headers["content-type"] == kind, form
        assert answer.headers["x-content-type-options"] == "nosniff" and "set-cookie" not in answer.headers
        assert answer.headers["content-disposition"].startswith("attachment; ") and answer.content
    told = await people[2].get(address(engagement), params={"format": "json"})
    jsonschema.validate(told.json(), json.loads(schema_text("blueprint")))
    (head, *_) = csv.reader(io.StringIO((await people[2].get(address(engagement), params={"format": "jira"})).text))
    assert head[:3] == ["Issue Type", "Issue ID", "Parent"]


async def test_a_file_comes_under_a_plain_name_and_under_the_title_as_people_know_it(service: Service, engagement: Engagement) -> None:
    lead = await service.member(engagement, AccessRole.LEAD)
    answer = await lead.get(address(engagement), params={"format": "markdown", "audience": "compliance"})
    plain, _, full = answer.headers["content-disposition"].removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")
    assert plain == "blueprint-claims-sohne-set-cookie-x-1-v1-compliance-draft.md"
    assert unquote(full) == "Blueprint Claims “Söhne” Set-Cookie x=1-v1-compliance-draft.md" and full.isascii()
    assert "for legal and compliance" in answer.text and "DRAFT" in answer.text


async def test_a_signed_version_has_no_mark_of_a_draft(service: Service, engagement: Engagement) -> None:
    reviewer = await service.member(engagement, AccessRole.REVIEWER)
    async with service.ws.database.unit() as unit:
        version = await unit.blueprints.latest(engagement.id)
        assert version
        await unit.sign_offs.add(
            SignOff(
                engagement_id=engagement.id,
                id=version.id,
                at=service.clock(),
                number=1,
                content_hash=version.content_hash,
                signed_by="Lea",
            )
        )
    answer = await reviewer.get(address(engagement), params={"format": "html"})
    assert "Signed by Lea" in answer.text and "DRAFT" not in answer.text and "draft" not in answer.headers["content-disposition"]


async def test_nobody_else_learns_that_there_is_anything(service: Service, engagement: Engagement) -> None:
    other = await service.engagement("Another")
    elsewhere = await service.member(other, AccessRole.LEAD)
    maria = await service.person(engagement)
    stakeholder, _ = await service.invited(maria)
    lead = await service.member(engagement, AccessRole.LEAD)
    calendar = f"{API}/engagements/{engagement.id}/review-dates.ics"
    for path in (f"{address(engagement)}?format=markdown", calendar):
        assert_problem(await service.client().get(path), 401, "no-access")
        assert_problem(await elsewhere.get(path), 404, "not-found")
        assert (await stakeholder.get(path)).status_code in (403, 404)
    assert_problem(await lead.get(address(engagement, 2), params={"format": "markdown"}), 404, "not-found")
    # A version of another engagement is not found under one's own either.
    assert_problem(await elsewhere.get(address(other), params={"format": "markdown"}), 404, "not-found")
    for wrong in ({}, {"format": "papyrus"}, {"format": "markdown", "audience": "everybody"}):
        assert_problem(await lead.get(address(engagement), params=wrong), 422, "invalid")


async def test_a_pdf_without_a_browser_is_refused_with_what_to_do(
    service: Service, engagement: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discovery_agent.discovery.exporting.as_pdf.find_browser", lambda: None)
    lead = await service.member(engagement, AccessRole.LEAD)
    problem = assert_problem(await lead.get(address(engagement), params={"format": "pdf"}), 409, "not-here")
    assert "none is installed" in problem["detail"] and "Chromium" in problem["remedy"]


async def test_an_export_does_not_keep_others_waiting(service: Service, engagement: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    asked, answered = asyncio.Event(), asyncio.Event()

    def slow(_: object) -> bytes:
        loop.call_soon_threadsafe(asked.set)
        asyncio.run_coroutine_threadsafe(answered.wait(), loop).result(60)
        raise ExportError("Enough.")

    monkeypatch.setattr("discovery_agent.discovery.exporting.as_pdf.render_pdf", slow)
    lead = await service.member(engagement, AccessRole.LEAD)
    printing = asyncio.create_task(lead.get(address(engagement), params={"format": "pdf"}))
    await asked.wait()
    assert (await lead.get(address(engagement), params={"format": "json"})).status_code == 200
    answered.set()
    assert (await printing).status_code == 409


async def test_review_dates_are_a_calendar_that_no_title_breaks(service: Service, engagement: Engagement) -> None:
    reviewer = await service.member(engagement, AccessRole.REVIEWER)
    nothing = assert_problem(await reviewer.get(f"{API}/engagements/{engagement.id}/review-dates.ics"), 409, "not-here")
    assert "no review dates" in nothing["detail"] and "Execution" in nothing["remedy"]
    maria = await service.person(engagement)
    async with service.ws.database.unit() as unit:
        await unit.review_dates.add(
            ReviewDate(
                engagement_id=engagement.id,
                id="d1",
                at=service.clock(),
                day=date(2026, 9, 1),
                title="Look\r\nATTENDEE:mailto:eve@evil.example",
                people=(maria.id,),
            )
        )
    answer = await reviewer.get(f"{API}/engagements/{engagement.id}/review-dates.ics")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="reviews-claims-sohne-set-cookie-x-1.ics"')
    found: Any = icalendar.Calendar.from_ical(answer.content)
    (event,) = found.walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 9, 1) and "attendee" not in event and "Maria Santos" in event["description"]


async def test_the_description_of_the_api_shows_how_to_ask_for_a_file(service: Service) -> None:
    described = (await service.client().get(f"{API}/openapi.json")).json()
    asked = described["paths"]["/engagements/{engagement_id}/blueprints/{number}/export"]["get"]
    form = next(one for one in asked["parameters"] if one["name"] == "format")
    assert {one["value"] for one in form["examples"].values()} == {"pdf", "docx", "jira"}
    assert "application/pdf" in asked["responses"]["200"]["content"] and "Content-Disposition" in asked["responses"]["200"]["headers"]
