"""Words by which an answer shows how it can be taken. English first, with the commonest phrases of other languages."""

from __future__ import annotations

import re

from discovery_agent.domain.interview.phrases import NAME


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_LEAD_IN = r"^\W*(?:(?:well|so|sorry|okay|ok|no|hm+|um+|uh+|erm?|oh|yes|honestly|frankly|actually|to be honest|i'm afraid|i am afraid|look|right|thanks|thank you)\b\W*)*"

STOPS = _any(
    _LEAD_IN
    + r"(?:please )?(?:stop|quit|exit|end|finish|enough|done|bye|goodbye)(?:,? (?:now|here|please|it|this|the (?:interview|conversation|chat)))*\W*$",
    r"\b(?:let'?s|let us|can we|could we|may we|shall we|i(?:'d| would) (?:like|prefer) to|i want to|i need to|we (?:need|have) to|i have to|please|i'll|i will) (?:please )?(?:stop|end|finish|wrap up|leave it|close|quit)"
    r"(?:,? (?:at |with )?(?:this|that|it|here|there|now|up|please|today|for (?:now|today)|the (?:interview|conversation|chat|questions)|answering(?: questions)?))*\W*$",
    r"\b(?:stop|end|quit|finish) (?:the|this) (?:interview|conversation|chat)\b",
    _LEAD_IN
    + r"(?:that'?s all (?:the time )?(?:i have|from me|for (?:now|today)),? ?)?(?:but )?(?:i|we) (?:really |now )?(?:have to|need to|must|got to|gotta|should) (?:go|leave|run|stop)(?: now)?(?:,? (?:sorry|bye|thanks|thank you|my next meeting\b.*|i have\b.*))?\W*$",
    r"\b(?:no more questions|i(?:'ve| have) (?:had enough|no (?:more )?time)|(?:i'm|i am) out of time|my time is up)\b",
    _LEAD_IN + r"(?:aufh[öo]ren|stopp|schluss|ende|arr[êe]tez|arr[êe]tons|stop svp|basta|parar|fim|koniec|genoeg|slut)\W*$",
)

DECLINES = _any(
    r"\b(?:i(?:'d| would)|we(?:'d| would)) rather not(?: (?:say|talk|tell|answer|comment|discuss|share|go into|get into|speak|disclose|give)\b|\W*$)",
    r"\bprefer not to\b",
    r"\b(?:can'?t|cannot|can not|won'?t|will not|don'?t want to|not (?:allowed|able|willing|at liberty|going) to|may not) (?:talk|speak|say|comment|discuss|share|answer|disclose|tell|go into)\b",
    r"\bno comment\b",
    r"\b(?:not|none of|hardly) (?:my|our) (?:concern|business|problem|affair)s?\b",
    r"\bnot (?:for me|mine) to (?:say|judge|comment)\b",
    r"\b(?:i|we) (?:do not|don'?t) (?:care|wish to|want to (?:go|get) into)\b",
    r"\bnone of (?:your|anyone'?s) business\b",
    r"\b(?:that|this|it)(?:'s| is) (?:strictly |very )?(?:confidential|private|secret|sensitive)\b",
    r"\bnot something i(?:'d| would| can| want to)\b",
    _LEAD_IN
    + r"(?:please |i'?d like to |i'?ll |can (?:i|we) (?:please )?|could (?:i|we) |let'?s |may i )?(?:skip|pass)(?: (?:on )?(?:this|that|it)(?: (?:one|question))?)?(?:,? please)?\W*$",
    _LEAD_IN + r"(?:next|next (?:one|question)|go on)(?:,? please)?\W*$",
    r"\b(?:dazu (?:m[öo]chte|kann|darf) ich nichts|keine angabe|vertraulich|je pr[ée]f[èe]re ne pas|prefiero no|preferirei non)\b",
)

LATER = _any(
    r"\b(?:decide|answer|tell you|say|discuss|settle|clarify|fix|do) (?:it |this |that |you )?(?:later|another time|next time|some other time|afterwards)\b",
    _LEAD_IN + r"(?:later|maybe later|not now|another time)\b.{0,20}$",
    r"\b(?:get|come) back to (?:you|that|this|it)\b",
    r"\b(?:have|need|would have|'d have|want) to (?:look|check|ask|think about|look into)(?: (?:it|that|this|into it))?(?: up| first| again)?\b",
    r"\b(?:let me|i'?ll|i will|i can|i could) (?:look (?:it|that|this) up|check(?: (?:it|that|this|on))?|find out|ask around|send (?:it|that|you)|think about)\b",
    r"\b(?:not|hasn'?t been|haven'?t|isn'?t|is not|has not been) (?:yet )?(?:decided|settled|agreed|made up|fixed)(?: (?:on )?(?:that|it))?(?: yet)?\b",
    r"\b(?:too (?:early|soon) to (?:say|tell)|we(?:'ll| will) see|remains to be seen|to be (?:decided|confirmed|determined)|tb[dc])\b",
    r"\b(?:sp[äa]ter|m[üu]sste ich nach(?:schauen|sehen)|plus tard|m[áa]s tarde|pi[ùu] tardi|later (?:kijken|opzoeken))\b",
)

DOES_NOT_KNOW = _any(
    r"\b(?:i|we) (?:really |honestly |just |simply |actually |still )*(?:do not|don'?t|wouldn'?t|would not|can'?t|cannot|couldn'?t|could not|have not|haven'?t)(?: (?:really|honestly|actually|even|possibly|yet))* (?:know|tell(?: you)?|say|remember|recall|answer (?:that|this)|judge|have (?:that|the (?:number|figure|answer))|got that)\b",
    r"\b(?:i|we) (?:have|'ve got|got)(?: \w+)? (?:no|not the (?:slightest|faintest|foggiest)) (?:\w+ )?(?:idea|clue|knowledge|insight|overview|figures?|numbers?)\b",
    _LEAD_IN
    + r"(?:no (?:idea|clue)|not sure|dunno|unsure|unknown|don'?t know|do not know|can'?t say|hard to say|difficult to say|beats me|search me|how should i know|who knows|good question|n/?a)\b",
    r"\b(?:no idea|no clue|dunno|not sure (?:about|of) (?:that|this|it)|i'?m not sure|above my pay grade|not my (?:area|department|field|job|call|topic|world|table)|outside my (?:area|field|remit)|wrong person|not the right person|couldn'?t tell you)\b",
    r"\b(?:(?:das )?wei(?:ß|ss) ich nicht|ich wei(?:ß|ss) (?:es |das )?nicht|keine ahnung|je ne sais pas|aucune id[ée]e|no (?:lo )?s[ée]|ni idea|non (?:lo )?so|n[ãa]o sei|nie wiem|weet ik niet|ik weet het niet|vet (?:jag )?inte|en tied[äa]|nev[íi]m|bilmiyorum)\b",
    r"(?:知りません|分かりません|わかりません|不知道|不清楚|모르겠|не знаю)",
)

SENDS_ELSEWHERE = _any(
    r"\b(?:you(?:'d| would|'ll| will)? (?:have|need|want|better|should)(?: to)? (?:to )?(?:ask|check with|talk to|speak to)|(?:best|better) (?:to )?ask|ask (?:someone|somebody) else|(?:that|this)(?:'s| is) (?:a question|one|something) for)\b",
)
"""Says that somebody else should be asked, whoever it is."""

REFERS = re.compile(
    r"(?:(?:^|[.,;:!?–—-]\s*)(?:(?:well|so|no|then|sorry|honestly|just|better|best|please|maybe|perhaps|probably)\b,? )*"
    r"|\b(?:you(?:'d| would| could| can| should| might|'ll| will)?(?: have to| need to| want to| do| better| best)?(?: to)?|better|best|best to|please) )"
    r"(?:ask|talk to|speak to|speak with|check with|turn to|go to|try|call|contact)\s"
    rf"(?:(?P<name>{NAME}(?: (?:in|from|at|of|on) (?:the )?[\w-]+)?)|(?P<who>(?:my|our|the) [a-z][\w-]+(?: (?:in|from|at|of|on) (?:the )?[\w-]+)?))"
    r"|\b(?:question|one|something|matter) for (?:"
    rf"(?P<for_name>{NAME}(?: (?:in|from|at|of|on) (?:the )?[\w-]+)?)|(?P<for_who>(?:my|our|the) [a-z][\w-]+(?: (?:in|from|at|of|on) (?:the )?[\w-]+)?))"
    rf"|(?:^|[.,;:!?–—-]\s*)(?P<knows>{NAME}(?: (?:in|from|at|of|on) (?:the )?[\w-]+)?),? (?:would|will|should|might|could|can)? ?(?:know|knows|tell you|be able to tell you|can tell you)\b",
    re.IGNORECASE,
)
"""Sends the interviewer to somebody: "ask Nadia in stores", "that is a question for the night shift"."""

REJECTS_WORDING = _any(
    r"\b(?:would|'d|could|do|did) ?(?:not|never|n't) (?:have )?(?:put|say|phrase|word|call|describe|express|see) (?:it|that|them|this|those)(?: (?:like that|that way|so|quite so|in those words|(?:an? |the )?[\w-]+(?: [\w-]+)?))?\s*(?:[.,;!]|$)",
    r"\bnot (?:how|the way) (?:i|we)(?:'d| would)? (?:put|say|phrase|word|call|describe|see) (?:it|that|this)\b",
    r"\bnot (?:the|a) (?:right |good |fair )?(?:word|words|term|expression|way to put it)\b",
    r"\b(?:is|are|'s) (?:too |rather |quite )?an? (?:too |very |rather )?(?:strong|big|harsh|hard|loaded|unfair|wrong|odd|strange) (?:a )?(?:word|term|expression)\b",
    r"\b(?:the|your) question (?:assumes|presumes|supposes|suggests|implies)\b|\bthat(?:'s| is) (?:a )?(?:loaded|leading|loaded question)\b",
)
"""Does not accept the words of the question."""

NO_VIEW = _any(
    r"\b(?:no|not (?:have |got )?an?y?|don't have an?y?|do not have an?y?) (?:opinion|view|strong view|strong opinion|views|opinions|preference|comment)s?(?: on| about| there|\b)"
)
"""Has no view, which is an answer: nothing is kept back."""

LITTLE = _any(r"\b(?:little|not much|not a lot) (?:more |else )?(?:i can |to |i could |there is to )(?:say|tell|add|report)\b")
"""Gives way: little is not nothing."""

NOTHING = _any(
    r"\bnothing (?:more |else )?(?:i can |to |i could )(?:say|tell|add|report)\b",
    _LEAD_IN
    + r"(?:nothing|none)\b(?: (?:really|much|else|more|special|specific|particular|new))*(?: (?:comes to (?:my )?mind|to (?:add|say|report)|(?:that )?i (?:can think of|know of|could think of)|in particular|there|here|from (?:me|my side)|i am aware of|occurs to me))?(?:,? (?:there|here|sorry|i'?m afraid|i am afraid|right now|at the moment|off ?hand))*\W*$",
    r"\b(?:nothing (?:comes|springs) to (?:my )?mind|(?:can'?t|cannot|couldn'?t|could not) think of (?:anything|any|one)|nothing (?:to|i would|i could) add|couldn'?t say|could not say)\b",
)
EVADES = _any(
    r"\bdo (?:only |just )?what (?:is|we|i|you|one) (?:\w+ )?(?:required|asked|told|expected|needed|can|could|have to|must|do)\b",
    r"\bas (?:every|any|else)where\b|\bin every (?:house|company|firm|business)\b|\b(?:like|as) everybody\b",
    r"\b(?:hard|difficult|impossible) to (?:say|tell|generali[sz]e|put)\b(?:.{0,12}\b(?:in general|general|like that|that way|so simply))?",
    r"\b(?:rather not generali[sz]e|in general|generally speaking|it is complicated|it'?s complicated|a matter of its own|not so simple|as much as i can say|nobody is perfect|we do our best|we manage|it works|it is what it is|that'?s how it is|as it should be)\b",
)
_HEDGED_UNIT = r"(?:much|way|far|a lot|lots|somewhat|quite|very|really|too|so|rather|pretty|significantly|considerably|noticeably|a bit|a little|more) "
VAGUE = _any(
    rf"\b{_HEDGED_UNIT}(?:faster|quicker|slower|better|worse|cheaper|easier|simpler|smoother|longer|shorter|slow|long|late|often|bad|high|low|expensive|many|much|efficient|difficult|hard|complex|complicated|big|small|modern|transparent)\b",
    r"\b(?:a lot|lots|loads|tons|plenty|many|several|quite a few|a few|some|most|hardly any|a bunch) of (?:\w+ )?\w+",
    r"\b(?:some|several|many|a few|certain|various|different) (?:\w+ )?\w+s\b",
    r"\b(?:a lot|quite often|very often|too often|often|frequently|regularly|sometimes|now and then|from time to time|rarely|seldom|occasionally|usually|mostly|all the time|constantly|forever|ages|soon|asap|as soon as possible|quickly|eventually)\b",
    r"\b(?:better|faster|quicker|easier|smoother|cheaper|more efficient(?:ly)?|more transparent|more productive|user[- ]friendly|intuitive|state of the art|innovative|modern(?:er)?|optimi[sz]ed?|improved?|streamlined?|harmoni[sz]ed?)\b",
    r"\b(?:it depends|that depends|depends|it varies|varies|various|somehow|and so on|etc|things like that|stuff|the usual|as usual|as always|so-so|not great|not good|okay-ish|fine|okay|normal|long|slow|bad)\b",
)

EMPTY = _any(
    r"\b(?:things|stuff|something|somehow|somewhere)\b",
    r"\b(?:some|many|most|few|a lot|lots|plenty|part|much) of (?:it|them|those|these|that|this)\b",
    r"^\W*(?:too )?(?:many|much|some|most|a lot|lots|several)\b",
)
"""Words that stand in for what was not said."""

TOLD_BEFORE = _any(
    _LEAD_IN
    + r"(?:i|we)(?: have|'ve)? (?:already )?(?:just )?(?:said|told you|mentioned|answered|explained)(?: you)?(?: (?:so|that|it|this|all that))?(?: (?:already|before|earlier|just now|a moment ago))?\W*(?:[.,:;!]|$)",
    _LEAD_IN + r"(?:as|like) (?:i|we)(?: have|'ve| already| just)? (?:said|told you|mentioned|explained)\b",
    _LEAD_IN
    + r"(?:i told you|said that|said so|already (?:said|told|answered|mentioned)|you (?:have |already )?(?:asked|have) (?:me )?(?:that|this|it)(?: already| before)?)\b",
    r"\b(?:already|before) (?:said|told you|mentioned)\b|\b(?:said|told you|mentioned|answered) (?:so|that|it|this)? ?(?:already|before|earlier)\b",
)

CONCRETE = _any(
    r"\b(?:e-?mails?|mails?|phone|telephone|fax|letters?|post|pdfs?|scans?|paper|forms?|portal|web ?site|app|edi|excel|spreadsheets?|word|outlook|sap|whatsapp|teams|database|server|drive|archive|shared mailbox|inbox|csv|xml|api|photos?|handwritten|handwriting)\b",
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|april|june|july|august|september|october|november|december)s?\b",
    r"\b(?:gdpr|hipaa|works council|union|parliament|ministry|regulator|authority|court|doctors?|nurses?|drivers?|clerks?|planners?|lawyers?|engineers?|technicians?|customers?|suppliers?|patients?|students?|teachers?|pilots?)\b",
)
VAGUE_TO_QUOTE = _any(
    rf"\b{_HEDGED_UNIT}(?:faster|quicker|slower|better|worse|cheaper|easier|simpler|smoother|longer|shorter|slow|long|late|often|bad|high|low|expensive|many|much|efficient|difficult|hard|complex|complicated|big|small|modern|transparent)\b",
    r"\b(?:quite often|very often|too often|often|frequently|regularly|sometimes|now and then|from time to time|rarely|seldom|occasionally|all the time|constantly|forever|ages|soon|as soon as possible|eventually|quite a few|it depends|that depends|it varies|and so on|things like that|the usual|somehow|more efficient|more transparent|user[- ]friendly|intuitive|not always)\b",
)

GENERAL = _any(
    r"\b(?:usually|normally|always|generally|typically|often|mostly|every time|we tend to|it happens|all the time|as a rule|in general)\b"
)

DATED = _any(
    r"\b(?:yesterday|today|this morning|last (?:week|month|year|night|friday|monday|tuesday|wednesday|thursday|saturday|sunday|time|one|spring|summer|autumn|winter|quarter)|(?:two|three|four|a few|\d+) (?:days|weeks|months|years) ago|once|recently|the other day|the latest"
    r"|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|in (?:january|february|march|april|may|june|july|august|september|october|november|december)|there was|there were|we had|we got|it took|it turned|turned out|called|came|went|lost|found|sent|noticed|arrived|complained)\b",
)

YES_NO = _any(
    r"^\W*(?:yes|no|yeah|yep|yup|nope|nah|sure|of course|certainly|maybe|perhaps|probably|possibly|not really|i think so|i guess so|i don'?t think so|exactly|correct|right|true|absolutely|definitely|ok|okay|never|always|nothing|none|ja|nein|oui|non|s[íi]|si|da|nie|tak|jo|nee)"
    r"(?:,? (?:of course|sure|sir|please|thanks|thank you|it is|it does|we do|i do|they do|we are|there is|there are|indeed|why not|not really|i think(?: so)?|probably|absolutely|always|never))*\W*$",
)

ASKING = re.compile(
    r"^\W*(?:(?:and|but|so|well|sorry|wait|hang on|hm+|before i answer|first|okay|ok|no|yes|may i ask|can i ask)\b\W*)*"
    r"(?:why|what|who|whom|whose|how|when|where|which|are|is|am|can|could|do|does|did|will|would|may|should|shall|has|have|pardon|sorry|huh|excuse me|come again|was|wer|warum|wie|pourquoi|qui|comment|por qu[ée]|qui[ée]n|perch[ée])\b",
    re.IGNORECASE,
)
MEANS_NOTHING_TO_THEM = _any(
    r"\bwhat (?:do|did) you mean\b",
    r"\b(?:i )?(?:don'?t|do not|didn'?t|did not) (?:really |quite )?(?:understand|get|follow)(?: (?:the|your|this|that) ?(?:question)?)?\W*$",
    r"\b(?:rephrase|say that again|repeat (?:the|that|your) ?(?:question)?|put (?:that|it) (?:differently|another way)|clarify (?:the|your|that) ?(?:question)?|explain (?:the|your|that) ?(?:question)?)\b",
    r"^\W*(?:pardon|huh|what|sorry|excuse me|come again)\W*$",
)

_SOLUTION = (
    r"(?:chat ?-?bots?|voice ?bots?|bots?|co-?pilots?|(?:ai|digital|virtual|smart) assistants?|assistants?(?= that| which| for)|(?:ai|software) agents?|ai(?: (?:tool|system|solution|model|agent|software|engine|project))?|artificial intelligence|machine learning(?: model)?|chat ?gpt|llms?|language models?|gen(?:erative)? ?-?ai"
    r"|neural net(?:work)?s?|predictive models?|prediction models?|rpa|robots?|blockchain|digital twins?|data lakes?|data warehouse|dashboards?|cockpits?|apps?|portals?|platforms?|image recognition|computer vision|recommendation engines?|knowledge graphs?|sensors?|drones?|cameras?|scanners?|trackers?"
    r"|(?:crm|erp|ticketing|workflow|document management|booking|new|modern|better|automatic|automated|intelligent|smart) (?:system|software|tool|solution)s?|systems?|solutions?|software|tools?|automation|self-service|ocr|search engine|sharepoint|power ?bi|salesforce|sap)"
)
SOLUTION_WISH = re.compile(
    r"\b(?:(?:we|i|they|you|people|the (?:team|board|company|department|business)|everyone|everybody|management|my (?:team|people|boss))(?:'d| would| really| just| simply| all| definitely| badly| also| clearly)* "
    r"(?:need|needs|want|wants|like|love|should (?:have|get|buy|build|use|introduce|do|try)|could (?:use|do with)|must (?:have|get)|have to (?:have|get|buy|use|introduce)|are (?:looking for|thinking of|planning|after|going for)|(?:plan|want|need|have decided|decided|intend|would like|like|hope|wish) to (?:have|get|buy|build|use|introduce|do|try|roll out|implement|deploy|install|launch|go for|set up|move to|switch to|adopt|develop))"
    r"|(?:the|my|our) (?:idea|plan|vision|wish|goal|solution|answer|dream|ask) (?:is|would be|was)(?: to (?:have|get|buy|build|use|introduce|roll out|implement))?|(?:just |please )?(?:give|build|buy|get|make) (?:us|me)|what (?:we|i) (?:really )?(?:need|want) is|i(?:'m| am) (?:thinking of|imagining|picturing|dreaming of)|i (?:imagine|picture)|let'?s (?:buy|build|use|get|do|introduce))"
    r"(?: (?:something like|some (?:kind|sort) of|with|to have))? "
    rf"(?P<solution>(?:(?:an?|the|some|our own|our|one of those|one|more|proper|new|really|big|simple|central|single|company-wide|real|good|own|little|kind of|internal|mobile)\s+)*(?:[\w-]+\s+)?{_SOLUTION})\b",
    re.IGNORECASE,
)
SOLUTION_PRAISED = re.compile(
    rf"^\W*(?:well,? )?(?P<solution>(?:an? |the |our )?(?:[\w-]+\s+)?{_SOLUTION}) is (?:what|the way|the answer|the future)\b",
    re.IGNORECASE,
)
SAYS_WHAT_FOR = _any(
    r"\bso that\b",
    r"\bin order (?:that|to)\b",
    r"\b(?:which|that|it|this) (?:would|will|should|could) (?:save|cut|reduce|shorten|halve|free|bring|increase|raise|let|allow|mean|give|stop|prevent)\b",
    r"\bto (?:save|cut|reduce|shorten|halve|free|increase|raise|avoid|stop|prevent|lower|win|keep|retain|get (?:\w+ ){1,3}down)\b",
    r"\b(?:fewer|less|without) \w+",
)
ARTICLE = re.compile(
    r"^(?:(?:an?|the|some|our own|our|one of those|one|more|proper|really|big|simple|central|single|company-wide|real|good|own|little|kind of)\s+)+",
    re.IGNORECASE,
)
NEEDS_NO_ARTICLE = re.compile(
    r"(?:s|\bai(?: \w+ing)?|intelligence|learning|ocr|rpa|sap|salesforce|sharepoint|power ?bi|chat ?gpt|gen(?:erative)? ?-?ai|software|automation|self-service|blockchain|image recognition|computer vision)$",
    re.IGNORECASE,
)
HEAD = re.compile(rf"{_SOLUTION}\s*$", re.IGNORECASE)

KNOWS = re.compile(
    rf"(?:\b(?:ask|asking|talk to|speak to|check with|question for|one for|something for|call|try|contact|it'?s|that'?s|that would be|would be|probably|maybe|perhaps|only) (?P<after>{NAME}(?: (?:in|from|at|of) (?:the )?(?:[A-Z]\w+|\w+))?)"
    rf"|(?P<before>{NAME}(?: (?:in|from|at|of) (?:the )?(?:[A-Z]\w+|\w+))?),? (?:would|will|should|might|may|could|can|does|certainly|probably|surely)?\s?(?:know|knows|tell you|have (?:that|the|it)|has (?:that|the|it)|keep|keeps|handles?|looks? after|answers? for)\b)",
    re.IGNORECASE,
)
