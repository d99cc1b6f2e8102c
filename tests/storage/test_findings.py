from __future__ import annotations

import pytest

from discovery_agent.domain.engagement import StoredFinding
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.errors import NotFound, StaleVersion
from discovery_agent.storage import Database
from tests.storage.filling import finding, interview, interviewed, meeting, person, started


async def test_findings_come_back_as_they_are_stored_in_the_order_given(database: Database) -> None:
    of, talk = await interviewed(database)
    found = [finding(talk, "Late \x00 one", said=3), finding(talk, "Early one", said=1)]
    async with database.unit() as unit:
        stored = await unit.findings.put(of, talk, [*found, found[0]], "openai:some")
        assert [one.finding for one in stored] == [one.model_copy(update={"proposed_by": "openai:some"}) for one in found]
        assert await unit.findings.get(of, found[0].id) == stored[0]


async def test_putting_the_same_findings_again_changes_nothing(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        first = await unit.findings.put(of, talk, [finding(talk)])
    async with database.unit() as unit:
        assert await unit.findings.put(of, talk, [finding(talk)]) == first
        assert (await unit.findings.list(of))[1] == 1


async def test_a_proposal_that_is_found_again_differently_is_renewed_with_the_next_version(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        await unit.findings.put(of, talk, [finding(talk, confidence=0.4)])
        (renewed,) = await unit.findings.put(of, talk, [finding(talk, confidence=0.9)])
    assert renewed.finding.confidence == 0.9 and renewed.version == 2


@pytest.mark.parametrize("decided", [FindingStatus.CONFIRMED, FindingStatus.CORRECTED, FindingStatus.REJECTED])
async def test_what_a_person_decided_is_never_overwritten_by_an_analyst(database: Database, decided: FindingStatus) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        (proposed,) = await unit.findings.put(of, talk, [finding(talk)])
        theirs = proposed.finding.model_copy(update={"status": decided, "statement": "In four days."})
        changed = await unit.findings.update(proposed.model_copy(update={"finding": theirs, "corrected_from": proposed.finding.statement}))
    async with database.unit() as unit:
        assert await unit.findings.put(of, talk, [finding(talk, confidence=0.1)]) == [changed]
        assert await unit.findings.get(of, changed.finding.id) == changed
        assert await unit.findings.delete_of(of, talk, proposed_only=True) == 0
        assert await unit.findings.delete_of(of, talk) == 1


async def test_two_people_who_correct_at_once_are_told_apart(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        (seen,) = await unit.findings.put(of, talk, [finding(talk)])
    async with database.unit() as unit:
        await unit.findings.update(_decided(seen, FindingStatus.CONFIRMED))
    with pytest.raises(StaleVersion):
        async with database.unit() as unit:
            await unit.findings.update(_decided(seen, FindingStatus.REJECTED))
    async with database.reading() as unit:
        assert (await unit.findings.get(of, seen.finding.id)).finding.status is FindingStatus.CONFIRMED


async def test_a_finding_of_another_engagement_or_conversation_is_not_found(database: Database) -> None:
    of, talk = await interviewed(database)
    other, elsewhere = await interviewed(database)
    async with database.unit() as unit:
        (stored,) = await unit.findings.put(of, talk, [finding(talk)])
    async with database.unit() as unit:
        for attempt in (
            unit.findings.get(other, stored.finding.id),
            unit.findings.update(stored.model_copy(update={"engagement_id": other})),
            unit.findings.update(stored.model_copy(update={"conversation_id": elsewhere})),
            unit.findings.put(other, talk, [finding(talk)]),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await unit.findings.list(other) == ([], 0)
        assert await unit.findings.delete_of(other, talk) == 0


async def test_a_finding_stays_in_the_conversation_where_it_was_found(database: Database) -> None:
    of, talk = await interviewed(database)
    second = interview(of)
    async with database.unit() as unit:
        await unit.conversations.add(second)
        (stored,) = await unit.findings.put(of, talk, [finding(talk)])
        assert await unit.findings.put(of, second.id, [finding(talk, confidence=0.1)]) == [stored]


async def test_findings_are_listed_in_the_order_in_which_they_were_said(database: Database) -> None:
    of = await started(database)
    early, late = meeting(of, minutes=1), meeting(of, minutes=2)
    async with database.unit() as unit:
        for record in (late, early):
            await unit.conversations.add(record)
            await unit.findings.put(of, record.id, [finding(record.id, f"Number {said}", said=said) for said in (10, 2, 1)])
        every, total = await unit.findings.list(of)
        page, _ = await unit.findings.list(of, offset=2, limit=2)
        streamed = [one async for one in unit.findings.all(of)]
    places = [(one.conversation_id, one.finding.quotes[0].utterance_id) for one in every]
    assert places == [(record.id, place) for record in (early, late) for place in ("u1", "u2", "u10")]
    assert page == every[2:4] and streamed == every and total == 6


async def test_findings_are_filtered_by_kind_status_conversation_speaker_and_words(database: Database) -> None:
    of, talk = await interviewed(database)
    weekly = meeting(of, minutes=5)
    async with database.unit() as unit:
        await unit.conversations.add(weekly)
        await unit.findings.put(of, talk, [finding(talk, "Pay claims in FÜNF days", speaker="Bo Lind")])
        await unit.findings.put(
            of,
            weekly.id,
            [
                finding(weekly.id, "100% of claims_data is in SAP", kind=FindingKind.DATA_SOURCE),
                finding(weekly.id, "1000 claims a day", kind=FindingKind.KPI, status=FindingStatus.CONFIRMED),
            ],
        )

        async def listed(**filters: object) -> list[str]:
            some, total = await unit.findings.list(of, **filters)  # pyright: ignore[reportArgumentType]
            assert total == len(some)
            return [one.finding.statement.split()[0] for one in some]

        assert await listed(kind=FindingKind.KPI) == ["1000"]
        assert await listed(status=FindingStatus.PROPOSED) == ["Pay", "100%"]
        assert await listed(conversation_id=weekly.id) == ["100%", "1000"] or await listed(conversation_id=weekly.id) == ["1000", "100%"]
        assert await listed(speaker="Bo Lind") == ["Pay"]
        assert await listed(speaker="Bo") == []
        assert await listed(q="CLAIMS pay") == ["Pay"]
        assert await listed(q="fünf") == ["Pay"]
        assert await listed(q="100%") == ["100%"]
        assert await listed(q="claims_data") == ["100%"]
        assert await listed(q="\\ \x00") == []
        assert await listed(q="  ") == await listed()
        assert await listed(kind=FindingKind.KPI, status=FindingStatus.PROPOSED) == []


async def test_endless_names_and_searches_are_borne(database: Database) -> None:
    of, talk = await interviewed(database)
    name = "Ada " * 5000
    async with database.unit() as unit:
        await unit.findings.put(of, talk, [finding(talk, "word " * 50_000, speaker=name)])
        assert (await unit.findings.list(of, speaker=name))[1] == 1
        assert (await unit.findings.list(of, q="word " * 5000))[1] == 1
        assert (await unit.findings.list(of, q="z" * 200_000))[1] == 0


async def test_a_correction_is_found_by_its_new_words_and_speakers(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        (stored,) = await unit.findings.put(of, talk, [finding(talk, "Pay in five days")])
        theirs = stored.finding.model_copy(update={"statement": "Settle within a week", "speakers": ("Bo Lind",)})
        await unit.findings.update(stored.model_copy(update={"finding": theirs}))
        assert (await unit.findings.list(of, q="settle"))[1] == 1
        assert (await unit.findings.list(of, speaker="Bo Lind"))[1] == 1
        assert (await unit.findings.list(of, speaker="Ada Vogel"))[1] == 0


async def test_what_an_unreleased_interview_showed_can_be_left_out(database: Database) -> None:
    of = await started(database)
    ada = person(of)
    private, released = interview(of, stakeholder_id=ada.id), interview(of, stakeholder_id=ada.id, released=True)
    weekly, imported = meeting(of), interview(of)
    async with database.unit() as unit:
        await unit.stakeholders.add(ada)
        for record in (private, released, weekly, imported):
            await unit.conversations.add(record)
            await unit.findings.put(of, record.id, [finding(record.id)])
        some, total = await unit.findings.list(of, released_only=True)
        assert {one.conversation_id for one in some} == {released.id, weekly.id, imported.id} and total == 3
        assert {one.conversation_id async for one in unit.findings.all(of, released_only=True)} == {
            released.id,
            weekly.id,
            imported.id,
        }
        assert await unit.findings.counts(of, released_only=True) == {FindingKind.BUSINESS_GOAL: 3}
        assert await unit.findings.counts(of) == {FindingKind.BUSINESS_GOAL: 4}


async def test_rejected_findings_do_not_count(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        stored = await unit.findings.put(of, talk, [finding(talk), finding(talk, "Other"), finding(talk, "A", kind=FindingKind.KPI)])
        await unit.findings.update(_decided(stored[0], FindingStatus.REJECTED))
        await unit.findings.update(_decided(stored[1], FindingStatus.CONFIRMED))
        assert await unit.findings.counts(of) == {FindingKind.BUSINESS_GOAL: 1, FindingKind.KPI: 1}


async def test_all_findings_are_streamed_across_pages(database: Database) -> None:
    of, talk = await interviewed(database)
    async with database.unit() as unit:
        await unit.findings.put(of, talk, [finding(talk, f"Number {number}", said=number // 9) for number in range(2500)])
        streamed = [one async for one in unit.findings.all(of)]
    assert len({one.finding.id for one in streamed}) == 2500
    places = [(int(one.finding.quotes[0].utterance_id[1:]), one.finding.id) for one in streamed]
    assert places == sorted(places)


def _decided(stored: StoredFinding, status: FindingStatus) -> StoredFinding:
    return stored.model_copy(update={"finding": stored.finding.model_copy(update={"status": status})})
