"""Only our own proxies are believed."""

import pytest

from gateway.domain.client_address import client_address

PROXIES = ("10.0.0.0/8", "192.0.2.1", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("203.0.113.9", "", (), "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", (), "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", PROXIES, "203.0.113.9"),
        ("10.1.2.3", "198.51.100.7", PROXIES, "198.51.100.7"),
        ("10.1.2.3", "6.6.6.6, 198.51.100.7", PROXIES, "198.51.100.7"),
        ("10.1.2.3", "198.51.100.7, 192.0.2.1", PROXIES, "198.51.100.7"),
        ("10.1.2.3", "10.9.9.9", PROXIES, "10.9.9.9"),
        ("10.1.2.3", "nonsense", PROXIES, "nonsense"),
        ("10.1.2.3", " , ,", PROXIES, "10.1.2.3"),
        ("fd00::1", "2001:db8::5", PROXIES, "2001:db8::5"),
        ("", "198.51.100.7", PROXIES, ""),
    ],
)
def test_client_address(peer: str, forwarded: str, trusted: tuple[str, ...], address: str) -> None:
    assert client_address(peer, forwarded, trusted) == address
