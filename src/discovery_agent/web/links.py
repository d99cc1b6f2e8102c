"""Addresses of this service that are given out, most of all access links, which hold a secret: they name this service and no host that a request made up."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.requests import HTTPConnection

PATH_ONLY = "Put this path behind the address at which people reach the service."
"""What to do with a link that is a path only."""


def link_to(request: HTTPConnection, secret: str, public_url: str | None = None) -> str:
    """The address of an access link, or its path only where nobody can vouch for the address of the service."""
    return address_here(request, f"/enter/{secret}", public_url) or f"/enter/{secret}"


def address_here(request: HTTPConnection, path: str, public_url: str | None = None) -> str | None:
    """A path as an address: at the public address of the service if that is set, or else as seen by the one who asks.

    A request says itself for which host it is, and a proxy or an attacker may have it say anything. The host counts only if it is
    this machine's own name for itself, the address that the request really came to, or the one that the server was started with;
    otherwise there is no address, and the answer is None.
    """
    if public_url is not None:
        return f"{public_url}{path}"
    host = (request.url.hostname or "").lower()
    server = request.scope.get("server")
    known = {getattr(request.app.state, "host", None), server[0] if server else None} - {None, ""}
    trusted = "@" not in request.url.netloc and (_loops_back(host) or host in known)
    return f"{request.url.scheme}://{request.url.netloc}{path}" if trusted else None


def _loops_back(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
