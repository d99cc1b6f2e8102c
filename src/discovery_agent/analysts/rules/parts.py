"""What a quantity is to its measure: where things stand, where they should go, or how far they should move."""

from __future__ import annotations

import re
from enum import StrEnum

from discovery_agent.analysts.rules.quantities import Dimension, Quantity
from discovery_agent.analysts.rules.sentences import Sentence


class Part(StrEnum):
    """What a quantity is to its measure."""

    BASELINE = "baseline"
    TARGET = "target"
    CHANGE = "change"


_FROM_TO = re.compile(r"\bfrom\b[^.?!;]{0,30}$")
_TO_BETWEEN = re.compile(
    r"^[^.?!;]{0,30}?\b(?:down |up |back )?(?:to|into|towards)\b(?: about| around| roughly| maybe| something like| say| at (?:most|least)| under| below| over)*\s*$"
)
_TARGET_BEFORE = re.compile(
    r"(?:\b(?:down to|up to|back to|to|under|below|beneath|at least|at most|no more than|not more than|no longer than|no less than|less than|fewer than|more than|over|above|"
    r"north of|south of|better than|within|inside|max(?:imum)?(?: of)?|minimum(?: of)?|target(?: is| of| at| would be| should be)?|aim(?:ing)? (?:for|at)|goal (?:is|of)|"
    r"reach(?:ing)?|hit(?:ting)?|get(?:ting)? (?:it |that |this |us |them )?(?:to|under|below|above|over|into)|settle (?:for|on)|happy with|live with|okay with|fine with|content with|anything (?:under|below|above|over)|"
    r"should be|needs? to be|has to be|have to be|must be|ought to be|got to be|want|wants|like|expects?|asked for|asking for|commit(?:ted)? to|promised|agreed on|closer to|"
    r"make (?:it|that)|put|call it|go for|let's say|say)\s*(?:at |it at |us at |about |around |roughly |something like |maybe |a |an |the |say |well |closer to )*)$"
)
# Wordings that set a figure by themselves, whatever else the sentence says.
_SETS_TARGET = re.compile(
    r"\b(?:(?:i|we)(?:'d|'ll| would| could| can)? (?:accept|settle for|live with|take|put it at|go for|go with|make|sign for|be (?:a )?(?:happy|fine|okay|content)(?: \w+)? with|sign for|need|would say)|(?:get|give) (?:me|us)|(?:it's|it has|it'd have|that has|that's|has) got to be|(?:stay|stays|stick|keep it|hold it|remain|remains) (?:at|on|below|under|above)|(?:it |that |which |this )?goes (?:to|under|below|down to|up to)|"
    r"(?:cannot|can't|can not|may not|must not|mustn't|shouldn't) be (?:more|less|longer|higher|lower|worse) than|no (?:more|longer|less|fewer|worse) than|see (?:it|that|this|us|them) (?:at|below|under|above|down to|back at)|let's (?:get|aim|say|make|put|go|agree|call|keep) (?:it |that |for |on |to )*(?:under|below|at|to|above)?|"
    r"(?:target|goal|aim|ceiling|limit) (?:is|of|at|would be|should be|stays)|aim(?:ing)? for|shoot(?:ing)? for|under|below)\s*(?:a |an |about |around |roughly |at least |at most |under |below |maybe |something like |um,? |uh,? )*$"
)
_TARGET_AFTER = re.compile(
    r"^[^.?!;]{0,28}?\b(?:would be (?:fine|ok|okay|great|good|enough|nice|acceptable|lovely|plenty|a win|ideal|perfect|amazing|brilliant|a dream|realistic|more like it|my target|the target)|"
    r"will do|would do|is what (?:we|i) (?:can|could|owe|promised)|is where (?:we|i) (?:want|need)|that's the one|, please|or the (?:board|regulator|group)|is the (?:most|best|least) (?:we|i) can|is (?:fine|enough|the target|our target|my target|the goal|what (?:we|i) (?:want|need)|where (?:we|i) (?:want|need)|realistic|doable|acceptable|the aim|the line|the number (?:we|i) want)|"
    r"max\b|maximum|tops\b|at (?:most|the most|least|worst)|or (?:less|better|under|fewer|more|lower|below|above|higher)|by (?:the )?(?:end|next|q[1-4]|january|february|march|april|june|july|august|september|october|november|december|christmas|summer|spring|autumn)|is the (?:goal|target|aim|ambition))"
)
_BASELINE_BEFORE = re.compile(
    r"\b(?:currently|right now|at the moment|at present|today|now|these days|nowadays|as of (?:now|today)|last (?:year|quarter|month|week|spring|summer|autumn|winter)|so far|"
    r"we're at|we are at|we're (?:running|sitting|stuck|hovering) at|sits? at|stands? at|is at|runs? at|running at|hover\w* (?:at|around)|was|were|is|are|averag\w+|takes?|took|taking|spend(?:s|ing)?|spent|los(?:e|es|ing|t)|"
    r"have|has|had|get|gets|got|see|make|makes|comes? (?:in|out) (?:at|to)|measured|counted|it's|that's|they're|cost(?:s|ing)?|pay(?:s|ing)?|waits?|waiting|up to|as (?:much|many) as|closed? at|about|around|roughly|came to|ended (?:up )?at)\b[^.?!;]{0,40}$"
)
_NOW = re.compile(
    r"\b(?:currently|right now|at the moment|at present|today|these days|nowadays|last (?:year|quarter|month|week)|as it stands|so far|on average|typically|usually|we're at|we are at|baseline|actual(?:ly)? (?:running|at))\b"
)
_HABIT = re.compile(r"\b(?:on average|typically|usually)\b")
WANTED = re.compile(
    r"\b(?:want|wants|wanted|need|needs|would like|'d like|'d love|would love|goal|target|aim|aiming|objective|should|must|has to|have to|had to|got to|ought to|hope|hoping|expect|expects|"
    r"ambition|asked (?:us )?for|asking for|would be (?:fine|great|happy|good|enough|ok|okay|a win|success)|happy with|i'd (?:be|take|settle|sign|accept|put)|could accept|goes to|goes under|get me|stays? at|live with|success|reduce|cut|lower|bring|push|drive|raise|increase|"
    r"improve|get (?:it|that|this|us|them|our|the|those|\w+ \w+) (?:down|up|to|under|below|above|over|back)|halve|double|shave|trim|commit|promised|plan to|planning to|supposed to|make it|settle|"
    r"down to|come down|go down|drop to|go up|climb to|anything (?:under|below|over|above)|acceptable|good enough|no more than|at most|at least|max|maximum|let's (?:say|aim|go|agree)|agreed?)\b"
)
_CHANGE_BEFORE = re.compile(
    r"\b(?:by|reduc\w+|cut(?:ting)?|sav(?:e|es|ing)|shav(?:e|es|ing)|trim\w*|drop\w*|lower\w*|increas\w+|rais\w+|improv\w+|grow\w*|boost\w*|lift\w*|another|an extra|take out|knock\w*(?: off)?|a)\s*(?:about |around |roughly |at least |some |maybe |up to |of |it by |that by |another |an? |even )*$"
)
_CHANGE_AFTER = re.compile(
    r"^\s*(?:of (?:that|it|this|those|them)\b|off\b|out of\b|fewer|less\b|more\b|lower|higher|faster|quicker|cheaper|better|reduction|increase|improvement|cut\b|drop\b|growth|uplift|saving|decrease|down\b|up\b)"
)
_MOVES = re.compile(
    r"\b(?:reduc|cut|sav|shav|trim|drop|lower|increas|rais|improv|grow|win|get|take|knock|bring|lose|halv|remov|eliminat|avoid)\w*\b"
)
WORD_CHANGE = re.compile(r"\b(halv(?:e|es|ed|ing)|cut in half|in half|doubl(?:e|es|ed|ing)|tripl(?:e|es|ing))\b")
CHANGE_VALUES = {"halv": -50.0, "cut": -50.0, "in h": -50.0, "doub": 100.0, "trip": 200.0}
DOWN = re.compile(
    r"\b(?:reduc\w+|cut\w*|lower\w*|decreas\w+|down|drop\w*|fewer|less|under|below|at most|no more than|max\w*|shav\w+|trim\w*|halv\w+|shrink\w*|sav\w+|slash\w*|off|within|faster|quicker|cheaper|eliminat\w+|stop)\b"
)
UP = re.compile(
    r"\b(?:increas\w+|rais\w+|up|grow\w*|improv\w+|at least|over|above|more|higher|boost\w*|lift\w*|doubl\w+|tripl\w+|minimum|better|climb)\b"
)
_NOT_DISCARDED = re.compile(r"(?:,|\.\.\.|-|–|—)?\s*\bnot\s+(?:the |a |some )?$")
STAYS = re.compile(r"\b(?:stays?|keep|hold|remain|maintain)\b")
_INSTEAD_OF = re.compile(r"\b(?:instead of|rather than)\s+(?:the |today's |our |about |around )?$")


_CLAUSE = re.compile(r"[;:]|,? but |, and |\bso\b|\bwhereas\b|\bbecause\b|, (?=we|i|that|it|they)")


def part_of(quantity: Quantity, sentence: Sentence, asked: Part | None) -> Part | None:
    """Whether a quantity is where things stand, where they should go, or how far they should move."""
    low = sentence.low
    before, after = low[: quantity.start], low[quantity.end :]
    near = before[-60:]
    own = _CLAUSE.split(before)[-1] + " # " + _CLAUSE.split(after)[0]
    if quantity.dimension is Dimension.SHARE and (_CHANGE_AFTER.match(after) or _CHANGE_BEFORE.search(near)):
        wants = WANTED.search(low[: quantity.start][-60:]) or WANTED.search(after[:25])
        if re.match(r"\s*of (?:that|it|this|those|them)\b", after) and not _MOVES.search(near):
            wants = None
        if wants and not re.search(r"\b(?:to|at|is|are|of)\s*(?:about |around |roughly )*$", near):
            return Part.CHANGE
    if _CHANGE_AFTER.match(after) and WANTED.search(own) and not _TO_BETWEEN.search(near[-12:]):
        return Part.CHANGE
    if re.search(r"\bby\s*(?:about |around |roughly |at least |maybe |another )*$", near) and WANTED.search(low):
        return Part.CHANGE
    clause = _CLAUSE.split(before)[-1]
    clause_after = _CLAUSE.split(after)[0]
    here = clause + " # " + clause_after
    if WANTED.search(clause) and target_cue(near):
        here = _HABIT.sub(" ", here)  # "under one minute, on average" is wanted, and no habit of today
    if _TARGET_AFTER.match(after) or (_SETS_TARGET.search(near) and not _NOW.search(here)):
        return Part.TARGET
    target_word = _TARGET_BEFORE.search(near)
    if target_word and WANTED.search(clause + " " + clause_after) and not _NOW.search(here):
        return Part.TARGET
    if _NOW.search(here):
        return Part.BASELINE
    if target_word and re.search(
        r"\b(?:target|goal|aim|settle|happy with|anything|should be|needs? to be|has to be|have to be|must be)\b", near[-40:]
    ):
        return Part.TARGET
    if re.search(r"\b(?:under|below|at most|no more than|at least|within)\s*(?:\w+ )?$", near) and WANTED.search(low):
        return Part.TARGET
    if _BASELINE_BEFORE.search(clause) and not WANTED.search(clause):
        return Part.BASELINE
    if WANTED.search(clause):
        return Part.TARGET
    if asked is not None:
        return asked
    if _BASELINE_BEFORE.search(clause):
        return Part.BASELINE
    return None


def target_cue(near: str) -> bool:
    """Whether the words right before a figure put it as a limit: "in under", "at most"."""
    return bool(
        re.search(
            r"\b(?:under|below|within|at most|at least|over|above|less than|more than|no more than|down to|up to)\s*(?:about |around )?$",
            near,
        )
    )


def pair_part(low: str, quantities: list[Quantity], index: int) -> Part | None:
    """ "from 9 to 6" and "6 instead of 9" say themselves what is what."""
    quantity = quantities[index]
    before = low[: quantity.start]
    if _INSTEAD_OF.search(before):
        return Part.BASELINE
    if index + 1 < len(quantities):
        other = quantities[index + 1]
        between = low[quantity.end : other.start]
        if (_FROM_TO.search(before) and _TO_BETWEEN.match(between)) or re.match(
            r"^[^.?!;]{0,20}?\b(?:(?:down|up|back)\s+to|goes to|becomes|should (?:be|become)|to become)\b", between
        ):
            return Part.BASELINE
        if _INSTEAD_OF.search(between):
            return Part.TARGET
    if index > 0:
        other = quantities[index - 1]
        between = low[other.end : quantity.start]
        from_before = _FROM_TO.search(low[: other.start])
        if (from_before and _TO_BETWEEN.match(between)) or re.match(
            r"^[^.?!;]{0,20}?\b(?:(?:down|up|back)\s+to|goes to|becomes|should (?:be|become)|to become)\b", between
        ):
            return Part.TARGET
    return None


def without_discarded(low: str, quantities: list[Quantity]) -> list[Quantity]:
    """ "25, not 40": the 40 is nobody's number."""
    return [one for one in quantities if len(quantities) == 1 or not _NOT_DISCARDED.search(low[: one.start])]
