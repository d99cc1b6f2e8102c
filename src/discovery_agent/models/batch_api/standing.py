"""What is known, while a run hands in batches, of every request that matters to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from discovery_agent.errors import DiscoveryError, ModelRefused, ModelReplyTruncated, ModelUnavailable, SpendLimitReached
from discovery_agent.models.batch_api.notes import HandedIn, Notes
from discovery_agent.models.batch_api.results import Outcome, Unanswered

_AGAIN = "Run the same command again: only what is missing is handed in."


@dataclass
class Standing:
    """Requests by their keys."""

    new: set[str] = field(default_factory=set)
    """Answered in this run."""
    unanswered: dict[str, Unanswered] = field(default_factory=dict)
    """Handed in, and without a reply that can be used."""
    too_long: set[str] = field(default_factory=set)
    """Their replies hit the length limit: they are asked in halves."""
    pending: dict[str, str] = field(default_factory=dict)
    """With the server, each with the label of its batch."""
    without_room: set[str] = field(default_factory=set)
    """The cap on cost had no room for them."""
    spent_usd: float | None = 0.0
    requests: int = 0
    """Handed in in this run."""

    def waits_for(self, notes: Notes, entry: HandedIn) -> None:
        """A batch is with the server."""
        self.pending.update(dict.fromkeys((one.key for one in notes.requests(entry.label)), entry.label))

    def has_read(self, notes: Notes, entry: HandedIn) -> None:
        """A batch has ended, and its replies are kept."""
        keys = {one.key for one in notes.requests(entry.label)}
        unanswered = notes.unanswered(entry.label)
        answered = keys - unanswered.keys()
        self.too_long |= {key for key, why in unanswered.items() if why.outcome is Outcome.TOO_LONG}
        self.new |= answered
        for key in keys:
            self.pending.pop(key, None)
        for key in answered:
            self.unanswered.pop(key, None)
        self.unanswered |= unanswered
        self.requests += entry.requests
        self.spent_usd = None if self.spent_usd is None or entry.cost_usd is None else self.spent_usd + entry.cost_usd

    def is_settled(self, key: str) -> bool:
        """Whether handing a request in again in this run would be of no use."""
        why = self.unanswered.get(key)
        return why is not None and not why.outcome.is_worth_repeating

    def failed(self) -> Counter[Outcome]:
        """How many requests ended without a usable reply, by the reason. Those that were asked in halves instead are left out."""
        return Counter(why.outcome for why in self.unanswered.values() if why.outcome is not Outcome.TOO_LONG)

    def error_of(self, key: str) -> DiscoveryError:
        """Why a call has no reply."""
        if key in self.too_long:
            return ModelReplyTruncated("The model's answer hit its length limit.", remedy="Raise DISCOVERY_MAX_OUTPUT_TOKENS.")
        if key in self.without_room:
            return SpendLimitReached("The cap on cost had no room for this call in a batch.", remedy=f"Raise the cap. {_AGAIN}")
        why = self.unanswered.get(key)
        if why is None:
            return ModelUnavailable("No batch has answered this call.", remedy=_AGAIN)
        said = f" ({why.said})" if why.said else ""
        what = f"A batch did not answer this call: {why.outcome.value}{said}."
        if why.outcome is Outcome.REFUSED:
            return ModelRefused(what, remedy="Leave the passage out, or use another model.")
        if why.outcome is Outcome.REJECTED:
            return ModelRefused(what, remedy="Check DISCOVERY_MODEL and the settings, or leave --batch-api out.")
        return ModelUnavailable(what, remedy=_AGAIN)
