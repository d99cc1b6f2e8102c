from __future__ import annotations

from discovery_agent.domain.engagement import AccessRole
from tests.web.service import API, Service, assert_problem

DEPOT = b"# Depot manual\n\nParcels for the orchard wing wait in the blue cage until the porter signs the zebra form.\n"


async def test_documents_are_added_found_listed_and_removed(service: Service) -> None:
    engagement = await service.engagement()
    lead = await service.member(engagement, AccessRole.LEAD)
    root = f"{API}/engagements/{engagement.id}"
    files = [("files", ("../depot.md", DEPOT)), ("files", ("photo.png", b"\x89PNG\r\n\x1a\n"))]
    added = await lead.post(f"{root}/documents", files=files)
    assert added.status_code == 200
    document, refused = added.json()["documents"][0], added.json()["refused"][0]
    assert (document["title"], document["file"]) == ("Depot manual", "depot.md")
    assert refused["name"] == "photo.png" and refused["problem"]["type"].endswith(":document") and refused["problem"]["remedy"]
    assert (await lead.get(f"{root}/documents")).json()["items"] == [document]
    found = (await lead.get(f"{root}/knowledge", params={"q": "zebra form of the porter", "limit": 3})).json()
    citation = found["results"][0]["passage"]["citation"]
    assert citation["page"] == document["id"] and citation["engagement"] == engagement.id and len(found["results"]) == 3
    assert (await lead.delete(f"{root}/documents/{document['id']}")).status_code == 204
    assert_problem(await lead.delete(f"{root}/documents/{document['id']}"), 404, "not-found")


async def test_files_none_of_which_is_taken_are_listed_with_the_reason(service: Service) -> None:
    engagement = await service.engagement()
    owner = await service.owner()
    root = f"{API}/engagements/{engagement.id}/documents"
    answer = (await owner.post(root, files={"files": ("photo.png", b"\x89PNG\r\n\x1a\n")})).json()
    assert answer["documents"] == [] and answer["refused"][0]["problem"]["detail"] == "The file is an image."
    assert (await owner.get(root)).json()["total"] == 0


async def test_a_search_can_be_limited_to_kinds_of_page(service: Service) -> None:
    engagement = await service.engagement()
    owner = await service.owner()
    address = f"{API}/engagements/{engagement.id}/knowledge"
    found = (await owner.get(address, params={"q": "invoice intake", "kind": "archetype"})).json()
    assert found["results"] and all(one["passage"]["kind"] == "archetype" for one in found["results"])
    for wrong in ({}, {"q": ""}, {"q": " "}, {"q": "x" * 501}, {"q": "x", "kind": "nonsense"}, {"q": "x", "limit": 21}):
        assert_problem(await owner.get(address, params=wrong), 422, "invalid")
