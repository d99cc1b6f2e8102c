"""What a talk settles and what it has to do with: decisions and budgets, as people say them in passing."""

from __future__ import annotations

import re

from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.agreement.amounts import Figure, figures_in
from discovery_agent.domain.units import SECONDS_IN

_OPENS = (
    r"^\W*(?:(?:okay|ok|so|then|right|fine|good|great|well|yes|yeah|yep|alright|all right|now|and|but|sure|perfect|um+|uh+)\b[\s,.!:-]*)*"
)
_WORD = r"[\w'-]+"
# After a word of agreement, what is agreed: a deed, or what somebody does, and no remark on what was said.
_NO_DEED = (
    r"(?!(?:that|this|it|but|and|although|though|which|because|you(?:'re| are)|he|she|they|i|there|not|no|same|good|exactly|completely|totally|"
    r"absolutely|fully|thanks?|thank|what|why|how|who|when|if|unless|except|yes|yeah|in|on|by|at|after|before|within|with|usually|mostly|normally|often|always)\b)"
)
_SETTLED = r"(?:agreed|settled|decided|done|deal|a deal|approved|resolved)"
_DECIDES = re.compile(
    rf"{_OPENS}{_SETTLED}(?: then)?\s*[,:;.–-]+\s*(?:then |so |and )*{_NO_DEED}(?:{_WORD}\W+){{2,}}"
    rf"|{_OPENS}(?:that|it|this)(?:'s| is| has been) (?:all |now |finally )*{_SETTLED}(?: then)?\s*[:;–]\s*(?:{_WORD}\W+){{2,}}"
    rf"|{_OPENS}(?:it|that|this)(?:'s| is| has been) (?:now |finally |all )?(?:settled|decided|agreed)[,:;]? that\b"
    rf"|{_OPENS}we(?:'ve| have)? (?:just |all |now |finally |already )*(?:agreed|decided) (?:that|on|to|against|for) (?!\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)"
    rf"|\blet(?:'s| us) (?:decide|settle|agree)(?: on)?(?: (?:this|that|it|now|here|today))?\s*:\s*{_WORD}"
    r"|(?<!it)(?<!that)(?<!this)(?: is| are) (?:now |definitely |therefore )?(?:off the table|ruled out|out of the question)\b"
    rf"|^\W*(?:okay|ok|right|so|then|fine|good|alright|all right)\b[\s,.:]*(?:then |so |well )?(?:the |that |this |our ){_WORD}(?: {_WORD})? (?:is|are|stays) (?:out|in)\W*$"
    rf"|^\W*(?:okay|ok|right|so|then|fine|good|alright|all right)\b[\s,.:]*(?:then |so )*we(?:'ll| will|'re going to)? (?:go (?:with|for|ahead with)|stick (?:with|to)|drop|do it with|start with|begin with) {_WORD}"
)
_UNDECIDED = re.compile(
    r"\b(?:every|each) (?:day|morning|evening|night|week|month|time)\b|\b(?:usually|normally|always|mostly)\b"
    r"|\b(?:if|unless|whether|nothing (?:is|was|has been)|not (?:yet )?(?:been )?(?:decided|settled|agreed)|nobody|undecided|still (?:open|to be)|don't (?:settle|decide|agree)"
    r"|(?:wasn't|isn't|hasn't been|never) (?:\w+ )?(?:decided|settled|agreed|off the table|ruled out)|not (?:off the table|ruled out)|would be (?:off|ruled)|should be (?:off|ruled))\b"
)
_LEAST_WORDS = 4


def decides(low: str) -> bool:
    """Whether a sentence settles something here and now, in more than a word of assent.

    >>> decides("agreed, keep the mail address open."), decides("agreed, that is a problem."), decides("the kiosk is off the table.")
    (True, False, True)
    """
    return len(low.split()) >= _LEAST_WORDS and bool(_DECIDES.search(low)) and not _UNDECIDED.search(low) and "?" not in low


_THIS_WORK = r"(?:for (?:this|it|that|all (?:of )?(?:this|it)|the (?:whole|project|pilot|work|first)\b)|in total|altogether)"
_BUDGET = re.compile(
    r"\b(?:(?:budget|ceiling|cap|spending limit) (?:is|of|we have|i have|stands|comes|for)\b"
    r"|(?:set|put|laid) (?:\S+ ){0,4}?aside|earmarked|ring-?fenced|reserved|(?:freed|free) up"
    rf"|(?:gave|gives|give|granted|approved|promised|allotted|signed off)\b.*\b{_THIS_WORK}"
    r"|(?:i|we|you)(?: can| could| may| will|'ll) (?:only )?(?:spend|free|invest|give|afford)\b"
    rf"|(?:i|we)(?:'ve| have)(?: got)? (?:only |about |around |up to )?[\w.,€$£ ]+ {_THIS_WORK}"
    r"|(?:may|must|should|can|shall)(?:n't| not)? cost (?:us )?(?:no |not )?(?:more than|at most|less than|above|over)"
    r"|(?:may|must|should|can)(?:n't| not| never) (?:cost more|exceed|go (?:over|above|beyond)))\b"
)
_SPENT_BEFORE = re.compile(
    r"\b(?:had|spent|used to|was|were|last (?:year|time|month|quarter)|back then|years? ago)\b|\b(?:an?|per|each|every) (?:year|month|week|day|hour|case|head|person|piece|\w+ly)\b|\b(?:yearly|monthly|annually|quarterly)\b"
)
_LEAST_WITHOUT_CURRENCY = 1_000
_COUNTS_NOTHING = re.compile(
    r"\W*$|\s*[.,;:!?]|\s*(?:for|set|put|aside|in|to|at|on|that|and|or|of (?:it|that)|earmarked|reserved|left|max\w*|tops|all|this|altogether|free)\b"
)
_YEARS = range(1900, 2101)


def sets_budget(sentence: Sentence) -> bool:
    """Whether a sentence says what may be spent on the work: "we have sixty thousand set aside"."""
    low = sentence.low
    return (
        bool(_BUDGET.search(low))
        and not _SPENT_BEFORE.search(low)
        and any(_is_sum(one, low[one.end :]) for one in figures_in(sentence.text))
    )


def _is_sum(figure: Figure, after: str) -> bool:
    """Whether a figure is a sum of money; one without a currency is, if it is as large as that and counts nothing."""
    if figure.unit is not None:
        return figure.unit != "%" and figure.unit not in SECONDS_IN
    return (
        figure.value >= _LEAST_WITHOUT_CURRENCY
        and bool(_COUNTS_NOTHING.match(after))
        and not (figure.value in _YEARS and figure.text.isdigit())
    )


_PERIODS = r"(?:a|an|per|each|every) (?:hour|shift|day|night|morning|week|month|quarter|season|year)"
_SMALL_TALK = re.compile(
    r"\b(?:and|so|but|well|that|this|it|there|which|they|we|is|are|'s|'re|makes?|means|comes? to|what|about|around|roughly|maybe|perhaps|some|or|say|i|think|guess|"
    r"would|in|all|altogether|before|after|at|on|the|of|to|from|up|now|today|usually|normally|on average|have|get|got|do|us|for|hours?|days?|weeks?|months?|years?|christmas|summer|winter)\b"
)
_LIMITS = re.compile(
    r"\b(?:more than|at most|at least|no more|not more|max\w*|min\w*|may|must|can't|cannot|can only|only|limit\w*|cap|capped|capacity|up to|allowed|contract|never|below|under|above|over|not|no)\b"
)


def is_bare_volume(sentence: Sentence) -> bool:
    """Whether a sentence says how many there are in a time and nothing else, so that it limits nothing: "fifteen thousand a month"."""
    low = sentence.low
    if not re.search(rf"\b{_PERIODS}\b", low) or _LIMITS.search(low):
        return False
    rest = list(low)
    for figure in figures_in(sentence.text):
        rest[figure.start : figure.end] = " " * (figure.end - figure.start)
    left = _SMALL_TALK.sub(" ", re.sub(rf"\b{_PERIODS}\b", " ", "".join(rest)))
    return len(re.findall(r"[a-z]{2,}", left)) <= 1


_HANDLES = (
    r"(?:mail|e-?mail|phone|call|ring|text|message|write|send|bring|carry|come|arrive|go|give|hand|pass|fill|type|enter|key|copy|print|scan|check|sort|read|open|close|"
    r"ask|tell|order|book|cancel|change|pay|sign|file|report|use|take|pick|pack|load|drive|deliver|return|collect|keep|store|wait|look|work|start|answer|forward|upload|download|log|submit|request|contact|reach)"
)
_RUNS = re.compile(
    rf"{_OPENS}(?:(?:today|usually|normally|mostly|sometimes|often|every (?:day|morning|week)|at the moment|right now)\W+)?"
    rf"(?:(?:the|each|every|most|some|all|our|many|other|these|those|two|three|four|both) )*(?!(?:we|i|you|to|please|let|don't|not|that|this|it|and|or)\b){_WORD}(?: {_WORD})?? "
    rf"(?:(?:also|always|usually|often|sometimes|mostly|just|still|simply|then|only|each|all) )*{_HANDLES}(?:s|es)?\b(?: (?:and|or) {_HANDLES}(?:s|es)?\b)*"
    r" (?:us|it|them|me|him|her|in|to|the|a|an|their|our|each|out|up|by|with|from|on|off|over|back|for|all|every)\b"
)
_WANTED = re.compile(
    r"\b(?:want\w*|need\w*|should|must|would|could|shall|wish\w*|hope\w*|goal|aim|target|have to|has to|had to|ought|expect\w*|let's|no longer|without|stop\w*|instead|"
    r"faster|quicker|fewer|better|less|sooner|matters?|important|priority|reduce|improve|success)\b|'d\b"
)


def tells_how_it_runs(low: str) -> bool:
    """Whether a sentence describes what people do today, with no word of what is wanted.

    >>> tells_how_it_runs("hotels mail or phone us to change their order."), tells_how_it_runs("hotels should mail us their order.")
    (True, False)
    """
    return bool(_RUNS.search(low)) and not _WANTED.search(low)
