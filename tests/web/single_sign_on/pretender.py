"""A provider that does what a test tells it to: also to forge, to be slow, to be wrong. It checks PKCE as an honest one does."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

CLIENT, SECRET = "discovery", "the secret of this client, nobody else's"
Answer = tuple[int, bytes, str]


class Pretender:
    """What the provider knows; each test begins with `reset`."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.stranger = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.reset()

    def reset(self) -> None:
        self.asked: list[str] = []
        self.about: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        self.instead: dict[str, Answer | Callable[[], Answer]] = {}
        self.codes: dict[str, tuple[str, str, str]] = {}

    def vouch(self, sent: dict[str, str], token: str) -> str:
        """A code for whoever was sent here with these parameters, which gives this id_token once."""
        code = f"code-{len(self.codes)}-{sent['state'][:6]}"
        self.codes[code] = (token, sent["code_challenge"], sent["redirect_uri"])
        return code

    def token(self, claims: dict[str, Any], key: Any = None, alg: str = "RS256", **header: Any) -> str:
        registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
        return jwt.encode({"alg": alg, "kid": "first"} | header, claims, key or self.key, registry=registry)

    def answer(self, path: str, body: str) -> Answer:
        self.asked.append(path)
        if (instead := self.instead.get(path)) is not None:
            return instead() if callable(instead) else instead
        if path == "/.well-known/openid-configuration":
            return _json(self.about)
        if path == "/jwks":
            return _json({"keys": [self.key.as_dict(private=False)]})
        return self._exchange({name: values[0] for name, values in parse_qs(body).items()})

    def _exchange(self, form: dict[str, str]) -> Answer:
        token, challenge, redirect_uri = self.codes.pop(form.get("code", ""), ("", "", ""))
        shown = _base64(sha256(form.get("code_verifier", "").encode()).digest())
        if not token or shown != challenge or form.get("redirect_uri") != redirect_uri:
            return _json({"error": "invalid_grant"}, 400)
        return _json({"access_token": "of no use", "token_type": "Bearer", "expires_in": 60, "id_token": token})


def unsigned(claims: dict[str, Any]) -> str:
    """A token that says of itself that it needs no signature."""
    return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."


def with_hmac(claims: dict[str, Any], secret: bytes) -> str:
    """A token signed with a secret that both sides would have to know; by hand, as libraries refuse to take a public key for one."""
    signed = f"{_encoded({'alg': 'HS256', 'kid': 'first'})}.{_encoded(claims)}"
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _encoded(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(found: object, status: int = 200) -> Answer:
    return status, json.dumps(found).encode(), "application/json"


@contextmanager
def pretending() -> Iterator[Pretender]:
    """The provider on a port of this machine, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, data, kind = known.answer(self.path, body)
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(data)))):
                self.send_header(name, value)
            if 300 <= status < 400:
                self.send_header("Location", data.decode())
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what tests print is theirs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Pretender(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
