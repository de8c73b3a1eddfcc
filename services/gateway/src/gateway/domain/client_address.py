"""Where a request really comes from, when proxies stand in front."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network


def client_address(peer: str, forwarded_for: str, trusted: Sequence[str]) -> str:
    """The nearest address that is no trusted proxy of ours.

    `X-Forwarded-For` is read from the right: whatever stands left of a stranger, the stranger may have
    made up.
    """
    networks = [ip_network(one, strict=False) for one in trusted]
    address = peer
    for hop in reversed([one.strip() for one in forwarded_for.split(",") if one.strip()]):
        if not any(_inside(address, network) for network in networks):
            break
        address = hop
    return address


def _inside(address: str, network: object) -> bool:
    try:
        return ip_address(address) in network  # type: ignore[operator]
    except ValueError:
        return False
