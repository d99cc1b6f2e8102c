from __future__ import annotations

import pytest

from discovery_agent.domain.engagement import AccessRole, Principal
from tests.discovery.agreement.agreeing import Agreeing, agreeing
from tests.discovery.jobs.conftest import Open
from tests.discovery.jobs.conftest import _light as _light
from tests.discovery.jobs.conftest import claims as claims
from tests.discovery.jobs.conftest import model_settings as model_settings
from tests.discovery.jobs.conftest import modelled as modelled
from tests.discovery.jobs.conftest import opened as opened
from tests.discovery.jobs.conftest import server as server
from tests.discovery.jobs.conftest import settings as settings
from tests.discovery.jobs.conftest import tables as tables
from tests.discovery.jobs.working import Engaged

__all__ = ["Open"]


@pytest.fixture
async def talks(claims: Engaged) -> Agreeing:
    """Ada wants four days, Cleo two; Ben knows today's value. All three hold a link."""
    return await agreeing(claims)


@pytest.fixture
def reviewer(claims: Engaged) -> Principal:
    return Principal(key_id="k", role=AccessRole.REVIEWER, engagement_id=claims.id, name="Rita")
