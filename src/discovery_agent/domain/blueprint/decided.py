"""Decisions that are no work: what is left out, where it begins, whom it is for at first.

"We decided not to buy the cameras" and "we start in the north, with the schools only" ask for no task. They are kept by what a version does
not do, so they stand under what was decided, and become a choice only where the version does what was decided against.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.domain.blueprint.nearness import words_of
from discovery_agent.domain.blueprint.threads import Thread
from discovery_agent.domain.findings import Finding, FindingKind

_LEAST_SHARED = 2
_LEFT_OUT = re.compile(
    r"\b(?:decid\w+|agree[ds]?|settled|chose|voted)(?: \w+){0,2} (?:not to|against)\b|\b(?:we|they|i|it) (?:will not|won['’]t|shall not) (?!\w+ until)"
    r"|\b(?:off the table|out of scope|not (?:in|part of the) scope|not part of (?:this|it|the)|stays? out|is dead|ruled out|left out)\b"
    r"|\b(?:do not|don['’]t|not going to) (?:buy|build|purchase|renew|replace|extend|order|hire)\b|^\W*not to\b",
    re.IGNORECASE,
)
_WHERE_IT_BEGINS = re.compile(
    r"\b(?:start|begin|pilot|launch|roll(?:s|ing)? out)(?:s|ing)?(?: \w+){0,2} (?:in|at|on|for|only) (?:the |our |one )?\w+|\bonly (?:for|in|with|at)\b"
    r"|\b(?:for|in|with|at) [\w ]{2,40} only\b|\b(?:come|comes|follow|follows|wait|waits) (?:later|after\w*|next year)\b"
    r"|\b(?:is|are|remains?) limited to\b|\blimit(?:ed)? (?:it|this|the \w+) to\b|\bin scope\b",
    re.IGNORECASE,
)


# "The board approved that in October": a go-ahead, which nobody has to carry out.
_GO_AHEAD = re.compile(r"\b(?:approved|signed off|released|granted) (?:that|this|it|them|the (?:budget|money|sum|funds))\b", re.IGNORECASE)


def is_about_scope(finding: Finding) -> bool:
    """Whether a decision says what is left out or where it begins, or gives a go-ahead, and so asks for no task."""
    if finding.kind is not FindingKind.DECISION:
        return False
    texts = (finding.statement, *(quote.text for quote in finding.quotes[:2]))
    return any(rule.search(one) for one in texts for rule in (_LEFT_OUT, _WHERE_IT_BEGINS, _GO_AHEAD))


def contradicted(decision: Finding, threads: Sequence[Thread]) -> Thread | None:
    """The epic of the first version that does what was decided against, if one does: its goal is told in the words of the decision."""
    if not any(_LEFT_OUT.search(one) for one in (decision.statement, decision.quotes[0].text)):
        return None
    said = words_of(decision.statement) - words_of("decided agreed against settled")
    for thread in threads:
        if thread.acts and len(said & words_of(thread.goal.statement)) >= max(_LEAST_SHARED, len(said) / 2):
            return thread
    return None


def kept_as_decided(decisions: Sequence[Finding], threads: Sequence[Thread]) -> list[Finding]:
    """The decisions about scope that the first version keeps, each once."""
    kept = [one for one in decisions if is_about_scope(one) and contradicted(one, threads) is None]
    return list({words_of(one.statement) or one.statement: one for one in reversed(kept)}.values())[::-1]
