"""The review dates of an engagement as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from discovery_agent.discovery.report.wording import visible
from discovery_agent.domain.execution import ReviewDate


def calendar_of(title: str, dates: Sequence[ReviewDate], names: dict[str, str], now: datetime) -> bytes:
    """One all-day entry for each date; `names` are those of stakeholders, by id. A date that is moved keeps its entry, and one
    that is called off stays in it as such, so that it goes from the calendars that had it."""
    from icalendar import Calendar, Event, vText

    calendar = Calendar()
    calendar.add("prodid", "-//Discovery Agent//reviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_line(f"Reviews: {title}")))
    for date in dates:
        event = Event()
        event.add("uid", f"{date.engagement_id}.{date.id}@discovery-agent.invalid")
        event.add("dtstamp", now)
        event.add("sequence", date.version - 1)
        event.add("dtstart", date.day)
        event.add("dtend", date.day + timedelta(days=1))
        event.add("summary", _line(f"{date.title}: {title}"))
        people = ", ".join(names[one] for one in date.people if one in names)
        told = [f"With {people}." if people else "", "It was held." if date.held else "", date.notes]
        event.add("description", _plain("\n".join(one for one in told if one)))
        event.add("transp", "TRANSPARENT")
        event.add("status", "CANCELLED" if date.cancelled else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    return visible(text).encode("utf-8", "replace").decode()
