"""How far an interview has come."""

from __future__ import annotations

from discovery_agent.discovery.report.wording import plural
from discovery_agent.domain.interview.moves import Progress
from discovery_agent.web.ui.elements import Gauge, Piece, div, link, p, words_of


class Way:
    """The strip above the talk: which question it is, how much is settled, and what is still open."""

    def __init__(self, progress: Progress) -> None:
        with div("way", role="region", aria_label="Progress"):
            with div("spread"):
                self._question = p("", "strong small")
                self._understood = link("", "#understood", "small")
            self._gauge = Gauge("How far the interview has come")
            with Piece("details") as self._more:
                self._summary = Piece("summary")
                self._subjects = Piece("ul", "", "subjects")
        self.count(0)
        self.show(progress)

    def show(self, progress: Progress) -> None:
        """Show new progress."""
        self._question.say(way_words(progress))
        self._gauge.show(progress.share)
        self._more.put("hidden", not (progress.settled or progress.still_open))
        self._summary.say(f"{plural(len(progress.settled), 'subject')} settled, {len(progress.still_open)} open")
        self._subjects.clear()
        with self._subjects:
            for subject in progress.settled:
                words_of(subject, "li", "done")
            for subject in progress.still_open:
                words_of(subject, "li")

    def count(self, points: int) -> None:
        """Say how many points were understood."""
        self._understood.say(f"Understood: {points}")


def way_words(progress: Progress) -> str:
    """`Question 4 of at most 15`."""
    if progress.asked == 0:
        return f"At most {plural(progress.budget, 'question')}"
    return f"Question {progress.asked} of at most {progress.budget}"
