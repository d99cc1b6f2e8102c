"""How a reply becomes proposals, and what the check of the quotes makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from discovery_agent.analysts.llm.fence import one_line
from discovery_agent.analysts.llm.reply import FindingsReply, proposals_of
from discovery_agent.analysts.protocol import Window
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.findings import Finding, FindingKind, ProposedFinding, UnverifiedFinding
from discovery_agent.domain.grounding import ground_all
from tests.builders import conversation

TALK = conversation(
    [
        ("Consultant", "What should change?"),
        ("Ada Berg", "A claim has to be paid in four days, not in nine."),
        ("Bo Lind", "We do not want to replace the host system this year."),
    ]
)
WHOLE = Window(first=0, last=2)


def proposed(*quotes: tuple[str, str], talk: Conversation = TALK, window: Window = WHOLE, **changes: Any) -> tuple[ProposedFinding, ...]:
    said = [{"utterance": utterance, "text": text} for utterance, text in quotes]
    usual: dict[str, Any] = {"quotes": said, "kind": "constraint", "statement": "A claim.", "confidence": 0.8, "stance": None, "kpi": None}
    return proposals_of(FindingsReply.model_validate({"findings": [usual | changes]}), talk, window)


def checked(*quotes: tuple[str, str], talk: Conversation = TALK) -> Finding | UnverifiedFinding:
    (proposal,) = proposed(*quotes, talk=talk)
    return ground_all(proposal, talk, "openai:some-model")


def test_the_speaker_is_whoever_speaks_in_the_utterance() -> None:
    (proposal,) = proposed(("u1", "four days"), ("u2", "host system"))
    assert [(quote.utterance_id, quote.speaker) for quote in proposal.quotes] == [("u1", "Ada Berg"), ("u2", "Bo Lind")]


@pytest.mark.parametrize("written", ["u1", "U1", "[u1]", "1", " u01 ", "u1 Ada Berg"])
def test_an_utterance_is_known_however_its_id_is_written(written: str) -> None:
    (proposal,) = proposed((written, "four days"))
    assert (proposal.quotes[0].utterance_id, proposal.quotes[0].speaker) == ("u1", "Ada Berg")


@pytest.mark.parametrize("written", ["u77", "u" + "9" * 5000, "the second one"])
def test_an_unknown_utterance_keeps_its_quote_and_names_nobody(written: str) -> None:
    (proposal,) = proposed((written, "Growth is what we want"))
    assert proposal.quotes[0].speaker is None
    assert isinstance(ground_all(proposal, TALK, "openai:some-model"), UnverifiedFinding)


def test_a_quote_as_it_was_said_is_a_finding() -> None:
    finding = checked(("u1", "A claim has to be paid in four days"))
    assert isinstance(finding, Finding)
    assert finding.quotes[0].text == TALK.utterances[1].text[finding.quotes[0].start : finding.quotes[0].end]


@pytest.mark.parametrize(
    ("utterance", "altered"),
    [
        ("u1", "A claim has to be paid in three days"),
        ("u1", "A claim does not have to be paid in four days"),
        ("u2", "We want to replace the host system this year"),
        ("u1", "A claim has to be paid in four days. We do not want to replace the host system"),
        ("u1", " ... "),
    ],
)
def test_a_quote_that_the_model_altered_is_no_evidence(utterance: str, altered: str) -> None:
    assert isinstance(checked((utterance, altered)), UnverifiedFinding)


def test_a_quote_of_the_cleaned_line_still_finds_its_place_in_the_source() -> None:
    talk = conversation([("Ada", "We want\u200b claims\nto be   paid in \u202efour days.")])
    finding = checked(("u0", one_line(talk.utterances[0].text)), talk=talk)
    assert isinstance(finding, Finding)
    assert finding.quotes[0].text == talk.utterances[0].text


def test_a_finding_without_a_quote_is_left_out() -> None:
    assert proposed() == ()
    assert proposed(("u1", "  ")) == ()


def test_a_finding_belongs_to_the_window_that_holds_a_quote_of_it() -> None:
    last = Window(first=2, last=2)
    assert proposed(("u1", "four days"), window=last) == ()
    assert len(proposed(("u1", "four days"), ("u2", "host system"), window=last)) == 1


def test_a_stance_is_kept_for_positions_only() -> None:
    (position,) = proposed(("u2", "host system"), kind="position", stance="against")
    (constraint,) = proposed(("u2", "host system"), stance="against")
    assert (position.stance, constraint.stance) == ("against", None)


def test_a_measure_without_details_is_named_by_its_statement() -> None:
    (proposal,) = proposed(("u1", "four days"), kind="kpi", statement="Days until a claim is paid")
    assert proposal.kind is FindingKind.KPI
    assert proposal.kpi is not None
    assert proposal.kpi.metric == "Days until a claim is paid"
