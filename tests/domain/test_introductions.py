"""What speakers say of their own function is read with its words; what is said of others, denied or supposed is not."""

from __future__ import annotations

import pytest

from discovery_agent.domain.conversation import Conversation, Role, Utterance
from discovery_agent.domain.introductions import Introduction, introductions


def talk(*turns: tuple[str | None, str]) -> Conversation:
    return Conversation(
        id="c",
        title="Kick-off",
        source="kick-off.txt",
        format="labelled",
        utterances=tuple(Utterance(index=at, speaker=speaker, text=text) for at, (speaker, text) in enumerate(turns)),
    )


def said(text: str, speaker: str = "Petra") -> Introduction | None:
    found = introductions(talk((speaker, text)))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "role", "title", "department"),
    [
        ("I am the head of service, so I get the angry calls.", Role.BUSINESS, "head of service", "service"),
        ("Well, I'm the data protection officer here, so I ask the dull questions.", Role.COMPLIANCE, "data protection officer", None),
        ("My name is Petra and I work in accounting.", Role.BUSINESS, None, "accounting"),
        ("I run the service desk, nights and weekends too.", Role.BUSINESS, None, "service desk"),
        ("I work as a nurse on the night shift.", Role.END_USER, "nurse", None),
        ("I'm in sales, I never see the system.", Role.BUSINESS, None, "sales"),
        ("As head of operations, I need that figure on Monday.", Role.BUSINESS, "head of operations", "operations"),
        ("I head up the claims department.", Role.BUSINESS, "head of claims", "claims"),
        ("I'm with legal, so don't quote me.", Role.COMPLIANCE, None, "legal"),
        ("I'm the CFO. I pay for it.", Role.SPONSOR, "CFO", None),
        ("I'm on the board.", Role.SPONSOR, None, "board"),
        ("I am a dispatcher at the Northern depot.", Role.END_USER, "dispatcher at the Northern depot", "Northern depot"),
        ("i'm the it manager", Role.TECHNICAL, "it manager", None),
        ("I'm the IT guy.", Role.TECHNICAL, "IT guy", "IT"),
        ("I'm responsible for logistics and planning.", Role.BUSINESS, None, "logistics and planning"),
        ("I'm from the works council.", Role.COMPLIANCE, None, "works council"),
        ("I am the sponsor of this, so blame me.", Role.SPONSOR, "sponsor", None),
        ("I'm head of plant operations. I run both sites.", Role.BUSINESS, "head of plant operations", "plant operations"),
        ("I'm the head of data engineering.", Role.TECHNICAL, "head of data engineering", "data engineering"),
        ("Petra Sommer, managing director of Castlemore Linen.", Role.SPONSOR, "managing director of Castlemore Linen", None),
        ("Petra Sommer, head of IT. The interfaces are mine.", Role.TECHNICAL, "head of IT", "IT"),
        ("Petra Sommer, data protection officer and compliance.", Role.COMPLIANCE, "data protection officer", None),
        ("Petra Sommer, I'm head of plant operations.", Role.BUSINESS, "head of plant operations", "plant operations"),
        ("Petra, the sales director.", Role.BUSINESS, "sales director", "sales"),
    ],
)
def test_a_speaker_who_says_what_they_do_is_read_with_role_title_and_department(
    text: str, role: Role, title: str | None, department: str | None
) -> None:
    found = said(text)
    assert found is not None
    assert found.role is role
    assert found.title == title
    if department:
        assert found.department == department


@pytest.mark.parametrize(
    "text",
    [
        "I'm not the head of service.",
        "I was head of service until March.",
        "If I am the head of service, I say no.",
        'The caller says "I am the head of the school" and hangs up.',
        "I'm the one ringing the agency.",
        "I'm the bottleneck.",
        "I look after fleet, so I'm the customer, so to say.",
        "I'm in the warehouse right now.",
        "I'm in support of that.",
        "I'm the owner of that number.",
        "I'm a big fan of data.",
        "I'm a sponsor of a football club.",
        "Tom Becker, head of IT, told me so.",
        "I'm from Cologne.",
        "I run the names through the screening.",
        "I'm in it for the money.",
        "I'm waiting for an answer from legal.",
        "I'm in production mode this week.",
        "Are you the head of service?",
        "She is the head of service.",
    ],
)
def test_what_is_no_statement_of_ones_own_function_is_not_read(text: str) -> None:
    found = said(text)
    assert found is None or found.department == "fleet", found


def test_a_name_said_goes_with_its_speaker_but_who_presents_another_is_not_that_person() -> None:
    lena = said("Hi, I'm Lena from IT.", "SPEAKER_01")
    assert lena is not None and (lena.name, lena.role, lena.department) == ("Lena", Role.TECHNICAL, "IT")
    assert said("This is Lena from IT, she knows the interfaces.", "Petra Sommer") is None
    assert said("Tom from procurement here.", "Tom Becker") is not None
    assert said("Tom Becker, head of IT, told me so.", "SPEAKER_01") is None
    assert said("Tom from procurement here.", "Petra Sommer") is None


def test_the_quote_stands_in_the_utterance_also_with_noise_marks_before_it() -> None:
    conversation = talk(("Ines", "[laughter] So {vocalsound} I'm the plant manager, and I own the scrap rate."))
    (found,) = introductions(conversation)
    text = conversation.utterances[0].text
    assert text[found.quote.start : found.quote.end] == found.quote.text == "I'm the plant manager"
    assert found.quote.utterance_id == "u0"
    assert found.quote.speaker == "Ines"


def test_each_speaker_has_one_introduction_the_one_that_says_most_and_interviewers_have_none() -> None:
    found = introductions(
        talk(
            ("Interviewer", "I'm the head of research, I will ask a few questions."),
            ("Marek", "Hello, I'm from the works council."),
            ("Anke", "I run the Leipzig warehouse."),
            ("Marek", "I'm also the compliance officer for the site."),
            (None, "I'm the CFO."),
        )
    )
    assert [(one.speaker, one.role) for one in found] == [("Marek", Role.COMPLIANCE), ("Anke", Role.BUSINESS)]


def test_a_department_and_a_title_are_told_apart_in_titles_that_hold_both() -> None:
    trainer = said("I'm a claims handler in the motor team, on phones since May.")
    assert trainer is not None and (trainer.role, trainer.department) == (Role.END_USER, "motor team")
    service = said("I'm the customer service manager.")
    assert service is not None and service.role is Role.BUSINESS


def test_who_leads_the_whole_organisation_has_no_department() -> None:
    leader = said("Petra Sommer, managing director of Castlemore Linen.")
    assert leader is not None and leader.department is None
