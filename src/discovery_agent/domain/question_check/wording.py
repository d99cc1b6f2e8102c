"""Words: jargon, technical terms for the wrong role, the stakeholder's own words, and what was asked before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.question_check.sentences import asking_sentences, core

ALIKE = 0.8
"""Two questions whose content words overlap by this much (Jaccard) are one question asked twice."""

_LEAST_CONTENT = 3
_JARGON = (
    "leverage synergy synergies granularity holistic paradigm operationalise operationalize utilise utilize utilisation utilization "
    "stakeholder stakeholders deliverable deliverables touchpoint touchpoints okr okrs kpi kpis roi nfr mvp b2b tco capex opex sla slas fte ftes ideate "
    "ideation learnings incentivise incentivize productionise productionize criticality parameterise heuristics ontology taxonomy"
).split()
_JARGON_PHRASES = (
    "pain point|pain points|deep dive|low-hanging fruit|low hanging fruit|north star|value proposition|value stream|end-to-end|best of breed|"
    "best practice|go-to-market|use case|use cases|user story|user stories|functional requirement|functional requirements|"
    "non-functional requirement|non-functional requirements|change management|quick win|quick wins|critical success factor|"
    "critical success factors|core competency|move the needle|state of the art|proof of concept|happy path|edge case|edge cases|"
    "tacit knowledge|domain model|target operating model|as-is process|to-be process|as-is state|to-be state"
).split("|")
_TECHNICAL = (
    "api apis endpoint endpoints schema schemas sql json xml etl latency throughput backend frontend middleware microservice microservices "
    "kubernetes docker gpu gpus repository webhook webhooks oauth authentication deployment devops embeddings embedding hyperparameters "
    "hyperparameter overfitting f1 classifier classifiers tokenisation tokenization llm llms rag regex metadata server servers warehouse lakehouse "
    "normalised denormalised dataset datasets timestamp timestamps protocol vpn sdk"
).split()
_TECHNICAL_PHRASES = (
    "machine learning|training data|ground truth|data model|data pipeline|data pipelines|data lineage|primary key|foreign key|"
    "feature engineering|false positive rate|false positives|false negatives|precision and recall|labelled data|labeled data|labelled examples|"
    "unstructured data|structured data|version control|tech stack|technology stack|cloud provider|batch or real time|batch or real-time|"
    "neural network|language model|model accuracy|data warehouse|data lake|confusion matrix|access control|integration layer"
).split("|")
_STOP = frozenset(
    "a about after again all also an and any are as at be because been before being but by can could did do does doing down else ever "
    "for from get give go had has have having he her here him his how i if in into is it its just know last let like made make many may me "
    "more most much must my next no not now of off on one only or other our out over own people please really right say see shall she should "
    "so some something such take tell than that the their them then there these they thing things think this those time to today too up us very "
    "want was way we well were what what's when where which while who whom whose why will with would yes you your yours us ask asked mean "
    "okay ok thank thanks question example happen happens happened".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def jargon(text: str, said: str = "") -> tuple[str, ...]:
    """Words that are not in the common vocabulary, unless the stakeholder said them first."""
    return _listed(text, said, _JARGON, _JARGON_PHRASES)


def technical(text: str, role: Role, said: str = "") -> tuple[str, ...]:
    """Technical terms in a question to somebody who is not technical, unless they said them first."""
    return () if role is Role.TECHNICAL else _listed(text, said, _TECHNICAL, _TECHNICAL_PHRASES)


def _listed(text: str, said: str, words: Sequence[str], phrases: Sequence[str]) -> tuple[str, ...]:
    known = {word.casefold() for word in _WORD.findall(said)}
    flat, flat_said = _flat(text), _flat(said)
    listed = set(words)
    found = [word for word in _WORD.findall(text) if word.casefold() in listed and word.casefold() not in known]
    found += [phrase for phrase in phrases if f" {phrase} " in flat and f" {phrase} " not in flat_said]
    return tuple(dict.fromkeys(found))


def _flat(text: str) -> str:
    return f" {' '.join(word.casefold() for word in _WORD.findall(text))} "


def shared_words(text: str, answer: str) -> frozenset[str]:
    """Content words, without their endings, that a question shares with an answer."""
    return content_words(text) & content_words(answer)


def content_words(text: str) -> frozenset[str]:
    """What a text is about: its words without endings, stop words left out; figures count."""
    return frozenset(_stem(word) for word in (found.casefold().replace("’", "'") for found in _WORD.findall(text)) if word not in _STOP)


def _stem(word: str) -> str:
    return re.sub(r"(?:'s|ations?|ings?|ers?|es|ed|s)$", "", word) if len(word) > 4 else word


def asked_before(text: str, earlier: Sequence[str]) -> tuple[str, ...]:
    """The first of the earlier questions that is nearly the same."""
    asked = asking_sentences(text) or [text]
    for before in earlier:
        for old in asking_sentences(before) or [before]:
            if any(_same(new, old) for new in asked):
                return (old,)
    return ()


def _same(new: str, old: str) -> bool:
    if _flat(core(new)) == _flat(core(old)):
        return True
    left, right = content_words(new), content_words(old)
    return min(len(left), len(right)) >= _LEAST_CONTENT and len(left & right) / len(left | right) >= ALIKE
