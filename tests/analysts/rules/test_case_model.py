"""What like cases had: shares of all classes, with caution towards AI."""

from __future__ import annotations

import pytest

from discovery_agent.analysts.rules.case_model import CaseModel, case_words
from discovery_agent.analysts.rules.sentence_model import load_weights
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from discovery_agent.settings import data_folder


@pytest.fixture(scope="module")
def model(embeddings: MiniLMEmbeddings) -> CaseModel:
    return CaseModel(load_weights(data_folder("knowledge") / "case_classes.safetensors"), embeddings)


@pytest.mark.parametrize("text", ["", "?", "Zahlen, bitte.", "A shop. " * 400])
def test_shares_of_all_classes_sum_to_one_whatever_is_said(model: CaseModel, text: str) -> None:
    shares = model.expect(text)
    assert set(shares) == {solution.value for solution in SolutionClass}
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) >= 0


@pytest.mark.parametrize(
    ("text", "likeliest"),
    [
        ("Lawyers read long letters, each in its own words, and write a summary of each that a colleague checks.", "generative_ai"),
        ("A clerk copies the same nine fields from a web form into the ledger, by rules that fit on a page.", "rules_automation"),
        ("Nobody knows who owns the list, so the two departments wait for each other.", "process_change"),
    ],
)
def test_a_plain_case_reads_like_its_kind(model: CaseModel, text: str, likeliest: str) -> None:
    shares = model.expect(text)
    assert max(shares, key=lambda one: shares[one]) == likeliest


def test_words_are_weighed_in_the_order_of_the_text() -> None:
    assert list(case_words("Late late invoices cost money.")) == [
        "late", "invoices", "cost", "money", "late_late", "late_invoices", "invoices_cost", "cost_money"
    ]  # fmt: skip
