"""Rounds of agreement: a draft is put to the stakeholders, who endorse it, criticise it or veto it; then it is revised, or ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from discovery_agent.domain.agreement.objective import ObjectiveDraft
from discovery_agent.domain.conversation import Role, Value
from discovery_agent.domain.kept import Kept


class AnswerKind(StrEnum):
    """What a stakeholder says of a draft."""

    ENDORSE = "endorse"
    CRITICISE = "criticise"
    """It needs another wording or content; they say which."""
    VETO = "veto"
    """They cannot carry it at all; they say why."""


class Round(Kept):
    """One draft that was put to the stakeholders. `id` is `r0001`, `r0002`, ...; it is over once `closed_at` is set."""

    number: int = Field(ge=1)
    draft: ObjectiveDraft
    asked: tuple[str, ...] = Field(description="Ids of the stakeholders who are asked.")
    opened_by: str
    closed_at: datetime | None = None


class RoundAnswer(Kept):
    """What one stakeholder says of the draft of a round. `id` is `<round id>.<stakeholder id>`: one each, which can be changed while the
    round is open."""

    round_id: str
    stakeholder_id: str
    answer: AnswerKind
    fit: int = Field(ge=1, le=4, description="How well it describes their view: 1 poorly, 4 very well.")
    words: str = Field(default="", max_length=2000, description="The critique, or the reason of a veto; their own words, untrusted.")
    part_id: str | None = Field(default=None, description="The part of the draft that it is about; None for the whole.")
    concession: str = Field(default="", max_length=2000, description="What they give up by endorsing, in their own words.")

    @property
    def group(self) -> str:
        """Its round."""
        return self.round_id


class PersonsView(Value):
    """Where one person stands at the end."""

    stakeholder_id: str
    name: str
    role: Role
    answer: AnswerKind | None = Field(description="None if they never answered.")
    fit: int | None
    words: str = ""
    concession: str = ""


class OutcomeKind(StrEnum):
    """How the rounds ended."""

    AGREED = "agreed"
    """Everybody who was asked and is still a stakeholder endorsed the draft, and nobody objected."""
    DISSENT = "dissent"
    """The lead recorded that it goes on without everybody's consent."""


class Outcome(Kept):
    """The end of the rounds. `id` is that of the round it ends."""

    kind: OutcomeKind
    draft: ObjectiveDraft
    views: tuple[PersonsView, ...]
    reason: str = Field(default="", max_length=2000, description="Why the lead goes on without consent.")
    recorded_by: str

    @property
    def minority(self) -> tuple[PersonsView, ...]:
        """Those who criticise or veto it, whose view stays open to read."""
        return tuple(view for view in self.views if view.answer in (AnswerKind.CRITICISE, AnswerKind.VETO))

    @property
    def vetoes(self) -> tuple[PersonsView, ...]:
        """Those who cannot carry it."""
        return tuple(view for view in self.views if view.answer is AnswerKind.VETO)
