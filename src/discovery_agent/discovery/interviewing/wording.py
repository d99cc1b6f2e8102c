"""The interviewer's next words on their way: from the model if there is one, from the rules where it fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discovery_agent.analysts.protocol import Analyst, QuestionBrief
from discovery_agent.discovery.interviewing.cleaning import LONGEST_TURN, printable, turn_text
from discovery_agent.domain.interview.moves import MoveKind
from discovery_agent.domain.question_check import Criterion, Verdict, check_question
from discovery_agent.errors import ConfigurationError, DiscoveryError, ModelError, ModelRefused, SpendLimitReached
from discovery_agent.models.billing import Meter
from discovery_agent.models.usage import Usage

if TYPE_CHECKING:
    from discovery_agent.analysts.llm import LLMAnalyst

_log = logging.getLogger(__name__)
_CLOSING = "Thank you. Below is what I understood; please go through it line by line."
_NOT_A_FLAW = (Criterion.OWN_WORDS,)


@dataclass(frozen=True)
class Worded:
    """Words that are whole."""

    text: str
    by: str
    usage: Usage
    trouble: DiscoveryError | None
    """Why the model did not word it, if it should have."""


class Wording:
    """Begins at once, and keeps what comes until somebody listens; so the model need not wait for the database."""

    def __init__(self, brief: QuestionBrief, rules: Analyst, model: LLMAnalyst | None) -> None:
        self._brief = brief
        self._rules = rules
        self._model = model
        self._meter = Meter()
        self._kept: list[str | None] = []
        self._listener: Callable[[str | None], None] = self._kept.append
        self._task = asyncio.get_running_loop().create_task(self._work(), name="wording")

    def tell(self, listener: Callable[[str | None], None]) -> None:
        """Give the pieces to `listener`, those so far and each that comes; None where all so far are to be forgotten."""
        for piece in self._kept:
            listener(piece)
        self._kept.clear()
        self._listener = listener

    async def whole(self) -> Worded:
        """The words when they are whole."""
        return await self._task

    async def give_up(self) -> Usage:
        """Stop it, since nobody will use the words; what they cost."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        return self._meter.usage

    async def _work(self) -> Worded:
        trouble: DiscoveryError | None = None
        if self._model is not None:
            said = False
            try:
                text = ""
                async with aclosing(_listened(self._model.phrase(self._brief, meter=self._meter))) as pieces:
                    async for piece in pieces:
                        said = True
                        text += piece
                        self._listener(piece)
                if whole := turn_text(text):
                    return Worded(whole, self._model.name, self._meter.usage, None)
                trouble = ModelRefused("The model's words were empty.", remedy="Use another model.")
            except (ModelError, SpendLimitReached, ConfigurationError) as error:
                trouble = error
            except Exception as error:
                _log.error("The model could not word a turn.", exc_info=error)
                trouble = ModelError(f"The model could not word a turn ({type(error).__name__}).")
            if said:
                self._listener(None)
        text = await self._plainly()
        return Worded(turn_text(text), self._rules.name, self._meter.usage, trouble)

    async def _plainly(self) -> str:
        """The words of the rules; and whatever in an answer they stumble over, the interview goes on with the bare question."""
        text = ""
        try:
            async for piece in _listened(self._rules.phrase(self._brief)):
                text += piece
                self._listener(piece)
        except Exception as error:
            _log.error("The rules could not word a turn.", exc_info=error)
            if text:
                self._listener(None)
            text = self._brief.move.question or _CLOSING
            self._listener(text)
        return text


async def _listened(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Pieces without what nobody should see, up to the most that a turn may say."""
    said = 0
    try:
        async for piece in pieces:
            if clean := printable(piece):
                said += len(clean)
                yield clean
            if said > LONGEST_TURN:
                return
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()


def flaws_of(text: str, brief: QuestionBrief) -> tuple[str, ...]:
    """What the question checker finds wrong; it changes nothing, and the lead can look at it."""
    if brief.move.kind is MoveKind.RECAP:
        return ()
    try:
        check = check_question(text, role=brief.person.role, answer=brief.answer, earlier=brief.asked)
    except Exception as error:  # a note is not worth a turn
        _log.error("A question could not be checked.", exc_info=error)
        return ()
    return tuple(one.criterion.value for one in check.verdicts if one.verdict is Verdict.BAD and one.criterion not in _NOT_A_FLAW)
