"""What job titles and departments say of a person's role, by a small table."""

from __future__ import annotations

import re

from discovery_agent.domain.conversation import Role

# Read from top to bottom, first hit wins: "Data Protection Officer" is compliance although it says data. A sponsor is only who is called
# one or who leads the organisation; who leads a part of it is read by that part, see `_LEADS_A_PART`.
_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (
        Role.COMPLIANCE,
        r"legal|lawyer|counsel|compliance|privacy|data protection|dpo|audit(?:or)?|regulatory|money laundering|(?:works|staff) council",
    ),
    (
        Role.SPONSOR,
        r"ceo|cfo|coo|cmo|cpo|chro|chief(?! (?:information|technology|technical|data|digital|security|engineer|architect))"
        r"|(?:managing|executive|general) director|(?<!vice )(?<!vice-)president|founder|co-founder"
        r"|(?<!product )(?<!process )(?<!data )(?<!system )(?<!service )owner|board|sponsor|managing partner"
        r"|head of (?:the |our )?(?:company|firm|organi[sz]ation|agency|institute|hospital|school|university|authority)(?! \w)",
    ),
    (
        Role.TECHNICAL,
        r"engineer(?:ing)?|developer|programmer|it|architect(?:ure)?|data|devops|sysadmin|administrator|dba|software|cto|cio|cdo|ciso"
        r"|technical|technology|machine learning|ml|security|integration|platform|infrastructure|analytics|chief (?:information|digital)",
    ),
    (Role.BUSINESS, r"customer (?:service|care|support|success|relations|experience) (?:manager|lead|supervisor|coordinator)"),
    (
        Role.END_USER,
        r"operator|nurse|clerk|agent|technician|driver|user|end user|cashier|dispatcher|adjuster|claims handler"
        r"|case worker|caseworker|receptionist|customer|patient|picker|assembler",
    ),
    (
        Role.BUSINESS,
        r"manager|analyst|lead|team lead|marketing|sales|finance|financial|operations|controller|controlling"
        r"|accounting|accountant|procurement|purchasing|hr|human resources|product|business|logistics|planner"
        r"|supervisor|coordinator|claims|underwriter|buyer|service",
    ),
)
_ROLES = tuple((role, re.compile(rf"(?<![\w-])(?:{words})s?(?![\w-])", re.IGNORECASE)) for role, words in _ROLE_WORDS)


def role_of_title(title: str | None) -> Role:
    """The role that a job title speaks of, by a small table; `unknown` if none of its words is there.

    Who leads a part of the organisation has the role of that part; a sponsor leads the whole, or is called one.

    >>> role_of_title("Managing Director"), role_of_title("Head of Claims"), role_of_title("Data Protection Officer")
    (<Role.SPONSOR: 'sponsor'>, <Role.BUSINESS: 'business'>, <Role.COMPLIANCE: 'compliance'>)
    """
    if not title:
        return Role.UNKNOWN
    role = next((role for role, words in _ROLES if words.search(title[:200])), Role.UNKNOWN)
    if role in (Role.UNKNOWN, Role.END_USER, Role.BUSINESS) and (leads := _LEADER.search(title[:200])):
        of_all = leads.group().casefold() == "director" and not _PART_NAMED.search(title[:200])
        return Role.SPONSOR if of_all else Role.BUSINESS
    return role


# Departments that people name without "team" or "department" after them, by the role of who works there.
_DEPARTMENTS: tuple[tuple[Role, str], ...] = (
    (
        Role.COMPLIANCE,
        r"legal|compliance|data protection|data privacy|privacy|internal audit|audit|regulatory affairs|risk and compliance"
        r"|(?:works|staff) council",
    ),
    (Role.SPONSOR, r"(?:executive |management )?board|senior management"),
    (
        Role.TECHNICAL,
        r"information technology|data science|data|analytics|engineering|(?:software )?development|infrastructure"
        r"|(?:information )?security|integration|architecture|devops",
    ),
    (
        Role.BUSINESS,
        r"finance|accounting|accounts(?: payable| receivable)?|procurement|purchasing|sales|marketing|hr|human resources|operations|logistics"
        r"|supply chain|customer (?:services?|care|support|success|relations)|service|support|claims|underwriting|production"
        r"|quality(?: assurance| control)?|maintenance|controlling|risk|product|r&d|research|dispatch|billing|invoicing|collections|payroll"
        r"|treasury|planning|facilities|admissions|warehousing|business development|communications|credit control|master data|after[- ]sales"
        r"|recruiting|training|scheduling|supporter care|fundraising|returns|leasing|fleet|merchandising|e-commerce",
    ),
)
_ROLE_OF_DEPARTMENT = tuple((role, re.compile(words, re.IGNORECASE)) for role, words in _DEPARTMENTS)
# In running talk "it" and "IT" differ by their capitals only; all else may stand in lower case.
_IT = r"IT(?: (?:security|support|operations|architecture))?|I\.T\."
_ONE_DEPARTMENT = rf"(?:{_IT}|(?i:{'|'.join(words for _, words in _DEPARTMENTS)}))(?!\w)"
DEPARTMENT = rf"{_ONE_DEPARTMENT}(?:,? (?:and|&) {_ONE_DEPARTMENT})?"
"""A pattern for a department named by its own word, or for two of them: "claims", "sales and marketing"."""
UNIT = (
    r"(?i:team|department|dept|desk|unit|division|side|group|office|centre|center|plant|warehouse|depot|shop|store|branch|ward|clinic"
    r"|kitchen|site|hall|works council|control room|hotline|help ?desk)(?!\w)"
)
"""A pattern for nouns that end the name of a part of an organisation."""
_LEADER = re.compile(r"(?<![\w-])(?:head of|director|[se]?vp|vice[ -]president)(?![\w-])", re.IGNORECASE)
# "Sales Director", "director of the Hull plant": of a part. "Director", "Regional Director": of the whole, as far as the title tells.
_PART_NAMED = re.compile(
    rf"\bdirector (?:of|for) (?!the (?:company|firm|organi[sz]ation))|(?<!\w){DEPARTMENT}|(?<!\w){UNIT}", re.IGNORECASE
)


def role_of_department(name: str) -> Role:
    """The role of somebody who works in this department; `unknown` where its name is not known.

    >>> role_of_department("customer service"), role_of_department("IT")
    (<Role.BUSINESS: 'business'>, <Role.TECHNICAL: 'technical'>)
    """
    words = re.sub(rf"\s+(?:{UNIT})\Z", "", " ".join(name.split()))
    first = re.split(r",? (?:and|&) ", words)[0]
    if re.fullmatch(_IT, first):
        return Role.TECHNICAL
    return next((role for role, known in _ROLE_OF_DEPARTMENT if known.fullmatch(words) or known.fullmatch(first)), Role.UNKNOWN)
