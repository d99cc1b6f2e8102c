"""What a report cannot tell, said plainly."""

from __future__ import annotations

from discovery_agent.discovery.report.wording import ROLE_LABELS, plural
from discovery_agent.domain.decisions import Decisions
from discovery_agent.domain.findings import Proof
from discovery_agent.domain.necessity import Certainty


def limits(*, uses_model: bool, open_facts: int, facts: int, ties: int, decisions: Decisions | None) -> tuple[str, ...]:
    """One sentence for each limit that holds for this very report, the gravest first.

    Of `facts` about the KPIs, `open_facts` were not said; `ties` goals and KPIs hang below a goal.
    """
    found: list[str] = []
    if uses_model:
        found.append("A language model proposed the findings. Each quote was checked word by word; that nothing was missed was not.")
    else:
        found.append(
            # The figures are those of the README, on the held-out transcripts.
            "The findings come from rules and a small local model, which miss things: on transcripts it had never seen, it found "
            "about three in five goals and seven in ten KPIs. Read the transcripts below before you rely on an absence."
        )
    if decisions:
        found.extend(_of_decisions(decisions))
    if ties:
        found.append(
            f"{plural(ties, 'tie')} in the goal tree rest on likeness of words or nearness in the talk; nobody said them outright."
        )
    if open_facts:
        found.append(f"{open_facts:,} of {facts:,} facts about the KPIs were not said, so no effect can be worked out from those.")
    return tuple(found)


def _of_decisions(decisions: Decisions) -> list[str]:
    found: list[str] = []
    waiting = sum(goal.necessity.certainty is not Certainty.SETTLED for goal in decisions.goals)
    if waiting:
        found.append(
            f"{waiting:,} of {plural(len(decisions.goals), 'verdict')} {'is' if waiting == 1 else 'are'} not settled: "
            "an answer under “Ask next” can change them."
        )
    if any(goal.economics.assumptions for goal in decisions.goals):
        found.append("Costs and effects rest on assumptions that are listed beside them; replace them with your own figures.")
    if any(gate.proof is Proof.HEARSAY for goal in decisions.goals if goal.readiness for gate in goal.readiness.dimensions):
        found.append("What is known of the data is mostly hearsay: nobody looked at it.")
    coverage = decisions.coverage
    if coverage.missing_roles:
        found.append(f"Nobody was heard as: {', '.join(ROLE_LABELS.get(role, role.value) for role in coverage.missing_roles)}.")
    if coverage.single_voices:
        found.append(f"{plural(len(coverage.single_voices), 'goal or KPI', 'goals and KPIs')} rest on one voice.")
    return found
