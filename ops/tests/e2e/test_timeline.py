"""The record of a busy hour tells everything: no hop without its cause, no message without its end."""

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from gateway.domain.timeline import Told, gaps, hops

pytestmark = pytest.mark.e2e

TALK = (
    "Ciao!",
    "Vorrei prenotare un taglio donna il {day}/12/2026 alle 15",
    "Quanto costa la piega?",  # may come while the diary is asked: then it is kept
    "Mi racconti una storia di pirati?",  # for an AI
    "STOP",
    "Siete aperti domani?",  # gets no answer
)
PHONES = {f"39333200000{n}": "whatsapp" for n in range(5)} | {f"70020{n}": "telegram" for n in range(4)}


@pytest.fixture(scope="module")
def admin(product: Any) -> dict[str, str]:
    login = {"email": "admin@bellhop.local", "password": "bellhop-demo"}
    token = product.gateway.post("/api/v1/auth/login", json=login).raise_for_status().json()
    return {"authorization": f"Bearer {token['access_token']}"}


@pytest.fixture(scope="module")
def told(product: Any, admin: dict[str, str]) -> Callable[[str], Told]:
    def ask(address: str) -> Told:
        answer = product.gateway.get(f"/api/v1/timeline/{address}?limit=5000", headers=admin)
        return Told.model_validate(answer.raise_for_status().json())

    return ask


def test_the_timelines_of_many_talks_are_complete(
    product: Any, until: Callable[..., Any], told: Callable[[str], Told]
) -> None:
    for said, text in enumerate(TALK, start=1):
        for place, (address, channel) in enumerate(PHONES.items()):
            day = 9 + place % 3  # some wish the same place at the same time
            product.phone(channel, address, "Maria Rossi").say(text=text.format(day=day))
        if said in (1, 4):
            until(partial(_all_told, told, said))
    until(partial(_all_told, told, len(TALK)))
    found: dict[str, Told] = {address: told(address) for address in PHONES}
    assert {address: gaps(one) for address, one in found.items()} == {address: [] for address in PHONES}
    kinds = Counter(hop.type for one in found.values() for hop in hops(one))
    assert kinds["message.received.v1"] == len(TALK) * len(PHONES)
    assert kinds["message-send.requested.v1"] == kinds["message.sent.v1"]
    assert kinds["completion.failed.v1"] + kinds["completion.generated.v1"] > 0
    assert kinds["booking.confirmed.v1"] > 0
    assert kinds["consent.withdrawn.v1"] == len(PHONES)
    assert all(turn.seconds is not None for one in found.values() for turn in one.turns[:1])


def _all_told(told: Callable[[str], Told], messages: int) -> bool:
    return all(_all_said(told(address), messages) for address in PHONES)


def _all_said(one: Told, messages: int) -> bool:
    """All of them are there, and whatever they led to has come to its end."""
    kinds = Counter(hop.type for hop in hops(one))
    reported = kinds["message.delivered.v1"] + kinds["message.read.v1"]
    whatsapp = any(hop.type == "receipt.received.v1" for hop in hops(one))
    return (
        kinds["message.received.v1"] == messages
        and not gaps(one)
        and (not whatsapp or reported >= kinds["message.sent.v1"])
    )


def test_the_command_line_tells_a_timeline_and_a_reason(product: Any) -> None:
    shown = product.bellhop("timeline", "+39 333 2000000")
    assert shown.returncode == 0, shown.stdout
    assert "“STOP”" in shown.stdout
    turns = json.loads(product.bellhop("timeline", "393332000000", "--json").stdout)["turns"]
    silent = next(one["opening"] for one in turns if one["headline"] == "“Siete aperti domani?”")
    why = product.bellhop("why", silent["data"]["vendor_message_id"])
    assert why.returncode == 0, why.stdout
    assert why.stdout.startswith("Not answered: the customer wrote STOP at ")
    assert product.bellhop("timeline", "nobody-ever-wrote").returncode == 1
