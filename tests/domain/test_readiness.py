"""Readiness: unknown stays unknown, better proof outweighs worse, and every gap names the next step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.domain.said import quote

from discovery_agent.domain.conversation import Role
from discovery_agent.domain.findings import Proof
from discovery_agent.domain.ladder import SolutionClass
from discovery_agent.domain.readiness import DataClaim, Dimension, GateState, ReadinessTable, assess_readiness


def dimension(name: str) -> Dimension:
    return Dimension(
        id=name,
        name=name.title(),
        question=f"What about {name}?",
        roles=(Role.TECHNICAL,),
        levels=("none", "little", "enough", "plenty"),
        request="Ask whoever keeps {data} for 20 cases.",
        action=f"Improve the {name}.",
    )


TABLE = ReadinessTable(
    dimensions=(dimension("access"), dimension("labels"), dimension("history")),
    gates={SolutionClass.PREDICTIVE_ML: {"labels": 2, "history": 1}, SolutionClass.PROCESS_CHANGE: {}},
)


def claim(name: str, level: int, proof: Proof = Proof.HEARSAY, text: str = "They said so.") -> DataClaim:
    return DataClaim(dimension=name, level=level, proof=proof, quotes=(quote(text),))


def test_what_nobody_spoke_of_stays_unknown_and_names_the_request() -> None:
    ready = assess_readiness(TABLE, SolutionClass.PREDICTIVE_ML, [claim("labels", 3)], data="the claims archive")
    history, labels = ready.dimensions
    assert (history.dimension, history.state, history.level) == ("history", GateState.UNKNOWN, None)
    assert history.next_step == "Ask whoever keeps the claims archive for 20 cases."
    assert (labels.state, labels.next_step) == (GateState.OPEN, None)
    assert ready.ready is None


def test_a_gate_known_to_be_closed_names_the_action_and_comes_first() -> None:
    ready = assess_readiness(TABLE, SolutionClass.PREDICTIVE_ML, [claim("labels", 1)])
    assert ready.dimensions[0].dimension == "labels"
    assert (ready.dimensions[0].state, ready.dimensions[0].next_step) == (GateState.CLOSED, "Improve the labels.")
    assert ready.ready is False


def test_only_what_gates_the_class_is_asked_for() -> None:
    assert {one.dimension for one in assess_readiness(TABLE, SolutionClass.PREDICTIVE_ML, []).dimensions} == {"labels", "history"}
    assert assess_readiness(TABLE, SolutionClass.PROCESS_CHANGE, []).ready is True


def test_what_was_tested_stands_against_what_was_only_said() -> None:
    ready = assess_readiness(
        TABLE, SolutionClass.PREDICTIVE_ML, [claim("labels", 3), claim("labels", 1, Proof.TESTED), claim("history", 2)]
    )
    assert ready.dimensions[0].level == 1
    assert ready.dimensions[0].proof is Proof.TESTED
    assert not ready.dimensions[0].disputed


def test_claims_on_both_sides_of_a_gate_leave_it_unknown_and_disputed() -> None:
    ready = assess_readiness(TABLE, SolutionClass.PREDICTIVE_ML, [claim("labels", 3), claim("labels", 1), claim("history", 2)])
    labels = next(one for one in ready.dimensions if one.dimension == "labels")
    assert (labels.state, labels.disputed) == (GateState.UNKNOWN, True)


@given(st.lists(st.tuples(st.sampled_from(["labels", "history"]), st.integers(0, 3), st.sampled_from(list(Proof)))))
def test_a_gate_is_open_only_if_every_best_proved_claim_reaches_it(said: list[tuple[str, int, Proof]]) -> None:
    ready = assess_readiness(TABLE, SolutionClass.PREDICTIVE_ML, [claim(*one) for one in said])
    for reading in ready.dimensions:
        proofs = [proof for name, _, proof in said if name == reading.dimension]
        best = [level for name, level, proof in said if name == reading.dimension and proof is max(proofs)]
        if reading.state is GateState.OPEN:
            assert best and min(best) >= reading.least
        elif reading.state is GateState.CLOSED:
            assert best and max(best) < reading.least
        else:
            assert not best or min(best) < reading.least <= max(best)
