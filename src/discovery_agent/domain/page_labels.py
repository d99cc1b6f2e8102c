"""How knowledge pages are labelled: what a page is about, for which phase, and for whom."""

from __future__ import annotations

from enum import StrEnum


class PageKind(StrEnum):
    """What a page is about, or that it is a document of one engagement."""

    LADDER = "ladder"
    QUESTIONS = "questions"
    TECHNIQUE = "technique"
    KPI = "kpi"
    ARCHETYPE = "archetype"
    DATA_READINESS = "data_readiness"
    RISK = "risk"
    ESTIMATION = "estimation"
    AGREEMENT = "agreement"
    LESSON = "lesson"
    NO_AI_CASE = "no_ai_case"
    DOCUMENT = "document"


class Phase(StrEnum):
    """The phases of an engagement."""

    DISCOVERY = "discovery"
    FEASIBILITY = "feasibility"
    BLUEPRINTING = "blueprinting"
    PLANNING = "planning"
    EXECUTION = "execution"


class Audience(StrEnum):
    """Whom a page helps."""

    LEAD = "lead"
    SPONSOR = "sponsor"
    BUSINESS = "business"
    TECHNICAL = "technical"
    COMPLIANCE = "compliance"
    END_USER = "end_user"
