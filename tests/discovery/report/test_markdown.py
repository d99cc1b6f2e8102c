"""Markdown: what people said is shown as it is and can never become markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.discovery.report.markdown import (
    markdown_text,
    render_conversation_markdown,
    render_markdown,
)
from discovery_agent.discovery.report.view import build_view
from discovery_agent.discovery.report.wording import visible
from tests.example import engagement, hostile
from tests.hostile_texts import HOSTILE_TEXTS

MARKUP = st.text(alphabet=st.sampled_from(list("ab1 #>*_`~[]()!<>|\\-+=.:/@&{}$\n\t\u200b")), max_size=40)


@given(st.one_of(st.text(max_size=60), MARKUP))
def test_escaping_can_be_undone_and_leaves_no_live_character(text: str) -> None:
    escaped = markdown_text(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == " ".join(visible(text).split())
    bare = re.sub(r"\\.", "", escaped)
    assert not re.search(r"[`*_\[\]<>|~#&{}$\\@]", bare)
    assert "\n" not in escaped
    assert not re.match(r"[-+=>#]|\d+[.)](?:\s|$)", escaped)
    assert "://" not in escaped
    assert "![" not in escaped


@given(MARKUP)
def test_a_markdown_reader_shows_the_text_and_nothing_else(text: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    reader = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(markdown_text(text))
    kinds = {token.type for token in tokens}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}
    children = [child for token in tokens for child in token.children or []]
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == " ".join(visible(text).split())


@pytest.mark.parametrize("payload", HOSTILE_TEXTS)
def test_no_field_of_a_report_can_become_html_or_a_link(payload: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    view = build_view(hostile(payload))
    reader = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for page in (render_markdown(view, ["one", "two"]), render_conversation_markdown(view, 1)):
        tokens = reader.parse(page)
        inner = [child for token in tokens for child in token.children or []]
        kinds = {token.type for token in [*tokens, *inner]}
        assert not kinds & {"html_block", "html_inline", "image", "code_inline", "code_block", "fence"}
        links = {str(child.attrGet("href")) for child in inner if child.type == "link_open"}
        assert links <= {"conversations/one.md", "conversations/two.md"}


def test_the_tables_have_the_same_number_of_cells_in_every_row() -> None:
    page = render_markdown(build_view(hostile("a | b \\| c")), ["one", "two"])
    for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in table.splitlines()}) == 1


def test_the_report_says_what_matters() -> None:
    page = render_markdown(build_view(engagement()), ["one", "two"])
    for expected in (
        "Nothing here is approved",
        "no language model was used",
        "**disputed:** 5 days (Tomas Lind, business); 3 days (Anna Berg, sponsor)",
        "3 of 4 KPIs have no owner",
        "Orphans",
        "workshop photo.heic",
        "The source says 9, the quote says 4.",
        "[Motor claims kick-off](conversations/one.md)",
    ):
        assert expected in page


def test_a_transcript_names_the_findings_that_rest_on_each_utterance() -> None:
    page = render_conversation_markdown(build_view(engagement()), 2)
    assert "Calls about status should go down. → F23, F24, F25" in page
