"""Where a request comes from: the address of the client, and for a browser the site whose page sent it."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mobius.api.errors import Forbidden

if TYPE_CHECKING:
    from mobius.api.call import Connection
    from mobius.api.settings import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class CrossSite(Forbidden):
    """A page of another site made the browser send this."""

    def __init__(self) -> None:
        super().__init__(
            "cross_site", "a browser may send this from pages of this server only; check MOBIUS_PUBLIC_URL"
        )


def client_address(connection: Connection, settings: Settings) -> str:
    """The client's address: the peer, or what the proxies in `trusted_proxies` say of it."""
    peer = connection.scope.get("client")
    address = str(peer[0]) if peer else ""
    trusted = networks(settings.trusted_proxies)
    if not trusted or not _is_in(address, trusted):
        return address
    # Some proxies add a line of their own below the one that the client sent.
    lines = ",".join(connection.headers("x-forwarded-for"))
    said = [part.strip() for part in lines.split(",") if part.strip()]
    for hop in reversed(said):
        address = hop[:64]
        if not _is_in(hop, trusted):
            break
    return address


def client_network(connection: Connection, settings: Settings) -> str:
    """Where the client is, as far as somebody can have many addresses there: 64 bits of an IPv6 address."""
    address = client_address(connection, settings)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4 or parsed.ipv4_mapped is not None:
        return address
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))


def check_same_site(connection: Connection, settings: Settings, *, needs_proof: bool) -> None:
    """Refuses what another site made a browser send. `needs_proof`: a request that tells nothing, too."""
    site = connection.header("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSite
        return
    origin = connection.header("origin")
    if origin is None:
        if needs_proof:
            raise CrossSite
        return
    own = {urlsplit(settings.base_url).netloc, connection.header("host") or ""}
    if urlsplit(origin).netloc not in own or origin == "null":
        raise CrossSite


@lru_cache(maxsize=8)
def networks(text: str) -> tuple[Network, ...]:
    """The networks that a setting names; raises ValueError."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
