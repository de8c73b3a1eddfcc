"""A customer books, from the phone to the diary and back, in three languages and over two channels."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ops.chaos.record import read_log
from ops.places import tenants_dir
from ops.up.programs import SERVICES

pytestmark = pytest.mark.e2e

ROME = ZoneInfo("Europe/Rome")


def wednesdays() -> Iterator[date]:
    """Days on which lyo is open, far enough away that nobody else books them."""
    day = datetime.now(ROME).date() + timedelta(days=30)
    day += timedelta(days=(2 - day.weekday()) % 7)
    while True:
        yield day
        day += timedelta(days=7)


DAYS = wednesdays()
LYO = tenants_dir() / "lyo.yaml"

TALKS = {
    "whatsapp-it": ("whatsapp", "393330000001", "Ciao, vorrei prenotare un taglio donna il {day} alle 15"),
    "telegram-en": ("telegram", "700000002", "Hi, I'd like to book a beard trim on {day} at 3 pm"),
    "whatsapp-fr": ("whatsapp", "33600000003", "Bonjour, je voudrais réserver un brushing le {day} à 15 h"),
    "telegram-it": ("telegram", "700000004", "Vorrei prenotare una piega il {day} alle 15"),
}
WRITTEN = {
    "it": "{0.day}/{0.month}/{0.year}",
    "fr": "{0.day}/{0.month}/{0.year}",
    "en": "{0:%B} {0.day}, {0.year}",
}


@pytest.mark.parametrize("talk", TALKS)
def test_a_customer_books(product: Any, until: Callable[..., Any], talk: str) -> None:
    channel, address, words = TALKS[talk]
    day = next(DAYS)
    phone = product.phone(channel, address, "Maria Rossi")
    answer = phone.ask(text=words.format(day=WRITTEN[talk[-2:]].format(day)))
    (booking,) = until(lambda: product.bookings(address))
    assert booking["start"].startswith(f"{day}T15:00:00+0")
    assert booking["customer"]["name"] == "Maria Rossi"
    assert "15" in answer["text"] or "3" in answer["text"]
    until(lambda: phone.screen()[-1]["status"] == "delivered")


BOOKING = [
    "POST /webhooks/whatsapp/{tenant}",
    "publish message.received.v1",
    "process message.received.v1",
    "publish booking.requested.v1",
    "process booking.requested.v1",
    "publish booking.confirmed.v1",
    "process booking.confirmed.v1",
    "publish message-send.requested.v1",
    "process message-send.requested.v1",
    "POST 127.0.0.1",
]
"""The spans from the webhook to the vendor's API, each the parent of the next."""


def test_the_trace_of_a_booking_runs_unbroken_from_webhook_to_vendor(
    product: Any, until: Callable[..., Any]
) -> None:
    day = next(DAYS)
    words = f"Vorrei prenotare una piega il {day.day}/{day.month}/{day.year} alle 11"
    product.phone("whatsapp", "393330000006", "Bruna Neri").ask(text=words)
    # Spans are written about a second after they end, each service's by itself.
    until(lambda: any(BOOKING in _ways_to_vendors(one) for one in product.traces().values()))
    written = "".join(file.read_text() for file in product.folder.glob("traces/*.jsonl"))
    for personal in ("393330000006", "Bruna", "piega", "lyo-whatsapp-token"):
        assert personal not in written


def test_the_record_tells_of_every_hop_when_it_was_taken_up_and_of_every_turn_what_was_decided(
    product: Any, until: Callable[..., Any]
) -> None:
    day = next(DAYS)
    phone = product.phone("whatsapp", "393330000007", "Dora Verdi")
    phone.ask(text="Perché il cielo è blu?")
    phone.ask(text=f"Vorrei prenotare una piega il {day.day}/{day.month}/{day.year} alle 11")
    until(lambda: phone.screen()[-1]["status"] == "delivered")
    log = asyncio.run(read_log(product.stack().rabbitmq_url))
    talk = next(e["partitionkey"] for e in log if "Dora Verdi" in str(e["data"].get("personal")))
    events = {one["id"]: one for one in log if one["partitionkey"] == talk}
    assert {one["source"] for one in events.values()} == {one.name for one in SERVICES}
    for event in events.values():
        cause = events.get(event["causationid"], {"recordedtime": ""})
        assert cause["recordedtime"] < event["takentime"] <= event["recordedtime"], event
    decided = [one["data"] for one in events.values() if one["type"] == "turn.decided.v1"]
    assert [(one["handled"].split(".v")[0], one["answered"]) for one in decided] == [
        ("message.received", "requested"), (decided[1]["handled"].split(".v")[0], "said"),
        ("message.received", "requested"), ("booking.confirmed", "said"),
    ]  # fmt: skip
    assert decided[2]["understood"][0]["named"] == {"service": "piega", "when": f"{day} 11:00"}
    sent = [one["data"]["checks"] for one in events.values() if one["type"] == "message.sent.v1"]
    assert sent == [{"opted_out": False, "tries": 1, "slowed_down": False}] * 2


def _ways_to_vendors(spans: list[dict[str, Any]]) -> list[list[str]]:
    """For each call of a vendor in a trace, the names of the spans that lead to it."""
    by_id = {one["context"]["span_id"]: one for one in spans}
    return [_way_to(one, by_id) for one in spans if one["kind"] == "SpanKind.CLIENT"]


def _way_to(span: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> list[str]:
    parent = by_id.get(span["parent_id"])
    return [*(_way_to(parent, by_id) if parent else []), span["name"]]


@pytest.mark.parametrize("victim", [one.name for one in SERVICES])
def test_a_killed_service_loses_nothing_and_doubles_nothing(
    product: Any, until: Callable[..., Any], victim: str
) -> None:
    day = next(DAYS)
    address = f"39333100000{[one.name for one in SERVICES].index(victim)}"
    phone = product.phone("whatsapp", address, "Luca Conti")
    phone.ask(text="Ciao!")
    phone.say(text=f"Vorrei prenotare un taglio uomo il {day.day}/{day.month}/{day.year} alle 10")
    os.kill(product.stack().processes[victim].pid, signal.SIGKILL)
    (booking,) = until(lambda: product.bookings(address))
    assert booking["start"].startswith(f"{day}T10:00:00")
    until(lambda: [one for one in phone.answers() if "10:00" in one["text"]])
    phone.ask(text="Grazie!")
    confirmations = [one for one in phone.answers() if "10:00" in one["text"]]
    assert len(confirmations) == 1


def test_a_vendor_that_fails_for_a_while_gets_the_message_after_all(
    product: Any, until: Callable[..., Any]
) -> None:
    fault = {"vendor": "telegram", "kind": "rate_limited", "times": 2, "retry_after": 1}
    product.sandbox.post("/sandbox/faults", json=fault).raise_for_status()
    phone = product.phone("telegram", "700000005", "Awa Ndiaye")
    assert phone.ask(text="What are your opening hours?")["text"]


def test_the_command_line_finds_the_running_product(product: Any) -> None:
    for command in (["status"], ["doctor"], ["tenants", "list"], ["tenants", "apply", str(LYO)]):
        done = product.bellhop(*command)
        assert done.returncode == 0, done.stdout
    talk = product.bellhop("chat", "lyo", "--name", "Nora", typed="Quali sono i vostri orari?\n")
    assert talk.stdout.startswith("lyo  ")
    assert "09:00" in talk.stdout or "9:00" in talk.stdout


def test_everything_stops_in_order_and_nothing_is_left(product: Any, until: Callable[..., Any]) -> None:
    stack = product.stack()
    product.process.send_signal(signal.SIGTERM)
    assert product.process.wait(15) == 0
    assert not any(one.lives() for one in stack.processes.values())
    assert product.folder.joinpath("run.json").exists() is False
