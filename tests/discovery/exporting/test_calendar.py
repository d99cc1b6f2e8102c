"""Review dates as a calendar file: what calendars read, and no more than that whatever a title holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import icalendar

from discovery_agent.discovery.exporting.calendar import calendar_of
from discovery_agent.domain.execution import ReviewDate

NOW = datetime(2026, 4, 2, 10, tzinfo=UTC)
PROPERTIES = {
    *("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP", "STATUS"),
}


def review(**changes: object) -> ReviewDate:
    made = ReviewDate(engagement_id="e1", id="d1", at=NOW, day=date(2026, 9, 1), title="First look", people=("s1", "s2"))
    return made.model_copy(update=changes)


def written(*dates: ReviewDate, title: str = "Claims") -> bytes:
    return calendar_of(title, dates, {"s1": "Maria Santos", "s2": "Ben Ode"}, NOW)


def read(data: bytes) -> Any:
    return icalendar.Calendar.from_ical(data)


def event_of(data: bytes) -> Any:
    (event,) = read(data).walk("VEVENT")
    return event


def test_a_review_is_an_entry_of_a_whole_day_with_its_people() -> None:
    event = event_of(written(review(notes="Bring figures.", held=True)))
    assert event["dtstart"].dt == date(2026, 9, 1) and event["dtend"].dt == date(2026, 9, 2)
    assert event["summary"] == "First look: Claims" and event["status"] == "CONFIRMED"
    assert event["description"] == "With Maria Santos, Ben Ode.\nIt was held.\nBring figures."


def test_a_date_that_is_moved_or_called_off_keeps_its_identity() -> None:
    first, moved, off = (
        event_of(written(one)) for one in (review(), review(day=date(2026, 9, 8), version=2), review(cancelled=True, version=3))
    )
    assert first["uid"] == moved["uid"] == off["uid"]
    assert [int(one["sequence"]) for one in (first, moved, off)] == [0, 1, 2]
    assert off["status"] == "CANCELLED" and moved["dtstart"].dt == date(2026, 9, 8)


def test_lines_are_folded_at_75_octets_and_come_back_whole() -> None:
    title = " ".join(["Überprüfung 会議 der Ergebnisse 🚚"] * 40)
    data = written(review(title=title, notes=title))
    assert all(len(line) <= 75 for line in data.split(b"\r\n")) and b"\n" not in data.replace(b"\r\n", b"")
    event = event_of(data)
    assert event["summary"] == f"{title}: Claims" and title in event["description"]


def test_no_text_adds_a_property_or_a_component() -> None:
    attack = 'x\r\nATTENDEE:mailto:eve@evil.example\nEND:VEVENT\rBEGIN:VALARM\u2028ATTACH:http://evil.example;a,b\\n:"\x00\x07\ud800'
    data = calendar_of(attack, [review(title=attack, notes=attack, people=("s1",))], {"s1": attack}, NOW)
    calendar = read(data)
    assert [one.name for one in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert set(event_of(data)) == PROPERTIES
    assert set(calendar) == {"PRODID", "VERSION", "METHOD", "X-WR-CALNAME"}
    lines = data.decode("utf-8").replace("\r\n ", "").split("\r\n")
    assert {one.partition(":")[0].partition(";")[0] for one in lines if one} == {*PROPERTIES, *calendar, "BEGIN", "END"}
    assert "ATTENDEE:mailto:eve@evil.example" in event_of(data)["description"], "It is said, and does nothing."


def test_without_dates_it_is_an_empty_calendar() -> None:
    assert read(written()).walk("VEVENT") == []
