"""What chat programs send besides the next answer: edits, old places, chats begun anew, and requests of their own."""

from __future__ import annotations

import pytest

from discovery_agent.discovery.access import invite
from discovery_agent.domain.engagement import StakeholderRecord
from discovery_agent.web.chat_interview import key_of
from discovery_agent.web.chat_tasks import is_task
from tests.web.service import Service
from tests.web.test_openai_api import Chat, chat, maria, said, utterances

__all__ = ["chat", "maria"]


async def answers(service: Service, maria: StakeholderRecord) -> list[str]:
    return [one.text for one in await utterances(service, maria) if not one.move]


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


async def test_an_edited_latest_message_is_no_second_answer(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.say("hello")
    question = await chat.say("It takes nine days.")
    edited = await chat.ask([*chat.messages[:-2], user("It takes ten days.")])
    assert "What you answered before stands" in edited and edited.endswith(question)
    assert await answers(service, maria) == ["It takes nine days."]


async def test_an_edited_earlier_message_is_no_further_answer(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.say("hello")
    await chat.say("It takes nine days.")
    question = await chat.say("The scanner is slow.")
    edited = await chat.ask([*chat.messages[:2], user("It takes ten days.")])
    assert "correct it in the recap" in edited and edited.endswith(question)
    assert await answers(service, maria) == ["It takes nine days.", "The scanner is slow."]


async def test_the_count_alone_shows_an_edit_where_no_questions_are_sent(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.ask([user("hello"), user("It takes nine days.")])
    await chat.ask([user("hello"), user("It takes nine days."), user("The scanner is slow.")])
    for edited in (["hello", "Ten days."], ["hello", "It takes nine days.", "The scanner is fast."]):
        assert "stands" in await chat.ask([user(one) for one in edited])
    assert await answers(service, maria) == ["It takes nine days.", "The scanner is slow."]


async def test_after_an_edit_the_chat_goes_on(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.say("hello")
    await chat.say("It takes nine days.")
    chat.messages = chat.messages[:-2]
    await chat.say("It takes ten days.")
    await chat.say("The scanner is slow.")
    assert await answers(service, maria) == ["It takes nine days.", "The scanner is slow."]


async def test_a_chat_begun_anew_goes_on_with_its_second_message(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.say("hello")
    await chat.say("It takes nine days.")
    await chat.say("The scanner is slow.")
    anew = Chat(chat.client)
    await anew.say("Hi!")
    await anew.say("Three people check each claim.")
    assert (await answers(service, maria))[2:] == ["Three people check each claim."]


async def test_a_chat_that_drops_old_messages_goes_on_and_repeats_itself(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.say("hello")
    for text in ("I don't know.", "It takes nine days.", "I don't know."):
        chat.messages = chat.messages[-1:]
        await chat.say(text)
    assert await answers(service, maria) == ["I don't know.", "It takes nine days.", "I don't know."]


async def test_a_single_message_after_a_whole_chat_counts_when_it_is_sent_once_more(
    chat: Chat, service: Service, maria: StakeholderRecord
) -> None:
    await chat.say("hello")
    await chat.say("It takes nine days.")
    assert "send it once more" in await chat.ask([user("The scanner is slow.")])
    assert await answers(service, maria) == ["It takes nine days."]
    await chat.ask([user("The scanner is slow.")])
    await chat.ask([user("Three people check each claim.")])
    assert (await answers(service, maria))[1:] == ["The scanner is slow.", "Three people check each claim."]


async def test_an_older_message_edited_during_the_recap_decides_nothing(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.say("hello")
    await chat.say("We want to cut the time to settle a claim from nine days to four days by June.")
    await chat.say("Please stop the interview now, I have no more time.")
    assert "Noted" not in await chat.ask([*chat.messages[:2], user("yes")])
    assert "may the lead read" in await chat.say("yes")
    anew = Chat(chat.client)
    await anew.say("Hi!")
    assert "closed" in await anew.say("4, keep private")


TASKS = (
    "### Task:\nSuggest 3-5 relevant follow-up questions or prompts.\n### Output:\nJSON format: {}",
    "Here it is:\n<chat_history>\nUSER: hi\n</chat_history>",
    "Create a concise, 3-5 word title for this conversation.\n\nChat History:\nuser: hi",
    "Generate 1-3 broad tags categorizing the main themes of the chat history.",
    "Provide a concise, 5-word-or-less title for the conversation, using title case.",
)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("task", TASKS)
async def test_what_a_program_asks_for_on_its_own_is_never_testimony(
    task: str, whole: bool, chat: Chat, service: Service, maria: StakeholderRecord
) -> None:
    await chat.say("hello")
    await chat.say("It takes nine days.")
    before = chat.messages if whole else []
    assert "not written down" in await chat.ask([*before, user(task)])
    assert await answers(service, maria) == ["It takes nine days."]
    await chat.say("The scanner is slow.")
    assert len(await answers(service, maria)) == 2


async def test_a_message_that_quotes_the_chat_is_not_taken_after_the_chat_either(
    chat: Chat, service: Service, maria: StakeholderRecord
) -> None:
    first = await chat.say("hello")
    second = await chat.say("It takes nine days.")
    assert "not written down" in await chat.ask([*chat.messages, user(f"assistant: {first}\nassistant: {second}\nWhat is next?")])
    assert len(await answers(service, maria)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Our task is to settle claims.",
        "We generate tags for each claim by hand.",
        "Write-offs take nine days.",
        "The chat history is kept.",
    ],
)
def test_an_answer_about_tasks_is_an_answer(text: str) -> None:
    assert not is_task(text)


async def test_a_chat_is_told_of_a_new_link(chat: Chat, service: Service, maria: StakeholderRecord) -> None:
    await chat.say("hello")
    service.clock.passes(hours=1)
    _, secret = await invite(service.ws, maria.engagement_id, maria.id)
    with_new = Chat(chat.client.with_options(api_key=secret))
    assert "A new link to this interview was made" in await with_new.say("hello")


def test_a_message_that_certainly_answers_the_latest_question_has_a_key_of_its_own() -> None:
    first = key_of(5, "no idea", [])
    assert key_of(5, "no idea", said(first), fresh=True) != first
