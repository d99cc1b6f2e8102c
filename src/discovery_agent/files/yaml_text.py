"""YAML as nodes, which know their lines, and as the plain values in them; safely, and in little time."""

from __future__ import annotations

import yaml

# The reader written in C is some ten times faster, but it descends on the stack of the machine: text nested deeper than that ends the process.
_DEEPEST_IN_C = 4_000


def parsed(text: str) -> tuple[yaml.Node | None, object]:
    """The root of a text, None if there is nothing in it, and what it says.

    Raises:
        yaml.YAMLError: it is no YAML, or nested too deeply; most have the mark of the line.
        ValueError: a value cannot be, such as the 31st of February.
    """
    if _deepest(text) <= _DEEPEST_IN_C:
        try:
            return _read(getattr(yaml, "CSafeLoader", yaml.SafeLoader), text)
        except yaml.YAMLError:
            pass  # the other one says better what is wrong, and where
    try:
        return _read(yaml.SafeLoader, text)
    except RecursionError as error:
        raise yaml.MarkedYAMLError(problem="it is nested too deeply") from error


def _deepest(text: str) -> int:
    """How deep a text can be nested at the most: a level takes a bracket, or a column of indentation."""
    return text.count("[") + text.count("{") + max((len(line) for line in text.splitlines()), default=0)


def _read(kind: type[yaml.SafeLoader], text: str) -> tuple[yaml.Node | None, object]:
    loader = kind(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()
