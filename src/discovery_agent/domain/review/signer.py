"""Under which name somebody signs, and what a reason is that they sign with."""

from __future__ import annotations

import re

# What keys are called that were given out for a role, not for a person: a name that holds nothing else names nobody.
_NO_NAMES = frozenset(
    "a admin administrator agent anonymous architect business ceo cfo chief cio compliance coo cto delivery demo director engineering "
    "end engagement guest head holder it key lead leader legal link main manager me member nobody of office officer our owner person "
    "process product program project representative reviewer role service somebody someone sponsor staff stakeholder system team "
    "technical test tester the unknown user".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_LETTERS = 10


def names_a_person(name: str) -> bool:
    """Whether a name can be a person's: it holds a word that is no word for a role.

    >>> names_a_person("Maria Santos"), names_a_person("Owner"), names_a_person("the project lead")
    (True, False, False)
    """
    words = [one.casefold() for one in _WORD.findall(name)]
    return any(len(one) > 1 and one not in _NO_NAMES for one in words)


def gives_a_reason(words: str) -> bool:
    """Whether words say more than yes or no.

    >>> gives_a_reason("The board agreed to it on 3 March."), gives_a_reason("ok, ok")
    (True, False)
    """
    return sum(one.isalnum() for one in words) >= _FEWEST_LETTERS
