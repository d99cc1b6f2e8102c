"""What to ask next, of whom."""

from __future__ import annotations

from collections.abc import Sequence

from discovery_agent.discovery.report.wording import ROLE_LABELS, plural
from discovery_agent.domain.agenda import AgendaItem
from discovery_agent.web.ui.elements import Piece, div, name, names, p, span, words_of


def show_question(item: AgendaItem) -> None:
    """One question of the agenda: what, why, and who can know it."""
    with Piece("li"):
        words_of(item.question, classes="strong")
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


def show_agenda(items: Sequence[AgendaItem]) -> None:
    """Questions by person, so that a lead can take the list to the next meeting."""
    with div("people asking"):
        for who, asked in by_person(items).items():
            with Piece("section", "", "asked"):
                with Piece("h2", "", "small-head"):
                    name(who)
                    span(f" {len(asked)}", "count")
                with Piece("ol", "", "asks"):
                    for item in asked:
                        show_question(item)
