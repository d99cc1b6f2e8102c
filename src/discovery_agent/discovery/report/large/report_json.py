"""`report.json` of any number of conversations: the published schema, one conversation a line, written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from pydantic import TypeAdapter

from discovery_agent.discovery.results import SCHEMA_VERSION, BatchAnalysis
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.decisions import Decisions


def head(batch: BatchAnalysis) -> str:
    """Everything before the first conversation."""
    facts = {
        "schema_version": SCHEMA_VERSION,
        "title": batch.title,
        # As pydantic writes it in the report of a few conversations.
        "created_at": TypeAdapter(datetime).dump_python(batch.created_at, mode="json"),
        "analyst": batch.analyst,
    }
    return json.dumps(facts, ensure_ascii=False)[:-1] + ', "conversations": ['


def tail(batch: BatchAnalysis) -> Iterator[str]:
    """Everything after the last conversation, piece by piece."""
    yield f'\n], "goal_tree": {batch.goal_tree.model_dump_json()}'
    yield from chain([',\n"decisions": '], _decisions(batch.decisions) if batch.decisions else ["null"])
    yield f',\n"knowledge": {batch.knowledge.model_dump_json() if batch.knowledge else "null"}'
    yield from chain([',\n"unreadable": '], _array(batch.unreadable))
    yield f',\n"usage": {batch.usage.model_dump_json()}}}\n'


def _decisions(decisions: Decisions) -> Iterator[str]:
    """Goal by goal: the text of all decisions at once would be long."""
    yield from chain(['{"goals": '], _array(decisions.goals))
    yield from chain([',\n"conflicts": '], _array(decisions.conflicts))
    yield from chain([',\n"agenda": '], _array(decisions.agenda))
    yield f',\n"coverage": {decisions.coverage.model_dump_json()}}}'


def _array(values: Iterable[Value]) -> Iterator[str]:
    yield "["
    for at, value in enumerate(values):
        yield ("," if at else "") + "\n" + value.model_dump_json()
    yield "]"
