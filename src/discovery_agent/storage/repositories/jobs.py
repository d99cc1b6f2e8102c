"""Background work, and the files that it waits to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, func, select, update

from discovery_agent.domain.engagement import Job, JobKind, JobState
from discovery_agent.storage.bodies import body_of
from discovery_agent.storage.link import Link, missing
from discovery_agent.storage.records import Upload
from discovery_agent.storage.tables import jobs, uploads


class Jobs:
    """Jobs by engagement, newest first."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, job: Job) -> None:
        """Store a new one.

        Raises:
            InvalidRequest: one of that id is there already.
            NotFound: the engagement is not there.
        """
        await self.add_all([job])

    async def add_all(self, new: Sequence[Job]) -> None:
        """Store several new ones, or none; raises as `add`."""
        await self._link.add(jobs, [_row(job) for job in new], what="job")

    async def get(self, engagement_id: str, job_id: str) -> Job:
        """The job of an id.

        Raises:
            NotFound: this engagement has none.
        """
        row = await self._link.row(select(jobs.c.body).where(jobs.c.engagement_id == engagement_id, jobs.c.id == job_id))
        if row is None:
            raise missing("job")
        return Job.model_validate_json(row.body)

    async def list(self, engagement_id: str, limit: int | None = None, offset: int = 0, *, state: JobState | None = None) -> list[Job]:
        """The newest of an engagement, or all, from `offset` on; those of one state only, if that is said."""
        newest = select(jobs.c.body).where(jobs.c.engagement_id == engagement_id).order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
        if state is not None:
            newest = newest.where(jobs.c.state == state)
        return [Job.model_validate_json(row.body) for row in await self._link.slice(newest, offset, limit)]

    async def counts(self, engagement_id: str) -> dict[JobState, int]:
        """How many of an engagement stand where; without those states in which there is none."""
        by_state = select(jobs.c.state, func.count().label("number")).where(jobs.c.engagement_id == engagement_id).group_by(jobs.c.state)
        return {JobState(row.state): row.number for row in await self._link.rows(by_state)}

    async def unfinished(
        self, engagement_id: str | None = None, *, state: JobState | None = None, kind: JobKind | None = None, limit: int | None = None
    ) -> list[Job]:
        """Those that wait or run, of an engagement or of all, oldest first; of one state or kind only, and so many, if that is said.

        An engagement may have ten thousand of them, so whoever needs a few says which.
        """
        waiting = select(jobs.c.body).where(jobs.c.state.in_([JobState.QUEUED, JobState.RUNNING] if state is None else [state]))
        if engagement_id is not None:
            waiting = waiting.where(jobs.c.engagement_id == engagement_id)
        if kind is not None:  # of which there is no column; inside a text of the body these marks would stand behind backslashes
            waiting = waiting.where(jobs.c.body.contains(f'"kind":"{kind}"', autoescape=True))
        return [
            Job.model_validate_json(row.body) for row in await self._link.slice(waiting.order_by(jobs.c.created_at, jobs.c.id), 0, limit)
        ]

    async def update(self, job: Job) -> Job:
        """Store a changed one; the last writer wins, since only the work itself writes.

        Raises:
            NotFound: this engagement has none of that id.
        """
        mine = and_(jobs.c.engagement_id == job.engagement_id, jobs.c.id == job.id)
        if not await self._link.change(update(jobs).where(mine).values(_row(job))):
            raise missing("job")
        return job


class Uploads:
    """Files as they were uploaded, kept until they are analysed."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def put(self, engagement_id: str, upload_id: str, name: str, data: bytes) -> None:
        """Keep a file; one of the same id is replaced.

        Raises:
            NotFound: the engagement is not there.
        """
        await self.put_all(engagement_id, [(upload_id, name, data)])

    async def put_all(self, engagement_id: str, files: Sequence[tuple[str, str, bytes]]) -> None:
        """Keep several files, each with its id and its name; as `put`."""
        insert = self._link.insert(uploads)
        replace = insert.on_conflict_do_update(
            index_elements=list(uploads.primary_key), set_={"body": insert.excluded.body, "data": insert.excluded.data}
        )
        rows = [{"engagement_id": engagement_id, "id": id_, "body": json.dumps({"name": name}), "data": data} for id_, name, data in files]
        await self._link.put(replace, rows)

    async def get(self, engagement_id: str, upload_id: str) -> Upload:
        """The file of an id.

        Raises:
            NotFound: this engagement has none.
        """
        row = await self._link.row(select(uploads).where(uploads.c.engagement_id == engagement_id, uploads.c.id == upload_id))
        if row is None:
            raise missing("upload")
        return Upload(id=row.id, engagement_id=row.engagement_id, name=json.loads(row.body)["name"], data=bytes(row.data))

    async def list(self, engagement_id: str) -> list[str]:
        """Ids of the files that an engagement keeps."""
        rows = await self._link.rows(select(uploads.c.id).where(uploads.c.engagement_id == engagement_id).order_by(uploads.c.id))
        return [row.id for row in rows]

    async def delete(self, engagement_id: str, upload_id: str) -> None:
        """Forget a file; one that is not there is forgotten already."""
        await self._link.change(delete(uploads).where(uploads.c.engagement_id == engagement_id, uploads.c.id == upload_id))


def _row(job: Job) -> dict[str, Any]:
    return {
        "engagement_id": job.engagement_id,
        "id": job.id,
        "state": job.state,
        "created_at": job.created_at,
        "body": body_of(job),
    }
