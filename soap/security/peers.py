"""Whose call it is: a trusted front proxy says for whom it speaks and over what; nobody else's word about that counts.

The web screens, REST and SOAP brake, count and journal callers by ``REMOTE_ADDR``; behind a proxy all of them would
share one address, and one caller's wrong passwords would shut the door on everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from soap.security import Networks

#: Key of the environment under which the peer itself stays known; no header can have this name.
PEER = "hub.peer"
FORWARDED_FOR, FORWARDED_PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
MOST_HOPS = 16
WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


def behind_proxies(application: WsgiApplication, trusted: Networks) -> WsgiApplication:
    """The application as a trusted proxy's callers reach it: ``REMOTE_ADDR`` and the scheme are those of the caller."""

    def told(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chain, scheme = environ.pop(FORWARDED_FOR, ""), environ.pop(FORWARDED_PROTO, "")
        environ[PEER] = environ.get("REMOTE_ADDR", "")
        if is_trusted(environ, trusted):
            environ["REMOTE_ADDR"] = _caller(environ[PEER], chain, trusted)
            said = scheme.rpartition(",")[2].strip().lower()
            if said in ("http", "https"):
                environ["wsgi.url_scheme"] = said
        return application(environ, start_response)

    return told


def is_trusted(environ: Mapping[str, Any], trusted: Networks) -> bool:
    """True when the peer itself, not who it says it speaks for, is in one of these networks."""
    return _is_in(_address(str(environ.get(PEER, environ.get("REMOTE_ADDR", "")))), trusted)


def _caller(peer: str, chain: str, trusted: Networks) -> str:
    """The nearest address that is no proxy of ours; what stands before it the caller may have made up."""
    nearest = peer
    for text in reversed(chain.split(",")[-MOST_HOPS:]):
        address = _address(text.strip())
        if address is None:
            break
        nearest = str(address)
        if not _is_in(address, trusted):
            break
    return nearest


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_in(address: IPv4Address | IPv6Address | None, networks: Networks) -> bool:
    return address is not None and any(address in network for network in networks)
