"""Questions that suggest their answer, and questions that ask for a solution."""

from __future__ import annotations

import re

from discovery_agent.domain.question_check.sentences import asking_sentences, core, main_question, sentences

_LEADING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # A tag that asks for agreement. "Correct?" after a summary asks to confirm it, and is not meant.
        r",\s*(?:right|isn't it|is it not|aren't (?:you|they)|don't (?:you|they|we)(?: think| agree)?|doesn't (?:it|that)|wouldn't (?:you|it|that)(?: say| agree)?"
        r"|won't (?:it|you)|hasn't it|haven't you|didn't (?:it|you)|can't (?:you|it)|shouldn't (?:it|we|you))\s*\?",
        r"^(?:don't|doesn't|isn't|aren't|wasn't|weren't|wouldn't|shouldn't|couldn't|can't|won't|hasn't|haven't|didn't)\s+(?:you|it|that|this|they|we|the|there|your)\b",
        r"^(?:do|would|don't|wouldn't)\s+you\s+(?:not\s+)?agree\b",
        r"^(?:do|don't)\s+you\s+(?:also\s+|really\s+|not\s+)?(?:think|feel|believe)\s+(?:that\s+)?(?:\w+\s+){1,4}?(?:should|must|need|needs|has to|have to|would help|would be (?:better|good|great|useful|helpful))\b",
        r"^(?:would|wouldn't)\s+it\s+(?:not\s+)?be\s+(?:much\s+)?(?:better|nice|good|great|useful|helpful|easier|best|wise)\b",
        r"\bhow\s+(?:much\s+)?(?:helpful|useful|great|good|wonderful|valuable|beneficial|better|faster|easier|terrible|awful)\s+(?:would|will)\s+(?:it|that|this|an?|the|our|such)\b",
        r"\b(?:surely|obviously|of course|as we all know|needless to say|everybody knows|everyone knows|it is clear that)\b",
        r"\byou\s+(?:must|surely)\s+(?:feel|find|think|be|have|want|agree|hate|love)\b",
        r"\bso\s+you\s+would\s+(?:say|agree)\b|\bwould\s+you\s+(?:also\s+)?agree\b",
        r"\bi\s+(?:assume|suppose|guess|imagine|take it|bet|think)\s+(?:that\s+)?(?:you(?!\s+(?:said|mentioned|touched|talked|spoke|told|just))|it|this|your|they|the)\b",
        r"\b(?:why|how)\s+(?:do|does|is|are)\b.{1,60}\b(?:so|such an?)\s+(?:bad|poor|slow|terrible|awful|broken|inefficient|unreliable)\b",
    )
)
# "Found only in the review" says that it was found too late. Their own words may be said back.
_BELITTLES = re.compile(
    r"\b(?:found|noticed|seen|discovered|spotted|caught|reported|checked|known|came|comes|come|happened|reached|told|counted)\s+(?:only|merely|not (?:until|before))\b"
    r"|\bonly\s+(?:found|noticed|seen|discovered|spotted|caught|reported|checked|known|came|then|afterwards|later)\b",
    re.IGNORECASE,
)
# A verdict on what they said: "That is a clear aim."
_JUDGES = re.compile(
    r"^(?:(?:that|this|it|which|yours)(?:'s|\s+(?:is|was|sounds like|seems(?: like)?|looks like))\s+|what\s+)?an?\s+(?:very |really |quite |rather |truly |perfectly )?"
    r"(?:clear|good|great|excellent|sensible|reasonable|ambitious|fair|worthy|impressive|smart|strong|wise|bold|nice|lovely|perfect|shocking|terrible|bad|poor|weak|worrying"
    r"|alarming|strange|odd)\s+(?:aim|goal|target|idea|plan|point|question|answer|approach|decision|ambition|wish|reason|result|figure|number|state|start|rule|habit)\b",
    re.IGNORECASE,
)
_THING = r"(?:tools?|software|system|features?|functions?|technology|technologies|solutions?|app|application|platform|model|algorithm|dashboard|chatbot|bot|ai|interface|screen|automation)"
_SOLUTION = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:what|which)\s+(?:(?:kind|sort|type)s?\s+of\s+)?(?:\w+\s+)?{_THING}\s+(?:would|should|do|could|shall)\s+(?:you|we|one)\s+(?:\w+\s+)?(?:want|like|need|build|use|suggest|prefer|recommend|propose|choose|implement|introduce)\b",
        r"\bhow\s+(?:would|should|could|do)\s+(?:you|we|one)\s+(?:\w+\s+)?(?:solve|fix|design|build|automate|implement|program|redesign)\b",
        rf"\bhow\s+(?:should|would|could|must)\s+(?:the|a|an|such a|this|your|our)\s+(?:new\s+|ideal\s+)?{_THING}\s+(?:work|look|behave|function|be built|be designed)\b",
        r"\bwhat\s+(?:solution|alternatives?)\s+(?:would|do|can|could)\s+you\s+(?:suggest|propose|recommend|want|see|have in mind)\b",
        r"\bwhat\s+(?:would|do)\s+you\s+(?:suggest|propose|recommend)\s+(?:we|as a solution|to (?:solve|fix|improve|build))\b",
        rf"\bwhat\s+(?:should|must|could)\s+(?:the|a|an|this|our|your)\s+(?:new\s+)?{_THING}\s+(?:do|be able|look|offer|have|contain|show)\b",
        rf"\bideal\s+(?:\w+\s+)?{_THING}\b",
        rf"\bwhat\s+(?:do|would)\s+you\s+(?:want|like|expect)\s+(?:them|us|the|a|an)\s*(?:new\s+)?(?:{_THING}\s+)?to\s+(?:build|improve|do|have|show|offer|look)\b",
        r"\bhow\s+(?:can|could|should|do you think)\s+(?:we\s+)?(?:can\s+)?(?:use\s+)?(?:ai|technology|machine learning|a chatbot|software)\b",
        r"\bwhat\s+(?:features?|functions?)\b",
        r"\b(?:features?|functions?)\b.{0,30}\byou\s+would\s+(?:like|want|need)\b",
    )
)


def leading(text: str, said: str = "") -> tuple[str, ...]:
    """The words that suggest an answer, in sentences that ask, and those that judge what was said, in the others.

    Words that the stakeholder has just `said` are theirs.
    """
    asking = asking_sentences(text)
    slants = [
        hit.group()
        for one in asking
        for hit in [_BELITTLES.search(_without_quotes(one))]
        if hit and hit.group().lower() not in said.lower()
    ]
    verdicts = [hit.group() for one in sentences(text) if one not in asking for hit in [_JUDGES.search(core(one))] if hit]
    return tuple(dict.fromkeys((*_hits(_LEADING, text), *slants, *verdicts)))


def asks_for_solution(text: str) -> tuple[str, ...]:
    """The words that ask the stakeholder for a design instead of a need."""
    return _hits(_SOLUTION, text)


def _hits(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[str, ...]:
    found: list[str] = []
    for sentence in asking_sentences(text):
        for part in dict.fromkeys((core(sentence), main_question(sentence))):
            unquoted = _without_quotes(part)
            found += [hit.group().strip(" ,") for pattern in patterns for hit in [pattern.search(unquoted)] if hit]
    return tuple(dict.fromkeys(found))


def _without_quotes(text: str) -> str:
    """What somebody is quoted with does not count as the interviewer's own word."""
    return re.sub(r"[\"“][^\"”]*[\"”]|(?<!\w)['‘][^'’]*['’](?!\w)", "…", text)
