"""Search over the knowledge base and the engagement's own documents, and those documents."""

from __future__ import annotations

from fastapi import Response

from discovery_agent.discovery.engagements import get_engagement
from discovery_agent.web.ui.elements import div, heading, p, section
from discovery_agent.web.ui.frame import begin, header
from discovery_agent.web.ui.knowledge.documents import Documents
from discovery_agent.web.ui.knowledge.searching import Search
from discovery_agent.web.ui.visit import Visit


async def knowledge_page(visit: Visit, engagement_id: str) -> Response | None:
    """What is known: in general, and from this engagement's documents."""
    await visit.may(engagement_id)
    engagement = await get_engagement(visit.workspace, engagement_id)
    place = begin(visit.client, f"Knowledge · {engagement.title}")
    header(visit.client, visit, engagement, "/knowledge")
    with place:
        with div("title"):
            heading(1, "Knowledge")
            p("What others found in situations like this one, and your own documents. Verdicts and questions cite both.", "lead")
        Search(visit, engagement_id)
        with section("Documents of this engagement", "documents"):
            await Documents(visit, engagement_id).load()
    return None
