"""What was actually said, without the noise marks that transcribers write into the text.

Noise marks (`{vocalsound}`, `[laughter]`, `(laughs)`, `<noise>`) stay in `Utterance.text`, because offsets of
quotes count there. Whoever looks for words takes `spoken`, where the marks are blanked out in place; whoever
writes a statement takes `clean`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Round and angle brackets also hold real speech ("we pay (about) 40 euros"), so only known words count there.
_SOUNDS = (
    r"(?:(?:soft|loud|both|all|audience|background|nervous|general|long|short|brief)\s)?"
    r"(?:laugh(?:s|ing|ter)?|chuckl(?:es?|ing)|giggl(?:es?|ing)|applau(?:se|ds)|clap(?:s|ping)?|cough(?:s|ing)?"
    r"|sneez(?:es?|ing)|sigh(?:s|ing)?|breath(?:es?|ing|s)?|inhal(?:es?|ing)|exhal(?:es?|ing)|sniff(?:s|ing)?"
    r"|yawn(?:s|ing)?|gasp(?:s|ing)?|clears? throat|clearing throat|throat clearing|groan(?:s|ing)?"
    r"|music(?: playing)?|noise|silence|sil|pause(?:s|d)?|beep|ring(?:s|ing)?|typing|crosstalk|cross-talk"
    r"|cross talk|overlap(?:ping)?(?: (?:speech|voices|talk))?|inaudible|indistinct|unintelligible|unclear"
    r"|unk|foreign|vocalsound|disfmarker|gap|phone rings?|phone ringing|background noise)"
    r"(?:\s(?:at\s)?\d{1,3}:\d{2}(?::\d{2})?)?"
)
_NOISE = re.compile(
    r"\{[^{}\[\]\n]{1,60}\}"
    r"|\[[^{}\[\]\n]{1,60}\]"
    rf"|\({_SOUNDS}\)"
    rf"|<{_SOUNDS}/?>",
    re.IGNORECASE,
)
_SPACE_BEFORE_POINT = re.compile(r"(?<=\S)\s+([.,!?;:…])(?=\s|$|[.,!?;:…])")
# A point that follows only noise ("{vocalsound} .") ends nothing that was said.
_LEADING_POINTS = re.compile(r"^[\s.,!?;:…]+(?=\s|$)")
_DOUBLED_POINT = re.compile(r"([.!?])(?: [.,;])+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A text of the same length as its source, with spaces where noise marks stood.

    `marks` are the (start, end) offsets of the marks, in order.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return self.text


def spoken(text: str) -> SpokenText:
    """Blank out the noise marks, so that every offset in the result holds in `text` too.

    >>> str(spoken("Yes {vocalsound} we do"))
    'Yes              we do'
    """
    marks: list[tuple[int, int]] = []

    def blank(mark: re.Match[str]) -> str:
        marks.append(mark.span())
        return " " * len(mark.group())

    return SpokenText(_NOISE.sub(blank, text), tuple(marks))


def clean(text: str) -> str:
    """The words alone: noise marks removed, spaces collapsed, no space before a point or comma.

    >>> clean("Okay . {vocalsound} Thank you .")
    'Okay. Thank you.'
    """
    words = " ".join(spoken(text).text.split())
    words = _LEADING_POINTS.sub("", words).lstrip()
    return _SPACE_BEFORE_POINT.sub(r"\1", _DOUBLED_POINT.sub(r"\1", words))
