"""Where webhooks may go: public addresses, and others only where the deployment allows their network."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from api.settings import ApiSettings

Address = IPv4Address | IPv6Address
# Public by their number, but answered by the cloud that a machine runs in.
_METADATA = {ip_address("168.63.129.16"), ip_address("192.0.0.192"), ip_address("fd00:ec2::254")}
# A gateway of the network turns these into the IPv4 address of their last 32 bits.
_NAT64 = IPv6Network("64:ff9b::/96")
_REMEDY = "give one on the public internet, or allow its network in SLUICE_WEBHOOK_ALLOWED_NETWORKS"


class TargetForbidden(ValueError):  # noqa: N818 - a refusal whose sentence is shown to people
    """A webhook may not go there; the sentence says why and what to do."""


def refuse_forbidden_target(address: str, settings: ApiSettings) -> httpx.URL:
    """Read the address of a webhook; a name in it is only looked up when something is sent.

    Raises:
        TargetForbidden: it is no address that a webhook may have.
    """
    shown = repr(address[:100])
    try:
        url = httpx.URL(address)
        # As it will be looked up: each of its parts from 1 to 63 letters long.
        url.raw_host.decode("ascii").encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        raise TargetForbidden(f"{shown} is no address: give one like https://example.org/hook") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise TargetForbidden(f"{shown} is no web address: give one that begins with https://")
    if "%" in url.host or not 0 < (url.port or 1) < 2**16:
        raise TargetForbidden(f"{shown} has no host and port that there can be: put them right")
    if url.scheme == "http" and settings.env != "development":
        raise TargetForbidden(f"{shown} is not encrypted: give an address that begins with https://")
    if url.userinfo:
        raise TargetForbidden(f"{shown} carries a user name: the signature is what tells who sent a message")
    try:
        literal = ip_address(url.host)
    except ValueError:
        return url
    refuse_forbidden_address(literal, settings)
    return url


def refuse_forbidden_address(address: Address, settings: ApiSettings) -> None:
    """Refuse what only this machine or its own network can reach, in whatever form it is written.

    Raises:
        TargetForbidden: it is loopback, private, link-local, multicast or the like, and not allowed.
    """
    meant = _unwrapped(address)
    for network in settings.webhook_allowed_networks:
        if any(each.version == network.version and each in network for each in (address, meant)):
            return
    if meant in _METADATA or not meant.is_global or meant.is_multicast:
        raise TargetForbidden(f"{address} is not a public address: {_REMEDY}")


def _unwrapped(address: Address) -> Address:
    """Name the IPv4 address that an IPv6 address stands for, if any."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


async def resolve_target(url: httpx.URL, settings: ApiSettings) -> list[str]:
    """Look the host up, once: what is connected to must be what was checked.

    Raises:
        TargetForbidden: any of its addresses is one.
        OSError: the name is not known, or nobody can say.
    """
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    # An IPv6 address may carry the name of an interface, which is none of a URL's.
    addresses = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    for address in addresses:
        refuse_forbidden_address(ip_address(address), settings)
    return addresses
