from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.analysts.llm.fence import fenced, line_of
from discovery_agent.analysts.llm.windows import cut, halves
from discovery_agent.analysts.protocol import Window
from discovery_agent.models.prompts import load_prompt
from discovery_agent.models.tokens import counter_for, estimate_tokens
from discovery_agent.settings import data_folder
from discovery_agent.transcripts import read_transcript
from tests.builders import conversation

CASES = Path(__file__).parents[2] / "evals" / "extraction" / "cases"

lengths = st.lists(st.integers(1, 400), min_size=1, max_size=60)


@given(lengths, st.integers(20, 500))
def test_every_utterance_is_in_exactly_one_window_within_the_budget(words: list[int], budget: int) -> None:
    talk = conversation([("Ada", "word " * count) for count in words])
    windows = cut(talk, estimate_tokens, budget)
    assert [index for window in windows for index in range(window.first, window.last + 1)] == list(range(len(words)))
    for window in windows:
        size = sum(estimate_tokens(line_of(talk.utterances[index])) + 1 for index in range(window.first, window.last + 1))
        assert size <= budget or window.first == window.last


def test_windows_are_of_about_the_same_size() -> None:
    talk = conversation([("Ada", "We pay claims in nine days.")] * 110)
    sizes = [window.last - window.first for window in cut(talk, estimate_tokens, 1000)]
    assert len(sizes) == 2
    assert max(sizes) - min(sizes) <= 1


@given(lengths)
def test_halves_cover_the_window(words: list[int]) -> None:
    talk = conversation([("Ada", "word " * count) for count in words])
    whole = Window(first=0, last=len(words) - 1)
    parts = halves(talk, whole)
    if len(words) == 1:
        assert parts is None
        return
    assert parts is not None
    first, second = parts
    assert (first.first, second.last) == (whole.first, whole.last)
    assert first.last + 1 == second.first


def test_what_is_sent_beside_the_prompt_stays_close_to_the_transcript() -> None:
    """Aim: at most 1.15 tokens sent for each token of a long transcript, context and marks included."""
    turns = [
        ("Ingrid Halden", "Customers would stop leaving. We lost eleven percent of our workshop customers last year, and nobody answers."),
        ("Marek Dvorak", "Honestly? We're drowning in emails. It's mostly the same question: where is my order."),
        ("Tomas Berg", "Which is, what, about four hundred workshops."),
        ("Sofia Lind", "The orders are in the ERP, there is an interface to two of the three carriers, the third one sends a file."),
    ]
    talk = conversation(turns * 100)
    counter = counter_for("openai:gpt-4")
    count = lambda text: counter.count(text).value  # noqa: E731
    plain = count("\n".join(f"{one.speaker}: {one.text}" for one in talk.utterances))
    sent = 0
    for window in cut(talk, count, 3000):
        sent += sum(count(part) for part in fenced(talk, talk.utterances[window.first : window.last + 1]))
    assert sent / plain <= 1.15


def test_ids_and_fence_add_little_to_the_annotated_transcripts() -> None:
    """The docstring of the analyst states 7 % for the longest of them."""
    prompt = load_prompt(data_folder("prompts") / "extract_findings.md")
    counter = counter_for("openai:gpt-4")
    ratios: dict[int, float] = {}
    for path in sorted(CASES.glob("*/transcript.*")):
        talk = read_transcript(path)
        plain = sum(counter.count(f"{one.speaker}: {one.text}").value for one in talk.utterances)
        system, user = prompt.messages(**fenced(talk, talk.utterances)._asdict())
        assert counter.count(system.content).value < 1000
        ratios[plain] = counter.count(user.content).value / plain
    assert max(ratios.values()) <= 1.15
    assert ratios[max(ratios)] <= 1.08
