"""What to ask next, of whom."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from discovery_agent.discovery.report.wording import ROLE_LABELS, plural
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agenda import AgendaItem, Feeds
from discovery_agent.domain.agreement.register import ConflictState, RegisteredConflict
from discovery_agent.web.ui.elements import Piece, badge, div, name, names, p, span, words_of
from discovery_agent.web.ui.engagement.criteria import asked


def answered_by(known: Iterable[RegisteredConflict]) -> frozenset[str]:
    """Questions on conflicts that people ended since they were worked out: nobody has to ask them any more."""
    return frozenset(one.conflict.crux for one in known if one.state in (ConflictState.SETTLED, ConflictState.ACCEPTED))


def is_settled(item: AgendaItem, settled: Container[str]) -> bool:
    """Whether a question is on a conflict that people ended."""
    return item.feeds is Feeds.CONFLICT and item.question in settled


def show_question(ws: Workspace, item: AgendaItem, *, settled: bool = False) -> None:
    """One question of the agenda: what, why, and who can know it."""
    with Piece("li"):
        words_of(asked(ws, item), classes="strong")
        if settled:
            with p("", "small"):
                badge("settled", "good")
                span(" It need not be asked any more.", "quiet")
            return
        with p("", "quiet small"):
            name(item.about)
            span(f": {item.why}. ")
            span("Ask ")
            if item.people:
                names(item.people[:3])
                if len(item.people) > 3:
                    span(f" or {plural(len(item.people) - 3, 'other')}")
            else:
                roles = [ROLE_LABELS[role] for role in item.roles if ROLE_LABELS[role]]
                span(f"somebody not heard yet ({' or '.join(roles[:2])})" if roles else "somebody not heard yet")


def who_of(item: AgendaItem) -> str:
    """Under whose name a question stands."""
    if item.people:
        return item.people[0]
    return f"Somebody not heard yet ({ROLE_LABELS.get(item.roles[0], '') or 'any role'})" if item.roles else "Somebody not heard yet"


def by_person(items: Sequence[AgendaItem]) -> dict[str, list[AgendaItem]]:
    """Questions under the first who can answer, in the order given."""
    found: dict[str, list[AgendaItem]] = {}
    for item in items:
        found.setdefault(who_of(item), []).append(item)
    return found


def show_agenda(ws: Workspace, items: Sequence[AgendaItem], settled: Container[str] = ()) -> None:
    """Questions by person, so that a lead can take the list to the next meeting; those that were settled say so."""
    with div("people asking"):
        for who, theirs in by_person(items).items():
            with Piece("section", "", "asked"):
                with Piece("h2", "", "small-head"):
                    name(who)
                    span(f" {len(theirs)}", "count")
                with Piece("ol", "", "asks"):
                    for item in theirs:
                        show_question(ws, item, settled=is_settled(item, settled))
