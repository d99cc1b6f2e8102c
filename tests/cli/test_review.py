"""Reviews in the terminal: by the holder of a key, on content that was seen, with exit codes that say what happened."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

import pytest

from discovery_agent.cli.exit_codes import Exit
from discovery_agent.discovery import access
from discovery_agent.discovery.engagements import create_engagement
from discovery_agent.discovery.reviewing import set_rules
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.blueprint.document import Blueprint, SectionId
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.settings import Settings
from tests.blueprints import blueprint, choice, section, with_section
from tests.cli.running import Inside


@dataclass
class Made:
    """An engagement with a blueprint, and the secrets of its people."""

    engagement_id: str
    lead: str
    ana: str


@pytest.fixture
def made(agent: Inside) -> Made:
    async def make() -> Made:
        async with await Workspace.open(Settings.load()) as ws:
            of = (await create_engagement(ws, "Claims")).id
            _, lead = await access.member_link(ws, of, AccessRole.LEAD, "Lea")
            key, ana = await access.member_link(ws, of, AccessRole.REVIEWER, "Ana")
            await set_rules(ws, of, required=[key.id], version=None, principal=await access.principal_of(ws, lead))
            async with ws.database.unit() as unit:
                await unit.blueprints.add(blueprint(of, choices=(choice(),)))
            return Made(of, lead, ana)

    return asyncio.run(make())


def keep(version: Blueprint) -> None:
    async def store() -> None:
        async with await Workspace.open(Settings.load()) as ws, ws.database.unit() as unit:
            await unit.blueprints.add(version)

    asyncio.run(store())


def hashes(agent: Inside) -> dict[str, str]:
    """Section -> what has to be named as seen; `""` for the whole version."""
    found = json.loads(agent("review", "list", "--json").out)
    return {one["section_id"]: one["section_hash"][:12] for one in found["sections"]} | {"": found["content_hash"][:12]}


def test_two_people_bring_a_version_to_its_signature(agent: Inside, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    before = agent("review", "list")
    assert before.code == Exit.OK and "draft" in before.out and "waits for Ana" in before.out and "an assistant on the phone" in before.out
    seen = hashes(agent)
    monkeypatch.setenv("DISCOVERY_KEY", made.ana)
    for name in ("sponsor_vision", "risks", "choices"):
        assert agent("review", "approve", name, "--seen", seen[name]).code == Exit.OK
    monkeypatch.setenv("DISCOVERY_KEY", f"http://127.0.0.1:8000/enter/{made.lead}")
    refused = agent("review", "sign", "--seen", seen[""])
    assert refused.code == Exit.REFUSED and "an assistant on the phone" in refused.out
    assert agent("review", "approve", "choices", "--choice", "choice-1", "--seen", seen["choices"]).code == Exit.OK
    despite = agent("review", "sign", "--seen", seen[""], "--although", "discovery=The board agreed to it on 3 March.")
    assert (
        despite.code == Exit.REFUSED
        and "The phase Feasibility is not complete:" in despite.out
        and "The phase Discovery" not in despite.out
    )
    assert "Nobody has said by which means" in despite.out and "--although feasibility=..." in despite.out
    assert "signing it takes --although discovery=..." in agent("review", "list").out
    assert agent("review", "sign", "--seen", seen[""], "--although", "The board agreed.").code == Exit.USAGE
    reasons = ("--although", "discovery=The board agreed to it on 3 March.", "--although", "feasibility=It is looked at in the pilot.")
    signed = agent("review", "sign", "--seen", seen[""], "--words", "Go.", *reasons, "--json")
    assert signed.code == Exit.OK and json.loads(signed.out)["signed"]["signed_by"] == "Lea"
    assert json.loads(signed.out)["signed"]["although"][1]["reason"] == "It is looked at in the pilot."
    listed = agent("review", "list").out
    assert (
        "signed by Lea (lead)" in listed and "Although: The phase Discovery is not complete. The board agreed to it on 3 March." in listed
    )


def test_a_key_without_the_name_of_a_person_takes_one_to_sign(agent: Inside, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def owner() -> str:
        async with await Workspace.open(Settings.load()) as ws:
            link = await access.owner_link(ws, again=True)
            assert link
            return (await access.redeem(ws, link))[0]

    seen = hashes(agent)
    monkeypatch.setenv("DISCOVERY_KEY", made.ana)
    for name in ("sponsor_vision", "risks", "choices"):
        agent("review", "approve", name, "--seen", seen[name])
    monkeypatch.setenv("DISCOVERY_KEY", asyncio.run(owner()))
    agent("review", "approve", "choices", "--choice", "choice-1", "--seen", seen["choices"])
    reasons = ("--although", "discovery=The board agreed to it on 3 March.", "--although", "feasibility=It is looked at in the pilot.")
    nameless = agent("review", "sign", "--seen", seen[""], *reasons, "-e", made.engagement_id)
    assert nameless.code == Exit.REFUSED and "--name" in nameless.out
    signed = agent("review", "sign", "--seen", seen[""], *reasons, "-e", made.engagement_id, "--name", "Maria Santos")
    assert signed.code == Exit.OK and "signed by Maria Santos (owner)" in signed.out


def test_a_section_is_shown_with_what_changed_since_it_was_approved_and_what_was_said(
    agent: Inside, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = hashes(agent)
    monkeypatch.setenv("DISCOVERY_KEY", made.ana)
    agent("review", "approve", "risks", "--seen", seen["risks"])
    keep(with_section(blueprint(made.engagement_id), section(SectionId.RISKS, "The works council has agreed.")))
    late = agent("review", "reject", "risks", "--seen", seen["risks"], "--words", "Not yet.")
    assert late.code == Exit.REFUSED and "not what you looked at" in late.err
    shown = agent("review", "show", "risks")
    assert "changed since it was approved" in shown.out
    assert "- The works council has to agree." in shown.out and "+ The works council has agreed." in shown.out
    now = hashes(agent)["risks"]
    said = agent("review", "comment", "risks", "--seen", now, "--words", "Since when? \x1b[31m", "--part", "main", "--json")
    comment = json.loads(said.out)
    assert comment["reviewer"] == "Ana" and comment["part_id"] == "main"
    assert "Since when?" in agent("review", "show", "risks").out and "\x1b" not in agent("review", "show", "risks").out
    assert ", 1 open comment " in agent("review", "list").out
    assert agent("review", "settle", "risks", "--about", comment["id"]).code == Exit.OK
    found = json.loads(agent("review", "show", "risks", "--json").out)
    assert found["differences"] and [one["verb"] for one in found["trail"]] == ["settle", "comment", "approve"]


def test_nobody_acts_without_a_key_or_with_one_that_may_not(agent: Inside, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = hashes(agent)
    for key, code, told in (
        (None, Exit.USAGE, "not known who acts"),
        ("Lea", Exit.REFUSED, "not known here"),
        (made.ana, Exit.REFUSED, "Only the owner or a lead signs"),
    ):
        if key:
            monkeypatch.setenv("DISCOVERY_KEY", key)
        else:
            monkeypatch.delenv("DISCOVERY_KEY", raising=False)
            monkeypatch.setattr("sys.stdin.isatty", lambda: False)
        done = agent("review", "sign", "--seen", seen[""])
        assert done.code == code and told in done.err
    assert made.ana not in agent("review", "sign", "--seen", seen[""]).text


def test_what_was_looked_at_has_to_be_named(agent: Inside, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOVERY_KEY", made.ana)
    assert agent("review", "approve", "risks").code == Exit.USAGE
    assert agent("review", "approve", "risks", "--seen", "").code == Exit.USAGE
    assert agent("review", "approve", "nonsense", "--seen", "0" * 12).code == Exit.USAGE
    assert agent("review", "approve", "memo", "--seen", "0" * 12).code == Exit.REFUSED
    assert agent("review", "reject", "risks", "--seen", hashes(agent)["risks"], "--words", " ").code == Exit.USAGE
    assert agent("review", "list", "--version", "7").code == Exit.REFUSED
