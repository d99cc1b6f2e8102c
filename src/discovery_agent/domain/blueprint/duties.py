"""Rules of law that a finding may trigger, as the knowledge pages tell them. Orientation for whoever decides, no legal advice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from discovery_agent.domain.conversation import Role


@dataclass(frozen=True)
class Duty:
    """A rule, when it comes into play, and what to do about it."""

    id: str
    page: str
    """Knowledge page that tells of it, below `pages`."""
    text: str
    action: str
    triggers: re.Pattern[str]
    """Words of findings that bring it into play."""
    ai_only: bool = False
    """Whether it is about learned models only."""
    role: Role = Role.COMPLIANCE


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


DUTIES: tuple[Duty, ...] = (
    Duty(
        id="duty.personal_data",
        page="risk/gdpr-basics",
        text="Personal data need a legal basis for this use (GDPR, Article 6), and no more of them than the purpose asks for (Article 5).",
        action="Name the legal basis and the data that are left out, before any data is touched.",
        triggers=_words(
            r"gdpr|data protection|personal data|privacy|customers?\b|patients?\b|citizens?\b|applicants?\b|tenants?\b|guests?\b|members?\b|"
            r"passengers?\b|names? and address|e-?mails?\b|phone numbers?|photos?\b|licen[cs]e plates?|recordings?"
        ),
    ),
    Duty(
        id="duty.automated_decision",
        page="risk/gdpr-automated-decisions",
        text="Nobody may be subject to a decision of legal or similar weight that rests on automatic processing alone (GDPR, Article 22).",
        action="Have a person decide each such case, and say how it can be contested.",
        triggers=_words(
            r"reject(?:ion|ed|s)?\b|refus(?:al|ed|es?)\b|approv(?:al|ed|es?)\b.*\b(?:loan|credit|application|claim|benefit)|eligib|"
            r"creditworth|scor(?:e|ing) (?:customers?|applicants?|people)|fraud|contest|benefit claims?"
        ),
    ),
    Duty(
        id="duty.transparency",
        page="risk/eu-ai-act-classes",
        text="People who deal with an AI system, or read text that one made, are told so where the EU AI Act asks for it (Article 50).",
        action="Say in the interface that it is a machine, and mark what it wrote.",
        triggers=_words(
            r"chat ?-?bots?|customers?\b|answers?\b|repl(?:y|ies)\b|letters?\b|callers?\b|public\b|publish|citizens?\b|patients?\b|drafts?\b"
        ),
        ai_only=True,
    ),
    Duty(
        id="duty.high_risk",
        page="risk/eu-ai-act-classes",
        text="Some uses are listed as high-risk (EU AI Act, Annex III): hiring and managing staff, credit, essential services, education, and others.",
        action="Have the class of this use written down by whoever answers for compliance, before building.",
        triggers=_words(
            r"recruit|applicants?\b|hiring|candidates?\b|credit|insurance|benefits?\b|school|students?\b|exams?\b|emergency|patients?\b|"
            r"medical|critical infrastructure|police|asylum|promotion"
        ),
        ai_only=True,
    ),
    Duty(
        id="duty.literacy",
        page="risk/eu-ai-act-duties",
        text="Whoever works with an AI system has to know enough about it (EU AI Act, Article 4).",
        action="Train those who use it on their own cases, and note who was there.",
        triggers=re.compile(r"(?!)"),
        ai_only=True,
    ),
    Duty(
        id="duty.works_council",
        page="risk/employment-and-works-councils",
        text="Where a tool is suited to watch staff, their representatives have a say in many countries (in Germany BetrVG, section 87).",
        action="Tell the works council the purpose, the data and who sees what, before it is decided.",
        triggers=_words(
            r"works council|union\b|employees?\b|staff\b|clerks?\b|agents?\b|dispatchers?\b|technicians?\b|shifts?\b|rosters?\b|"
            r"performance of (?:people|staff)|monitor(?:ing)? (?:people|staff)|time stamps?"
        ),
    ),
    Duty(
        id="duty.vendor",
        page="risk/general-purpose-models",
        text="A model of a vendor works on what it is sent; where data go and what is kept is settled by contract.",
        action="Settle place of processing, retention and use for training in the contract, before real data are sent.",
        triggers=_words(
            r"vendor|abroad|cloud|third part(?:y|ies)|processor|hosted|outside (?:the )?(?:eu|country|company)|openai|provider"
        ),
        ai_only=True,
    ),
    Duty(
        id="duty.medical",
        page="risk/healthcare-and-medical-devices",
        text="Software that serves diagnosis or treatment may be a medical device, and health data have rules of their own (GDPR, Article 9).",
        action="Have it checked whether it is a medical device, and on which ground health data are used.",
        triggers=_words(r"patients?\b|clinic|diagnos|treatment|hospital|health data|medical|drugs?\b|pharmac"),
    ),
    Duty(
        id="duty.bias",
        page="risk/bias-and-fairness",
        text="A model that learns from past decisions about people repeats their bias.",
        action="Compare error rates of the groups that matter before use, and each quarter after.",
        triggers=_words(r"applicants?\b|candidates?\b|credit|fraud|gender|age\b|nationalit|discriminat|unfair|bias"),
        ai_only=True,
    ),
)
