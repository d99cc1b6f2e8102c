"""The analyst that asks a language model: cuts the conversation, asks once a window, and proposes what comes back.

What a call costs beside the words: on the longest annotated transcript (91 turns, 2376 tokens of `cl100k_base`, one
window) ids, speakers and fence add 7 %; the prompt (792 tokens) and the schema of the reply (458), the same in every
call, make it 1.6 tokens in for each of the transcript. Wider windows lower that, and providers bill a repeated
beginning at a fraction.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel

from discovery_agent.analysts.llm.background import FOR_EXTRACTION, FOR_RATING, Background, Retrieve
from discovery_agent.analysts.llm.estimate import OUTPUT_SHARE, SHORTEST_REPLY_TOKENS, Estimate
from discovery_agent.analysts.llm.fence import fenced
from discovery_agent.analysts.llm.objectives import ObjectivePrompts, ObjectivesReply, objective_messages, statements_in
from discovery_agent.analysts.llm.people import people_in_question, people_in_section, people_of
from discovery_agent.analysts.llm.phrasing import FIRST_WORDS_SECONDS, question_messages
from discovery_agent.analysts.llm.prepared import PreparedMessages
from discovery_agent.analysts.llm.ratings import RatingsReply, criteria_text, dimensions_text, rated
from discovery_agent.analysts.llm.reply import FindingsReply, proposals_of
from discovery_agent.analysts.llm.sections import SECTION_PROMPT, SectionReply, claims_in, section_messages, section_prompt
from discovery_agent.analysts.llm.windows import cut, halves
from discovery_agent.analysts.protocol import (
    Extraction,
    ObjectiveBrief,
    ObjectiveStatements,
    QuestionBrief,
    SectionBrief,
    SectionWords,
    Window,
)
from discovery_agent.domain.conversation import Conversation
from discovery_agent.domain.decisions import Tables
from discovery_agent.errors import CallDeferred, ConfigurationError, ModelAccessDenied, ModelReplyTruncated
from discovery_agent.models.billing import Meter
from discovery_agent.models.budget import Budget
from discovery_agent.models.chat import ChatModel
from discovery_agent.models.messages import Message
from discovery_agent.models.prompts import Prompt, load_prompt
from discovery_agent.models.replies import Replies
from discovery_agent.models.tokens import TokenCounter, counter_for
from discovery_agent.models.usage import Usage
from discovery_agent.settings import Settings, data_folder

PROMPT = "extract_findings"
RATING_PROMPT = "rate_criteria"
QUESTION_PROMPT = "ask_question"
_PLAIN_TEXT = "text"
_SMALLEST_WINDOW = 200

R = TypeVar("R", bound=BaseModel)


class LLMAnalyst:
    """Proposes findings by asking the configured model. Nothing is called, and no key needed, before `extract`.

    Use it as an asynchronous context manager, or `aclose` it in the event loop that used it.
    """

    def __init__(
        self,
        model: ChatModel,
        prompt: Prompt,
        counter: TokenCounter,
        *,
        window_tokens: int,
        rating_prompt: Prompt | None = None,
        question_prompt: Prompt | None = None,
        objective_prompts: ObjectivePrompts | None = None,
        section_prompt: Prompt | None = None,
        background: Background | None = None,
    ) -> None:
        _expect(prompt, FindingsReply.__name__)
        if rating_prompt:
            _expect(rating_prompt, RatingsReply.__name__)
        if question_prompt:
            _expect(question_prompt, _PLAIN_TEXT)
        self._model = model
        self._prompt = prompt
        self._rating_prompt = rating_prompt
        self._question_prompt = question_prompt
        self._objective_prompts = objective_prompts
        self._section_prompt = section_prompt
        self._counter = counter
        self._prepared = PreparedMessages()
        self._background = background
        self._first_words_seconds: float | None = FIRST_WORDS_SECONDS
        # What is known elsewhere takes its place from the window, so that a call stays within its budget.
        self._window_tokens = max(_SMALLEST_WINDOW, window_tokens - background.budget) if background else window_tokens

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        budget: Budget | None = None,
        retrieve: Retrieve | None = None,
        engagement: str | None = None,
        counter: TokenCounter | None = None,
    ) -> Self:
        """The analyst for `settings.model`; a budget may be shared with others. Replies are kept with those of `engagement`, or of none.

        With `retrieve`, the model is shown what is known elsewhere, within `settings.knowledge_tokens`. `counter` measures the windows;
        None takes the best there is for the model.

        Raises:
            ConfigurationError: the model's name, the prompt, or a cap on an unknown price.
        """
        folder = settings.prompts_dir or data_folder("prompts")
        counter = counter or counter_for(settings.model)
        return cls(
            ChatModel(settings, budget=budget, counter=counter, engagement=engagement),
            load_prompt(folder / f"{PROMPT}.md"),
            counter,
            window_tokens=settings.window_tokens,
            rating_prompt=load_prompt(folder / f"{RATING_PROMPT}.md"),
            question_prompt=load_prompt(_question_file(folder)),
            objective_prompts=ObjectivePrompts.load(folder),
            section_prompt=section_prompt(folder),
            background=Background(retrieve, lambda text: counter.count(text).value, settings.knowledge_tokens)
            if retrieve and settings.knowledge_tokens
            else None,
        )

    def for_engagement(self, engagement: str, budget: Budget, retrieve: Retrieve, replies: Replies | None = None) -> Self:
        """The same model, prompts and connections, its calls counted against another budget, and shown what `retrieve` finds.

        Replies are kept in `replies`, or else by the name of the engagement's shelf. Only the one that it was made of is to be closed.
        """
        other = copy.copy(self)
        other._model = self._model.keeping(replies, budget) if replies else self._model.for_engagement(engagement, budget)
        if self._background:
            other._background = Background(retrieve, lambda text: self._counter.count(text).value, self._background.budget)
        return other

    def keeping(self, replies: Replies, budget: Budget) -> Self:
        """The same model, prompts and connections, its replies kept elsewhere, its calls counted against another budget and metered apart.

        Nobody waits for what it says, so its first words may take as long as any call. Only the one that it was made of is to be closed.
        """
        other = copy.copy(self)
        other._model = self._model.keeping(replies, budget)
        other._first_words_seconds = None
        return other

    def shown(self, retrieve: Retrieve, tokens: int) -> Self:
        """The same model, prompts and connections, shown what `retrieve` finds within so many tokens. Windows stay as they are cut."""
        other = copy.copy(self)
        other._background = Background(retrieve, lambda text: self._counter.count(text).value, tokens)
        return other

    def prepare(self) -> None:
        """Load what the first call needs, which takes about a second: for a thread, while a server starts."""
        self._model.prepare()

    @property
    def name(self) -> str:
        """The model as configured."""
        return self._model.name

    @property
    def usage(self) -> Usage:
        """What all calls took so far, also those of windows that failed."""
        return self.meter.usage

    @property
    def meter(self) -> Meter:
        """What all calls took so far, and what replies that were kept took when they were new."""
        return self._model.meter

    @property
    def denied(self) -> ModelAccessDenied | None:
        """Why the server turned the last calls away, if it did."""
        return self._model.denied

    @property
    def turned_away(self) -> ModelAccessDenied | None:
        """Why the server turned the latest call away; until one succeeds."""
        return self._model.turned_away

    def windows(self, conversation: Conversation) -> Sequence[Window]:
        """Runs of utterances within the token budget."""
        return cut(conversation, lambda text: self._counter.count(text).value, self._window_tokens)

    def prepare_window(self, conversation: Conversation, window: Window, tables: Tables | None) -> None:
        """Write the messages of a window ahead of its turn, with what is known elsewhere: retrieval computes for a while."""
        for prompt, values, _ in self._passes(tables):
            self._prepared.put(conversation, window, prompt, self._background, self._messages(prompt, values, conversation, window))

    async def extract(self, conversation: Conversation, window: Window) -> Extraction:
        """Findings of one window. One whose reply does not fit is read in halves, down to single utterances."""
        meter = Meter()
        try:
            replies = await self._read(self._prompt, {}, FindingsReply, conversation, window, meter)
        except BaseException:
            if self._rating_prompt:  # nobody rates a window that failed
                self._prepared.take(conversation, window, self._rating_prompt, self._background)
            raise
        proposals = tuple(proposal for reply, part in replies for proposal in proposals_of(reply, conversation, part))
        return Extraction(proposals=proposals, usage=meter.usage)

    async def rate(self, conversation: Conversation, window: Window, tables: Tables) -> Extraction:
        """What one window shows of the criteria and of the data; read in halves, too, where the reply does not fit."""
        if self._rating_prompt is None:
            return Extraction(proposals=())
        meter = Meter()
        values = {"criteria": criteria_text(tables.ladder), "dimensions": dimensions_text(tables.readiness)}
        replies = await self._read(self._rating_prompt, values, RatingsReply, conversation, window, meter)
        proposals = tuple(proposal for reply, part in replies for proposal in rated(reply, conversation, part, tables))
        return Extraction(proposals=proposals, usage=meter.usage)

    async def phrase(self, brief: QuestionBrief, *, meter: Meter | None = None) -> AsyncGenerator[str, None]:
        """The interviewer's next words as the model writes them, in the stakeholder's language.

        Raises:
            ModelError: the call failed for good; what came before is no turn.
            SpendLimitReached: the cap on cost has no room.
            ConfigurationError: the prompt or the key is wrong.
        """
        if self._question_prompt is None:
            raise ConfigurationError("There is no prompt for wording questions.", remedy=f"Add {QUESTION_PROMPT}.md to the prompts.")
        messages = question_messages(self._question_prompt, brief)
        pieces = self._model.stream(
            messages,
            prompt=self._question_prompt.mark,
            meter=meter,
            first_seconds=self._first_words_seconds,
            people=people_in_question(brief),
        )
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece

    async def propose_objectives(self, brief: ObjectiveBrief, count: int, *, meter: Meter | None = None) -> ObjectiveStatements:
        """Statements of the shared objective, from one call. `meter` gets what it takes even if it fails.

        Raises:
            ModelError: the call failed for good.
            SpendLimitReached: the cap on cost has no room.
            ConfigurationError: the prompt or the key is wrong.
        """
        if self._objective_prompts is None:
            raise ConfigurationError("There is no prompt for wording the objective.", remedy="Add it to the prompts.")
        prompt = self._objective_prompts.of(brief)
        own = Meter() if meter is None else meter
        messages = objective_messages(prompt, brief, count)
        reply = await self._model.structured(messages, ObjectivesReply, prompt=prompt.mark, meter=own)
        return ObjectiveStatements(texts=statements_in(reply.value, count), usage=own.usage)

    async def write_section(self, brief: SectionBrief, *, meter: Meter | None = None) -> SectionWords:
        """The words of a section, from one call. `meter` gets what it takes even if it fails.

        Raises:
            ModelError: the call failed for good.
            SpendLimitReached: the cap on cost has no room.
            ConfigurationError: the prompt or the key is wrong.
        """
        if self._section_prompt is None:
            raise ConfigurationError("There is no prompt for wording sections.", remedy=f"Add {SECTION_PROMPT}.md to the prompts.")
        own = Meter() if meter is None else meter
        messages = section_messages(self._section_prompt, brief)
        reply = await self._model.structured(
            messages, SectionReply, prompt=self._section_prompt.mark, meter=own, people=people_in_section(brief)
        )
        return SectionWords(claims=claims_in(reply.value, brief), usage=own.usage)

    async def _read(
        self, prompt: Prompt, values: Mapping[str, str], output: type[R], conversation: Conversation, window: Window, meter: Meter
    ) -> list[tuple[R, Window]]:
        try:
            messages = self._prepared.take(conversation, window, prompt, self._background)
            if messages is None:  # retrieval computes, so it goes to a thread
                messages = await asyncio.to_thread(self._messages, prompt, values, conversation, window)
            reply = await self._model.structured(messages, output, prompt=prompt.mark, meter=meter, people=people_of(conversation))
        except ModelReplyTruncated:
            parts = halves(conversation, window)
            if parts is None:
                raise
            read: list[tuple[R, Window]] = []
            deferred: CallDeferred | None = None
            for part in parts:
                try:
                    read += await self._read(prompt, values, output, conversation, part, meter)
                except CallDeferred as error:  # whoever collects calls gets those of the other half, too
                    deferred = error
            if deferred:
                raise deferred from None
            return read
        return [(reply.value, window)]

    def _messages(self, prompt: Prompt, values: Mapping[str, str], conversation: Conversation, window: Window) -> tuple[Message, ...]:
        to_read = [one for one in conversation.utterances if window.first <= one.index <= window.last]
        takes_knowledge = "knowledge" in prompt.front.inputs
        known: tuple[str, ...] = ()
        if self._background and takes_knowledge:
            known = self._background.lines(to_read, FOR_RATING if prompt is self._rating_prompt else FOR_EXTRACTION)
        parts: dict[str, str] = fenced(conversation, to_read, known)._asdict()
        if not takes_knowledge:  # a prompt of one's own need not take it
            del parts["knowledge"]
        return prompt.messages(**values, **parts)

    def _passes(self, tables: Tables | None) -> list[tuple[Prompt, Mapping[str, str], type[BaseModel]]]:
        """What a window is asked: the prompt, what fills it in, and the form of the reply."""
        passes: list[tuple[Prompt, Mapping[str, str], type[BaseModel]]] = [(self._prompt, {}, FindingsReply)]
        if tables and self._rating_prompt:
            values = {"criteria": criteria_text(tables.ladder), "dimensions": dimensions_text(tables.readiness)}
            passes.append((self._rating_prompt, values, RatingsReply))
        return passes

    def estimate(self, conversations: Iterable[Conversation], tables: Tables | None = None) -> Estimate:
        """Calls, tokens and price of reading these conversations, with no call made and no key needed.

        With `tables`, the calls that rate criteria are counted too.
        """
        passes = self._passes(tables)
        calls = cached = sent = expected = 0
        for conversation in conversations:
            for window in self.windows(conversation):
                for prompt, values, output in passes:
                    messages = self._messages(prompt, values, conversation, window)
                    if self._model.is_kept(messages, output, prompt=prompt.mark, people=people_of(conversation)):
                        cached += 1
                        continue
                    calls += 1
                    sent += self._model.count_input(messages, output).value
                    expected += min(
                        self._model.longest_reply,
                        SHORTEST_REPLY_TOKENS + round(OUTPUT_SHARE * self._counter.count(messages[-1].content).value),
                    )
        return Estimate(
            calls=calls,
            cached_calls=cached,
            input_tokens=sent,
            output_tokens=expected,
            cost_usd=self._model.cost(sent, expected) if calls else 0.0,
            tokens_estimated=self._counter.estimates,
        )

    async def aclose(self) -> None:
        """Close the connections to the model server."""
        await self._model.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _question_file(folder: Path) -> Path:
    """A folder of one's own need not have this prompt; then the built-in one serves."""
    own = folder / f"{QUESTION_PROMPT}.md"
    return own if own.exists() else data_folder("prompts") / own.name


def _expect(prompt: Prompt, output: str) -> None:
    if prompt.front.output != output:
        raise ConfigurationError(
            f"The prompt's output is `{prompt.front.output}`, but its reply comes as `{output}`.",
            where=str(prompt.source),
            remedy="Correct the prompt file.",
        )
