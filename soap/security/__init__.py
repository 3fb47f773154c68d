"""How callers of SOAP prove who they are besides a password, and packets whose they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class Security:
    """What the installation says: whose word about client certificates counts, and the key of service secrets."""

    trusted_proxies: Networks = ()
    secret_key: str = field(default="", repr=False)
