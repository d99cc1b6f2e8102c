"""The other kinds of finding: pains, process, data, constraints, risks, decisions, assumptions, questions, positions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discovery_agent.analysts.rules.modality import Doubt, Modality
from discovery_agent.analysts.rules.sentences import Sentence
from discovery_agent.domain.findings import FindingKind, Stance


@dataclass(frozen=True)
class Cue:
    """A pattern that suggests a kind, with how sure it makes us before similarity has its say."""

    kind: FindingKind
    pattern: re.Pattern[str]
    strength: float
    unless: frozenset[Doubt] = frozenset({Doubt.QUESTION, Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED})


_SYSTEMS = (
    r"(?:sap|s/4|oracle|salesforce|dynamics|navision|excel|spreadsheets?|access database|sharepoint|crm|erp|wms|tms|mes|scada|plc|historian|epic|emr|ehr|pas|hris|ats|workday|datev|"
    r"sql|database|data ?warehouse|data ?lake|power ?bi|tableau|zendesk|jira|servicenow|outlook|shared (?:mailbox|inbox|drive|folder)|mailbox|inbox|network drive|csv|export|log files?|logs|archive|filing cabinet|"
    r"call recordings?|recordings|sensors?|telematics|gps|pos data|till data|ticketing system|case management system|booking system|legacy system|mainframe|register|registry|portal|dms|document management system|scans?|pdfs?|master data|history)"
)

CUES: tuple[Cue, ...] = (
    Cue(
        FindingKind.DECISION,
        re.compile(
            r"\b(?:(?:so |okay,? |right,? |then )*(?:we(?:'ve| have)? (?:decided|agreed|settled|concluded|signed off)|it's (?:decided|agreed|settled)|that's (?:decided|agreed|settled)|agreed[:,.]|decision[:,]|"
            r"let's (?:go with|agree (?:on|that)|settle (?:on|for)|do it|start with the|leave it at|fix it at|make it|keep it (?:at|to)|pilot|put \w+ (?:down|in) as)|we('ll| will) (?:go with|start with|pilot|stick with|settle)|"
            r"(?:final|done) decision|decided (?:to|on|that|against)|we're going with|so that's (?:the plan|our number|what we))\b|approved\b)"
        ),
        0.62,
        frozenset({Doubt.QUESTION, Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM}),
    ),
    Cue(
        FindingKind.CONSTRAINT,
        re.compile(
            r"\b(?:budget (?:is|of|for|cap|ceiling|we have)|(?:no|not a|any) (?:more |extra |additional |new )*(?:budget|headcount|money|hires|licen[cs]es)|can't (?:spend|hire|touch|change|leave|use|store|move|send|share|go (?:over|beyond|above|past|live)|exceed|replace|export)|"
            r"(?:not|never) allowed|is not allowed|aren't allowed|may not|must not|mustn't|has to (?:stay|remain|be (?:hosted|stored|kept|auditable|explainable|explained|documented|deleted|signed|compliant|on[- ]prem\w*))|have to (?:stay|remain|comply|keep|be able to explain)|must (?:stay|remain|comply|be (?:explain\w*|hosted|stored|kept|signed|able to)|"
            r"keep)|required by law|legally (?:required|obliged|have to)|by law|the law says|gdpr|hipaa|dsgvo|works council|union (?:has|agreement|needs|must|won't)|data protection|freeze (?:on|in|from)|hiring freeze|code freeze|change freeze|on[- ]premises?|on[- ]prem\b|no cloud|within the eu|"
            r"inside the eu|in the eu\b|eu (?:servers|hosting|data)|regulat\w+ (?:requires?|says|demands?|obliges?)|retention (?:rule|period)|not negotiable|non-negotiable|red line|hard limit|we only have|capped at|ceiling of|maximum budget|four[- ]eyes|has to sign off|needs a human|a human (?:has to|must)|"
            r"a (?:person|nurse|doctor|lawyer|clerk|handler|officer|caseworker) (?:has to|must|needs to) (?:sign|approve|decide|check|make)|can't be fully automated|no (?:personal|patient|customer|client) data (?:may|can|leaves?|outside|in)|contract (?:runs|ends|expires|ties|is fixed|locks)|locked in(?:to)?)\b"
        ),
        0.62,
        frozenset({Doubt.QUESTION, Doubt.SOMEBODY_ELSE, Doubt.SARCASM}),
    ),
    Cue(
        FindingKind.RISK,
        re.compile(
            r"\b(?:(?:my|the|our|a|one|another|biggest|main|only|real|big)\s+(?:\w+ )?(?:worry|worries|fear|concern|risk|danger|nightmare)\b|(?:i'm|we're|i am|we are|they're|people are) (?:\w+ )?(?:worried|afraid|scared|nervous|concerned|anxious|wary)|i (?:worry|fear)|"
            r"risk(?:s)? (?:is|of|that|being|losing)|(?:we|you|they) risk|could (?:backfire|go wrong|cost us|blow up|get us|lead to|end up in)|what if|if (?:it|that|this|the (?:model|system|tool|bot|software)) (?:gets|goes|is|makes|breaks|fails|misses)[^.?!]{0,40}(?:wrong|mistake|down|error|liable|sued|fine|newspaper|"
            r"trouble|blame|trust)|liab(?:le|ility)|lawsuit|sued|end up in (?:the (?:paper|press|news)|court)|front page|single point of failure|retir(?:es|ing) (?:next|in|this|soon)|knowledge (?:walks|leaves|goes) (?:out|with)|only (?:one|person) who knows|nobody else knows|(?:people|staff|drivers|nurses|team|users) (?:won't|will not|may not|might not) "
            r"(?:use|trust|accept|adopt)|lose trust|bias(?:ed)?|hallucinat\w+|data breach|leak(?:s|ed)? (?:data|out)|reputational)\b"
        ),
        0.6,
        frozenset({Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED}),
    ),
    Cue(
        FindingKind.ASSUMPTION,
        re.compile(
            r"\b(?:i (?:assume|presume|reckon|imagine|guess|suppose|expect|would guess|'d guess|would assume|'d assume|believe it's|believe that's|think it's (?:probably|about|around))|we(?:'re| are)? assum(?:e|ing)|assuming|assumption|presumably|my guess|our guess|gut feel(?:ing)?|probably (?:around|about|because|half|most)|"
            r"i(?:'d| would) bet|should be possible|as far as i know|if i remember (?:right|correctly)|don't quote me|not measured|nobody(?:'s| has)? (?:ever )?(?:measured|counted|checked)|unverified|educated guess|finger in the air|rule of thumb)\b"
        ),
        0.55,
        frozenset({Doubt.QUESTION, Doubt.SOMEBODY_ELSE, Doubt.SARCASM}),
    ),
    Cue(
        FindingKind.OPEN_QUESTION,
        re.compile(
            r"\b(?:(?:we|i|nobody|no one|they|you'd) (?:don't|do not|doesn't|didn't|really don't|still don't|simply don't|actually|honestly don't|can't) ?(?:really |actually |yet |even )?(?:know|tell|say|agree)s? (?:yet |exactly |for sure )?(?:if|whether|what|how|who|which|why|where|when|that yet|yet)|nobody knows|no idea (?:if|how|what|who|whether|which)|"
            r"not (?:clear|sure|decided|settled|agreed)(?: yet| to me)?(?: if| whether| who| how| what| which|[.,])|unclear (?:if|who|whether|how|what|which|to)|still (?:open|unclear|to be decided|undecided|need to (?:find out|clarify|check|decide|ask|figure out))|open question|remains to be seen|tbd|"
            r"(?:i|we)(?:'d|'ll| would| will| have to| need to|'ll have to)? (?:have to |need to )?(?:find out|check with|ask (?:the|our|\w+ (?:in|from))|come back to you on|get back to you on|clarify|look into)|somebody (?:has to|needs to|should) (?:find out|decide|check|tell)|who (?:owns|decides|signs|pays|is responsible|would own)|to be (?:clarified|decided|confirmed))\b"
        ),
        0.58,
        frozenset({Doubt.SOMEBODY_ELSE, Doubt.SARCASM}),
    ),
    Cue(
        FindingKind.DATA_SOURCE,
        re.compile(
            rf"\b(?:(?:it's|that's|they're|it|all|everything|data|history|records?|figures?|numbers?|notes?|files?|documents?|contracts?|invoices?|scans?|logs?|information|which|we|they)\b[^.?!]{{0,50}}\b(?:in|from|into|out of|on|via|through|inside|over)\s+(?:the |our |an? |that |this |their |some |old |one |big |my |\w+'s )*{_SYSTEMS}"
            rf"|(?:we|they|i|it|you|there's|there is|there are|somebody) (?:have|has|keep|keeps|store|stores|got|'ve got|record|log|logs|export|exports|collect|collects|pull|use|maintain|maintains|run|can pull|can export|can get|do have)\b[^.?!]{{0,50}}\b{_SYSTEMS}"
            rf"|(?:years?|months?|decades?) of (?:\w+ )?(?:data|history|records|logs|recordings|invoices|tickets|contracts|claims|notes|emails|orders|scans|sales)"
            rf"|(?:the|our) (?:\w+ ){{0,2}}{_SYSTEMS} (?:has|holds|contains|stores|keeps|records|logs|gives|knows|shows|tells|tracks))\b"
        ),
        0.58,
        frozenset({Doubt.QUESTION, Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM}),
    ),
    Cue(
        FindingKind.PAIN_POINT,
        re.compile(
            r"\b(?:problem|trouble|issue|painful|a pain|pain (?:point|in)|nightmare|mess|messy|chaos|chaotic|frustrat\w+|annoy\w+|hate|drives? (?:me|us|them|people) (?:mad|crazy|nuts|up the wall)|killing us|kills us|hurts|struggl\w+|stuck|bottleneck|overwhelmed|drowning|swamped|"
            r"firefighting|too (?:long|slow|many|much|late|often|expensive|manual)|takes forever|takes ages|forever to|error[- ]prone|by hand|manually|re-?typ\w+|re-?key\w*|copy(?:ing)?(?: and |[- ])past\w+|double entry|twice|chas(?:e|ing)|hunt(?:ing)? for|dig(?:ging)? through|nobody (?:knows|can find|reads|trusts|answers)|"
            r"can't find|never (?:know|find|match|on time|up to date|works|get)|always (?:late|wrong|behind|missing|chasing)|goes? missing|gets? lost|lost in|falls? through the cracks|waste(?:s|d|ing)?|wasting|complain\w*|fed up|burn(?:ed|t)? out|overtime|backlog|behind|delays?|outdated|out of date|"
            r"wrong (?:data|address|code|number|price|part|cost|account|amount)|duplicates?|incomplete|unreliable|broken|breaks? down|crash\w*|fail(?:s|ed|ing)?|los(?:e|es|ing) (?:customers|money|track|time|patients|people|candidates|orders|deals|sleep|a lot)|bleed\w*|haemorrhag\w+|hemorrhag\w+|no overview|blind)\b"
        ),
        0.55,
    ),
    Cue(
        FindingKind.PROCESS_STEP,
        re.compile(
            r"\b(?:(?:and |so |then |first|after that|next|once|when|every|finally|at the end|usually|normally|each morning|in the morning|every (?:morning|day|week|monday|friday|month|night))[ ,]+[^.?!]{0,40}?)?"
            r"(?:(?:we|they|she|he|i|somebody|someone|people|the (?:team|clerk|clerks|agent|agents|planner|planners|nurse|nurses|dispatcher|dispatchers|handler|handlers|technicians?|operators?|manager|managers|supplier|customer|applicant|driver|recruiter|recruiters|caseworker|caseworkers|system|mailbox|front desk|call centre|back office|receptionist|lawyer|paralegal|buyer|warehouse|it|reception))\s+(?:then |usually |first |always |just |manually |simply |also |typically |normally |actually )*)"
            r"(?:open|opens|print|prints|type|types|key|keys|copy|copies|paste|pastes|check|checks|enter|enters|forward|forwards|send|sends|call|calls|ring|rings|phone|phones|scan|scans|match|matches|compare|compares|approve|approves|sign|signs|assign|assigns|route|routes|sort|sorts|book|books|schedule|schedules|file|files|upload|uploads|"
            r"download|downloads|read|reads|review|reviews|email|emails|log|logs|fill|fills|look(?:s)? (?:it |them |that )?up|hand(?:s)? (?:it|them)|pass(?:es)? (?:it|them)|put(?:s)? (?:it|them)|pull(?:s)? (?:it|up|the|them)|walk(?:s)? (?:over|to)|write(?:s)? (?:it|them|up|a|the)|decide(?:s)? (?:who|which|what|if|whether)|extract|extracts|reconcile|reconciles|export|exports|"
            r"update|updates|register|registers|inspect|inspects|verify|verifies|screen|screens|rank|ranks|tag|tags|categorise|categorises|escalate|escalates|confirm|confirms|receive|receives|get an? (?:email|call|pdf|form)|comes in|arrives?)\b"
            r"|\b(?:it|they|the \w+|invoices|claims|orders|requests|applications|tickets|calls|emails|forms|contracts|cvs|documents) (?:then |usually |first |all |normally |just )*(?:come|comes|arrive|arrives|land|lands|go|goes|get|gets|is|are) (?:in (?:by|via|through|as|on)|to (?:the|a|our|an)|into|through|forwarded|printed|typed|keyed|scanned|routed|assigned|checked|sorted|approved|signed|sent|booked|matched|filed|uploaded|entered|passed|logged)\b"
        ),
        0.5,
        frozenset({Doubt.QUESTION, Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM, Doubt.ABANDONED, Doubt.NEGATED}),
    ),
)

_AGAINST = re.compile(
    r"\b(?:i(?:'m| am)|we(?:'re| are))(?: (?:really|totally|completely|strongly|firmly|dead|not))* (?:against|opposed|not (?:convinced|in favou?r|a fan|keen|sold|comfortable|happy)|sceptical|skeptical|reluctant|uncomfortable)"
    r"|\bi (?:don't|do not|wouldn't|would not|can't|cannot|won't) (?:like|want(?! to be\b)|support|accept|agree|think (?:we (?:should|need)|that's|it's|this)|believe (?:we|that|this|in)|see (?:why|the point|a reason)|buy|sign|back|trust|need (?:a|an|another|ai))"
    r"|\bi(?:'d| would) (?:rather (?:not|we|have|keep|see)|object|push back|veto|resist|oppose)|\bi (?:object|disagree|oppose|veto|doubt)|\bover my dead body|\bwe don't need (?:a|an|any|another|ai)\b|\byou don't need (?:a|an|any|another|ai)\b|\bwe (?:shouldn't|should not) (?:be |go |start |build|buy|automate|let|use|replace)|\bnot on my watch|\bbad idea|\bthat's a mistake|\bi'm not (?:having|signing|going to)"
)
_FOR = re.compile(
    r"\b(?:i(?:'m| am)|we(?:'re| are))(?: (?:really|totally|all|very|fully|strongly))* (?:in favou?r|for it|behind (?:it|this|that)|all for|keen on|supportive|on board|sold on|a (?:big )?fan)"
    r"|\bi (?:support|endorse|back|agree with|believe in|like the idea|love the idea|would support|'d support|vote for)|\b(?:count me in|i'm sold|you have my support|fully agree|i'd sign)"
)


# Who speaks when, and of what first, is the order of the talk and no side taken in it.
_ABOUT_THE_TALK = re.compile(
    r"\b(?:let me|can i|could i|may i|i(?:'d| would) (?:just )?like to|i want to|i(?:'ll| will)|let's)(?: just| first| quickly| briefly| also)* "
    r"(?:say|tell|explain|add|ask|start with|begin with|finish|come back to|go back to|talk about|describe|show)\b"
    r"|\b(?:one (?:more )?thing|before we (?:start|begin|go on|continue|talk|get to)\b[^.?!]{0,40}$)"
)


def is_about_the_talk(low: str) -> bool:
    """Whether a sentence is a remark on the order of the conversation.

    >>> is_about_the_talk("before we buy anything, let me say what hurts."), is_about_the_talk("i am against a robot in the kitchen.")
    (True, False)
    """
    return bool(_ABOUT_THE_TALK.search(low)) and not (_AGAINST.search(low) or _FOR.search(low))


# What somebody does not want to happen to people or to themselves is a limit, and a figure or an hour that is wanted is a demand:
# neither is for or against what is proposed.
_OWN_LIMIT = re.compile(
    r"\b(?:i|we) (?:don't|do not|won't|will not) (?:want|wish)(?: to)? (?!be\b|have\b|use\b|see\b|buy\b|hear\b|build\b|replace\b|go\b|do\b|try\b|rely\b|depend\b|pay\b|spend\b|automate\b|start\b|run\b|an?\b|the\b|another\b|any\b|this\b|that\b|it\b)"
    r"(?:to )?(?:let|lose|fire|dismiss|lay|hurt|upset|put|leave|send|push|force|cut|sack|replace people|anybody|anyone|people|customers|staff|my|our)\b"
)
_WANTS_A_FIGURE = re.compile(
    r"\b(?:i|we)(?:'d| would| could|'ll)? (?:want|like|need|prefer|say|take|rather have|go for) (?:about |around |it (?:at|to be) |at |a |an )*"
    r"(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight|half past|quarter (?:past|to))\b)"
)


def sets_own_limit(low: str) -> bool:
    """Whether somebody says what must not happen to people, which limits any solution and is against none.

    >>> sets_own_limit("i don't want to let anybody go."), sets_own_limit("i don't want an agent in the order flow.")
    (True, False)
    """
    return bool(_OWN_LIMIT.search(low))


def wants_a_figure(low: str) -> bool:
    """Whether what is wanted is a figure or a time of day: "I'd want 3 pm for those"."""
    return bool(_WANTS_A_FIGURE.search(low))


_WANTED_INSTEAD = re.compile(
    r"\b(?:i|we)(?:'d| would)? (?:just |only |really )*(?:want|need|like|prefer|ask for) [^.?!;]{3,60}?(?:[,;:]| and| but) (?:and |but )?"
    r"(?:(?:i|we) (?:really )?(?:do not|don't) (?:want|need|ask for) |not )(?:yet )?(?:another |any )?(?P<rejected>[^.?!;]{2,60})"
)


def rejects_what_is_offered(low: str) -> str | None:
    """What somebody does not want where they say what they want in its place; None if they say no such thing.

    >>> rejects_what_is_offered("i want templates, i do not want a robot.")
    'a robot'
    """
    found = _WANTED_INSTEAD.search(low)
    return found["rejected"] if found else None


def position_in(sentence: Sentence, modality: Modality) -> Stance | None:
    """For or against, where somebody takes a side."""
    if modality.has(Doubt.QUESTION, Doubt.HYPOTHETICAL, Doubt.SOMEBODY_ELSE, Doubt.SARCASM):
        return None
    if len(sentence.plain.split()) < 5:
        return None
    if _AGAINST.search(sentence.low):
        return Stance.AGAINST
    if _FOR.search(sentence.low):
        return Stance.FOR
    return None


def cues_in(sentence: Sentence, modality: Modality) -> list[tuple[FindingKind, float]]:
    """Kinds that the words of a sentence suggest, strongest first."""
    if len(sentence.plain.split()) < 5:
        return []
    found = [(cue.kind, cue.strength) for cue in CUES if not (modality.doubts & cue.unless) and cue.pattern.search(sentence.low)]
    return sorted(found, key=lambda pair: -pair[1])
