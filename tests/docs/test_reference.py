"""The reference says what the code does."""

from __future__ import annotations

from tests.docs.pages import ROOT
from tests.docs.test_commands_parse import reference


def test_the_pages_are_those_that_the_code_makes_now() -> None:
    for name, text in reference().pages().items():
        assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == text, f"{name} is old: run `make reference`"


def test_every_route_says_who_may_call_it() -> None:
    document, who = reference().openapi(), reference().callers()
    assert {f"{verb.upper()} {path}" for path, verbs in document["paths"].items() for verb in verbs} == set(who)
    assert who["POST /engagements"] == "owner" and who["GET /engagements/{engagement_id}/kpis"] == "owner, lead, reviewer"
