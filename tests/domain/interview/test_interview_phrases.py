"""Phrases of the tables: words in order, gaps inside a sentence, and kinds of things."""

from __future__ import annotations

import pytest

from discovery_agent.domain.interview.phrases import compile_phrase, words_in


def said(phrase: str, text: str) -> str | None:
    match = compile_phrase(phrase).find(text, words_in(text))
    return match.group() if match else None


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("works council", "The works council has to agree.", "works council"),
        ("works council", "It works, the council said.", None),
        ("takes ... <time>", "It takes us about nine days.", "takes us about nine days"),
        ("takes ... <time>", "It takes patience. We had nine days.", None),
        ("average is <figure>", "The average is 4.5 of ten.", "average is 4.5"),
        ("migrat*", "We are migrating in spring", "migrating"),
        ("by|until <date>", "We need it by March.", "by March"),
        ("by|until <date>", "until the end", None),
        ("costs us <money>", "That costs us 1,200 euros a month.", "costs us 1,200 euros"),
        ("<figure> <things> <period>", "We get 300 urgent orders a week.", "300 urgent orders a week"),
        ("<figure> <things> <period>", "It is 300 euros a week.", None),
        ("ask <name>", "You could ask Lena Brandt about that.", "ask Lena Brandt"),
        ("ask <name>", "You could ask it.", None),
        ("don't know", "I don’t know", "don’t know"),
    ],
)
def test_a_phrase_finds_what_it_describes(phrase: str, text: str, found: str | None) -> None:
    assert said(phrase, text) == found


@pytest.mark.parametrize("text", ["<colour>", "in <colour>", "   "])
def test_a_phrase_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"colour|empty"):
        compile_phrase(text)
