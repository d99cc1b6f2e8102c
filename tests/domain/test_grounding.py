"""Properties of grounding that hold for any text, and how findings are put together from it."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from discovery_agent.domain.conversation import Conversation, Utterance
from discovery_agent.domain.findings import (
    Amount,
    Finding,
    FindingKind,
    Grounding,
    Kpi,
    ProposedFinding,
    ProposedQuote,
    Quote,
    UnverifiedFinding,
)
from discovery_agent.domain.grounding import Rejection, ground, ground_all
from discovery_agent.domain.meaning_guards import RejectionReason
from discovery_agent.domain.passages import passage


def conversation(*turns: tuple[str | None, str]) -> Conversation:
    return Conversation(
        id="c-1",
        title="Kickoff",
        source="kickoff.txt",
        format="text",
        utterances=tuple(Utterance(index=index, speaker=speaker, text=text) for index, (speaker, text) in enumerate(turns)),
    )


def ground_in(said: str, quoted: str) -> Quote | Rejection:
    return ground(ProposedQuote(utterance_id="u0", text=quoted), conversation(("Ann", said)))


PLAIN_WORDS = [
    "customers", "wait", "for", "answers", "and", "the", "team", "types", "orders", "into", "old", "system",
    "every", "morning", "we", "want", "faster", "replies", "Größe", "café", "co", "data", "reports",
    "on", "it",
]  # fmt: skip
NUMBERS = ["3", "15", "1.5", "2,400", "30%", "four", "twenty", "ninety", "2024", "€5"]
AWKWARD = [
    *PLAIN_WORDS, *NUMBERS, "not", "don't", "—", "-", "…", "?", ". ", "[laughter]", "ﬁ", "\u0301", "\u00ad",
    "'", "no,", "\u200b", "½", "--", "İ", "ß",
]  # fmt: skip
plain = st.lists(st.sampled_from(PLAIN_WORDS), min_size=4, max_size=25)
with_numbers = st.lists(st.sampled_from(PLAIN_WORDS + NUMBERS), min_size=4, max_size=25)
any_text = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=80),
    st.lists(
        st.sampled_from(AWKWARD),
        min_size=1,
    ).map(" ".join),
)  # fmt: skip


@given(plain, st.data())
def test_any_run_of_words_grounds_exactly_where_it_stands(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    said, quoted = " ".join(words), " ".join(words[first:last])
    result = ground_in(said, quoted)
    assert isinstance(result, Quote)
    assert result.grounding is Grounding.EXACT
    assert said[result.start : result.end] == quoted == result.text


@given(with_numbers, st.data())
def test_a_changed_number_never_grounds(words: list[str], data: st.DataObject) -> None:
    places = [place for place, word in enumerate(words) if word in NUMBERS]
    assume(places)
    place = data.draw(st.sampled_from(places))
    word = words[place]
    digits = [here for here, character in enumerate(word) if character.isdigit()]
    if digits:
        here = data.draw(st.sampled_from(digits))
        other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != word[here]))
        changed = data.draw(st.sampled_from([word[:here] + other + word[here + 1 :], "-" + word, word + "0"]))
    else:
        changed = data.draw(st.sampled_from(["seven", "seventy", "7"]))
    quoted = " ".join([*words[:place], changed, *words[place + 1 :]])
    assert isinstance(ground_in(" ".join(words), quoted), Rejection)


@given(plain, st.data())
def test_an_inserted_or_removed_not_never_grounds(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words)))
    denied = [*words[:place], "not", *words[place:]]
    assert isinstance(ground_in(" ".join(words), " ".join(denied)), Rejection)
    if 0 < place < len(words):
        assert isinstance(ground_in(" ".join(denied), " ".join(words)), Rejection)


@given(with_numbers, st.data())
def test_a_word_left_out_never_grounds(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(words) - 2))
    quoted = " ".join([*words[:place], *words[place + 1 :]])
    said = " ".join(words)
    assume(quoted not in said)
    assert isinstance(ground_in(said, quoted), Rejection)


@given(any_text, any_text)
def test_nothing_raises_and_the_text_is_always_cut_from_the_source(said: str, quoted: str) -> None:
    for text in (quoted, said, said[1:-1], said[: len(said) // 2]):
        result = ground_in(said, text)
        if isinstance(result, Quote):
            assert result.text == said[result.start : result.end] != ""
            assert passage(result.text).values == passage(text).values


@given(any_text)
def test_tokens_lie_in_order_inside_the_text(text: str) -> None:
    end = 0
    read = passage(text)
    assert len(read.gaps) == len(read.tokens) + 1
    for token in read.tokens:
        assert end <= token.start < token.end <= len(text)
        end = token.end


def test_words_said_several_times_ground_where_they_are_not_denied() -> None:
    said = "I don't think we want a chatbot. Well, we want a chatbot."
    result = ground_in(said, "we want a chatbot")
    assert isinstance(result, Quote)
    assert result.start == said.rindex("we want")


def test_words_that_stand_in_several_other_utterances_are_not_relocated() -> None:
    talk = conversation(("Ann", "Hello."), ("Ann", "It takes four days."), ("Ann", "It takes four days."))
    result = ground(ProposedQuote(utterance_id="u0", text="It takes four days."), talk)
    assert isinstance(result, Rejection)
    assert result.reason is RejectionReason.NOT_FOUND


def test_a_denial_in_the_named_utterance_is_not_passed_over_for_another() -> None:
    talk = conversation(("Ann", "We don't want a chatbot."), ("Ann", "People say we want a chatbot."))
    result = ground(ProposedQuote(utterance_id="u0", text="want a chatbot"), talk)
    assert isinstance(result, Rejection)
    assert result.reason is RejectionReason.NEGATION_DROPPED


def test_a_transcript_without_speakers_grounds_without_speakers() -> None:
    talk = conversation((None, "It takes four days."))
    quote = ground(ProposedQuote(utterance_id="u0", text="It takes four days."), talk)
    assert isinstance(quote, Quote)
    assert quote.speaker is None
    claimed = ground(ProposedQuote(utterance_id="u0", text="It takes four days.", speaker="Ann"), talk)
    assert isinstance(claimed, Rejection)


TALK = conversation(
    ("Ann", "Our handling time is nine and a half minutes. We want to get to six by June."),
    ("Ben", "A third of calls are repeats. We want to halve that."),
)


def propose(kpi: Kpi | None = None, *quotes: tuple[str, str]) -> ProposedFinding:
    return ProposedFinding(
        kind=FindingKind.KPI,
        statement="Cut handling time",
        confidence=0.8,
        kpi=kpi,
        note="read from numbers",
        quotes=tuple(ProposedQuote(utterance_id=utterance, text=text) for utterance, text in quotes),
    )


BOTH = (
    ("u0", "Our handling time is nine and a half minutes."),
    ("u0", "We want to get to six by June."),
)


def test_a_finding_stands_on_the_quotes_that_ground() -> None:
    finding = ground_all(propose(None, *BOTH, ("u1", "We never said this"), BOTH[0]), TALK, "rules")
    assert isinstance(finding, Finding)
    assert [quote.text for quote in finding.quotes] == [text for _, text in BOTH]
    assert (finding.speakers, finding.confidence, finding.note) == (("Ann",), 0.8, "read from numbers")


def test_a_finding_without_a_grounded_quote_is_unverified_with_a_reason_for_each() -> None:
    result = ground_all(propose(None, ("u0", "Our handling time is nine minutes."), ("u0", "")), TALK, "rules")
    assert isinstance(result, UnverifiedFinding)
    assert [re.split(":", reason)[0] for reason in result.reasons][1] == "empty"
    assert len(result.reasons) == 2


def test_kpi_figures_that_were_said_are_kept() -> None:
    kpi = Kpi(
        metric="handling time",
        unit="minutes",
        baseline=Amount(value=9.5, unit="minutes", text="nine and a half minutes"),
        target=Amount(value=6, unit="minutes", text="six"),
    )
    finding = ground_all(propose(kpi, *BOTH), TALK, "rules")
    assert isinstance(finding, Finding)
    assert finding.kpi == kpi


def test_parts_of_a_whole_may_be_given_in_percent() -> None:
    kpi = Kpi(
        metric="repeat calls",
        baseline=Amount(value=33.3, unit="%", text="a third"),
        change=Amount(value=-50, unit="%", text="halve"),
    )
    quotes = (("u1", "A third of calls are repeats."), ("u1", "We want to halve that."))
    finding = ground_all(propose(kpi, *quotes), TALK, "rules")
    assert isinstance(finding, Finding)
    assert finding.kpi == kpi


def test_a_kpi_figure_that_nobody_said_is_removed_and_noted() -> None:
    kpi = Kpi(
        metric="handling time",
        baseline=Amount(value=9.5, text="nine and a half minutes"),
        target=Amount(value=5, text="five minutes"),
    )
    finding = ground_all(propose(kpi, *BOTH), TALK, "rules")
    assert isinstance(finding, Finding)
    assert finding.kpi is not None
    assert finding.kpi.baseline is not None
    assert finding.kpi.target is None
    assert finding.note is not None
    assert "target 'five minutes' was removed" in finding.note


def test_words_said_thousands_of_times_in_one_turn_are_quoted_where_they_first_hold() -> None:
    said = "We had 25 of them. " + "We had 5 of them. " * 4000
    source = conversation(("Ada", said))
    quote = ground(ProposedQuote(utterance_id="u0", text="We had 5 of them", speaker="Ada"), source)
    assert isinstance(quote, Quote)
    assert quote.start == len("We had 25 of them. ")
