"""Small conversations for tests, written as they are spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.domain.conversation import Conversation, Role, Stakeholder, Utterance

_TURN = re.compile(r"^(?P<name>[^:(]+?)\s*(?:\((?P<role>\w+)\))?:\s*(?P<text>.*)$")


def conversation(script: str, *, id: str = "c-test") -> Conversation:
    """A conversation from lines such as `Ann (sponsor): We want to grow.`"""
    utterances: list[Utterance] = []
    people: dict[str, Stakeholder] = {}
    for line in filter(None, (line.strip() for line in script.splitlines())):
        turn = _TURN.match(line)
        assert turn, f"not a turn: {line}"
        name = turn["name"]
        if turn["role"]:
            people[name] = Stakeholder(name=name, role=Role(turn["role"]))
        utterances.append(Utterance(index=len(utterances), speaker=name, text=turn["text"]))
    return Conversation(
        id=id, title="Test", source="test.txt", format="text", participants=tuple(people.values()), utterances=tuple(utterances)
    )


def texts(values: Sequence[object], name: str = "statement") -> list[str]:
    """One attribute of each value, for readable assertions."""
    return [str(getattr(value, name)) for value in values]
