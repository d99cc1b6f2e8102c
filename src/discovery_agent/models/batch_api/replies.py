"""The seam to the ordinary calls: one way to collect what they would ask, and one to give what batches answered."""

from __future__ import annotations

from collections.abc import Callable

from discovery_agent.errors import CallDeferred
from discovery_agent.models.batch_api.standing import Standing
from discovery_agent.models.replies import Asked, KeptReply, Replies


class CollectedCalls:
    """Lets no call be made. Each that has no reply goes to `take`, once, unless it is with the server or of no use to ask."""

    def __init__(self, kept: Replies, standing: Standing, take: Callable[[str, Asked], None]) -> None:
        self._kept = kept
        self._standing = standing
        self._take = take
        self._seen: set[str] = set()
        self.needed: set[str] = set()
        """Labels of batches that are with the server and answer some of these calls."""
        self.key = kept.key
        self.get = kept.get
        self.put = kept.put

    def permit(self, asked: Asked) -> None:
        """Collect the call.

        Raises:
            CallDeferred: always, but for these.
            ModelReplyTruncated: its reply was too long before, so it has to be asked in halves.
            StorageError: it cannot be written.
        """
        key = self.key(asked)
        if key in self._standing.too_long:
            raise self._standing.error_of(key)
        if (label := self._standing.pending.get(key)) is not None:
            self.needed.add(label)
        elif key not in self._seen and not self._standing.is_settled(key):
            self._seen.add(key)
            self._take(key, asked)
        raise CallDeferred("The call waits for a batch.")

    def for_engagement(self, engagement: str) -> CollectedCalls:
        """The same: a run is of one engagement."""
        return self


class AnsweredCalls:
    """Gives the replies that are kept and lets no call be made. What this run paid for counts as paid for, the first time it is used."""

    def __init__(self, kept: Replies, standing: Standing) -> None:
        self._kept = kept
        self._standing = standing
        self._unbooked = set(standing.new)
        self.key = kept.key
        self.put = kept.put

    def get(self, key: str) -> KeptReply | None:
        """The reply kept under a key, if any."""
        kept = self._kept.get(key)
        if kept is None or key not in self._unbooked:
            return kept
        self._unbooked.discard(key)
        return kept.model_copy(update={"new": True})

    def permit(self, asked: Asked) -> None:
        """Say why there is no reply.

        Raises:
            ModelError: a batch gave none.
            SpendLimitReached: it was not handed in.
        """
        raise self._standing.error_of(self.key(asked))

    def for_engagement(self, engagement: str) -> AnsweredCalls:
        """The same: a run is of one engagement."""
        return self
