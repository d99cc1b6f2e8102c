"""`analyze`, `assess` and `draft`, to be awaited: each is a use case with its workbench opened and closed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Unpack

from discovery_agent.discovery.analyse import Progress
from discovery_agent.discovery.assess import (
    CaseAssessment,
    assess_analysis,
    assess_conversation,
    assess_description,
    assess_file,
    named_file,
)
from discovery_agent.discovery.drafting import blueprint_of_files
from discovery_agent.discovery.given_files import analyse_given
from discovery_agent.discovery.results import EngagementAnalysis
from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import Conversation
from discovery_agent.errors import InvalidRequest
from discovery_agent.library.configuring import SettingChanges, configured
from discovery_agent.library.sources import People, Source, Transcript, read_sources, whole
from discovery_agent.settings import Settings

Case = str | os.PathLike[str] | Transcript | Conversation | EngagementAnalysis
"""A description or the path of a file that holds it, a conversation about one case, or an analysis."""


async def analyze(
    *sources: Source,
    stakeholders: People | None = None,
    title: str | None = None,
    progress: Progress | None = None,
    max_cost: float | None = None,
    settings: Settings | None = None,
    **changes: Unpack[SettingChanges],
) -> EngagementAnalysis:
    """Read conversations; give what was found in them, with the sentence that proves it, and what follows.

    Args:
        sources: Paths of files and folders, globs, `Transcript`s and `Conversation`s.
        stakeholders: The path of a people.yaml, or people; otherwise the people.yaml that lies beside the files.
        title: Name of the engagement; otherwise that of the folder.
        progress: Called with a conversation's title, how many of its stretches are read, and how many there are; from another thread
            than the caller's.
        max_cost: USD; the model is not called any more before more than this is spent.
        settings: Settings to use instead of those of the environment.
        changes: Single settings, such as `model="openai:gpt-5"`; they win.

    What cannot be read is listed in `unreadable`; stretches that a model failed on, in `failed_windows` of their conversation.

    Raises:
        TranscriptError: nothing of it can be read.
        ConfigurationError: a setting or table is wrong.
        InvalidRequest: nothing was given, or a text stands where a path belongs.
    """
    known = configured(settings, changes, max_cost)
    given = await asyncio.to_thread(read_sources, sources, stakeholders)
    async with _workbench(known) as bench:
        return await analyse_given(given.conversations, given.unreadable, bench, title or given.title, progress or _unwatched)


async def assess(
    case: Case, *, max_cost: float | None = None, settings: Settings | None = None, **changes: Unpack[SettingChanges]
) -> CaseAssessment:
    """Say whether a case needs AI: the simplest solution that suffices, why, and what would change it.

    A string is the description itself, unless it names a file, as on the command line; a path is a file. Of an analysis, everything that was
    said counts as about one case, and nothing is read anew.

    Raises:
        TranscriptError: the file cannot be read, or there are no words to assess.
        ModelError, SpendLimitReached: the configured model failed, or may not be called any more.
        ConfigurationError: a setting or table is wrong.
    """
    async with _workbench(configured(settings, changes, max_cost)) as bench:
        match case:
            case EngagementAnalysis():
                return await asyncio.to_thread(assess_analysis, case, bench)
            case Conversation():
                return await assess_conversation(case, bench)
            case Transcript():
                given = await asyncio.to_thread(read_sources, [case], None)
                return await assess_conversation(given.conversations[0], bench)
            case str():
                file = named_file(case) if case.strip() else None
                return await (assess_description(whole(case), bench) if file is None else assess_file(file, bench))
            case _:
                return await assess_file(Path(case), bench)


async def draft(
    *sources: Source | EngagementAnalysis,
    start: date | None = None,
    organisation: str = "",
    stakeholders: People | None = None,
    title: str | None = None,
    progress: Progress | None = None,
    max_cost: float | None = None,
    settings: Settings | None = None,
    **changes: Unpack[SettingChanges],
) -> Blueprint:
    """Draft a blueprint from an analysis, or from conversations that are analysed first; nobody has signed a draft.

    Args:
        sources: One analysis; or whatever `analyze` takes.
        start: First day of the plan; otherwise the first of the month after next.
        organisation: Whose engagement it is.

    The other arguments are those of `analyze`.

    Raises:
        DiscoveryError: as `analyze`; and `InvalidRequest` if the analysis holds no decisions.
    """
    known = configured(settings, changes, max_cost)
    analysed = [one for one in sources if isinstance(one, EngagementAnalysis)]
    if analysed and len(sources) > 1:
        raise InvalidRequest("A draft is made of one analysis, or of conversations.", where="sources", remedy="Analyse all of it together.")
    async with _workbench(known) as bench:
        if analysed:
            analysis = analysed[0]
        else:
            given = await asyncio.to_thread(read_sources, [one for one in sources if not isinstance(one, EngagementAnalysis)], stakeholders)
            watched = progress or _unwatched
            analysis = await analyse_given(given.conversations, given.unreadable, bench, title or given.title, watched)
        return await asyncio.to_thread(blueprint_of_files, analysis, bench, organisation=organisation, start=start)


@asynccontextmanager
async def _workbench(settings: Settings) -> AsyncIterator[Workbench]:
    bench = Workbench(settings)
    try:
        await asyncio.to_thread(_load, bench)
        yield bench
    finally:
        await bench.aclose()


def _load(bench: Workbench) -> None:
    """Load what is slow to load while the caller's event loop goes on."""
    _ = bench.analyst, bench.tables, bench.expect


def _unwatched(_conversation: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""
