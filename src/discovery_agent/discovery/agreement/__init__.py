"""Agreement: the register of conflicts, and the rounds by which stakeholders come to one shared objective.

    proposal = await propose_objective(ws, engagement_id, lead)
    opened = await open_round(ws, engagement_id, lead, text=proposal.draft.text, asked=[...], after=0)
    await answer_round(ws, stakeholder, opened.id, AnswerKind.ENDORSE, fit=4)
    await close_as_agreed(ws, engagement_id, lead, opened.id, version=...)

Only people put a draft to the stakeholders, answer it and end a round: each of these takes the `Principal` of a person.
"""

from discovery_agent.discovery.agreement.answering import StakeholderRound, answer_round, asks, end_of_rounds, round_of
from discovery_agent.discovery.agreement.people import Askable, askable
from discovery_agent.discovery.agreement.proposing import check_objective, composed_objective, propose_objective
from discovery_agent.discovery.agreement.register import ConflictChange, change_conflict, conflict_register, register_states
from discovery_agent.discovery.agreement.rounds import close_as_agreed, close_for_revision, open_round, record_dissent
from discovery_agent.discovery.agreement.standing import agreement_of

__all__ = [
    "Askable",
    "ConflictChange",
    "StakeholderRound",
    "agreement_of",
    "answer_round",
    "askable",
    "asks",
    "change_conflict",
    "check_objective",
    "close_as_agreed",
    "close_for_revision",
    "composed_objective",
    "conflict_register",
    "end_of_rounds",
    "open_round",
    "propose_objective",
    "record_dissent",
    "register_states",
    "round_of",
]
