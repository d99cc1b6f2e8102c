"""Styles of self-contained pages: sections that a page has no use for are left out, and the policy is that of what is left."""

from __future__ import annotations

import base64
import re
from hashlib import sha256

from discovery_agent.discovery.report.html import FILTERS
from discovery_agent.discovery.report.self_contained import SelfContainedPage

PACKAGE = "discovery_agent.discovery.report"


def style_of(page: str) -> str:
    found = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert found
    return found[1]


def finder(without: tuple[str, ...]) -> str:
    """A page that needs few values."""
    page = SelfContainedPage(PACKAGE, FILTERS, "large/_top.html.j2", without=without, script=None)
    return page.render(heading=None, cover={"title": "Claims"})


def test_a_section_of_the_style_is_left_out_by_the_words_that_its_comment_begins_with() -> None:
    whole, small = style_of(finder(())), style_of(finder(("Goal tree", "Verdicts")))
    assert ".limbs" in whole and "article.verdict" in whole
    assert "/* Goal tree" not in small and ".rungs" not in small
    assert "/* Findings */" in small and "/* Tables */" in small
    assert len(small) < len(whole) - 5000


def test_the_policy_allows_the_style_that_is_there_and_no_script() -> None:
    page = finder(("Verdicts",))
    digest = base64.b64encode(sha256(style_of(page).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.replace("&#39;", "'")
    assert "script-src 'none'" in page.replace("&#39;", "'")
