"""Which figure backs which goal, found by words: the same as by comparing every figure with every goal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from discovery_agent.domain.backing import Backing
from discovery_agent.domain.conversation import content_id
from discovery_agent.domain.findings import Finding, FindingKind, Grounding, Quote
from discovery_agent.domain.said_figures import said_figures
from discovery_agent.domain.subjects import subject_words

THINGS = ("warranty", "permit", "pallet", "ferry", "")


def said(number: int, thing: str, cases: int, conversation: str) -> Finding:
    text = f"We get {cases} {thing} forms a month" if thing else f"We get {cases} a month"
    quote = Quote(
        conversation_id=conversation,
        utterance_id=f"u{number}",
        speaker="Ada",
        start=0,
        end=len(text),
        text=text,
        grounding=Grounding.EXACT,
    )
    return Finding(
        id=content_id("f", str(number)),
        kind=FindingKind.PROCESS_STEP,
        statement=text,
        speakers=("Ada",),
        confidence=0.5,
        quotes=(quote,),
        proposed_by="test",
    )


told = st.lists(st.tuples(st.sampled_from(THINGS), st.integers(2, 9), st.sampled_from("xyz")), max_size=12)


@given(
    told=told,
    near=st.sets(st.integers(0, 11)),
    goals=st.lists(st.sampled_from(THINGS[:4]), min_size=1, max_size=4),
    open_to=st.sets(st.sampled_from("xyz")),
)
def test_every_goal_has_the_figure_that_comparing_all_with_all_gives(
    told: list[tuple[str, int, str]], near: set[int], goals: list[str], open_to: set[str]
) -> None:
    findings = [said(number, *one) for number, one in enumerate(told)]
    evidence = [findings[at] for at in sorted(near) if at < len(findings)]
    statements = [f"Answer every {goal} form faster" for goal in goals]
    named = frozenset[str]().union(*map(subject_words, statements))

    def bears(conversation: str, _words: frozenset[str], _goal: int) -> bool:
        return conversation in open_to

    backing = Backing(findings, statements, bears, "EUR")
    for goal, statement in enumerate(statements):
        best, figure = (0, 0.0), None
        for one in [*evidence, *findings]:
            words = subject_words(one.quotes[0].text)
            bearing = not words & named and bears(one.quotes[0].conversation_id, words, goal)
            close = 2 if words & subject_words(statement) else int(bearing)
            cases = said_figures([one], "EUR").cases_per_month
            if close and cases and (close, cases.likely) > best:
                best, figure = (close, cases.likely), cases
        assert backing.of(goal, evidence).cases_per_month == figure
