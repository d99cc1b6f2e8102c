"""`/v1`: an interview for any chat program that speaks to OpenAI's chat completions. The key is the secret of an invite."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from discovery_agent.discovery.workspace import Workspace
from discovery_agent.domain.engagement import AccessRole, Principal
from discovery_agent.storage.ids import new_id
from discovery_agent.web.bodies import JsonOnly
from discovery_agent.web.chat_interview import reply
from discovery_agent.web.pace import Pace
from discovery_agent.web.plain_text import PlainText
from discovery_agent.web.problems import Problem, Refused, install_problems, numbered, problem
from discovery_agent.web.security import Gate
from discovery_agent.web.sse import stream_response

MODEL = "discovery-agent-interview"
"""What is listed; whatever model a program asks for is served."""
_LONGEST_NAME = 200
_KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_CODES = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}


class TextPart(BaseModel):
    """A part of a message."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """A message of the chat."""

    model_config = ConfigDict(extra="ignore")

    role: str
    content: str | list[TextPart] | None = None

    @property
    def words(self) -> str:
        """Its text."""
        return self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content or ())


class ChatRequest(BaseModel):
    """What of a request counts; the rest of OpenAI's parameters has no meaning here."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME)] = MODEL
    messages: Annotated[list[Message], Field(max_length=2000)] = []
    stream: bool = False
    n: Literal[1] | None = None


def create_openai_api(ws: Workspace, pace: Pace) -> FastAPI:
    """The endpoint over an open workspace."""
    app = FastAPI(title="Discovery Agent chats", openapi_url=None, docs_url=None, redoc_url=None, telemetry={"auto_configure": False})
    install_problems(app, _told)

    @app.get("/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model()]}

    @app.get("/models/{name:path}")
    async def model(name: Annotated[str, Path(max_length=_LONGEST_NAME)]) -> dict[str, Any]:
        return _model(name)

    @app.post("/chat/completions")
    async def complete(request: Request, chat: ChatRequest) -> Response:
        who: Principal = request.state.principal
        if who.role is not AccessRole.STAKEHOLDER:
            raise Refused(problem(403, "not-allowed", "Only the key of an invite opens an interview."))
        await pace.turn(who.key_id)
        pieces = _plain(reply(ws, who, [one.words for one in chat.messages if one.role == "user"], _before_the_last(chat.messages)))
        if chat.stream:
            return await _streamed(pieces, chat.model)
        return JSONResponse(_completion("".join([piece async for piece in pieces]), chat.model))

    # The last one added is the outermost.
    app.add_middleware(JsonOnly, refuse=_told)
    app.add_middleware(Gate, workspace=ws, pace=pace, refuse=_told)
    return app


def _before_the_last(messages: Sequence[Message]) -> str:
    """What the chat shows as said by the interviewer before the last message of the user."""
    last = next((number for number, one in reversed(list(enumerate(messages))) if one.role == "user"), 0)
    return next((one.words for one in reversed(messages[:last]) if one.role == "assistant"), "")


def _model(name: str = MODEL) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_767_225_600, "owned_by": "discovery-agent"}


async def _plain(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    harmless = PlainText()
    async for piece in pieces:
        if text := harmless.add(piece):
            yield text
    if text := harmless.rest():
        yield text


def _completion(text: str, model: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {"id": new_id("chatcmpl"), "object": "chat.completion", "created": int(time.time()), "model": model, "choices": [choice]}


async def _streamed(pieces: AsyncIterator[str], model: str) -> Response:
    head = {"id": new_id("chatcmpl"), "object": "chat.completion.chunk", "created": int(time.time()), "model": model}
    begun = False

    def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
        return _data({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]})

    def encode(piece: str) -> bytes:
        nonlocal begun
        role = {} if begun else {"role": "assistant"}
        begun = True
        return chunk({**role, "content": piece})

    return await stream_response(pieces, encode, lambda found: _data(_error(found)), end=chunk({}, "stop") + b"data: [DONE]\n\n")


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + JSONResponse(value).body + b"\n\n"


def _error(found: Problem) -> dict[str, Any]:
    found = numbered(found)
    kind = _KINDS.get(found.status, "server_error" if found.status >= 500 else "invalid_request_error")
    message = " ".join(part for part in (found.detail or f"{found.title}.", found.remedy) if part)
    wrong = found.errors[0] if found.errors else None
    if wrong:
        message = f"{wrong.where}: {wrong.message}"
    return {"error": {"message": message, "type": kind, "param": wrong.where if wrong else None, "code": _CODES.get(found.status)}}


def _told(found: Problem, headers: Mapping[str, str]) -> Response:
    # OpenAI knows no 422.
    return JSONResponse(_error(found), 400 if found.status == 422 else found.status, headers=dict(headers))
