"""Runs that came to no measurement, and how they are told: every reason once, with its cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from discovery_agent.discovery.report.wording import plural
from discovery_agent.errors import DiscoveryError, SpendLimitReached
from discovery_agent.evals.harness.journal import Key
from discovery_agent.models.recordings import Missing

_NAMED = 10


class Unrun(NamedTuple):
    """A run that did not come to an end that could be scored, and why."""

    key: Key
    why: str
    missing: tuple[Missing, ...] = ()
    remedy: str = ""


def stopped(key: Key, error: DiscoveryError) -> Unrun:
    """A run that the cap on cost has no room for, or whose key is turned away, and what to do about it."""
    again = "run the same command again: it resumes."
    if isinstance(error, SpendLimitReached):
        return Unrun(key, error.what, remedy=f"Raise --max-cost, and {again}")
    return Unrun(key, error.what, remedy=f"{(error.remedy or 'Correct that.').rstrip('.')}, and {again}")


def lacking(unrun: Sequence[Unrun]) -> str:
    """Everything that is lacking, by reason; each case once, whatever number of arms and repeats lack it for that reason."""
    groups: dict[tuple[str, str], list[Key]] = {}
    for one in unrun:
        reasons = [f"prompt `{lack.prompt}`: {lack.why}" for lack in one.missing] or [one.why]
        for why in dict.fromkeys(reasons):
            groups.setdefault((one.key.suite, why.rstrip(".")), []).append(one.key)
    return " ".join(f"{suite}, {_arms_of(keys)}: {why}: {_cases_of(keys)}." for (suite, why), keys in groups.items())


def _arms_of(keys: Sequence[Key]) -> str:
    names = list(dict.fromkeys(key.arm for key in keys))
    return f"arm {names[0]}" if len(names) == 1 else f"arms {', '.join(names[:-1])} and {names[-1]}"


def _cases_of(keys: Sequence[Key]) -> str:
    cases = list(dict.fromkeys(key.case for key in keys))
    more = f" and {len(cases) - _NAMED} more" if len(cases) > _NAMED else ""
    return f"{plural(len(cases), 'case')} ({', '.join(cases[:_NAMED])}{more})"
