"""An interview held from a program that waits: in a script, a shell, or a notebook whose own event loop runs."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Callable, Iterator
from types import TracebackType
from typing import ParamSpec, Self

from discovery_agent.discovery.interviews import InterviewView
from discovery_agent.discovery.loop_thread import LoopThread
from discovery_agent.library import interviewing
from discovery_agent.library.interview_state import InterviewState, Reply

P = ParamSpec("P")


class Interview(InterviewState):
    """One interview, from its first question to its recap.

    with interview(person="Ingrid Halden", role="sponsor") as talk:
        for question in talk:
            talk.answer(input(question))
        talk.confirm()
        talk.finish(rating=4, release=True)
    """

    def __init__(self, awaited: interviewing.Interview) -> None:
        super().__init__()
        self._awaited = awaited
        self._decisions = awaited._decisions
        self._loop: LoopThread | None = None

    def open(self) -> Self:
        """Begin the interview, or go on with it; what `with` does on entering. For notebooks, where an interview goes over several cells.

        Raises:
            InvalidRequest: the name has no letters.
            StorageError: the database cannot be used.
        """
        if self._loop is None:
            loop = self._loop = LoopThread("interview")
            try:
                loop.run(self._awaited.open())
            except BaseException:
                self._end()
                raise
        return self

    def leave(self) -> None:
        """Let go of the interview; what `with` does at its end."""
        if self._loop is not None:
            self.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._running.run(self._awaited.__aexit__(kind, error, trace))
        finally:
            self._end()

    def __iter__(self) -> Iterator[str]:
        """The questions, each to be answered before the next."""
        questions = self._awaited.__aiter__()
        while (question := self._running.run(_next(questions))) is not None:
            yield question

    def answer(self, text: str) -> Reply:
        """Answer the question; what was understood, and what is asked next. Ctrl-C leaves; what was said is kept, where it is kept at all.

        Raises:
            InvalidRequest: no words, too many, or the questions are over.
            ModelError, StorageError: the reply could not be made or stored; the answer is kept.
        """
        return self._running.run(self._awaited.answer(text))

    def stop(self) -> None:
        """The person wants to stop: no more is asked, and the recap is next."""
        self._running.run(self._awaited.stop())

    def finish(self, *, rating: int, release: bool) -> None:
        """Close the interview with what was decided on the lines of the recap; lines without a decision stay as proposed.

        `rating` says how well the recap describes the person's view, from 1 (poorly) to 4 (very well). With `release`, the people who lead the
        discovery may read the interview; without, it stays private.

        Raises:
            InvalidRequest: the questions are not over, the rating is no such number, or a correction says nothing.
            StaleVersion: what was understood changed meanwhile; look at `recap` again.
        """
        self._running.run(self._awaited.finish(rating=rating, release=release))

    @property
    def _now(self) -> InterviewView:
        return self._awaited._now

    @property
    def _running(self) -> LoopThread:
        self._awaited._now  # noqa: B018  # says what is wrong if it was never entered
        if self._loop is None:
            raise interviewing.left()
        return self._loop

    def _end(self) -> None:
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.stop()


def _waiting(make: Callable[P, interviewing.Interview]) -> Callable[P, Interview]:
    @functools.wraps(make)
    def begin(*args: P.args, **kwargs: P.kwargs) -> Interview:
        return Interview(make(*args, **kwargs))

    return begin


interview = _waiting(interviewing.interview)


async def _next(questions: AsyncGenerator[str, None]) -> str | None:
    return await anext(questions, None)
