"""Execution: check-ins of KPIs and their drift, review dates, and lessons for the knowledge base."""

from discovery_agent.discovery.execution.check_ins import (
    ListedCheckIn,
    Replanning,
    check_in,
    correct_check_in,
    drifts,
    list_check_ins,
    replanning,
    withdraw_check_in,
)
from discovery_agent.discovery.execution.lessons import (
    approve_lesson,
    change_lesson,
    get_lesson,
    lesson_names,
    list_lessons,
    propose_lessons,
    reject_lesson,
    write_lesson,
)
from discovery_agent.discovery.execution.review_dates import change_review_date, get_review_date, list_review_dates, plan_review_date

__all__ = [
    "ListedCheckIn",
    "Replanning",
    "approve_lesson",
    "change_lesson",
    "change_review_date",
    "check_in",
    "correct_check_in",
    "drifts",
    "get_lesson",
    "get_review_date",
    "lesson_names",
    "list_check_ins",
    "list_lessons",
    "list_review_dates",
    "plan_review_date",
    "propose_lessons",
    "reject_lesson",
    "replanning",
    "withdraw_check_in",
    "write_lesson",
]
