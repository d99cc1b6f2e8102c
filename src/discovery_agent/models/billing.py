"""What a call may take of money and of the pace, and what it did take: books every attempt, also one that fails or is cancelled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from discovery_agent.errors import ConfigurationError
from discovery_agent.models.answer import Answer
from discovery_agent.models.budget import Budget
from discovery_agent.models.faults import Fault
from discovery_agent.models.pacing import Pacer, Place, Precedence
from discovery_agent.models.prices import Price
from discovery_agent.models.replies import KeptReply
from discovery_agent.models.retrying import Deadline, Timing
from discovery_agent.models.tokens import MESSAGE_TOKENS, TokenCount, TokenCounter
from discovery_agent.models.usage import Usage
from discovery_agent.telemetry.model_calls import model_attempt


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
        """Book a reply that was kept: it costs nothing now, unless this run has paid for it ahead."""
        was = Usage(calls=1, input_tokens=kept.input_tokens, output_tokens=kept.output_tokens, cost_usd=kept.cost_usd)
        if kept.new:
            self.add(was, kept.latency_seconds)
            return
        self.add(Usage(cached_calls=1))
        self.reused = self.reused.plus(was)
        self.reused_seconds += kept.latency_seconds


@dataclass
class Bill:
    """What a call sends, whom it is booked to, when it may go, and the seconds that its attempts took."""

    texts: Sequence[str]
    meters: tuple[Meter, ...]
    model: str = ""
    precedence: Precedence = Precedence.BATCH
    place: Place | None = None
    """In the line of calls; its attempts keep it."""
    seconds: float = 0.0
    attempts: int = 0


class Billing:
    """Prices, the budget that they count against, and the pace of calls."""

    def __init__(
        self, budget: Budget, price: Price | None, counter: TokenCounter, timing: Timing, longest_reply: int, pacer: Pacer
    ) -> None:
        self._budget = budget
        self._price = price
        self._counter = counter
        self._timing = timing
        self._longest_reply = longest_reply
        self._pacer = pacer

    def against(self, budget: Budget) -> Billing:
        """The same prices and pace, counted against another budget."""
        return Billing(budget, self._price, self._counter, self._timing, self._longest_reply, self._pacer)

    def cost(self, input_tokens: int, output_tokens: int, reused_tokens: int = 0) -> float | None:
        """Price of a call in USD; None if nobody publishes one."""
        return self._price(input_tokens, output_tokens, reused_tokens) if self._price else None

    def count(self, texts: Sequence[str]) -> TokenCount:
        """Tokens of the texts when each is sent as a message."""
        counts = [self._counter.count(text) for text in texts]
        return TokenCount(sum(count.value + MESSAGE_TOKENS for count in counts), any(count.estimated for count in counts))

    def least_seconds(self, calls: int, tokens: int) -> float | None:
        """The least time that so many calls take at the pace that is known; None if none is."""
        return self._pacer.seconds_for(calls, tokens)

    @asynccontextmanager
    async def paid(self, bill: Bill, answer: Answer, deadline: Deadline) -> AsyncIterator[None]:
        """Hold the most that one attempt can cost, wait for its turn, and book what it did cost when it is over.

        Tokens are counted only where a cap, a limit, or a server that does not report them needs it. Money comes first: a turn that
        then waited for money would be used when the minute that it was given for is over.

        Raises:
            SpendLimitReached: the cap has no room for it.
            Fault: the server takes no calls for longer than the call may last.
        """
        asked = self._timing.clock()
        patience = deadline.at - asked
        most = self.cost(self.count(bill.texts).at_most, self._longest_reply) if self._budget.cap_usd is not None else None
        bill.place = bill.place or self._pacer.place(bill.precedence)
        async with (
            self._budget.hold(most or 0.0) as hold,
            self._pacer.turn(bill.place, lambda: self.count(bill.texts).at_most + self._longest_reply, patience) as turn,
        ):
            begun = self._timing.clock()
            deadline.at += max(0.0, begun - asked - deadline.asked_to_wait)  # waiting for other calls is not the server's time
            deadline.asked_to_wait = 0.0
            # Until the server is known not to have begun, it may ask to be paid: also if the call is cancelled.
            billed = True
            failed: BaseException | None = None
            bill.attempts += 1
            with model_attempt(bill.model, bill.attempts) as attempt:
                try:
                    yield
                except BaseException as error:
                    failed = error
                    billed = error.started if isinstance(error, Fault) else not isinstance(error, ConfigurationError)
                    raise
                finally:
                    took = self._timing.clock() - begun
                    bill.seconds += took
                    usage = self._usage(answer, bill.texts) if billed else Usage()
                    hold.cost = usage.cost_usd
                    turn.tokens = usage.input_tokens + usage.output_tokens
                    for meter in bill.meters:
                        meter.add(usage, took)
                    attempt.took(
                        took,
                        None if answer.first_at is None else answer.first_at - begun,
                        usage,
                        reused_tokens=answer.reused_tokens,
                        finish=answer.finish_reason,
                        error=failed,
                    )

    def _usage(self, answer: Answer, texts: Sequence[str]) -> Usage:
        """What the server reported, or else what is counted here."""
        read = self.count(texts).value if answer.input_tokens is None else answer.input_tokens
        written = self._counter.count(answer.text).value if answer.output_tokens is None else answer.output_tokens
        return Usage(calls=1, input_tokens=read, output_tokens=written, cost_usd=self.cost(read, written, answer.reused_tokens))
