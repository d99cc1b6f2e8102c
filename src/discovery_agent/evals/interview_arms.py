"""Every persona interviewed by every interviewer."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from itertools import count, islice, product

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.domain.engagement import DEFAULT_QUESTIONS
from discovery_agent.evals.interview import Arms, Interviewer, PersonaResult, run_interview
from discovery_agent.evals.interview_interviewers import FixedInterviewer, PolicyInterviewer
from discovery_agent.evals.interview_personas import Persona

Progress = Callable[[str, int, int], None]
"""Called with the name of an interviewer, the personas done and the personas in all."""


REPEATS = 3
"""How often our own interviewer meets each persona. It chooses among wordings by the name of whom it asks, so each time is another."""


async def interview_all(
    personas: Sequence[Persona],
    bench: Workbench,
    progress: Progress,
    *,
    budget: int = DEFAULT_QUESTIONS,
    repeats: int = REPEATS,
) -> Arms:
    """The product's interviewer first: worded by the configured model if there is one, then by the rules; then the fixed list."""
    wording = list({id(analyst): analyst for analyst in (bench.analyst, bench.rules)}.values())
    makers: list[tuple[Callable[[Persona], Interviewer], int]] = [
        (lambda persona, analyst=analyst: PolicyInterviewer(persona, budget, bench, analyst), repeats) for analyst in wording
    ]
    makers.append((lambda _: FixedInterviewer(), 1))
    arms: dict[str, list[PersonaResult]] = {}
    for make, times in makers:
        for done, persona in enumerate(personas, start=1):
            runs = [await run_interview(one, make(one), bench.embeddings.embed, budget) for one in namesakes(persona, times)]
            arms.setdefault(runs[0].interviewer, []).append(PersonaResult(persona, tuple(runs)))
            progress(runs[0].interviewer, done, len(personas))
    return arms


def namesakes(persona: Persona, many: int) -> list[Persona]:
    """The persona under so many names: as written, then with initials between."""
    first, _, rest = persona.name.partition(" ")
    initials = (". ".join(letters) for length in count(1) for letters in product(string.ascii_uppercase, repeat=length))
    names = [persona.name, *(f"{first} {one}. {rest}".strip() for one in islice(initials, many - 1))]
    return [persona.model_copy(update={"name": name}) for name in names[:many]]
