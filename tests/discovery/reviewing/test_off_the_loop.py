"""A blueprint is large: it is parsed and hashed in threads, so that whoever else is served meanwhile does not wait."""

from __future__ import annotations

import threading

import pytest

from discovery_agent.discovery.drafting import blueprint_versions
from discovery_agent.discovery.gates import gates_of
from discovery_agent.discovery.reviewing import act, newest_signed, standing
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint import document
from discovery_agent.domain.blueprint.document import Blueprint
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.review import Verb
from tests.blueprints import blueprint
from tests.discovery.members import Members, sign_despite_shut_gates


async def test_no_blueprint_is_parsed_or_hashed_on_the_event_loop(ws: Workspace, members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    of = members.engagement_id
    lead, ana = await members.lead(), await members.reviewer("Ana Ruiz")
    await members.require(lead, ana)
    version = await members.keep(blueprint(of))
    content = version.content_hash
    main, hashed, parsed = threading.get_ident(), set[int](), set[int]()
    plain_hash, plain_parse = document.content_hash_of, Blueprint.model_validate_json.__func__  # type: ignore[attr-defined]

    def hashes(value: Value, leave_out: frozenset[str] = frozenset()) -> str:
        if isinstance(value, Blueprint):
            hashed.add(threading.get_ident())
        return plain_hash(value, leave_out)

    def parses(cls: type[Blueprint], *given: object, **more: object) -> Blueprint:
        parsed.add(threading.get_ident())
        return plain_parse(cls, *given, **more)

    monkeypatch.setattr(document, "content_hash_of", hashes)
    monkeypatch.setattr(Blueprint, "model_validate_json", classmethod(parses))
    for part in version.sections:
        await act(ws, of, 1, part.id, part.content_hash, Verb.APPROVE, "", ana)
    await sign_despite_shut_gates(ws, of, 1, content, lead)
    await gates_of(ws, of)
    await standing(ws, of, signer=lead)
    await newest_signed(ws, of)
    await blueprint_versions(ws, of)
    assert hashed and parsed and main not in hashed | parsed
