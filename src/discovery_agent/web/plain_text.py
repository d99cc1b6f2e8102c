"""Text for chat programs that draw whatever looks like Markdown or HTML.

The interviewer may repeat what somebody said, and somebody may have said an image whose address tells a stranger that it was
shown. So nothing that is sent can become an image, a link with another text, or a tag.
"""

from __future__ import annotations

import re

_ACTIVE = re.compile(r"!(?=\[)|\](?=[(\[])|<(?=[A-Za-z/!?])")
_MAY_GO_ON = "!]<"


class PlainText:
    """Makes a stream of text harmless, piece by piece: what would be active is parted by a space."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, piece: str) -> str:
        """The next piece, as far as it can be judged already."""
        text = self._held + piece
        self._held = text[-1:] if text[-1:] in _MAY_GO_ON else ""
        harmless = _parted(text)
        return harmless[:-1] if self._held else harmless

    def rest(self) -> str:
        """What was held back."""
        held, self._held = self._held, ""
        return held


def plain(text: str) -> str:
    """A whole text, made harmless."""
    return _parted(text)


def _parted(text: str) -> str:
    return _ACTIVE.sub(lambda match: f"{match[0]} ", text)
