"""Words by which speech about data is known: what holds it, what it is made of, and who may speak of "it"."""

from __future__ import annotations

import re

SYSTEM = (
    r"(?:erp|crm|sap|mes|tms|wms|emr|ehr|pos|data (?:lake|warehouse)s?|dwh|databases?|historian|salesforce|servicenow|jira|oracle|navision|snowflake"
    r"|dynamics|datev|(?:(?:\w+[ -]){0,2})(?:system|software|database|ledger|(?:helpdesk|ticket(?:ing)?|dispatch|planning|billing|booking|crm|lab) tool)s?|archive|register|cloud|sql server|backend)"
)
"""Something that another program could read."""
RECORDER = rf"(?:{SYSTEM}|tills?|scanners?|sensors?|meters?|gates?|plc|controllers?|telephone system|switchboard|web ?shop|shop|app|portal|machines?|telematics)"
FILES = (
    r"(?:excel(?: (?:sheet|list|file)s?)?|spreadsheets?|google sheets?|csv(?: files?)?|word (?:files?|documents?)|pdfs?|access file|(?:shared |network )?(?:drive|folder|mailbox|inbox)e?s?"
    r"|(?:\w+ )?(?:mailbox|inbox)(?:es)?|sharepoint|outlook|drive \w\b)"
)
PAPER = (
    r"(?:on paper|in (?:\w+ ){0,2}(?:binders?|notebooks?|ring folders?|filing cabinets?|logbooks?|card files?|index cards?)|in (?:\w+(?:'s)? ){1,3}heads?\b"
    r"|on (?:a |the )?(?:whiteboard|clipboard|index cards?|slips?(?: of paper)?)|handwritten|hand-written)"
)
DATA = (
    r"(?:data|datas?ets?|records?|tables?|databases?|(?:\w+ )?(?:fields?|columns?|rows?|lists?|master|register|archive|catalogue|catalog)|entries|logs?|histor(?:y|ies)|master data|figures|numbers|files?"
    r"|spreadsheets?|excel|sheets?|exports?|extracts?|dumps?|ledgers?|readings|scans|recordings|documents?|documentation|timestamps?|inventory|stock levels?|positions|codes|statistics"
    rf"|{SYSTEM})"
)
"""Data as such."""
RECORDED = (
    r"(?:orders?|invoices?|claims?|tickets?|bookings?|contracts?|visits?|calls?|e-?mails?|mails?|complaints?|repairs?|deliver(?:y|ies)|delivery notes?|notes|forms?|cases?|tests?|measurements?|prices?|transactions?"
    r"|payments?|shipments?|photos?|images?|pictures?|sales|returns|reports?|quotes|letters|downtimes?|stops?|inspections?|applications?|articles?|items?|suppliers?|addresses|appointments?|samples?|protocols?)"
)
"""What records are commonly of."""
FIELD = (
    r"(?:(?:\w+ )?(?:numbers?|no\.|dates?|codes?|ids?|names?|address(?:es)?|prices?|weights?|dimensions?|categor(?:y|ies)|reasons?|types?|e-?mails?|postcodes?|zip codes?|birthdays?|diagnos[ie]s|status|values?|quantit(?:y|ies)"
    r"|units?|keys?|references?|labels?|timestamps?|fields?|entries|attributes?|descriptions?|coordinates|signatures?))"
)
_ABOUT_DATA = re.compile(rf"\b(?:{DATA}|{RECORDED})\b")
_AS_SUCH = re.compile(rf"\b(?:{DATA})\b")
_PLACE = re.compile(rf"\b(?:in|into|on|from) (?:the |our |an? |their )?(?:\w+ ){{0,2}}(?:{SYSTEM}|{FILES})\b|\b{PAPER}")
_PRONOUN = re.compile(
    r"\b(?:it|its|it's|they|them|they're|that|that's|those|these|this|there|all of (?:it|them)|one in \w+|half|a third|most|some)\b"
)


def is_about_data(low: str) -> bool:
    """Whether a text names data, records, or where they lie.

    >>> is_about_data("the price list is old"), is_about_data("the cleaner comes every night")
    (True, False)
    """
    return bool(_ABOUT_DATA.search(low) or _PLACE.search(low))


def names_data(low: str) -> bool:
    """Whether a text names data as such, and not only things of which there may be records."""
    return bool(_AS_SUCH.search(low) or _PLACE.search(low))


def points_back(low: str) -> bool:
    """Whether a text may speak of what was said before."""
    return bool(_PRONOUN.search(low))
