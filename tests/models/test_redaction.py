from __future__ import annotations

import json

import pytest

from discovery_agent.models.redaction import redact

SAID = "Zoë said: the invoices of Borealis are late.\nThree weeks, every month!"


@pytest.mark.parametrize("form", [SAID, repr(SAID), json.dumps(SAID), SAID.upper(), SAID.replace(" ", "  ")])
def test_an_echo_is_taken_out_however_it_is_written(form: str) -> None:
    assert redact(f"Bad value {form} in field 3", [SAID]).startswith("Bad value ")
    seen = redact(f"Bad value {form} in field 3", [SAID]).lower()
    assert not [word for word in ("zo", "invoices", "borealis", "weeks", "month") if word in seen]
    assert seen.endswith("in field 3")


def test_words_that_anybody_uses_stay() -> None:
    said = "The model is too large for us, and the maximum is not known."
    assert redact("max_tokens is too large; the maximum is 4096", [said]) == "max_tokens is too large; the maximum is 4096"


def test_keys_are_hidden_and_the_rest_is_one_short_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "plain-looking-secret")
    seen = redact("No:\nplain-looking-secret, sk-abcdefgh12345, Bearer xyz, https://me:word@host/ " + "x" * 1000)
    assert seen.startswith("No: [key], [hidden], [hidden] https://[hidden]host/ xx")
    assert len(seen) == 300
