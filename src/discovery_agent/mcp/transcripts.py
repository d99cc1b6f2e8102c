"""A transcript as it is analysed for somebody who asks: read, decided, given back, and let go again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from discovery_agent.discovery.analyse import Progress, analyse_engagement
from discovery_agent.discovery.uploads import file_name
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.conversation import Conversation
from discovery_agent.errors import InvalidRequest, ModelError, NotFound, TooMany
from discovery_agent.mcp.answers import TranscriptAnalysis, head_of, verdict_summary
from discovery_agent.mcp.arguments import LONGEST_TRANSCRIPT, AnalyseFile, AnalyseTranscript
from discovery_agent.mcp.calls import Call, Tell
from discovery_agent.transcripts import read_transcript_bytes

LARGEST_FILE = 2_000_000
"""Bytes; what captions and Word files hold beside the words counts, too."""
MOST_WORDS = LONGEST_TRANSCRIPT
"""Characters that were said."""
_HOW_TO_STORE = (
    "Nothing was stored. To keep it, a person uploads the transcript to an engagement (page Conversations, or POST "
    "/api/v1/engagements/{engagement_id}/transcripts), or runs `discovery-agent analyze` on the file."
)
_ASKED_NEXT = 10


async def get_ready(ws: Workspace) -> None:
    """Load what reading needs, off the event loop."""
    await asyncio.to_thread(lambda: (ws.bench.analyst, ws.bench.tables, ws.bench.expect))


async def analyse(call: Call, asked: AnalyseTranscript) -> TranscriptAnalysis:
    """What is found in a transcript, each finding with its quotes.

    Raises:
        InvalidRequest: neither or both of a text and a path were given.
        NotFound: there is no such file in the folder of transcripts.
        TranscriptError: it cannot be read, or nobody says anything in it.
        TooMany: it is too long.
        ModelError: some or all of it could not be read, and nothing was found in the rest.
    """
    ws = call.ws
    await get_ready(ws)
    conversation = await asyncio.to_thread(_conversation, asked, call.around.files)
    async with _told(call.tell) as progress:
        analysis = await analyse_engagement(
            [conversation],
            ws.bench.analyst,
            title=conversation.title,
            similarity_of=ws.bench.similarity_of,
            concurrency=ws.settings.concurrency,
            progress=progress,
            tables=ws.bench.tables,
            expect=ws.bench.expect,
        )
    (read,) = analysis.conversations
    if read.failed_windows and not read.findings and not read.unverified:  # or an assistant would say that nothing was found
        raise ModelError(read.failed_windows[0].error, remedy=read.failed_windows[0].remedy)
    decisions = analysis.decisions
    return TranscriptAnalysis(
        conversation=head_of(conversation),
        analyst=analysis.analyst,
        findings=read.findings[: asked.limit],
        findings_total=len(read.findings),
        goal_tree=analysis.goal_tree,
        verdicts=tuple(map(verdict_summary, decisions.goals)) if decisions else (),
        ask_next=decisions.agenda[:_ASKED_NEXT] if decisions else (),
        unverified=len(read.unverified),
        failed_windows=read.failed_windows,
        usage=analysis.usage,
        how_to_store=_HOW_TO_STORE,
    )


def _conversation(asked: AnalyseTranscript, folder: Path | None) -> Conversation:
    path = asked.path if isinstance(asked, AnalyseFile) else None
    if (asked.text is None) == (path is None):
        raise InvalidRequest(
            "There is no transcript." if path is None else "There are two transcripts.",
            where="text",
            remedy="Give the text of one transcript." if folder is None else "Give the text of one transcript, or the path of a file.",
        )
    if path is not None:
        assert folder is not None
        data, name = _bytes_of(folder, path)
    else:
        data, name = (asked.text or "").encode(), "transcript.txt"
    conversation = read_transcript_bytes(data, name)
    if sum(len(one.text) for one in conversation.utterances) > MOST_WORDS:
        raise TooMany(
            f"More is said than {MOST_WORDS:,} characters.",
            where=name,
            remedy="Upload it to an engagement: it is read in the background then.",
        )
    title = " ".join(asked.title.split())
    return conversation.model_copy(update={"title": title}) if title else conversation


def _bytes_of(folder: Path, path: str) -> tuple[bytes, str]:
    """A file below a folder. What leads out of it, by `..` or a link, is not there."""
    missing = NotFound("There is no such file in the folder of transcripts.", where=file_name(path), remedy="Name one below that folder.")
    try:
        root = folder.resolve(strict=True)
        file = (root / path).resolve(strict=True)
        if not file.is_relative_to(root) or not file.is_file():
            raise missing
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError, RuntimeError) as error:  # a name that no system takes, links in a circle
        raise missing from error
    if len(data) > LARGEST_FILE:
        raise TooMany(
            f"The file is larger than {LARGEST_FILE / 1e6:g} MB.", where=file.name, remedy="Upload it to an engagement, or use `analyze`."
        )
    return data, file.name


@asynccontextmanager
async def _told(tell: Tell) -> AsyncIterator[Progress]:
    """Progress that is told in order while the work goes on; of what comes faster than it can be told, the newest."""
    newest: tuple[int, int] = (0, 0)
    changed = asyncio.Event()

    def progress(_name: str, done: int, total: int) -> None:
        nonlocal newest
        newest = done, total
        changed.set()

    async def telling() -> None:
        while True:
            await changed.wait()
            changed.clear()
            done, total = newest
            await tell(done, total + 1, "Read" if done == total else "Reading")

    task = asyncio.create_task(telling())
    try:
        yield progress
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
