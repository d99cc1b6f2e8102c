"""The comparison's page: one safe file that says the ruling first, and in which nothing that was said can run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from discovery_agent.evals.harness.comparison import Comparison
from discovery_agent.evals.harness.report.html import render_html
from tests.discovery.report.test_html import Page
from tests.evals.harness.report.examples import comparison
from tests.hostile_texts import HOSTILE_TEXTS


@pytest.fixture
def worse(tmp_path: Path) -> Comparison:
    return comparison(
        tmp_path, loss=0.18, head_error="The model gave no answer.", label="relay: replies written by people who played the model"
    )


def test_a_loss_beyond_the_margin_is_the_headline(worse: Comparison) -> None:
    assert Page(render_html(worse)).text("h1") == "Head is worse than base."


def test_no_loss_is_said_to_be_not_worse(tmp_path: Path) -> None:
    assert Page(render_html(comparison(tmp_path, loss=0.0, spread=0.02))).text("h1") == "Head is not worse than base."


def test_a_gain_beyond_chance_is_named_with_its_metric(tmp_path: Path) -> None:
    assert "It is better on F1 of goals (+0.097)." in Page(render_html(comparison(tmp_path, loss=-0.1))).text("h1")


def test_too_few_cases_are_open_and_say_how_many_more_it_takes(tmp_path: Path) -> None:
    head = Page(render_html(comparison(tmp_path, loss=0.03, cases=5))).text("h1")
    assert re.fullmatch(r"It is open whether head is as good as base: at least \d+ more transcripts? to show anything\.", head)


def test_every_interval_is_drawn_and_stands_beside_it_in_figures(worse: Comparison) -> None:
    page = Page(render_html(worse))
    pictures = [one for tag, one in page.tags if tag == "svg"]
    # Two primary metrics above; in the suite three metrics, each by arm and as a gain; three more against plain automation.
    assert len(pictures) == 2 + 3 * 2 + 3
    assert all(0 <= float(one[name]) <= 100 for tag, one in page.tags if tag == "line" for name in ("x1", "x2"))


def test_the_margin_and_zero_are_drawn_where_they_belong(worse: Comparison) -> None:
    page = Page(render_html(worse))
    zero = next(one for tag, one in page.tags if tag == "line" and one["class"] == "zero")
    margin = next(one for tag, one in page.tags if tag == "line" and one["class"] == "margin")
    assert float(zero["x1"]) == 50.0 and float(margin["x1"]) < 50.0


def test_an_error_is_listed_and_leads_to_its_case(worse: Comparison) -> None:
    source = render_html(worse)
    assert "case-00</a>, head: The model gave no answer." in source
    target = re.search(r'<a href="#(extraction-\d+)">case-00</a>', source)
    assert target and f'id="{target[1]}"' in source


def test_every_link_inside_the_page_leads_to_one_place(worse: Comparison) -> None:
    page = Page(render_html(worse))
    identifiers = page.values("id")
    assert len(identifiers) == len(set(identifiers))
    assert all(link[1:] in identifiers for link in page.values("href") if link.startswith("#"))


def test_nothing_is_loaded_from_anywhere(worse: Comparison) -> None:
    source = render_html(worse)
    page = Page(source)
    policy = next(one["content"] for tag, one in page.tags if tag == "meta" and one.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert page.values("src") == [] and all(link.startswith(("#", "data:,")) for link in page.values("href"))
    assert not any("style" in one or any(name.startswith("on") for name in one) for _, one in page.tags)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_texts_stay_text_wherever_they_stand(text: str, tmp_path: Path) -> None:
    written = render_html(comparison(tmp_path, head_error=text, label=text, text=text * 2, note=text, id=text, cases=6))
    page = Page(written)
    assert {tag for tag, _ in page.tags} <= {
        tag for tag, _ in Page(render_html(comparison(tmp_path, head_error="It failed.", label="x", cases=6))).tags
    }
    assert not any(name.startswith("on") for _, one in page.tags for name in one)
    assert not any(character in written for character in "\u202e\u200b\u2066\ufeff\u0007")


def test_what_only_one_arm_noted_is_marked_in_the_text(tmp_path: Path) -> None:
    source = render_html(comparison(tmp_path, loss=0.3))
    assert '<mark class="m1">We want claims paid within five days by June.</mark>' in source, "base found it and head missed it"


def test_the_change_of_the_prompt_is_shown_line_by_line(worse: Comparison) -> None:
    source = render_html(worse)
    assert "removed: </span>Give every finding." in source and "added: </span>Give the five main findings." in source
    assert "Unchanged: ask_question." in source


def test_texts_of_prompts_that_are_gone_leave_their_hashes(worse: Comparison, tmp_path: Path) -> None:
    (tmp_path / "head" / "extract_findings.md").unlink()
    assert "no longer where they were laid out" in render_html(worse)


def test_slices_show_every_arm_and_the_gain(worse: Comparison) -> None:
    source = render_html(worse)
    assert "By domain" in source and "By format" in source
    assert all(value in source for value in ("claims", "retail", "public"))


def test_replayed_cost_is_told_apart_and_the_label_of_the_replies_stands_above(worse: Comparison) -> None:
    source = render_html(worse)
    assert "12 replayed" in source and "billed</td>" not in source
    assert "base and head</strong>: relay: replies written by people who played the model" in source


def test_a_thousand_cases_stay_a_light_page(tmp_path: Path) -> None:
    source = render_html(comparison(tmp_path, cases=1000))
    assert len(source) < 2_500_000
    assert source.count('<details class="case') == 1000


def test_long_texts_are_left_to_the_journal_beyond_the_budget(tmp_path: Path) -> None:
    source = render_html(comparison(tmp_path, cases=40, text="Ada: We want claims paid within five days by June. " * 4000, with_notes=40))
    assert len(source) < 4_500_000
    assert "outcomes.jsonl" in source
