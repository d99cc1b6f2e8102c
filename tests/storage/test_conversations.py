from __future__ import annotations

from datetime import timedelta

import pytest

from discovery_agent.domain.conversation import ReadingNote, Role, Stakeholder, Utterance
from discovery_agent.domain.engagement import ConversationState, StoredUtterance
from discovery_agent.domain.interview.moves import AnswerKind, AnswerReading, Move, MoveKind
from discovery_agent.errors import InvalidRequest, NotFound, StaleVersion
from discovery_agent.storage import Database
from tests.storage.filling import START, answer, finding, interview, interviewed, meeting, person, started, turns


async def test_a_conversation_comes_back_with_counts_of_what_it_holds(database: Database) -> None:
    of = await started(database)
    talk = meeting(of)
    async with database.unit() as unit:
        await unit.conversations.add(talk, turns("Good morning.", "We pay claims late."))
        await unit.findings.put(of, talk.id, [finding(talk.id), finding(talk.id, "Late", said=1), finding(talk.id, "Later", said=1)])
        assert await unit.conversations.get(of, talk.id) == talk.model_copy(update={"utterances": 2, "findings": 3})


async def test_the_same_transcript_can_be_in_two_engagements_but_not_twice_in_one(database: Database) -> None:
    mine, other = await started(database), await started(database)
    async with database.unit() as unit:
        await unit.conversations.add(meeting(mine, conversation_id="c-1"), turns("Mine."))
        await unit.conversations.add(meeting(other, conversation_id="c-1"), turns("Theirs."))
    with pytest.raises(InvalidRequest):
        async with database.unit() as unit:
            await unit.conversations.add(meeting(mine, conversation_id="c-1"))
    async with database.unit() as unit:
        await unit.conversations.delete(mine, "c-1")
        assert [one.text for one in await unit.conversations.utterances(other, "c-1")] == ["Theirs."]


async def test_conversations_are_listed_newest_first_by_page_and_by_stakeholder(database: Database) -> None:
    of = await started(database)
    ada, bo = person(of), person(of, "Bo Lind")
    records = [interview(of, minutes=minute, stakeholder_id=(ada, bo)[minute % 2].id) for minute in range(6)]
    async with database.unit() as unit:
        for one in (ada, bo):
            await unit.stakeholders.add(one)
        for record in records:
            await unit.conversations.add(record, turns("Hello."))
        page, total = await unit.conversations.list(of, offset=2, limit=2)
        with_bo, with_bo_total = await unit.conversations.list(of, stakeholder_id=bo.id)
    assert [one.id for one in page] == [records[3].id, records[2].id] and total == 6
    assert all(one.utterances == 1 and one.findings == 0 for one in page)
    assert [one.id for one in with_bo] == [records[5].id, records[3].id, records[1].id] and with_bo_total == 3


async def test_an_interview_is_found_by_its_id_alone_and_a_meeting_is_not(database: Database) -> None:
    of = await started(database)
    talk, weekly = interview(of), meeting(of)
    async with database.unit() as unit:
        await unit.conversations.add(talk)
        await unit.conversations.add(weekly)
        assert await unit.conversations.find(talk.id) == talk
        for unknown in (weekly.id, "i_none"):
            with pytest.raises(NotFound):
                await unit.conversations.find(unknown)


async def test_a_conversation_of_another_engagement_is_not_found(database: Database) -> None:
    of, talk = await interviewed(database, "Hello.")
    other = await started(database)
    async with database.unit() as unit:
        record = await unit.conversations.get(of, talk)
        for attempt in (
            unit.conversations.get(other, talk),
            unit.conversations.load(other, talk),
            unit.conversations.utterances(other, talk),
            unit.conversations.participants(other, talk),
            unit.conversations.set_participants(other, talk, ()),
            unit.conversations.append(other, talk, answer(1)),
            unit.conversations.update(record.model_copy(update={"engagement_id": other})),
            unit.conversations.delete(other, talk),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert (await unit.conversations.list(other))[1] == 0
        assert [one async for one in unit.conversations.loaded(other)] == []


async def test_a_conversation_is_with_a_stakeholder_who_is_there(database: Database) -> None:
    of = await started(database)
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.conversations.add(interview(of, stakeholder_id="s_none"))
    talk = interview(of)
    async with database.unit() as unit:
        await unit.conversations.add(talk)
    with pytest.raises(NotFound):
        async with database.unit() as unit:
            await unit.conversations.update(talk.model_copy(update={"stakeholder_id": "s_none"}))


async def test_a_changed_conversation_has_the_next_version_and_its_real_counts(database: Database) -> None:
    of, talk = await interviewed(database, "Hello.")
    async with database.unit() as unit:
        before = await unit.conversations.get(of, talk)
        after = await unit.conversations.update(before.model_copy(update={"state": ConversationState.RECAP, "utterances": 99}))
        assert after.version == before.version + 1
        assert await unit.conversations.get(of, talk) == after.model_copy(update={"utterances": 1})
        with pytest.raises(StaleVersion):
            await unit.conversations.update(before)


async def test_utterances_keep_everything_and_are_read_in_slices(database: Database) -> None:
    of, talk = await interviewed(database)
    question = StoredUtterance(
        index=0,
        speaker="Interviewer",
        text="What takes longest? \x00 ½ 🎯",
        move=Move(kind=MoveKind.ASK, slot="pain", worth=0.5),
        phrased_by="rules",
        at=START,
    )
    reply = answer(1, key="k1").model_copy(update={"reading": AnswerReading(kind=AnswerKind.VAGUE, vague="long", settles=("pain",))})
    async with database.unit() as unit:
        assert await unit.conversations.append(of, talk, question) == question
        assert await unit.conversations.append(of, talk, reply) == reply
        await unit.conversations.append(of, talk, answer(2))
    async with database.reading() as unit:
        assert await unit.conversations.utterances(of, talk) == [question, reply, answer(2)]
        assert await unit.conversations.utterances(of, talk, first=1, limit=1) == [reply]
        assert await unit.conversations.utterances(of, talk, first=10**20) == []


@pytest.mark.parametrize("index", [0, 2, 7])
async def test_only_the_next_utterance_can_be_appended(database: Database, index: int) -> None:
    of, talk = await interviewed(database, "Hello.")
    with pytest.raises(StaleVersion):
        async with database.unit() as unit:
            await unit.conversations.append(of, talk, answer(index, key="k"))
    async with database.unit() as unit:
        assert len(await unit.conversations.utterances(of, talk)) == 1
        assert await unit.conversations.append(of, talk, answer(1, key="k")) == answer(1, key="k")


async def test_an_answer_sent_twice_is_stored_once_and_the_first_one_counts(database: Database) -> None:
    of, talk = await interviewed(database, "Hello.")
    async with database.unit() as unit:
        await unit.conversations.append(of, talk, answer(1, "Four days.", key="k \x00"))
    async with database.unit() as unit:
        assert (await unit.conversations.append(of, talk, answer(2, "Five days.", key="k \x00"))).text == "Four days."
        assert len(await unit.conversations.utterances(of, talk)) == 2


async def test_the_key_of_an_answer_counts_in_its_own_conversation(database: Database) -> None:
    of, first = await interviewed(database)
    second = interview(of)
    async with database.unit() as unit:
        await unit.conversations.add(second)
        await unit.conversations.append(of, first, answer(0, "One.", key="k"))
        assert (await unit.conversations.append(of, second.id, answer(0, "Two.", key="k"))).text == "Two."


async def test_utterances_that_are_not_numbered_in_order_are_refused(database: Database) -> None:
    of = await started(database)
    with pytest.raises(InvalidRequest):
        async with database.unit() as unit:
            await unit.conversations.add(meeting(of), [Utterance(index=1, text="Late.")])


async def test_a_conversation_is_loaded_as_the_domain_knows_it(database: Database) -> None:
    of = await started(database)
    weekly = meeting(of)
    said = turns("Good morning.", "We pay claims late.")
    people = (Stakeholder(name="Ada Vogel", role=Role.SPONSOR, aliases=("SPEAKER_01",)),)
    notes = (ReadingNote(line=3, message="A cue without text was skipped."),)
    async with database.unit() as unit:
        await unit.conversations.add(weekly, said, participants=people, notes=notes)
        loaded = await unit.conversations.load(of, weekly.id)
    assert (loaded.id, loaded.title, loaded.kind, loaded.source) == (weekly.id, weekly.title, weekly.kind, weekly.source)
    assert loaded.utterances == tuple(said) and loaded.participants == people and loaded.notes == notes
    assert {type(one) for one in loaded.utterances} == {Utterance}


async def test_participants_can_be_replaced_and_the_notes_stay(database: Database) -> None:
    of = await started(database)
    weekly = meeting(of)
    people = (Stakeholder(name="Bo Lind"),)
    async with database.unit() as unit:
        await unit.conversations.add(weekly, notes=[ReadingNote(message="Repaired.")])
        await unit.conversations.set_participants(of, weekly.id, people)
        assert await unit.conversations.participants(of, weekly.id) == people
        assert [note.message for note in (await unit.conversations.load(of, weekly.id)).notes] == ["Repaired."]


async def test_all_but_waiting_conversations_are_streamed_oldest_first(database: Database) -> None:
    of = await started(database)
    # Some of one moment, so that a page ends between them.
    records = [meeting(of, minutes=number // 4) for number in range(45)]
    waiting = meeting(of, minutes=1).model_copy(update={"state": ConversationState.WAITING})
    async with database.unit() as unit:
        for record in [*records, waiting]:
            await unit.conversations.add(record, turns(f"This is {record.id}."))
        streamed = [one async for one in unit.conversations.loaded(of)]
        chosen = [one.id async for one in unit.conversations.loaded(of, ids={records[0].id, records[44].id, waiting.id})]
    assert [one.id for one in streamed] == [one.id for one in sorted(records, key=lambda one: (one.created_at, one.id))]
    assert all(one.utterances[0].text == f"This is {one.id}." for one in streamed)
    assert chosen == [records[0].id, records[44].id]


async def test_times_are_utc_whatever_zone_they_were_given_in(database: Database) -> None:
    of = await started(database)
    earlier, later = interview(of, minutes=1), interview(of, minutes=2)
    moved = earlier.model_copy(update={"created_at": (START + timedelta(minutes=1)).astimezone()})
    async with database.unit() as unit:
        await unit.conversations.add(later)
        await unit.conversations.add(moved)
        listed, _ = await unit.conversations.list(of)
    assert [one.id for one in listed] == [later.id, earlier.id]
    assert listed[1].created_at == earlier.created_at
