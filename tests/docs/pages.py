"""The commands in README.md and docs/: which blocks there are, and what each line of them calls."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```\s*$", re.S | re.M)
_HEREDOC = re.compile(r"(<<-?\s*'?(\w+)'?[^\n]*\n).*?^\2$", re.S | re.M)
_ENDS = frozenset("();<>|&")
_BEFORE_A_PROGRAM = frozenset({"do", "then", "else", "if", "until", "while", "!", "exec", "time", "sudo"})
SHELLS = frozenset({"sh", "bash", "shell", "console", "zsh"})


@dataclass(frozen=True)
class Block:
    """A fenced block of commands."""

    page: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> tuple[str, ...]:
    """Every page with the address that it has in the repository."""
    docs = sorted(one.relative_to(ROOT).as_posix() for one in (ROOT / "docs").rglob("*.md"))
    return ("README.md", "CONTRIBUTING.md", *docs)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> tuple[Block, ...]:
    """The fenced blocks of a page, of any language."""
    text = text_of(page)
    return tuple(
        Block(page, text.count("\n", 0, found.start()) + 1, found[2], re.sub(rf"^{found[1]}", "", found[3], flags=re.M))
        for found in _FENCE.finditer(text)
    )


def commands(page: str) -> tuple[Block, ...]:
    """The blocks that a reader pastes into a shell."""
    return tuple(one for one in blocks(page) if one.language == "sh")


def calls(text: str, program: str) -> tuple[tuple[str, ...], ...]:
    """The arguments of every call of a program in some shell commands, also inside `$(...)`."""
    text = _HEREDOC.sub(r"\1", text.replace("\\\n", " "))
    found: list[tuple[str, ...]] = []
    for line in _lines(text):
        line, inner = _without_substitutions(line)
        for one in inner:
            found += calls(one, program)
        words = list(_words(line))
        starts = [at for at, word in enumerate(words) if re.fullmatch(rf"(\S*/)?{re.escape(program)}", word) and _begins(words[:at])]
        for start in starts:
            end = next((at for at in range(start + 1, len(words)) if set(words[at]) <= _ENDS), len(words))
            found.append(tuple(words[start + 1 : end]))
    return tuple(found)


def _begins(before: list[str]) -> bool:
    """Whether a word after these is the name of a program, and not an argument of another."""
    return not before or set(before[-1]) <= _ENDS or before[-1] in _BEFORE_A_PROGRAM or bool(re.match(r"[A-Z_]+=", before[-1]))


def _lines(text: str) -> list[str]:
    """Lines, with those joined over which a quoted string goes on."""
    whole: list[str] = []
    open_line = ""
    for line in text.splitlines():
        open_line = f"{open_line}\n{line}" if open_line else line
        try:
            shlex.split(open_line, comments=True)
        except ValueError:
            continue
        whole.append(open_line)
        open_line = ""
    return whole + [open_line] * bool(open_line)


def _without_substitutions(line: str) -> tuple[str, list[str]]:
    """The line with a word in place of each `$(...)`, and what stood in them."""
    inner: list[str] = []
    while (start := line.find("$(")) >= 0:
        depth, end = 1, start + 2
        while end < len(line) and depth:
            depth += {"(": 1, ")": -1}.get(line[end], 0)
            end += 1
        inner.append(line[start + 2 : end - 1])
        line = f"{line[:start]}SUBSTITUTED{line[end:]}"
    return line, inner


def _words(line: str) -> list[str]:
    reader = shlex.shlex(line, posix=True, punctuation_chars="".join(sorted(_ENDS)))
    reader.whitespace_split = True
    return list(reader)
