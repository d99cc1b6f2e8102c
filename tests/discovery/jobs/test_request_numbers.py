"""A job that runs later, in a workflow of its own, still tells which request asked for it."""

from __future__ import annotations

import io
import json

from discovery_agent.discovery.uploads import upload_transcript
from discovery_agent.settings import Settings
from discovery_agent.telemetry.context import about
from discovery_agent.telemetry.logs import start_logs, stop_logs
from tests.discovery.jobs.test_jobs import KICKOFF, finished, running
from tests.discovery.jobs.working import Engaged


async def test_the_log_of_a_durable_job_names_the_request_the_engagement_and_the_job(claims: Engaged) -> None:
    written = io.StringIO()
    start_logs(Settings.load(log_format="json"), written)
    try:
        async with running(claims.ws):
            with about(request="r-asked-for-it"):
                job = await upload_transcript(claims.ws, claims.id, "a.txt", KICKOFF, "lead")
            await finished(claims)
    finally:
        stop_logs()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    ended = [line for line in lines if line["event"].endswith(" ended")]
    assert {line["request"] for line in ended} == {"r-asked-for-it"}, "the assessment that follows belongs to it as well"
    assert (ended[0]["job"], ended[0]["engagement"], ended[0]["state"]) == (job.id, claims.id, "done")
