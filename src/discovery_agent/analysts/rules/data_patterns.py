"""How the state of data is put in plain words: patterns, each of which reads one level of one dimension of `knowledge/readiness.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discovery_agent.analysts.rules.data_words import DATA, FIELD, FILES, PAPER, RECORDED, RECORDER, SYSTEM

_THE = r"(?:the |our |an? |their |this |that |these |those |its |my |your |his |her |all |any |each |every |\w+'s )*"
_SO = r"(?:really |actually |all |always |also |usually |mostly |currently |still |already |just |only |now |automatically |then |both |simply |properly )*"
_ADMITS = r"(?:works council|staff council|data protection(?: officer| people)?|dpo|privacy(?: officer| team)?|legal(?: department| team)?|lawyers?|compliance|ethics (?:committee|board)|unions?|information security|irb|general counsel)"
_NOBODY = r"(?:nobody|no one|no-one|none of us|not anybody|hardly anybody)"
_OUTCOME = (
    r"(?:outcomes?|results?|reasons?|causes?|root causes?|(?:final )?decisions?|diagnos[ie]s|verdicts?|what came of (?:it|them)|how (?:it|they|each \w+|the \w+) (?:ended|turned out|went|was solved)"
    r"|(?:why|whether|which of them) (?:it|they|\w+ \w+|an? \w+|the \w+|\w+) \w+)"
)
_RECORD = r"(?:writ(?:es?|ten)(?: (?:that|it|this|them))?(?: down)?|records?|recorded|log(?:s|ged)?|notes?|noted|captures?|captured|document(?:s|ed)?|keeps? track|tracks?|tracked|registers?|registered|files?|stores?|stored|enters?|entered)"
_EVERY = r"(?:every|each|all|practically all|nearly every|almost every|any)"
_UPDATED = r"(?:updated?s?|refresh(?:es|ed)?|synce?d?s?|synchroni[sz]ed|loaded|replicated|renewed|imported|mirrored|current|transferred)"


@dataclass(frozen=True)
class Pattern:
    """One way of saying one level of a dimension."""

    dimension: str
    level: int | None
    """None: it follows from the figure in the groups `share`, or `extent`."""
    words: re.Pattern[str]
    itself: bool = False
    """Whether the words tell by themselves that data is spoken of."""
    obliges: bool = False
    """Whether "must" and "if" are part of what it says: of what is allowed on a condition."""


def _says(dimension: str, level: int | None, words: str, *, itself: bool = False, obliges: bool = False) -> Pattern:
    return Pattern(dimension, level, re.compile(rf"\b(?:{words})"), itself, obliges)


# Of the patterns of one dimension the first that is met counts, so that "nobody knows who may see it" is not "may see it".
# fmt: off
_PATTERNS = (
    _says("labels", 0, rf"{_NOBODY} {_SO}(?:ever )?{_RECORD} {_THE}(?:\w+ )?{_OUTCOME}", itself=True),
    _says("labels", 0, rf"(?:never|don't|do not|doesn't|does not|didn't|can't) {_SO}(?:know|find out|learn|hear|see|{_RECORD}) (?:\w+ )?(?:why (?:they|he|she|it|a|an|the)\b|whether (?:it|they|he|she|that|a|an|the|this)\b|which of (?:them|those|these)\b|what came|how (?:it|they) (?:ended|turned)\b)", itself=True),
    _says("labels", 0, rf"{_OUTCOME} (?:is|are|was|were) (?:never|not|nowhere) {_SO}(?:{_RECORD}|coded|known)", itself=True),
    _says("labels", 1, r"(?:labell?ed|tagged|annotated|marked(?: up)?|classified|coded) (?:only |about |around |roughly |maybe |just )*(?:a few|a couple|some|several|\d+|\w+teen|\w+ty|(?:two |three |four |five |a |\w+ )?(?:hundred|dozen|handful))", itself=True),
    _says("labels", 1, rf"(?:a few|some|a handful|only \w+) (?:\w+ )?(?:of them |of those )?{_SO}(?:are|were|have been|have|carry) (?:labell?ed|tagged|annotated|an? (?:note|label|outcome|result))"),
    _says("labels", 2, r"(?:most|many|(?:the|these|those) \w+|\w+s) (?:\w+ )?(?:have|has|carry|carries|get|gets) an? (?:\w+ )?(?:code|category|reason|label|cause)\b[^.?!;]*?\b(?:differently|not always|inconsistent\w*|as (?:he|she|they) like\w*|wrong|other)", itself=True),
    _says("labels", 2, rf"(?:most|many|nearly half|half) (?:of the |of them )?(?:\w+ )?(?:have|has|carry|carries|get|gets) {_THE}(?:\w+ )?(?:code|category|reason|label|cause|outcome|result)s?\b", itself=True),
    _says("labels", 3, rf"{_EVERY} (?:\w+ ){{1,3}}?(?:has|have|carries|carry|gets?|comes? with) {_THE}(?:\w+ )?{_OUTCOME}", itself=True),
    _says("labels", 3, rf"(?:for|of|with) {_EVERY} \w+[^.?!;]{{0,30}}?{_OUTCOME}[^.?!;]{{0,12}}? (?:is|are) {_SO}(?:on (?:file|record)|{_RECORD}|there|known|coded)", itself=True),
    _says("labels", 3, rf"(?:for|of|with) {_EVERY} \w+,? (?:of them )?we (?:know|record|note|have|keep) {_THE}(?:\w+ )?{_OUTCOME}", itself=True),
    _says("labels", 3, rf"we {_SO}{_RECORD} {_THE}(?:\w+ )?{_OUTCOME} (?:of|for) {_EVERY}", itself=True),
    _says("availability", 0, rf"{_NOBODY} {_SO}(?:ever )?{_RECORD}\b(?! {_THE}(?:\w+ )?{_OUTCOME})", itself=True),
    _says("availability", 0, rf"(?:isn't|aren't|is not|are not|is never|are never|wasn't|was never|not|never|don't|do not) {_SO}(?:being )?{_RECORD}(?: down)?(?: anywhere| at all| by anybody| by anyone)?(?=[.,;!?]|$| anywhere)", itself=True),
    _says("availability", 0, r"(?:there (?:is|are|'s)|there's|we (?:have|keep)|we've got) no (?:records?|log|data|trace|note)s? (?:of|on|about|for)\b", itself=True),
    _says("availability", 1, rf"(?:is|are|'s|'re|comes?|arrives?|stays?|sits?|kept|keep(?:s)? (?:it|them|that)|filed|it|that|them) {_SO}{PAPER}", itself=True),
    _says("availability", 2, rf"(?:is|are|'s|'re|sits?|lies?|lives?|kept|stored|saved|recorded|entered|filed|noted|keeps? \w+|lands?|end(?:s)? up|have \w+|have (?:the|our|all|all the) \w+) {_SO}(?:as (?:\w+ )?)?(?:\w+ )?(?:in|on|into) {_THE}(?:\w+ ){{0,2}}?{FILES}\b", itself=True),
    _says("availability", 2, rf"(?:is|are|'s|'re|sits?|lies?|kept|stored|saved) {_SO}(?:only )?(?:as )?(?:an? )?{FILES} (?:in|on)\b", itself=True),
    _says("availability", 3, rf"(?:is|are|'s|'re|sits?|lies?|lives?|(?:get|gets|is|are|be)? ?(?:kept|stored|saved|recorded|entered|logged|held|booked|registered|filed|captured|keyed|typed)(?: (?:it|them|one|each|every one|everything))?|type (?:it|them|every one)|end(?:s)? up|goes|go|lands?) {_SO}(?:(?:and|or) \w+ )?(?:in|into) {_THE}{SYSTEM}\b", itself=True),
    _says("availability", 3, rf"(?:have|keep|see|find|type|enter|key|book|log|record) (?:it|them|that|{_THE}\w+(?: one)?(?: of (?:it|them))?)(?: of (?:it|them))? (?:all )?(?:in|into) {_THE}{SYSTEM}\b", itself=True),
    _says("availability", 3, rf"(?:years?|months|seasons|decades) of (?!experience|service|work|practice|training|study|age|peace|trouble)(?:\w+ ){{1,3}}in {_THE}{SYSTEM}\b", itself=True),
    _says("availability", 3, rf"{RECORDER} {_SO}(?:records?|logs?|stores?|holds?|keeps?|captures?|registers?|saves?) (?:every|each|all|the|that|it|them|everything|which|when|who|what)\b", itself=True),
    _says("access", 1, r"(?:know|sure|clear|idea) (?:\w+ )?who (?:\w+ )?(?:can|could|may|might|would|should|has to|decides?|is allowed)[^.?!;]{0,30}?(?:access|read|see|open|hand|release|approve)", itself=True, obliges=True),
    _says("access", 0, rf"(?:won't|will not|wouldn't|refuses? to|isn't going to|never) {_SO}(?:let|allow|give|grant|open|show|share|hand|release)\b[^.?!;]{{0,60}}"),
    _says("access", 0, rf"(?:have|has|get|got|with|gives? (?:us|me|you|them)) no (?:\w+ )?access\b|(?:access|request) (?:is|was|has been) (?:\w+ )?(?:refused|denied|rejected|blocked|turned down)|(?:don't|doesn't|do not|can't) {_SO}(?:have|get) (?:\w+ )?access\b", itself=True),
    _says("access", 0, rf"(?:can't|cannot|can not|not allowed to|may not|mustn't) {_SO}(?:see|look at|look into|open|read|access|get at|get into|touch) {_THE}(?:\w+ )?(?:{DATA}|it|them|that)\b"),
    _says("access", 3, rf"(?:(?:have|has|'ve|got)|already (?:have|has)) {_SO}(?:got )?(?:an? |the |full |direct )*(?:read(?:[- ]only)? )?(?:only )?(?:access|login|log-in|account|read rights?|rights? to read)\b"),
    _says("access", 3, rf"access (?:is|was|has been|'s) (?:\w+ )?(?:granted|given|set up|approved|there)|i {_SO}(?:pull|query|download|read|export) (?:it|them|that|{_THE}(?:\w+ )?{DATA}) {_SO}(?:every|each|from|out of|myself|weekly|daily)"),
    _says("access", 2, rf"(?:can|could|will|'ll|may) {_SO}(?:give|grant|get|arrange|set up|provide|open|create|hand|request|ask for|apply for|order)\b[^.?!;]{{0,40}}?\b(?:access|account|login|rights?|permission|export|extract|dump|sample|cop(?:y|ies))\b"),
    _says("access", 2, rf"(?:can|could|will|'ll) {_SO}(?:send|share|show|provide|hand over|let)(?: (?:you|us|it|them|somebody|anybody))* {_THE}(?:\w+ ){{0,2}}?(?:{DATA}|it|them|read)\b"),
    _says("access", 2, r"access (?:can|could) be (?:\w+ )?(?:requested|granted|arranged|given|approved|set up)|(?:need|needs|takes|only takes) (?:an? |the |your |his |her |my )?(?:\w+ )?(?:approval|signature|sign-off|permission|request|ticket|form) (?:from \w+ |by \w+ |of \w+ )?(?:to|for|before) (?:read|see|get|access|open|you)"),
    _says("privacy", 0, rf"(?:not allowed|not permitted|forbidden|prohibited|illegal|against the law|may not|must not|mustn't|forbids?(?: us)?|rules? out|ruled out|prohibits?)(?: for us)?(?: to| from)? {_SO}(?:use|using|process|processing|train|training|feed|analy[sz]e|share|combine|pass on|keep|keeping|store|storing|record|recording)\b[^.?!;]{{0,60}}", obliges=True),
    _says("privacy", 3, rf"{_ADMITS} (?:has|have|'s|'ve) {_SO}(?:signed|cleared|approved|agreed|consented|okayed|given|confirmed|said yes|released|accepted|looked at it and)\b", itself=True),
    _says("privacy", 3, rf"(?:signed off|cleared|approved|agreed|okayed) (?:by|with) {_THE}{_ADMITS}|(?:have|has|got|gave|give) (?:us )?(?:their |written |the |explicit )*consent\b|covered by {_THE}(?:\w+ )?(?:contracts?|agreements?|consent|terms)", itself=True),
    _says("privacy", 3, r"(?:no|nothing) personal(?: data| information| details)?(?: (?:in|about))?(?! may| must| can| should| leaves?)\b|(?:doesn't|don't|does not|do not) (?:contain|hold|have|include) (?:any )?personal|(?:is|are) (?:already |fully )?anonymous\b", itself=True),
    _says("privacy", 1, rf"{_ADMITS} {_SO}(?:has to|have to|must|needs? to|would have to|should|hasn't|haven't|has not|have not|didn't|has yet to|still has to|wants? to) {_SO}(?:be )?(?:agree|approve|sign|look|check|consent|say|decide|asked?|see|clear|review|agreed|looked|checked|decided|said|answered|been|told|know)", itself=True, obliges=True),
    _says("privacy", 1, rf"{_NOBODY} (?:has |had |ever )*(?:asked|checked with|spoken to|involved|talked to) {_THE}{_ADMITS}|(?:not|never|hasn't been|isn't|n't) {_SO}(?:been )?(?:cleared|clarified|checked|settled|agreed) {_SO}(?:with|by) {_THE}{_ADMITS}", itself=True),
    _says("privacy", 1, r"(?:unclear|not clear|not clarified|open|don't know|not sure) (?:if|whether) (?:we|you|one) (?:may|can|are allowed to|could) (?:even )?(?:use|process|keep|store)", itself=True, obliges=True),
    _says("privacy", 2, r"(?:must|may|can|has to|have to|is to|are to|should) (?:only )?(?:not |never |n't )?(?:leave|go (?:to|outside|out of)|be (?:stored|kept|processed|hosted|held)|stay|remain)\b[^.?!;]{0,20}?\b(?:the |our |an? )?(?:eu\b|europe|country|germany|switzerland|uk\b|servers?|premises|house|building|site|network|data cent(?:re|er)|provider|cloud|hospital)", obliges=True),
    _says("privacy", 2, r"(?:if|as long as|provided|once|only|unless|when|after|have to be|has to be|must be|need to be)(?: that)?[^.?!;]{0,30}?\b(?:anonymi[sz]ed?|pseudonymi[sz]ed?|masked|blacked out|redacted|(?:names?|birth dates?|addresses) (?:is |are |were |have been )?(?:taken out|removed|left out|out|blacked out|stripped))", itself=True, obliges=True),
    _says("privacy", 2, r"(?:wants?|must be|has to be|have to be|are|is|get|to be|be|needs? to be) (?:\w+ ){0,3}?(?:deleted|erased|destroyed|wiped|purged) (?:after|within)\b", itself=True, obliges=True),
    _says("privacy", 1, r"(?:contains?|holds?|includes?|has|have|are|is|full of) (?:\w+ ){0,2}?(?:personal data|personal information|names and (?:\w+ ){0,3}addresses|health data|patient data|medical data)\b(?! (?:may|must|can))"),
    _says("quality", 0, rf"garbage|rubbish|(?:is|are|was) (?:completely |totally |simply )?(?:useless|unusable|worthless)|(?:can't|cannot|can not|don't|do not|wouldn't|would not|nobody|no one|never) {_SO}(?:can )?(?:trusts?|relies on|rely on|believes?)|nothing to do with (?:reality|the truth|what)"),
    _says("quality", None, rf"(?P<share>[^.?!;,:]{{0,40}}?) (?:of {_THE}(?:\w+ )?(?:{DATA}|{RECORDED}|them|it|those) |of which |{_THE}{DATA} )?{_SO}(?:is|are|was|were|has|have|had|lacks?|comes?|came) (?:got )?{_SO}(?:missing|without|wrong|incorrect|no|the wrong|an? wrong|an? empty|empty|blank|incomplete|duplicates?|duplicated|out of date|outdated|unreadable|lacks?)(?P<what> {_THE}{FIELD}\b)?"),
    _says("quality", None, rf"{FIELD}\b (?:is|are) {_SO}(?:blank|empty|missing|wrong|not filled(?: in)?|left (?:blank|empty)) (?P<often>in|for|on|with) (?P<share>[^.?!;]{{1,30}})"),
    _says("quality", 1, r"(?:lots? of|many|full of|a lot of|plenty of|thousands of|hundreds of|countless|so many|too many) (?:\w+ )?(?:duplicates|gaps|errors|mistakes|typos|holes|misspellings|wrong \w+|empty \w+|blanks)"),
    _says("quality", 2, r"(?:some|a few|few|\d+|\w+teen|\w+ty(?:-\w+)?|occasional|the odd|one or two|several) (?:\w+ )?(?:duplicates?|gaps?|typos?|holes|misspellings?|blanks)\b"),
    _says("quality", 2, rf"(?:some|a few|several|the odd|\d+) (?:of {_THE})?(?:\w+ )?(?:of them )?(?:is|are|was|were|come|appear|occur) (?:in there |there |in {_THE}\w+ )?(?:twice|double|duplicated|out of date|missing)"),
    _says("quality", 1, rf"(?:often|frequently|regularly|usually|mostly|always|half the time) (?:left )?(?:empty|blank|missing|wrong|incomplete|out of date|not filled(?: in)?)|(?:is|are|'s) (?:a |quite a |such a |one big |in a )?(?:mess|messy|chaos|inconsistent|unreliable|patchy|sketchy|full of (?:holes|gaps|errors))|(?:isn't|aren't|is not|are not|not) {_SO}(?:clean|reliable|accurate|complete|correct|consistent|up to date|maintained|trustworthy)"),
    _says("quality", 2, r"(?:mostly|fairly|pretty|quite|reasonably|largely|more or less|rather|by and large|almost|nearly) (?:fine|clean|complete|good|accurate|reliable|correct|ok|okay|consistent|in order|up to date)|(?:clean|good|accurate|complete|reliable) enough|(?:clean|correct|accurate|reliable|complete),? (?:mostly|more or less|by and large)"),
    _says("quality", 3, rf"(?:is|are|'s|'re) {_SO}(?:very |absolutely |completely |one hundred percent )?(?:clean|accurate|reliable|correct|spotless|validated|verified|consistent|trustworthy|in good shape|complete and \w+)\b(?!,? (?:enough|but|except|mostly|more or less|by and large))"),
    _says("quality", 3, r"(?:match(?:es)?|agrees?|tally|tallies|reconciles?|reconciled) (?:with |to )?[^.?!;]{0,25}?(?:to the (?:cent|penny|unit|piece)|exactly|every (?:night|month|week|quarter))|(?:audit|reconcile|validate)s? (?:it|them|that|every \w+) (?:\w+ )?(?:every|each|monthly|quarterly|against)"),
    _says("coverage", 1, r"(?:everything|all|anything|what(?:ever)? (?:was|is|came)|the \w+) (?:from )?(?:before|until|prior to|older than) (?:\w+ ){0,4}(?:is|are|was|were|got|has been) (?:\w+ )?(?:gone|lost|deleted|missing|thrown away|wiped)"),
    _says("coverage", None, rf"(?:have|has|keep|keeps|kept|hold|holds|got|there (?:is|are)|there's|store[sd]?|covers?|contains?|with|see|of) {_SO}(?:about |around |roughly |almost |nearly |over |more than |at least |some |maybe |the last |the past )*(?P<extent>[^.?!;,]{{1,25}}? (?:years?|months?|weeks?|days?|quarters?|seasons?|decades?))(?:'?s? worth)? of (?:it|them|that|those|these|this|(?:\w+ )?(?:{DATA}|{RECORDED}))\b", itself=True),
    _says("coverage", None, rf"(?P<extent>(?:\w+ )?\w+ (?:years?|months|seasons|decades)) of (?!experience|service|work|practice|training|study|age|peace|trouble)(?:\w+ ){{1,3}}(?:in|on) {_THE}(?:{SYSTEM}|{FILES})\b", itself=True),
    _says("coverage", None, r"(?:go(?:es)?|going|reach(?:es)?|date[sd]?|stretch(?:es)?) back (?:only |about |around |roughly |some |at least |almost |more than |to |as far as |until |a good )*(?P<extent>[^.?!;,]{1,30})"),
    _says("coverage", None, r"(?:kept|keep|stored?|stores|hold|held|retained?|retain|keeps)(?: (?:it|them|that|the|our|all|\w+ \w+|\w+))* (?:only |just )?for (?:only |about |around |roughly |at least |some |just )*(?P<extent>(?:\w+[ -]){0,2}?\w+ (?:years?|months?|weeks?|days?))"),
    _says("coverage", None, r"(?:history|records?|data|archive|logs?|statistics) (?:of|for|covers?|covering) (?:about |around |roughly |the last |the past |only |some )*(?P<extent>(?:\w+[ -])?\w+ (?:years?|months?|weeks?|days?|seasons?))"),
    _says("coverage", None, r"(?P<extent>since (?:the )?(?:19|20)\d\d)[^.?!;]{0,30}"),
    _says("coverage", 1, r"only (?:\w+ )?(?:since|from) (?:last )?(?:spring|summer|autumn|fall|winter|january|february|march|april|may|june|july|august|september|october|november|december)"),
    _says("freshness", 3, rf"(?:in |near(?:ly)? )?real[- ]time|up to the (?:minute|second)|as it happens|(?:{_UPDATED}|sent?|sends?|arrives?|streams?|reports?|refreshed|comes? in) (?:\w+ ){{0,4}}?(?:every (?:few |\w+ )?(?:seconds?|minutes?)|within (?:\w+ )?(?:seconds|minutes|a minute)|instantly|immediately|live)"),
    _says("freshness", 0, rf"(?:not|n't|never|last) (?:been )?{_UPDATED} (?:since (?:\w+ )?(?:spring|summer|autumn|fall|winter|(?:19|20)\d\d|year|january|february|march|april|may|june|july|august|september|october|november|december)|in (?:months|years|ages)|for (?:\w+ )?(?:months|years)|(?:\w+ )?(?:months|years) ago)"),
    _says("freshness", 0, rf"{_UPDATED} {_SO}(?:about |roughly |at most )?(?:once an? (?:year|quarter|half-?year)|twice a year|yearly|annually|quarterly|every (?:\w+ )?(?:year|quarter|(?:few|two|three|four|six) months))|(?:\w+ )?(?:months|years) (?:old|late|behind)\b"),
    _says("freshness", 1, rf"{_UPDATED} {_SO}(?:about |roughly )?(?:once a (?:week|month)|weekly|monthly|every (?:\w+ )?(?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:at|by|after) the end of (?:the|each|every) (?:week|month))|(?:\w+ )?weeks? (?:old|late|behind)\b"),
    _says("freshness", 2, rf"{_UPDATED} {_SO}(?:in there |there )?(?:(?:about |roughly )?(?:once|twice|three times) an? (?:day|night|hour)|daily|nightly|hourly|over ?night|every (?:\w+ )?(?:night|day|evening|morning|hours?|working day)|each (?:night|day|evening|morning)|at night|the next (?:day|morning))|(?:a|one|two) days? (?:old|late|behind)\b|yesterday's (?:data|figures|numbers|stock)"),
    _says("integration", 0, rf"(?:has|have|with|got|offers?|there is|there's|there are) (?:no|not any|neither) (?:\w+ )?(?:apis?|interfaces?|web services?|connect(?:ors?|ions?)|links?)\b|(?:doesn't|don't|does not|do not|didn't) (?:\w+ )?(?:have|offer) (?:an? |any )?(?:\w+ )?(?:apis?|interfaces?|web services?|connectors?)\b|(?:isn't|aren't|is not|are not|not) {_SO}(?:connected|linked|integrated)\b|(?:don't|do not|doesn't) talk to (?:each other|one another|anything)|no way (?:to|of) get(?:ting)? (?:\w+ )?(?:data|it|anything|them) (?:in|out)"),
    _says("integration", 1, r"(?:copy|copies|copied|retype[sd]?|re-?key(?:s|ed)?|type[sd]?|transfer(?:s|red)?|move[sd]?)\b[^.?!;]{0,40}?(?:by hand|manually)?[^.?!;]{0,10}?\bfrom (?:one|the \w+|our \w+|that \w+) (?:screen|system|tool|program|sheet|window)?[^.?!;]{0,20}?(?:to|into) (?:the|another|our)\b|(?:only|have to|has to|must) (?:\w+ )?(?:copy|retype|re-?key|print|photograph)\b[^.?!;]{0,40}?(?:by hand|out|screen|manually)", obliges=True),
    _says("integration", 3, rf"(?:has|have|offers?|there's|there is|there are|through|via|over|provides?|got|exposes?|comes with|use|using|an?) (?:an? |the |its |their |\w+ )?(?:\w+ )?(?:apis?|interface|interfaces|web services?|rest|odata|webhooks?|edi|connectors?)\b(?! of)|(?:is|are|'s) {_SO}(?:connected|linked|integrated|hooked up) (?:to|with|into)"),
    _says("integration", 2, r"(?:can|could|lets? you|allows?|we|it|there's an?|there is an?|there are|as an?|sends?|writes?|produces?|gives?|get|gets|leaves?|through an?|via an?|by) (?:\w+ ){0,4}?(?:csv|flat file|excel export|file export|xml file|text file|export (?:file|button|function)|nightly (?:file|export|dump)|export (?:it|them|that))"),
    _says("ownership", 0, rf"{_NOBODY} {_SO}(?:feels? responsible|owns?|maintains?|looks after|is in charge|is responsible|takes care|cleans?|keeps? (?:it|them|that|the \w+) (?:clean|up to date))|(?:has|have) no owner|without an owner|(?:isn't|not) (?:anybody's|anyone's) (?:job|task)"),
    _says("ownership", 1, r"(?:thinks?|says?|believes?) (?:that )?(?:\w+ ){0,5}?(?:is|it's|it is|they're) \w+(?:'s|s')?(?: (?:job|task|business|duty|responsibility))?[^.?!;]{0,10}? and \w+ (?:thinks?|says?)|(?:both|each|two) (?:departments?|teams?|sides?|of them) (?:keeps?|maintains?|owns?|has|have|claims?) (?:their|its|an?) (?:own )?|(?:unclear|not clear|disputed|argue|arguing) (?:\w+ )?who (?:owns|maintains|is responsible)"),
    _says("ownership", 2, rf"(?:\w+ (?:team|department|group|office|desk|people|unit)|finance|sales|controlling|operations|accounting|purchasing|procurement|logistics|marketing|engineering|quality|\bhr|\bit|\w+'s (?:team|people|department)) {_SO}(?:own|looks? after|maintains?|is responsible for|are responsible for|takes? care of|keeps? (?:it|them|{_THE}\w+(?: \w+)?) (?:up to date|clean)|owns|is in charge of)|(?:belongs? to|maintained by|owned by|looked after by) (?:the )?(?:\w+ (?:team|department|group|people)|finance|sales|controlling|operations|accounting|purchasing|logistics|marketing|hr\b|it\b)"),
    _says("ownership", 3, rf"(?:i|he|she|my (?:colleague|boss|deputy)|our data steward|the data steward|{{name}}) {_SO}(?:own|looks? after|maintains?|am responsible for|is responsible for|takes? care of|am in charge of|is in charge of|keeps? (?:it|them|{_THE}\w+(?: \w+)?) (?:up to date|clean|current)|owns|curates?|am the owner|is the owner)\b"),
    _says("ownership", 3, r"(?:belongs? to|maintained by|owned by|looked after by|its owner is|the owner is|responsible for it is) {name}"),
)
# fmt: on

# Ownership names people, and names are told from other words by their capital letter.
NAME = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Frau|Herr)\.? )?(?!(?:It|It's|That|This|They|There|Who|What|The|Our|We|You|Nobody|Everybody|Somebody|Someone|Sales|Finance|IT|HR|And|But|So|Well|Yes|No|Then|Each|Every|"
    r"Operations|Accounting|Purchasing|Logistics|Marketing|Controlling|Management|These|Those|If|Since|Maybe|Usually)\b)[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)?"
)
BY_NAME = tuple(
    Pattern(
        one.dimension,
        one.level,
        re.compile(one.words.pattern.replace("{name}", NAME).replace(r"(?:i|he|she|my ", r"(?:[Ii]|[Hh]e|[Ss]he|[Mm]y ")),
    )
    for one in _PATTERNS
    if "{name}" in one.words.pattern
)
PLAIN = tuple(one for one in _PATTERNS if "{name}" not in one.words.pattern)
