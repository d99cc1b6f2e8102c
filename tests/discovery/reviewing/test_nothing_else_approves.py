"""Approvals and signatures are made in two functions, for people with keys, and nothing else in the program can make one.

What runs is tested in `tests/web/test_planted_approvals.py`; here the code itself is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import discovery_agent

SOURCE = Path(discovery_agent.__file__).parent
ACTING, SIGNING = "discovery/reviewing/acting.py", "discovery/reviewing/signing.py"
# Where a person's request arrives: each passes on the principal of that request.
DOORS = ("web/api/reviews.py", "web/ui/review/", "cli/review.py", "discovery/demo")
WRITES = {"add", "update", "delete"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_entries_and_signatures_are_made_in_one_place_each() -> None:
    made = {
        (place, call.func.id)
        for place, tree in modules()
        for call in calls(tree)
        if isinstance(call.func, ast.Name) and call.func.id in ("ReviewEntry", "SignOff")
    }
    assert made == {(ACTING, "ReviewEntry"), (SIGNING, "SignOff")}


def test_neither_is_made_from_data_or_copied_from_another_one() -> None:
    made = [
        place
        for place, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith(("model_validate", "model_construct", "parse_"))
        and isinstance(node.value, ast.Name)
        and node.value.id in ("ReviewEntry", "SignOff", "ReviewRules")
    ]
    assert made == []


def test_their_shelves_are_written_nowhere_else() -> None:
    wrote = {
        (place, call.func.value.attr)
        for place, tree in modules()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITES
        and isinstance(call.func.value, ast.Attribute)
        and call.func.value.attr in ("reviews", "sign_offs", "review_rules")
    }
    assert wrote == {(ACTING, "reviews"), (SIGNING, "sign_offs"), ("discovery/reviewing/reviewers.py", "review_rules")}
    # Nor by way of the list of all shelves, which is for exports.
    assert [
        place
        for place, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "shelves" and not _holds_documents(place, node)
    ] == ["storage/unit.py"]


def test_only_doors_for_people_lead_there_and_no_job_analyst_or_model() -> None:
    uses: set[str] = set()
    for place, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("discovery_agent.discovery.reviewing"):
                names = {one.name for one in node.names}
                if names & {"act", "sign", "set_rules"} or node.module.endswith((".acting", ".signing")):
                    uses.add(place)
            if (
                isinstance(node, ast.ImportFrom)
                and node.module == "discovery_agent.discovery"
                and any(one.name == "reviewing" for one in node.names)
            ):
                uses.add(place)
    outside = {one for one in uses if not one.startswith("discovery/reviewing/")}
    assert outside and all(one.startswith(DOORS) for one in outside), outside
    assert not any(one.startswith(("analysts/", "models/", "knowledge/", "transcripts/", "evals/")) for one in uses)


def test_a_principal_is_made_from_a_stored_key_only() -> None:
    made = {place for place, tree in modules() for call in calls(tree) if isinstance(call.func, ast.Name) and call.func.id == "Principal"}
    # The invented members of the sample act with keys that were given out to them like to anybody.
    assert made == {"discovery/access/sessions.py", "discovery/demo/story.py"}


def test_whoever_reads_on_this_machine_without_a_key_only_reads() -> None:
    holders = {
        place
        for place, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(one.name == "LOCAL" for one in node.names)
    }
    assert holders == {"discovery/access/__init__.py", "library/opened.py", "mcp/over_stdio.py"}
    assert not any(place.startswith(("library/", "mcp/")) for place in DOORS)


def _holds_documents(place: str, node: ast.Attribute) -> bool:
    """Whether these are the shelves of documents, which the workbench has, and hold no review."""
    return place == "discovery/workbench.py" or (isinstance(node.value, ast.Attribute) and node.value.attr == "bench")
