"""Which piece of a stakeholder's knowledge a question asks for.

A question is compared with the example questions of each piece by sentence embeddings, and with its cue words. All thresholds
stand here, and were set with `benchmark`: a question that is held out from the examples of its own fact still unlocks that fact
in six cases of ten; in one of seven it brings out only something else, as with people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from discovery_agent.domain.question_check import asking_sentences
from discovery_agent.domain.question_check.sentences import sentences
from discovery_agent.domain.question_check.wording import content_words
from discovery_agent.evals.interview_personas import Persona, Unlocking

UNLOCKS = 0.60
"""Cosine similarity to the nearest example question, plus `CUES` where every group of cues is hit, that unlocks a piece."""

CUES = 0.30
"""What hitting all cues is worth. Between short questions the embeddings alone tell subjects apart poorly."""

LEAST_ALIKE = 0.33
"""Cues alone unlock nothing: a question about something else seldom comes this close."""

BEHIND_BEST = 0.12
"""A further piece is told in the same answer only if it fits the question nearly as well as the best."""

LEANING = 2
"""A question with at most so many content words is understood together with the sentence before it."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class Fit:
    """How well a question fits one piece."""

    at: int
    likeness: float
    cued: bool

    @property
    def rank(self) -> float:
        """For comparing pieces."""
        return self.likeness + (CUES if self.cued else 0.0)

    @property
    def unlocks(self) -> bool:
        """Whether the question asks for the piece."""
        return self.rank >= UNLOCKS and self.likeness >= LEAST_ALIKE


class Matcher:
    """Fits questions to pieces of knowledge. The same question always gives the same fits."""

    def __init__(self, pieces: Sequence[Unlocking], embed: Embed) -> None:
        self._pieces = pieces
        self._embed = embed
        self._owner = np.array([at for at, piece in enumerate(pieces) for _ in piece.asked_by], dtype=np.int64)
        self._examples = embed([example for piece in pieces for example in piece.asked_by]) if pieces else None

    def fits(self, said: str) -> list[Fit]:
        """The fit of every piece, in their order. Only what asks is matched: what an interviewer repeats of an answer is no question."""
        asked = asking_sentences(said) or [said]
        alike = self._likeness([*asked, *_in_context(said, asked)])
        cues = " ".join(asked)
        return [Fit(at, float(alike[at]), cued(cues, piece)) for at, piece in enumerate(self._pieces)]

    def _likeness(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._examples is None:
            return np.zeros(0, np.float32)
        best = (self._embed(texts) @ self._examples.T).max(axis=0)
        return np.array([best[self._owner == at].max() for at in range(len(self._pieces))], dtype=np.float32)


def _in_context(said: str, asked: Sequence[str]) -> list[str]:
    """Questions with the sentence before, where that sets the scene ("Take the last case.") or the question leans on it ("Is it so?")."""
    spoken = sentences(said)
    return [
        f"{spoken[at - 1]} {one}"
        for at, one in enumerate(spoken)
        if at and one in asked and (spoken[at - 1] in asked or len(content_words(one)) <= LEANING)
    ]


def cued(question: str, piece: Unlocking) -> bool:
    """Whether the question holds a cue of every group. A piece without cues is never cued."""
    return bool(piece.cues) and all(any(_holds(question, cue) for cue in group) for group in piece.cues)


def _holds(text: str, cue: str) -> bool:
    return re.search(rf"\b{re.escape(cue)}(?:s|es|d|ed|ing)?\b", text, re.IGNORECASE) is not None


def fitting(fits: Sequence[Fit]) -> list[Fit]:
    """Those that a question unlocks, best first, without those far behind the best."""
    open_ones = sorted((fit for fit in fits if fit.unlocks), key=lambda fit: (-fit.rank, fit.at))
    return [fit for fit in open_ones if fit.rank >= open_ones[0].rank - BEHIND_BEST]


@dataclass(frozen=True)
class MatchingBenchmark:
    """Each example question of a persona, matched while it is held out from the examples."""

    questions: int
    recalled: int
    """Those that still unlock their own fact."""
    misled: int
    """Those that unlock only other facts."""


def benchmark(persona: Persona, embed: Embed) -> MatchingBenchmark:
    """How well the thresholds do on questions that nobody wrote down for the fact."""
    questions = recalled = misled = 0
    for at, fact in enumerate(persona.facts):
        for example in fact.asked_by:
            left = fact.model_copy(update={"asked_by": tuple(one for one in fact.asked_by if one != example)})
            told = fitting(Matcher([*persona.facts[:at], left, *persona.facts[at + 1 :]], embed).fits(example))[:2]
            questions += 1
            recalled += any(fit.at == at for fit in told)
            misled += bool(told) and all(fit.at != at for fit in told)
    return MatchingBenchmark(questions, recalled, misled)
