"""Whom rules let in once the provider said who somebody is, where they land, and when it ends."""

from __future__ import annotations

from http.cookies import SimpleCookie

import httpx2
import pytest

from discovery_agent.discovery import access
from discovery_agent.discovery.engagements import delete_engagement
from discovery_agent.domain.engagement import AccessRole
from discovery_agent.errors import AccessDenied, InvalidRequest
from discovery_agent.web.app import create_app
from discovery_agent.web.pace import Paces
from discovery_agent.web.security import COOKIE
from tests.web.service import API, BASE, OWN_PAGE, Service
from tests.web.single_sign_on.pretender import SECRET, Pretender
from tests.web.single_sign_on.signing import ADA, OWNER, back, begun, claims_of, let_in, member, signed_in, who

CHOICE = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}


async def chosen_way(browser: httpx2.AsyncClient, way: str) -> httpx2.Response:
    return await browser.post("/sign-in/choose", data={"way": way}, headers=CHOICE)


async def test_a_member_comes_in_as_with_their_link(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    key = await member(signing, engagement)
    browser = signing.client()
    browser.cookies.set(COOKIE, "chosen-by-somebody-else")
    answer = await signed_in(signing, pretender, browser)
    assert answer.status_code == 303 and answer.headers["location"] == f"/engagements/{engagement.id}"
    given = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        given.load(line)
    session = given[COOKIE]
    assert session.value not in ("chosen-by-somebody-else", "") and len(session.value) > 40
    assert (session["httponly"], session["samesite"], session["max-age"], session["path"]) == (True, "lax", str(12 * 3600), "/")
    assert given["discovery_sign_in"]["max-age"] == "0", "what was needed on the way is forgotten"
    fresh = signing.client(session=session.value)
    told = await who(fresh)
    assert told is not None and (told["key_id"], told["role"], told["engagement_id"]) == (key.id, "lead", engagement.id)
    trail = (await (await signing.owner()).get(f"{API}/engagements/{engagement.id}/audit")).json()["items"]
    assert [one["action"] for one in trail if one["subject"] == key.id] == ["session.signed_in", "member.added"]
    assert trail[0]["detail"] == f"Ada Berg as {ADA}" and trail[0]["actor"] == "Ada Berg (lead)"


async def test_nobody_who_was_not_invited_comes_in_and_nothing_tells_what_is_here(signing: Service, pretender: Pretender) -> None:
    before = await signed_in(signing, pretender, signing.client(), "nobody@example.com")
    engagement = await signing.engagement("Claims handling")
    await member(signing, engagement)
    page = f"/engagements/{engagement.id}"
    after = await signed_in(signing, pretender, signing.client(), "nobody@example.com", page)
    assert before.status_code == 403 and before.text == after.text and not let_in(after)
    assert "Ask whoever leads the discovery" in before.text


async def test_a_stakeholder_opens_their_own_interview_only(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    maria, tom = await signing.person(engagement), await signing.person(engagement, "Tom Okafor")
    await access.invite(signing.ws, engagement.id, maria.id, email="maria@example.com")
    await access.invite(signing.ws, engagement.id, tom.id, email="tom@example.com")
    browser = signing.client()
    answer = await signed_in(signing, pretender, browser, "maria@example.com", f"/engagements/{engagement.id}")
    assert answer.headers["location"] == "/interview"
    told = await who(browser)
    assert told is not None and (told["role"], told["stakeholder_id"]) == ("stakeholder", maria.id)
    begun_with = await browser.post(f"{API}/engagements/{engagement.id}/interviews", json={}, headers=OWN_PAGE)
    assert begun_with.status_code in (200, 201) and begun_with.json()["stakeholder_id"] == maria.id
    for path in ("", "/stakeholders", "/findings", "/members"):
        assert (await browser.get(f"{API}/engagements/{engagement.id}{path}")).status_code == 403


async def test_an_owner_of_the_settings_opens_everything_until_the_settings_change(signing: Service, pretender: Pretender) -> None:
    first, second = await signing.engagement(), await signing.engagement("Spare parts")
    browser = signing.client()
    answer = await signed_in(signing, pretender, browser, "Olga@Example.com", f"/engagements/{second.id}/people")
    assert answer.headers["location"] == f"/engagements/{second.id}/people"
    told = await who(browser)
    assert told is not None and told["role"] == "owner" and told["name"] == OWNER
    assert (await browser.get(f"{API}/engagements/{first.id}")).status_code == 200
    await signed_in(signing, pretender, signing.client(), OWNER)
    async with signing.ws.database.reading() as unit:
        assert len(await unit.access.list(None)) == 1, "one key for one owner, however often they come"
    signing.ws.settings = signing.ws.settings.model_copy(update={"sso_owners": "other@example.com"})
    assert await who(browser) is None


async def test_whoever_may_open_several_things_chooses_one(signing: Service, pretender: Pretender) -> None:
    ours, theirs, foreign = (
        await signing.engagement("Claims"),
        await signing.engagement("<b>Parts</b>"),
        await signing.engagement("Foreign"),
    )
    lead, reviewer = await member(signing, ours), await member(signing, theirs, role=AccessRole.REVIEWER)
    hidden = await member(signing, foreign, "somebody@example.com")
    browser = signing.client()
    answer = await signed_in(signing, pretender, browser)
    assert answer.headers["location"] == "/sign-in/choose" and not let_in(answer) and await who(browser) is None
    page = (await browser.get("/sign-in/choose")).text
    assert "Claims, as lead" in page and "&lt;b&gt;Parts&lt;/b&gt;, as reviewer" in page
    assert "Foreign" not in page and hidden.id not in page
    for way in (hidden.id, "owner", "k_none", ""):
        assert not let_in(await chosen_way(browser, way)) and await who(browser) is None
    foreign_form = await browser.post("/sign-in/choose", data={"way": lead.id}, headers={"Origin": "https://evil.test"})
    assert foreign_form.status_code == 403 and not let_in(foreign_form)
    assert (await chosen_way(signing.client(), lead.id)).status_code == 400, "without having signed in"
    entered = await chosen_way(browser, reviewer.id)
    assert entered.headers["location"] == f"/engagements/{theirs.id}" and let_in(entered)
    straight = await signed_in(signing, pretender, signing.client(), page=f"/engagements/{ours.id}/goals")
    assert straight.headers["location"] == f"/engagements/{ours.id}/goals", "what was wanted tells which"


async def test_what_is_taken_back_or_runs_out_ends_the_session_and_the_way_in(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    key = await member(signing, engagement)
    browser = signing.client()
    await signed_in(signing, pretender, browser)
    await access.revoke(signing.ws, engagement.id, key.id)
    assert await who(browser) is None
    assert (await signed_in(signing, pretender, browser)).status_code == 403
    await member(signing, engagement)
    await signed_in(signing, pretender, browser)
    signing.clock.passes(hours=11.9)
    assert await who(browser) is not None
    signing.clock.passes(hours=0.2)
    assert await who(browser) is None
    signing.clock.passes(days=access.MEMBER_DAYS)
    assert (await signed_in(signing, pretender, browser)).status_code == 403
    await member(signing, engagement)
    await signed_in(signing, pretender, browser)
    await delete_engagement(signing.ws, engagement.id)
    assert await who(browser) is None and (await signed_in(signing, pretender, browser)).status_code == 403


async def test_a_new_link_without_the_address_ends_the_way_in_by_it(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    maria = await signing.person(engagement)
    await access.invite(signing.ws, engagement.id, maria.id, email="maria@example.com")
    browser = signing.client()
    assert let_in(await signed_in(signing, pretender, browser, "maria@example.com"))
    await access.invite(signing.ws, engagement.id, maria.id)
    assert await who(browser) is None and not let_in(await signed_in(signing, pretender, browser, "maria@example.com"))


@pytest.mark.parametrize("chosen", [{"sso_domains": "example.com, example.org"}], indirect=True)
async def test_only_addresses_of_the_allowed_domains_come_in(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    for address, taken in ((ADA, True), ("ada@EXAMPLE.org", True), ("ada@sub.example.com", False), ("ada@notexample.com", False)):
        await member(signing, engagement, address)
        assert let_in(await signed_in(signing, pretender, signing.client(), address)) is taken, address


@pytest.mark.parametrize("chosen", [{"sso_members_only": True}], indirect=True)
async def test_where_members_must_sign_in_their_links_open_nothing(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    with pytest.raises(InvalidRequest, match="Members sign in"):
        await access.member_link(signing.ws, engagement.id, AccessRole.LEAD, "Ada Berg")
    _, secret = await access.member_link(signing.ws, engagement.id, AccessRole.LEAD, "Ada Berg", email=ADA)
    for client in (signing.client(secret), signing.client(session=secret)):
        assert await who(client) is None
    with pytest.raises(AccessDenied, match="sign in"):
        await access.redeem(signing.ws, secret)
    entrance = await signing.client().get(f"/enter/{secret}")
    assert entrance.status_code == 404 and "Sign in with your organisation" in entrance.text
    assert let_in(await signed_in(signing, pretender, signing.client()))
    assert await who(await signing.owner()) is not None, "the owner's link is for when the provider is down"
    maria = await signing.person(engagement)
    guest, _ = await signing.invited(maria)
    assert await who(guest) is not None, "whoever is interviewed may have no account at the provider"


async def test_members_who_came_by_a_link_must_sign_in_once_that_is_asked(signing: Service) -> None:
    engagement = await signing.engagement()
    _, secret = await access.member_link(signing.ws, engagement.id, AccessRole.REVIEWER, "Ada Berg", email=ADA)
    session, _ = await access.redeem(signing.ws, secret)
    browser = signing.client(session=session)
    assert await who(browser) is not None
    signing.ws.settings = signing.ws.settings.model_copy(update={"sso_members_only": True})
    assert await who(browser) is None


async def test_somebody_comes_back_to_another_server(signing: Service, pretender: Pretender, paces: Paces) -> None:
    await member(signing, await signing.engagement())
    other = Service(signing.ws, create_app(signing.ws, pages=False, paces=paces), signing.clock)
    here, there = signing.client(), other.client()
    sent = await begun(here)
    there.cookies.update(dict(here.cookies))
    code = pretender.vouch(sent, pretender.token(claims_of(signing, pretender, sent)))
    assert let_in(await back(there, sent, code))
    await other.aclose()


ELSEWHERE = (
    "https://evil.test",
    "//evil.test",
    "/\\evil.test",
    "/%2Fevil.test",
    "/engagements/../..//evil.test",
    "javascript:alert(1)",
    "/leave",
    "/enter/secret",
    "/sign-in/start",
    "/interview",
    "/\nSet-Cookie: a=b",
    "/engagements/e_another",
)


async def test_nobody_is_led_to_another_site_or_to_what_is_not_theirs(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    await member(signing, engagement)
    browser = signing.client()
    for page in ELSEWHERE:
        answer = await signed_in(signing, pretender, browser, page=page)
        assert answer.headers["location"] == f"/engagements/{engagement.id}", page


async def test_signing_out_ends_the_session_and_offers_to_sign_out_at_the_provider(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    for place in (None, f"{pretender.issuer}/end", "http://evil.test/end"):
        app = create_app(signing.ws, pages=False, paces=Paces(entering="1000/minute"))
        there = Service(signing.ws, app, signing.clock)
        pretender.about |= {"end_session_endpoint": place} if place else {}
        browser = there.client()
        await signed_in(there, pretender, browser)
        secret = browser.cookies[COOKIE]
        left = await browser.post("/leave", headers=CHOICE)
        assert left.status_code == 200 and "You are signed out" in left.text
        assert (f'href="{pretender.issuer}/end?client_id=discovery"' in left.text) is (place == f"{pretender.issuer}/end")
        assert "evil" not in left.text and await who(there.client(session=secret)) is None
        await there.aclose()


async def test_members_and_invites_get_an_address_by_the_api(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement()
    maria = await signing.person(engagement)
    owner = await signing.owner()
    root = f"{API}/engagements/{engagement.id}"
    made = await owner.post(f"{root}/members", json={"role": "reviewer", "label": "Jonas Weber", "email": " Jonas@Example.com "})
    assert made.status_code == 201 and made.json()["key"]["email"] == "jonas@example.com"
    invited = await owner.post(f"{root}/invites", json={"stakeholder_id": maria.id, "email": "maria@example.com"})
    assert invited.json()["key"]["email"] == "maria@example.com"
    for wrong in ("jonas", "jon\N{LATIN SMALL LETTER A WITH DIAERESIS}s@example.com", "a@b@example.com"):
        refused = await owner.post(f"{root}/members", json={"role": "lead", "label": "J", "email": wrong})
        assert refused.status_code in (409, 422), refused.text
    listed = (await owner.get(f"{root}/members")).json()["items"]
    assert [one["email"] for one in listed] == ["jonas@example.com"]
    exported = (await owner.get(f"{root}/export")).json()
    assert {one["email"] for one in exported["access_keys"]} == {"jonas@example.com", "maria@example.com"}


async def test_without_a_provider_there_is_no_way_to_sign_in(service: Service) -> None:
    for path in ("/sign-in", "/sign-in/start", "/sign-in/callback", "/sign-in/choose"):
        assert (await service.client().get(path)).status_code == 404
    assert "Sign in" not in (await service.client().get("/enter/unknown")).text


async def test_nothing_secret_is_in_the_log_or_the_address(
    signing: Service, pretender: Pretender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="discovery_agent")
    await member(signing, await signing.engagement())
    browser = signing.client()
    sent = await begun(browser)
    token = pretender.token(claims_of(signing, pretender, sent))
    code = pretender.vouch(sent, token)
    await back(browser, sent, code)
    await signed_in(signing, pretender, browser, "nobody@example.com")
    await signed_in(signing, pretender, browser, exp=1)
    assert "Nobody could sign in" in caplog.text
    for secret in (SECRET, sent["state"], sent["nonce"], code, token, ADA, "nobody@example.com"):
        assert secret not in caplog.text
    assert sent["code_challenge_method"] == "S256" and SECRET not in str(sent) and sent["scope"] == "openid email profile"
