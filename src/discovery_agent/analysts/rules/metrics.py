"""What is measured: the words that measures are named with, and the phrase or verb that names one in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Nouns that name a measure when they head a phrase, by the way an organisation wants them to move.
FALLING = (
    r"time|times|lead ?-?times?|cycle|duration|turnaround|waits|waiting times?|delay|delays|latency|queue|queues|backlog|backlogs|"
    r"cost|costs|spend|spending|expense|expenses|overspend|overhead|overtime|penalty|penalties|fines|fees|surcharges|"
    r"error|errors|mistake|mistakes|defect|defects|rework|scrap(?! (?:that|it|this)\b)|waste|wastage|spoilage|shrinkage|write-?offs?|losses|loss|leakage|"
    r"churn|attrition|turnover|drop-?outs?|drop-?off|abandonment|cancellations?|no-?shows?|absences?|absenteeism|sick leave|"
    r"complaints?|escalations?|returns|refunds|chargebacks|incidents?|accidents?|injuries|outages?|downtime|breakdowns?|failures?|stoppages?|"
    r"stock-?outs?|out-?of-?stocks?|overstock|inventory|dead stock|misses|duplicates|mismatches|discrepancies|"
    r"touches|hand-?offs|rejections|false positives|false alarms|dso|mttr|aht|vacancies|truck rolls|repeat visits|emissions|overdue|arrears|"
    r"late payments?|late deliveries|callbacks|re-?visits|detention|demurrage|fraud|stops|repeat calls"
)
RISING = (
    r"revenue|sales|turnover growth|margin|margins|profit|ebitda|growth|market share|retention|renewals?|renewal rate|upsell|conversions?|"
    r"satisfaction|csat|nps|net promoter score|accuracy|precision|first-?time-?right|first-?call resolution|first-?contact resolution|resolution rate|fcr|"
    r"uptime|availability|oee|yield|throughput|productivity|capacity|utili[sz]ation|occupancy|fill rate|service level|"
    r"coverage|compliance|adherence|punctuality|on-?time delivery|on-?time|delivery performance|completion|completeness|adoption|uptake|attendance|"
    r"discounts?|savings|donations?|enrol?lments?|sign-?ups|registrations|bookings|hit rate|containment|deflection|"
    r"straight-?through processing|straight-?through|automation rate|recovery"
)
_NEUTRAL = r"rate|rates|ratio|share|percentage|proportion|score|scores"
_TIME_NOUNS = (
    r"handling|processing|response|approval|resolution|review|onboarding|set-?up|changeover|delivery|search|reporting|turnaround|planning"
)

_STOP = (
    r"the|a|an|our|your|their|my|his|her|its|this|that|these|those|is|are|was|were|be|been|and|or|but|so|to|of|in|on|at|for|from|with|by|as|if|"
    r"we|you|they|i|he|she|it|us|them|me|do|does|did|have|has|had|get|gets|got|getting|cut|cuts|reduce|reduces|lower|raise|increase|improve|bring|"
    r"keep|see|want|wants|need|needs|like|would|could|should|will|can|may|must|not|no|yes|well|um|uh|erm|er|okay|right|yeah|just|really|very|"
    r"about|around|roughly|some|any|all|more|less|fewer|most|what|which|who|how|when|where|why|because|then|than|there|here|also|even|only|"
    r"every|each|still|now|currently|today|actually|basically|probably|maybe|think|know|say|said|mean|means|having|being|that's|it's|we're|"
    r"don't|i'm|you're|halve|double|drive|down|up|push|take|takes|took|make|makes|spend|spends|lose|loses|losing|hit|reach|"
    r"move|shift|drop|fix|measure|track|report|put|let's|let|me|stop|too|much|many|long|same|whole|last|next|year|week|month|day|quarter|"
    r"terms|terrible|awful|bad|good|big|biggest|main|key|real|huge|current|target|goal|aim|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"board|expects|expect|expected|asked|asks|demands|gives|give|happens|happen|comes|come|goes|go|looks|seems|threw|throw|away|arrive|arrives|becomes|until|put|puts|i'd|we'd|he'd|she'd|we've|i've|they're|there's|who|around|roughly|usually|write|writes|key|keys|each|suggest|suggests|questioned|indicated|thought|said|told|use|used|uses|sort|kind|bit|lot|thing|stuff|looking|running|sitting|currently|mostly|simply|honestly|frankly|obviously|point|percent"
)
_WORD = rf"(?:(?!(?:{_STOP})\b)[a-z][a-z'&/-]*)"
HEAD = rf"(?:{FALLING}|{RISING}|{_NEUTRAL})"
"""Any noun that names a measure."""
_PHRASE = re.compile(
    rf"(?<![a-z]-)\b((?:{_WORD}\s+){{0,4}}?(?:(?:{_TIME_NOUNS})\s+)?{HEAD}(?:\s+{HEAD}){{0,2}})\b(?!-[a-z])"
    rf"((?:\s+(?:of|for|in|on|per|at|to|from|between|until|before|across)\s+(?:the |a |an |our |all |each |every |any )?(?:{_WORD}\s*){{1,3}})?)"
)
_BARE_HEADS = re.compile(
    rf"^(?:{_NEUTRAL}|time|times|cost|costs|quality|loss|level|hold|cycle|average|wait|applications|quotes|claims|returns|returns|capacity|output)$"
)

_TAKES = re.compile(
    r"\b(?P<subject>(?:[a-z][a-z'/-]* ){0,5}?[a-z][a-z'/-]*)\s+(?:currently |usually |typically |normally |still |now |often |always |easily |can |will |would |should |just |really )*"
    r"(?:takes?|took|taking|lasts?|runs? to|drags on(?: for)?|sits?(?: there| in \w+| in a queue)?(?: for)?|waits?(?: for)?|waiting)\b"
)
_IT_TAKES_TO = re.compile(
    r"\btak(?:es?|ing)\b[^.?!]{0,60}?\b(?:to|before (?:we|they|you) (?:can )?)\s*((?!about\b|get to\b)[a-z]+(?: (?:a|an|the|our|one|each|every|new))*(?: [a-z'/-]+){1,3})"
)
# "Every e-mail should be answered within ...", "we want to answer every e-mail within ...".
_DONE_WITHIN = re.compile(
    r"(?:(?:^|[,;:]\s*|\b(?:and|but|so|that|want)\s+)(?P<subject>(?:[a-z][a-z'/-]* ){1,5}?)(?:should|must|has to|have to|needs? to|will|can|to) (?:all )?be (?P<done>[a-z]+(?:ed|en|id|nt|lt|de|ne))"
    r"|\b(?:want to|need to|have to|has to|must|should|like to|going to|aim to|able to|(?:like|want|wish|need|goal|aim) (?:is )?that (?:we|they|people|everybody|you|one|somebody|the team)) (?P<deed>(?!be\b|have\b|get\b)[a-z]+(?: [a-z'/-]+){1,5}?))"
    r"\s+(?:with)?in(?: (?:about|at most|under|less than|max|the same))?\s*$"
)
_SPEND = re.compile(
    r"\b(?:spend(?:s|ing)?|spent|waste[sd]?|wasting)\b[^.?!]{0,50}?\b(?:on|just|a (?:week|day|month|year)|per \w+|each \w+|every \w+)\s+"
    r"((?:[a-z]+ing\b)?(?: ?[a-z'/-]+){1,4})"
)
_LOSE = re.compile(
    r"\b(?:los(?:e|es|ing|t)|burn(?:s|ing)?|bleed(?:s|ing)?|haemorrhag\w+|hemorrhag\w+|leav(?:e|ing)|writ(?:e|ing) off|throw(?:ing)? away|pay(?:s|ing)?|costs? us|costing us|forgo(?:ing)?|miss(?:ing)? out on)\b"
)
_LOSE_TO = re.compile(
    r"\b(?:to|on|in|from|because of|through|for|of)\s+((?:the |our |missed |unclaimed |late |lost |early )*[a-z][a-z'/-]+(?: [a-z'/-]+){0,3})"
)
_OF_THINGS = re.compile(
    r"^\s*(?:percent|per cent|%)?\s*(?:of )(?:the |our |all |all the |all our |those |these |them |my )?((?:[a-z][a-z'/-]*\s*){1,9})"
)
# "22 percent non-revenue water": the noun follows at once.
_SHARE_OF_NOUN = re.compile(
    r"^\s+((?:(?!(?:of|is|are|was|were|now|at|in|on|by|for|and|or|but|so|to|more|less|fewer|off|up|down|higher|lower|faster|better|if|when|that|which|who|would|will|today|already|fine|yes|no)\b)[a-z][a-z'-]+\s*){1,3})(?=[,.;]|\s(?:is|are|was|were|at|by|measured|in|for)\b|$)"
)
_FOR_NOUN = re.compile(
    r"^\s*,?\s*(?:now |today |currently |on average |at the moment )*for (?:the |a |an |each |every |one )((?:[a-z][a-z'-]+ ?){1,2})(?=[,.;?]|$)"
)
_TRAILING = re.compile(
    r"(?<!\s)(?:\s++(?:"
    + _STOP
    + r"|take|takes|usually|typically|roughly|end|start|present|moment|average|minute|within|inside|under|below|above|over|after|before|until)(?!\S))+$"
)
_LEADING = re.compile(r"^(?:(?:" + _STOP + r")\s+)+")
_ONLY_STOP = re.compile(r"^(?:(?:" + _STOP + r")\s*)+$")
_HOW_LONG_IT_TAKES = re.compile(r"\bhow (?:long|quickly|fast) ((?:[a-z'/-]+ ){1,5}?)(?:takes?|took|lasts?|waits?|sits?)\b")
_NO_MEASURE_OF_TIME = re.compile(
    r"\b(?:first|second|third|last|next|this|that|any|every|same|long|all|each|one|some|of|on|in|at|the|free|good|hard|full|part|real|our|my|your|their|a|more|much|no|enough|my own|three|two|four|five|ten|half the)\s+times?$"
)
PRONOUN_SUBJECT = re.compile(r"^(?:one|it|that|this|each|they|these|those|(?:one|each|any) of (?:those|them|these))\b")
"""A subject that only points to what was named before."""


@dataclass(frozen=True)
class Metric:
    """The name of a measure and where it stands in its sentence (`start` -1 when it was inferred)."""

    name: str
    start: int
    end: int
    strong: bool
    """True if the phrase names a measure on its own; False for a bare 'time', 'rate' or 'number'."""


def tidy(phrase: str) -> str:
    """A phrase without the articles and fillers at its ends."""
    phrase = re.sub(r"\s+", " ", phrase.strip(" ,.;:-'\""))
    if _ONLY_STOP.match(phrase):
        return ""
    return _TRAILING.sub("", _LEADING.sub("", phrase)).strip(" ,.;:-'\"")


def metric_phrases(low: str) -> list[Metric]:
    """Every phrase of a lower-case sentence that names a measure."""
    found: list[Metric] = []
    for match in _HOW_LONG_IT_TAKES.finditer(low):
        subject = tidy(match.group(1))
        if subject and not PRONOUN_SUBJECT.match(subject):
            found.append(Metric(f"{subject} time", match.start(), match.end(), True))
    for match in _PHRASE.finditer(low):
        if match.group(1).endswith(("time", "times")) and _NO_MEASURE_OF_TIME.search(low[: match.end(1)]):
            continue
        core = tidy(match.group(1))
        tail = tidy(match.group(2)) if match.group(2) else ""
        tail = "" if re.match(r"^(?:to|from|in|at|on)\b", match.group(2).strip()) and not _useful_tail(match.group(2)) else tail
        if not core:
            continue
        bare = bool(_BARE_HEADS.match(core))
        joiner = match.group(2).strip().split()[0] if tail else ""
        tail = tidy(tail.removeprefix(joiner))
        name = f"{core} {joiner} {tail}" if tail and joiner in ("of", "per", "for", "to", "between") else core
        found.append(Metric(name, match.start(), match.end(1), strong=not bare or bool(tail and joiner in ("of", "per", "for", "to"))))
    return found


def _useful_tail(tail: str) -> bool:
    """ "time to hire" names a measure; "costs to about" does not."""
    return bool(
        re.match(
            r"^\s*to\s+(?:hire|market|fill|quote|resolve|resolution|answer|pay|approve|ship|deliver|value|first|respond|repair|invoice|close|onboard|decision|offer|cash)\b",
            tail,
        )
    )


# "Of the parcels we send has a wrong address": the share is of parcels with a wrong address.
_HAVING = re.compile(
    r"(?P<things>[a-z][a-z'/ -]*?)(?<! we)(?<! they)(?<! you)(?<! i) (?:has|have|had|contains?|carr(?:y|ies)) (?P<article>(?:a |an |the |no )?)(?P<what>[a-z][a-z'/-]+(?: [a-z'/-]+){0,2})"
)


def _with_flaw(after: str) -> str | None:
    """Things and what they have: "parcels with a wrong address"; None where the words do not say so."""
    having = _HAVING.match(after)
    things, what = (tidy(having["things"]), tidy(having["what"])) if having else ("", "")
    return f"{things} with {having['article']}{what}" if having and things and what else None


_SHARE_THAT = re.compile(
    r"\s*(?:of (?:them|those|these|it|that|all) )?(?:are|is|were|was)\s+(?!(?:at|in|on|for|from|what|where|the|my|our|not|too|about|a|an|enough|fine|good)\b)((?:[a-z'-]+ ){1,3}[a-z'-]+)"
)


# "Of them are the same Excel form we gave out": what they are, up to the clause about it.
_THEM_ARE = re.compile(
    r"\s*of (?:them|those|these) (?:are|is) ((?:the same |the |an? )(?:(?!(?:we|that|which|who|they|i|you|and|but|so|from|because)\b)[a-z'-]+ ?){1,3})"
)


def inferred_metric(low: str, quantity_start: int, quantity_end: int, dimension: str) -> Metric | None:
    """A measure named by a verb: what takes time, what money is lost to, what a share is a share of."""
    after, before = low[quantity_end:], low[:quantity_start]
    if dimension == "share":
        same = _THEM_ARE.match(after)
        if same:
            return Metric(f"share that are {same.group(1).strip()}", -1, -1, True)
        of = _OF_THINGS.match(after)
        if of and not re.match(r"(?:them|those|these|that|it|this|us|the time)\b", of.group(1)):
            name = _with_flaw(after[of.start(1) :]) or tidy(of.group(1))
            if name and re.search(r"\b(?:lost|lose|loses|losing)\b[^.;]*$", before):
                return Metric(f"share of {name} lost", -1, -1, True)
            if name:
                return Metric(f"share of {name}", -1, -1, True)
        what = _SHARE_THAT.match(after)
        if what and len(tidy(what.group(1)).split()) >= 2:
            return Metric(f"share of {tidy(what.group(1))}", -1, -1, True)
        direct = _SHARE_OF_NOUN.match(after)
        if direct and tidy(direct.group(1)):
            return Metric(tidy(direct.group(1)), -1, -1, True)
    if dimension == "duration":
        purpose = _FOR_NOUN.match(after)
        if purpose and tidy(purpose.group(1)):
            return Metric(f"{tidy(purpose.group(1))} time", -1, -1, True)
        done = _DONE_WITHIN.search(before)
        if done and done["subject"] and tidy(done["subject"]):
            subject = tidy(done["subject"])
            return Metric(f"time until {subject} {'are' if subject.endswith('s') else 'is'} {done['done']}", -1, -1, True)
        if done and done["deed"] and len(tidy(done["deed"]).split()) > 1:
            return Metric(f"time to {tidy(done['deed'])}", -1, -1, True)
        to_do = _IT_TAKES_TO.search(low)
        if to_do:
            return Metric(f"time to {tidy(to_do.group(1))}", -1, -1, True)
        takes = _TAKES.search(low)
        if takes and takes.start() < quantity_start:
            subject = tidy(re.sub(r"^.*\b(?:that|which|needs?|because|when|if|says?|and|who|where) ", "", takes.group("subject")))
            if subject and not re.match(
                r"(?:it|that|this|which|they|we|i|he|she|you|there|what|nobody|somebody|someone|one|who|everything|each)\b", subject
            ):
                return Metric(f"{subject} time", -1, -1, True)
        spend = _SPEND.search(low)
        if spend:
            return Metric(f"time spent {tidy(spend.group(1))}", -1, -1, True)
    if dimension in ("money", "count", "share") and _LOSE.search(low):
        to_what = _LOSE_TO.search(after)
        if to_what:
            name = tidy(to_what.group(1))
            if name:
                verb = "cost of" if re.search(r"\bpay|\bcost|\bspend", before + after[:1]) else "loss from"
                return Metric(f"{verb} {name}", -1, -1, True)
    return None
