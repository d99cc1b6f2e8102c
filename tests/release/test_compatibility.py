"""What was published with the last release is kept, and the checker that says so finds what is not."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from scripts.compatibility import SCHEMAS, WRITTEN, api_complaints, complaints, last_release, schema_complaints
from scripts.openapi import PUBLISHED, openapi_text

from discovery_agent import __version__


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    return json.loads((last_release() / "openapi.json").read_text(encoding="utf-8"))


def released(name: str) -> dict[str, Any]:
    return json.loads((last_release() / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_nothing_breaks_for_those_who_rely_on_the_last_release() -> None:
    assert complaints(last_release()) == [], "Keep what is there, or publish it under a new version: docs/release.md."


def test_the_published_description_of_the_api_is_what_the_program_answers() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == openapi_text(), "Run `make schema`."


def test_every_published_schema_is_named_with_its_version_and_what_is_kept_says_so_itself() -> None:
    for file in SCHEMAS.glob("*.schema.json"):
        name = file.name.removesuffix(".schema.json")
        schema = json.loads(file.read_text(encoding="utf-8"))
        assert re.fullmatch(rf"urn:discovery-agent:{name}:[1-9]\d*", schema["$id"]), file.name
    for name in ("engagement-analysis", "conversation-analysis", "blueprint"):
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
        assert schema["properties"]["schema_version"]["const"] == schema["$id"].rsplit(":", 1)[1]


def test_the_description_of_the_api_names_the_version_of_the_program(api: dict[str, Any]) -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8"))["info"]["version"] == __version__
    assert api["info"]["version"] == last_release().name


def test_a_published_document_that_is_gone_is_named(tmp_path: Path) -> None:
    for file in SCHEMAS.glob("*.json"):
        if file.name != "blueprint.schema.json":
            (tmp_path / file.name).symlink_to(file)
    assert complaints(last_release(), tmp_path) == ["blueprint.schema.json is no longer published"]


# Of what the program writes


def changed(document: dict[str, Any], *path: str, to: Any = None) -> dict[str, Any]:
    """A copy in which the value at the end of a path is another, or is gone."""
    whole = copy.deepcopy(document)
    place: Any = whole
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return whole


def test_results_may_gain_fields_and_values() -> None:
    old = released("engagement-analysis")
    new = changed(old, "properties", "mood", to={"type": "string"})
    new["required"].append("mood")
    new["$defs"]["Role"]["enum"].append("auditor")
    assert schema_complaints(old, new, writes=True) == []


def test_results_lose_no_field_no_value_and_no_promise_that_it_is_there() -> None:
    old = released("engagement-analysis")
    for new, said in (
        (changed(old, "properties", "goal_tree"), "$.goal_tree is gone"),
        (changed(old, "$defs", "Quote", "properties", "start"), ".start is gone"),
        (changed(old, "$defs", "Role", "enum", to=["business"]), "no longer sponsor"),
        (changed(old, "properties", "title", to={"type": "integer"}), "$.title: was string, is integer"),
        (changed(old, "properties", "title", to={"anyOf": [{"type": "string"}, {"type": "null"}]}), "$.title: was string, is null"),
        (changed(old, "required", to=["title"]), "$.goal_tree may be missing now"),
        (changed(old, "properties", "unreadable", "items", to={"type": "string"}), "$.unreadable[]"),
    ):
        assert any(said in one for one in schema_complaints(old, new, writes=True)), said


def test_a_new_version_of_a_schema_may_break_and_an_old_one_may_not_come_back() -> None:
    old = released("blueprint")
    assert schema_complaints(old, changed(old, "properties", "draft"), writes=True)
    new = {**changed(old, "properties", "draft"), "$id": "urn:discovery-agent:blueprint:2"}
    assert schema_complaints(old, new, writes=True) == []
    assert schema_complaints(new, changed(new, "properties", "draft", to={"type": "string"}) | {"$id": old["$id"]}, writes=True) == []
    assert "blueprint" in WRITTEN


# Of what people write


def test_case_files_may_gain_optional_fields() -> None:
    old = released("extraction-case")
    assert schema_complaints(old, changed(old, "properties", "mood", to={"type": "string"}), writes=False) == []


def test_case_files_that_were_taken_are_taken() -> None:
    old = released("extraction-case")
    required = changed(old, "properties", "mood", to={"type": "string"})
    required["required"].append("mood")
    for new, said in (
        (required, "$.mood is now required"),
        (changed(old, "$defs", "FindingKind", "enum", to=["kpi"]), "no longer business_goal"),
    ):
        assert any(said in one for one in schema_complaints(old, new, writes=False)), said
    text = {"$id": "urn:discovery-agent:x:1", "properties": {"name": {"type": "string", "maxLength": 80}}}
    for change, said in (
        ({"type": "string", "maxLength": 40}, "maxLength is now 40"),
        ({"type": "string", "maxLength": 80, "pattern": "^a"}, "the pattern is now ^a"),
        ({"type": "string", "maxLength": 80, "enum": ["a"]}, "only certain values"),
    ):
        assert said in "".join(schema_complaints(text, changed(text, "properties", "name", to=change), writes=False))


# Of the API

ONE = "/engagements/{engagement_id}"


def test_the_api_may_gain_routes_optional_parameters_and_fields_of_answers(api: dict[str, Any]) -> None:
    new = changed(api, "paths", "/weather", to={"get": {"responses": {"200": {"description": "Sun."}}}})
    new["paths"][ONE]["get"]["parameters"].append({"name": "wide", "in": "query", "required": False, "schema": {"type": "boolean"}})
    new["components"]["schemas"]["Engagement"]["properties"]["mood"] = {"type": "string"}
    assert api_complaints(api, new) == []


def test_an_old_client_of_the_api_finds_every_route_and_field_and_is_asked_for_nothing_new(api: dict[str, Any]) -> None:
    demanding = copy.deepcopy(api)
    demanding["paths"][ONE]["get"]["parameters"].append({"name": "wide", "in": "query", "required": True, "schema": {"type": "boolean"}})
    body = api["paths"]["/engagements"]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    stricter = copy.deepcopy(api)
    stricter["components"]["schemas"][body].setdefault("required", []).append("purpose")
    for new, said in (
        (changed(api, "paths", ONE), f"GET {ONE} is gone"),
        (changed(api, "paths", ONE, "delete"), f"DELETE {ONE} is gone"),
        (demanding, "the parameter `wide` is now required"),
        (stricter, ".purpose is now required"),
        (changed(api, "components", "schemas", "Engagement", "properties", "title"), ".title is gone"),
        (changed(api, "paths", ONE, "get", "responses", to={"204": {}}), "no longer answers 200"),
    ):
        assert any(said in one for one in api_complaints(api, new)), said
