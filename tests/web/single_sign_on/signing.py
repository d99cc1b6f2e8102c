"""Somebody signs in, step by step, with a browser that keeps cookies."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from discovery_agent.discovery import access
from discovery_agent.domain.engagement import AccessKey, AccessRole, Engagement
from discovery_agent.web.security import COOKIE
from tests.web.service import API, Service
from tests.web.single_sign_on.pretender import CLIENT, Pretender

ADA, OWNER = "ada.berg@example.com", "olga@example.com"


async def begun(browser: httpx2.AsyncClient, page: str | None = None) -> dict[str, str]:
    """Press the button; what the provider is sent."""
    answer = await browser.get("/sign-in/start", params={"next": page} if page else {})
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def claims_of(service: Service, provider: Pretender, sent: dict[str, str], email: str = ADA, **other: Any) -> dict[str, Any]:
    """What an honest provider says of somebody."""
    now = int(service.clock().timestamp())
    who = {"iss": provider.issuer, "aud": CLIENT, "sub": "u-17", "email": email, "email_verified": True}
    return who | {"iat": now, "exp": now + 300, "nonce": sent["nonce"]} | other


async def back(browser: httpx2.AsyncClient, sent: dict[str, str], code: str, **other: str) -> httpx2.Response:
    """Come back from the provider."""
    return await browser.get("/sign-in/callback", params={"code": code, "state": sent["state"]} | other)


async def signed_in(
    service: Service, provider: Pretender, browser: httpx2.AsyncClient, email: str = ADA, page: str | None = None, **other: Any
) -> httpx2.Response:
    """The whole way; the answer with which it ends."""
    sent = await begun(browser, page)
    token = provider.token(claims_of(service, provider, sent, email, **other))
    return await back(browser, sent, provider.vouch(sent, token))


async def member(service: Service, engagement: Engagement, email: str = ADA, role: AccessRole = AccessRole.LEAD) -> AccessKey:
    key, _ = await access.member_link(service.ws, engagement.id, role, "Ada Berg", email=email)
    return key


async def who(browser: httpx2.AsyncClient) -> dict[str, Any] | None:
    """Who the service takes the browser for."""
    answer = await browser.get(f"{API}/session")
    return answer.json() if answer.status_code == 200 else None


def let_in(answer: httpx2.Response) -> bool:
    """Whether an answer gave the browser a session."""
    return COOKIE in answer.headers.get("set-cookie", "")
