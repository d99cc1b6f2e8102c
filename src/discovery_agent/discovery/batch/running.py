"""One run over a batch: each file is read, analysed or found in the journal, and let go before the next ones come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace

from discovery_agent.analysts.protocol import Extraction, Reader, Window
from discovery_agent.discovery.analyse import analyse_each
from discovery_agent.discovery.batch.journal import Journal
from discovery_agent.discovery.batch.keys import conversation_key
from discovery_agent.discovery.batch.material import Material
from discovery_agent.discovery.files_read import Twin
from discovery_agent.discovery.results import ConversationAnalysis, UnreadableFile
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Tables

Source = Iterable[Conversation | Twin | UnreadableFile]


@dataclass(frozen=True)
class Standing:
    """How far a batch has come."""

    files: int = 0
    """Files looked at."""
    without: int = 0
    """Of these, those that give no conversation of their own: not readable, or a copy."""
    conversations: int = 0
    """Conversations finished, in this run or before."""
    kept: int = 0
    """Of these, those that an earlier run had finished."""
    windows: int = 0
    """Windows read in this run."""
    failed: int = 0
    """Windows that failed."""


class BatchRun:
    """Reads a batch. `tell` hears of every step, `say` of what a person should know at once."""

    def __init__(
        self,
        analyst: Reader,
        mark: str,
        journal: Callable[[], Journal],
        *,
        tables: Tables,
        concurrency: int,
        say: Callable[[UnreadableFile], None],
        tell: Callable[[Standing], None],
        only_failed: bool = False,
    ) -> None:
        """`mark` tells this reader from others, `journal` opens the journal at the first conversation."""
        self.analyst = analyst
        self._mark = mark
        self._open_journal = journal
        self._journal: Journal | None = None
        self._tables = tables
        self._concurrency = concurrency
        self._say = say
        self._tell = tell
        self._only_failed = only_failed
        self.material = Material()
        self.unreadable: list[UnreadableFile] = []
        self.left_out = 0
        """Conversations that were not read because only failed windows were asked for."""
        self.standing = Standing()

    @property
    def journal(self) -> Journal:
        """The journal; opened when it is first needed, so that a run which finds nothing to read leaves no trace."""
        if self._journal is None:
            self._journal = self._open_journal()
        return self._journal

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()

    async def read(self, source: Source) -> None:
        """Read everything. What is finished is kept at once, so this can be cut off at any point.

        Raises:
            ExportError: what is finished cannot be kept.
            ConfigurationError: the key, the prompt or a setting is wrong.
        """
        analyses = analyse_each(
            self._unread(iter(source)),
            self.analyst,
            concurrency=self._concurrency,
            progress=self._window_done,
            tables=self._tables,
            kept=_Windows(self),
        )
        async with aclosing(analyses) as finished:  # type: ignore[type-var]
            async for analysis in finished:
                self.journal.finish(self.key_of(analysis.conversation), analysis)
                self._add(analysis)

    def unread(self, source: Source) -> Iterator[Conversation]:
        """The conversations of a batch of which anything is to be read, for whoever asks a model ahead. Nothing of them is kept here."""
        return (one for one in source if isinstance(one, Conversation) and self._is_unread(self.journal.finished(self.key_of(one))))

    def _is_unread(self, kept: ConversationAnalysis | None) -> bool:
        return not self._only_failed if kept is None else bool(kept.failed_windows)

    def key_of(self, conversation: Conversation) -> str:
        """Under what the journal has a conversation."""
        return conversation_key(conversation, self._mark)

    async def _unread(self, source: Iterator[Conversation | Twin | UnreadableFile]) -> AsyncIterator[Conversation]:
        """Conversations that are to be read; those that an earlier run finished are taken as they are."""
        while (one := await asyncio.to_thread(next, source, None)) is not None:
            self._step(files=self.standing.files + 1)
            match one:
                case UnreadableFile():
                    self._step(without=self.standing.without + 1)
                    self.unreadable.append(one)
                    self._say(one)
                case Twin():
                    self._step(without=self.standing.without + 1)
                    self.material.note(one.conversation_id, one.note)
                case Conversation():
                    key = self.key_of(one)
                    kept = self.journal.finished(key)
                    if kept is None and self._only_failed:
                        self.left_out += 1
                        self._step(without=self.standing.without + 1)
                        continue
                    self.material.expect(one.id, key)
                    if kept is None or kept.failed_windows:
                        yield one
                        continue
                    self._step(kept=self.standing.kept + 1)
                    if kept.conversation != one:  # the file has another name, or was found in another format
                        kept = kept.model_copy(update={"conversation": one})
                        self.journal.finish(key, kept)
                    self._add(kept)

    def _add(self, analysis: ConversationAnalysis) -> None:
        self.material.add(analysis)
        self._step(conversations=self.material.finished, failed=len(self.material.failures))

    def _window_done(self, _conversation: str, done: int, _of: int) -> None:
        if done:
            self._step(windows=self.standing.windows + 1)

    def _step(self, **changes: int) -> None:
        self.standing = replace(self.standing, **changes)
        self._tell(self.standing)


class _Windows:
    """The journal as what remembers windows."""

    def __init__(self, run: BatchRun) -> None:
        self._run = run

    def windows_of(self, conversation: Conversation) -> Mapping[Window, Extraction]:
        """What is known of the windows of a conversation that is not finished."""
        return self._run.journal.windows(self._run.key_of(conversation))

    def keep(self, conversation: Conversation, window: Window, extraction: Extraction) -> None:
        """Keep what a window gave until its conversation is finished."""
        self._run.journal.keep_window(self._run.key_of(conversation), window, extraction)
