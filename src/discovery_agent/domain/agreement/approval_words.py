"""Words by which a statement claims that people approved it. Only their own answers in a round say so."""

from __future__ import annotations

import re

from discovery_agent.domain.agreement.sentences import sentences_of

_ALL = (
    r"(?:everybody|everyone|we all|all of us|both (?:sides|parties)|(?:all|every|the) (?:the )?(?:stakeholders?|part(?:y|ies)|sides?|departments?|participants?)"
    r"|all (?:people|of them))"
)
_DID = r"(?:approve[sd]?|endorse[sd]?|sign(?:s|ed)? (?:it |this )?off|agree[sd]?|consent(?:s|ed)?|accept(?:s|ed)? (?:it|this|the (?:objective|text|draft|statement)))"
_IT = r"(?:this|the|our) (?:shared |joint |common )?(?:objective|statement|text|draft|wording)"
_CLAIM = re.compile(
    rf"\b{_ALL}(?:\s+(?:has|have|had|hereby|already|now|fully|already|formally))*\s+{_DID}\b"
    r"|\b(?:sponsor|board|lead|management|director|committee)(?: team)?\s+(?:has|have)\s+(?:already |now |formally )?(?:approved|endorsed|signed off)(?=\s*(?:[.,;:!]|it\b|this\b|and\b|$))"
    rf"|\b{_IT}\s+(?:(?:is|was|has been|stands|hereby|already|now|fully|formally|unanimously)\s+)+(?:approved|endorsed|signed off|agreed|accepted)\b"
    r"|\b(?:approved|endorsed|signed off|agreed) (?:by|with) (?:all|everybody|everyone|us all|the stakeholders|both (?:sides|parties))\b"
    r"|\ball (?:the )?(?:open )?(?:conflicts|questions|differences|disputes|points|disagreements) (?:are|were|have been|being) (?:now )?(?:resolved|settled|agreed|closed)\b"
    r"|\bsigned off\b|\bunanimous\w*|\bfull (?:agreement|consensus)\b|\bconsensus (?:is|was|has been) reached\b"
    r"|\beinstimmig\b|\balle (?:Beteiligten |Seiten )?(?:haben (?:dem )?zugestimmt|stimmen (?:dem )?zu)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?:this is |hereby |fully |status: ?)*(?:approved|endorsed|agreed|genehmigt)", re.IGNORECASE)


def approvals_in(text: str) -> tuple[str, ...]:
    """The words that say that the statement is approved, or that nothing is in dispute any more.

    >>> approvals_in("Claims are approved within two days. All stakeholders approved this.")
    ('All stakeholders approved',)
    >>> approvals_in("Whether it is two or four days is not agreed.")
    ()
    """
    found = [one.group() for one in _CLAIM.finditer(text)]
    found += [one for one in sentences_of(text) if _ALONE.fullmatch(one.strip(" !\"'“”"))]
    return tuple(dict.fromkeys(found))
