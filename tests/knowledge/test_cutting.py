"""Pages become passages: by heading, then by tokens; nothing is lost, and each passage is where it says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.knowledge.cutting import PASSAGE_TOKENS, indexed_text, sections
from tests.knowledge.shelves import CUTTER, page, words

INVOICES = """# Invoice intake

What arrives, and who types it.

## Rules automation

Three-way match by order number.

### When it is enough

Order numbers are on nine in ten.

## Data

The purchase orders.
"""


def test_each_section_knows_the_headings_above_it() -> None:
    found = [(one.headings, one.text) for one in sections(page("p", INVOICES))]
    assert found == [
        (("Invoice intake",), "What arrives, and who types it."),
        (("Invoice intake", "Rules automation"), "Three-way match by order number."),
        (("Invoice intake", "Rules automation", "When it is enough"), "Order numbers are on nine in ten."),
        (("Invoice intake", "Data"), "The purchase orders."),
    ]


def test_title_and_headings_are_part_of_what_a_passage_is_found_by() -> None:
    passages = list(CUTTER.passages(page("p", INVOICES, title="Invoice intake")))
    assert indexed_text(passages[2]) == "Invoice intake › Rules automation › When it is enough\nOrder numbers are on nine in ten."


def test_a_long_section_is_cut_at_sentences_within_the_limit() -> None:
    sentences = [f"Clerk number {n} types the invoice again and the amount does not match." for n in range(200)]
    passages = list(CUTTER.passages(page("p", "## Typing\n\n" + " ".join(sentences))))
    assert len(passages) > 5
    assert all(words(one.text) <= PASSAGE_TOKENS and one.citation.headings == ("Typing",) for one in passages)
    assert all(one.text.endswith(".") for one in passages)
    assert all(any(sentence in one.text for one in passages) for sentence in sentences)


def test_what_follows_a_code_fence_that_is_never_closed_is_kept() -> None:
    passages = list(CUTTER.passages(page("p", "## Export\n\n```\nselect * from orders\n\nThe ERP owner is Lena Kurz.\n")))
    assert "Lena Kurz" in passages[0].text


def test_a_hash_inside_code_is_no_heading() -> None:
    found = list(sections(page("p", "## Script\n\n```\n# not a heading\nrun\n```\n\nDone.\n")))
    assert [one.headings for one in found] == [("Script",)]


def test_underlined_headings_count() -> None:
    found = list(sections(page("p", "Prices\n======\n\nTen euro.\n\nTerms\n-----\n\nNet 30.\n")))
    assert [(one.headings, one.text) for one in found] == [(("Prices",), "Ten euro."), (("Prices", "Terms"), "Net 30.")]


def test_one_line_without_a_space_is_cut_as_well() -> None:
    passages = list(CUTTER.passages(page("p", "x1" * 20_000)))
    assert len(passages) > 5 and max(len(one.text) for one in passages) < 5_000


_line = st.one_of(
    st.text(alphabet="abcdefg ", max_size=60),
    st.sampled_from(
        ["# One", "## Two", "### Three", "####### no heading", "```", "- item", "| a | b |", "---", "===", "<div>", "    code", "> said"]
    ),
)


@given(st.lists(_line, min_size=1, max_size=40).map("\n".join))
def test_every_passage_is_exactly_what_stands_at_its_offsets(text: str) -> None:
    for passage in CUTTER.passages(page("p", text)):
        assert text[passage.citation.start : passage.citation.end] == passage.text


_without_underlines = st.one_of(
    st.text(alphabet="abcdefg ", max_size=60), st.sampled_from(["# ONE", "## TWO", "```", "- item", "| a | b |", "<div>"])
)


@given(st.lists(_without_underlines, min_size=1, max_size=40).map("\n".join))
def test_no_word_outside_of_headings_is_lost(text: str) -> None:
    kept = {word for passage in CUTTER.passages(page("p", text)) for word in passage.text.split()}
    said = {word for word in text.split() if len(word) > 1 and word.isalpha() and word not in ("ONE", "TWO")}
    assert said <= kept
