"""An answer of a model server while it arrives."""

from __future__ import annotations

from dataclasses import dataclass, field


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

    @property
    def text(self) -> str:
        """The text that has come so far."""
        return "".join(self.parts)
