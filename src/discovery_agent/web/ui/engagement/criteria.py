"""Conflicts on a criterion in words that a manager can read: its question, with the answer of each side."""

from __future__ import annotations

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agenda import AgendaItem, Feeds
from discovery_agent.domain.conflicts import Conflict


def question_of(ws: Workspace, criterion_id: str | None) -> str:
    """How the criterion is asked for; empty for none, and for one that the table does not hold any more."""
    return next((one.question for one in ws.bench.tables.ladder.criteria if one.id == criterion_id), "")


def answer_to(question: str, holds: str) -> str:
    """What a side holds, with the question that it answers: `How many past cases are there? – few`."""
    return f"{question} – {holds}" if question else holds


def crux_of(ws: Workspace, conflict: Conflict) -> str:
    """The crux of a conflict; on a criterion its question with the answers, none of which says alone what it is about."""
    if question := question_of(ws, conflict.criterion):
        return answer_to(question, ", or: ".join(side.holds for side in conflict.sides))
    return conflict.crux


def asked(ws: Workspace, item: AgendaItem) -> str:
    """A question of the agenda; one on a conflict about a criterion says first what the two answers answer."""
    if item.feeds is not Feeds.CONFLICT:
        return item.question
    about = next((one.question for one in ws.bench.tables.ladder.criteria if one.name == item.about), "")
    return f"{about} {item.question}".strip()
