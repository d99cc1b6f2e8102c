"""Checks of what reaches beyond this machine: the model server, and whatever could be sent anywhere."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from discovery_agent.cli.doctor.checks import Mark, Seen
from discovery_agent.discovery.report.wording import plural
from discovery_agent.settings import Settings

_CALL_SECONDS = 60.0


def model(settings: Settings, *, called: bool = False) -> Seen:
    """Which model is set, and whether there is a key, which is never shown; `called` if another line says what a call gave."""
    if settings.model is None:
        return Seen("none configured: the rules analyst works", Mark.OK, "Set DISCOVERY_MODEL and OPENAI_API_KEY to use one.")
    if not os.environ.get("OPENAI_API_KEY"):
        return Seen(f"{settings.model}, but no key", Mark.NO, "Set OPENAI_API_KEY (any value, if your server needs none).")
    server = os.environ.get("OPENAI_BASE_URL", "the provider's own address")
    return Seen(f"{settings.model} at {server}, with a key{'' if called else '; not called (doctor --call does)'}")


def call(settings: Settings) -> Seen:
    """One call as small as can be."""
    if settings.model is None:
        return Seen("no language model is configured, so none was called")
    return asyncio.run(_call(settings))


async def _call(settings: Settings) -> Seen:
    from tempfile import TemporaryDirectory

    from discovery_agent.models.chat import ChatModel
    from discovery_agent.models.messages import Message

    with TemporaryDirectory(prefix="discovery-doctor-") as folder:  # a reply that was kept would prove nothing
        small = settings.model_copy(
            update={
                "max_output_tokens": 256,
                "max_attempts": 1,
                "call_seconds": _CALL_SECONDS,
                "cache_dir": Path(folder),
                "max_cost_usd": None,
            }
        )
        chat = ChatModel(small)
        try:
            async for _ in chat.stream([Message("user", "Answer with the one word: ready")]):
                pass
        finally:
            await chat.aclose()
    usage = chat.meter.usage
    cost = f", USD {usage.cost_usd:.5f}" if usage.cost_usd is not None else ""
    return Seen(f"answered in {chat.meter.seconds:.1f} s, {usage.input_tokens} tokens read, {usage.output_tokens} written{cost}")


def rates(settings: Settings) -> Seen:
    """What calls cost, and how many there may be."""
    if settings.model is None:
        return Seen("not needed without a language model")
    from discovery_agent.models.connection import base_url
    from discovery_agent.models.prices import price_for

    price = price_for(settings, base_url())
    pace = f"{settings.concurrency} calls at once"
    for most, what in ((settings.requests_per_minute, "calls"), (settings.tokens_per_minute, "tokens")):
        if most is not None:
            pace += f", {most:,} {what} a minute"
    if price is None:
        remedy = "Set DISCOVERY_INPUT_PRICE_USD and DISCOVERY_OUTPUT_PRICE_USD to have costs shown and capped."
        return Seen(f"no price is published for {settings.model} here; {pace}", Mark.NOTE, remedy)
    cap = (
        f"at most USD {settings.max_cost_usd:g} a run of `analyze`, and for each engagement of a server"
        if settings.max_cost_usd is not None
        else "no cap on cost"
    )
    return Seen(f"USD {price(1_000_000, 0, 0):.2f} a million tokens read, {price(0, 1_000_000, 0):.2f} written; {cap}; {pace}")


def traces(settings: Settings) -> Seen:
    """Whether OpenTelemetry traces are sent, and where."""
    from discovery_agent.telemetry.traces import traces_address

    address = traces_address(settings)
    if address is None:
        return Seen("off: nothing is sent")
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or "grpc"
    said = f"`serve` and `worker` send times, ids, token counts and cost to {address}; no content"
    if protocol != "grpc":
        return Seen(
            said, Mark.NOTE, f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol}, but only grpc is spoken here: name a gRPC port, often 4317."
        )
    return Seen(said)


def langsmith(settings: Settings) -> Seen:
    """Whether what people said may go to LangSmith."""
    asked = os.environ.get("LANGSMITH_TRACING") or os.environ.get("LANGCHAIN_TRACING_V2")
    if not settings.langsmith:
        more = "; LANGSMITH_TRACING is set and counts for other programs only" if asked else ""
        return Seen(f"off: nothing is sent{more}")
    where = os.environ.get("LANGSMITH_ENDPOINT") or os.environ.get("LANGCHAIN_ENDPOINT") or "https://api.smith.langchain.com"
    said = f"ON: the whole of every structured call (prompts with what people said, replies, tokens) goes to {where}"
    return Seen(said, Mark.NOTE, "Unset DISCOVERY_LANGSMITH unless everybody who is interviewed agreed to that.")


def sign_on(settings: Settings, *, called: bool = False) -> Seen:
    """Where people may sign in; `called` if another line says whether it answers."""
    if settings.sso_issuer is None:
        return Seen("off: people come in by links")
    owners = plural(len(settings.sso_owner_addresses), "owner")
    said = f"at {settings.sso_issuer}, for {owners} and whoever was invited with an e-mail address"
    if settings.sso_members_only:
        said += "; leads and reviewers have to"
    if settings.public_url is None:
        return Seen(said, Mark.NOTE, "Set DISCOVERY_PUBLIC_URL, unless people use this machine itself: the provider sends them back there.")
    if settings.sso_trust_unmarked_email:
        remedy = "Leave DISCOVERY_SSO_TRUST_UNMARKED_EMAIL unset unless people of your provider cannot choose their address."
        return Seen(f"{said}; addresses count that it does not mark as verified", Mark.NOTE, remedy)
    return Seen(
        f"{said}; it sends them back to {settings.public_url}/sign-in/callback{'' if called else '; not asked (doctor --call does)'}"
    )


def sign_on_call(settings: Settings) -> Seen:
    """Whether the provider answers, and as itself."""
    if settings.sso_issuer is None:
        return Seen("no provider is named, so none was asked")
    from discovery_agent.web.single_sign_on.provider import SignInFailed, known_provider

    try:
        about = asyncio.run(known_provider(settings).about())
    except SignInFailed as failed:
        return Seen(
            failed.log, Mark.NO, "Compare DISCOVERY_SSO_ISSUER with what the provider calls its issuer, and let this machine reach it."
        )
    return Seen(f"{about['issuer']} answers; people are sent to {about['authorization_endpoint']}")


def metrics(settings: Settings) -> Seen:
    """Where metrics can be read."""
    places = [f"at {settings.metrics_address}, by whoever reaches it"] if settings.metrics_address else []
    if settings.metrics_token is not None:
        places.append("at /metrics of the server, with the token")
    return Seen(" and ".join(places) if places else "off", Mark.OK, "" if places else "Set DISCOVERY_METRICS_ADDRESS to have them.")
