"""A conflict that was settled in the register reaches the blueprint through the database."""

from __future__ import annotations

from discovery_agent.discovery.agreement import ConflictChange, change_conflict, conflict_register
from discovery_agent.domain.agreement.register import ConflictState
from discovery_agent.domain.conflicts import ConflictKind
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.domain.findings import Direction, FindingKind, Kpi
from tests.builders import amount, conversation, finding
from tests.discovery.drafting.drafted import Drafted

METRIC = "Handling time per invoice"
LEAD = Principal(key_id="k-lea", name="Lea Brandt", role=AccessRole.OWNER)


async def another_target(invoices: Drafted) -> None:
    """In a second conversation the sponsor wants another target."""
    talk = conversation([("Ingrid Dahl", "For me 8 minutes per invoice would do.")], title="Second talk", source="second")
    kpi = Kpi(metric=METRIC, unit="minutes", direction=Direction.DECREASE, target=amount(8, "minutes", text="8 minutes"))
    said = finding(talk, FindingKind.KPI, f"{METRIC}: 8 minutes", [(0, "8 minutes per invoice would do")], kpi=kpi)
    await invoices.hear(talk, said)


async def test_a_draft_takes_the_target_that_was_settled_in_the_register_and_says_who_and_when(invoices: Drafted) -> None:
    await another_target(invoices)
    await invoices.draft()
    before = await invoices.newest()
    assert any(one.rule == "kpi_disputed" for one in before.defects)
    conflicts, _ = await conflict_register(invoices.ws, invoices.id)
    conflict = next(one for one in conflicts if one.conflict.kind is ConflictKind.TARGET)
    change = ConflictChange(state=ConflictState.SETTLED, chosen="8 minutes", resolution="Agreed in the steering group.")
    await change_conflict(invoices.ws, invoices.id, conflict.id, change, conflict.version, LEAD)
    await invoices.draft()
    after = await invoices.newest()
    kpi = next(one for one in after.kpis if one.metric == METRIC)
    assert (kpi.target, kpi.target_value, kpi.disputed) == ("8 minutes", 8, ())
    assert "by Lea Brandt" in kpi.settled["target"] and "Agreed in the steering group." in kpi.settled["target"]
    assert " on " in kpi.settled["target"]
    assert not any(one.rule == "kpi_disputed" for one in after.defects)
