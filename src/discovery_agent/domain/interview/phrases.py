"""A small language for what people say, for tables that a consultant edits: `takes ... <time>`, `by <date>`.

A phrase is words in order. `...` is a gap inside one sentence, `word*` any word that begins so, `one|other` either word,
and a name in angle brackets is something of that kind:

| kind | such as |
|---|---|
| `<figure>` | 300, 4.5, twelve, a third, 20 % |
| `<time>` | nine days, half an hour |
| `<money>` | 1,200 euros, $3m |
| `<date>` | by March, end of the year, Q3, 2027 |
| `<period>` | a month, per week, daily |
| `<name>` | Lena, Lena Brandt, IT, the controller |
| `<measure>` | win rate, complaints, lead time |
| `<thing>`, `<things>` | invoice; urgent purchase orders |
| `<work>` | opens, sends, types |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NUMBER_WORDS = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?|half|a third|two thirds|a quarter"
    r"|three quarters|a fifth|a tenth|one in (?:two|three|four|five|ten|twenty|a hundred|\d+)|twice|once)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand|million|dozen|percent|per cent|and a half)){0,5}"
)
_NTH = r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|twentieth|hundredth)"
FIGURE = (
    rf"(?:(?:[€$£]\s?)?\d[\d.,]{{0,15}}(?:\s?%|\s?(?:k|m)\b)?|\b{_NUMBER_WORDS}|\bevery {_NTH}\b(?! (?:day|week|month|year)s?\b)"
    rf"|\bone \w+ in (?:a hundred|\d+|{_NUMBER_WORDS}))"
)
MEASURE = (
    r"\b(?:time|times|rate|rates|ratio|share|number|count|volume|costs?|price|level|score|index|margin|revenue|turnover|sales|profit|savings?|quota|yield|scrap|waste"
    r"|losses|errors?|mistakes|complaints|defects|returns|delays?|backlog|queue|stock|utili[sz]ation|occupancy|availability|uptime|downtime|accuracy|satisfaction"
    r"|churn|attrition|absence|overtime|effort|hours|days|minutes|length|duration|throughput|output|productivity|no-shows|stock-?outs|cancellations|visits|calls"
    r"|tickets|punctuality|coverage|speed|wait|waiting|kpi|oee|nps|sla)\b"
)
"""A word that says of a name that it is the name of a figure."""

_UNITS_OF_TIME = r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|quarters?|shifts?)"
TIME = rf"(?:{FIGURE}(?:\s?(?:to|-|–|or)\s?{FIGURE})?(?:\s(?:working|business|full|whole|more))?[\s-]?{_UNITS_OF_TIME}\b|\b(?:half )?an? (?:(?:whole|full|good|working) )?(?:second|minute|hour|day|week|month|year|quarter|shift)\b)"
_CURRENCY = r"(?:€|\$|£|eur\b|euros?\b|dollars?\b|usd\b|bucks\b|pounds?\b|gbp\b|chf\b|francs?\b|kronor\b|crowns?\b)"
MONEY = rf"(?:[€$£]\s?\d[\d.,]{{0,15}}(?:\s?(?:k|m|thousand|million|billion)\b)?|(?:\d[\d.,]{{0,15}}|\b{_NUMBER_WORDS}|\ba (?:hundred )?(?:thousand|million))\s?(?:k|m|thousand|million|billion)?\s?{_CURRENCY}|\b(?:eur|usd|gbp|chf)\s?\d[\d.,]{{0,15}}(?:\s?[km])?\b)"
_MONTHS = r"(?:january|february|march|april|may(?= \d|\b(?=[.,;!?]|$))|june|july|august|september|october|november|december)"
DATE = (
    rf"(?:\b{_MONTHS}\b|\bq[1-4]\b|\b20\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}\b"
    r"|\b(?:end|start|beginning|middle) of (?:the |this |next |our )?(?:\w+ )?(?:year|quarter|month|week|season|summer|winter|spring|autumn|decade)\b"
    r"|\b(?:this|next|the coming) (?:year|quarter|month|week|season|summer|winter|spring|autumn|fall)\b"
    r"|\byear[- ]end\b|\b(?:christmas|easter|ramadan|thanksgiving|new year)\b"
    r"|\b(?:spring|summer|autumn|winter)\b"
    rf"|\b(?:in|within) {TIME}|\bfrom now\b)"
)
PERIOD = (
    r"(?:\b(?:an?|per|each|every|the) (?:working )?(?:day|week|month|quarter|year|hour|shift|night|morning|season)\b"
    r"|\b(?:daily|weekly|monthly|quarterly|yearly|annually|nightly)\b|\blast (?:day|week|month|quarter|year)\b|/ ?(?:day|week|month|year|hour)\b)"
)
_TEAMS = (
    r"(?:(?-i:IT|HR)|finance|accounting|controlling|legal|compliance|sales|marketing|purchasing|procurement|logistics|operations|quality"
    r"|audit|security|data protection|customer service|production|engineering|dispatch|reception|the (?:works council|vendor|supplier|board|union))"
)
_POSTS = (
    r"(?:controller|manager|head of \w+|team ?lead(?:er)?|supervisor|director|officer|clerk|planner|buyer|dispatcher|administrator|admin"
    r"|architect|engineer|analyst|lawyer|auditor|nurse|doctor|foreman|coordinator|secretary|assistant|boss|owner|cfo|ceo|coo|cio|cto|dpo)"
)
_NO_NAMES = (
    r"(?!(?:I|It|That|This|They|He|She|We|You|There|What|Who|Which|When|Then|And|But|So|If|Our|My|Their|The|A|An|In|On|At|For|Nobody|Somebody|Everybody|Everyone"
    r"|Oh|Ah|Hm|Look|Love|Sorry|Please|Thanks|Thank|Honestly|Frankly|Actually|Anyway|Mind|Now|Just|Here|Nothing|Something|Everything|Anything|Never|Always|Often|Later|Also|After|Before|Since|Until|With|From|By|Of|To|As|Or|Is|Are|Can|Do|Does|Did|Said|Like|Last|Next|Yes|No|Well|Maybe|Usually|Sometimes|Because|Most|Some|All|Each|Every|Where|How|Why|Not|Only|Once|Ask|Probably|Perhaps)\b)"
)
NAME = rf"(?:\b(?-i:{_NO_NAMES}[A-ZÀ-Þ][\wß-ÿ'’-]+(?: [A-ZÀ-Þ][\wß-ÿ'’-]+)?)\b|\b{_TEAMS}\b|\b(?:the|our|my|a|each) (?:\w+ ){{0,2}}?{_POSTS}\b)"

_NO_THINGS = r"(?:times|hours|minutes|seconds|days|weeks|months|years|quarters|shifts|percent|euros|dollars|pounds|francs|pence|cents|is|was|has|us|this|as)"
THING = rf"\b(?!{_NO_THINGS}\b)[a-zA-Z][\w-]{{2,}}\b"
THINGS = rf"(?:\b(?!{_NO_THINGS}\b)[a-zA-Z][\w-]+\s){{0,2}}?\b(?!{_NO_THINGS}\b)[a-zA-Z][\w-]*s\b"

_WORKING = (
    "assign|compare|confirm|copy|decide|enter|file|forward|get|go|key|land|listen|look|open|pack|pass|phone|pick|print|put|read|register|release|ring|send"
    "|sign|sort|take|type|walk|weigh|work out|write"
)
WORK = rf"\b(?:{_WORKING}|checks|approves|arrives|comes|goes|passes|copies|(?:{_WORKING})s)\b"
"""What somebody does at work, in the present."""

_KINDS = {
    "work": WORK,
    "thing": THING,
    "things": THINGS,
    "measure": MEASURE,
    "figure": FIGURE,
    "time": TIME,
    "money": MONEY,
    "date": DATE,
    "period": PERIOD,
    "name": NAME,
}
# No repetition is unbounded: what people send may be made to take long.
_SEPARATOR = r"[^\w.!?\n]{1,12}(?:\.(?=\d))?"
_GAP = r"(?:[^.!?\n]|\.(?=\d)){0,60}?"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True)
class Phrase:
    """A compiled phrase, and what a text must hold for it to be worth looking: one word of each of `needs`."""

    text: str
    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]
    beginnings: tuple[str, ...]

    def find(self, text: str, words: frozenset[str]) -> re.Match[str] | None:
        """Where the phrase is said, if it is; `words` are the words of the text in small letters."""
        for group in self.needs:
            if group.isdisjoint(words):
                return None
        for beginning in self.beginnings:
            if not any(word.startswith(beginning) for word in words):
                return None
        return self.pattern.search(text)


def words_in(text: str) -> frozenset[str]:
    """The different words of a text, in small letters, with straight apostrophes."""
    return frozenset(word.lower().replace("’", "'") for word in _WORD.findall(text))


@lru_cache(maxsize=4096)
def compile_phrase(text: str) -> Phrase:
    """The phrase that a table writes as `text`.

    Raises:
        ValueError: it names an unknown kind, or says nothing that could be looked for.
    """
    parts: list[str] = []
    needs: list[frozenset[str]] = []
    beginnings: list[str] = []
    glue = ""
    for token in text.split():
        if token == "...":
            glue = _GAP
            continue
        if token.startswith("<") and token.endswith(">"):
            if token[1:-1] not in _KINDS:
                raise ValueError(f"phrase `{text}`: there is no kind `{token}`; use one of {', '.join(f'<{kind}>' for kind in _KINDS)}")
            piece = _KINDS[token[1:-1]]
        else:
            alternatives = token.lower().split("|")
            piece = rf"\b(?:{'|'.join(_literal(one) for one in token.split('|'))})"
            if all(_WORD.fullmatch(one) for one in alternatives):
                needs.append(frozenset(alternatives))
            elif len(alternatives) == 1 and _WORD.fullmatch(token.rstrip("*")):
                beginnings.append(alternatives[0].rstrip("*"))
        parts.append((glue or (_SEPARATOR if parts else "")) + piece)
        glue = ""
    if not parts:
        raise ValueError("a phrase is empty")
    return Phrase(text, re.compile("".join(parts), re.IGNORECASE), tuple(needs), tuple(beginnings))


def _literal(word: str) -> str:
    stem = re.escape(word.rstrip("*")).replace("'", "['’]")
    return rf"{stem}\w*" if word.endswith("*") else rf"{stem}\b"
