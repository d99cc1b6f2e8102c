"""What can be read by its address: lists as JSON, as the API gives them, and the blueprint as Markdown and JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import mcp_types as wire
from mcp.shared.uri_template import UriTemplate
from pydantic import BaseModel, TypeAdapter, ValidationError

from discovery_agent.discovery.assessments import Section
from discovery_agent.discovery.exporting import Format, export_blueprint
from discovery_agent.discovery.opening import opened_engagement
from discovery_agent.domain.engagement import AccessRole, Engagement
from discovery_agent.errors import NotFound
from discovery_agent.mcp import reading
from discovery_agent.mcp.arguments import Limit, Offset
from discovery_agent.mcp.calls import Call
from discovery_agent.mcp.failing import Told

_JSON, _MARKDOWN = "application/json", "text/markdown"
_ROOT = "discovery://engagements"
_ONE = f"{_ROOT}/{{engagement_id}}"
_PART = "{?offset,limit}"
_A_PART = 50
_ENGAGEMENTS_LISTED = 20
"""Engagements whose resources a page of the list names."""

_offset, _limit = TypeAdapter(Offset), TypeAdapter(Limit)
Names = Mapping[str, str]


@dataclass(frozen=True)
class Resource:
    """Something that can be read, by the form of its address."""

    pattern: str
    name: str
    title: str
    description: str
    mime_type: str
    read: Callable[[Call, Names], Awaitable[str]]

    def listed(self) -> wire.ResourceTemplate:
        """The form as clients see it."""
        return wire.ResourceTemplate(
            uri_template=self.pattern, name=self.name, title=self.title, description=self.description, mime_type=self.mime_type
        )

    def address(self, **ids: str) -> str:
        """The address of one, from its beginning."""
        return UriTemplate.parse(self.pattern).expand(ids)

    def one(self, title: str, **ids: str) -> wire.Resource:
        """One of them as clients see it."""
        uri = self.address(**ids)
        return wire.Resource(uri=uri, name=self.name, title=title, description=self.description, mime_type=self.mime_type)


async def _json(value: BaseModel) -> str:
    return await asyncio.to_thread(value.model_dump_json)


async def _page(items: Sequence[BaseModel], total: int, offset: int, limit: int) -> str:
    """A part of a list, in the form that the API gives it."""

    def written() -> str:
        whole = {"items": [one.model_dump(mode="json") for one in items], "total": total, "offset": offset, "limit": limit}
        return json.dumps(whole, ensure_ascii=False)

    return await asyncio.to_thread(written)


def _part_of(names: Names) -> tuple[int, int]:
    """Which part of a list is asked for."""
    try:
        return _offset.validate_python(int(names.get("offset") or 0)), _limit.validate_python(int(names.get("limit") or _A_PART))
    except (ValueError, ValidationError):
        raise Told(
            "That is no part of a list.", "offset, limit", "Give whole numbers: offset from 0, limit from 1 to 100.", theirs=True
        ) from None


async def _engagements(call: Call, names: Names) -> str:
    offset, limit = _part_of(names)
    return await _page(*await reading.engagements_seen(call.ws, call.who, offset, limit), offset, limit)


async def _summary(call: Call, names: Names) -> str:
    return await _json(await reading.summary_of(call.ws, call.who, names["engagement_id"], *_part_of(names)))


def _section(section: Section) -> Callable[[Call, Names], Awaitable[str]]:
    async def read(call: Call, names: Names) -> str:
        offset, limit = _part_of(names)
        return await _page(*await reading.section_of(call.ws, call.who, names["engagement_id"], section, offset, limit), offset, limit)

    return read


async def _conversations(call: Call, names: Names) -> str:
    offset, limit = _part_of(names)
    return await _page(*await reading.conversations_of(call.ws, call.who, names["engagement_id"], offset, limit), offset, limit)


async def _turns(call: Call, names: Names) -> str:
    offset, limit = _part_of(names)
    found = await reading.turns_of(call.ws, call.who, names["engagement_id"], names["conversation_id"], offset, limit)
    return await _page(*found, offset, limit)


def _blueprint(form: Format) -> Callable[[Call, Names], Awaitable[str]]:
    async def read(call: Call, names: Names) -> str:
        await opened_engagement(call.ws, call.who, names["engagement_id"])
        return (await export_blueprint(call.ws, names["engagement_id"], form)).data.decode()

    return read


ENGAGEMENTS = Resource(
    f"{_ROOT}{_PART}", "engagements", "Engagements", "Engagements that you may read, the newest first.", _JSON, _engagements
)
SUMMARY = Resource(
    f"{_ONE}{_PART}",
    "engagement",
    "Where an engagement stands",
    "Goals, KPIs, verdicts, readiness, conflicts, what to ask next, gates; as the tool read_engagement gives it.",
    _JSON,
    _summary,
)
AGENDA = Resource(
    f"{_ONE}/agenda{_PART}",
    "agenda",
    "What to ask next",
    "Questions, the one whose answer could change most first, with who can know it.",
    _JSON,
    _section(Section.AGENDA),
)
CONVERSATIONS = Resource(
    f"{_ONE}/conversations{_PART}", "conversations", "Conversations", "Interviews and meetings, the newest first.", _JSON, _conversations
)
TURNS = Resource(
    f"{_ONE}/conversations/{{conversation_id}}{_PART}",
    "conversation",
    "A conversation",
    "What was said, turn by turn; quotes name the id of a turn.",
    _JSON,
    _turns,
)
MARKDOWN = Resource(
    f"{_ONE}/blueprint.md",
    "blueprint",
    "Blueprint",
    "The newest version as Markdown; it says whether anybody has signed it.",
    _MARKDOWN,
    _blueprint(Format.MARKDOWN),
)
BLUEPRINT_JSON = Resource(
    f"{_ONE}/blueprint.json",
    "blueprint-json",
    "Blueprint as JSON",
    "The newest version whole, after the published schema.",
    _JSON,
    _blueprint(Format.JSON),
)
RESOURCES = (
    ENGAGEMENTS,
    SUMMARY,
    AGENDA,
    Resource(f"{_ONE}/goals{_PART}", "goals", "Goals", "Business goals with what is below them.", _JSON, _section(Section.BUSINESS_GOALS)),
    Resource(f"{_ONE}/kpis{_PART}", "kpis", "KPIs", "All KPIs, with what is not known of each.", _JSON, _section(Section.KPIS)),
    Resource(
        f"{_ONE}/verdicts{_PART}",
        "verdicts",
        "Verdicts",
        "For each operational goal the whole ladder with the quotes it rests on, the state of the data, and the economics.",
        _JSON,
        _section(Section.GOALS),
    ),
    Resource(
        f"{_ONE}/conflicts{_PART}", "conflicts", "Conflicts", "Where people disagree, with both sides.", _JSON, _section(Section.CONFLICTS)
    ),
    CONVERSATIONS,
    TURNS,
    MARKDOWN,
    BLUEPRINT_JSON,
)
_PATTERNS = tuple((UriTemplate.parse(one.pattern), one) for one in RESOURCES)


async def read(call: Call, uri: str) -> tuple[str, str]:
    """The kind and the text of what is at an address.

    Raises:
        NotFound: there is nothing, or nothing that the one who asks may see.
        AccessDenied: their role may not read it, or it is still private.
    """
    for pattern, one in _PATTERNS:
        names = pattern.match(uri)
        if names is not None:
            return one.mime_type, await one.read(call, {name: str(value) for name, value in names.items()})
    raise NotFound("There is nothing at this address.", where="uri", remedy="Look at the list of resources and their forms.")


async def listed(call: Call, first: int) -> tuple[list[wire.Resource], int | None]:
    """Some of what somebody may read, from an engagement on, and the engagement that the next part begins with."""
    if call.who.role is AccessRole.STAKEHOLDER:
        own = await reading.own_conversations(call.ws, call.who)
        return [TURNS.one(one.title, engagement_id=one.engagement_id, conversation_id=one.id) for one in own], None
    items, total = await reading.engagements_seen(call.ws, call.who, first, _ENGAGEMENTS_LISTED)
    resources = [] if first else [ENGAGEMENTS.one(ENGAGEMENTS.title)]
    for engagement in items:
        resources += _of(engagement)
    after = first + _ENGAGEMENTS_LISTED
    return resources, after if after < total else None


def _of(engagement: Engagement) -> list[wire.Resource]:
    id_, title = engagement.id, engagement.title
    return [
        SUMMARY.one(title, engagement_id=id_),
        AGENDA.one(f"{title}: what to ask next", engagement_id=id_),
        CONVERSATIONS.one(f"{title}: conversations", engagement_id=id_),
        MARKDOWN.one(f"{title}: blueprint", engagement_id=id_),
        BLUEPRINT_JSON.one(f"{title}: blueprint as JSON", engagement_id=id_),
    ]
