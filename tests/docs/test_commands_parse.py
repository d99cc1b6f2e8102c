"""Every command, address, setting and target that the documentation names is one of the program's. Nothing is run here."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
import typer.main

from discovery_agent.cli.main import app
from discovery_agent.settings import Settings
from tests.docs.pages import ROOT, SHELLS, blocks, calls, commands, pages, text_of

_VARIABLES_OF_OTHERS = {"DISCOVERY_CHROMIUM", "DISCOVERY_KEY"}
_DOCUMENT = "/openapi.json"
_AROUND = re.compile(r"`(?:\.venv/bin/)?discovery-agent ([^`\n]+)`")


def reference() -> ModuleType:
    """The script that writes docs/reference; it loads the whole service, so it is loaded when it is needed."""
    return import_module("scripts.reference")


@cache
def routes() -> tuple[str, ...]:
    return (*reference().openapi()["paths"], _DOCUMENT)


def resolved(arguments: tuple[str, ...]) -> tuple[Any, list[str]]:
    """The command that these arguments call, and those that are its own."""
    command: Any = typer.main.get_command(app)
    rest = list(arguments)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        assert name in command.commands, f"there is no command `{name}`"
        command = command.commands[name]
    return command, rest


def parse(arguments: tuple[str, ...]) -> None:
    """Read the arguments as the program would, and call nothing."""
    command, rest = resolved(arguments)
    command.make_context("discovery-agent", [re.sub(r"\$\{?\w+\}?", "1234", one) for one in rest])


CALLS = [(block.place, one) for page in pages() for block in commands(page) for one in calls(block.text, "discovery-agent")]


@pytest.mark.parametrize(("place", "arguments"), CALLS, ids=[f"{place} {' '.join(one)[:60]}" for place, one in CALLS])
def test_a_command_line_is_one_that_the_program_takes(place: str, arguments: tuple[str, ...]) -> None:
    try:
        parse(arguments)
    except BaseException as error:
        pytest.fail(f"{place}: discovery-agent {' '.join(arguments)}: {getattr(error, 'message', None) or error}")


def test_the_check_refuses_what_the_program_does_not_take() -> None:
    for wrong in (("analyse", "x"), ("analyze", "x", "--formatt", "jsonl"), ("analyze",), ("review", "approve", "nonsense", "--seen", "1")):
        with pytest.raises(BaseException):  # noqa: B017, PT011  # Typer keeps its kinds of errors to itself
            parse(wrong)


def test_commands_are_read_out_of_pipes_substitutions_and_loops() -> None:
    text = "for A in 1 2; do X=$(a/discovery-agent draft -e 'B c' | f \"$(discovery-agent doctor)\"); done && discovery-agent eval \\\n gate # why\n"
    assert set(calls(text, "discovery-agent")) == {("draft", "-e", "B c"), ("doctor",), ("eval", "gate")}


def test_what_is_called_in_a_sentence_exists() -> None:
    for page in pages():
        for said in _AROUND.findall(text_of(page)):
            words = re.split(r"[^\w-]*\s+[^\w-]*", said)
            command: Any = typer.main.get_command(app)
            for word in words:
                if hasattr(command, "commands") and re.fullmatch(r"[a-z-]+", word) and not word.startswith("-"):
                    assert word in command.commands, (page, said)
                    command = command.commands[word]
            known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
            for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", said):
                assert option in known, (page, said)


def test_every_make_target_exists() -> None:
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for page in pages():
        named = re.findall(r"`make ([a-z-]+)", text_of(page))
        named += [one[0] for block in commands(page) for one in calls(block.text, "make") if one]
        for target in named:
            assert re.search(rf"make {target}\s", listed), (page, target)


def test_every_address_of_the_api_exists() -> None:
    for page in pages():
        if page.startswith("docs/reference/"):
            continue
        for path in re.findall(r"(?:/api/v1|\$API)(/(?!\.)[\w$<>{}./-]+)", text_of(page)):
            asked = path.rstrip(".").split("/")
            assert any(_fits(asked, route.split("/")) for route in routes()), (page, path)


def _fits(asked: list[str], route: list[str]) -> bool:
    return len(asked) == len(route) and all(two.startswith("{") or one == two for one, two in zip(asked, route, strict=True))


def test_every_setting_that_is_named_exists() -> None:
    known = {row.variable for row in Settings.load().describe()} | _VARIABLES_OF_OTHERS
    for page in pages():
        named = set(re.findall(r"\bDISCOVERY_[A-Z_]*[A-Z]\b", text_of(page)))
        assert named <= known, page


def test_commands_stand_in_blocks_that_are_run() -> None:
    """A block of another language, or of none, would be run by nobody."""
    for page in pages():
        for block in blocks(page):
            hidden = block.language in SHELLS - {"sh"} or (not block.language and calls(block.text, "discovery-agent"))
            assert not hidden, f"{block.place}: call it `sh`, or `text` if it is no command"
