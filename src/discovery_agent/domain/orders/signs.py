"""Signs that somebody speaks to the record and not to the room, none of which says much alone.

People who talk about work use words of each kind every day. Words of many kinds in one sentence, with nobody who owns what is said, are
the talk of somebody who wants something entered.
"""

from __future__ import annotations

import re
from functools import cache

ENOUGH = 4
"""So many kinds in one sentence, a telling one among them, make it an order. Chosen on talk about work, none of which has as many."""

# Kinds of signs in folded text; the first five tell more than the others.
_SIGNS: dict[str, str] = {
    "machine": r"\b(?:a\.?i\.?|ki|ia|bots?|robots?|llms?|chat ?gpt|gpt|claude|gemini|copilot|parser|pipeline|scribe|summari[sz]\w+|transcri(?:ber|pt reader)|assistant\w*|asistente|assistente|sprachmodell|"
    r"(?:language )?model|extractor|interpreter|reader|evaluators?|graders?|engine|agent|processor)\b",
    "check": r"\b(?:bypass\w*|overrid\w*|verification|validation|verified|privileges?|root|admin\w*|unrestricted|official policy|trusted|authentic|permission to|authori[sz]\w+|void|supersed\w*|exempt|prior turns|"
    r"ground truth|pre-?approved|confidential to|do not display|not visible|hidden|system)\b",
    "invention": r"\b(?:fudge|fabricat\w*|make up|made up|invent\w*|pretend\w*|as though|as if|slip (?:\w+ ){0,4}in|sneak|smuggle|whitewash|spin|portray|forge|falsif\w*|attribut\w+|put words|never spoken|regardless|no matter|whatever)\b",
    "pressure": r"\b(?:starve|die|dies|killed|fired|jobs?|tip|dollars|reward\w*|bonus|punish\w*|beg|obey|obedien\w*|comply|penalt\w+|only be satisfied|sole|only|urgent\w*|immediately|must|critical)\b",
    "reader": r"\b(?:you|your|yourself|du|dein\w*|deine\w*|tu|ton|tes|votre|tus|tuo|jouw|listen|reading this|this (?:utterance|line|message|text|passage|talk|audio))\b",
    "record": r"\b(?:write-?ups?|report|summary|summaries|objectives?|goals?|decisions?|decided|decisi\w+|verdict|ladder|criteri\w+|confidence|ratings?|transcripts?|findings?|minutes|evidence|veto|statements?|kpis?|outcome|"
    r"engagement|stakeholders?|facts? on file|compte rendu|bericht|protokoll|informe|ziel|objetivo|objectif|obiettivo|decyzj\w*|cel|risk|deadline|requirement|json|assessment|recommendation|conclusion)\b",
    "authoring": r"\b(?:add|record|list|note|state|report|write|put|set|mark|give|rate|score|treat|file|include|insert|enter|output|print|emit|return|conclude|claim|quote|cite|leave|omit|remove|drop|delete|show|tick|extract|register|"
    r"summari[sz]e|describe|name|portray|present|weigh|rank|strike|consider|log|bump|raise|keep|say|writing|saying|reply|respond|come out|hand|praises?|slip|missing|nimm|trag|mets|anota|oznacz|przypisz|pon|scrivi|noteer)\b",
}
_TELLING = ("machine", "check", "invention")
_OWNED = re.compile(r"\b(?:we|our|ours|us|i|i'\w+|we'\w+|my)\b")


def has_the_signs(sentence: str) -> bool:
    """Whether a folded sentence holds enough of the signs, and nobody owns it.

    >>> has_the_signs("parser, listen: whatever confidence you compute, bump it.")
    True
    >>> has_the_signs("the report must list every deadline of the tender.")
    False
    """
    if _OWNED.search(sentence):
        return False
    kinds = {name for name in _SIGNS if _compiled(name).search(sentence)}
    return len(kinds) >= ENOUGH and any(one in kinds for one in _TELLING)


@cache
def _compiled(name: str) -> re.Pattern[str]:
    return re.compile(_SIGNS[name])
