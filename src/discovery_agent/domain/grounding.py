"""Grounding: is this quote really there, and does it still mean what was said?

Code decides, never a model. A quote grounds only if its words stand in one utterance in the same order
with nothing left out, `EXACT` if they are a verbatim substring, `NORMALISED` if only Unicode form, letter
case, spacing or harmless punctuation differ (`passages`). Even then it is refused where the cut or the
punctuation changes the meaning (`meaning_guards`), and where the words are orders about what to write (`orders`). What does not ground is told why (`misquotes`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from discovery_agent.domain.conversation import Conversation, Utterance, Value
from discovery_agent.domain.findings import (
    Finding,
    Grounding,
    ProposedFinding,
    ProposedQuote,
    Quote,
    UnverifiedFinding,
    finding_id,
)
from discovery_agent.domain.kpi_evidence import keep_evidenced
from discovery_agent.domain.meaning_guards import RejectionReason, unsafe
from discovery_agent.domain.misquotes import explain_difference
from discovery_agent.domain.orders import gives_orders_to_a_model
from discovery_agent.domain.orders.cuts import touch
from discovery_agent.domain.orders.stretches import stretches_of_orders
from discovery_agent.domain.passages import Passage, passage
from discovery_agent.domain.telling import telling_words

# Fewer words than these are too common to say that the analyst only miscounted the utterances.
_LEAST_WORDS_TO_RELOCATE = 3
# One word may stand in an order by chance.
_WORDS_OF_AN_ORDER = 2
# Words said more often than this in one utterance are looked at only so many times.
MOST_PLACES = 100

_EXPLANATIONS = {
    RejectionReason.EMPTY: "The quote holds no words.",
    RejectionReason.NOT_FOUND: "These words do not stand in the conversation.",
    RejectionReason.WORDS_DIFFER: "The words differ from what was said.",
    RejectionReason.CHANGED_NUMBER: "A number differs from what was said.",
    RejectionReason.NEGATION_DROPPED: "What was said denies this; the quote leaves the denial out.",
    RejectionReason.NEGATION_ADDED: "The quote denies something that was not denied.",
    RejectionReason.POLARITY_SWAPPED: "The quote turns a word into its opposite.",
    RejectionReason.SPLICED: "The quote joins words that were not said together.",
    RejectionReason.WRONG_SPEAKER: "Somebody else said this.",
    RejectionReason.TRUNCATED_WORD: "The quote begins or ends inside a word.",
    RejectionReason.TRUNCATED_NUMBER: "The quote cuts off part of a number, its sign or its unit.",
    RejectionReason.QUESTION_AS_STATEMENT: "This was asked, not stated.",
    RejectionReason.PUNCTUATION_DIFFERS: "The punctuation differs in a way that changes the meaning.",
    RejectionReason.GIVES_ORDERS: "These words tell whoever writes the talk up what to write; they are no evidence.",
}


class Rejection(Value):
    """Why a proposed quote is no evidence."""

    reason: RejectionReason
    explanation: str


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    grounding: Grounding


def ground(proposal: ProposedQuote, conversation: Conversation) -> Quote | Rejection:
    """The quote with its place in the conversation, or why it is no evidence. Never raises.

    The utterance that is named is looked at first. If the words are not there, but in exactly one other
    utterance of the same speaker, the quote is relocated: analysts miscount.
    """
    words = passage(proposal.text)
    if not any(character.isalnum() for value in words.values for character in value):
        return _reject(RejectionReason.EMPTY)
    claimed = _utterance(conversation, proposal.utterance_id)
    speaker = proposal.speaker if proposal.speaker is not None or claimed is None else claimed.speaker
    anyone = proposal.speaker is None and claimed is None
    if claimed is not None:
        found = _match(proposal.text, claimed.text)
        if isinstance(found, RejectionReason):
            return _reject(found)
        if found is not None and _same_speaker(speaker, claimed.speaker):
            return _quote(found, claimed, conversation)
    elsewhere = _search(proposal.text, words, conversation, claimed)
    own = [one for one in elsewhere if anyone or _same_speaker(speaker, one[0].speaker)]
    matches = [(utterance, found) for utterance, found in own if isinstance(found, _Match)]
    enough = len(words.tokens) >= _LEAST_WORDS_TO_RELOCATE
    if len(matches) == 1 and enough:
        return _quote(matches[0][1], matches[0][0], conversation)
    if matches:
        where = "in several other utterances" if enough else "elsewhere, but too short to tell which is meant"
        return Rejection(reason=RejectionReason.NOT_FOUND, explanation=f"These words stand {where}.")
    refused = next((found for _, found in own if isinstance(found, RejectionReason)), None)
    if refused:
        return _reject(refused)
    if elsewhere or (claimed is not None and _match(proposal.text, claimed.text) is not None):
        return _reject(RejectionReason.WRONG_SPEAKER)
    return _reject(_difference(words, conversation, claimed, speaker))


def ordered_words(conversation: Conversation) -> frozenset[str]:
    """The words that are said in orders about what to write, and nowhere else; computed once for all findings of a conversation."""
    ordered, said = set[str](), set[str]()
    for utterance in conversation.utterances:
        at, text = 0, utterance.text
        for start, end in stretches_of_orders(text):
            ordered |= telling_words(text[start:end])
            said |= telling_words(text[at:start])
            at = end
        said |= telling_words(text[at:])
    return frozenset(ordered - said)


def ground_all(
    finding: ProposedFinding, conversation: Conversation, proposed_by: str, ordered_only: frozenset[str] = frozenset()
) -> Finding | UnverifiedFinding:
    """The finding on those of its quotes that ground, or set apart as unverified if none does.

    A finding that was drawn from orders about what to write, or is worded as one, or in words that only such an order holds
    (`ordered_only`, of `ordered_words`), is set apart whatever else it quotes: a model that obeys an order may well quote something true.
    KPI figures that no grounded quote mentions are removed, and the note says so.
    """
    grounded: list[Quote] = []
    reasons: list[str] = []
    ordered = False
    for proposal in finding.quotes:
        result = ground(proposal, conversation)
        if isinstance(result, Rejection):
            reasons.append(_told(result))
        elif _is_ordered(result, conversation):
            ordered = True
            reasons.append(_told(_reject(RejectionReason.GIVES_ORDERS)))
        elif result not in grounded:
            grounded.append(result)
    if gives_orders_to_a_model(finding.statement) or _says_what_was_ordered(finding, ordered_only):
        ordered = True
        reasons.append(_told(_reject(RejectionReason.GIVES_ORDERS)))
    if ordered or not grounded:
        return UnverifiedFinding(proposal=finding, conversation_id=conversation.id, reasons=tuple(reasons), proposed_by=proposed_by)
    quotes = tuple(grounded)
    kpi, dropped = keep_evidenced(finding.kpi, [quote.text for quote in quotes])
    return Finding(
        id=finding_id(finding.kind, conversation.id, quotes, finding.statement),
        kind=finding.kind,
        statement=finding.statement,
        speakers=tuple(dict.fromkeys(quote.speaker for quote in quotes if quote.speaker)),
        confidence=finding.confidence,
        quotes=quotes,
        kpi=kpi,
        stance=finding.stance,
        criterion=finding.criterion,
        data=finding.data,
        note="; ".join(part for part in (finding.note, *dropped) if part) or None,
        proposed_by=proposed_by,
    )


def _says_what_was_ordered(finding: ProposedFinding, ordered_only: frozenset[str]) -> bool:
    if not ordered_only or finding.criterion:  # a reading is worded by the tables, whose words an order may name
        return False
    kpi = finding.kpi
    texts = (finding.statement, *((kpi.metric, kpi.measured_by or "", kpi.owner or "", kpi.deadline or "") if kpi else ()))
    return any(len(telling_words(text) & ordered_only) >= _WORDS_OF_AN_ORDER for text in texts)


def _told(rejection: Rejection) -> str:
    return f"{rejection.reason.value}: {rejection.explanation}"


def _is_ordered(quote: Quote, conversation: Conversation) -> bool:
    said = _utterance(conversation, quote.utterance_id)
    return said is not None and any(touch((quote.start, quote.end), order) for order in stretches_of_orders(said.text))


def _utterance(conversation: Conversation, name: str) -> Utterance | None:
    """The utterance of that id. Most conversations number theirs from 0, so its number is tried first."""
    number = name[1:]
    if number.isascii() and number.isdigit() and len(number) < 10 and int(number) < len(conversation.utterances):
        likely = conversation.utterances[int(number)]
        if likely.id == name:
            return likely
    return next((one for one in conversation.utterances if one.id == name), None)


def _reject(reason: RejectionReason) -> Rejection:
    return Rejection(reason=reason, explanation=_EXPLANATIONS[reason])


def _same_speaker(one: str | None, other: str | None) -> bool:
    return _speaker_key(one) == _speaker_key(other)


def _speaker_key(name: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", name or "").casefold().split()).rstrip(":")


def _quote(found: _Match, utterance: Utterance, conversation: Conversation) -> Quote:
    return Quote(
        conversation_id=conversation.id,
        utterance_id=utterance.id,
        speaker=utterance.speaker,
        start=found.start,
        end=found.end,
        text=utterance.text[found.start : found.end],
        grounding=found.grounding,
    )


def _match(text: str, said: str) -> _Match | RejectionReason | None:
    """Where the text stands in what was said; why it may not be quoted; None if it is not there."""
    refused: RejectionReason | None = None
    best: _Match | None = None
    for joins in (False, True):
        quote, source = passage(text, long_dash_joins=joins), passage(said, long_dash_joins=joins)
        for first in islice(source.find(quote.joined), MOST_PLACES):
            last = first + len(quote.tokens)
            reason = unsafe(source, first, last, quote)
            if reason is None:
                found = _span(text.strip(), quote, source, first, last)
                if best is None or (best.grounding, found.grounding) == (
                    Grounding.NORMALISED,
                    Grounding.EXACT,
                ):
                    best = found
                if best.grounding is Grounding.EXACT:
                    return best
            else:
                refused = refused or reason
        if best or refused:
            break
    return best or refused


def _span(text: str, quote: Passage, source: Passage, first: int, last: int) -> _Match:
    """The stretch of the source that is quoted, with the punctuation at its ends if the quote has it."""
    start, end = source.tokens[first].start, source.tokens[last - 1].end
    lead = quote.text[: quote.tokens[0].start].lstrip()
    tail = quote.text[quote.tokens[-1].end :].rstrip()
    if lead and source.text[max(0, start - len(lead)) : start] == lead:
        start -= len(lead)
    if tail and source.text[end : end + len(tail)] == tail:
        end += len(tail)
    exact = source.text[start:end] == text
    return _Match(start, end, Grounding.EXACT if exact else Grounding.NORMALISED)


def _search(
    text: str, words: Passage, conversation: Conversation, except_for: Utterance | None
) -> list[tuple[Utterance, _Match | RejectionReason]]:
    """Every other utterance where the words stand."""
    found: list[tuple[Utterance, _Match | RejectionReason]] = []
    for utterance in _candidates(words, conversation):
        if utterance is not except_for:
            match = _match(text, utterance.text)
            if match is not None:
                found.append((utterance, match))
    return found


def _candidates(words: Passage, conversation: Conversation) -> Iterator[Utterance]:
    """Utterances that may hold the words: those with the longest of them, cheaply seen."""
    rarest = max((value for value in words.values if value.isascii() and value.isalpha()), key=len, default="")
    for utterance in conversation.utterances:
        if not utterance.text.isascii() or rarest in utterance.text.lower():
            yield utterance


def _difference(words: Passage, conversation: Conversation, claimed: Utterance | None, speaker: str | None) -> RejectionReason:
    """Why words that stand nowhere are no quote, judged by the utterances that come closest."""
    ordered = sorted(
        conversation.utterances,
        key=lambda one: (one is not claimed, not _same_speaker(one.speaker, speaker), one.index),
    )
    return explain_difference(words, [passage(one.text) for one in ordered])
