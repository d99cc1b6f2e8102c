"""Realistic cases for drafts, one for each course; a name stands for the cases of one engagement.

The names: `automate`, `build_with_ai`, `prepare_first`, `change_process`, `do_not_build`, `undecided`, and `several`, which holds
goals of several courses, a wish for a chatbot, positions against, decisions and a disputed target. People talk as in a meeting, and
every finding is located in what they said.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.domain.blueprint.cases.canteen import canteen
from tests.domain.blueprint.cases.case import Case
from tests.domain.blueprint.cases.export_papers import export_papers
from tests.domain.blueprint.cases.handover import handover
from tests.domain.blueprint.cases.invoices import invoices
from tests.domain.blueprint.cases.letters import letters

CASES: dict[str, Callable[[], tuple[Case, ...]]] = {
    "automate": lambda: (invoices(),),
    "build_with_ai": lambda: (letters(ready=True),),
    "prepare_first": lambda: (letters(ready=False),),
    "change_process": lambda: (handover(),),
    "do_not_build": lambda: (export_papers(),),
    "undecided": lambda: (canteen(),),
    "several": lambda: (invoices(), letters(ready=True), handover(), export_papers(), canteen()),
}
