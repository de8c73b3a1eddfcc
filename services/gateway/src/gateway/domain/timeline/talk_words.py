"""What customers, the conversation and the diary say, in words."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Final

from contracts import bookings, customers
from contracts.decisions import TurnDecided, Understood
from contracts.messages import MessageReceived, VendorEventReceived
from contracts.model import Data
from gateway.domain.timeline.told import Told, count, moment, plain, quoted

_SILENT: Final = {
    "opted_out": "the customer opted out",
    "reaction": "a reaction needs no answer",
    "no_contact": "nobody to write to is known",
    "courtesy": "a courtesy needs no answer",
    "no_reply_needed": "no reply is needed",
}
_FOLLOWED: Final = {
    "said": "answered",
    "requested": "asked another service",
    "kept": "kept until the diary has answered",
    "nothing": "said nothing",
}


def _received(data: MessageReceived, _: tzinfo) -> Told:
    said = data.personal.text or data.personal.choice or ""
    kind = "" if data.kind == "text" else f"[{data.kind}]"
    return Told(" ".join(word for word in (kind, quoted(said) if said else "") if word) or "[empty]")


def _decided(data: TurnDecided, _: tzinfo) -> Told:
    followed = _FOLLOWED[data.answered]
    why = f"{followed}: {_SILENT[data.reason]}" if data.reason else followed
    waits = data.answered == "kept"
    refused = f"the AI's answer was refused ({plain(data.refused)})" if data.refused else ""
    text = " → ".join(word for word in (*map(_understood, data.understood), refused, why) if word)
    return Told(text, "waiting" if waits else "bad" if data.reason == "opted_out" else "plain")


def _understood(read: Understood) -> str:
    intents = " + ".join(read.intents) or "nothing understood"
    named = ", ".join(f"{what} {value}" for what, value in read.named.items())
    return f"{intents} {read.confidence:.2f}{f' ({named})' if named else ''} by {read.by}"


def _wished(data: bookings.BookingRequested, zone: tzinfo) -> Told:
    who = f" with {data.resource_id}" if data.resource_id else ""
    return Told(f"wants {data.service_id} on {moment(data.start, zone)}{who}")


def _refused(data: bookings.BookingRefused, zone: tzinfo) -> Told:
    free = [moment(slot.start, zone) for slot in data.alternatives]
    instead = f"; free instead: {', '.join(free)}" if free else ""
    return Told(f"{data.request} refused: {data.reason.replace('_', ' ')}{instead}", "bad")


def _found(data: bookings.AvailabilityFound, zone: tzinfo) -> Told:
    if not data.slots:
        return Told(f"nothing is free for {data.service_id}", "bad")
    first = moment(data.slots[0].start, zone)
    return Told(f"{count(len(data.slots), 'free time')} for {data.service_id}, the first {first}")


def _agreed(what: str) -> Callable[[Any, tzinfo], Told]:
    def told(data: Any, zone: tzinfo) -> Told:
        agreed: bookings.Appointment = data.appointment
        words = f"{what}: {agreed.service_id} on {moment(agreed.start, zone)} with {agreed.resource_id}"
        return Told(words, "plain" if what == "due" else "good")

    return told


def _asked_free(data: bookings.AvailabilityRequested, zone: tzinfo) -> Told:
    span = f"{moment(data.earliest, zone)} to {moment(data.latest, zone)}"
    return Told(f"what is free for {data.service_id}, {span}?")


OF_TALK: Final[Mapping[type[Data], Callable[[Any, tzinfo], Told]]] = {
    MessageReceived: _received,
    VendorEventReceived: lambda data, _: Told(f"kept, has no meaning for us: {data.kind}"),
    TurnDecided: _decided,
    bookings.AvailabilityRequested: _asked_free,
    bookings.AvailabilityFound: _found,
    bookings.BookingRequested: _wished,
    bookings.BookingMoveRequested: lambda data, zone: Told(f"wants to move it to {moment(data.start, zone)}"),
    bookings.BookingCancelRequested: lambda _, __: Told("wants to call it off"),
    bookings.BookingConfirmed: _agreed("agreed"),
    bookings.BookingMoved: _agreed("moved"),
    bookings.BookingCancelled: _agreed("called off"),
    bookings.BookingRefused: _refused,
    bookings.ReminderDue: _agreed("due"),
    customers.ConsentWithdrawn: lambda _, __: Told("the customer wants no more messages (STOP)", "bad"),
    customers.ConsentGiven: lambda _, __: Told("the customer wants messages again (START)", "good"),
    customers.HandoverRequested: lambda data, _: Told(
        f"a human shall take over: {data.reason.replace('_', ' ')}", "waiting"
    ),
}
