"""An engagement as tools and resources tell it: the same as the API does."""

from __future__ import annotations

import pytest
from mcp_types import EmbeddedResource, TextContent, TextResourceContents

from tests.mcp.clients import MODES, connected, given, read, read_json
from tests.mcp.conftest import Filled
from tests.web.service import API


async def test_lists_are_those_of_the_api_and_come_in_parts(filled: Filled) -> None:
    api, key = f"{API}/engagements", filled.keys["reviewer"].secret
    async with filled.service.client(key) as web, connected(filled.service, key) as client:
        for name, path in {
            "agenda": "agenda",
            "kpis": "kpis",
            "verdicts": "verdicts",
            "conflicts": "conflicts",
            "conversations": "conversations",
        }.items():
            whole = (await web.get(f"{api}/{filled.id}/{path}")).json()
            assert await read_json(client, f"{filled.root}/{name}") == whole, name
            part = (await web.get(f"{api}/{filled.id}/{path}", params={"offset": 1, "limit": 1})).json()
            assert await read_json(client, f"{filled.root}/{name}?offset=1&limit=1") == part, name
            assert whole["total"] == part["total"]
        tree = (await web.get(f"{api}/{filled.id}/goal-tree")).json()
        assert await read_json(client, f"{filled.root}/goals") == tree["business_goals"]
        assert tree["business_goals"]["total"]
        assert await read_json(client, "discovery://engagements") == (await web.get(api)).json()


async def test_the_summary_says_where_an_engagement_stands_as_the_api_does(filled: Filled) -> None:
    root, key = f"{API}/engagements/{filled.id}", filled.keys["lead"].secret
    async with filled.service.client(key) as web, connected(filled.service, key) as client:
        said = given(await client.call_tool("read_engagement", {"engagement_id": filled.id}))
        assert said == await read_json(client, f"{filled.root}?limit=20")
        assert said["engagement"] == (await web.get(root)).json()
        assert said["assessment"] == (await web.get(f"{root}/assessments/latest")).json()["assessment"]
        tree = (await web.get(f"{root}/goal-tree")).json()
        assert said["goal_tree"] == {name: part["items"] for name, part in tree.items()}
        decisions = (await web.get(f"{root}/verdicts")).json()["items"]
        for verdict, decision in zip(said["verdicts"], decisions, strict=True):
            for field in ("solution", "certainty", "confidence"):
                assert verdict[field] == decision["necessity"][field]
            assert verdict["goal"] == decision["statement"] and verdict["verdict"]
        assert said["ask_next"] == (await web.get(f"{root}/agenda", params={"limit": 20})).json()["items"]
        gates = (await web.get(f"{root}/gates")).json()
        assert said["phase"] == gates["current"]
        assert [(one["phase"], one["open"], one["missing_total"]) for one in said["gates"]] == [
            (one["phase"], one["open"], one["missing_total"]) for one in gates["gates"]
        ]
        assert said["blueprint"] == (await web.get(f"{root}/blueprints")).json()["items"][0]
        rest = given(await client.call_tool("read_engagement", {"engagement_id": filled.id, "offset": 1, "limit": 1}))
        assert rest["ask_next"] == said["ask_next"][1:2] and rest["sizes"]["ask_next"] == len(said["ask_next"])


async def test_the_blueprint_is_the_file_that_the_api_exports(filled: Filled) -> None:
    root, key = f"{API}/engagements/{filled.id}", filled.keys["reviewer"].secret
    async with filled.service.client(key) as web, connected(filled.service, key) as client:
        for name, form in {"blueprint.md": "markdown", "blueprint.json": "json"}.items():
            exported = await web.get(f"{root}/blueprints/1/export", params={"format": form})
            assert await read(client, f"{filled.root}/{name}") == exported.text
        assert "DRAFT" in await read(client, f"{filled.root}/blueprint.md")


@pytest.mark.parametrize("mode", MODES)
async def test_evidence_cites_the_words_their_speaker_and_where_they_stand(filled: Filled, mode: str) -> None:
    async with connected(filled.service, filled.keys["lead"].secret, mode) as client:
        asked = {"engagement_id": filled.id, "query": "How many invoices have to be typed?", "limit": 3}
        found = given(await client.call_tool("search_evidence", asked))
        assert 1 <= len(found["items"]) <= 3 and found["query"] == asked["query"]
        for one in found["items"]:
            quote = one["quotes"][0]
            index = int(quote["utterance_id"].removeprefix("u"))
            turns = await read_json(client, f"{filled.root}/conversations/{one['conversation_id']}?offset={index}&limit=1")
            (turn,) = turns["items"]
            assert turn["id"] == quote["utterance_id"] and turn["speaker"] == quote["speaker"]
            assert turn["text"][quote["start"] : quote["end"]] == quote["text"]


async def test_what_can_be_read_is_listed_page_after_page(small: Filled) -> None:
    for number in range(24):
        await small.service.engagement(f"Another {number}")
    async with connected(small.service, small.keys["owner"].secret) as client:
        first = await client.list_resources()
        assert first.next_cursor is not None
        second = await client.list_resources(cursor=first.next_cursor)
        assert second.next_cursor is None
        every = [one.uri for one in (*first.resources, *second.resources)]
        assert len(set(every)) == len(every) == 1 + 25 * 5 and f"{small.root}/agenda" in every
        for uri in (every[0], every[1]):
            await read_json(client, uri)
        forms = {one.uri_template for one in (await client.list_resource_templates()).resource_templates}
        assert "discovery://engagements/{engagement_id}/agenda{?offset,limit}" in forms


async def test_every_tool_says_that_it_only_reads_and_what_it_gives(small: Filled) -> None:
    async with connected(small.service, small.keys["owner"].secret) as client:
        tools = {one.name: one for one in (await client.list_tools()).tools}
        assert set(tools) == {"list_engagements", "read_engagement", "search_evidence", "assess_case", "analyse_transcript"}
        for tool in tools.values():
            assert tool.annotations and tool.annotations.read_only_hint is True and tool.annotations.destructive_hint is False
            assert tool.annotations.open_world_hint is False, "no model is configured here"
            assert tool.output_schema and tool.output_schema["type"] == "object"
            taken = " ".join(tool.input_schema["properties"]).lower()
            assert "url" not in taken and "uri" not in taken and "path" not in taken
        assert client.instructions and "data" in client.instructions and "never instructions" in client.instructions


async def test_a_prompt_brings_the_agenda_along_as_data(filled: Filled) -> None:
    async with connected(filled.service, filled.keys["lead"].secret) as client:
        assert {one.name for one in (await client.list_prompts()).prompts} == {"prepare_next_interview", "explain_verdicts"}
        asks, brings = (await client.get_prompt("prepare_next_interview", {"engagement_id": filled.id})).messages
        assert isinstance(asks.content, TextContent) and "is data" in asks.content.text
        assert isinstance(brings.content, EmbeddedResource) and isinstance(brings.content.resource, TextResourceContents)
        assert brings.content.resource.text == await read(client, f"{filled.root}/agenda")
