"""Which operational goal a rating or a claim about data is about.

Somebody who says "it's always the same eleven columns" does not name the goal. What was said close to where a goal was
spoken of, in words like its own, is about it; what fits no goal better than the others is about all those that its
conversation is about. What was said about another process bears on no goal of this one; where that is not clear, it is a hint.
A claim about data goes further than a rating: it bears on every goal whose work uses that data, not on the one that fits best alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import IntEnum
from heapq import merge
from itertools import groupby, islice

from discovery_agent.domain.findings import Finding
from discovery_agent.domain.likeness import Similarity, nearest
from discovery_agent.domain.subjects import ConversationSubjects, subject_words

# A goal that fits this much worse than the best one is not what was meant.
BEHIND = 0.15
# Said within so many turns of the goal counts as close, falling off with distance.
NEAR_TURNS = 8
NEARNESS = 0.3
# Evidence that fits no goal better than the others is about all of them, but of very many only about the best.
MOST_GOALS = 24
# What is left of the confidence of what may be about another process: less than a firm rating, whatever it was.
HINT = 0.5
# A conversation in which something is this like the goal may be about its process, in other words.
LIKE = 0.42
_FINDINGS_PER_GOAL = 5
# Of conversations with goals, so many comparisons are remembered.
_MOST_REMEMBERED = 500_000
# A system by its name: in capitals, or with one within a sentence.
_SYSTEM = re.compile(r"\b[A-Z][A-Z0-9]+\b|(?<=[a-z,] )[A-Z][\w-]+")


class Bearing(IntEnum):
    """How far what was said bears on a goal."""

    NONE = 0
    """It is about another process."""
    HINT = 1
    """It may be about another one."""
    FULL = 2


class Relevance:
    """Shares evidence out among goals, each given by its findings.

    `context` are all findings of the conversations, by which one knows what was spoken of where.
    """

    def __init__(self, goals: Sequence[Sequence[Finding]], similarity: Similarity, context: Sequence[Finding] = ()) -> None:
        self._count = len(goals)
        self._rows = [(at, finding) for at, findings in enumerate(goals) for finding in findings[:_FINDINGS_PER_GOAL]]
        self._spoken: dict[str, list[tuple[int, Finding]]] = defaultdict(list)
        self._stated: list[set[str]] = [set() for _ in goals]
        for at, finding in self._rows:
            for conversation in dict.fromkeys(quote.conversation_id for quote in finding.quotes):
                self._spoken[conversation].append((at, finding))
                self._stated[at].add(conversation)
        self._words = [frozenset[str]().union(*(subject_words(one.statement) for one in findings)) for findings in goals]
        self._all_words = frozenset[str]().union(*self._words)
        self._subjects = ConversationSubjects([*context, *(finding for _, finding in self._rows)])
        self._similarity = similarity
        self._like: dict[str, set[int]] = defaultdict(set)
        """Conversations, and the goals that something said there is like."""
        self._bearings: dict[tuple[str, int], Bearing] = {}
        self._elsewhere: dict[tuple[str, int], bool] = {}
        self._turns_of_goals: dict[str, dict[int, tuple[int, ...]]] = {}
        self._open: dict[str, list[int]] = {}
        self._home = [frozenset[str]().union(*(self._subjects.recurring(one) for one in stated)) for stated in self._stated]
        """The words that recur in the conversations that a goal was stated in."""
        self._goals_by_word: dict[str, list[int]] = defaultdict(list)
        self._goals_by_home: dict[str, list[int]] = defaultdict(list)
        self._ways_to_name: dict[str, dict[frozenset[str], None]] = defaultdict(dict)
        """The words of goals, by each of them."""
        for at, (words, home) in enumerate(zip(self._words, self._home, strict=True)):
            for word in words:
                self._goals_by_word[word].append(at)
                self._ways_to_name[word][words] = None
            for word in home:
                self._goals_by_home[word].append(at)
        self._of_no_words = [at for at in range(self._count) if not self._words[at] and not self._home[at]]

    def share(self, evidence: Sequence[Finding]) -> list[list[Finding]]:
        """The evidence of each goal, in the order of the goals; each piece goes to at most `MOST_GOALS`.

        What one speaker shows of one criterion in one stretch goes together: half of "it's tedious, and nobody owns it" would
        mislead. A hint has less confidence than it was found with; a claim about data is none or full.
        """
        fitting = self._fitting(evidence)
        shares: list[list[tuple[int, Finding]]] = [[] for _ in range(self._count)]
        order = {id(piece): at for at, piece in enumerate(evidence)}
        for stretch in _stretches(evidence):
            found = [(order[id(piece)], piece) for piece in stretch]
            bearing: dict[int, Bearing] = {}
            for piece in stretch:
                for goal, weight in fitting[id(piece)].items():
                    bearing[goal] = max(weight, bearing.get(goal, weight))
            hints = [(at, hint) for at, piece in found if (hint := _as_hint(piece))] if Bearing.HINT in bearing.values() else []
            for goal, weight in bearing.items():
                shares[goal].extend(found if weight is Bearing.FULL else hints)
        return [[piece for _, piece in sorted(share, key=lambda pair: pair[0])] for share in shares]

    def _fitting(self, evidence: Sequence[Finding]) -> dict[int, dict[int, Bearing]]:
        """The goals of each piece of evidence, by its `id()`, and how far it bears on each."""
        texts = list(dict.fromkeys(piece.quotes[0].text for piece in evidence))
        statements = [finding.statement for _, finding in self._rows]
        alike = nearest(self._similarity, texts, statements, within=BEHIND, most=MOST_GOALS * _FINDINGS_PER_GOAL)
        by_text = dict(zip(texts, alike, strict=True))
        for piece in evidence:
            for row, score in by_text[piece.quotes[0].text]:
                if score >= LIKE:
                    self._like[piece.quotes[0].conversation_id].add(self._rows[row][0])
        return {id(piece): self._best(piece, by_text[piece.quotes[0].text]) for piece in evidence}

    def _best(self, piece: Finding, alike: Sequence[tuple[int, float]]) -> dict[int, Bearing]:
        """Goals not much behind the best, given the statements most like the words of the piece."""
        scores: dict[int, float] = {}
        for row, score in alike:
            goal = self._rows[row][0]
            scores[goal] = max(score, scores.get(goal, score))
        for conversation in dict.fromkeys(quote.conversation_id for quote in piece.quotes):
            topical = self._topical(piece, conversation)
            for goal, finding in self._spoken.get(conversation, ()):
                if near := max(_nearness(piece, finding), topical.get(goal, 0.0)):
                    score = self._similarity(piece.quotes[0].text, finding.statement) + near
                    scores[goal] = max(score, scores.get(goal, score))
        said_in = piece.quotes[0].conversation_id
        words = frozenset[str]().union(*(subject_words(quote.text) for quote in piece.quotes))
        bearings = {goal: self.bearing(said_in, words, goal) for goal in scores}
        scores = {goal: score for goal, score in scores.items() if bearings[goal]}
        if piece.criterion is None:
            scores = self._with_goals_that_use_it(piece, words, scores, bearings)
        if not scores:  # nothing tells the goals that its conversation is about apart
            found = {goal: self.bearing(said_in, words, goal) for goal in self._open_to(said_in)}
            return {goal: bearing for goal, bearing in found.items() if bearing}
        least = max(scores.values()) - BEHIND
        fitting = sorted((goal for goal, score in scores.items() if score >= least), key=lambda goal: (-scores[goal], goal))
        return {goal: bearings[goal] for goal in fitting[:MOST_GOALS]}

    def _with_goals_that_use_it(
        self, piece: Finding, words: frozenset[str], scores: dict[int, float], bearings: dict[int, Bearing]
    ) -> dict[int, float]:
        """The scores of a claim about data, with further goals whose work uses that data on a level with the best.

        These are goals of the same process: named by the claim, named in the words of a goal that fits, or spoken of in a conversation
        about one process, if the claim names no goal; and goals whose own talk names the same system.
        """
        if not scores:
            return scores
        said_in = piece.quotes[0].conversation_id
        best = max(scores.values())
        fitting = [goal for goal, score in scores.items() if score >= best - BEHIND]
        meant = frozenset[str]().union(*(self._words[goal] for goal in fitting))
        names_a_goal = bool(words & self._all_words)
        general = not names_a_goal and bool(self._subjects.leading(said_in)) and not self._changes_process(said_in)
        systems = frozenset[str]().union(*(subject_words(" ".join(_SYSTEM.findall(quote.text))) for quote in piece.quotes))
        found = dict(scores)
        for goal in self._open_to(said_in):
            own = self._words[goal]
            uses = general or words & own or (not self._changes_process(said_in) and meant & own) or systems & self._talk_of(said_in, goal)
            if uses and (bearing := self.bearing(said_in, words, goal)) is Bearing.FULL:
                found[goal], bearings[goal] = best, bearing
        return found

    def _changes_process(self, conversation: str) -> bool:
        """Whether a conversation goes from one process to another: several of its goals are each spoken of in turns of their own."""
        return len({spoken for spoken in self._turns_of(conversation).values() if spoken}) > 1

    def _talk_of(self, conversation: str, goal: int) -> frozenset[str]:
        """What is named in the turns that speak of a goal."""
        return self._subjects.said_in(conversation, self._turns_of(conversation).get(goal, ()))

    def _topical(self, piece: Finding, conversation: str) -> dict[int, float]:
        """`NEARNESS` for the goals last spoken of before the piece, where the conversation goes from one process to another.

        A goal whose own words are seldom said there goes with whichever was spoken of.
        """
        turns = self._turns_of(conversation)
        if not self._changes_process(conversation):
            return {}
        turn = min(_turn(quote.utterance_id) for quote in piece.quotes if quote.conversation_id == conversation)
        near = {
            goal: NEARNESS * max(0.0, 1 - min((turn - one for one in spoken if one <= turn), default=NEAR_TURNS) / NEAR_TURNS)
            for goal, spoken in turns.items()
            if spoken
        }
        return {goal: near.get(goal, max(near.values())) for goal in turns}

    def _turns_of(self, conversation: str) -> dict[int, tuple[int, ...]]:
        """The turns that speak of each goal stated in a conversation."""
        if conversation not in self._turns_of_goals:
            self._turns_of_goals[conversation] = {
                goal: self._subjects.turns_of(conversation, self._words[goal])
                for goal in dict.fromkeys(goal for goal, _ in self._spoken.get(conversation, ()))
            }
        return self._turns_of_goals[conversation]

    def bearing(self, conversation: str, words: frozenset[str], goal: int) -> Bearing:
        """How far a remark bears on a goal, by what it names itself and by what its conversation is about."""
        whole = self._conversation_bearing(conversation, goal)
        if words & self._words[goal]:
            return Bearing.FULL if whole is Bearing.FULL or not words & self._subjects.leading(conversation) else Bearing.HINT
        for word in words - self._subjects.recurring(conversation):
            if self._leads_elsewhere(word, goal):
                return Bearing.NONE
        return whole

    def _leads_elsewhere(self, word: str, goal: int) -> bool:
        """Whether a word leads a conversation that bears on the goal in no way."""
        key = word, goal
        if key not in self._elsewhere:
            led = self._subjects.led_by(word)
            self._elsewhere[key] = any(self._conversation_bearing(other, goal) is Bearing.NONE for other in led)
        return self._elsewhere[key]

    def _conversation_bearing(self, conversation: str, goal: int) -> Bearing:
        """How far a remark that names nothing bears on a goal, by what its conversation is about."""
        key = conversation, goal
        known = self._bearings.get(key)
        if known is None:
            if len(self._bearings) >= _MOST_REMEMBERED:
                self._bearings.clear()
            known = self._bearings[key] = self._compared(conversation, goal)
        return known

    def _compared(self, conversation: str, goal: int) -> Bearing:
        words = self._words[goal]
        leading = self._subjects.leading(conversation)
        home = self._home[goal]
        if not (words or home) or not leading or conversation in self._stated[goal] or self._subjects.speaks_of(conversation, words):
            return Bearing.FULL
        about_another = bool(words) and any(not other & words for word in leading for other in self._ways_to_name.get(word, ()))
        if leading & home and not about_another:
            return Bearing.FULL
        akin = goal in self._like.get(conversation, ()) or len(self._subjects.recurring(conversation) & home) > 1
        return Bearing.HINT if akin else Bearing.NONE

    def _open_to(self, conversation: str) -> list[int]:
        """The first `MOST_GOALS` goals that a remark which names nothing may bear on."""
        if conversation not in self._open:
            candidates = self._perhaps_open_to(conversation)
            self._open[conversation] = list(islice((goal for goal in candidates if self._compared(conversation, goal)), MOST_GOALS))
        return self._open[conversation]

    def _perhaps_open_to(self, conversation: str) -> Iterator[int]:
        """Every goal that `_compared` can find to bear on a conversation, from the first on: found by words, never by trying all."""
        leading = self._subjects.leading(conversation)
        if not leading:
            return iter(range(self._count))
        recurring = self._subjects.recurring(conversation)
        often = self._subjects.often_said_in(conversation)
        alone = [
            self._of_no_words,
            sorted({goal for goal, _ in self._spoken.get(conversation, ())}),
            sorted(self._like.get(conversation, ())),
            *(self._goals_by_word[word] for word in often if word in self._goals_by_word),
            *(self._goals_by_home[word] for word in leading if word in self._goals_by_home),
        ]
        # Of words that recur but do not lead, two are needed.
        by_two = merge(*(self._goals_by_home[word] for word in recurring if word in self._goals_by_home))
        twice = (goal for goal, times in groupby(by_two) if sum(1 for _ in times) > 1)
        return (goal for goal, _ in groupby(merge(*alone, twice)))


def _as_hint(piece: Finding) -> Finding | None:
    """A rating with less confidence; None for a claim about data, which is none or full."""
    return piece.model_copy(update={"confidence": round(piece.confidence * HINT, 2)}) if piece.criterion else None


def _stretches(evidence: Sequence[Finding]) -> list[list[Finding]]:
    """Evidence in groups: readings of one criterion by one speaker, each within `NEAR_TURNS` of the one before; others alone."""
    alone: list[list[Finding]] = []
    spoken: dict[tuple[str, str, tuple[str, ...]], list[tuple[int, Finding]]] = {}
    for piece in evidence:
        if piece.criterion is None:
            alone.append([piece])
            continue
        first = piece.quotes[0]
        spoken.setdefault((piece.criterion.criterion, first.conversation_id, piece.speakers), []).append((_turn(first.utterance_id), piece))
    for turns in spoken.values():
        turns.sort(key=lambda pair: pair[0])
        last = None
        for turn, piece in turns:
            if last is None or turn - last > NEAR_TURNS:
                alone.append([])
            alone[-1].append(piece)
            last = turn
    return alone


def _nearness(left: Finding, right: Finding) -> float:
    """`NEARNESS` in the same turn, less with each turn between, 0 in another conversation."""
    distances = [
        abs(_turn(one.utterance_id) - _turn(other.utterance_id))
        for one in left.quotes
        for other in right.quotes
        if one.conversation_id == other.conversation_id
    ]
    return NEARNESS * max(0.0, 1 - min(distances) / NEAR_TURNS) if distances else 0.0


def _turn(utterance_id: str) -> int:
    return int(utterance_id[1:])
