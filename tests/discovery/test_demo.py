"""Both samples go from transcripts to a signed blueprint, by the acts of invented people with keys of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery_agent.discovery.access import principal_of
from discovery_agent.discovery.agreement import agreement_of
from discovery_agent.discovery.demo import carry_on, open_demo
from discovery_agent.discovery.drafting import draft_blueprint, latest_blueprint
from discovery_agent.discovery.engagements import list_stakeholders
from discovery_agent.discovery.exporting import Format, export_blueprint
from discovery_agent.discovery.reviewing import standing
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.agreement.rounds import OutcomeKind
from discovery_agent.domain.blueprint.document import Course
from discovery_agent.domain.blueprint.trace import trace
from discovery_agent.domain.conversation import Role
from discovery_agent.settings import Settings

NOTHING_IS_BUILT = {Course.CHANGE_PROCESS, Course.DO_NOT_BUILD}


@pytest.mark.slow
async def test_both_samples_end_signed_and_one_of_them_with_nothing_to_build(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", model=None)
    async with await Workspace.open(settings) as ws:
        demos = await open_demo(ws)
        await ws.settle()
        courses: dict[str, Course] = {}
        for demo in demos:
            signed = await carry_on(ws, demo.engagement_id)
            assert signed is not None, demo.title
            assert await carry_on(ws, demo.engagement_id) == signed, "a second start finds it as it is"
            blueprint = await latest_blueprint(ws, demo.engagement_id)
            assert blueprint is not None and blueprint.number == 1
            courses[demo.title] = blueprint.course
            now = await standing(ws, demo.engagement_id)
            assert not now.draft and now.content_hash == signed.content_hash
            assert all(one.approved_by for one in now.sections)
            agreed = (await agreement_of(ws, demo.engagement_id)).outcome
            assert agreed is not None and agreed.kind is OutcomeKind.AGREED and blueprint.objective == agreed.draft.text
            assert blueprint.plan is not None and blueprint.plan.tasks
            for task in blueprint.plan.tasks:
                assert trace(blueprint, task.id).evidence, f"{task.title} goes back to nothing that was said"
            people = {one.name: one.role for one in await list_stakeholders(ws, demo.engagement_id)}
            assert {Role.SPONSOR, Role.TECHNICAL, Role.COMPLIANCE} <= {people[one.name] for one in demo.reviewers}
            for one in demo.reviewers:
                assert (await principal_of(ws, one.secret)).name == one.name
            assert {one.id for one in signed.although} <= {"discovery", "feasibility"}, "Nobody who answers for a section is left out."
            told = (await export_blueprint(ws, demo.engagement_id, Format.MARKDOWN)).data.decode()
            assert "DRAFT" not in told and f"Signed by {signed.signed_by} (lead)" in told
        assert len(courses) == 2
        assert [title for title, course in courses.items() if course in NOTHING_IS_BUILT] == ["Osterby Home Care"]
        await draft_blueprint(ws, demos[0].engagement_id, "a visitor")
        await ws.settle()
        assert await carry_on(ws, demos[0].engagement_id) is None
        mine = await standing(ws, demos[0].engagement_id)
        assert mine.number == 2 and mine.signed is None, "A version that a person made is never signed by invented people."
