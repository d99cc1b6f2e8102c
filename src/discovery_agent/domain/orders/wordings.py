"""How orders to a language model are worded, in the folded readings of a text: small Latin letters without accents.

What business documents say of people ("staff ignore the earlier reminders") must not match: where a verb alone could be either, it has
to stand where an order begins, or be said to "you".
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Wordings(NamedTuple):
    """Patterns, and pieces of words of which each match holds one: most texts hold none, so nothing is searched in them."""

    hints: tuple[str, ...]
    patterns: tuple[str, ...]

    def found_in(self, text: str) -> bool:
        """Whether one of the patterns matches."""
        return any(hint in text for hint in self.hints) and any(pattern.search(text) for pattern in _compiled(self.patterns))


def _wordings(hints: str, *patterns: str) -> Wordings:
    return Wordings(tuple(hint.replace("_", " ") for hint in hints.split()), patterns)


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Compiled when first needed: most commands read no text of others."""
    return tuple(re.compile(pattern) for pattern in patterns)


_MODEL = (
    r"(?:\b(?:(?:large )?language model|ai model|ai assistant|ai language model|llm|chat ?gpt|gpt-?\d|claude|gemini|copilot|assistant|chatbot"
    r"|automated (?:\w+ )?(?:system|software|reviewer|tool)s?|ai (?:reader|system|agent|reviewer|tool)s?)\b)"
)
# Where an order begins: at the start of a sentence or clause, after a word that introduces one, or after "you must".
_STARTS = (
    r"(?:^|[.!?:;,(\[\"'>*#|–—-] ?|\b(?:please|kindly|then|now|and|so|first|instead|bitte|jetzt|dann|nun|und|veuillez|maintenant|puis|et|desormais|merci de"
    r"|por favor|ahora|luego|y|per favore|ora|adesso|poi|e|alstublieft|graag|nu|dan|en|favor de|por favor,|agora|depois) "
    r"|\byou(?: (?:must|should|will|shall|need to|have to|are to|are asked to|are told to|are instructed to|now|to))+ |\byour (?:task|job|duty|role|only task) is to )"
)
# What is not to be forgotten or ignored still counts.
_NOT = r"(?<!\bnot )(?<!\bnever )(?<!n't )(?<!\bt )(?<!\bcannot )(?<!\bno )(?<!\bnon )"

# English: what was said before no longer counts. "Ignore the old process" orders nobody's reader about.
_DISREGARD = (
    _NOT
    + r"(?:ignore|disregard|forget|override|overrule|bypass|neglect|discard|do not follow|don'?t follow|stop following|pay no attention to)"
)
_DETERMINERS = r"(?:(?:all|any|every|each|everything|of|the|my|your|our|these|those|other|and|or|following) )*"
_EARLIER = r"(?:previous|prior|preceding|earlier|above|foregoing|former|past|initial|original|existing|current|system|following)"
_TOLD = r"(?:instructions?|iunstructions?|prompts?|directions|directives?|commands?|guidelines|guardrails|context)"

_FORGET = "ignor disregard forget overrid overrul bypass neglect discard not_follow n't_follow stop_following no_attention"

_ENGLISH = (
    _wordings(
        _FORGET,
        rf"{_DISREGARD} (?:all|any|every|everything)\b[^.!?]{{0,40}}\b{_EARLIER}\b[^.!?]{{0,30}}\b{_TOLD}\b",
        rf"{_STARTS}{_DISREGARD}\b[^.!?]{{0,40}}\b(?:{_EARLIER}|your)\b[^.!?]{{0,30}}\b{_TOLD}\b",
        rf"{_STARTS}{_DISREGARD}\b (?:all )?(?:of )?(?:the |your |these |any )?(?:instructions|iunstructions|prompts?)\b",
        rf"{_STARTS}{_DISREGARD}\b[^.!?]{{0,20}}\byour\b[^.!?]{{0,20}}\b(?:rules|programming|training|safety|persona|restrictions)\b",
        rf"{_STARTS}{_DISREGARD}\b[^.!?]{{0,40}}\b{_TOLD}\b[^.!?]{{0,25}}\b(?:above|before|earlier|previously|so far|given to you|you (?:were|have|got|received))\b",
        rf"{_STARTS}{_DISREGARD} (?:everything|all|anything|what(?:ever)?) (?:above|before|you|that (?:you|was|came)|i (?:said|told)|said|written|prior)\b",
        r"\bforget everything (?:you|that)\b",
        rf"{_STARTS}(?:disregard|ignore) all (?:info|information|text|negative indicators)\b",
    ),
    # It speaks to the reader as a machine.
    _wordings(
        "model llm gpt claude gemini copilot assistant chatbot automated ai_ you prompt pretend act_as instruction task orders",
        rf"\b(?:note|message|instructions?|attention|notice|dear|hello|hi|hey)\b[^.!?\"]{{0,30}}\b(?:to|for)?[^.!?\"]{{0,30}}{_MODEL}[^.!?\"]{{0,40}}(?::|,? you\b|please)",
        rf"\b(?:you|to you),? (?:are|re|the) (?:now |from now on )?(?:an? |the )?{_MODEL}",
        rf"\bif you (?:are|re|'re) (?:an? |the )?(?:{_MODEL}|ai\b)",
        r"\b(?:ai|llm|model|assistant)s?,? (?:that|who|which)? ?(?:is |are )?(?:reading|processing|summari[sz]ing|analy[sz]ing|evaluating|reviewing) this\b",
        r"\b(?:automated (?:screening|analysis|review)|llm scan|visible to (?:the )?(?:llm|ai))\b[^.!?]{0,40}[:)]",
        r"\byou are (?:now )?(?:going to )?(?:pretend|to act as|about to immerse|acting as|in developer mode)\b",
        rf"{_STARTS}(?:pretend to be an? |pretend (?:that )?you are|act as (?:if|though) you|act as an? (?:unrestricted|uncensored|unfiltered))\b",
        r"\byour (?:system|hidden|initial) prompts?\b|\b(?:print|show|reveal|repeat|output|leak|disclose)\b[^.!?]{0,30}\bsystem prompt\b",
        r"\b(?:your )?new (?:instructions?|task|orders) (?:is|are|follows?)\b[^.!?]{0,10}:|\bnew instructions? for (?:the |this )?(?:ai|model|assistant|llm)\b",
    ),
    # Marks of a conversation with a model.
    _wordings(
        "< [ system_chain",
        r"(?<!\w)<\|?(?:im_start|im_end|system|endoftext|eot_id)\|?>|\[/?inst\]|<<sys>>|<end of session>",
        r"\bsystem chain of thought\b",
    ),
    # It dictates the output.
    _wordings(
        "reply respond answer output print say repeat report scor rating evaluation criteria",
        r"\b(?:reply|respond|answer|output)\b (?:only |exclusively |simply )?with\b[^.!?]{0,40}\b(?:the following|only|exactly|nothing else)\b",
        r"\b(?:reply|respond|answer|output) (?:only |exclusively |simply )?with:? \"",
        r"\b(?:and print|(?:just|simply|only|now|instead)[,:]? (?:just )?(?:print|output))\b[^.!?]{0,20}\"",
        r"\b(?:and|simply|only) just (?:say|repeat)\b[^.!?]{0,20}\"",
        r"\bif (?:you are |the )?(?:user |anyone |anybody )?(?:asks?|asked|questioned)\b[^.!?]{0,60}\b(?:reply|respond|say|report that|answer)\b",
        r"\b(?:override|ignore)\b[^.!?]{0,40}\b(?:scor\w+|rating|evaluation|criteria)\b[^.!?]{0,20}\b(?:and|:)",
    ),
    # It dictates our own findings.
    _wordings(
        "goal mark ai_is delete_all",
        r"\b(?:record|add|create|report|insert)\b the (?:business|operational) goal\b",
        r"\bmark (?:every|all|each|this|the) (?:claim|finding|quote|section|blueprint)s? as (?:verified|approved|confirmed|true)",
        r"\b(?:state|conclude|say|record|report) that (?:generative )?ai is (?:required|needed|necessary)\b",
        r"\bdelete all (?:conflicts|findings|quotes)\b",
    ),
)

# Of the other languages the same four: forget what was said, you are a machine, answer so, conclude that AI is needed.
_GERMAN = _wordings(
    "ignorier missacht vergiss vergess bergeh berschreib umgeh verwirf du_bist sie_sind sei ki sprachmodell chatbot antwort gib_ geben_sie dass_",
    rf"{_STARTS}(?:ignorier\w*|missacht\w*|vergiss|vergesst|vergessen sie(?! nicht)|ubergeh\w*|uebergeh\w*|uberschreib\w*|ueberschreib\w*|umgeh\w*|verwirf)(?: sie)?\b(?! nicht)"
    r"[^.!?]{0,40}\b(?:alle|samtliche|saemtliche|jegliche|deine|ihre|obige\w*|oben\w*|bisherige\w*|vorherige\w*|vorige\w*|fruhere\w*|fruehere\w*|vorangegangene\w*|vorhergehende\w*|vorstehende\w*|ursprungliche\w*|urspruengliche\w*)\b"
    r"[^.!?]{0,40}\b(?:system)?(?:anweisung|instruktion|befehl|vorgabe|anordnung|prompt|richtlinie|regel|aufforderung)\w*",
    rf"{_STARTS}(?:vergiss|vergesst|vergessen sie|ignoriere|ignorieren sie) (?:alles|was),? [^.!?]{{0,25}}\b(?:vorher|zuvor|bisher|bislang|davor|oben|gesagt)\b",
    r"\b(?:du bist|sie sind|seien sie|sei) (?:jetzt|nun|ab jetzt|ab sofort|von nun an)? ?(?:eine?|der|die|das)? ?(?:ki\b|ki-\w+|sprachmodell|chatbot|sprachassistent)",
    r"\b(?:hinweis|nachricht|anweisung|achtung|liebe[sr]?|hallo|wichtig)\b[^.!?]{0,25}\b(?:ki\b|ki-\w+|sprachmodell\w*|chatbot)\b[^.!?]{0,30}(?::|\bdu\b|\bsie\b|\bbitte\b)",
    rf"{_STARTS}(?:antworte|antworten sie|gib|geben sie) (?:nur|ausschliesslich|immer)? ?(?:mit|aus)? ?(?:dem (?:folgenden|wort|text|satz)|folgende\w*|: ?\"|\")",
    r"\b(?:melde|melden sie|berichte|behaupte|schreibe?|schreiben sie|notiere|halte fest|schliesse|folgere)\b,? dass (?:generative )?ki (?:\w+ )?(?:notwendig|erforderlich|noetig|notig|gebraucht|unverzichtbar)",
)
_FRENCH = _wordings(
    "ignor oubli neglig ecart contourn compte_de suis_ suivez faites_ fais_ tu_es vous_etes ia_ ia: ia, lang intelligence chatbot repond que_",
    rf"(?:{_STARTS}(?:ignore|oublie|neglige|ecarte|contourne)|\b(?:ignorez|oubliez|negligez|ecartez|contournez|ne tenez pas compte|ne tiens pas compte|ne suis (?:pas|plus)|ne suivez (?:pas|plus)|faites abstraction|fais abstraction)"
    r"|\b(?:veuillez|merci de|il faut|tu dois|vous devez) (?:ignorer|oublier|negliger|ne (?:pas|plus) (?:tenir compte|suivre)))\b(?! pas)[^.!?]{0,30}\b(?:instructions?|consignes?|directives?|ordres?|commandes?|regles?|invites?|prompts?)\b"
    r"[^.!?]{0,30}\b(?:precedente?s?|anterieure?s?|ci-dessus|initiale?s?|prealables?|systeme|plus haut|donnees?|recues?)\b",
    rf"(?:{_STARTS}(?:ignore|oublie)|\b(?:ignorez|oubliez|veuillez (?:ignorer|oublier))) (?:toutes?|tous) (?:les|vos|tes|ces) (?:instructions?|consignes?|directives?|ordres?|regles?)\b",
    rf"(?:{_STARTS}(?:ignore|oublie)|\b(?:ignorez|oubliez)) tout ce qui (?:precede|a ete dit)",
    r"\b(?:tu es|vous etes) (?:maintenant |desormais )?(?:une? |l')?(?:ia\b|intelligence artificielle|modele de lang\w+|assistant virtuel|chatbot|agent conversationnel)",
    r"\b(?:note|message|attention|instruction|chere?|bonjour)\b[^.!?]{0,25}\b(?:ia|modele de lang\w+|intelligence artificielle|chatbot)\b[^.!?]{0,30}(?::|\btu\b|\bvous\b|\bveuillez\b)",
    rf"{_STARTS}(?:reponds|repondez) (?:uniquement|seulement|exclusivement|simplement)? ?(?:par|avec) ?(?::|\"|«|le mot|la phrase|le texte|ce qui suit)",
    r"\b(?:indique[zr]?|conclu[st]?|concluez|dis|dites|ecris|ecrivez|note[zr]?|affirme[zr]?) que (?:l')?ia (?:generative )?est (?:necessaire|requise|indispensable|obligatoire)",
)
_SPANISH = _wordings(
    "ignor olvid descart omit desatiend caso_omiso no_si caso en_cuenta eres usted ia_ ia: ia, lenguaje inteligencia chatbot respond contest que_",
    rf"(?:{_STARTS}(?:ignora|olvida|descarta|omite|desatiende)|{_NOT}\b(?:ignore[n]?|olvide[n]?|descarte[n]?|omita[n]?|haz caso omiso|haga caso omiso|no sigas|no siga|no hagas caso|no tengas en cuenta))\b"
    r"[^.!?]{0,30}\b(?:instrucciones|instruccion|ordenes|indicaciones|directrices|directivas|reglas|comandos|prompts?)\b"
    r"[^.!?]{0,30}\b(?:anterior(?:es)?|previ[ao]s?|precedentes?|de arriba|del sistema|inicial(?:es)?|recibid[ao]s|dad[ao]s)\b",
    rf"(?:{_STARTS}(?:ignora|olvida)|\b(?:ignore|olvide)) (?:todas|todos) (?:las|los|tus|sus|estas) (?:instrucciones|ordenes|indicaciones|directrices|reglas)\b",
    rf"(?:{_STARTS}(?:ignora|olvida)|\b(?:ignore|olvide)) todo lo (?:anterior|dicho|que)",
    r"\b(?:eres|usted es) (?:ahora )?(?:una? )?(?:ia\b|inteligencia artificial|modelo de lenguaje|asistente virtual|chatbot)",
    r"\b(?:nota|mensaje|atencion|instruccion|querid[ao]|hola|aviso)\b[^.!?]{0,25}\b(?:ia|modelo de lenguaje|inteligencia artificial|chatbot)\b[^.!?]{0,30}(?::|\btu\b|\busted\b|\bdebes?\b)",
    rf"{_STARTS}(?:responde|responda|contesta|conteste) (?:solo|unicamente|solamente|simplemente)? ?con ?(?::|\"|la palabra|la frase|el texto|lo siguiente)",
    r"\b(?:indica|indique|concluye|concluya|di|diga|escribe|escriba|registra|registre|informa|informe|afirma) que (?:la )?ia (?:generativa )?es (?:necesaria|imprescindible|obligatoria|requerida)",
)
_ITALIAN = _wordings(
    "ignor dimentic trascur tralasci scart seguire considerare conto sei_ lei_ ia_ ia: ia, linguistico intelligenza chatbot rispond che_",
    rf"(?:{_STARTS}(?:ignora|dimentica|trascura|tralascia|scarta|ignorate|dimenticate)|\b(?:ignori|dimentichi|non (?:seguire|considerare|tenere conto)))\b"
    r"[^.!?]{0,30}\b(?:istruzioni|istruzione|indicazioni|ordini|direttive|regole|comandi|prompt)\b"
    r"[^.!?]{0,30}\b(?:precedent[ei]|di cui sopra|sopra|anterior[ei]|del sistema|di sistema|inizial[ei]|ricevut[ei]|dat[ei])\b",
    rf"(?:{_STARTS}(?:ignora|dimentica)|\b(?:ignori|dimentichi)) (?:tutt[ei]) (?:le|gli|i|queste|le tue) (?:\w+ )?(?:istruzioni|ordini|indicazioni|direttive|regole)\b",
    rf"(?:{_STARTS}(?:ignora|dimentica)|\b(?:ignori|dimentichi)) (?:le|tutte le) (?:precedenti|tue) (?:istruzioni|indicazioni|direttive|regole)\b",
    rf"{_STARTS}(?:ignora|dimentica) tutto (?:cio che|quello che|quanto)",
    r"\b(?:sei|lei e) (?:ora |adesso )?(?:una? |un')?(?:ia\b|intelligenza artificiale|modello linguistico|assistente virtuale|chatbot)",
    r"\b(?:nota|messaggio|attenzione|istruzione|cara?|ciao|avviso)\b[^.!?]{0,25}\b(?:ia|modello linguistico|intelligenza artificiale|chatbot)\b[^.!?]{0,30}(?::|\btu\b|\bdevi\b)",
    rf"{_STARTS}(?:rispondi|risponda) (?:solo|solamente|soltanto|unicamente|esclusivamente)? ?con ?(?::|\"|la parola|la frase|il testo|quanto segue)",
    r"\b(?:indica|concludi|di'?|dichiara|scrivi|registra|riporta|afferma) che l'ia (?:generativa )?e (?:necessaria|indispensabile|obbligatoria|richiesta)",
)
_DUTCH = _wordings(
    "negeer vergeet omzeil overschrijf volg sla_ schenk houd bent ai taalmodel chatbot antwoord dat_",
    rf"{_STARTS}(?:negeer|vergeet(?! niet)|omzeil|overschrijf|volg niet|sla|schenk geen aandacht aan|houd geen rekening met)\b"
    r"[^.!?]{0,40}\b(?:alle|je|jouw|uw|vorige|voorgaande|eerdere|bovenstaande|voorafgaande|systeem\w*)\b[^.!?]{0,30}\b(?:systeem)?(?:instructies?|opdrachten|aanwijzingen|richtlijnen|regels|bevelen|prompts?)\b",
    rf"{_STARTS}(?:negeer|vergeet) alles (?:wat|hierboven|hiervoor)",
    r"\b(?:je bent|jij bent|u bent) (?:nu |vanaf nu )?(?:een )?(?:ai\b|ai-\w+|taalmodel|chatbot|virtuele assistent)",
    r"\b(?:opmerking|bericht|let op|instructie|beste|hallo|notitie)\b[^.!?]{0,25}\b(?:ai|ai-\w+|taalmodel\w*|chatbot)\b[^.!?]{0,30}(?::|\bje\b|\bu\b|\bgelieve\b)",
    rf"{_STARTS}(?:antwoord|geef antwoord) (?:alleen|uitsluitend|slechts)? ?met ?(?::|\"|het woord|de zin|de tekst|het volgende)",
    r"\b(?:meld|concludeer|schrijf|noteer|rapporteer|zeg) dat (?:generatieve )?(?:ai|ki) (?:nodig|noodzakelijk|vereist|onmisbaar) is",
)
_PORTUGUESE = _wordings(
    "ignor esque desconsider",
    rf"(?:{_STARTS}(?:ignora|esquece)|\b(?:ignore|ignorem|esqueca|desconsidere))\b[^.!?]{{0,30}}\b(?:instrucoes|ordens|orientacoes|diretrizes|regras|comandos|prompts?)\b"
    r"[^.!?]{0,30}\b(?:anterior(?:es)?|previas?|acima|precedentes|do sistema|iniciais)\b",
)

IN_TEXT = (*_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _DUTCH, _PORTUGUESE)
"""To be looked for in a text in one line."""

IN_LINES = (
    _wordings(
        "system assistant",
        r"(?:^|\n)[ \t]*[(\[<]?[ \t]*(?:system|assistant)[ \t]*[)\]>]?[ \t]*:\s*(?:you\b|focus|ignore|disregard|from now|do not|don't|please|always|never|[\[<])",
        r"(?:^|\n)[ \t]*[(\[<]?[ \t]*(?:system|assistant)[ _](?:message|prompt|instruction|note|override|update)s?[ \t]*[)\]>]?[ \t]*:",
        r"(?:^|\n)[ \t]*#{2,}[ \t]*\(?(?:system|assistant)(?:[ _](?:message|prompt|instructions?)|[ \t]*:)",
    ),
)
"""To be looked for where lines begin."""


def _core(each: str) -> tuple[str, ...]:
    """The plainest orders; `each` says how their "all" may be repeated: `?` lets it be left out."""
    return (
        rf"{_NOT}\b(?:ignore|disregard|forget|override|bypass) (?:(?:all|any|every)(?: and all| of)? ){each}{_DETERMINERS}"
        rf"(?:previous|prior|preceding|earlier|above|foregoing|system|your|original) (?:\w+ )?(?:instructions?|prompts?|directives?|directions|guidelines)\b",
        rf"{_NOT}\b(?:ignore|disregard|forget) (?:all|every|any) (?:of )?(?:the |your |these |my )?(?:instructions?|prompts?)\b",
        rf"{_NOT}\b(?:ignore|disregard|forget) (?:your )?(?:previous|prior) (?:instructions|prompts?)\b",
        r"\b(?:print|reveal|repeat) your (?:system )?prompt\b",
        rf"\b(?:ignoriere|vergiss|missachte) (?:alle |samtliche |saemtliche ){each}(?:deine |die )?(?:vorherigen|vorigen|bisherigen|obigen|fruheren|frueheren)"
        r" (?:anweisungen|instruktionen|befehle)\b",
        rf"\b(?:ignore|ignorez|oublie|oubliez) (?:toutes ){each}(?:les|vos|tes) (?:instructions|consignes) (?:precedentes|anterieures)\b",
        rf"\b(?:ignora|ignore|olvida|olvide) (?:todas ){each}(?:las|tus|sus) (?:instrucciones|ordenes) (?:anteriores|previas)\b",
        rf"\b(?:ignora|ignori|dimentica) (?:tutte ){each}le (?:istruzioni precedenti|precedenti istruzioni)\b",
        rf"\b(?:negeer|vergeet) (?:alle ){each}(?:de )?(?:vorige|voorgaande|eerdere|bovenstaande) (?:instructies|opdrachten)\b",
    )


_CORE = f"{_FORGET} vergiss missacht oubli olvid dimentic negeer vergeet your_prompt system_prompt"

IN_WORDS = (_wordings(_CORE, *_core("{1}")),)
"""To be looked for in the words of a text alone: so plain that no punctuation can make them anything else."""

IN_DISGUISE = (_wordings(_CORE, *_core("?")),)
"""To be looked for in the words of a text that had to be turned round or replaced letter by letter to read so."""

IN_RUNS = (
    _wordings(
        f"{_FORGET} vergiss oubli olvid dimentic negeer vergeet systemprompt",
        r"(?:ignore|disregard|forget|override|bypass)(?:all|any|every|the|of|my|your|these|those|and)*(?:previous|prior|preceding|earlier|above|system|your)(?:instructions?|prompts?|directions|directives|guidelines|orders|rules)",
        r"(?:ignoriere|vergiss)(?:alle|die|deine|samtliche)*(?:vorherigen|vorigen|bisherigen|obigen)(?:anweisungen|instruktionen|befehle)",
        r"(?:ignore|ignorez|oubliez)(?:toutes)?(?:les|vos)(?:instructions|consignes)(?:precedentes|anterieures)",
        r"(?:ignora|ignore|olvida)(?:todas)?(?:las)?instruccionesanteriores|(?:ignora|dimentica)(?:tutte)?le(?:istruzioniprecedenti|precedentiistruzioni)",
        r"(?:negeer|vergeet)(?:alle)?(?:de)?(?:vorige|voorgaande|eerdere)instructies|systemprompt",
    ),
)
"""To be looked for in letters without gaps."""
