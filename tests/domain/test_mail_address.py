from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.domain.mail_address import domain_of, known_as


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Ada.Berg@Example.COM", "ada.berg@example.com"),
        ("o'neil+x@sub.example.co", "o'neil+x@sub.example.co"),
        ("a@xn--mller-kva.example", "a@xn--mller-kva.example"),
        ("ada", None),
        ("ada@", None),
        ("@example.com", None),
        ("ada@localhost", None),
        ("ada@-example.com", None),
        ("ada@example..com", None),
        ("ada@b@example.com", None),
        ("ada berg@example.com", None),
        ("ada@example.com\n", None),
        ('"ada"@example.com', None),
        ("mar\N{KELVIN SIGN}@example.com", None),
        ("ada@ex\N{CYRILLIC SMALL LETTER A}mple.com", None),
        ("a" * 65 + "@example.com", None),
        ("ada@" + "a." * 130 + "com", None),
    ],
)
def test_an_address_is_known_in_one_form_or_not_at_all(written: str, known: str | None) -> None:
    assert known_as(written) == known


@given(st.text(max_size=40))
def test_what_is_known_is_plain_and_known_as_itself(written: str) -> None:
    address = known_as(f"{written}@example.com")
    if address is not None:
        assert address.isascii() and address == address.lower() and known_as(address) == address
        assert domain_of(address) == "example.com"
