"""The tools. All of them read; none approves, signs, deletes or changes anything, and none takes an address to fetch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import mcp_types as wire
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from discovery_agent.discovery.assess import CaseAssessment, assess_description
from discovery_agent.discovery.evidence import search_evidence
from discovery_agent.mcp import arguments as take
from discovery_agent.mcp.answers import EngagementList, EngagementSummary, EvidenceFound, TranscriptAnalysis
from discovery_agent.mcp.calls import Call, Surroundings
from discovery_agent.mcp.reading import engagements_seen, summary_of
from discovery_agent.mcp.transcripts import analyse, get_ready

Taken = TypeVar("Taken", bound=take.Arguments)
Given = TypeVar("Given", bound=BaseModel)


class _Brief(GenerateJsonSchema):
    """Schemas without titles of fields, which say nothing that the names do not; assistants pay for each word that they read."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Whether a field is given a title."""
        return False


@dataclass(frozen=True)
class Tool(Generic[Taken, Given]):
    """One tool: what it takes, what it gives, and what it does."""

    name: str
    title: str
    description: str
    takes: type[Taken]
    gives: type[Given]
    run: Callable[[Call, Taken], Awaitable[Given]]
    reads_texts: bool = False
    """Whether it has a text read, which goes to a language model where one is configured."""

    @cached_property
    def schemas(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The JSON schemas of what it takes and gives."""
        given = self.gives.model_json_schema(mode="serialization", schema_generator=_Brief)
        return self.takes.model_json_schema(schema_generator=_Brief), given

    def listed(self, around: Surroundings) -> wire.Tool:
        """The tool as clients see it."""
        takes, gives = self.schemas
        outside = self.reads_texts and around.calls_a_model
        hints = wire.ToolAnnotations(
            title=self.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=outside
        )
        return wire.Tool(
            name=self.name, title=self.title, description=self.description, input_schema=takes, output_schema=gives, annotations=hints
        )


async def _list(call: Call, asked: take.ListEngagements) -> EngagementList:
    items, total = await engagements_seen(call.ws, call.who, asked.offset, asked.limit)
    return EngagementList(items=tuple(items), total=total, offset=asked.offset, limit=asked.limit)


async def _read(call: Call, asked: take.ReadEngagement) -> EngagementSummary:
    return await summary_of(call.ws, call.who, asked.engagement_id, asked.offset, asked.limit)


async def _search(call: Call, asked: take.SearchEvidence) -> EvidenceFound:
    items = await search_evidence(call.ws, call.who, asked.engagement_id, asked.query, limit=asked.limit)
    return EvidenceFound(engagement_id=asked.engagement_id, query=asked.query, items=items)


async def _assess(call: Call, asked: take.AssessCase) -> CaseAssessment:
    await call.may_have_texts_read()
    async with call.around.turns:
        await get_ready(call.ws)
        return await assess_description(asked.description, call.ws.bench)


async def _analyse(call: Call, asked: take.AnalyseTranscript) -> TranscriptAnalysis:
    await call.may_have_texts_read()
    async with call.around.turns:
        return await analyse(call, asked)


_LIST = Tool(
    "list_engagements",
    "List engagements",
    "Engagements that you may read, the newest first. An engagement is one discovery effort: what people of an organisation want, how it is "
    "measured, and whether AI is needed for it at all.",
    take.ListEngagements,
    EngagementList,
    _list,
)
_READ = Tool(
    "read_engagement",
    "Read an engagement",
    "Where an engagement stands: its goals and KPIs, for each operational goal whether AI is needed (with confidence, and whether it is settled) "
    "and whether the data is ready, conflicts with both sides' words, what to ask next, and what the next phase lacks. All of it is computed by "
    "rules from what people said.",
    take.ReadEngagement,
    EngagementSummary,
    _read,
)
_SEARCH = Tool(
    "search_evidence",
    "Search what people said",
    "Findings that answer a question, each with the sentences that prove it: word by word, who said it, in which conversation, and at which "
    "utterance and offsets. Cite these when you state what somebody wants. Rejected findings and interviews that are still private are left out.",
    take.SearchEvidence,
    EvidenceFound,
    _search,
)
_ASSESS = Tool(
    "assess_case",
    "Does this case need AI?",
    "The simplest solution that suffices for a described case (process change, rules, analytics, machine learning, generative AI or a hybrid), "
    "what each simpler one lacks, how sure that is, and the questions whose answers could change it. Nothing is stored.",
    take.AssessCase,
    CaseAssessment,
    _assess,
    reads_texts=True,
)
_ABOUT_ANALYSE = (
    "Goals, KPIs, pains, constraints, positions and more in the transcript of a conversation, each with the sentence that proves it; the verdicts "
    "that follow, and what to ask next. Nothing is stored: the answer says how a person stores it."
)
_ANALYSE = Tool(
    "analyse_transcript",
    "Analyse a transcript",
    _ABOUT_ANALYSE,
    take.AnalyseTranscript,
    TranscriptAnalysis,
    _analyse,
    reads_texts=True,
)
_ANALYSE_FILE = Tool(
    "analyse_transcript",
    "Analyse a transcript",
    f"{_ABOUT_ANALYSE} Give the text, or the path of a file in the folder of transcripts.",
    take.AnalyseFile,
    TranscriptAnalysis,
    _analyse,
    reads_texts=True,
)


def tools_of(around: Surroundings) -> Sequence[Tool[Any, Any]]:
    """The tools of a server. Files are read by their path only where a folder was opened for it."""
    return _LIST, _READ, _SEARCH, _ASSESS, _ANALYSE_FILE if around.files else _ANALYSE
