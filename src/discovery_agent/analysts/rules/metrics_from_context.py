"""Names taken from what stands around a figure: the question before it, its sentence, what moves, or the words next to it."""

from __future__ import annotations

import re

from discovery_agent.analysts.rules.metrics import PRONOUN_SUBJECT, Metric, metric_phrases, tidy

_HOW_LONG = re.compile(
    r"\bhow (?:long|quickly|fast)\s+(?:does|do|did|is|would|will|should)?\s*(?:it take(?: you| us)?(?: to)?|the |a |an |your |one (?!takes?\b))?\s*((?:[a-z'/-]+\s*){1,7})"
)
_HOW_MANY = re.compile(r"\bhow (?:many|much|often)(?: of)?(?: the| your| those)?\s+((?:[a-z'/-]+\s*){1,7})")
_WHAT_IS = re.compile(
    r"\bwhat(?:'s| is| are| was| were) (?:the|your|our|that|those|their)(?: current| usual| average| typical| actual)* ((?:[a-z'/-]+\s*){1,6})"
)
_VERB_AFTER = re.compile(
    r"\s+(?:could|can|would|should|will|do|does|did|are|is|was|were|get|gets|come|comes|have|has|go|goes|take|takes|end|ends|turn|turns|need|needs|fail|fails|actually|really)\b.*$"
)


def metric_of_question(low: str) -> Metric | None:
    """What a question asks the size of: "how long does an invoice take?" -> invoice time."""
    phrases = [metric for metric in metric_phrases(low) if metric.strong]
    if phrases:
        return phrases[0]
    long = _HOW_LONG.search(low)
    if long and PRONOUN_SUBJECT.match(long.group(1)):
        return Metric("handling time", -1, -1, True)
    if long:
        subject = tidy(
            re.sub(r"\b(?:take|takes|right now|today|these days|usually|typically|on average|you|currently)\b", " ", long.group(1))
        )
        return Metric(f"time to {subject}" if "it take" in low else f"{subject} time", -1, -1, True) if subject else None
    many = _HOW_MANY.search(low)
    if many:
        subject = tidy(
            re.sub(r"\b(?:do|does|did|you|right now|today|currently|roughly|are there|is that)\b", " ", _VERB_AFTER.sub("", many.group(1)))
        )
        return Metric(subject, -1, -1, True) if subject else None
    named = _WHAT_IS.search(low)
    if named and not phrases:
        subject = tidy(_VERB_AFTER.sub("", named.group(1)))
        if subject and not re.match(
            r"(?:goal|target|aim|objective|problem|issue|plan|idea|number|figure|reason|point|story|situation|process|matter|deadline|budget|question|answer|best|worst|most|biggest|first|next|difference)\b",
            subject,
        ):
            return Metric(subject, -1, -1, True)
    weak = metric_phrases(low)
    return weak[0] if weak else None


_COPULA = re.compile(
    r"^\s*(?:(?:so|and|but|well|um|uh|yeah|now|okay|then|also|plus|right)[, ]+)*((?:[a-z][a-z'/-]* ){0,4}[a-z][a-z'/-]*?)(?:,)? (?:is|are|was|were|runs at|run at|sits? at|stands? at|came to|comes to|went to|hovers? (?:at|around)|averages?)\b"
)
_WRONG = re.compile(r"\b(?:get|gets|got|getting)\s+((?:the |our |a )?[a-z'-]+(?: [a-z'-]+)?)\s+wrong\b")
_IS_WRONG = re.compile(
    r"\b((?:[a-z'-]+ )?[a-z'-]+) (?:is|are|was|were|come in|comes in|come back|comes back|arrive|go|gets?|have) (?:\w+ )?(wrong|late|missing|incomplete|damaged|unread|duplicate|rejected|cancelled|lost|rework)\b"
)
_TOPIC = re.compile(
    r"(?:^|[.,:] ?)((?:[a-z][a-z'/-]+ ){0,3}[a-z][a-z'/-]+), (?:we're|it's|that's|they're|we are|we have|i'd say|now is|is now|now it's|today it's|now we're)(?: now| currently| at| around| about| roughly)*\s*$"
)


def metric_of_context(low: str) -> Metric | None:
    """What a sentence without a measure of its own is about: "we get the fee wrong" -> wrong fee; "refunds were" -> refunds."""
    wrong = _WRONG.search(low)
    if wrong and tidy(wrong.group(1)):
        return Metric(f"wrong {tidy(wrong.group(1))}", -1, -1, True)
    is_wrong = _IS_WRONG.search(low)
    if is_wrong and tidy(is_wrong.group(1)):
        return Metric(f"{is_wrong.group(2)} {tidy(is_wrong.group(1))}", -1, -1, True)
    topic = _TOPIC.search(low)
    if topic and tidy(topic.group(1)):
        return Metric(tidy(topic.group(1)), -1, -1, True)
    copula = _COPULA.match(low)
    if copula:
        subject = tidy(copula.group(1))
        if (
            subject
            and len(subject) > 3
            and not re.match(
                r"(?:there|that|this|it|which|who|what|everything|something|nobody|somebody|someone|people|answer|problem|question|issue|thing|target|goal|number|figure)\b",
                subject,
            )
        ):
            return Metric(subject, -1, -1, True)
    return None


_MOVED = re.compile(
    r"(?:^|[,;:]\s*|\b(?:and|but|so|that)\s+)(?P<subject>(?:[a-z][a-z'/-]* ){0,4}?[a-z][a-z'/-]*)\s+(?:should|must|has to|have to|needs? to|ought to)\s+"
    r"(?:go|come|drop|fall|shrink|sink|rise|grow|climb|decrease|increase|be (?:cut|brought|reduced|lowered|raised|increased))\b[^.;:!?]*$"
)
_POINTING = re.compile(r"(?:it|that|this|they|these|those|which|we|i|you|he|she|everything|something|one|both|all)\b")
_MOVES_FROM = re.compile(
    r"(?:^|[,;:]\s*|\b(?:and|but|so|that|if|when|once)\s+)(?P<subject>(?:[a-z][a-z'/-]* ){0,4}?[a-z][a-z'/-]*)\s+"
    r"(?:falls?|fell|drops?|dropped|rises?|rose|grows?|grew|shrinks?|climbs?|goes?|go|went|comes?|came)(?: (?:down|up|back))? from\s*(?:about |around |roughly )?$"
)


def metric_of_move(before: str) -> Metric | None:
    """What goes or should go up or down: "second visits should go down from" -> second visits; `before` ends at the figure."""
    moved = _MOVED.search(before) or _MOVES_FROM.search(before)
    subject = tidy(moved["subject"]) if moved else ""
    return Metric(subject, -1, -1, True) if len(subject) > 3 and not _POINTING.match(subject) else None


_OF_WORK = re.compile(r"\s*of (?:(?:pure|manual|hands-on|actual|real|my|our|their|somebody's) )*(?:work|effort|labou?r|working time)\b")


def time_of_work(after: str) -> Metric | None:
    """ "Nine minutes of work" is how long handling takes, whatever is handled."""
    return Metric("handling time", -1, -1, True) if _OF_WORK.match(after) else None


_ONLY_DAYS = re.compile(r"(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|to|and|or|until|through)\s*)+")
_REST = re.compile(r"^[\s,]*((?:[a-z][a-z'/-]*[\s]*){1,9})")


def metric_of_rest(low: str, start: int, end: int) -> Metric | None:
    """A name made of the words next to a quantity, for want of a better one: "62 percent passes first time"."""
    after = _REST.match(low[end:])
    name = tidy(after.group(1)) if after else ""
    if len(name.split()) < 2:
        before = re.split(r"[.,;:!?]| but | and | so ", low[:start])[-1]
        earlier = " ".join(tidy(before).split()[-5:])
        name = tidy(earlier) or name
    name = " ".join(name.split()[:6])
    return Metric(name, -1, -1, False) if len(name) > 3 and not _ONLY_DAYS.fullmatch(name) else None
