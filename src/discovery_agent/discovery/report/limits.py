"""What a report cannot tell, said plainly."""

from __future__ import annotations

from discovery_agent.discovery.report.decision_view import DecisionsView
from discovery_agent.discovery.report.kpi_view import KpiView
from discovery_agent.discovery.report.wording import plural


def limits(*, uses_model: bool, kpis: tuple[KpiView, ...], ties: int, decisions: DecisionsView | None) -> tuple[str, ...]:
    """One sentence for each limit that holds for this very report, the gravest first."""
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
    open_fields = sum(len(kpi.gaps) for kpi in kpis)
    if open_fields:
        found.append(f"{open_fields} of {5 * len(kpis)} facts about the KPIs were not said, so no effect can be worked out from those.")
    return tuple(found)


def _of_decisions(decisions: DecisionsView) -> list[str]:
    found: list[str] = []
    waiting = sum(verdict.certainty != "settled" for verdict in decisions.verdicts)
    if waiting:
        found.append(
            f"{waiting} of {plural(len(decisions.verdicts), 'verdict')} {'is' if waiting == 1 else 'are'} not settled: "
            "an answer under “Ask next” can change them."
        )
    if any(verdict.assumptions for verdict in decisions.verdicts):
        found.append("Costs and effects rest on assumptions that are listed beside them; replace them with your own figures.")
    if any(gate.proof == "hearsay" for verdict in decisions.verdicts for gate in verdict.gates):
        found.append("What is known of the data is mostly hearsay: nobody looked at it.")
    if decisions.missing_roles:
        found.append(f"Nobody was heard as: {', '.join(decisions.missing_roles)}.")
    if decisions.single_voices:
        found.append(f"{plural(len(decisions.single_voices), 'goal or KPI', 'goals and KPIs')} rest on one voice.")
    return found
