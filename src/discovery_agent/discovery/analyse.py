"""The batch use case: transcripts in, evidenced findings and a goal tree out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any, Protocol, runtime_checkable

from discovery_agent.analysts.protocol import Extraction, Reader, Window
from discovery_agent.discovery.results import ConversationAnalysis, EngagementAnalysis, FailedWindow, UnreadableFile
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.coverage import Attendance, attendance_of
from discovery_agent.domain.decisions import Decisions, Expect, Tables, decide
from discovery_agent.domain.findings import Finding, FindingKind, ProposedFinding, UnverifiedFinding
from discovery_agent.domain.goals import GoalTree
from discovery_agent.domain.grounding import ground_all, ordered_words
from discovery_agent.domain.joining import join_duplicates
from discovery_agent.domain.merging import Similarity, build_goal_tree
from discovery_agent.domain.retrieval import KnowledgeUse
from discovery_agent.errors import ModelError, SpendLimitReached
from discovery_agent.models.usage import Usage
from discovery_agent.telemetry.work import window_read

Progress = Callable[[str, int, int], None]
"""Called with the name of a conversation, the windows done and the windows in all."""


def _silent(_name: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class KeptWindows(Protocol):
    """Remembers what windows gave, so that a conversation of which some were read is not read anew."""

    def windows_of(self, conversation: Conversation) -> Mapping[Window, Extraction]:
        """What is known of windows of a conversation."""
        ...

    def keep(self, conversation: Conversation, window: Window, extraction: Extraction) -> None:
        """Remember what a window gave. The conversation has others that are not read yet, or failed."""
        ...


@runtime_checkable
class PreparesWindows(Protocol):
    """A reader that can do before its turn what a window takes beside the call to a model."""

    def prepare_window(self, conversation: Conversation, window: Window, tables: Tables | None) -> None:
        """Compute what `extract` and, with `tables`, `rate` will need. For any thread."""
        ...


class _UnderWay:
    """A conversation that is being read: its windows, and what came of them."""

    def __init__(
        self, conversation: Conversation, analyst: Reader, progress: Progress, tables: Tables | None, kept: KeptWindows | None
    ) -> None:
        self.conversation = conversation
        self._analyst = analyst
        self._progress = progress
        self._tables = tables
        self._kept = kept
        windows = analyst.windows(conversation)
        known = kept.windows_of(conversation) if kept else {}
        self._outcomes: dict[Window, Extraction | FailedWindow | None] = {window: known.get(window) for window in windows}
        self.missing = [window for window, outcome in self._outcomes.items() if outcome is None]
        self._left = len(self.missing)
        self._tell()

    def _tell(self) -> None:
        self._progress(self.conversation.title, len(self._outcomes) - self._left, len(self._outcomes))

    async def read(self, window: Window, limit: asyncio.Semaphore) -> ConversationAnalysis | None:
        """Read one window, each call within the limit; the last one gives the analysis."""
        outcome = await self._read(window, limit)
        self._outcomes[window] = outcome
        self._left -= 1
        self._tell()
        if self._kept and len(self._outcomes) > 1 and isinstance(outcome, Extraction):
            self._kept.keep(self.conversation, window, outcome)
        return None if self._left else await self.checked()

    async def _read(self, window: Window, limit: asyncio.Semaphore) -> Extraction | FailedWindow:
        if isinstance(self._analyst, PreparesWindows):
            # Before its turn, so that no call that is allowed waits for what this machine computes.
            await asyncio.to_thread(self._analyst.prepare_window, self.conversation, window, self._tables)
        try:
            return await read_window(self.conversation, window, self._analyst, self._tables, limit)
        except (ModelError, SpendLimitReached) as error:
            return FailedWindow(window=window, error=error.what, remedy=error.remedy)

    async def checked(self) -> ConversationAnalysis:
        """What all windows gave, with its quotes checked."""
        outcomes = [outcome for outcome in self._outcomes.values() if outcome is not None]
        return await asyncio.to_thread(_check, self.conversation, self._analyst.name, outcomes)


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
    under_way = _UnderWay(conversation, analyst, progress, tables, None)
    await asyncio.gather(*(under_way.read(window, limit) for window in under_way.missing))
    return await under_way.checked()


async def read_window(
    conversation: Conversation, window: Window, analyst: Reader, tables: Tables | None = None, limit: asyncio.Semaphore | None = None
) -> Extraction:
    """What an analyst proposes from one window and, with `tables`, what the window shows of the criteria and of the data.

    Each of the two waits for its turn at the `limit`.

    Raises:
        ModelError: a call failed for good; the window can be tried again on its own.
        SpendLimitReached: the cap on cost would be passed.
    """
    turn = limit or nullcontext()
    with window_read(window.first, window.last):
        async with turn:
            found = await analyst.extract(conversation, window)
        if tables is None:
            return found
        async with turn:
            shown = await analyst.rate(conversation, window, tables)
    return Extraction(proposals=(*found.proposals, *shown.proposals), usage=found.usage.plus(shown.usage))


def check_proposals(
    conversation: Conversation, analyst: str, proposals: Iterable[ProposedFinding]
) -> tuple[tuple[Finding, ...], tuple[UnverifiedFinding, ...]]:
    """The proposals whose quotes hold, without repeats, and those whose quotes do not."""
    ordered = ordered_words(conversation)
    checked = [ground_all(proposal, conversation, analyst, ordered) for proposal in proposals]
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
    conversations: Iterable[Conversation] | AsyncIterable[Conversation],
    analyst: Reader,
    *,
    concurrency: int,
    progress: Progress = _silent,
    tables: Tables | None = None,
    kept: KeptWindows | None = None,
) -> AsyncIterator[ConversationAnalysis]:
    """Analyses in the order in which they finish; the analyst is asked for at most `concurrency` things at once.

    Conversations are taken when there is room for one more window, and let go when they are done: at most `concurrency` windows
    wait, prepared, for those that are being read. So no turn stays unused while there is anything left to read, and what is held
    in memory does not grow with the number of conversations.
    """
    limit = asyncio.Semaphore(concurrency)
    source = _stream(conversations)
    waiting: deque[tuple[_UnderWay, Window]] = deque()
    running: set[asyncio.Task[ConversationAnalysis | None]] = set()
    coming: asyncio.Task[Conversation | None] | None = None
    more = True
    try:
        while True:
            while waiting and len(running) < 2 * concurrency:
                under_way, window = waiting.popleft()
                running.add(asyncio.create_task(under_way.read(window, limit)))
            if more and coming is None and len(running) + len(waiting) < 2 * concurrency:
                coming = asyncio.create_task(_next(source))
            pending: set[asyncio.Task[Any]] = running | ({coming} if coming else set())
            if not pending:
                return
            done, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            if coming in done:
                conversation, coming = coming.result(), None
                if conversation is None:
                    more = False
                else:
                    under_way = _UnderWay(conversation, analyst, progress, tables, kept)
                    waiting.extend((under_way, window) for window in under_way.missing)
                    if not under_way.missing:
                        running.add(asyncio.create_task(under_way.checked()))
            for task in done & running:
                running.remove(task)
                if (analysis := task.result()) is not None:
                    yield analysis
    finally:
        tasks: list[asyncio.Task[Any]] = [*running, *([coming] if coming else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await source.aclose()


async def _next(source: AsyncGenerator[Conversation, None]) -> Conversation | None:
    return await anext(source, None)


async def _stream(conversations: Iterable[Conversation] | AsyncIterable[Conversation]) -> AsyncGenerator[Conversation, None]:
    if isinstance(conversations, AsyncIterable):
        async for one in conversations:
            yield one
    else:
        for one in conversations:
            yield one


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
    attended = [attendance_of(analysis.conversation) for analysis in analyses]
    tree, decisions = conclude(findings, attended, similarity_of=similarity_of, tables=tables, expect=expect)
    usage = Usage()
    for analysis in analyses:
        usage = usage.plus(analysis.usage)
    return EngagementAnalysis(
        title=title,
        created_at=now or datetime.now(UTC),
        analyst=analyst,
        conversations=tuple(analyses),
        goal_tree=tree,
        decisions=decisions,
        unreadable=tuple(unreadable),
        usage=usage,
    )


def conclude(
    findings: Sequence[Finding],
    attended: Sequence[Attendance],
    *,
    similarity_of: Callable[[Sequence[str]], Similarity],
    tables: Tables | None,
    expect: Expect | None,
) -> tuple[GoalTree, Decisions | None]:
    """One goal tree of all findings and, with `tables`, what follows from them. Of the conversations, who took part is enough."""
    similarity = similarity_of(compared_texts(findings))
    tree = build_goal_tree(findings, similarity)
    return tree, decide(findings, tree, attended, tables, similarity, expect) if tables else None


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
