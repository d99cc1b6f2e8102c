"""Personal data is hidden from a model, and back in what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message
from discovery_agent.models.personal_data import Hidden, Redactor, RestoredStream
from tests.fake_model_server import FakeModelServer, answer

PEOPLE = ("Ada Berg", "Lena Fox", "Will Young", "Interviewer", "Speaker 2")


def hide(text: str, *, region: str | None = None, people: tuple[str, ...] = PEOPLE) -> Hidden:
    return Redactor(region).hide([Message("system", "Ada Berg wrote this prompt."), Message("user", text)], people)


def sent(text: str, **more: str) -> str:
    return hide(text, **more).messages[1].content  # type: ignore[arg-type]


def test_names_addresses_and_numbers_are_not_sent() -> None:
    text = "u3 Ada Berg: write to ada.berg@northwind.example or call +49 30 12345678; Lena knows. Berg, not Ada, signs."
    hidden = hide(text)
    for secret in ("Ada", "Berg", "Lena", "northwind", "12345678"):
        assert secret not in hidden.messages[1].content
    assert hidden.restored(hidden.messages[1].content) == text


def test_who_is_who_can_still_be_told() -> None:
    assert sent("Ada Berg: Lena Fox said so. Ada agrees.") == "[PERSON_1]: [PERSON_2] said so. [PERSON_1A] agrees."


def test_a_name_that_contains_another_is_one_person() -> None:
    assert sent("ADA BERG and ada  berg") == "[PERSON_1] and [PERSON_1A]"


@pytest.mark.parametrize(
    "text",
    [
        "Will we get 12 500 000 by May 2027, or 1,400 claims, 16.946 litres and 2024-0013?",
        "Adalbert and Bergen are other words.",
        "u12 Interviewer: and Speaker 2 asked at 10:30.",
        "It costs EUR 1.250.000 in 2026/27.",
    ],
)
def test_figures_and_everyday_words_stay(text: str) -> None:
    assert sent(text) == text


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("call (212) 736-5000 now", "US"),
        ("call 020 7946 0958 now", "GB"),
        ("ruf 030 12345678 an", "DE"),
        ("call +44 20 7946 0958 now", None),
    ],
)
def test_phone_numbers_of_a_country_are_known_by_its_region(text: str, region: str | None) -> None:
    assert "[PHONE_1]" in sent(text, region=region)  # type: ignore[arg-type]


def test_a_name_after_a_title_is_hidden_whoever_it_is() -> None:
    assert sent("We asked Mrs. Tully and Dr Meyer-Lund, and Mr. Berg.") == "We asked [PERSON_1] and [PERSON_2], and [PERSON_3]."


def test_the_program_s_own_words_stay() -> None:
    assert hide("Ada").messages[0].content == "Ada Berg wrote this prompt."


def test_a_placeholder_that_somebody_wrote_stands_for_nobody() -> None:
    hidden = hide("u1 Ada Berg: what is [PERSON_1] and [EMAIL_1]? a@b.example")
    assert hidden.restored(hidden.messages[1].content) == "u1 Ada Berg: what is [PERSON_1] and [EMAIL_1]? a@b.example"
    assert hidden.restored("[PERSON_1]") == "[PERSON_1]"


def test_a_reply_in_json_stays_json() -> None:
    hidden = hide('u1 Ada "the boss" Berg: yes', people=('Ada "the boss" Berg',))
    reply = json.dumps({"statement": f"{hidden.messages[1].content.split(': ')[0][3:]} agrees"})
    assert json.loads(hidden.restored_json(reply)) == {"statement": 'Ada "the boss" Berg agrees'}


def test_the_same_call_is_hidden_in_the_same_way_whatever_the_order_of_people() -> None:
    assert hide("Lena met Ada", people=PEOPLE) == hide("Lena met Ada", people=PEOPLE[::-1])


@given(cuts=st.lists(st.integers(0, 60), max_size=8))
def test_a_stream_is_put_back_wherever_it_is_cut(cuts: list[int]) -> None:
    hidden = hide("Ada Berg and Lena")
    reply = "Thank you, [PERSON_1]. What does [PERSON_2] [do] with [it?"
    places = sorted({0, len(reply), *(cut for cut in cuts if cut < len(reply))})
    stream = RestoredStream(hidden)
    heard = "".join(stream.feed(reply[start:end]) for start, end in pairwise(places)) + stream.end()
    assert heard == "Thank you, Ada Berg. What does Lena [do] with [it?"


@given(text=st.text(st.sampled_from("Ada Berg.@+4930 12[]_PERSONlx\n"), max_size=80))
def test_whatever_was_said_comes_back_as_it_was(text: str) -> None:
    hidden = hide(text)
    assert hidden.restored(hidden.messages[1].content) == text


class Told(BaseModel):
    """A reply with words in it."""

    words: str


async def test_a_model_is_sent_no_name_and_its_answer_has_it_again(server: FakeModelServer, connect: Callable[..., ChatModel]) -> None:
    server.say(answer({"words": "[PERSON_1A] will write to [EMAIL_1]."}))
    model = connect(redact=True)
    asked = [Message("user", "u1 Ada Berg: I, Ada, write to lena@northwind.example.")]
    first = await model.structured(asked, Told, people=["Ada Berg"])
    assert first.value.words == "Ada will write to lena@northwind.example."
    assert "Ada" not in server.requests[0].text and "northwind" not in server.requests[0].text

    again = await model.structured(asked, Told, people=["Ada Berg"])
    assert again.cached and again.value == first.value
    assert model.is_kept(asked, Told, people=["Ada Berg"])


async def test_streamed_words_have_the_name_again(server: FakeModelServer, connect: Callable[..., ChatModel]) -> None:
    server.say(answer("Thank you, [PERSON_1]. And then?", pieces=9))
    model = connect(redact=True)
    asked = [Message("user", "u1 Ada Berg: It takes nine days.")]
    for _ in range(2):  # as it comes, and as it was kept
        assert "".join([piece async for piece in model.stream(asked, people=["Ada Berg"])]) == "Thank you, Ada Berg. And then?"
    assert len(server.requests) == 1


async def test_without_the_setting_the_words_go_as_they_are(server: FakeModelServer, connect: Callable[..., ChatModel]) -> None:
    server.say(answer({"words": "yes"}))
    await connect().structured([Message("user", "u1 Ada Berg: yes")], Told, people=["Ada Berg"])
    assert "Ada Berg" in server.requests[0].text
