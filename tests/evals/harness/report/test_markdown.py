"""The text for a pull request: short, true, and free of markup that somebody else wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from discovery_agent.evals.harness.report.markdown import render_markdown
from tests.evals.harness.report.examples import comparison
from tests.hostile_texts import HOSTILE_TEXTS


def test_it_says_ruling_figures_worst_cases_errors_and_cost(tmp_path: Path) -> None:
    text = render_markdown(comparison(tmp_path, loss=0.18, head_error="No answer."))
    assert text.startswith("## ❌ Head is worse than base.")
    assert "| Extraction: F1 of goals (12 transcripts) | 0.45 | 0.603 |" in text
    assert text.count("\n- Extraction, case-") == 3
    assert "First difference: found → missed, Claims paid within five days" in text
    assert "head: 1 of 12" in text and "Cost: replayed 24 calls, 57,600 tokens, USD 0.2400." in text


def test_it_stays_short_whatever_the_number_of_cases(tmp_path: Path) -> None:
    assert len(render_markdown(comparison(tmp_path, cases=1000)).splitlines()) < 40


def test_an_open_question_says_how_many_more_cases_it_takes(tmp_path: Path) -> None:
    text = render_markdown(comparison(tmp_path, loss=0.03, cases=5))
    assert re.search(r"at least \d+ more transcripts? to show anything", text.splitlines()[0])


@pytest.mark.parametrize("hostile", HOSTILE_TEXTS)
def test_hostile_texts_become_no_markup(hostile: str, tmp_path: Path) -> None:
    text = render_markdown(comparison(tmp_path, label=hostile, note=hostile, id=hostile, cases=6))
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    assert not any(mark in html for mark in ("<script", "<img", "<a ", "<svg", "<h1", "<blockquote", "<code"))
    plain = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        render_markdown(comparison(tmp_path, label="x", note="x", id="x", cases=6))
    )
    assert html.count("<td") == plain.count("<td"), "a hostile text adds no cell"
