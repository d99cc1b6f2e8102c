"""What a browser keeps while somebody signs in, sealed so that it can neither be read nor made up.

It is in a cookie and not in the memory of a server, so that the server to which somebody comes back may be another one; and not in
the database, so that whoever knocks and goes leaves nothing there. All servers have the same client secret, of which the seal is made.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from discovery_agent.domain.conversation import Value
from discovery_agent.web.security import is_over_tls

MINUTES = 10
PATH = "/sign-in"


class UnderWay(Value):
    """Somebody is at the provider."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    next: str | None = None


class Proven(Value):
    """Somebody has an address, and several things that it opens."""

    address: str
    next: str | None = None


Kept = TypeVar("Kept", bound=Value)


class Sealed(Generic[Kept]):
    """A cookie for one kind of thing; one of another kind does not fit."""

    def __init__(self, kept: type[Kept], name: str, secret: str, public_url: str | None) -> None:
        self._kept = kept
        self._name = name
        self._public_url = public_url
        key = HKDF(SHA256(), 32, salt=None, info=f"discovery-agent {name}".encode()).derive(secret.encode())
        self._fernet = Fernet(urlsafe_b64encode(key))

    def put(self, response: Response, request: Request, value: Kept, now: datetime) -> None:
        """Give it to the browser, for the pages of signing in only and for ten minutes."""
        sealed = self._fernet.encrypt_at_time(value.model_dump_json().encode(), int(now.timestamp())).decode()
        secure = is_over_tls(request.scope, self._public_url)
        response.set_cookie(self._name, sealed, max_age=MINUTES * 60, path=PATH, httponly=True, samesite="lax", secure=secure)

    def take(self, request: Request, now: datetime) -> Kept | None:
        """What the browser brought back, if it is whole and not too old."""
        try:
            opened = self._fernet.decrypt_at_time(request.cookies.get(self._name, "").encode(), MINUTES * 60, int(now.timestamp()))
            return self._kept.model_validate_json(opened)
        except (InvalidToken, ValidationError):
            return None

    def drop(self, response: Response) -> None:
        """Let the browser forget it."""
        response.delete_cookie(self._name, path=PATH, httponly=True, samesite="lax")
