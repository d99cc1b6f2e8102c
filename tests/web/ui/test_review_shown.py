"""What the page of review makes of acts and differences."""

from __future__ import annotations

from datetime import timedelta

from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.domain.review import ReviewEntry, Verb
from discovery_agent.web.ui.review.composer import own_decision
from discovery_agent.web.ui.review.differences import marked
from discovery_agent.web.ui.review.trail import threads
from discovery_agent.web.ui.review.words import listed, where_done
from tests.blueprints import MADE, blocking, blueprint, choice


def entry(
    number: int, verb: Verb, who: str = "Ana", *, about: int | None = None, content: str = "h1", choice_id: str | None = None
) -> ReviewEntry:
    return ReviewEntry(
        engagement_id="e_1",
        id=f"a{number:09d}",
        at=MADE + timedelta(minutes=number),
        number=1,
        section_id=SectionId.RISKS,
        section_hash=content,
        choice_id=choice_id,
        reviewer_id=f"k-{who}",
        reviewer=who,
        role=AccessRole.REVIEWER,
        verb=verb,
        about=f"a{about:09d}" if about else None,
    )


def test_answers_stand_with_their_comment_also_answers_to_answers_and_what_settles_it() -> None:
    found = threads(
        [
            entry(1, Verb.COMMENT),
            entry(2, Verb.COMMENT, "Lea", about=1),
            entry(3, Verb.APPROVE, "Ben"),
            entry(4, Verb.COMMENT, "Ana", about=2),
            entry(5, Verb.SETTLE, "Lea", about=2),
            entry(6, Verb.COMMENT, "Ben"),
        ]
    )
    assert [one.entry.id[-1] for one in found] == ["6", "3", "1"]
    assert [one.id[-1] for one in found[2].answers] == ["2", "4"]
    assert found[2].settled is not None and found[0].settled is None


def test_an_own_decision_counts_only_on_the_content_that_is_shown_and_until_it_is_taken_back() -> None:
    acts = [entry(1, Verb.APPROVE), entry(2, Verb.COMMENT), entry(3, Verb.REJECT, "Ben"), entry(4, Verb.REJECT, choice_id="c-1")]
    assert own_decision(acts, "k-Ana", "h1") is Verb.APPROVE
    assert own_decision(acts, "k-Ana", "h2") is None
    assert own_decision([*acts, entry(5, Verb.WITHDRAW)], "k-Ana", "h1") is None


def test_what_changed_in_a_text_is_marked_word_by_word() -> None:
    was, now = marked("Paid within nine days by hand.", "Paid within four days.")
    assert [text for text, only_here in was if only_here] == ["nine days by hand."]
    assert [text for text, only_here in now if only_here] == ["four days."]
    assert "".join(text for text, _ in was) == "Paid within nine days by hand."
    assert marked("", "New.") == ([], [("New.", True)])


def test_everything_that_is_lacking_leads_to_where_it_is_done() -> None:
    wish = choice()
    version = blueprint(choices=(wish,), defects=(blocking(),))
    assert where_done("“Risks and compliance”: Ana has to approve it.", version) == ("/review?section=risks", SectionId.RISKS)
    assert where_done(f"“{wish.asked}” is deferred: the lead has to approve it.", version)[1] is SectionId.CHOICES
    assert where_done("Nobody is named who must approve: name at least one reviewer.", version) == ("/review#reviewers", None)
    assert where_done("The key of Ana has run out: give a new one.", version) == ("/people#members", None)
    assert where_done("Task t-1 traces to no KPI.", version) == ("/blueprint", None)
    assert listed(("Ana", "Ben", "Cleo")) == "Ana, Ben and Cleo"
