"""The search over what was found: by words and meaning, with its proof, and nothing that the asker may not read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from time import process_time

import pytest

from discovery_agent.discovery import evidence
from discovery_agent.discovery.corrections import correct_finding
from discovery_agent.discovery.evidence import search_evidence
from discovery_agent.discovery.interviews import release_interview
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Engagement, Principal
from discovery_agent.domain.findings import FindingKind, FindingStatus
from discovery_agent.errors import AccessDenied, NotFound
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings
from tests.builders import conversation, finding
from tests.discovery.service import Clock, opened_workspace
from tests.library.talked import ALONE, KICK_OFF, OWNER, SAID_OPENLY, engagement_with_talks, put

PAYING, PAPERS, GLASS = SAID_OPENLY


@pytest.fixture
async def ws(tmp_path: Path, embeddings: MiniLMEmbeddings) -> AsyncIterator[Workspace]:
    async with opened_workspace(tmp_path, Clock()) as opened:
        opened.bench.embeddings = embeddings
        yield opened


@pytest.fixture
async def claims(ws: Workspace) -> Engagement:
    return await engagement_with_talks(ws)


async def statements(ws: Workspace, claims: Engagement, query: str, who: Principal = OWNER) -> list[str]:
    return [one.statement for one in await search_evidence(ws, who, claims.id, query)]


async def test_what_is_found_cites_the_words_that_prove_it_and_where_they_stand(ws: Workspace, claims: Engagement) -> None:
    first = (await search_evidence(ws, OWNER, claims.id, "surveyor papers"))[0]
    assert (first.statement, first.kind, first.conversation_title) == (PAPERS.statement, PAPERS.kind, KICK_OFF.title)
    assert first.keyword_rank == 1, "The words stand in the quote alone."
    quote = first.quotes[0]
    assert KICK_OFF.utterances[1].text[quote.start : quote.end] == quote.text and quote.speaker == "Ben"


async def test_other_words_for_the_same_find_it_by_meaning(ws: Workspace, claims: Engagement) -> None:
    first = (await search_evidence(ws, OWNER, claims.id, "settle insurance demands quickly"))[0]
    assert first.statement == PAYING.statement and first.keyword_rank is None and first.vector_rank == 1


async def test_what_is_like_nothing_that_was_said_or_holds_no_word_finds_nothing(ws: Workspace, claims: Engagement) -> None:
    assert await statements(ws, claims, "qzx vbnm wrtp") == await statements(ws, claims, "?!") == []


async def test_a_private_interview_is_found_once_its_stakeholder_released_it(ws: Workspace, claims: Engagement) -> None:
    assert "Surveyors invent mileage" not in await statements(ws, claims, "surveyors invent mileage")
    await release_interview(ws, ALONE.id, actor="Cleo")
    assert (await statements(ws, claims, "surveyors invent mileage"))[0] == "Surveyors invent mileage"


async def test_what_a_person_corrected_or_rejected_counts_at_once(ws: Workspace, claims: Engagement) -> None:
    assert (await statements(ws, claims, "windscreens"))[0] == GLASS.statement
    words = "Glass damage is a quarter of all cases"
    await correct_finding(ws, claims.id, GLASS.id, status=FindingStatus.CORRECTED, statement=words, version=1, actor="Lea")
    assert (await statements(ws, claims, "windscreens"))[0] == words
    await correct_finding(ws, claims.id, GLASS.id, status=FindingStatus.REJECTED, version=2, actor="Lea")
    assert words not in await statements(ws, claims, "windscreens")


async def test_nobody_searches_an_engagement_that_is_not_theirs(ws: Workspace, claims: Engagement) -> None:
    with pytest.raises(NotFound):
        await statements(ws, claims, "claims", Principal(key_id="k", role=AccessRole.LEAD, engagement_id="e-other"))
    with pytest.raises(AccessDenied):
        await statements(ws, claims, "claims", Principal(key_id="k", role=AccessRole.STAKEHOLDER, engagement_id=claims.id))


async def test_more_statements_than_one_search_embeds_are_found_by_words_first_and_by_meaning_later(
    ws: Workspace, claims: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "NEW_VECTORS", 1)
    assert await statements(ws, claims, "windscreens") == [GLASS.statement]
    assert await statements(ws, claims, "surveyor") == [PAPERS.statement, GLASS.statement]
    await statements(ws, claims, "surveyor")
    assert (await statements(ws, claims, "settle insurance demands quickly"))[0] == PAYING.statement


@pytest.mark.exhaustive
async def test_fifty_thousand_findings_take_ten_times_as_long_as_five_thousand(ws: Workspace) -> None:
    """Not a hundred times: measured in time of the processor, the making of the index and a search in it."""
    seconds: list[float] = []
    for size in (5_000, 50_000):
        made = await engagement_with_talks(ws)
        talk = conversation(
            [("Ada", f"Case {number} took {number % 90} days in branch {number % 700}.") for number in range(size)], title="Log"
        )
        found = [
            finding(talk, FindingKind.PROCESS_STEP, f"Case {number} took days", [(number, f"Case {number} took")]) for number in range(size)
        ]
        await put(ws, made.id, talk, found)
        begun = process_time()
        assert (await search_evidence(ws, OWNER, made.id, f"case {size - 7}"))[0].statement == f"Case {size - 7} took days"
        seconds.append(process_time() - begun)
        begun = process_time()
        await search_evidence(ws, OWNER, made.id, "broken windscreens")
        print(f"{size:,} findings: first search {seconds[-1]:.1f} s, next {process_time() - begun:.1f} s of the processor")
    assert seconds[1] < 20 * seconds[0]
