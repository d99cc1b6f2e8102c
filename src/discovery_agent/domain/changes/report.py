"""The change report: what it is made of."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from discovery_agent.domain.conflicts import Conflict
from discovery_agent.domain.conversation import Value
from discovery_agent.domain.findings import FindingKind, Quote
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.necessity import Certainty


class NewConversation(Value):
    """A conversation that the earlier assessment did not know."""

    id: str
    title: str


class Node(Value):
    """A goal or KPI that an entry is about, with words that prove the entry."""

    id: str
    kind: FindingKind
    statement: str
    quotes: tuple[Quote, ...]


class Completed(Value):
    """A field of a KPI that nobody had given before."""

    kpi_id: str
    metric: str
    field: str = Field(description="Name of the field in words, such as `target`.")
    value: str
    quotes: tuple[Quote, ...]


class Superseded(Value):
    """Something that its own speaker, or a person who corrected it, has replaced."""

    about: str
    was: str
    now: str
    by: tuple[str, ...] = Field(description="Who said both; empty where a person corrected the finding.")
    quotes: tuple[Quote, ...] = Field(description="The newer words; of a correction, the words that it corrects.")


class Reason(Value):
    """Why a verdict moved."""

    text: str
    quotes: tuple[Quote, ...] = ()


class Moved(Value):
    """A verdict that is another one now, or firmer, or less firm."""

    goal_id: str | None
    statement: str
    was: SolutionClass | None
    was_certainty: Certainty
    now: SolutionClass | None
    now_certainty: Certainty
    because: tuple[Reason, ...]


class ChangeReport(Value):
    """What changed since an earlier assessment. All empty for the first one."""

    before: str | None = Field(default=None, description="Id of the assessment that it is compared with.")
    since: datetime | None = Field(default=None, description="When that one was made.")
    conversations: tuple[NewConversation, ...] = ()
    confirmed: tuple[Node, ...] = Field(default=(), description="Goals and KPIs that new conversations named again.")
    completed: tuple[Completed, ...] = ()
    contradicted: tuple[Conflict, ...] = Field(default=(), description="Conflicts that were not there.")
    resolved: tuple[str, ...] = Field(default=(), description="Subjects of conflicts that are gone.")
    superseded: tuple[Superseded, ...] = ()
    added: tuple[Node, ...] = Field(default=(), description="New goals and KPIs.")
    withdrawn: tuple[Node, ...] = Field(default=(), description="Findings about goals and KPIs that people rejected.")
    moved: tuple[Moved, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        kinds = (
            self.confirmed,
            self.completed,
            self.contradicted,
            self.resolved,
            self.superseded,
            self.added,
            self.withdrawn,
            self.moved,
        )
        return not any(kinds)
