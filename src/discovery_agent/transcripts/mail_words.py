"""What a person said in a stretch of a mail: its paragraphs, without signature, notices and what programs add below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

RULE = re.compile(r"[ \t]*(?:_{20,}|-{30,})[ \t]*\Z")
"""A line that parts what stands above from what a program adds below."""
_SIGNATURE = re.compile(r"-- ?\Z")
_DEVICE = re.compile(
    r"[ \t]*(?:sent from my |sent from (?:outlook|mail|yahoo)|get outlook for |von meinem .{1,40} gesendet|gesendet (?:mit|von) |envoyé de(?:puis)? mon "
    r"|enviado desde mi |inviato da(?:l mio)? |verstuurd vanaf mijn |holen sie sich outlook|skickat från min |sent (?:with|via|using) (?:proton|blackberry|k-9|mailbird|spark|yahoo|aqua|fairemail)"
    r"|enviado (?:do meu |con )|envoyé avec |diese nachricht wurde von .{1,60} gesendet).{0,120}\Z",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[ \t]*(?:(?:(?:best|kind(?:est)?|warm(?:est)?|many|with (?:best|kind))[ ,]+)*(?:regards|wishes|thanks)|best|cheers|thanks(?: again| a lot| and .{0,20})?"
    r"|thank you|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|all the best|talk soon|br|kr|(?:mit )?(?:freundliche[nm]?|beste[nm]?|viele[nm]?"
    r"|herzliche[nm]?|liebe[nm]?|schöne[nm]?|sonnige[nm]?) (?:gr(?:ü|ue)(?:ß|ss)e?n?)(?: aus \w+)?|gru(?:ß|ss)|lg|vg|mfg|danke(?: und .{0,20})?|(?:bien )?cordialement"
    r"|bien à vous|saludos(?: cordiales)?|un saludo|cordiali saluti|met vriendelijke groet(?:en)?|mvh|atenciosamente)[ \t]?[,.!–-]*[ \t]*\Z",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:this|the information (?:contained )?in this|the contents? of this) (?:e-?mail|message|communication)s?\b.{0,160}?\b(?:confidential|privileged|intended)"
    r"|diese (?:e-?mail|nachricht)\b.{0,160}?\b(?:vertraulich|rechtlich geschützt|ausschließlich)"
    r"|ce (?:message|courriel)\b.{0,160}?\bconfidentiel|este (?:mensaje|correo)\b.{0,160}?\bconfidencial"
    r"|if you (?:are not the intended recipient|have received this (?:e-?mail|message) in error)"
    r"|(?:sollten|wenn) sie .{0,60}(?:irrtümlich|nicht der (?:richtige|beabsichtigte))|please consider the environment before printing",
    re.IGNORECASE | re.DOTALL,
)
_BANNER = re.compile(
    r"[\[\s*]*(?:caution|warning|external(?: (?:e-?mail|sender))?|achtung|vorsicht|externe (?:e-?mail|absender))[\s:!*\]-]{1,6}.{0,300}?"
    r"(?:e-?mail|message|sender|organi[sz]ation|absender|organisation|links)|you don'?t often get e-?mail from ",
    re.IGNORECASE | re.DOTALL,
)
_POSTSCRIPT = re.compile(r"[ \t]*p\.? ?s\.?\s?[:.\-–]?\s", re.IGNORECASE)
_OF_LIST = re.compile(r"\bmailing ?list\b|\bunsubscribe\b|\babbestellen\b|\bse désabonner\b", re.IGNORECASE)
_JOINING = re.compile(
    r"join (?:the|your) meeting|microsoft teams (?:meeting|need help)|meeting id\s?:|passcode\s?:|besprechungs-id\s?:|kennung\s?:"
    r"|an der besprechung teilnehmen|join zoom meeting|dial in by phone|find a local number|meet\.google\.com/|teams\.microsoft\.com/",
    re.IGNORECASE,
)
"""Of the stretch that programs add to an invitation: two of these, and nobody wrote it."""
_LIST_LINES = 4
_SIGNATURE_LINES, _SIGNATURE_WIDTH = 14, 110
_SHORTEST_NOTICE = 30


def said(lines: Sequence[str]) -> list[str]:
    """The paragraphs of a stretch that one person wrote, without signature and notices."""
    kept: list[str] = []
    signatures = frozenset(_closings_above_signatures(lines))
    for at, line in enumerate(lines):
        if _SIGNATURE.match(line) or at in signatures:
            kept += _postscript(lines[at + 1 :])
            break
        if RULE.match(line):
            if _is_of_list(lines, at + 1):
                break
        elif not _DEVICE.match(line):
            kept.append(line)
    paragraphs = [one for one in _paragraphs(kept) if not _BANNER.match(one) and len(_JOINING.findall(one)) < 2]
    notice = next((at for at, one in enumerate(paragraphs) if _NOTICE.search(one[:400])), len(paragraphs))
    # What follows a notice belongs to it, unless the notice is all that stands above.
    return paragraphs[:notice] if notice else [one for one in paragraphs if not _NOTICE.search(one[:400])]


def _is_of_list(lines: Sequence[str], at: int) -> bool:
    """Whether a mailing list tells below how to leave it."""
    return any(_OF_LIST.search(one) for one in lines[at : at + _LIST_LINES])


def _closings_above_signatures(lines: Sequence[str]) -> Iterator[int]:
    """Where a greeting stands, behind which come only short lines, such as names and numbers."""
    filled = [(at, line.strip()) for at, line in enumerate(lines) if line.strip()]
    verdicts = [_verdict(text) for _, text in filled]
    for place, (at, text) in enumerate(filled):
        if _CLOSING.match(text):
            behind = verdicts[place + 1 : place + 2 + _SIGNATURE_LINES]
            if next((one for one in behind if one is not None), len(behind) <= _SIGNATURE_LINES):
                yield at


def _verdict(text: str) -> bool | None:
    """What a line says of the greeting above it: that a signature is over, that there is none, or nothing, being perhaps a part of one."""
    if _POSTSCRIPT.match(text) or (len(text) > _SHORTEST_NOTICE and _NOTICE.search(text)):
        return True
    words = text.split()
    sentence = len(words) > 5 and text.endswith((".", "?", "!"))
    # Without a stop at its end, by its many words, most of which begin small, as those of titles and addresses do not.
    prose = len(words) > 8 and "|" not in text and sum(one[0].islower() for one in words) * 2 > len(words)
    return False if sentence or prose or len(text) > _SIGNATURE_WIDTH else None


def _postscript(lines: Sequence[str]) -> list[str]:
    begin = next((at for at, line in enumerate(lines) if _POSTSCRIPT.match(line)), len(lines))
    return ["", *lines[begin:]]


_BULLET = re.compile(r"[ \t]*(?:[-*•–]|\d{1,2}[.)]|\([a-z0-9]\))[ \t]+\S")


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Lines joined where they only wrap; an empty line and an item of a list begin a new paragraph."""
    found: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            found.append([])
        elif _BULLET.match(line):
            found.append([line.strip()])
        else:
            found[-1].append(line.strip())
    return [" ".join(one) for one in found if any(letter.isalnum() for part in one for letter in part)]
