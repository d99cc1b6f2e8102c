"""Two engagements full of words of their own, and every address of the app asked by everybody: nobody reads what is not theirs.

Addresses come from the app itself. One with a part that is not planted fails here, so that whoever adds it plants it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx2
import pytest

from discovery_agent.discovery.exporting import Format
from tests.security.asked import all_of, asking, new_address
from tests.security.bodies import least
from tests.security.conftest import Full
from tests.security.planting import KINDS, NAMES, readable
from tests.web.service import API

# Parts of addresses that name nothing of an engagement: choices, and what pages are made of.
CHOICES = {
    "audience": "executive",
    "phase": "planning",
    "form": "docx",
    "content": "x",
    "name": "gantt",
    "scheme": "light",
    "secret": "guessed",
    "key": "x",
    "path": "x",
}
QUESTION = "waiting for papers"
OPEN = {"/healthz", "/readyz", "/api/v1/openapi.json", "/favicon.ico"}
"""What anybody may ask; assets of pages too."""
OWN = {"/api/v1/session", "/api/v1/agreement", "/api/v1/agreement/answer", "/v1/models", "/v1/chat/completions"}
"""What holds no id: it is about the one who asks."""
OWN_INTERVIEW = "/api/v1/engagements/{engagement_id}/interviews"

_PART = re.compile(r"{(\w+)(?::\w+)?}")


class Address(NamedTuple):
    """One way to ask the app."""

    method: str
    pattern: str
    operation: Mapping[str, Any]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(_PART.findall(self.pattern))

    @property
    def of_an_engagement(self) -> bool:
        return not set(self.parts) <= set(CHOICES)

    @property
    def is_asset(self) -> bool:
        return self.pattern.startswith(("/assets/", "/_nicegui/"))


@pytest.fixture(scope="module")
def schema(full: Full) -> dict[str, Any]:
    with asking(full.server.url) as nobody:
        return nobody.get(f"{API}/openapi.json").json()


@pytest.fixture(scope="module")
def addresses(full: Full, schema: dict[str, Any]) -> list[Address]:
    """Every address and method of the app, but for mounted apps that are asked elsewhere."""
    found: list[Address] = []
    for route in full.server.routes:
        for method in route.methods:
            operation = schema["paths"].get(route.path.removeprefix(API), {}).get(method.lower(), {})
            found.append(Address(method, route.path, operation))
    return found


def filled(pattern: str, ids: Mapping[str, str]) -> str:
    return _PART.sub(lambda part: ids[part[1]] if part[1] in ids else CHOICES[part[1]], pattern)


def sent(client: httpx2.Client, address: Address, ids: Mapping[str, str], schema: dict[str, Any]) -> httpx2.Response:
    """The answer to a request that fits its description."""
    known = schema["components"]["schemas"]
    query = {
        one["name"]: QUESTION if one["name"] == "q" else least(one["schema"], known)
        for one in address.operation.get("parameters", ())
        if one["in"] == "query" and (one.get("required") or one["name"] == "q")
    }
    content = address.operation.get("requestBody", {}).get("content", {})
    more: dict[str, Any] = {}
    if "multipart/form-data" in content:
        more["files"] = {"files": ("talk.txt", b"Ann: It takes nine days.")}
    elif content:
        more["json"] = least(content["application/json"]["schema"], known)
    elif address.pattern == "/v1/chat/completions":
        more["json"] = {"messages": [{"role": "user", "content": "What did the others say?"}]}
    # An end of the session of the one who asks would end the test.
    path = filled(address.pattern, ids)
    return client.request(address.method, path, params=query, **more)


def foreign_words(answer: httpx2.Response, allowed: frozenset[str]) -> set[str]:
    """Canaries in an answer that the one who asks may not see."""
    every = {name + kind for name in NAMES.values() for kind in KINDS}
    said = all_of(answer)
    return {one for one in every - allowed if one in said}


def ids_of_a(full: Full, principal: str) -> dict[str, str]:
    """The ids of A; for one who is interviewed, those of the other interview."""
    one, who = full.planted["A"], principal.partition(" ")[2]
    other = {"first": "second", "second": "first"}.get(who)
    ids = one.ids | {"gap_id": "gap-1"}
    return ids | ({"conversation_id": one.interviews[other], "stakeholder_id": one.people[other]} if other else {})


def test_every_part_of_every_address_is_planted(full: Full, addresses: list[Address], schema: dict[str, Any]) -> None:
    unknown = {part for one in addresses for part in one.parts} - set(ids_of_a(full, "nobody")) - set(CHOICES)
    assert not unknown, f"plant these in tests/security/planting.py: {unknown}"
    listed = {(method.upper(), API + path) for path, ways in schema["paths"].items() for method in ways}
    walked = {(one.method, one.pattern) for one in addresses}
    assert listed <= walked, "the walk over the routes of the app misses some"
    assert len(walked) > 120


@pytest.mark.parametrize("principal", ["nobody", "B first", "B lead", "B reviewer", "A first", "A second"])
def test_whoever_has_no_part_in_it_reads_nothing_of_an_engagement(
    principal: str, full: Full, addresses: list[Address], schema: dict[str, Any]
) -> None:
    allowed, ids, wrong = readable(full.planted)[principal], ids_of_a(full, principal), list[str]()
    for address, client in with_clients(full, principal, [one for one in addresses if not ends_session(one)]):
        answer = sent(client, address, ids, schema)
        if leaked := foreign_words(answer, allowed):
            wrong.append(f"{address.method} {address.pattern}: shows {leaked}")
        if answer.status_code not in expected(principal, address):
            wrong.append(f"{address.method} {address.pattern}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def expected(principal: str, address: Address) -> set[int]:
    """How a request may be answered."""
    if address.pattern in OPEN or address.is_asset:
        return {200, 404}
    if address.pattern == "/enter/{secret}":
        return {404}
    if address.pattern == "/api/v1/sessions":
        return {401}
    if principal == "nobody":
        return {401} if address.pattern.startswith(("/api/", "/v1/")) else {403}
    if not address.of_an_engagement:
        return set(range(200, 500)) - {401}  # lists and pages of their own, which foreign_words reads
    if principal.startswith("B"):
        return {404}
    if address.pattern == OWN_INTERVIEW:  # a body without a name asks for their own
        return {200}
    return {403, 404}


def ends_session(address: Address) -> bool:
    return (address.method, address.pattern) in (("DELETE", "/api/v1/session"), ("POST", "/leave"))


def with_clients(full: Full, principal: str, addresses: list[Address]) -> Iterator[tuple[Address, httpx2.Client]]:
    """Each address with a client; strangers change their own address before their rate is up."""
    for start in range(0, len(addresses), 20):
        with asking(full.server.url, full.session(principal), cookie=True, address=new_address()) as client:
            for address in addresses[start : start + 20]:
                yield address, client


@pytest.mark.parametrize("principal", ["owner", "A reviewer", "A first", "A second"])
def test_everybody_reads_all_of_their_own_and_nothing_else(
    principal: str, full: Full, addresses: list[Address], schema: dict[str, Any]
) -> None:
    letter, allowed = (principal[0] if " " in principal else "A"), readable(full.planted)[principal]
    one, who = full.planted[letter], principal.partition(" ")[2]
    ids = one.ids | {"gap_id": "gap-1"} | ({"conversation_id": one.interviews[who]} if who in one.interviews else {})
    seen: set[str] = set()
    reading = [each for each in addresses if each.method == "GET"]
    for address, client in with_clients(full, principal, reading):
        answer = sent(client, address, ids, schema)
        assert not foreign_words(answer, allowed), f"{address.pattern}: {answer.text[:300]}"
        assert answer.status_code < 500, f"{address.pattern}: {answer.text[:300]}"
        seen |= {word for word in allowed if word in all_of(answer)}
        if who in ("lead", "reviewer", "") and page_of_an_engagement(address) and answer.status_code == 200:
            assert one.word("inside") in all_of(answer) or one.word("opening") in all_of(answer), address.pattern
    own = {word for word in allowed if word.startswith(one.canary)}
    assert own <= seen, f"planted, and not found anywhere: {own - seen}"


def page_of_an_engagement(address: Address) -> bool:
    return address.pattern.startswith("/engagements/") and "/pictures/" not in address.pattern and "/charts/" not in address.pattern


@pytest.mark.parametrize("principal", ["owner", "B lead", "B reviewer"])
def test_what_belongs_to_one_engagement_is_not_there_in_another(
    principal: str, full: Full, addresses: list[Address], schema: dict[str, Any]
) -> None:
    ours, theirs, wrong = full.planted["B"], full.planted["A"], list[str]()
    ids = theirs.ids | {"gap_id": "gap-1", "engagement_id": ours.engagement.id}
    allowed = readable(full.planted)[principal] - {theirs.word(kind) for kind in KINDS}
    inner = [one for one in addresses if one.parts[:1] == ("engagement_id",) and any(differs(full, part) for part in one.parts[1:])]
    assert len(inner) > 20
    for address, client in with_clients(full, principal, inner):
        answer = sent(client, address, ids, schema)
        if leaked := foreign_words(answer, allowed):
            wrong.append(f"{address.method} {address.pattern}: shows {leaked}")
        changes_as_reviewer = principal == "B reviewer" and address.method != "GET"
        if answer.status_code != 404 and not (changes_as_reviewer and answer.status_code == 403):
            wrong.append(f"{address.method} {address.pattern}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def differs(full: Full, part: str) -> bool:
    """Whether this part names another thing in each engagement."""
    return part in full.planted["A"].ids and full.planted["A"].ids[part] != full.planted["B"].ids[part]


@pytest.mark.parametrize("form", [one for one in Format if one is not Format.PDF])
def test_each_form_of_export_holds_its_own_engagement_only(form: Format, full: Full) -> None:
    ours, theirs = full.planted["A"], full.planted["B"]
    for query in ("", "&audience=engineering"):
        path = f"{API}/engagements/{ours.engagement.id}/blueprints/1/export?format={form.value}{query}"
        with asking(full.server.url, full.session("A reviewer")) as client:
            words = all_of(client.get(path))
        assert ours.word("inside") in words and theirs.canary not in words
        with asking(full.server.url, full.session("B lead")) as client:
            refused = client.get(path)
        assert refused.status_code == 404 and ours.canary not in all_of(refused)


def test_the_whole_export_holds_its_own_engagement_only_and_no_private_words(full: Full) -> None:
    ours, theirs = full.planted["A"], full.planted["B"]
    with asking(full.server.url, full.session("owner")) as client:
        words = all_of(client.get(f"{API}/engagements/{ours.engagement.id}/export"))
    assert ours.word("inside") in words and theirs.canary not in words
    assert ours.word("first") not in words and ours.word("second") not in words
    assert not any(secret.lower() in words for secret in ours.sessions.values())
