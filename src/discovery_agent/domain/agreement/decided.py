"""Whether a statement leaves an open conflict open, or takes a side."""

from __future__ import annotations

import re

from discovery_agent.domain.agreement.amounts import Figure, figures_in, given_in, same, unit_of
from discovery_agent.domain.agreement.compose import Composition
from discovery_agent.domain.agreement.demands import OpenQuestion, View
from discovery_agent.domain.agreement.sentences import sentences_of
from discovery_agent.domain.conflicts import ConflictKind
from discovery_agent.domain.merging import telling_words

# Of the words that only one side uses, so many have to be there for that side to be named.
_NAMED = 0.6
# Of the words of a subject, so many have to be there for a sentence to be about it.
_ABOUT = 0.5

_OPEN = re.compile(
    r"\b(?:not (?:yet )?(?:been )?(?:agreed|settled|decided|resolved)|un(?:settled|decided|resolved)|still (?:open|disputed|differ\w*|to be (?:agreed|settled|decided))"
    r"|(?:remains?|is|are|stays?|left|leave\w*) (?:still |visibly )?(?:open|disputed)|(?:yet )?to be (?:agreed|settled|decided)|disputed|no agreement|open between|open:"
    r"|do(?:es)? not agree|disagree\w*|noch offen|strittig|nicht (?:geeinigt|vereinbart|entschieden|einig))",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"(?<!not )(?<!not yet )(?<!be )(?<!un)\b(?:is|are|was|were|has been|have been|now) (?:agreed|settled|decided|resolved|final)\b",
    re.IGNORECASE,
)
# Said in one breath with "not agreed", these take a side all the same.
_PREFERS = re.compile(
    r"\b(?:preferabl\w*|ideally|the (?:former|latter)|in favou?r of|compromise\w*|(?:is|are|be) what (?:we|all) want|recommend\w*|(?:tends?|lean\w*) towards?"
    r"|we (?:will )?(?:go|opt|settle) (?:with|for|on)|am liebsten|vorzugsweise)\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_RANKS = re.compile(
    r"\b(?:first|above all|before (?:anything|everything)|most important\w*|top priority|priority|rather than|instead of|more than)\b",
    re.IGNORECASE,
)


def visibly_open(text: str, question: OpenQuestion, composition: Composition) -> bool:
    """Whether one sentence gives the views of all sides, says that they are not agreed, and prefers none."""
    return any(_leaves_open(sentence, question, composition) for sentence in sentences_of(text))


def mistaken_view(text: str, question: OpenQuestion, composition: Composition) -> tuple[View, str] | None:
    """A view behind which the department of another side stands in brackets, and that department."""
    elsewhere = [view for one in composition.questions if one is not question for view in one.views]
    for sentence in sentences_of(text):
        place = 0
        for bracket in _BRACKETS.finditer(sentence):
            before = sentence[place : bracket.start()]
            place = bracket.end()
            named = bracket[1].strip().casefold()
            given = [view for view in question.views if _gives(before, view)]
            if any(view.label.casefold() == named and _gives(before, view) for view in elsewhere):
                continue  # what they hold on another question
            theirs = [view for view in question.views if view.label and view.label.casefold() == named]
            if theirs and len(given) == 1 and given[0].label and given[0] not in theirs:
                return given[0], theirs[0].label
    return None


def _leaves_open(sentence: str, question: OpenQuestion, composition: Composition) -> bool:
    return (
        bool(_OPEN.search(sentence))
        and not _CLOSED.search(sentence)
        and all(_gives(sentence, view) for view in question.views)
        and not _PREFERS.search(_without_views(_without_parts(sentence, composition), question))
        and not _dwells_on_one(sentence, question, composition)
    )


def _without_views(sentence: str, question: OpenQuestion) -> str:
    for view in question.views:
        sentence = re.sub(re.escape(view.holds), " ", sentence, flags=re.IGNORECASE)
    return sentence


def _dwells_on_one(sentence: str, question: OpenQuestion, composition: Composition) -> bool:
    """Whether the figure of one side comes back in the sentence: "three or five days: not agreed, though five days is realistic"."""
    views = question.views
    if any(len(view.figures) != 1 or _held_elsewhere(view, question, composition) for view in views):
        return False
    said = figures_in(sentence)
    times = [sum(same(one.value, one.unit, figure, loosely=one.unit is None) for figure in said) for view in views for one in view.figures]
    # Today's value may be what one side holds.
    own = figures_in(next((part.text for part in composition.draft.parts if part.id == question.part_id), ""))
    usual = [sum(same(one.value, one.unit, figure, loosely=one.unit is None) for figure in own) for view in views for one in view.figures]
    return len(set(usual)) == 1 and len(set(times)) > 1


def decided(text: str, question: OpenQuestion, composition: Composition) -> bool:
    """Whether a sentence gives the view of a side without leaving the question open."""
    sentences = [one for one in sentences_of(text) if not _leaves_open(one, question, composition)]
    if question.kind is ConflictKind.PRIORITY:
        named = [view for view in question.views if _gives(text, view)]
        ranked = any(_ranks(_without_parts(one, composition)) and any(_gives(one, view) for view in question.views) for one in sentences)
        return ranked or 0 < len(named) < len(question.views)
    if question.kind is ConflictKind.SCOPE:
        return any(_is_about(one, question) for one in sentences)
    return any(_takes_side(one, question, view, composition) for one in sentences for view in question.views)


def _ranks(sentence: str) -> bool:
    return bool(_RANKS.search(sentence) or _PREFERS.search(sentence))


def _without_parts(sentence: str, composition: Composition) -> str:
    """A sentence without the goals that it gives word for word."""
    for part in sorted((one.text for one in composition.draft.parts), key=len, reverse=True):
        sentence = re.sub(re.escape(part), " ", sentence, flags=re.IGNORECASE)
    return sentence


def _takes_side(sentence: str, question: OpenQuestion, view: View, composition: Composition) -> bool:
    if not _gives(sentence, view):
        return False
    return _is_about(sentence, question) or (bool(view.figures) and not _held_elsewhere(view, question, composition))


def _gives(sentence: str, view: View) -> bool:
    """Whether a sentence gives the view of a side: its figures, or else most of the words that only this side uses."""
    if given_in(view.holds, sentence):
        return True
    if view.figures:
        said = figures_in(sentence)
        return all(any(same(one.value, one.unit, figure, loosely=one.unit is None) for figure in said) for one in view.figures)
    return bool(view.words) and len(view.words & telling_words(sentence)) >= _NAMED * len(view.words)


def _is_about(sentence: str, question: OpenQuestion) -> bool:
    return bool(question.words) and len(question.words & telling_words(sentence)) >= _ABOUT * len(question.words)


def _held_elsewhere(view: View, question: OpenQuestion, composition: Composition) -> bool:
    """Whether another part has the same figure, so that it says nothing about this question."""
    others = [figure for part in composition.draft.parts if part.id != question.part_id for figure in figures_in(part.text)]
    others += [
        Figure(amount.value, unit_of(amount, demand.unit), "", 0, 0)
        for demand in composition.demands
        if demand.part_id != question.part_id
        for amount in demand.amounts
    ]
    return all(any(same(one.value, one.unit, other, loosely=True) for other in others) for one in view.figures)
