"""What was changed in the prompts: the text of base beside that of head, line by line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from discovery_agent.evals.harness.arms import Arm, Prompts
from discovery_agent.evals.harness.comparison import Comparison

_AROUND = 3  # lines that did not change, shown around those that did


@dataclass(frozen=True)
class Line:
    """A line of the difference: `removed`, `added`, `same`, or `gap` for what is left out between."""

    kind: str
    text: str


@dataclass(frozen=True)
class PromptChange:
    """A prompt that differs between two arms."""

    name: str
    base_hash: str
    head_hash: str
    lines: tuple[Line, ...]
    """Empty if a text is no longer where it was."""
    added: int
    removed: int


@dataclass(frozen=True)
class PromptChanges:
    """All prompts of two arms."""

    changed: tuple[PromptChange, ...]
    equal: tuple[str, ...]
    compared: bool
    """Whether both arms have prompts at all."""


def prompt_changes(comparison: Comparison) -> PromptChanges:
    """The differences between the prompts of base and head; texts are read from where they were laid out for the run."""
    arms = {one.arm.name: one.arm for suite in comparison.suites for one in suite.arms}
    base, head = _prompts(arms, comparison.base), _prompts(arms, comparison.head)
    if base is None or head is None:
        return PromptChanges((), (), compared=False)
    names = sorted(base.hashes.keys() | head.hashes.keys())
    changed = [name for name in names if base.hashes.get(name) != head.hashes.get(name)]
    return PromptChanges(
        tuple(_change(name, base, head) for name in changed), tuple(name for name in names if name not in changed), compared=True
    )


def _prompts(arms: dict[str, Arm], name: str | None) -> Prompts | None:
    arm = arms.get(name) if name else None
    return arm.prompts if arm else None


def _change(name: str, base: Prompts, head: Prompts) -> PromptChange:
    before, after = _text(base, name), _text(head, name)
    lines = () if before is None or after is None else tuple(line_difference(before, after))
    return PromptChange(
        name,
        base.hashes.get(name, ""),
        head.hashes.get(name, ""),
        lines,
        sum(one.kind == "added" for one in lines),
        sum(one.kind == "removed" for one in lines),
    )


def _text(prompts: Prompts, name: str) -> str | None:
    if name not in prompts.hashes:
        return ""  # the arm has no such prompt: all of it is new, or gone
    path = prompts.folder / f"{Path(name).name}.md"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def line_difference(before: str, after: str) -> list[Line]:
    """The lines that were removed and added, with some of what stands around them.

    >>> [(one.kind, one.text) for one in line_difference("a\\nb", "a\\nc")]
    [('same', 'a'), ('removed', 'b'), ('added', 'c')]
    """
    found: list[Line] = []
    blocks = difflib.SequenceMatcher(None, old := before.splitlines(), new := after.splitlines(), autojunk=False).get_grouped_opcodes(
        _AROUND
    )
    for number, group in enumerate(blocks):
        if number:
            found.append(Line("gap", "…"))
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                found += [Line("same", text) for text in old[first:last]]
            else:
                found += [Line("removed", text) for text in old[first:last]]
                found += [Line("added", text) for text in new[new_first:new_last]]
    return found
