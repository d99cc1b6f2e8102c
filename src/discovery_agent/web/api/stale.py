"""Two who change the same thing: the later is shown how it stands, and decides anew."""

from __future__ import annotations

from pydantic import BaseModel

from discovery_agent.errors import StaleVersion
from discovery_agent.web.problems import Refused, problem_of


def changed_meanwhile(error: StaleVersion, current: BaseModel) -> Refused:
    """The refusal of a change to an old version, with the object as it is stored now."""
    return Refused(problem_of(error).model_copy(update={"current": current.model_dump(mode="json")}))
