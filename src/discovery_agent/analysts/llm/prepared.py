"""Messages of windows that were written ahead of their turn, so that no call that may go waits for this machine."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from discovery_agent.analysts.llm.background import Background
from discovery_agent.analysts.protocol import Window
from discovery_agent.domain.conversation import Conversation
from discovery_agent.models.messages import Message
from discovery_agent.models.prompts import Prompt

_MOST = 1024

_Key = tuple[str, Window, str, int]


class PreparedMessages:
    """A few messages, each taken once. What nobody takes, because a call before it failed, makes room in time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, tuple[Conversation, tuple[Message, ...]]] = OrderedDict()
        self._lock = Lock()

    def put(
        self, conversation: Conversation, window: Window, prompt: Prompt, background: Background | None, messages: tuple[Message, ...]
    ) -> None:
        """Keep the messages of a window for one prompt and what it is shown."""
        with self._lock:
            self._kept[_key(conversation, window, prompt, background)] = (conversation, messages)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)

    def take(self, conversation: Conversation, window: Window, prompt: Prompt, background: Background | None) -> tuple[Message, ...] | None:
        """The messages, if they were written; they are let go."""
        with self._lock:
            kept = self._kept.pop(_key(conversation, window, prompt, background), None)
        # People may be known better by now: then the messages are others.
        return kept[1] if kept and kept[0] is conversation else None


def _key(conversation: Conversation, window: Window, prompt: Prompt, background: Background | None) -> _Key:
    return conversation.id, window, prompt.hash, id(background)
