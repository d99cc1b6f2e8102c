"""What a provider, or whoever stands in for it, says falsely lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.service import Service
from tests.web.single_sign_on.pretender import CLIENT, SECRET, Pretender, unsigned, with_hmac
from tests.web.single_sign_on.signing import ADA, back, begun, claims_of, let_in, member, signed_in, who

Forgery = Callable[[Pretender, dict[str, Any]], str]


def changed(**claims: Any) -> Forgery:
    def forge(provider: Pretender, honest: dict[str, Any]) -> str:
        return provider.token({name: value for name, value in (honest | claims).items() if value is not ...})

    return forge


def shared_secret(provider: Pretender, honest: dict[str, Any]) -> str:
    """Signed with the public key, taken for a secret that both sides know."""
    return with_hmac(honest, provider.key.as_pem(private=False))


def client_secret(provider: Pretender, honest: dict[str, Any]) -> str:
    return with_hmac(honest, SECRET.encode())


def swapped(provider: Pretender, honest: dict[str, Any]) -> str:
    """The claims of one token with the signature of another."""
    head, _, signature = provider.token(honest | {"email": "somebody@example.com"}).split(".")
    return ".".join((head, provider.token(honest).split(".")[1], signature))


FORGERIES: dict[str, Forgery] = {
    "another issuer": changed(iss="http://127.0.0.1:1"),
    "no issuer": changed(iss=...),
    "another audience": changed(aud="another-client"),
    "no audience": changed(aud=...),
    "for another client among several": changed(aud=[CLIENT, "another-client"], azp="another-client"),
    "for several clients, not saying which": changed(aud=[CLIENT, "another-client"]),
    "expired": changed(exp=1_000_000_000),
    "never expires": changed(exp=...),
    "expires never, in words": changed(exp="never"),
    "from the future": changed(iat=4_000_000_000),
    "no nonce": changed(nonce=...),
    "the nonce of another sign-in": changed(nonce="n-0S6_WzA2Mj"),
    "unsigned": lambda provider, honest: unsigned(honest),
    "signed with the public key": shared_secret,
    "signed with the client secret": client_secret,
    "signed by a stranger": lambda provider, honest: provider.token(honest, provider.stranger),
    "signed by an unknown key": lambda provider, honest: provider.token(honest, provider.stranger, kid="second"),
    "the signature of another token": swapped,
    "no token": lambda provider, honest: "not.a.token",
    "claims that are none": lambda provider, honest: "eyJhbGciOiJSUzI1NiJ9.W10.AA",
}


async def test_a_forged_token_lets_nobody_in(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    browser = signing.client()
    for name, forge in FORGERIES.items():
        sent = await begun(browser)
        token = forge(pretender, claims_of(signing, pretender, sent))
        answer = await back(browser, sent, pretender.vouch(sent, token))
        assert answer.status_code == 502 and not let_in(answer) and await who(browser) is None, name
        assert "Signing in did not work" in answer.text and "Traceback" not in answer.text and token not in answer.text, name
    assert let_in(await signed_in(signing, pretender, browser)), "the honest one is let in"


async def test_clocks_may_differ_by_a_minute_and_no_more(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    now = int(signing.clock().timestamp())
    browser = signing.client()
    cases: tuple[tuple[dict[str, Any], bool], ...] = (
        ({"exp": now - 50}, True),
        ({"iat": now + 50}, True),
        ({"exp": now - 70}, False),
        ({"iat": now + 70}, False),
    )
    for times, taken in cases:
        assert let_in(await signed_in(signing, pretender, browser, **times)) is taken, times


LOOK_ALIKES: tuple[tuple[Any, dict[str, Any]], ...] = (
    (ADA, {"email_verified": False}),
    (ADA, {"email_verified": "true"}),
    (ADA, {"email_verified": None}),
    ("ad\N{CYRILLIC SMALL LETTER A}.berg@example.com", {}),
    ("ada.berg@example.com\N{ZERO WIDTH SPACE}", {}),
    ("ada.berg@example.com@evil.test", {}),
    ("ada.berg@example.co", {}),
    (" ada.berg@example.com", {}),
    ("mar\N{KELVIN SIGN}@example.com", {}),
    ("", {}),
    (["ada.berg@example.com"], {}),
)


async def test_an_address_that_is_not_verified_or_only_looks_alike_opens_nothing(signing: Service, pretender: Pretender) -> None:
    engagement = await signing.engagement("Claims handling")
    await member(signing, engagement)
    await member(signing, engagement, "mark@example.com")
    browser = signing.client()
    for email, more in LOOK_ALIKES:
        answer = await signed_in(signing, pretender, browser, email, **more)
        assert answer.status_code == 403 and not let_in(answer) and await who(browser) is None, (email, more)
        assert "Claims" not in answer.text and engagement.id not in answer.text
    assert let_in(await signed_in(signing, pretender, browser, "MARK@example.COM")), "capital letters do not count"


@pytest.mark.parametrize("chosen", [{"sso_trust_unmarked_email": True}], indirect=True)
async def test_an_address_without_a_mark_counts_only_if_the_operator_says_so(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    sent = await begun(browser := signing.client())
    honest = claims_of(signing, pretender, sent)
    del honest["email_verified"]
    assert let_in(await back(browser, sent, pretender.vouch(sent, pretender.token(honest))))
    assert not let_in(await signed_in(signing, pretender, signing.client(), email_verified=False)), "what is marked as false never counts"


async def test_the_state_of_another_browser_lets_nobody_in(signing: Service, pretender: Pretender) -> None:
    """Somebody hands over the end of their own sign-in, so that another works under their name (login CSRF)."""
    await member(signing, await signing.engagement())
    attacker, victim = signing.client(), signing.client()
    sent = await begun(attacker)
    code = pretender.vouch(sent, pretender.token(claims_of(signing, pretender, sent)))
    for prepared in (False, True):
        if prepared:
            await begun(victim)
        answer = await back(victim, sent, code)
        assert answer.status_code == 400 and not let_in(answer)
    assert "/token" not in pretender.asked, "the code was not even tried"


async def test_a_state_that_is_missing_or_made_up_lets_nobody_in(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    browser = signing.client()
    for state in ({"state": ""}, {"state": "made-up"}, {}):
        sent = await begun(browser)
        code = pretender.vouch(sent, pretender.token(claims_of(signing, pretender, sent)))
        answer = await browser.get("/sign-in/callback", params={"code": code} | state)
        assert answer.status_code == 400 and not let_in(answer) and "/token" not in pretender.asked


async def test_a_cookie_that_was_tampered_with_or_is_old_is_not_taken(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    for spoil in ("tampered", "old"):
        browser = signing.client()
        sent = await begun(browser)
        code = pretender.vouch(sent, pretender.token(claims_of(signing, pretender, sent, exp=int(signing.clock().timestamp()) + 9_000)))
        cookie = browser.cookies["discovery_sign_in"]
        assert sent["state"] not in cookie and sent["nonce"] not in cookie, "it cannot be read"
        if spoil == "tampered":
            browser.cookies.clear()
            browser.cookies.set("discovery_sign_in", cookie[:-9] + "AAAAAAA==")
        else:
            signing.clock.passes(minutes=11)
        assert (await back(browser, sent, code)).status_code == 400


async def test_coming_back_a_second_time_lets_nobody_in(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    browser = signing.client()
    sent = await begun(browser)
    kept = dict(browser.cookies)
    code = pretender.vouch(sent, pretender.token(claims_of(signing, pretender, sent)))
    assert let_in(await back(browser, sent, code))
    assert (await back(browser, sent, code)).status_code == 400, "the browser has forgotten it"
    thief = signing.client()
    thief.cookies.update(kept)
    again = await back(thief, sent, code)
    assert again.status_code == 400 and "used already" in again.text and not let_in(again), "and the provider, too"


async def test_a_token_of_an_earlier_sign_in_lets_nobody_in(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    browser = signing.client()
    sent = await begun(browser)
    token = pretender.token(claims_of(signing, pretender, sent))
    assert let_in(await back(browser, sent, pretender.vouch(sent, token)))
    later = await begun(other := signing.client())
    assert not let_in(await back(other, later, pretender.vouch(later, token)))


async def test_an_answer_that_names_another_provider_is_not_taken(signing: Service, pretender: Pretender) -> None:
    await member(signing, await signing.engagement())
    browser = signing.client()
    sent = await begun(browser)
    code = pretender.vouch(sent, pretender.token(claims_of(signing, pretender, sent)))
    assert not let_in(await back(browser, sent, code, iss="https://another.example.com")) and "/token" not in pretender.asked
