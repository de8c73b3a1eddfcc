"""Who is let in: every limit with what happens at it, and nothing refused below."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.admission import Kind, Limits, Pressure, Shed, kind_of, shed, tenant_of

LIMITS = Limits(requests=10, body_bytes=1000, backlog=50)
CALM = Pressure(requests=9, body_bytes=1000, broker_confirms=True, backlog=49)


@pytest.mark.parametrize("kind", Kind)
def test_below_every_limit_all_come_in(kind: Kind) -> None:
    assert shed(kind, CALM, LIMITS) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"requests": 10}, Shed.IN_HAND),
        ({"body_bytes": 1001}, Shed.MEMORY),
        ({"broker_confirms": False}, Shed.BROKER),
        ({"backlog": 50}, Shed.BACKLOG),
    ],
)
def test_each_limit_turns_webhooks_and_chats_away(change: dict[str, int], reason: Shed) -> None:
    pressed = Pressure(**{name: getattr(CALM, name) for name in Pressure.__slots__} | change)
    assert shed(Kind.WEBHOOK, pressed, LIMITS) is shed(Kind.CHAT, pressed, LIMITS) is reason


@given(st.booleans(), st.integers(0, 10**9))
def test_reads_and_logins_go_on_without_broker_and_behind_any_backlog(confirms: bool, backlog: int) -> None:
    assert shed(Kind.API, Pressure(0, 0, confirms, backlog), LIMITS) is None


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/webhooks/whatsapp/lyo", Kind.WEBHOOK),
        ("GET", "/webhooks/whatsapp/lyo", Kind.API),
        ("POST", "/api/v1/chat", Kind.CHAT),
        ("POST", "/api/v1/auth/login", Kind.API),
        ("GET", "/health/ready", None),
        ("GET", "/metrics", None),
    ],
)
def test_what_competes_with_what(method: str, path: str, kind: Kind | None) -> None:
    assert kind_of(method, path) is kind


@pytest.mark.parametrize(
    ("path", "tenant"),
    [
        ("/webhooks/whatsapp/lyo", "lyo"),
        ("/webhooks/twilio/lyo/sms", "lyo"),
        ("/webhooks/stripe", ""),
        ("/webhooks/", ""),
        ("/webhooks/whatsapp/", ""),
    ],
)
def test_the_tenant_stands_in_the_path(path: str, tenant: str) -> None:
    assert tenant_of(path) == tenant
