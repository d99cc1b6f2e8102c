"""One case in, a verdict out: descriptions, files, and what an answer changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.discovery.assess import CaseAssessment, as_conversation, assess_description, assess_file
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty
from discovery_agent.errors import EmptyTranscript, TranscriptError
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import Settings

OPEN = """Ada (Sponsor): A request from a patient waits eleven days for an answer. That has to come down to three by the summer.
Ben: They come in at the front desk, and then they go to one of the four offices.
Ada (Sponsor): I'd like one of those assistants that the others have.
"""


@pytest.fixture
def bench(embeddings: MiniLMEmbeddings, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setattr(Workbench, "embeddings", embeddings)
    return Workbench(Settings.load(model=None))


async def of_text(text: str, bench: Workbench, folder: Path) -> CaseAssessment:
    path = folder / "talk.txt"
    path.write_text(text, encoding="utf-8")
    return await assess_file(path, bench)


async def test_copying_between_systems_by_known_rules_needs_no_ai(bench: Workbench) -> None:
    told = await assess_description(
        "Two clerks type the same twelve fields from the order form into the ERP, three hundred times a day. "
        "The rules are on one page and have no exceptions. The boss wants a chatbot.",
        bench,
    )
    assert told.necessity.solution is SolutionClass.RULES_AUTOMATION
    assert not told.necessity.ai_needed
    assert told.readiness is not None and told.readiness.solution is SolutionClass.RULES_AUTOMATION
    for rating in told.necessity.ratings:
        assert all(quote.text in told.description for quote in rating.quotes)


async def test_an_open_verdict_settles_when_its_first_pivotal_question_is_answered(bench: Workbench, tmp_path: Path) -> None:
    before = (await of_text(OPEN, bench, tmp_path)).necessity
    assert before.certainty is Certainty.OPEN
    question = before.pivotal[0].question
    answer = "Nobody really owns the list, each office thinks another one has it, and there's no agreed handover."
    after = (await of_text(f"{OPEN}Consultant: {question}\nBen: {answer}\n", bench, tmp_path)).necessity
    assert (after.certainty, after.solution) == (Certainty.SETTLED, SolutionClass.PROCESS_CHANGE)
    assert after.ratings[0].quotes[0].speaker == "Ben"


async def test_two_who_contradict_each_other_are_told_apart_in_a_file(bench: Workbench, tmp_path: Path) -> None:
    told = await of_text(
        "Ann (Operations): The rules are all written down on one page and there are no exceptions.\n"
        "Tom (End user): You can't write that down, nobody can put it into words, it takes twenty years of experience.\n",
        bench,
        tmp_path,
    )
    (contradiction,) = told.necessity.contradictions
    assert contradiction.criterion == "rules"
    assert {side.value: side.ratings[0].speakers for side in contradiction.sides} == {"complete": ("Ann",), "none": ("Tom",)}


async def test_a_file_without_speakers_is_read_like_the_same_text(bench: Workbench, tmp_path: Path) -> None:
    text = "The rules are all written down on one page and there are no exceptions."
    assert (await of_text(text, bench, tmp_path)).necessity == (await assess_description(text, bench)).necessity


@pytest.mark.parametrize(
    "wish", ["We want AI for this.", "The board has decided on a chatbot.", "Generative models, as everybody has them!"]
)
async def test_a_wish_for_ai_counts_for_nothing(bench: Workbench, wish: str) -> None:
    case = "Staff fetch 15,000 electronic referrals a year by hand and print them. Doctors would rather see the letter in the portal."
    without, wished = [(await assess_description(text, bench)).necessity for text in (case, f"{case} {wish}")]
    assert [(rung.solution, rung.probability) for rung in wished.ladder] == [(rung.solution, rung.probability) for rung in without.ladder]


@pytest.mark.parametrize("text", ["", "  \n\n ", "... !?"])
async def test_a_description_without_words_is_refused(bench: Workbench, text: str) -> None:
    with pytest.raises(EmptyTranscript, match="empty"):
        await assess_description(text, bench)


async def test_a_file_that_is_no_text_is_refused(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "photo.bin").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(TranscriptError):
        await assess_file(tmp_path / "photo.bin", bench)


def test_each_paragraph_of_a_description_is_a_turn() -> None:
    turns = as_conversation("One thing.\nStill it.\n\n\nAnother thing.").utterances
    assert [turn.text for turn in turns] == ["One thing.\nStill it.", "Another thing."]
