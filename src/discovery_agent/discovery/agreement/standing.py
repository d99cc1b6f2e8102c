"""Where the agreement of an engagement stands."""

from __future__ import annotations

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.rounds import Round, RoundAnswer
from discovery_agent.domain.agreement.standing import Agreement
from discovery_agent.storage import Unit


async def agreement_of(ws: Workspace, engagement_id: str) -> Agreement:
    """All rounds with their answers, and how they ended.

    Raises:
        NotFound: there is no such engagement.
    """
    async with ws.database.reading() as unit:
        await unit.engagements.get(engagement_id)
        return await read_agreement(unit, engagement_id)


async def read_agreement(unit: Unit, engagement_id: str) -> Agreement:
    """The same, within a transaction."""
    rounds = [one async for one in unit.rounds.all(engagement_id)]
    outcomes = [one async for one in unit.outcomes.all(engagement_id)]
    answers: dict[str, tuple[RoundAnswer, ...]] = {}
    async for one in unit.round_answers.all(engagement_id):
        answers[one.round_id] = (*answers.get(one.round_id, ()), one)
    return Agreement(rounds=tuple(sorted(rounds, key=_number)), answers=answers, outcomes=tuple(sorted(outcomes, key=lambda one: one.id)))


def _number(one: Round) -> int:
    return one.number
