"""What a call may cost, and what it did cost: books every attempt, also one that fails or is cancelled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from discovery_agent.errors import ConfigurationError
from discovery_agent.models.answer import Answer
from discovery_agent.models.budget import Budget
from discovery_agent.models.faults import Fault
from discovery_agent.models.prices import Price
from discovery_agent.models.replies import KeptReply
from discovery_agent.models.retrying import Deadline, Timing
from discovery_agent.models.tokens import MESSAGE_TOKENS, TokenCount, TokenCounter
from discovery_agent.models.usage import Usage


class Meter:
    """Adds up what calls took, also those that failed; and, apart from it, what replies that were kept took when they were new."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.seconds = 0.0
        """That the server took for the calls."""
        self.reused = Usage()
        self.reused_seconds = 0.0

    def add(self, usage: Usage, seconds: float = 0.0) -> None:
        """Book one call."""
        self.usage = self.usage.plus(usage)
        self.seconds += seconds

    def reuse(self, kept: KeptReply) -> None:
        """Book a reply that was kept: it costs nothing now."""
        self.add(Usage(cached_calls=1))
        was = Usage(calls=1, input_tokens=kept.input_tokens, output_tokens=kept.output_tokens, cost_usd=kept.cost_usd)
        self.reused = self.reused.plus(was)
        self.reused_seconds += kept.latency_seconds


@dataclass
class Bill:
    """What a call sends, whom it is booked to, and the seconds that its attempts took."""

    texts: Sequence[str]
    meters: tuple[Meter, ...]
    seconds: float = 0.0


class Billing:
    """Prices, and the budget that they count against."""

    def __init__(self, budget: Budget, price: Price | None, counter: TokenCounter, timing: Timing, longest_reply: int) -> None:
        self._budget = budget
        self._price = price
        self._counter = counter
        self._timing = timing
        self._longest_reply = longest_reply

    def against(self, budget: Budget) -> Billing:
        """The same prices, counted against another budget."""
        return Billing(budget, self._price, self._counter, self._timing, self._longest_reply)

    def cost(self, input_tokens: int, output_tokens: int, reused_tokens: int = 0) -> float | None:
        """Price of a call in USD; None if nobody publishes one."""
        return self._price(input_tokens, output_tokens, reused_tokens) if self._price else None

    def count(self, texts: Sequence[str]) -> TokenCount:
        """Tokens of the texts when each is sent as a message."""
        counts = [self._counter.count(text) for text in texts]
        return TokenCount(sum(count.value + MESSAGE_TOKENS for count in counts), any(count.estimated for count in counts))

    @asynccontextmanager
    async def paid(self, bill: Bill, answer: Answer, deadline: Deadline) -> AsyncIterator[None]:
        """Hold the most that one attempt can cost while it runs, then book what it did cost.

        Tokens are counted only where a cap or a server that does not report them needs it.

        Raises:
            SpendLimitReached: the cap has no room for it.
        """
        asked = self._timing.clock()
        most = self.cost(self.count(bill.texts).at_most, self._longest_reply) if self._budget.cap_usd is not None else None
        async with self._budget.hold(most or 0.0) as hold:
            begun = self._timing.clock()
            deadline.at += begun - asked  # waiting for other calls to be settled is not the server's time
            # Until the server is known not to have begun, it may ask to be paid: also if the call is cancelled.
            billed = True
            try:
                yield
            except Fault as fault:
                billed = fault.started
                raise
            except ConfigurationError:
                billed = False
                raise
            finally:
                took = self._timing.clock() - begun
                bill.seconds += took
                usage = self._usage(answer, bill.texts) if billed else Usage()
                hold.cost = usage.cost_usd
                for meter in bill.meters:
                    meter.add(usage, took)

    def _usage(self, answer: Answer, texts: Sequence[str]) -> Usage:
        """What the server reported, or else what is counted here."""
        read = self.count(texts).value if answer.input_tokens is None else answer.input_tokens
        written = self._counter.count(answer.text).value if answer.output_tokens is None else answer.output_tokens
        return Usage(calls=1, input_tokens=read, output_tokens=written, cost_usd=self.cost(read, written, answer.reused_tokens))
