"""An answer of a model server while it arrives."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_TOKENS = 1_000_000_000
"""No call takes so many. What is above, or below nothing, is a mistake of the server and would make any sum of cost worthless."""


def believable(tokens: object) -> int | None:
    """A count of tokens as a server reported it, if it can be one."""
    return tokens if isinstance(tokens, int) and 0 <= tokens <= _MOST_TOKENS else None


@dataclass
class Answer:
    """What has come of an answer so far. Tokens are None where the server did not report them."""

    parts: list[str] = field(default_factory=list)
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    reused_tokens: int = 0
    """Input tokens that the server had in its own cache, which cost less."""
    first_at: float | None = None
    """When its first words came, on the clock of the call."""

    def took(self, read: object, written: object, reused: object) -> None:
        """Take over what the server reports; what cannot be is passed over, and counted here."""
        self.input_tokens, self.output_tokens = believable(read), believable(written)
        self.reused_tokens = min(believable(reused) or 0, self.input_tokens or 0)

    @property
    def text(self) -> str:
        """The text that has come so far."""
        return "".join(self.parts)
