"""Systems that stakeholders named: what a solution has to be tied to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery_agent.domain.findings import Finding, FindingKind

TELL_OF_SYSTEMS = (FindingKind.DATA_SOURCE, FindingKind.PROCESS_STEP)

# Names that are written like a product anywhere in a sentence: ClaimDesk, SAP, M365, S/4HANA.
_PRODUCT = re.compile(r"\b(?:[A-Z][a-z]+[A-Z]\w*|[A-Z]{2,}[a-z]?\w*(?:/\w+)?|[A-Z]+\d\w*)\b")
# Kinds of system, with the words that tell which one it is.
_KIND = re.compile(
    r"\b(?:(?:spread ?sheets?|excel|sharepoint|outlook|share ?drive|shared (?:drive|mailbox|inbox)|data ?warehouse|intranet|"
    r"web ?shop|e-?mail inbox|ticket(?:ing)? system|help ?desk|document management(?: system)?|order system|booking system|access database)\b)",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<=[a-z,;:] )(?:in|into|from|to|via|through|with|on)\s+((?:[A-Z][a-z]{2,})(?:\s[A-Z][a-z]+)?)\b")
# Written in capitals, and no system.
_NO_SYSTEM = frozenset(
    """
    AI API CEO CFO CIO COO CTO DPO EU EUR FAQ GBP GDPR HR ID IDS IT KPI KPIS NDA OK PDF PDFS PIN PO POS QA ROI SLA SLAS UK US USA USD VAT VP
    SQL NOSQL API APIS REST SOAP FTP SFTP HTTP HTTPS HTML URL EDI OCR RFID UHF NFC QR LAN WLAN VPN WIFI SSO MFA DB DBS UI UX OS PC PCS ETL ODBC JDBC
    IBAN CSV XML JSON CAD SKU SKUS ML LLM CV CVS VIN TV AM PM ASAP MVP II III GP GPS RFQ RFQS NHS
    """.split()
)
# Where a place is told: "our data centre in Leeds", "we start in Hull". Only nouns of places: people also work, start and move in a system.
_AT_A_PLACE = re.compile(
    r"\b(?:(?:data ?)?cent(?:re|er)s?|plants?|sites?|offices?|laundry|laundries|warehouses?|depots?|factory|factories|branch(?:es)?|buildings?|hotels?"
    r"|shops?|halls?|town|hospitals?|clinics?|schools?|headquarters|colleagues|hosted|located|trucks?|(?:we|they) (?:start|begin)"
    r"|pilot (?:has to run|must run|will run|runs|is|starts))(?: (?:all|only|there|is|are|both|here))* (?:in|at|near) (?P<place>[A-Z][a-z]{2,}(?: [A-Z][a-z]+)?)\b"
)
_NO_NAME = frozenset(
    """
    january february march april may june july august september october november december monday tuesday wednesday thursday friday
    saturday sunday english german french spanish italian europe germany france christmas easter
    """.split()
)


@dataclass(frozen=True)
class NamedSystem:
    """A system as it was named, and the findings that name it."""

    name: str
    findings: tuple[str, ...]


def systems_in(findings: Iterable[Finding], people: Iterable[str] = (), most: int = 12) -> tuple[NamedSystem, ...]:
    """The systems that data sources and steps of work name, in the order of their first mention."""
    findings = list(findings)
    persons = {word.lower() for name in people for word in name.split()}
    persons |= places_in(text for one in findings for text in (one.statement, *(quote.text for quote in one.quotes)))
    found: dict[str, tuple[str, list[str]]] = {}
    for one in findings:
        if one.kind not in TELL_OF_SYSTEMS:
            continue
        for name in _names((one.statement, *(quote.text for quote in one.quotes)), persons):
            found.setdefault(name.lower(), (name, []))[1].append(one.id)
    systems = [NamedSystem(name, tuple(dict.fromkeys(ids))) for name, ids in found.values()]
    return tuple(systems[:most])


def places_in(texts: Iterable[str]) -> frozenset[str]:
    """The words of names that are told as places: something stands, starts or is hosted there, and nothing is looked up in them."""
    return frozenset(word for text in texts for match in _AT_A_PLACE.finditer(text) for word in match["place"].lower().split())


def _names(texts: Sequence[str], persons: set[str]) -> list[str]:
    names: list[str] = []
    for text in texts:
        spans = [(match.start(), match.group()) for match in _PRODUCT.finditer(text)]
        spans += [(match.start(1), match.group(1)) for match in _CAPITAL.finditer(text)]
        spans += [(match.start(), match.group()) for match in _KIND.finditer(text)]
        for _, name in sorted(spans):
            known = name.upper() in _NO_SYSTEM or any(word in persons or word in _NO_NAME for word in name.lower().split())
            if not known and name.lower() not in (one.lower() for one in names):
                names.append(name)
    return names
