"""What pydantic-evals is left to do, and what it is not: nothing drops out, nothing is sent."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from discovery_agent.errors import HarnessError
from discovery_agent.evals.harness.pydantic_evals_adapter import Scores, run_batch


async def test_scores_come_back_by_name_in_the_order_of_the_names_with_only_so_many_at_once() -> None:
    running, most, turn = 0, 0, asyncio.Event()

    async def run(name: str) -> Scores:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 3:
            turn.set()
        await turn.wait()
        running -= 1
        return {"found": float(name)}

    names = [str(number) for number in range(20, 0, -1)]
    assert await run_batch("cases", names, run, at_once=3) == {name: {"found": float(name)} for name in names}
    assert most == 3


async def test_what_goes_wrong_in_the_harness_is_never_a_case_that_is_left_out() -> None:
    async def run(name: str) -> Scores:
        if name == "b":
            raise RuntimeError("a bug")
        return {"found": 1.0}

    with pytest.raises(HarnessError, match=r"1 of 3 cases.*b: RuntimeError: a bug"):
        await run_batch("cases", ["a", "b", "c"], run, at_once=2)


async def test_a_case_without_scores_is_there_too() -> None:
    async def run(name: str) -> Scores:
        return {}

    assert await run_batch("cases", ["a", "b"], run, at_once=2) == {"a": {}, "b": {}}


TRACED = """
import asyncio, json
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

seen = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(seen))
trace.set_tracer_provider(provider)

from discovery_agent.evals.harness.pydantic_evals_adapter import run_batch

async def run(name):
    return {"found": 1.0}

asyncio.run(run_batch("cases", ["one", "two"], run, at_once=2))
print(json.dumps([span.name for span in seen.get_finished_spans()]))
"""


def test_nothing_is_traced_even_where_a_tracer_is_set_up() -> None:
    done = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_library_is_loaded_only_where_cases_are_run() -> None:
    code = (
        "import sys; import discovery_agent.evals.harness.running; import discovery_agent.cli.main; print('pydantic_evals' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
