"""Whether a sentence asserts something about this organisation, now and in earnest.

A number that was taken back, a wish that is only imagined, a competitor's target, a question, a joke:
each reads like a fact to a pattern and is none. This module says which sentences may be believed, so
that the patterns elsewhere can stay simple.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.conversation import Role, is_interviewer


class Doubt(StrEnum):
    """Why a sentence is not taken at its word."""

    QUESTION = "question"
    HYPOTHETICAL = "hypothetical"
    SOMEBODY_ELSE = "somebody_else"
    SARCASM = "sarcasm"
    ABANDONED = "abandoned"
    RETRACTED = "retracted"
    NEGATED = "negated"
    INTERVIEWER = "interviewer"
    """Said by the one who runs the conversation: no want of theirs counts, though a fact may."""


_HYPOTHETICAL = re.compile(
    r"\b(?:if (?:we|you|they|it|i|that|he|she|somebody|someone|anybody|everyone|only) (?:ever|could|were|was|had|got|did|"
    r"managed|hit|reached|somehow|just|even|magically|went|dropped|halved|doubled|cut)\b"
    r"|(?:suppose|supposing|imagine|let's say(?! [^.?!,;]{1,30}\bby (?:the end|end|next|q[1-4]|spring|summer|autumn|winter|christmas|january|february|march|april|may|june|july|august|september|october|november|december)\b)|say for (?:the sake of )?argument|hypothetically|in theory|in an ideal world|"
    r"in a perfect world|in a dream world|what if|let's pretend|for argument's sake|for the sake of argument|picture this|"
    r"pretend|theoretically|assume for a (?:moment|second))\b"
    r"|^\s*(?:okay,? |so,? |well,? |and |but )*say (?:you|we|i|they|it)\b|(?:even|only) if\b|\bif (?:we|you|it|they|that)'d\b|\bwith a magic wand\b|\bmagic wand\b"
    r"|\b(?:say|like|for example|for instance),? (?:we|you|it|they) (?:halved|doubled|got|hit|cut|reached)\b"
    r"|\bwould have been\b|\bcould have been\b)"
)
# "It would be a win if people stopped chasing us" wishes, it does not imagine.
_WISH_WITH_IF = re.compile(
    r"\b(?:win|great|nice|good|lovely|brilliant|fantastic|happy|happier|delighted|thrilled|pleased|relief|success|dream|"
    r"glad|over the moon|helpful|huge|content)\b[^.?!]{0,40}\bif\b|\bif\b[^.?!]{4,80}\b(?:that'd|that would|i'd|i would|it'd|it would) be (?:a |an |the |my |really |absolutely )*(?:hero|heaven|dream|great|brilliant|fantastic|lovely|amazing|happy|delighted|thrilled|win|success|relief|wonderful|bliss|perfect|half the battle)\b|\bi'd (?:love|like) it if\b"
)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:(?:our |the |a |their |my |your |his |her |one |another |some |any |that )?"
    r"(?:main |biggest |big |closest |nearest |direct |old |former |previous |last |other |local |sister |rival |larger )*"
    r"(?:competitors?|competition|rivals?|sister (?:company|firm|site|organi[sz]ation|hospital|bank|plant|agency)|"
    r"former (?:employer|company|boss|firm|place)|(?:previous|old|last|ex-?) ?(?:employer|company|job|firm|place|shop|workplace|role)|"
    r"other (?:companies|banks|hospitals|firms|councils|cities|municipalities|insurers|carriers|airlines|retailers|"
    r"plants|providers|utilities|schools|organi[sz]ations|agencies)|(?:vendors?|suppliers?|salesm[ae]n|consultanc(?:y|ies)) (?:says?|said|claims?|claimed|promis\w+|show\w*|told|demo\w*|wants?|swears?|brags?|boasts?)|case study|case studies|benchmark(?:s)?|"
    r"industry (?:average|standard|benchmark|figure)s?|white ?paper|brochure|sales deck|sales rep|neighbou?ring \w+|"
    r"parent company of|(?:the )?folks (?:over )?at|(?:the )?guys (?:over )?at|people (?:over )?at))\b"
    r"|\bmy (?:brother|sister|wife|husband|friend|cousin|neighbou?r|mate|buddy|uncle|dad|partner)\b"
    r"|\b(?:when|back when|where) i (?:was|worked|used to work) (?:at|for|with)\b"
    r"|\bat my (?:old|last|previous|former) \w+"
    r"|\bsays? (?:the|a|their) (?:vendors?|suppliers?|salesm[ae]n|consultants?)\b|\baccording to (?:the|a|their) (?:vendors?|suppliers?|salesm[ae]n|consultants?|brochure|website)\b"
    r"|\b(?:in|from|on) (?:their|the (?:vendor|supplier|salesman)'s) (?:own )?(?:slides?|brochure|website|demo|pitch|deck|leaflet|flyer|data ?sheet|offer|presentation)\b"
    r"|\b(?:they|he|she) (?:say|says|claim|claims|claimed|boast|reckon|swear) |\b(?:it's|it is) said\b|\ballegedly\b|\bsupposedly\b"
    r"|\b(?:i|we)(?:'ve| have)? heard\b[^.?!]{0,30}\bsomewhere\b|\b(?:i|we) read (?:about|that|somewhere|in)\b|\bat a conference\b|\bon linkedin\b|\b(?:a|the) trade (?:fair|show|press)\b"
)
# "faster than our competitors", "catch up with the competition" is still about us.
_ABOUT_US_AGAINST_THEM = re.compile(
    r"\b(?:than|against|behind|beat|beating|catch(?:ing)? up with|losing (?:\w+ ){0,4}to|compared (?:to|with)|unlike|like|from|to)"
    r" (?:our |the |a |any |some )?(?:main |biggest |big |other |local |larger )*(?:competitors?|competition|rivals?|"
    r"industry (?:average|standard|benchmark)|benchmark|vendors?|other \w+)\b"
)
_SARCASM = re.compile(
    r"\b(?:oh,? (?:sure|great|yes|yeah|right|lovely|wonderful|brilliant|fantastic|perfect|absolutely|of course)\b|"
    r"yeah,? (?:right|sure)\b|sure,? (?:and|because|why not|let's)\b|"
    r"(?:and )?(?:i|we)(?:'d| would)? (?:also )?(?:want|like|love) (?:a|to have a|to own a|to ride a|to)? ?"
    r"(?:pony|unicorn|fly to the moon|win the lottery|private jet|world peace|yacht|time machine|million dollars|castle)"
    r"|pigs (?:might|will|can|could)? ?fly|when hell freezes|fly to the moon|world peace|ponies?|unicorns?|"
    r"santa|fairy dust|because that (?:always )?(?:works|worked|went) (?:so )?well|good luck with that|"
    r"as if\b|in your dreams|dream on|just (?:joking|kidding)|i'm (?:joking|kidding|being sarcastic|being facetious)|ha ha|haha|"
    r"what could (?:possibly )?go wrong|/s\b|and while we're at it)|\[(?:sarcas\w+|sarcastic(?:ally)?|joking|laughs? sarcastically)\]"
    r"|\((?:sarcas\w+|sarcastic(?:ally)?|joking|ironically|deadpan)\)"
)
_ABANDONED = re.compile(
    r"\b(?:used to (?:want|aim|target|be|have|say|think|try)|(?:we|they|it|he|she|i|which)(?:'ve| have| has)? (?:since )?(?:dropped|abandoned|"
    r"gave up|given up|shelved|scrapped|binned|parked|killed|buried|ditched|walked away from|pulled)\b(?! (?:by|to|from|from)\b)"
    r"|(?:was|were|been|got|is|are) (?:since )?(?:dropped|abandoned|shelved|scrapped|binned|parked|killed|buried|ditched|cancelled|"
    r"canceled|off the table|dead)\b(?! (?:by|to|from)\b)|no longer (?:a|the|our|in|on|something|relevant|want|the plan|the target)"
    r"|(?:that|which|it)(?:'s| is| was) (?:history|gone|dead|off|ancient history|obsolete|out of date|yesterday)\b"
    r"|(?:goal|target|aim|objective) (?:there |then |back then |at the time )?was\b(?! (?:and|but) (?:still )?is)|been promised (?:things|that|this)|we once (?:had|wanted|aimed|tried|set)|(?:we|they) (?:originally |once )?set out to|once upon a time|in the (?:19|20)\d\d strategy|(?:years?|ages) ago (?:we|the|they|there|it|our|somebody|i)\b|back in (?:19|20)\d\d|back then\b|in those days"
    r"|(?:the|our|an|that) (?:old|original|previous|former|earlier|initial) (?:target|goal|aim|plan|objective|number|figure|idea|ambition|kpi))\b"
)
_NOT_A_GOAL = re.compile(
    r"\b(?:(?:is|are|was|were)(?:n't| not)|'s not|'re not|am not|i'm not|not|never|nobody|no one|none of us|don't|do not|doesn't|does not|didn't|did not|"
    r"wouldn't|won't) (?:\w+ ){0,3}?(?:want|wants|wanted|trying|looking|aiming|asking|asked|asks|about|here to|planning|after|need|needs|"
    r"chasing|going to|gonna|the goal|the aim|the point|the objective|a goal|our goal|interested|care|keen|expecting|out to|"
    r"in favou?r|necessary|required|suggesting|proposing|saying)\b"
)
# What can't go on is a goal by another name.
_NEGATED_BUT_WANTED = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|can no longer|mustn't|must not|shouldn't|should not|don't want (?:to (?:lose|keep|go on|miss|be|have|wait|"
    r"spend|pay|see)|another|any more|people|customers|patients|staff|that to happen|more))\b"
    r"|\bif (?:we|it|this) (?:don't|doesn't)\b|\bwhy (?:don't|can't) we\b"
)
RETRACTION = re.compile(
    r"\b(?:scrap that|scratch that|strike that|forget (?:that|i said|what i said)|no,? (?:wait|sorry|hang on|hold on)|wait,? no|"
    r"sorry,? (?:no|that's|i mean|make that|i meant|that was|it's|wrong|not)|i (?:misspoke|take that back|stand corrected|was wrong|meant|mean(?=,? \w+,? not))|"
    r"correction|let me (?:correct|rephrase|take that back)|make (?:that|it) (?=[\d\w])|actually,? (?:no|make|it's|put|that's wrong|let's say)|"
    r"put (?:it )?(?:down )?(?:as )?(?=\d|twenty|thirty|forty|fifty|ten|five|six|four|three|two)|not \w+[,.]? sorry|rather than that|"
    r"no,? no,? (?:no,? )?|that's (?:wrong|not right|the old)|or rather|ignore (?:that|what)|disregard)\b"
)
_INDIRECT_QUESTION = re.compile(
    r"\b(?:i(?:'m| am|'d be| was)? (?:just )?(?:wonder(?:ing)?|curious|asking)|do you know|can you tell|could you tell|tell me (?:about|what|how)|"
    r"walk (?:me|us) through|not sure (?:if|whether|what|how)|no idea (?:if|what|how|whether)|"
    r"(?:the|my|a) question is|don't know (?:if|whether|what|how)|would(?:n't)? know)\b"
)


@dataclass(frozen=True)
class Modality:
    """The doubts about one sentence; none means it may be believed."""

    doubts: frozenset[Doubt]
    retracts_previous: bool = False

    @property
    def asserted(self) -> bool:
        """True if the sentence may be taken at its word."""
        return not self.doubts

    def has(self, *doubts: Doubt) -> bool:
        """True if any of these doubts applies."""
        return any(doubt in self.doubts for doubt in doubts)


def modality_of(sentence: Sentence) -> Modality:
    """Doubts that the sentence itself gives rise to; `Discourse` adds those that come from its neighbours."""
    low = sentence.low
    doubts: set[Doubt] = set()
    if sentence.is_question or _INDIRECT_QUESTION.search(low):
        doubts.add(Doubt.QUESTION)
    if _HYPOTHETICAL.search(low) and not _WISH_WITH_IF.search(low):
        doubts.add(Doubt.HYPOTHETICAL)
    if _SOMEBODY_ELSE.search(_ABOUT_US_AGAINST_THEM.sub(lambda found: " " * len(found.group()), low)):
        doubts.add(Doubt.SOMEBODY_ELSE)
    # Marks such as [sarcastically] are noise to everything else, so they are looked up in the source.
    if _SARCASM.search(low) or _SARCASM.search(sentence.utterance.text[sentence.start : sentence.end].lower()):
        doubts.add(Doubt.SARCASM)
    if _ABANDONED.search(low):
        doubts.add(Doubt.ABANDONED)
    if _NOT_A_GOAL.search(low) and not _NEGATED_BUT_WANTED.search(low):
        doubts.add(Doubt.NEGATED)
    return Modality(frozenset(doubts), retracts_previous=bool(RETRACTION.search(low)))


# "Blue Lagoon say they do eighty percent": a name that is nobody in the room, and what it claims of itself.
_NAMED_OTHER = re.compile(
    r"(?:^|[.,;] |\b(?:and|but|so|like|over at|at) )((?:[A-Z][\w&]+ ?){1,3}) (?:say|says|said|claim|claims|boast|boasts|reckon|tell everybody|told everybody|advertise|advertises|managed|went) (?:that )?(?:they|it|he|she|from|to)\b"
)
_CONFIRMS = re.compile(
    r"\s*(?:(?:um+|uh+|well|oh|hmm)[, ]+)*(?:yes|yeah|yep|yup|right|exactly|correct|that's (?:right|it|correct|the (?:one|number|figure|target))|about that|roughly|she's (?:right|not wrong)|he's (?:right|not wrong)|you're right|it's that bad|something like that|more or less|spot on|precisely|absolutely|agreed|indeed|it is)\b(?![,.]? (?:but|no\b|not))"
)


_NO_NAMES = frozenset(
    [
        "I",
        "We",
        "They",
        "You",
        "He",
        "She",
        "It",
        "And",
        "But",
        "So",
        "The",
        "If",
        "What",
        "When",
        "Who",
        "My",
        "Our",
        "Somebody",
        "Everybody",
        "Finance",
        "Legal",
        "Sales",
        "IT",
        "Operations",
        "Marketing",
        "Management",
    ]
)
_STATES_A_FIGURE = re.compile(
    r"^(?!.*\b(?:how|what|when|who|which|why|where)\b).*(?:\d|\b(?:half|third|quarter|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred|thousand|million|percent)\b)"
)


def _confirmed(sentences: list[Sentence], here: int) -> bool:
    """True if the turn after a question opens with a yes."""
    turn = sentences[here].turn
    following = next((one for one in sentences[here + 1 : here + 8] if one.turn > turn), None)
    return following is not None and following.turn == turn + 1 and bool(_CONFIRMS.match(following.low)) and "?" not in following.text


_THEY_GO_ON = re.compile(r"\s*(?:and |so |but |well,? )*(?:they|he|she|their|his|her|it)(?:'re|'ve|'d|'s|'ll)?\b")
# "That's 7 percent wrong" works out what they said.
_IN_OTHER_WORDS = re.compile(
    r"\s*(?:and |so |well,? )*(?:that(?:'s| is| means| makes| would be)|which (?:is|means|makes)|meaning|in other words)\b[^.?!]{0,20}?(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|half|a (?:third|quarter|tenth|fifth))\b)"
)
_DROPS_PREVIOUS = re.compile(
    r"\s*(?:but |and |so |anyway,? |well,? |then )*(?:that|it|which|this|we|those)(?:'s| is| was|'ve| have| has|'re)? ?(?:all |long |since |now |been |just )*"
    r"(?:dropped|abandoned|gone|dead|history|off the table|shelved|scrapped|binned|parked|killed|given up|gave up|no longer|not (?:happening|the (?:target|plan|goal) any ?more))\b"
)
_JOKE_AFTER = re.compile(
    r"\s*(?:\w+,? )?(?:i'm (?:joking|kidding)|just (?:joking|kidding)|joking|kidding|sarcasm|that was (?:a joke|sarcasm))\b"
)


def interviewers(sentences: list[Sentence]) -> frozenset[str]:
    """Speakers who run the conversation: named so, or with no role and mostly asking.

    What they say in passing ("some people say ...") is no finding; their questions give answers meaning.
    """
    asked: dict[str, int] = {}
    said: dict[str, set[int]] = {}
    roles: dict[str, Role] = {}
    for sentence in sentences:
        if sentence.speaker is None:
            continue
        said.setdefault(sentence.speaker, set()).add(sentence.turn)
        asked[sentence.speaker] = asked.get(sentence.speaker, 0) + sentence.is_question
        roles[sentence.speaker] = sentence.role
    return frozenset(
        name
        for name, turns in said.items()
        if is_interviewer(name) or (roles[name] is Role.UNKNOWN and len(turns) >= 4 and asked[name] >= 0.6 * len(turns) and len(said) > 1)
    )


def modalities(sentences: list[Sentence]) -> list[Modality]:
    """Modality of each sentence with its surroundings at hand.

    Three things carry over inside a turn: talk of somebody else goes on through "they ...", an imagined
    case goes on through "then we'd ...", and "we dropped that" reaches back to the sentence before it.
    """
    leading = interviewers(sentences)
    people = {word for sentence in sentences if sentence.speaker for word in sentence.speaker.split()}
    found = [modality_of(sentence) for sentence in sentences]
    for here, sentence in enumerate(sentences):
        other = _NAMED_OTHER.search(sentence.text)
        if other and not people & set(other.group(1).split()) and other.group(1).split()[0] not in _NO_NAMES:
            found[here] = Modality(found[here].doubts | {Doubt.SOMEBODY_ELSE}, found[here].retracts_previous)
        if sentence.is_question and _STATES_A_FIGURE.search(sentence.low) and _confirmed(sentences, here):
            found[here] = Modality(found[here].doubts - {Doubt.QUESTION}, found[here].retracts_previous)
            continue
        if sentence.speaker in leading:
            found[here] = Modality(found[here].doubts | {Doubt.INTERVIEWER}, found[here].retracts_previous)
    for here in range(1, len(sentences)):
        now, before = sentences[here], sentences[here - 1]
        same_turn = now.turn == before.turn
        doubts = set(found[here].doubts)
        if same_turn and found[here - 1].has(Doubt.SOMEBODY_ELSE) and _IN_OTHER_WORDS.match(now.low):
            doubts.add(Doubt.SOMEBODY_ELSE)
        if same_turn and found[here - 1].has(Doubt.SOMEBODY_ELSE) and _THEY_GO_ON.match(now.low):
            doubts.add(Doubt.SOMEBODY_ELSE)
        if (
            same_turn
            and found[here - 1].has(Doubt.HYPOTHETICAL)
            and re.match(r"\s*(?:and |so |then )*(?:(?:then )?(?:we|it|that|i|they)(?:'d| would| could)|maybe)\b", now.low)
        ):
            doubts.add(Doubt.HYPOTHETICAL)
        if same_turn and found[here - 1].has(Doubt.SARCASM) and len(now.plain.split()) <= 6:
            doubts.add(Doubt.SARCASM)
        found[here] = Modality(frozenset(doubts), found[here].retracts_previous)
        back: Doubt | None = None
        taken_back = RETRACTION.search(now.low[:40])
        if (
            taken_back
            and before.speaker == now.speaker
            and now.turn - before.turn <= 2
            and not found[here - 1].has(Doubt.QUESTION, Doubt.INTERVIEWER)
        ):
            back = Doubt.RETRACTED
        if _DROPS_PREVIOUS.match(now.low) and now.turn - before.turn <= 1:
            back = Doubt.ABANDONED
        elif _JOKE_AFTER.match(now.low) and same_turn:
            back = Doubt.SARCASM
        if back:
            found[here - 1] = Modality(found[here - 1].doubts | {back}, found[here - 1].retracts_previous)
    return found
