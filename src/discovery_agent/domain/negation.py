"""Negation: which words a denial reaches, and which words take back what went before them.

The lists are English. Each function looks at one place in a passage; a clause is what one denial can
reach, and ends at "but", at a semicolon, at ", we ..." and the like.
"""

from __future__ import annotations

import re

from discovery_agent.domain.passages import Gap, Passage


def words_of(text: str) -> frozenset[str]:
    """The words of a list written as one string."""
    return frozenset(text.split())


NEGATORS = words_of(
    "not no never nobody none nothing nowhere neither nor without cannot hardly barely scarcely rarely "
    "seldom doubt doubts doubted deny denies denied refuse refuses refused unlikely impossible untrue unable "
    "avoid avoids avoiding avoided prevent prevents prevented against oppose opposed myth nonsense"
)
_PHRASES = re.compile(
    r"(?:instead of|rather than|far from|fails? to|failed to|false that|wrong that|no one|not one"
    r"|anything but|(?:it's|is|was|be) (?:false|wrong|a lie)(?: to (?:say|think|claim))?(?: that)?"
    r"|stop(?:ped)? short of"
    r"|last thing (?:we|i|they) (?:want|need))$"
)
# Phrases with a negator that deny nothing that follows them.
_IDIOMS = re.compile(
    r"(?:\S+ (?:just|only|merely|simply|solely)|(?:without|beyond|no) (?:a |any )?"
    r"(?:doubt|question|exception|fail)|no (?:problem|wonder|matter|worries|surprise|sooner)"
    r"|why not|never mind|but not least"
    r"|nothing less than|why (?:don't|can't|doesn't|not) (?:we|you|they|i|it|he|she)|if not|or not"
    r"|not least|not to mention"
    r"|(?:can't|cannot) wait|can't help but|(?:wouldn't|don't) mind|don't forget|not forget(?:ting)?"
    r"|(?:don't|not) get me wrong|\S+n't it|isn't that|(?:don't|wouldn't) you (?:think|agree|say)"
    r"|couldn't agree more|(?:not|don't|can't) (?:know|understand|remember|see) (?:why|how|where)"
    r"|can't (?:stress|emphasi[sz]e|say) (?:it |this |that )?enough)$"
)
_SUBJECTS = words_of(
    "we i you he she they it there that this these those it's that's there's we're we've we'll we'd i'm i've "
    "i'd i'll they're they've they'll they'd he's she's let's what our my everyone everybody"
)
_SUBORDINATORS = words_of("if when unless since because as although though while once until till whenever where with without")
_CLAUSE_WORDS = words_of("but however because although though whereas therefore otherwise yet so since")
YES_NO = words_of("yes yeah yep yup no nope not never ok okay right sure correct")
_ABBREVIATIONS = words_of("mr mrs ms dr prof st vs e.g i.e approx etc inc ltd co dept no fig a.m p.m")
_REVERSAL = re.compile(
    r"(?:or |well |but )?(?:maybe |perhaps |rather |actually |definitely |probably |certainly )*"
    r"not(?: really| at all| any ?more)?$|(?:or |but )?rather not\b"
    r"|(?:just |i'm |i am |only )*(?:kidding|joking)\b|yeah right\b|as if$|in your dreams"
    r"|said (?:nobody|no one)|nobody (?:ever )?said"
    r"|(?:or )?i don't think(?: so)?$|i doubt it|no wait\b|no sorry\b|sorry no\b|(?:actually )?no$"
    r"|(?:scratch|scrap|strike|forget) that|(?:which |that |this |it )?"
    r"(?:is |was |'s |it's |that's )?(?:just )?(?:not true|untrue|false|a lie|a myth|nonsense"
    r"|not the case|not right|wrong|never going to happen)\b"
    r"|(?:which |that |this |it )?(?:isn't|wasn't) (?:true|right|the case|going to happen)\b"
)
_FILLERS = words_of("well so and but um uh er oh okay ok yes yeah right look honestly actually no")
_AUXILIARIES = words_of("am is are was were be do does did have has had can could will would shall should might must")
_NEGATOR_NEXT = words_of("not never no nobody nothing none neither hardly barely")
_ADVERBS = words_of("absolutely really definitely certainly simply currently almost just still probably actually also")


def is_negator(value: str) -> bool:
    """True for words that turn a statement round, contractions of "not" included."""
    return value in NEGATORS or value.endswith("n't") or value == "ain't"


def after_abbreviation(before: str, said: Gap, quoted: Gap) -> bool:
    """True if the gaps differ only by the full stop of an abbreviation."""
    return {said.stop, quoted.stop} == {"", "."} and (before in _ABBREVIATIONS - {"no"} or "." in before)


def begins_inside_denial(source: Passage, first: int) -> bool:
    """True if the words from this token on are within reach of a negator that stands before them."""
    segment: list[str] = []
    commas: set[int] = set()
    for place in range(sentence_start(source, first), first):
        gap = source.gaps[place]
        if segment and _ends_clause(segment, source.values, place, gap):
            segment, commas = [], set()
        elif segment and (gap.soft or gap.ellipsis):
            commas.add(len(segment))
        segment.append(source.values[place])
    if segment and _ends_clause(segment, source.values, first, source.gaps[first]):
        return False
    if source.gaps[first].soft or source.gaps[first].ellipsis:
        commas.add(len(segment))
    for place, word in enumerate(segment):
        if not (is_negator(word) or _PHRASES.search(" ".join(segment[max(0, place - 5) : place + 1]))):
            continue
        if _denies_nothing(segment, place, commas, source.values[first]):
            continue
        return True
    return False


def sentence_start(source: Passage, first: int) -> int:
    """First token of the sentence that holds this one."""
    place = first
    while place > 0 and not (
        source.gaps[place].stop and not after_abbreviation(source.values[place - 1], source.gaps[place], Gap("", False, False, False))
    ):
        place -= 1
    return place


def _ends_clause(segment: list[str], values: tuple[str, ...], place: int, gap: Gap) -> bool:
    """True if a new clause begins at this token, out of reach of the negators before it."""
    word = values[place]
    following = values[place + 1] if place + 1 < len(values) else ""
    if gap.strong or word in _CLAUSE_WORDS:
        return True
    if word in ("and", "or") and (following in _SUBJECTS or following == "then"):
        return True
    if not (gap.soft or gap.ellipsis):
        return False
    if word in _SUBJECTS or word == "which":
        return True
    opened = next((here for here, said in enumerate(segment) if said in _SUBORDINATORS), len(segment))
    denied = next((here for here, said in enumerate(segment) if is_negator(said)), len(segment))
    if opened <= denied and opened < len(segment):
        return True
    return word in ("and", "then") or (len(segment) == 1 and segment[0] in YES_NO)


def _denies_nothing(segment: list[str], place: int, commas: set[int], following: str) -> bool:
    """True for a negator that is an answer ("no, we ...") or part of an idiom that ends before the quote."""
    word = segment[place]
    after = segment[place + 1] if place + 1 < len(segment) else following
    opens = all(said in _FILLERS for said in segment[:place])
    if word in YES_NO and ((opens and place + 1 in commas) or (word == "no" and after in _SUBJECTS)):
        return True
    if after in ("know", "idea", "sure") and place + 2 in commas:  # "I don't know, ten percent"
        return True
    for end in range(place + 1, min(len(segment), place + 5) + 1):
        idiom = _IDIOMS.search(" ".join(segment[max(0, place - 2) : end]))
        if idiom and word in idiom.group().split():
            return True
    return False


def stops_before_reversal(source: Passage, last: int) -> bool:
    """True if the words that follow, from this token on, take back what stands before them."""
    if last >= len(source.values):
        return False
    following = source.values[last : last + 6]
    gap = source.gaps[last]
    if source.values[last - 1] in _AUXILIARIES and not gap.stop and any(map(is_negator, following[:3])):
        return True
    if not (gap.soft or gap.stop or gap.ellipsis):
        passes_adverb = following[0] in _ADVERBS and last + 1 < len(source.values)
        word = following[1 if passes_adverb else 0]
        if word in _NEGATOR_NEXT and source.values[last - 1] not in ("or", "if", "whether", "why"):
            return True
    sentence: list[str] = []
    for step, value in enumerate(following):
        if step and source.gaps[last + step].stop:
            break
        sentence.append(value)
    return bool(_REVERSAL.match(" ".join(sentence))) and following[:2] != ("or", "not")
