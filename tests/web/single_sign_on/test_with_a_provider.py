"""The whole way with a provider that others wrote: from the button to the page, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from discovery_agent.discovery.workbench import Workbench
from discovery_agent.discovery.workspace import Workspace
from discovery_agent.settings import Settings
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from tests.browser.conftest import browser as browser
from tests.discovery.service import Clock
from tests.security.serving import running
from tests.web.service import Service
from tests.web.single_sign_on.pretender import CLIENT, SECRET
from tests.web.single_sign_on.signing import ADA, OWNER, back, begun, let_in, member, who

UNVERIFIED = "eve@example.com"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that knows an owner, a member, and somebody whose address it did not verify."""
    people = [User(sub=one, claims={"email": one, "email_verified": one != UNVERIFIED}) for one in (OWNER, ADA, UNVERIFIED)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # it speaks plain HTTP, on this machine only
        with run_server_in_thread(user_claims=people, require_nonce=True) as server:
            yield f"http://localhost:{server.server_port}"


async def consented(there: httpx2.AsyncClient, issuer: str, sent: dict[str, str], sub: str) -> str:
    """Say yes at the provider; the code that it gives."""
    answer = await there.post(f"{issuer}/oauth2/authorize", params=sent, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    given = dict(one.split("=", 1) for one in urlsplit(answer.headers["location"]).query.split("&"))
    assert given["state"] == sent["state"]
    return given["code"]


async def test_a_real_provider_lets_in_whom_it_knows_and_somebody_invited(
    issuer: str, tmp_path: Path, web_cache: Path, shared_bench: Workbench, paces: Paces
) -> None:
    settings = Settings.load(
        data_dir=tmp_path, cache_dir=web_cache, sso_issuer=issuer, sso_client_id=CLIENT, sso_client_secret=SECRET, sso_owners=OWNER
    )
    async with await Workspace.open(settings) as ws, httpx2.AsyncClient() as there:
        service = Service(ws, create_app(ws, pages=False, paces=paces), Clock())
        engagement = await service.engagement()
        await member(service, engagement)
        await member(service, engagement, UNVERIFIED)
        for sub, role in ((ADA, "lead"), (OWNER, "owner"), (UNVERIFIED, None), ("stranger@example.com", None)):
            browser = service.client()
            sent = await begun(browser)
            code = await consented(there, issuer, sent, sub)
            assert let_in(await back(browser, sent, code)) is (role is not None), sub
            told = await who(browser)
            assert (told["role"] if told else None) == role
        await service.aclose()


def sign_in_by_hand(page: Page, url: str, sub: str) -> None:
    """Press what is to be pressed: here, and at the provider."""
    page.goto(url)
    page.get_by_role("link", name="Sign in with Halden").click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


@pytest.mark.browser
@pytest.mark.exhaustive
def test_people_sign_in_let_others_in_and_sign_out(issuer: str, browser: Browser, tmp_path: Path, web_cache: Path) -> None:
    environment = {
        "DISCOVERY_SSO_ISSUER": issuer,
        "DISCOVERY_SSO_CLIENT_ID": CLIENT,
        "DISCOVERY_SSO_CLIENT_SECRET": SECRET,
        "DISCOVERY_SSO_OWNERS": OWNER,
        "DISCOVERY_SSO_LABEL": "Sign in with Halden",
        "DISCOVERY_SSO_MEMBERS_ONLY": "true",
    }
    failures: list[str] = []
    with running(tmp_path, web_cache, **environment) as server:
        owner, ada, eve = (browser.new_context().new_page() for _ in range(3))
        for page in (owner, ada, eve):
            page.on("pageerror", lambda error: failures.append(str(error)))
            page.set_default_timeout(60_000)
        sign_in_by_hand(owner, server.url, OWNER)
        expect(owner).to_have_url(f"{server.url}/")
        expect(owner.get_by_role("heading", level=1)).to_be_visible()
        assert [one.get("name") for one in owner.context.cookies(server.url)] == ["discovery_session"], "what was needed on the way is gone"
        headers = {"X-Requested-With": "discovery-agent", "Origin": server.url}
        made = owner.request.post(f"{server.url}/api/v1/engagements", data={"title": "Spare parts"}, headers=headers)
        root = f"{server.url}/api/v1/engagements/{made.json()['id']}"
        owner.request.post(f"{root}/stakeholders", data={"name": "Tomas Berg", "role": "business"}, headers=headers)
        people = f"{server.url}/engagements/{made.json()['id']}/people"

        owner.goto(people)
        owner.get_by_role("button", name="Let somebody in").click()
        box = owner.get_by_role("dialog", name="Let somebody in")
        box.get_by_label("Name").fill("Ada Berg")
        box.get_by_label("E-mail address").fill("Ada.Berg@Example.com")
        box.get_by_role("button", name="Let them in").click()
        expect(owner.locator(".says")).to_have_text(f"Ada Berg can sign in now, at {server.url}/sign-in.")
        expect(owner.locator("#members")).to_contain_text(f"Signs in as {ADA}")
        owner.get_by_role("button", name="Invite for Tomas Berg").click()
        box = owner.get_by_role("dialog", name="Invite Tomas Berg")
        box.get_by_label("E-mail address").fill(ADA)
        box.get_by_role("button", name="Make the link").click()
        expect(owner.get_by_role("dialog", name="Link for Tomas Berg")).to_contain_text(f"sign in as {ADA} at {server.url}/sign-in")
        owner.get_by_role("button", name="Close").click()
        expect(owner.locator(".person-row")).to_contain_text(f"By link, or signing in as {ADA}")

        sign_in_by_hand(eve, people, UNVERIFIED)
        expect(eve.get_by_role("heading", level=1)).to_have_text("You cannot come in this way")
        sign_in_by_hand(ada, people, ADA)
        expect(ada).to_have_url(people)
        ada.get_by_role("button", name="Sign out").click()
        expect(ada.get_by_role("heading", level=1)).to_have_text("You are signed out")
        expect(ada.get_by_role("link", name="Sign out of your organisation, too")).to_have_attribute(
            "href", f"{issuer}/oauth2/end_session?client_id={CLIENT}"
        )
        answer = ada.goto(people)
        assert answer is not None and answer.status == 403
        sign_in_by_hand(ada, f"{server.url}/sign-in", ADA)
        expect(ada.get_by_role("heading", level=1)).to_have_text("What do you want to open?")
        ada.get_by_role("button", name="Spare parts: your own interview, Tomas Berg").click()
        expect(ada).to_have_url(f"{server.url}/interview")
        for page in (owner, ada, eve):
            page.context.close()
        written = server.output
    assert failures == [] and "Traceback" not in written
    assert not any(secret in written for secret in (SECRET, ADA, OWNER, UNVERIFIED))
