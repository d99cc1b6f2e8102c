"""The OpenID Connect provider: what it says of itself, where people sign in, and who it says somebody is.

Only the provider that the operator named is asked, and only at the addresses that it names itself: no address of a request, of a
person or of a token is opened, and no redirect is followed. Authlib speaks the protocol, over httpx2.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from discovery_agent.domain.mail_address import known_as
from discovery_agent.errors import AccessDenied
from discovery_agent.settings import LOOPBACK_ADDRESS, SECURE_ADDRESS, Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How an id_token may be signed: with a key of which only the provider has the private half. So never `none`, and never HS256."""
LEEWAY_SECONDS = 60
_KEY_TYPES = ("RSA", "EC", "OKP")
_PATIENCE_SECONDS = 10.0
_FRESH_SECONDS = 3600.0
_KEYS_AGAIN_SECONDS = 60.0
_ANSWER_BYTES = 1_000_000
_LONGEST_TOKEN = 100_000


class SignInFailed(AccessDenied):
    """Signing in did not work: what people are told, and in `log` what operators are told. Neither holds a secret."""

    def __init__(self, title: str, what: str, remedy: str, *, log: str, status: int = 502) -> None:
        super().__init__(what, remedy=remedy)
        self.title = title
        self.log = log
        self.status = status


class Start(NamedTuple):
    """What is remembered while somebody is at the provider."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider, with what it last said of itself."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, scopes: str, *, trust_unmarked_email: bool = False) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._scopes = scopes
        self._trusts = trust_unmarked_email
        self._trusted: ssl.SSLContext | None = None
        self._about: dict[str, Any] = {}
        self._about_at = float("-inf")
        self._keys: list[dict[str, Any]] = []
        self._keys_at = float("-inf")

    async def start(self, redirect_uri: str) -> Start:
        """Where somebody is sent to sign in.

        Raises:
            SignInFailed: the provider does not answer, or not as one.
        """
        endpoint = self._address(await self.about(), "authorization_endpoint")
        nonce, verifier = generate_token(43), generate_token(64)
        async with self._client(redirect_uri) as client:
            url, state = client.create_authorization_url(endpoint, state=generate_token(43), code_verifier=verifier, nonce=nonce)
        return Start(url, state, nonce, verifier)

    def is_named(self, issuer: str | None) -> bool:
        """Whether an answer that says from which provider it comes (RFC 9207) comes from this one; many do not say."""
        return issuer is None or issuer.rstrip("/") == self._issuer.rstrip("/")

    async def address_of(self, code: str, redirect_uri: str, nonce: str, verifier: str, now: int) -> str:
        """The e-mail address of whoever came back with this code; `now` in seconds since 1970.

        Raises:
            SignInFailed: the provider does not answer, what it says does not hold, or it vouches for no address.
        """
        about = await self.about()
        claims = await self._claims(await self._token(about, code, redirect_uri, verifier), nonce, now)
        return self._vouched(claims)

    async def sign_out_address(self) -> str | None:
        """Where somebody signs out at the provider, if it has such a place."""
        about = await self.about()
        if "end_session_endpoint" not in about:
            return None
        address = self._address(about, "end_session_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'client_id': self._client_id})}"

    async def about(self) -> dict[str, Any]:
        """What the provider says of itself, at most an hour old.

        Raises:
            SignInFailed: it does not answer, or is another one than was named.
        """
        if time.monotonic() - self._about_at > _FRESH_SECONDS:
            about = await self._read(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if str(about.get("issuer", "")).rstrip("/") != self._issuer.rstrip("/"):
                raise _wrong("it calls itself by another issuer than DISCOVERY_SSO_ISSUER")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                self._address(about, name)
            self._about, self._about_at = about, time.monotonic()
        return self._about

    def _address(self, about: dict[str, Any], name: str) -> str:
        address = about.get(name)
        loops_back = LOOPBACK_ADDRESS.fullmatch(self._issuer)
        if not isinstance(address, str) or not _is_safe(address, plain=bool(loops_back)):
            raise _wrong(f"its {name} is missing, or is not https")
        return address

    def _client(self, redirect_uri: str | None = None, about: dict[str, Any] | None = None) -> Any:
        """Authlib's client; it is not typed. The secret goes in the body where that is offered: in a header its signs can be misread."""
        methods = (about or {}).get("token_endpoint_auth_methods_supported") or ()
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            scope=self._scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post" if "client_secret_post" in methods else "client_secret_basic",
            **self._how(),
        )

    def _how(self) -> dict[str, Any]:
        """How the provider is asked. What certificates are trusted is read once: it takes longer than a sign-in."""
        if self._trusted is None:
            self._trusted = httpx2.create_ssl_context()
        return {"timeout": _PATIENCE_SECONDS, "follow_redirects": False, "verify": self._trusted}

    async def _token(self, about: dict[str, Any], code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._client(redirect_uri, about) as client:
                token = await client.fetch_token(
                    self._address(about, "token_endpoint"), grant_type="authorization_code", code=code, code_verifier=verifier
                )
        except (httpx2.TransportError, TimeoutError, OSError) as error:
            raise _silent(error) from error
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise SignInFailed(
                    "This sign-in was used already, or took too long",
                    "Each one works once, and for a few minutes.",
                    "Sign in again.",
                    log="the code was refused: invalid_grant",
                    status=400,
                ) from error
            raise _wrong(f"it refused the code: {_word(error.error)}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise _wrong("its token endpoint did not answer with a token") from error
        return cast(dict[str, Any], token)

    async def _claims(self, token: dict[str, Any], nonce: str, now: int) -> dict[str, Any]:
        id_token = token.get("id_token")
        if not isinstance(id_token, str) or len(id_token) > _LONGEST_TOKEN:
            raise _wrong("it gave no id_token")
        try:
            signed = await self._signed(id_token)
            options: Any = {
                "iss": {"essential": True, "value": self._about["issuer"]},
                "aud": {"essential": True, "value": self._client_id},
                "exp": {"essential": True},
                "sub": {"essential": True},
            }
            params = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(signed.claims, signed.header, options, params)
            claims.validate(now=now, leeway=LEEWAY_SECONDS)
        except (JoseError, ArithmeticError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            claim = f" of {_word(error.claim)}" if isinstance(error, ClaimError) else ""
            raise _wrong(f"its id_token does not hold: {type(error).__name__}{claim}") from error
        return dict(claims)

    async def _signed(self, id_token: str) -> jwt.Token:
        """What stands in a token, once a key of the provider was found to have signed it."""
        offered = self._about.get("id_token_signing_alg_values_supported") or ("RS256",)
        registry = JWSRegistry(algorithms=[one for one in ALGORITHMS if one in offered], strict_check_header=False)
        for last in (False, True):
            try:
                return jwt.decode(id_token, await self._key_set(again=last), registry=registry)
            except InvalidKeyIdError:  # providers change their keys now and then
                if last:
                    raise
        raise AssertionError

    async def _key_set(self, *, again: bool) -> KeySet:
        age = time.monotonic() - self._keys_at
        if age > (_KEYS_AGAIN_SECONDS if again else _FRESH_SECONDS):
            found = (await self._read(self._address(self._about, "jwks_uri"))).get("keys")
            listed = cast(list[object], found) if isinstance(found, list) else []
            keys = [cast(dict[str, Any], one) for one in listed if isinstance(one, dict)]
            # A key that both sides know signs nothing here, and one for encryption neither.
            signing = [one for one in keys if one.get("kty") in _KEY_TYPES and one.get("use", "sig") == "sig"]
            if not signing:
                raise _wrong("it shows no key that could have signed")
            self._keys, self._keys_at = signing, time.monotonic()
        return KeySet.import_key_set(cast(Any, {"keys": self._keys}))

    def _vouched(self, claims: dict[str, Any]) -> str:
        address, marked = claims.get("email"), claims.get("email_verified")
        known = known_as(address) if isinstance(address, str) else None
        if known is None:
            raise _nobody("The provider named no e-mail address that can be compared here.", "the id_token holds no plain e-mail address")
        if marked is not True and not (self._trusts and marked is None):
            raise _nobody("The provider does not say that your e-mail address was verified.", "the address is not marked as verified")
        return known

    async def _read(self, address: str) -> dict[str, Any]:
        """A JSON object from the provider."""
        try:
            async with (
                asyncio.timeout(_PATIENCE_SECONDS),
                httpx2.AsyncClient(**self._how()) as client,
                client.stream("GET", address, headers={"Accept": "application/json"}) as answer,
            ):
                if answer.status_code != 200:
                    raise _wrong(f"it answered with status {answer.status_code}")
                data = bytearray()
                async for part in answer.aiter_bytes():
                    data += part
                    if len(data) > _ANSWER_BYTES:
                        raise _wrong("its answer is too long")
            found: object = json.loads(data)
        except (httpx2.TransportError, TimeoutError, OSError) as error:
            raise _silent(error) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError) as error:
            raise _wrong("it did not answer with JSON") from error
        if not isinstance(found, dict):
            raise _wrong("it did not answer with a JSON object")
        return cast(dict[str, Any], found)


def known_provider(settings: Settings) -> Provider:
    """The provider that the operator named; there must be one."""
    assert settings.sso_issuer and settings.sso_client_id and settings.sso_client_secret, "settings hold all of these or none"
    return Provider(
        settings.sso_issuer,
        settings.sso_client_id,
        settings.sso_client_secret.get_secret_value(),
        settings.sso_scopes,
        trust_unmarked_email=settings.sso_trust_unmarked_email,
    )


def _is_safe(address: str, *, plain: bool) -> bool:
    where = address.split("?", 1)[0]
    return bool(SECURE_ADDRESS.fullmatch(where) or (plain and LOOPBACK_ADDRESS.fullmatch(where)))


def _silent(error: Exception) -> SignInFailed:
    return SignInFailed(
        "Signing in is not possible just now",
        "The service of your organisation that knows you does not answer.",
        "Try again in a few minutes. A link that you were sent works meanwhile.",
        log=f"the provider does not answer: {type(error).__name__}",
        status=503,
    )


def _wrong(why: str) -> SignInFailed:
    return SignInFailed(
        "Signing in did not work",
        "What the service of your organisation answered does not hold, so nobody was let in.",
        "Try again. If it happens again, tell the people who run this service; the reason is in its log.",
        log=f"the provider is not believed: {why}",
    )


def _nobody(what: str, why: str) -> SignInFailed:
    return SignInFailed(
        "You cannot come in this way",
        what,
        "Ask the people who run this service, or the person who invited you for a link.",
        log=f"nobody was let in: {why}",
        status=403,
    )


def _word(text: object) -> str:
    """A code of the protocol, as it may stand in a log."""
    kept = "".join(sign for sign in str(text)[:40] if sign.isascii() and (sign.isalnum() or sign == "_"))
    return kept or "no reason"
