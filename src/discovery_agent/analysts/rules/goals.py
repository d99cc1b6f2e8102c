"""Goals: what somebody wants for the organisation (business) or for how work runs (operational)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discovery_agent.analysts.rules.modality import Doubt, Modality
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.findings import FindingKind

_US = (
    r"(?:we|i|the (?:board|group|owners?|council|minister|ministry|regulator|business|company|bank|hospital|team|teams|guys|nurses|drivers|planners|agents|shop floor|"
    r"management|leadership|executive|exec|ceo|cfo|coo|md|shareholders|investors|partners|city|mayor|steering group|management team|leadership team)|management|leadership|head office|"
    r"headquarters|hq|group|finance|operations|corporate|everyone|everybody|people|my (?:boss|team|people|manager|director|guys|staff|department)|our (?:ceo|cfo|coo|board|owners?|investors|shareholders|team|customers|clients|director|chairman|people|staff))"
)
_FILL = r"(?:\s+(?:really|just|also|all|still|definitely|actually|desperately|badly|certainly|basically|simply|mainly|mostly|always|kind of|sort of|obviously|clearly|probably|honestly|first and foremost|ideally|absolutely|now|then|only|ultimately|frankly|seriously|very much|um|uh|you know|at least|would|do))*"
_DESIRE = re.compile(
    rf"\b{_US}(?:'ve|'d|'re|'s|'m)?{_FILL}\s*(?:"
    rf"(?:want|wants|wanted|need|needs|would like|would love|'d like|'d love|like|love|hope|hopes|aim|aims|intend|intends|expect|expects|must|have to|has to|got to|gotta|"
    rf"ought to|wish|mustn't|must never|(?:are|is|am|'re|'m|was|were) (?:trying|looking|aiming|hoping|keen|determined|committed|under (?:\w+ )?pressure|expected|supposed|required|obliged|desperate|after|asked|told|here to)|"
    rf"(?:has|have|'s|'ve) (?:been )?(?:asked (?:us |me )?(?:for|to)|told (?:us |me )?to|tasked|promised to|committed to|demanded|mandated|challenged)|asks|insists?|insisted|demands?|demanded|mandates?|committed to|promised to|care about|cares about|dream of)\b"
    rf"|should\b|could do with\b|can't (?:go on|keep|carry on|afford|continue|be|have|let|lose|miss|wait|risk)\b|cannot (?:go on|keep|carry on|afford|continue|lose|let|risk)\b|(?:'re|are) not (?:prepared|willing) to)"
)
_FRAME = re.compile(
    r"\b(?:(?:our|the|my|a|one|first|second|main|real|primary|overall|big|biggest|key|top|shared|common|business|operational|whole|number one|end|ultimate|overriding|strategic|other|another|only|actual)\s+){1,3}"
    r"(?:goals?|objectives?|aims?|targets?|ambitions?|priorit(?:y|ies)|mission|purpose|point|idea|north star|outcome|result|wish|hope|ask|headline|focus|prize|task|job|mandate|brief|remit|dream)\b(?:[^.?!]{0,40}?)\b(?:is|are|was|would be|has to be|remains|being|must be|:)"
    r"|\b(?:success|winning|good|victory|a good (?:year|result|outcome|day))\b[^.?!]{0,30}?\b(?:would (?:be|look|mean)|looks? like|means?|is when|is if|for (?:me|us)|to me)\b"
    r"|\bwhat\b[^.?!]{0,12}?\b(?:we|i|they|matters?|counts?|keeps? me|the (?:board|business|group|ceo|cfo))\b[^.?!]{0,40}?\b(?:is|are|'s|would be)\b"
    r"|\bwhat(?:'d| would| i'd| we'd| really)?\b[^.?!]{0,25}?\b(?:make my (?:year|day|life)|help|change|be a (?:win|success)|let me sleep|make (?:me|us) (?:happy|smile))\b"
    r"|\b(?:it'd|it would|that'd|that would|this would|i'd|would) be (?:a (?:huge |big |massive |real |proper )?(?:win|success|relief|result|game changer|godsend|dream)|great|brilliant|fantastic|lovely|amazing|happy|delighted|thrilled|over the moon|ideal|wonderful|nice|good)\b[^.?!]{0,30}?\b(?:if|to|when|with|not to|that)\b"
    r"|\bi(?:'d| would) (?:be (?:a hero|happy|happier|delighted|thrilled|satisfied|content)|settle|sleep better|call it a (?:win|success))\b"
    r"|\b(?:has|have|needs?|ought|got|must|should)(?: got)? ?(?:to |really |simply |just )*(?:come down|go down|drop|fall|shrink|halve|go up|rise|improve|get better|stop|end|go away|disappear|be (?:faster|quicker|shorter|lower|higher|cheaper|better|simpler|halved|doubled|cut|reduced|fixed|sorted|safer|smoother|gone|under|below|above|at least|no more|one|visible|traceable|able))\b"
    r"|\b(?:it's|it is|this is|that's) (?:really |all |mainly |mostly |purely |basically )*about (?:getting|making|reducing|cutting|keeping|saving|growing|winning|giving|stopping|protecting|freeing|not|being|having|retaining)"
    r"|\b(?:(?:the|our|my) (?:[a-z]+ ){0,2}?[a-z]+|head of [a-z]+|he|she) (?:has |have |really |just |also )*(?:wants?|expects?|insists?|demands?|asked (?:us |me )?(?:for|to)|is asking (?:us |me )?(?:for|to))\b"
    r"|\bwhat i'd (?:give|pay|love)\b|\b(?:that'd|that would|it'd|it would|this would|which would) be (?:heaven|bliss|magic|a dream|my dream|gold|a blessing|a godsend|a relief)\b|\b(?:would be|is|'s) my dream\b|\bi'd sign (?:that|it|up)\b|\bi wouldn't be ashamed\b"
    r"|\b(?:the|my|our) (?:main|one|only|most important|biggest|first|real|key|big) thing\b[^.?!]{0,30}?\b(?:is|are|would be)\b|\bit(?:'s| is) (?:really |very |absolutely |so |most )?(?:important|crucial|vital|critical|essential|key)(?: for (?:us|me))? (?:that|to|for)\b|^\s*(?:so |and |well,? )*ideally\b,?"
    r"|\bif (?:it|that)(?:'s| is)\b[^.?!]{2,30}\bi'm happy\b|\b(?:it|that|this|they|we) (?:simply |just |really )*(?:must|has to|have to) (?:stay|remain|keep|never|not)\b|^\s*that (?:we|less|fewer|more|nobody|no one|everyone|everybody|people|customers|patients|it is always|it's always)\b"
    r"|\bthing that (?:matters|counts)\b[^.?!]{0,24}?\b(?:is|are)\b|\b(?:that's|that is|is|are) what (?:i|we)(?:'d| would)? (?:really |most )?(?:like|want|need|love)\b"
    r"|\b(?:take|get|cut|shave|knock) (?:a |an )?(?:half|third|quarter|fifth|tenth|chunk|bite|slice|lot|good bit|\w+ percent|\w+ million) (?:out of|off)\b|^\s*(?:so |and |but |just )*stop [a-z]+ing\b"
    r"|\b(?:no more|never again|stop (?:losing|wasting|paying|bleeding|having))\b"
    r"|^\s*(?:so |and |um,? |uh,? |well,? |yeah,? |yes,? |okay,? |mainly |basically |simple[,:.] |honestly,? |first(?:ly)?,? |second(?:ly)?,? |then |ideally,? |for me,? |to )*(?:to )?"
    r"(?:cut|reduce|lower|grow|spend less|increase|improve|raise|win|protect|retain|keep|shorten|speed up|free up|stop|get rid of|eliminate|bring down|get|halve|double|avoid|save|give|make sure)\s+(?!back to|started|into this|going|me|it\b|there)\w+ \w+"
)
_TALK_ABOUT_TALK = re.compile(
    r"^\s*(?:to )?(?:just |really |quickly |briefly |first |also |all |maybe |only |perhaps )*(?:hear (?:from|what|you|your|more|it from)|talk|start|begin|kick off|ask|show|go (?:through|over|around|round|back|first|next|on\b|to\b|off)|finish|leave|thank|discuss|look at|introduce|correct|separate|validate (?:the|your|my) (?:point|claim)|walk|record|wrap|close|"
    r"say|mention|add|clarify|come back|circle back|hand over|pick up on|jump|drop off|share my|share the|run|note|repeat|stress|emphasi[sz]e|be clear|be honest|admit|move on|skip|focus|stay on|understand (?:from|what|how|where|why|your)|"
    r"get (?:started|going|into|through|back|your|this meeting|to the|a feel|a sense|coffee|the slides|some)|know (?:if|what|how|why|whether|when|more|from)|see (?:if|whether|how you|you|the slides)|hop|check|make sure (?:i|we|you|everyone) (?:heard|understood|got|understand|have|can hear)|"
    r"double-?check|send|email|schedule|book|meet|sit down|explain|apologi[sz]e|go\b$|eat|grab|take (?:a|five|that offline|notes)|put (?:that|this|it) on|write (?:that|this|it) down|tell|believe|think (?:about|so)|agree|disagree|be (?:somewhere|off|back|gone|careful|there|at|fair|out|done|quick)|have (?:another|a (?:hard|call|meeting|quick|look|think|chat|word)|lunch)|stop (?:here|there|you)\b|be sure i|summari[sz]e|figure out|find out|bring (?:up|in)|do (?:that|this|it)\b|remember|do\b$)\b"
    r"|^\s*(?:you|them|him|her|everyone|anyone|somebody|someone|people|us|to know|a (?:minute|second|moment|coffee|break)|that|this|it|one|the (?:slides|screen|minutes|link|recording|room|agenda))\s*(?:$|[,.?!]|to (?:tell|say|send|go|look|talk|explain|walk|know|understand|hear|describe|give me|think))"
)
_CAPABILITY = re.compile(
    r"\b(?:(?:an? |the |our |some |this |that |one of th(?:ese|ose) |new |big |proper |little |smart |clever |fancy |own )*(?:ai|a\.i\.|artificial intelligence|machine[- ]learning|ml|chat ?-?bots?|co-?pilots?|assistants?|gpt|chat ?gpt|llms?|large language models?|gen(?:erative)? ?-?ai|"
    r"neural nets?(?:works?)?|deep learning|agents? (?:that|which|to)|ai agents?|agentic|agent platforms?|demand sensing|voice ?bots?|bots?|rpa|robots?|blockchain|digital twins?|predictive models?|prediction models?|algorithms?|data lakes?|dashboards?|apps?|portals?|platforms?|"
    r"computer vision|image recognition|recommendation engines?|automation tool|knowledge graphs?|crm|erp|new system|new software|new tool|sharepoint|power ?bi|self-service kiosks?|drones?|smart (?:contracts?|sensors?|cameras?)|model))\b"
)
_SOLUTION_AFTER_CUE = re.compile(
    r"^\s*(?:to )?(?:(?:have|get|build|buy|use|deploy|roll out|implement|introduce|try|see|put in|install|add|launch|create|develop|do|go for|bring in|adopt|invest in|be using|start using|set up|own|with|is|be|go|go with|do something with|something with|just|really|some(?: kind| sort)? of|like|move to|switch to|leverage|embrace|apply|an?|the|our own|our|one of|those|these|more|in on|on board with|a proper|a new|own|proper|modern|shiny|company-wide)\s+)*"
)

_OPERATIONAL = re.compile(
    r"\b(?:time|times|faster|quick\w*|slow\w*|speed|turnaround|lead time|cycle|minutes?|hours?|days?|weeks?|manual\w*|by hand|re-?typ\w+|copy\w*|paste|key(?:ing|ed)?|data entry|errors?|mistakes?|accura\w+|rework|backlog|queue|wait\w*|process\w*|handl\w+|workflow|step|approv\w+|routing|route|triage|"
    r"schedul\w+|plan(?:ning|ner|s)?|dispatch\w*|forecast\w*|report(?:s|ing)?|visib\w+|track\w*|find|search\w*|one place|single (?:view|place|source)|overview|alert\w*|notif\w+|remind\w*|automat\w+|paper\w*|spreadsheets?|excel|forms?|emails?|phone calls?|calls?|tickets?|cases?|invoices?|claims?|orders?|"
    r"documents?|files?|data|system|systems|integrat\w+|duplicate\w*|double|check(?:s|ing)?|chas(?:e|ing)|hand-?offs?|inspect\w*|maintenance|downtime|breakdowns?|uptime|no-?shows?|slots?|appointments?|stock-?outs?|inventory|stock|scrap|yield|throughput|match\w*|reconcil\w+|classif\w+|sort\w*|prioriti\w+|"
    r"first[- ]time|touch\w*|standardi[sz]e\w*|consistent\w*|on time|late|overtime|response|respond|answer\w*|resolve\w*|onboard\w*|hir(?:e|ing)|screen\w*|review\w*|sign-?off|transparen\w+|real[- ]time|shift\w*|roster\w*|pick\w*|pack\w*|load\w*|truck|trips?|visits?|callbacks?|know where|see (?:where|what|which|at a glance))\b"
)


@dataclass(frozen=True)
class Wish:
    """A clause in which somebody wants something, and the words after the cue."""

    sentence: Sentence
    body: str
    cue_start: int


def wish_in(sentence: Sentence) -> Wish | None:
    """The wish of a sentence: the first cue whose object is not about the meeting itself."""
    low = sentence.low
    candidates: list[tuple[int, int]] = [(match.start(), match.end()) for match in _DESIRE.finditer(low)]
    candidates += [(match.start(), match.end()) for match in _FRAME.finditer(low)]
    for start, end in sorted(candidates):
        body = sentence.text[end:]
        if _FRAME_IS_ITS_OWN_BODY.search(low[start:end]) or re.match(r"\s*[.,;!]?\s*$", body):
            body = sentence.text[start:] if len(sentence.text[start:].split()) >= 4 else sentence.text
        if _TALK_ABOUT_TALK.match(body.lower()):
            continue
        content = len(_CONTENT.findall(body.lower()))
        if not _CAPABILITY.search(body.lower()) and (content < 1 or (content < 2 and len(body.split()) < 7)):
            continue
        return Wish(sentence, body, start)
    return None


# Words that say something: neither figures nor dates nor the small change of talk.
_CONTENT = re.compile(
    r"\b(?!(?:that|this|with|from|about|under|below|above|over|have|would|could|should|will|just|really|yeah|maybe|percent|hundred|thousand|million|minutes?|hours?|days?|weeks?|months?|years?|quarter|season|peak|"
    r"three|four|five|seven|eight|nine|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|third|more|less|fewer|down|back|again|than|then|they|them|there|here|what|when|which|where|before|after|end|next|"
    r"want|need|very|much|well|also|okay|honestly|been|being|most|least|some|something|anything|everything|point)\b)[a-z][a-z'-]{3,}\b"
)
_FRAME_IS_ITS_OWN_BODY = re.compile(
    r"\b(?:heaven|bliss|magic|dream|gold|blessing|godsend|relief|ashamed|sign|i'm happy|stop [a-z]+ing|stay|remain|what (?:i|we)(?:'d| would)? (?:really |most )?(?:like|want|need|love)|that (?:we|less|fewer|more|nobody|no one|everyone|everybody|people|customers|patients|it is always|it's always)|out of|off|come down|go down|drop|fall|shrink|halve|go up|rise|improve|get better|stop|end|go away|disappear|be \w+|no more|never again|stop \w+|keep|about \w+ing|"
    r"can't (?:go on|afford|keep|lose|miss|wait|risk|let)|cut|reduce|lower|grow|increase|raise|win|protect|retain|shorten|speed up|free up|get rid of|eliminate|bring down|get|double|avoid|save|give|make sure)$"
)


_IMPROVES = re.compile(
    r"\b(?:reduc\w+|cut\w*|faster|quicker|stop|fewer|less|lower|raise|grow\w*|win|answer\w*|find\w*|see|know|help\w*|sav\w+|avoid|improv\w+|better|keep|without|instead of|get rid of|replace|halve|speed\w*|increase|make sure|trust)\b"
)


def says_enough(low: str) -> bool:
    """True if a sentence has words of substance beside its figures and dates."""
    return len(_CONTENT.findall(low)) >= 2


def is_solution(wish: Wish) -> re.Match[str] | None:
    """The named technology, when a solution is asked for in place of a goal ("we want a chatbot")."""
    body = wish.body.lower()
    opening = _SOLUTION_AFTER_CUE.match(body)
    at = opening.end() if opening else 0
    found = _CAPABILITY.match(body, at) or _CAPABILITY.match(body.lstrip())
    if found:
        return found
    anywhere = _CAPABILITY.search(body)
    if anywhere and not _IMPROVES.search(body[: anywhere.start()]) and len(body[: anywhere.start()].split()) <= 8:
        return anywhere
    if anywhere and re.search(
        r"\b(?:build|buy|get|use|deploy|roll out|implement|introduce|put in|install|launch|develop|adopt|bring in|invest in|leverage|doing|do something with|something with)\b",
        body[: anywhere.start()],
    ):
        return anywhere
    return None


def names_technology(low: str) -> bool:
    """Whether words name a technology: a robot, an app, a new system."""
    return bool(_CAPABILITY.match(low))


_COMPLAINT = re.compile(
    r"\b(?:complain(?:s|ed)?|(?:is|are|were|been|keeps?|kept|always|still) (?:\w+ )?complaining|(?:is|are|get|gets|were|was) (?:\w+ )?(?:angry|furious|upset|annoyed|fed up))\b"
)
_COMPLAINT_TO_END = re.compile(
    r"\b(?:stop\w*|cease|no longer|fewer|less|no more|nobody|no one|without|never|not|don't|doesn't|have nothing to|reason to|keep \w+ from)\b[^.?!;,]{0,25}$"
)


def is_complaint(low: str) -> bool:
    """Whether a sentence reports that people complain; that they should stop is a goal.

    >>> is_complaint("customers want an answer and complain that nobody answers"), is_complaint("customers should stop complaining")
    (True, False)
    """
    found = _COMPLAINT.search(low)
    return found is not None and not _COMPLAINT_TO_END.search(low[: found.start()])


_LOGISTICS = re.compile(
    r"\b(?:this (?:call|meeting|session|recording|workshop|interview)|the (?:agenda|slides|recording|minutes of|invite)|my (?:camera|mic|screen|coffee|train|kids?|dog)|can you (?:hear|see) me|next (?:meeting|call|session)|hard stop|follow[- ]up (?:call|meeting|email)|whiteboard|on mute|unmute|"
    r"let's (?:start|move|go|wrap|talk|take|park|not|come|get|pick|leave|see)|thanks|thank you|sorry|good (?:morning|afternoon)|see you|bye|hello|welcome)\b"
)


# What somebody asks of those in the room, for the work on the project, is no goal of the organisation.
_ASKED_OF_LISTENER = re.compile(
    r"\b(?:i|we)(?:'d| would)? (?:need|want|ask|like|expect|require)s?(?: (?!to\b)[^.?!;]{1,60}?)? (?:from|of) you\b"
    r"|\b(?:i|we)(?:'d| would)? (?:need|want|like|ask|expect) you to\b"
    r"|\b(?:want|need|like) to hear (?:why|how|what|whether)\b"
    r"|^\W*(?:(?:so|and|but|well|please|first|then|now|just)\W+)*(?:show|prove|tell|give|send|bring|let|convince) (?:to )?(?:me|us)\b"
    r"|\b(?:want|need|like|expect|have|has) (?:to (?:see|know|hear|read)|to be (?:shown|told|convinced))\b[^.?!;]{0,40}?"
    r"\b(?:whether|if|what|how (?:much|well|far)|that) (?:it|this|that|the (?:pilot|project|tool|system|thing|trial|test))(?: one)? ?(?:really |actually |has |have )*"
    r"(?:brought|brings?|works?|worked|pays?|paid|does|did|saves?|saved|achieved|costs?|delivers?|delivered|changed)\b"
)
_NEEDED = r"what (?:i|we|you|they|he|she|people|everybody|the \w+) (?:really |actually )?(?:needs?|wants?|have to know|has to know)"
_ALREADY_THERE = re.compile(
    rf"\b(?:says?|shows?|has|holds?|contains?|gives?|tells? (?:me|us|them)|knows?|covers?|lists?|we got|(?:we|i) have|gets?)\b[^.?!;,]{{0,20}}\b{_NEEDED}\W*$"
)


def asks_listener(low: str) -> bool:
    """Whether somebody asks something of those in the room, which tells nothing of how work runs."""
    return bool(_ASKED_OF_LISTENER.search(low))


def is_no_goal(low: str) -> bool:
    """Whether what sounds like a wish asks something of a listener, or reports that what is needed is there.

    >>> is_no_goal("what i need from you is an hour a week"), is_no_goal("the form already tells us what we need")
    (True, True)
    """
    return asks_listener(low) or bool(_ALREADY_THERE.search(low))


_BUSINESS_METRIC = re.compile(
    r"\b(?:revenue|sales|margins?|profit|ebitda|costs?|spend|loss(?:es)?|penalt\w+|fines|churn|retention|renewals?|market share|satisfaction|nps|csat|complaints|repeat (?:booking|purchase|business)|attrition|turnover|bookings|donations|refunds?|write-?offs|discounts?|savings|budget|accidents|injuries|fraud|overtime|growth|membership|enrol\w+|goodwill|working capital|stock value|emissions)\b"
)


def kind_of_metric(metric: str, unit: str | None) -> FindingKind | None:
    """Whether the name of a measure alone tells an outcome from a change in how work runs; None if it does not."""
    money = unit is not None and len(unit) == 3 and unit.isupper()
    if money or _BUSINESS_METRIC.search(metric.lower()):
        return FindingKind.BUSINESS_GOAL
    return FindingKind.OPERATIONAL_GOAL if _OPERATIONAL.search(metric.lower()) else None


def believable(sentence: Sentence, modality: Modality) -> bool:
    """Whether a wish in this sentence may count as a goal at all."""
    if modality.has(
        Doubt.QUESTION,
        Doubt.INTERVIEWER,
        Doubt.HYPOTHETICAL,
        Doubt.SOMEBODY_ELSE,
        Doubt.SARCASM,
        Doubt.ABANDONED,
        Doubt.NEGATED,
        Doubt.RETRACTED,
    ):
        return False
    return not _LOGISTICS.search(sentence.low) and not is_no_goal(sentence.low)
