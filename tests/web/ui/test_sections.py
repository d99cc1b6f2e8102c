"""The table of an engagement's pages."""

from __future__ import annotations

import inspect

import pytest

from discovery_agent.domain.gates import Phase
from discovery_agent.web.ui.engagement.sections import MORE, SECTIONS, EngagementSection, grouped, sections_for
from discovery_agent.web.ui.gates.words import PHASES


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.title)
def test_every_line_names_a_page_that_can_be_shown(section: EngagementSection) -> None:
    show = section.load()
    assert inspect.iscoroutinefunction(show)
    assert list(inspect.signature(show).parameters) == ["visit", "engagement_id"]
    assert not section.path or (section.path.startswith("/") and not section.path.endswith("/"))


def test_no_two_pages_share_an_address_or_a_title_and_the_first_is_the_overview() -> None:
    assert len({one.path for one in SECTIONS}) == len({one.title for one in SECTIONS}) == len(SECTIONS)
    assert SECTIONS[0].path == ""


def test_who_may_not_change_an_engagement_sees_no_page_for_leads() -> None:
    assert sections_for(writes=True) == SECTIONS
    assert all(not one.lead_only for one in sections_for(writes=False))
    assert {one.title for one in SECTIONS} - {one.title for one in sections_for(writes=False)} >= {"Settings"}


def test_pages_stand_under_the_five_phases_in_their_order_and_each_phase_stands_once() -> None:
    groups = [group for group, _ in grouped(SECTIONS)]
    assert groups == ["", *(PHASES[phase] for phase in Phase), MORE]
    assert [one.path for one in dict(grouped(SECTIONS))[PHASES[Phase.BLUEPRINTING]]] == ["/blueprint", "/review"]
