"""The batch use case: transcripts in, evidenced findings and a goal tree out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from discovery_agent.analysts.protocol import Extraction, Reader, Window
from discovery_agent.discovery.results import ConversationAnalysis, EngagementAnalysis, FailedWindow, UnreadableFile
from discovery_agent.domain.conversation import Conversation, ReadingNote, Stakeholder
from discovery_agent.domain.decisions import Decisions, Expect, Tables, decide
from discovery_agent.domain.findings import Finding, FindingKind, ProposedFinding, UnverifiedFinding
from discovery_agent.domain.grounding import ground_all
from discovery_agent.domain.joining import join_duplicates
from discovery_agent.domain.merging import Similarity, build_goal_tree
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.errors import ModelError, SpendLimitReached, TranscriptError
from discovery_agent.models.usage import Usage
from discovery_agent.transcripts import read_transcript

Progress = Callable[[str, int, int], None]
"""Called with the name of a conversation, the windows done and the windows in all."""


def _silent(_name: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def read_conversations(paths: Iterable[Path], stakeholders: Sequence[Stakeholder] = ()) -> tuple[list[Conversation], list[UnreadableFile]]:
    """Read every file; one that cannot be read is listed and loses none of the others.

    The same conversation given twice (as a copy, or in another format) counts once.
    """
    conversations: dict[str, Conversation] = {}
    unreadable: list[UnreadableFile] = []
    for path in paths:
        try:
            conversation = read_transcript(path, stakeholders=stakeholders)
        except TranscriptError as error:
            reason = f"{error.where}: {error.what}" if error.where and error.where != str(path) else error.what
            unreadable.append(UnreadableFile(source=str(path), error=reason, remedy=error.remedy))
            continue
        twin = conversations.get(conversation.id)
        if twin is not None:
            note = ReadingNote(message=f"{path} holds the same conversation; it counts once.")
            conversations[twin.id] = twin.model_copy(update={"notes": (*twin.notes, note)})
            continue
        conversations[conversation.id] = conversation
    return list(conversations.values()), unreadable


async def analyse_conversation(
    conversation: Conversation,
    analyst: Reader,
    limit: asyncio.Semaphore,
    progress: Progress = _silent,
    tables: Tables | None = None,
) -> ConversationAnalysis:
    """Let the analyst propose findings window by window, and keep those whose quotes hold.

    With `tables`, each window is also rated for the criteria and the state of the data. A window that fails is listed
    and loses nothing of the others.
    """
    windows = analyst.windows(conversation)
    done = 0
    progress(conversation.title, 0, len(windows))

    async def one(window: Window) -> Extraction | FailedWindow:
        nonlocal done
        async with limit:
            try:
                return await read_window(conversation, window, analyst, tables)
            except (ModelError, SpendLimitReached) as error:
                return FailedWindow(window=window, error=error.what, remedy=error.remedy)
            finally:
                done += 1
                progress(conversation.title, done, len(windows))

    outcomes = await asyncio.gather(*(one(window) for window in windows))
    return await asyncio.to_thread(_check, conversation, analyst.name, outcomes)


async def read_window(conversation: Conversation, window: Window, analyst: Reader, tables: Tables | None = None) -> Extraction:
    """What an analyst proposes from one window and, with `tables`, what the window shows of the criteria and of the data.

    Raises:
        ModelError: a call failed for good; the window can be tried again on its own.
        SpendLimitReached: the cap on cost would be passed.
    """
    found = await analyst.extract(conversation, window)
    if tables is None:
        return found
    shown = await analyst.rate(conversation, window, tables)
    return Extraction(proposals=(*found.proposals, *shown.proposals), usage=found.usage.plus(shown.usage))


def check_proposals(
    conversation: Conversation, analyst: str, proposals: Iterable[ProposedFinding]
) -> tuple[tuple[Finding, ...], tuple[UnverifiedFinding, ...]]:
    """The proposals whose quotes hold, without repeats, and those whose quotes do not."""
    checked = [ground_all(proposal, conversation, analyst) for proposal in proposals]
    return (
        join_duplicates([one for one in checked if isinstance(one, Finding)]),
        tuple(one for one in checked if isinstance(one, UnverifiedFinding)),
    )


def _check(conversation: Conversation, analyst: str, outcomes: Sequence[Extraction | FailedWindow]) -> ConversationAnalysis:
    """Ground every proposal, join what overlapping windows said twice, and add up the cost."""
    usage = Usage()
    proposals: list[ProposedFinding] = []
    for outcome in outcomes:
        if isinstance(outcome, Extraction):
            usage = usage.plus(outcome.usage)
            proposals.extend(outcome.proposals)
    findings, unverified = check_proposals(conversation, analyst, proposals)
    return ConversationAnalysis(
        conversation=conversation,
        analyst=analyst,
        findings=findings,
        unverified=unverified,
        failed_windows=tuple(outcome for outcome in outcomes if isinstance(outcome, FailedWindow)),
        usage=usage,
    )


async def analyse_each(
    conversations: Sequence[Conversation],
    analyst: Reader,
    *,
    concurrency: int,
    progress: Progress = _silent,
    tables: Tables | None = None,
) -> AsyncIterator[ConversationAnalysis]:
    """Analyses in the order in which they finish; at most `concurrency` windows are read at once."""
    limit = asyncio.Semaphore(concurrency)
    tasks = [asyncio.create_task(analyse_conversation(conversation, analyst, limit, progress, tables)) for conversation in conversations]
    try:
        for finished in asyncio.as_completed(tasks):
            yield await finished
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def analyse_engagement(
    conversations: Sequence[Conversation],
    analyst: Reader,
    *,
    title: str,
    similarity_of: Callable[[Sequence[str]], Similarity],
    concurrency: int = 8,
    unreadable: Sequence[UnreadableFile] = (),
    progress: Progress = _silent,
    tables: Tables | None = None,
    expect: Expect | None = None,
    advise: Callable[[Decisions], KnowledgeUse] | None = None,
) -> EngagementAnalysis:
    """All conversations of an engagement, in the order given, with their goals merged and, with `tables`, decided.

    `advise` finds what is known about the decisions; it comes last and changes none of them.
    """
    finished = {
        analysis.conversation.id: analysis
        async for analysis in analyse_each(conversations, analyst, concurrency=concurrency, progress=progress, tables=tables)
    }
    analyses = [finished[conversation.id] for conversation in conversations]
    analysis = await asyncio.to_thread(
        assemble,
        analyses,
        analyst=analyst.name,
        title=title,
        similarity_of=similarity_of,
        unreadable=unreadable,
        tables=tables,
        expect=expect,
    )
    if advise is None or analysis.decisions is None:
        return analysis
    return analysis.model_copy(update={"knowledge": await asyncio.to_thread(advise, analysis.decisions)})


def assemble(
    analyses: Sequence[ConversationAnalysis],
    *,
    analyst: str,
    title: str,
    similarity_of: Callable[[Sequence[str]], Similarity],
    unreadable: Sequence[UnreadableFile] = (),
    now: datetime | None = None,
    tables: Tables | None = None,
    expect: Expect | None = None,
) -> EngagementAnalysis:
    """Put analysed conversations together: one goal tree, one bill, and, with `tables`, what follows from it."""
    findings = [finding for analysis in analyses for finding in analysis.findings]
    similarity = similarity_of(compared_texts(findings))
    tree = build_goal_tree(findings, similarity)
    conversations = [analysis.conversation for analysis in analyses]
    usage = Usage()
    for analysis in analyses:
        usage = usage.plus(analysis.usage)
    return EngagementAnalysis(
        title=title,
        created_at=now or datetime.now(UTC),
        analyst=analyst,
        conversations=tuple(analyses),
        goal_tree=tree,
        decisions=decide(findings, tree, conversations, tables, similarity, expect) if tables else None,
        unreadable=tuple(unreadable),
        usage=usage,
    )


_COMPARED = (FindingKind.BUSINESS_GOAL, FindingKind.OPERATIONAL_GOAL, FindingKind.KPI, FindingKind.POSITION)


def compared_texts(findings: Iterable[Finding]) -> list[str]:
    """Every text that the goal tree and the decisions compare with another, each once."""
    texts: dict[str, None] = {}
    for one in findings:
        if one.kind in _COMPARED:
            texts[one.statement] = None
            if one.kpi:
                texts[one.kpi.metric] = None
        elif one.kind is FindingKind.CRITERION:
            texts[one.quotes[0].text] = None
    return list(texts)
