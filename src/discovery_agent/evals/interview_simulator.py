"""A simulated stakeholder that answers questions and gives nothing away unasked.

The interviewer sees only `answer(...).text`. Nothing is random: the same questions in the same order give the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from discovery_agent.domain.question_check import asking_sentences
from discovery_agent.domain.question_check.wording import content_words
from discovery_agent.evals.interview_matching import BEHIND_BEST, LEAST_ALIKE, Embed, Fit, Matcher, cued, fitting
from discovery_agent.evals.interview_personas import Fact, Manner, Persona, Unlocking

MOST_AT_ONCE = {Manner.TERSE: 1, Manner.TALKATIVE: 3}
"""Facts in one answer; two for every other manner."""

_CONCRETE = re.compile(
    r"\b(?:how (?:many|much|often|long|far|old|quickly|soon|large|big|high|exactly)|number|figure|figures|roughly|approximately|percent|per cent|share"
    r"|example|examples|for instance|last time|latest|exactly|specific|specifically|concrete|concretely|in particular|precisely|case|comes to mind"
    r"|what do you mean|what does that mean|what would that be|what happened|how did|tell me more|say more|such as|estimate|ballpark|in what way"
    r"|which|who|where|when|what kind|spell|more like|compare)\b",
    re.IGNORECASE,
)
"""Asks for a figure, a name, a place, a date or an event instead of a general account."""

_POINTS_BACK = 3
"""A concrete question with at most so many content words of its own points back at what was just said."""

_HOW_MUCH = re.compile(r"\b(?:how (?:many|much|often|long|far)|number|figure|roughly|percent|estimate)\b", re.IGNORECASE)

_LADDER = Unlocking(
    asked_by=(
        "What would that give you?",
        "What do you want to achieve with it?",
        "What problem would it solve?",
        "Why do you need it?",
        "What would be different for the business if you had it?",
        "What is the goal behind it?",
        "What should it change?",
        "What would you use it for?",
    ),
    cues=(
        (
            "what for", "achieve", "reach", "give you", "help you", "get out of", "gain", "problem", "solve", "behind", "why do you", "why would",
            "need it", "want it", "different", "change", "better", "in the end", "for the business", "bring",
        ),
        ("it", "that", "this", "tool", "system", "one"),
    ),
)  # fmt: skip
_NOTHING = {
    Manner.TERSE: ("Nothing comes to mind.", "Could not say.", "Nothing to add."),
    Manner.EVASIVE: ("I would not put it that way.", "There is little to say about that."),
    Manner.TALKATIVE: ("nothing comes to mind there, love.", "I could not tell you anything about that."),
    Manner.SOLUTION_FIRST: ("That is not my concern.", "I have no opinion on that."),
    Manner.CONTRADICTORY: ("I cannot think of anything there.", "Nothing comes to mind."),
    Manner.HELPFUL: ("I cannot think of anything there, I am afraid.", "Nothing comes to mind, sorry."),
}
_AGAIN = {
    Manner.TERSE: "Said that. {}",
    Manner.EVASIVE: "I have said so already. {}",
    Manner.TALKATIVE: "Like I told you before, love. {}",
    Manner.SOLUTION_FIRST: "I told you. {}",
    Manner.CONTRADICTORY: "I said so before. {}",
    Manner.HELPFUL: "I mentioned it before. {}",
}
_VAGUE_AGAIN = ("That is as much as I can say offhand.", "I would have to think about it.")
_NUMBER_WORDS = dict(zip("one two three four five six seven eight nine ten eleven twelve".split(), map(str, range(1, 13)), strict=True))


@dataclass(frozen=True)
class Reply:
    """What the stakeholder says."""

    text: str
    told: tuple[str, ...] = ()
    """Ids of what came out for the first time."""
    again: tuple[str, ...] = ()
    """Ids of what had to be said a second time, because it was asked again."""
    knows_not: bool = False
    """Whether it was outside their role."""


@dataclass
class Simulator:
    """One stakeholder in one interview."""

    persona: Persona
    embed: Embed
    told: set[str] = field(default_factory=set[str])
    _hinted: set[str] = field(default_factory=set[str])
    """Facts of which only the vague version was said."""
    _pending: list[str] = field(default_factory=list[str])
    """Those hinted at in the last answer."""
    _later: set[str] = field(default_factory=set[str])
    """Facts whose other figure was said, too."""
    _last: str | None = None
    """The fact told last."""
    _laddered: bool = False
    _turns: int = 0

    def __post_init__(self) -> None:
        self._facts = {fact.id: fact for fact in self.persona.facts}
        self._matcher = Matcher(self.persona.facts, self.embed)
        self._elsewhere = Matcher(self.persona.elsewhere, self.embed)
        means, things = _LADDER.cues
        named = sorted({word for solution in self.persona.solutions for word in re.findall(r"\w{4,}", solution.casefold())})
        self._ladder = Matcher((_LADDER.model_copy(update={"cues": (means, (*things, *named))}),), self.embed)

    def answer(self, said: str) -> Reply:
        """What they say to the interviewer's words."""
        self._turns += 1
        settled = self._settle(said)
        if settled:
            return settled
        fits = self._matcher.fits(said)
        laddering = self._is_laddering(said)
        open_facts = [fact for fact in (self.persona.facts[fit.at] for fit in fitting(fits)) if laddering or not self._locked(fact)]
        if laddering:
            behind = [fact for fact in self.persona.facts if fact.behind and fact.id not in self.told]
            open_facts = list(dict.fromkeys((*behind[:1], *open_facts)))
            self._laddered = True
        asked = self._clarified(said, fits) + [fact for fact in open_facts if fact.id not in self.told]
        fresh = list(dict.fromkeys(asked))
        elsewhere = self._not_theirs(said, fits)
        if elsewhere and not self._clarified(said, fits) and not laddering:
            self._pending = []
            return Reply(self._dressed([elsewhere]), knows_not=True)
        if fresh:
            return self._tell(said, fresh)
        self._pending = []
        about = self._about_another(fits)
        if about and about[0].unlocks and not self._locked(self.persona.facts[about[0].at]):
            return self._tell(said, [self.persona.facts[about[0].at]])
        repeated = [] if about else [fact for fact in open_facts if fact.id in self.told] or self._just_told(said)
        if repeated and not self._shut:
            return Reply(_AGAIN[self.persona.manner].format(repeated[0].says), again=(repeated[0].id,))
        return Reply(self._dressed([] if self._shut else [self._one_of(_NOTHING[self.persona.manner])]))

    def _about_another(self, fits: Sequence[Fit]) -> list[Fit]:
        """What the question is nearer to than to all that was told, nearest first: then no shared noun makes it a repetition."""
        told = [fit.likeness for fit in fits if fit.unlocks and self.persona.facts[fit.at].id in self.told]
        nearer = [fit for fit in fits if self.persona.facts[fit.at].id not in self.told and fit.likeness > max(told, default=1.0)]
        return sorted(nearer, key=lambda fit: (-fit.likeness, fit.at))

    @property
    def _shut(self) -> bool:
        """Whether they still answer with solutions."""
        return self.persona.manner is Manner.SOLUTION_FIRST and not self._laddered

    def _locked(self, fact: Fact) -> bool:
        return fact.behind and self._shut

    def _is_laddering(self, said: str) -> bool:
        return self._shut and self._turns > 1 and self._ladder.fits(said)[0].unlocks

    def _tell(self, said: str, facts: Sequence[Fact]) -> Reply:
        """Tell what was asked for: as it is, or only vaguely at first."""
        most = MOST_AT_ONCE.get(self.persona.manner, 2)
        parts: list[str] = []
        told: list[str] = []
        hinted: list[str] = []
        for fact in facts[:most]:
            if self._says_it(said, fact):
                parts.append(fact.says)
                told.append(fact.id)
            elif not hinted:
                parts.append(self._hint(fact))
                hinted.append(fact.id)
        parts += [self._other_figure(one) for one in self.persona.facts if self._brings_out(one, told)]
        self.told.update(told)
        self._hinted.update(hinted)
        self._pending = hinted
        self._last = told[-1] if told else self._last
        return Reply(self._dressed(parts), told=tuple(told))

    def _says_it(self, said: str, fact: Fact) -> bool:
        guarded = fact.vague is not None or self.persona.manner is Manner.EVASIVE
        if not guarded:
            return True
        if fact.id not in self._hinted:
            return False
        concrete = any(_CONCRETE.search(one) for one in asking_sentences(said) or [said])
        return concrete or self.persona.manner is not Manner.EVASIVE

    def _hint(self, fact: Fact) -> str:
        if fact.id in self._hinted:
            return self._one_of(_VAGUE_AGAIN)
        return fact.vague or self._one_of(self.persona.evasions or _VAGUE_AGAIN)

    def _clarified(self, said: str, fits: Sequence[Fit]) -> list[Fact]:
        """What was only hinted at in the last answer, if the question asks for more of it."""
        asked = " ".join(asking_sentences(said) or [said])
        if not _CONCRETE.search(asked):
            return []
        own = content_words(_CONCRETE.sub(" ", asked))
        best = max((fit.rank for fit in fits if fit.unlocks and self.persona.facts[fit.at].id not in self._pending), default=0.0)
        found: list[Fact] = []
        for fit in fits:
            fact = self.persona.facts[fit.at]
            if fact.id not in self._pending:
                continue
            quotes = len(own & content_words(fact.vague or "")) >= 2
            about_it = (cued(asked, fact) or fit.likeness >= LEAST_ALIKE) and fit.rank >= best - BEHIND_BEST
            if quotes or about_it or (len(own) <= _POINTS_BACK and not best):
                found.append(fact)
        return found

    def _just_told(self, said: str) -> list[Fact]:
        """What came out last, if a question such as "roughly how many is that?" points back at it."""
        asked = " ".join(asking_sentences(said) or [said])
        if self._last and _HOW_MUCH.search(asked) and not content_words(_HOW_MUCH.sub(" ", asked)):
            return [self._facts[self._last]]
        return []

    def _not_theirs(self, said: str, fits: Sequence[Fit]) -> str | None:
        """Who would know, if the question fits something outside their role better than all that they know."""
        outside = fitting(self._elsewhere.fits(said))
        if not outside:
            return None
        best = max((fit.rank for fit in fits if fit.unlocks), default=0.0)
        return self.persona.elsewhere[outside[0].at].says if outside[0].rank > best else None

    def _brings_out(self, fact: Fact, told: Sequence[str]) -> bool:
        return fact.later is not None and fact.id in self.told and fact.id not in self._later and any(one in fact.related for one in told)

    def _other_figure(self, fact: Fact) -> str:
        self._later.add(fact.id)
        return fact.later or ""

    def _settle(self, said: str) -> Reply | None:
        """What holds, once both figures are put to them in one turn."""
        for identifier in sorted(self._later):
            fact = self._facts[identifier]
            key = f"{identifier}/settled"
            if key not in self.told and fact.settles and _puts_both(said, fact):
                self.told.add(key)
                self._pending = []
                return Reply(self._dressed([fact.settles]), told=(key,))
        return None

    def _one_of(self, choices: Sequence[str]) -> str:
        return choices[self._turns % len(choices)]

    def _dressed(self, parts: Sequence[str]) -> str:
        """The parts as this person would say them."""
        said = " ".join(parts)
        match self.persona.manner:
            case Manner.TALKATIVE:
                opener = ("Well, ", "Oh, ", "You know, ")[self._turns % 3]
                return f"{opener}{_lower(said)} {self._one_of(self.persona.asides)}"
            case Manner.SOLUTION_FIRST if self._shut:
                return f"{said} {self._one_of(self.persona.solutions)}".strip()
            case _:
                return said


def _puts_both(said: str, fact: Fact) -> bool:
    """Whether somebody names the figure of both versions."""
    named = _figures(said)
    one, other = _figures(fact.says), _figures(fact.later or "")
    return bool(named & (one - other)) and bool(named & (other - one))


def _figures(text: str) -> set[str]:
    words = re.findall(r"\d+(?:[.,]\d+)*|[a-z]+", text.casefold())
    return {_NUMBER_WORDS.get(word, word) for word in words if word[0].isdigit() or word in _NUMBER_WORDS}


def _lower(text: str) -> str:
    """The text as it goes on after an opener."""
    first = text.split(" ", 1)[0]
    return text if first in {"I", "I'm", "I've"} or not text[:1].isupper() or first[1:2].isupper() else text[0].lower() + text[1:]
