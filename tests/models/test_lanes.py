from __future__ import annotations

from contextlib import AsyncExitStack

from discovery_agent.models.lanes import Lanes


class Http:
    closed = False

    async def aclose(self) -> None:
        self.closed = True


async def test_many_streams_are_spread_over_groups_that_are_used_again() -> None:
    made: list[Http] = []

    def make() -> tuple[object, Http]:
        made.append(Http())
        return made[-1], made[-1]

    lanes = Lanes(make)
    for _ in range(2):
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(lanes.take()) for _ in range(30)]
            assert max(clients.count(one) for one in made) == 12
        assert len(made) == 3
    await lanes.aclose()
    assert all(one.closed for one in made)
