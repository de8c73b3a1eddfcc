"""What went in, what came out, and what is wrong with it. Pure: all times are seconds of one clock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Doubt = Literal["held", "resolved"]
"""A send the product is uncertain about, and whether a receipt has settled it."""


@dataclass(frozen=True)
class Doubted:
    """A send in doubt: in the turn of which message it was made, to whom, and what marks it."""

    turn: UUID
    address: str
    marker: str | None
    doubt: Doubt


@dataclass(frozen=True)
class Call:
    """The product calls the vendor. `reached`: the vendor took the message. `told`: it answers in time."""

    at: float
    reached: bool
    told: bool = True


@dataclass
class Message:
    """One customer's message. `number` counts those of the customer; `marker` stands in its answer alone.

    `ordered` is false for what an AI answers in its own time. `taken` is when the gateway first said 200.
    """

    id: str
    event: UUID
    tenant: str
    address: str
    number: int
    marker: str
    ordered: bool
    written: float
    taken: float | None = None
    calls: list[Call] = field(default_factory=list)

    @property
    def answered(self) -> float | None:
        """When the answer first reached the vendor."""
        return next((call.at for call in self.calls if call.reached), None)

    @property
    def open(self) -> bool:
        """Whether an answer is still to come. A call that was never answered is in doubt: none may follow."""
        return self.answered is None and all(call.told for call in self.calls)

    @property
    def copies(self) -> int:
        """How many times the customer got the answer."""
        return sum(call.reached for call in self.calls)


@dataclass(frozen=True)
class Stray:
    """A message that reached a customer and answers nothing."""

    at: float
    address: str
    text: str


@dataclass
class Ledger:
    """Everything that was sent and came back, in the order it happened."""

    messages: list[Message] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    _by_customer: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))

    def wrote(self, message: Message) -> None:
        """A customer writes."""
        self.messages.append(message)
        self._by_customer[message.address].append(message)

    def called(self, address: str, marker: str | None, text: str, call: Call) -> Message | None:
        """The product answers; gives the message it answers. Without a marker it can only be the answer to
        the oldest open question to an AI: what is said when there is none."""
        found = self._meant(address, marker)
        if found:
            found.calls.append(call)
        elif call.reached:
            self.strays.append(Stray(call.at, address, text))
        return found

    def tally(self) -> str:
        """So far, in words."""
        answered = sum(one.answered is not None for one in self.messages)
        return f"{len(self.messages)} messages in, {answered} answered"

    def open(self) -> list[Message]:
        """Those that wait for an answer."""
        return [one for one in self.messages if one.open]

    def doubts(self, doubted: Iterable[Doubted]) -> dict[UUID, Doubt]:
        """Which messages' answers are in doubt. What waited for a booking is answered
        in the turn of that, so the marker tells; the turn does where there is none."""
        found = {}
        for one in doubted:
            asked = self._meant(one.address, one.marker) if one.marker else None
            found[asked.event if asked else one.turn] = one.doubt
        return found

    def _meant(self, address: str, marker: str | None) -> Message | None:
        asked = self._by_customer[address]
        if marker is not None:
            return next((one for one in asked if one.marker == marker), None)
        return next((one for one in asked if not one.ordered and one.answered is None), None)


@dataclass(frozen=True)
class Verdict:
    """What became of all messages. `untaken` were refused to the end; a doubtful one is neither lost nor
    doubled, only counted: `doubtful` at all, of them `resolved` by a receipt or `held`, and of these
    `held_arrived`, as only the vendor knows."""

    messages: int
    answered: int
    lost: tuple[Message, ...]
    doubled: tuple[Message, ...]
    out_of_order: tuple[Message, ...]
    untaken: tuple[Message, ...]
    strays: tuple[Stray, ...]
    doubtful: int
    resolved: int
    held: int
    held_arrived: int

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled, out of order or said unasked."""
        return not (self.lost or self.doubled or self.out_of_order or self.untaken or self.strays)


def judge(ledger: Ledger, doubts: Mapping[UUID, Doubt]) -> Verdict:
    """The verdict. `doubts` are by the event of the message whose answer is in doubt."""
    messages = ledger.messages
    return Verdict(
        messages=len(messages),
        answered=sum(one.answered is not None for one in messages),
        lost=tuple(one for one in messages if one.taken is not None and _lost(one, doubts)),
        doubled=tuple(one for one in messages if one.copies > 1),
        out_of_order=tuple(out_of_order(messages)),
        untaken=tuple(one for one in messages if one.taken is None),
        strays=tuple(ledger.strays),
        doubtful=len(doubts),
        resolved=sum(doubt == "resolved" for doubt in doubts.values()),
        held=sum(doubt == "held" for doubt in doubts.values()),
        held_arrived=sum(doubts.get(one.event) == "held" and one.copies > 0 for one in messages),
    )


def _lost(message: Message, doubts: Mapping[UUID, Doubt]) -> bool:
    return message.answered is None and message.event not in doubts


def out_of_order(messages: Iterable[Message]) -> list[Message]:
    """Those whose answer came after the answer to a later message of the same customer."""
    answered = [one for one in messages if one.ordered and one.answered is not None]
    newest: dict[str, int] = defaultdict(lambda: -1)
    late = []
    for message in sorted(answered, key=lambda one: one.answered or 0.0):
        if message.number < newest[message.address]:
            late.append(message)
        newest[message.address] = max(newest[message.address], message.number)
    return late
