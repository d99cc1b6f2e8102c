"""The server: files and batches, through its own client. One attempt each; who calls decides what to do about a fault."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from discovery_agent.errors import ConfigurationError
from discovery_agent.models.batch_api.requests import ENDPOINT
from discovery_agent.models.connection import base_url
from discovery_agent.models.faults import Fault, broken, fault_of
from discovery_agent.models.redaction import redact

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Batch

_ANSWER_SECONDS = 60.0
_UPLOAD_SECONDS = 600.0
_LABEL = "discovery_agent_batch"
_ENDED = ("completed", "failed", "expired", "cancelled")
_TOO_MANY_TOKENS = "token_limit_exceeded"


class State(NamedTuple):
    """How a batch is, as the server tells it."""

    batch: str
    status: str
    file: str
    output: str | None
    errors: str | None
    """Files of replies and of failures; None where there is none."""
    answered: int
    failed: int
    total: int
    refusal: str
    """Why the server did not take the batch; empty where it did."""
    is_too_much: bool
    """Whether it did not take it because the account has too many tokens waiting already."""

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the batch."""
        return tuple(file for file in (self.file, self.output, self.errors) if file)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes."""
        return self.status in _ENDED


class Gone(Exception):
    """The server does not know the file or the batch, or knows of no batches at all."""


class BatchService:
    """Files and batches of one account. `aclose` it in the loop that used it.

    Every method may raise `Fault` (the server failed, or refused) and `Gone`.
    """

    def __init__(self) -> None:
        self._client_made: AsyncOpenAI | None = None

    @property
    def _client(self) -> AsyncOpenAI:
        if self._client_made is None:
            if not os.environ.get("OPENAI_API_KEY"):
                raise ConfigurationError("There is no key for the model server.", where="OPENAI_API_KEY", remedy="Set it.")
            from openai import AsyncOpenAI

            self._client_made = AsyncOpenAI(base_url=base_url(), max_retries=0, timeout=_ANSWER_SECONDS)
        return self._client_made

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client_made = self._client_made, None
        if client is not None:
            await client.close()

    async def upload(self, path: Path, label: str) -> str:
        """Give the server a file of requests; what it calls it."""
        with path.open("rb") as lines:
            async with _faults():
                made = await self._client.files.create(file=(_file_name(label), lines), purpose="batch", timeout=_UPLOAD_SECONDS)
                return _text(made, "id")

    async def create(self, file: str, label: str) -> State:
        """Hand in a file that was uploaded. Where this fails the server may have taken it all the same: look for its label."""
        async with _faults():
            made = await self._client.batches.create(
                input_file_id=file, endpoint=ENDPOINT, completion_window="24h", metadata={_LABEL: label}
            )
            return _state(made)

    async def find(self, label: str) -> State | None:
        """The batch with a label, if the server has it."""
        async with _faults():
            async for one in self._client.batches.list(limit=100):
                if (one.metadata or {}).get(_LABEL) == label:
                    return _state(one)
        return None

    async def look(self, batch: str) -> State:
        """How a batch is."""
        async with _faults():
            return _state(await self._client.batches.retrieve(batch))

    async def lines(self, file: str) -> AsyncGenerator[bytes, None]:
        """The lines of a file as they come; the file is never in memory as a whole."""
        async with _faults(), self._client.files.with_streaming_response.content(file) as response:
            rest = b""
            async for piece in response.iter_bytes():
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    yield line
            yield rest

    async def forget(self, files: Iterable[str]) -> None:
        """Have files removed at the server. It removes them by itself after a month, so a failure is let be."""
        for file in files:
            with suppress(Fault, Gone):
                async with _faults():
                    await self._client.files.delete(file)

    async def forget_upload(self, label: str) -> None:
        """Have the file of a batch removed that was uploaded and never handed in."""
        with suppress(Fault, Gone):
            async with _faults():
                async for one in self._client.files.list(purpose="batch"):
                    if one.filename == _file_name(label):
                        await self._client.files.delete(one.id)
                        return


@asynccontextmanager
async def _faults() -> AsyncIterator[None]:
    """Turn what the client raises into a fault; not chained, because the client's errors hold the request with its headers."""
    import openai

    try:
        yield
    except (Fault, ConfigurationError):
        raise
    except openai.NotFoundError:
        raise Gone from None
    except Exception as error:
        raise fault_of(error, started=False) from None


def _state(one: Batch) -> State:
    errors = (one.errors.data or []) if one.errors else []
    counts = one.request_counts
    return State(
        batch=_text(one, "id"),
        status=_text(one, "status"),
        file=one.input_file_id or "",
        output=one.output_file_id or None,
        errors=one.error_file_id or None,
        answered=counts.completed if counts else 0,
        failed=counts.failed if counts else 0,
        total=counts.total if counts else 0,
        refusal="; ".join(_said(error) for error in errors[:3]),
        is_too_much=any(error.code == _TOO_MANY_TOKENS for error in errors),
    )


def _said(error: Any) -> str:
    """What was wrong. Of a single line only the code: words about it may quote what it says."""
    if error.line is not None:
        return f"{error.code or 'invalid'} in line {error.line}"
    return redact(error.message or error.code or "no reason was given")


def _text(of: object, name: str) -> str:
    """A name that the server must give. Its client takes anything for an answer, also a web page."""
    value = getattr(of, name, None)
    if not isinstance(value, str) or not value:
        raise broken("The answer of the model server about a batch cannot be read.", remedy="Check OPENAI_BASE_URL, and try again.")
    return value


def _file_name(label: str) -> str:
    return f"discovery-agent-{label}.jsonl"
