"""Whether a request may come in at all, from what the gateway knows at this moment.

Decided before a body is read: to refuse must cost next to nothing, or refusing would be the overload.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What competes for the same places. Health and metrics compete with nobody."""

    WEBHOOK = "webhook"
    CHAT = "chat"
    API = "api"


class Shed(StrEnum):
    """Why a request was turned away; a label of bellhop_ingress_shed_total."""

    IN_HAND = "in_hand"
    MEMORY = "memory"
    BROKER = "broker"
    BACKLOG = "backlog"
    TENANT = "tenant"


RETRY_AFTER: Final = {Shed.IN_HAND: 1, Shed.MEMORY: 1, Shed.BROKER: 1, Shed.BACKLOG: 5, Shed.TENANT: 1}
"""Seconds. A backlog takes longer to work off than a moment's crowd."""


@dataclass(frozen=True)
class Limits:
    """`requests` are those of one kind in hand; `backlog` counts events, `body_bytes` those announced."""

    requests: int
    body_bytes: int
    backlog: int


@dataclass(frozen=True, slots=True)
class Pressure:
    """How things stand when one more request of a kind arrives, its own bytes included."""

    requests: int
    body_bytes: int
    broker_confirms: bool
    backlog: int


def shed(kind: Kind, pressure: Pressure, limits: Limits) -> Shed | None:
    """Why this request is turned away, or None. Reads and logins need neither broker nor backlog."""
    if pressure.requests >= limits.requests:
        return Shed.IN_HAND
    if pressure.body_bytes > limits.body_bytes:
        return Shed.MEMORY
    if kind is Kind.API:
        return None
    if not pressure.broker_confirms:
        return Shed.BROKER
    return Shed.BACKLOG if pressure.backlog >= limits.backlog else None


def kind_of(method: str, path: str) -> Kind | None:
    """What a request competes with; None for what always comes in."""
    if path.startswith("/webhooks/"):
        return Kind.WEBHOOK if method == "POST" else Kind.API
    if path.startswith("/api/"):
        return Kind.CHAT if (method, path) == ("POST", "/api/v1/chat") else Kind.API
    return None


def tenant_of(webhook_path: str) -> str:
    """The tenant in `/webhooks/{channel}/{tenant}…`; empty where the path has none."""
    return [*webhook_path.split("/", 4), ""][3]
