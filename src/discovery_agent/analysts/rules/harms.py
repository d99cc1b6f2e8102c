"""What somebody fears will happen under a condition: "If a letter is wrong, somebody can die." A risk, and never what they want."""

from __future__ import annotations

import re

_CONDITION = r"(?:if|when|whenever|once|unless|as soon as|the moment|every time|each time|in case)"
_LEADS = re.compile(
    rf"^\W*(?:(?:and|but|so|because|well|look|you see|honestly|of course|then|now)\W+)*{_CONDITION}\b(?P<condition>[^.?!;,]*),?(?P<main>.*)$"
)
_FOLLOWS = re.compile(rf"^(?P<main>.{{8,}}?),? {_CONDITION} ")
_HARM = re.compile(
    r"\b(?:dies?|died|dying|deaths?|dead|kill(?:s|ed)?|hurt|injur\w+|harm(?:s|ed|ful)?|wounded|hospital|intensive care|suffers?|sued?|lawsuits?|in court|prosecut\w+|"
    r"liab(?:le|ility)|(?:get|gets|got|be|is|are|being|been) fined|(?:an?|the) (?:\w+ )?(?:fine|penalty)|fines|penalties|lose|loses|lost|complains?|complaints?|furious|angry|"
    r"scandals?|disasters?|catastroph\w+|nightmare|newspapers?|front page|blamed?|in (?:real |deep |big )?trouble|damages?|damaged|ruin(?:s|ed)?|bankrupt|"
    r"(?:goes|go|walks?|runs?) (?:away|elsewhere|to (?:a|the|our) competitors?)|(?:pay|pays|paid) (?:\w+ )?twice|stands? still|shuts? us|burns?|explod\w+|collapses?|goes? (?:badly )?wrong)\b"
)
# "Nobody is harmed any more" is the opposite of a harm.
_AVERTED = re.compile(
    r"\b(?:no|not|nobody|no one|none|never|fewer|less|hardly|stop\w*|avoid\w*|prevent\w*|without|instead of|no longer|any longer)\b(?:[\W_]+\w+){0,4}[\W_]*$|n't\b(?:[\W_]+\w+){0,3}[\W_]*$"
)
_WANTED = re.compile(
    r"\b(?:wants?|wanted|wish|would like|'d like|love|hope|aim|goal|target|success|happy|glad|great|ideal\w*|make sure|matters|must|should|ought to|"
    r"(?:need|needs|have|has|got) to (?!pay\b|close\b|stop\b|apologi[sz]e|recall\b|explain|answer (?:to|for)\b|tell\b|write off))\b"
)


def fears(low: str) -> bool:
    """Whether a sentence says what harm comes of something that may happen, and wants nothing.

    >>> fears("if a letter is wrong, somebody can die."), fears("if we get this right, claims are paid in four days.")
    (True, False)
    >>> fears("if it works, nobody is hurt any more."), fears("if we do not want to lose customers, we have to be faster.")
    (False, False)
    """
    found = _LEADS.match(low)
    if found is not None:
        main = found["main"] if found["main"].strip(" .!?;,") else found["condition"]
    else:
        found = _FOLLOWS.match(low)
        main = found["main"] if found is not None else ""
    if not main or _WANTED.search(low):
        return False
    return any(not _AVERTED.search(main[: harm.start()]) for harm in _HARM.finditer(main))
