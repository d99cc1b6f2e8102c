"""Execution: KPI check-ins against baseline and target, dates at which stakeholders look at them, lessons for the next one."""

from discovery_agent.domain.execution.drift import TOLERATED, check_ins_of, drift_of, standing_check_ins, value_in
from discovery_agent.domain.execution.lessons import UNFINISHED, Proposal, names_in, proposals
from discovery_agent.domain.execution.values import CheckIn, Drift, DriftState, Lesson, LessonState, ReviewDate

__all__ = [
    "TOLERATED",
    "UNFINISHED",
    "CheckIn",
    "Drift",
    "DriftState",
    "Lesson",
    "LessonState",
    "Proposal",
    "ReviewDate",
    "check_ins_of",
    "drift_of",
    "names_in",
    "proposals",
    "standing_check_ins",
    "value_in",
]
