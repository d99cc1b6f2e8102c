"""Working an interview page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

QUESTIONS = ".turns .from-us:not([aria-busy]) .said"
ANSWERS = (
    "Customers should get an answer within one day. Today they wait two and a half days on average.",
    "Last Tuesday a workshop in Linz waited four days for a price, and then bought elsewhere.",
    "I don't know.",
    "We get about 300 e-mails a day, and 40 percent ask where their order is.",
    "The orders are in the ERP, but nobody outside IT can query it.",
    "By the end of June.",
    "Customer data must not leave the EU.",
    "A clerk reads each mail and looks the order up by hand.",
)


def begin(page: Page) -> None:
    """From the welcome to the first question."""
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(QUESTIONS)).to_have_count(1)


def say(page: Page, text: str) -> None:
    """Type an answer and wait until the next question, or the recap, stands."""
    asked = page.locator(QUESTIONS).count()
    page.get_by_label("Your answer").fill(text)
    page.get_by_label("Your answer").press("Enter")
    wait_for_question(page, asked)


def wait_for_question(page: Page, asked: int) -> None:
    page.wait_for_function(
        "([question, asked]) => document.querySelectorAll(question).length > asked || document.querySelector('.recap')",
        arg=[QUESTIONS, asked],
    )


def stop(page: Page) -> None:
    """Leave for the recap."""
    page.get_by_role("button", name="Stop here").click()
    page.get_by_role("button", name="Go to the summary").click()
    expect(page.locator(".recap")).to_be_visible()
