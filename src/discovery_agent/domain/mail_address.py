"""E-mail addresses by which somebody is known."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 254
_PLAIN = re.compile(r"[a-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def known_as(written: str) -> str | None:
    """An address in the one form in which addresses are compared, or None if it is not taken for one.

    Capital letters do not count. Only ASCII is taken: whoever signs in with a letter that looks like another, or that becomes
    another in lower case (the Kelvin sign), is nobody who was invited. Domains in other scripts are written as `xn--...`.

    >>> known_as("Ada.Berg@Example.com")
    'ada.berg@example.com'
    >>> known_as("ad\N{CYRILLIC SMALL LETTER A}@example.com")
    """
    if len(written) > LONGEST_ADDRESS or not written.isascii():
        return None
    address = written.lower()
    return address if _PLAIN.fullmatch(address) else None


def domain_of(address: str) -> str:
    """What stands behind the @ of an address."""
    return address.rpartition("@")[2]
