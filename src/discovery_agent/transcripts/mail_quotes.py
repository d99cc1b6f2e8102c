"""The text of a mail, taken apart by who wrote it: the sender's own words, and those that are quoted or forwarded below or between.

What nobody said goes: signatures, notices of confidentiality, lines that only introduce a quotation. Programs mark quotations in their
own ways and languages, so this goes by the marks that are common to them: `>`, `On ... wrote:`, a line of dashes, and a block of
`From: / Sent: / Subject:`. Where it cannot be told whose words some are, they are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from discovery_agent.transcripts.mail_words import RULE, said

MOST_LEVELS = 12
"""Quotations within quotations are read so deep; below, they are left out."""

_MARK = re.compile(r"[ \t\xa0]{0,3}>[ \t\xa0]?")
_QUOTE = re.compile(r"[ \t\xa0]{0,3}>")
_BROKEN_ADDRESS = re.compile(r"(<[^<>\s]{3,254})\n[> \t]{0,40}(>[ \t]?[:：][ \t]*(?=\n|\Z))")
_TAG = re.compile(r"[ \t]*\[([^\[\]:]{1,60})[\]:][\]:]?[ \t]*")
_WROTE = re.compile(
    r"(?:\bwrote|\bwrites|\bschrieb(?:en)?|\ba [ée]crit|\bescribi[óo]|\bha scritto|\bschreef|\bescreveu|\bskrev|\bkirjoitti|\bnapisał\(?a?\)?"
    r"|\bpisze|\bnapsal\(?a?\)?|\bírta|\byazdı|\bнаписал\(?а?\)?|\bпишет|のメール|写道)"
    r"(?:[ \t](?:[^:]|(?<=\d):(?=\d)){0,160})?[ \t]?[:：][ \t]*\Z",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_BEGINS_WROTE = re.compile(
    r"[ \t]*(?:(?:on|am|le|el|il|op|em|den|på|dne|dnia|w dniu|в)\b|\d{1,4}[./-]|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\w*[.,])",
    re.IGNORECASE,
)
_DASHES = re.compile(
    r"[ \t]*[-_—=]{2,}[ \t]*(?:original (?:message|appointment|e-?mail)|urspr(?:ü|ue)ngliche (?:nachricht|e-?mail|termin)|original-nachricht"
    r"|weitergeleitete (?:nachricht|e-?mail)|forwarded (?:message|e-?mail)(?: (?:from|by)[^-]{0,80})?|message (?:d'origine|original|transf[ée]r[ée])"
    r"|message d’origine|mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|doorgestuurd bericht"
    r"|mensagem (?:original|encaminhada)|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|wiadomość oryginalna"
    r"|исходное сообщение|пересылаемое сообщение)[ \t]*[-_—=]{2,}[ \t]*\Z",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[ \t]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|début du message (?:transféré|réexpédié)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht)[ \t]?[:：]?[ \t]*\Z",
    re.IGNORECASE,
)
_FROM = "from|von|de|da|van|från|fra|od|от|lähettäjä|feladó|gönderen|差出人|发件人"
_OTHER = (
    "sent|date|gesendet(?: am)?|datum|envoyé|enviado(?: el| em)?|fecha|data|inviato|verzonden|skickat|sendt|wysłano|дата|отправлено|lähetetty"
    "|to|an|à|para|a|aan|till|til|do|кому|cc|bcc|kopie|copie|kopia"
    "|subject|betreff|objet|asunto|oggetto|onderwerp|ämne|emne|temat|тема|assunto|aihe|předmět|komu|odesláno|elküldve|címzett|tárgy|dátum|gönderildi|kime|konu|tarih|发送时间|收件人|主题|抄送|日期|送信日時|宛先|件名"
    "|importance|wichtigkeit|priorität|reply-to|antwort an|attachments|anlagen"
)
_HEADER_FROM = re.compile(rf"[ \t]*\*?(?:{_FROM})[ \t]?\*?[:：]\*?[ \t]*(\S.{{0,300}})\Z", re.IGNORECASE)
_HEADER_OTHER = re.compile(rf"[ \t]*\*?(?:{_OTHER})[ \t]?\*?[:：]\*?(?:[ \t].{{0,2000}})?\Z", re.IGNORECASE)
_ATTRIBUTION_LINES = 4


@dataclass
class Passage:
    """Paragraphs of one author, as they follow each other in a mail."""

    author: str | None
    """As the quotation names its author; None if it names none."""
    paragraphs: list[str] = field(default_factory=list)
    own: bool = False
    """Whether the sender of the mail wrote it."""


def take_apart(text: str, sender: str | None = None) -> list[Passage]:
    """The sender's own words first, then each quotation with the author that is named for it."""
    text = _unwrapped(text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line.rstrip() for line in text.split("\n")]
    passages = list(_passages(lines, None, _tags_of(sender), own=True, level=0))
    return sorted((one for one in passages if one.paragraphs), key=lambda one: not one.own)


def _unwrapped(text: str) -> str:
    """With an address on one line that a program broke before its `>`, which then looks like the mark of a quotation."""
    return _BROKEN_ADDRESS.sub(r"\1\2", text)


def _tags_of(sender: str | None) -> frozenset[str]:
    """What somebody may put in brackets before an answer: the name, or the first letters of its parts."""
    if not sender or "@" in sender:
        return frozenset()
    parts = re.findall(r"\w+", sender.casefold())
    return frozenset({sender.casefold(), parts[0], parts[-1], "".join(one[0] for one in parts)}) if parts else frozenset()


def _answers_within(lines: Sequence[str], tags: frozenset[str]) -> tuple[list[str], list[str]]:
    """What the sender wrote into a quotation, each answer begun by a tag in brackets as `[TK]`; and the quotation without it."""
    answers: list[str] = []
    quotation: list[str] = []
    answering = False
    for at, line in enumerate(lines):
        if (match := _TAG.match(line)) and match[1].strip().casefold() in tags:
            answering = True
            answers += ["", line[match.end() :]]
            quotation.append("")
            continue
        answering = answering and bool(line.strip()) and not _QUOTE.match(line) and _introduction(lines, at) is None
        (answers if answering else quotation).append(line)
    return answers, quotation


def _passages(lines: Sequence[str], author: str | None, tags: frozenset[str], *, own: bool, level: int) -> Iterator[Passage]:
    """The passages of a text that is by `author` where nothing else is said."""
    if level > MOST_LEVELS:
        return
    mine: list[list[str]] = [[]]
    quoted: list[tuple[str | None, list[str]]] = []
    named: str | None = None
    at, going_on = 0, False
    while at < len(lines):
        line = lines[at]
        if _QUOTE.match(line):
            end = _end_of_quote(lines, at)
            inside = [_MARK.sub("", one, count=1) for one in lines[at:end]]
            if going_on:  # between answers, a quotation stays one, in its order and of its author
                quoted[-1][1].extend(["", *inside])
            else:
                quoted.append((named, inside))
            mine.append([])
            at, going_on = end, True
            continue
        if (found := _introduction(lines, at)) is not None:
            who, after, marked = found
            if not marked:  # nothing marks the lines below as quoted: all of them are
                answers, inside = _answers_within(lines[after:], tags)
                quoted.append((who, inside))
                mine.append(answers)
                break
            named, at, going_on = who, after, False
            continue
        mine[-1].append(line)
        at += 1
    yield Passage(author, [one for block in mine for one in said(block)], own)
    for who, inside in quoted:
        yield from _passages(inside, who, frozenset(), own=False, level=level + 1)


def _end_of_quote(lines: Sequence[str], at: int) -> int:
    """Behind the last line of a quotation; an empty line within it, as some programs leave, does not end it."""
    end = at
    while end < len(lines) and (
        _QUOTE.match(lines[end]) or (not lines[end].strip() and end + 1 < len(lines) and _QUOTE.match(lines[end + 1]))
    ):
        end += 1
    return end


def _introduction(lines: Sequence[str], at: int) -> tuple[str | None, int, bool] | None:
    """If a quotation is introduced here: its author, the line behind, and whether the lines of the quotation are marked with `>`."""
    line = lines[at]
    if not line.strip():
        return None
    if _DASHES.match(line) or _FORWARDED.match(line):
        header = _header(lines, _next(lines, at + 1))
        # Below a header stands the mail itself, and what is marked in it is quoted by its author.
        return (*header, False) if header is not None else (None, at + 1, _is_marked(lines, at + 1))
    if RULE.match(line) and (header := _header(lines, _next(lines, at + 1))) is not None:
        return *header, False
    if (header := _header(lines, at)) is not None:
        return *header, False
    for end in range(at + 1, min(at + _ATTRIBUTION_LINES, len(lines)) + 1):
        if not lines[end - 1].strip() or _QUOTE.match(lines[end - 1]):
            return None
        if not lines[end - 1].endswith((":", "：")):
            continue
        whole = " ".join(one.strip() for one in lines[at:end])
        if len(whole) > 500:
            return None
        if _WROTE.search(whole[-250:]) and (_WHEN.search(whole) or _is_marked(lines, end)):
            if end - at > 1 and not _BEGINS_WROTE.match(whole):
                continue
            return _named_in(whole), end, _is_marked(lines, end)
    return None


def _next(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _is_marked(lines: Sequence[str], at: int) -> bool:
    at = _next(lines, at)
    return at < len(lines) and _QUOTE.match(lines[at]) is not None


def _header(lines: Sequence[str], at: int) -> tuple[str | None, int] | None:
    """The author named by a block of `From: / Sent: / To: / Subject:`, and the line behind it. At least three of them in a row."""
    who: str | None = None
    found, others, end = 0, 0, at
    while end < len(lines) and found < 12:
        line = lines[end]
        if (match := _HEADER_FROM.match(line)) and who is None:
            who, found = match[1], found + 1
        elif _HEADER_OTHER.match(line):
            found, others = found + 1, others + 1
        elif found and line[:1] in " \t" and line.strip():
            pass  # a long line goes on
        elif found and not line.strip() and found < 3 and end + 1 < len(lines) and _HEADER_OTHER.match(lines[end + 1]):
            pass  # each in a paragraph of its own
        else:
            break
        end += 1
    return (name_of(who), end) if who is not None and others >= 2 else None


_ADDRESS = re.compile(r"[<\[(]?(?:mailto:)?[\w.+%'-]{1,64}@[\w.-]{1,255}[>\])]?", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"([^,;:<>\[\]\d]{2,80}?)[\s\"',]*(?:via [^<]{1,60})?[<\[(](?:mailto:)?[\w.+%'-]{1,64}@", re.IGNORECASE)
_NAME_AFTER_VERB = re.compile(
    r"(?:schrieb|skrev|schreef|escribió|escreveu|написал\(?а?\)?)\s+([^:<>\d]{2,80}?)\s*(?:[<\[(].*)?[:：]\s*\Z", re.IGNORECASE
)
_NAME_BEFORE_VERB = re.compile(r"(?:[,;]|\d{2}:\d{2}(?: ?[ap]m)?,?|\d{4},?|Uhr,?|UTC,?)\s+([^,;:<>\d]{2,80}?)\s+(?:wrote|writes|a [ée]crit|ha scritto|schreef|escribió|escreveu|skrev)\b", re.IGNORECASE)  # fmt: skip
_NAME_FIRST = re.compile(r"[ \t]*(?!(?:on|am|le|el|il|op|em|den|på)\b)([^,;:<>\d]{2,60}?)\s+(?:wrote|writes|schrieb|a [ée]crit|ha scritto|schreef|escribió|escreveu|skrev)\b", re.IGNORECASE)  # fmt: skip
_NO_NAME = re.compile(r"\b(?:at|um|à|alle|às|kl\.?|on|am|le|uhr|utc|gmt|[ap]m|mon|tue|wed|thu|fri|sat|sun)\b\.?", re.IGNORECASE)


def _named_in(introduction: str) -> str | None:
    """Who is named by a line such as `On Tue, 3 Mar 2026 at 10:00, Anna Berg <a.berg@example.org> wrote:`."""
    for pattern in (_NAME_AFTER_VERB, _NAME_BEFORE, _NAME_BEFORE_VERB):
        if match := pattern.search(introduction):
            candidate = match[1]
            if pattern is _NAME_BEFORE:
                candidate = re.sub(
                    r"^.*\b(?:schrieb|skrev|schreef|wrote|um|at|à|alle|às|uhr|utc|pm|am)\b", "", candidate, flags=re.IGNORECASE
                )
            if name := name_of(_NO_NAME.sub("", candidate) if pattern is _NAME_BEFORE else candidate):
                return name
    if address := _ADDRESS.search(introduction):
        return name_of(address[0])
    return name_of(match[1]) if (match := _NAME_FIRST.match(introduction)) else None


def name_of(written: str | None) -> str | None:
    """The name in `"Berg, Anna" <a.berg@example.org>`: Anna Berg; the address if there is no name; None if there is neither."""
    if not written:
        return None
    name = _ADDRESS.sub("", written.partition(";")[0])
    name = re.sub(r"(?:on behalf of|im auftrag von|via)\b.*", "", name, flags=re.IGNORECASE)
    name = " ".join(re.sub(r"[\"“”„<>\[\]*]|^'|'$|\(\s*\)", " ", name).split()).strip(" ,;:'(")
    if match := re.fullmatch(r"([\w'’-]+(?: [\w'’-]+)?), ([\w'’.-]+(?: [\w'’.-]+)?)( \([^()]*\))?", name):
        name = f"{match[2]} {match[1]}{match[3] or ''}"
    if any(letter.isalpha() for letter in name) and not name[0].isdigit():  # `Von: 9 Uhr` names nobody
        return name[:120]
    address = _ADDRESS.search(written)
    return re.sub(r"[<>\[\]()]|mailto:", "", address[0], flags=re.IGNORECASE).lower() if address else None
